"""One of everything that a page may show: what the tests of every address, form and language are about."""

from django.core.files.base import ContentFile
from django.test import Client

from keyi.accounts.models import User
from keyi.accounts.roles import Role
from keyi.api import tokens
from keyi.catalogue.models import Download, ErrorReport, Notice
from keyi.codes.models import CheckedUpload
from keyi.exchange.models import EffectTable, Outgoing, School, UnitEffect
from keyi.inbox.models import Message
from keyi.reporting.models import MaintenancePeriod, PeriodReopening
from keyi.search.models import Document
from keyi.sheets.models import Import, PhotoImport
from tests.factories import add_photo, make_institution, make_instrument, make_platform
from tests.reporting.rows import make_proof, make_staff, open_year, put_down
from tests.services.rows import make_paper, make_service
from tests.signing import sign_in
from tests.world import World


class Objects:
    """麓山大学 with one of everything. Nothing here belongs to 湘潭检测院, the stranger's unit."""

    def __init__(self) -> None:
        self.world = world = World()
        world.person("auditor", world.province, Role.AUDITOR, "许真")
        world.person("security_admin", world.province, Role.SECURITY_ADMIN, "高远")
        world.person("sibling", world.other_department, Role.LAB_MANAGER, "赵云")
        self.institution = make_institution(world)
        self.draft = make_instrument(world)
        self.draft_photo = add_photo(world, self.draft)
        self.waiting = make_instrument(world, status="endorsed")
        self.published = make_instrument(world, status="published", inventory_number="S9")
        self.photo = add_photo(world, self.published)
        self._publish_photo()
        open_year(2025)
        self.reopening = self._reopen()
        self.annual_staff = put_down(self.published, make_staff(world))
        self.proof = make_proof(world, self.published)
        self.service = make_service(world, self.published)
        self.service_paper = make_paper(world, self.service)
        self.report = ErrorReport.objects.create(
            unit=world.lab,
            slug=self.published.code,
            title=self.published.name,
            subject="fee",
            text="收费不对",
        )
        self.platform = make_platform(world)
        self.new_platform = make_platform(world, status="draft", name="环境样品检测中心")
        self.notice = Notice.objects.create(title="通知", body="内容", is_published=True)
        self.hidden = Notice.objects.create(title="草稿", body="内容")
        self.download = Download(title="申请书", kind="docx", size=3, order=1)
        self.download.file.save("a.docx", ContentFile(b"PK1"), save=True)
        self.job = Import.objects.create(
            sheet="instruments", person=world.unit_admin, unit=world.university, file_name="仪器.xlsx", step="checked",
            counts={"new": 0, "changed": 0, "unchanged": 0, "refused": 1}, total=1,
            headings=[{"place": 0, "text": "名称", "target": "name", "samples": ["离心机"]}],
        )  # fmt: skip
        self.job.rows.create(line=2, cells=["离心机"], verdict="refused", errors=[["仪器名称", "请填写。"]])
        self.photo_job = PhotoImport.objects.create(
            person=world.unit_admin, unit=world.university, file_name="照片.zip", total=1, done=1,
            results=[["A-1.jpg", "", "没有这台仪器"]],
        )  # fmt: skip
        self.token, _secret = tokens.make(
            world.unit_admin, world.university, name="设备系统", may_write=True, days=30
        )
        self.outgoing = Outgoing.objects.create(
            unit=world.university, kind=4, what="instruments:1", label="光谱仪", message={"cname": "光谱仪"},
            digest="0" * 64, problems=[["图片", "缺少内容。"]], state="incomplete",
        )  # fmt: skip
        self.school = School.objects.create(
            unit=world.university, code="10533", type_code="01", property_code="11", holder_code="101", share_level=2,
            maker_note="无",
        )  # fmt: skip
        self.table = EffectTable(effect=self._effect(), element="intensityFileUrl")
        self.table.file.save("", ContentFile(b"PK"), save=True)
        self.message = Message.objects.create(recipient=world.unit_admin, subject="已通过", body="")
        self.upload = CheckedUpload.objects.create(
            code_list="subject", file_name="a.csv", content="code,name\n150,化学\n".encode()
        )

    def _effect(self) -> UnitEffect:
        texts = {"remark": "甲", "remarks": "乙", "remark_one": "无", "remark_two": "丙"}
        return UnitEffect.objects.create(
            unit=self.world.university, year=2025, saved_by=self.world.unit_admin, **texts
        )

    def _of_tokens(self) -> dict[str, list]:
        of_year = [2025, self.published.inventory_number]
        one = {name: [self.draft.pk] for name in ("one", "missing")}
        one |= {"step": [self.draft.pk, "submit"], "file": [self.draft.pk, "photos"]}
        one["file_remove"] = [self.draft.pk, "photos", self.draft_photo.token]
        return {
            **{f"api:work-{kind}_{name}": own for kind in WORK_KINDS for name, own in one.items()},
            **{f"api:work-{name}": of_year for name in ("operation", "proof", "staff-add")},
            **{f"api:work-{name}": [2025] for name in ("operations", "staff")},
            "api:work-staff-remove": [*of_year, self.annual_staff.pk], "token-revoke": [self.token.pk],
        }  # fmt: skip

    def _publish_photo(self) -> None:
        """The public copy shows the photo."""
        copy = Document.objects.get(kind="instruments", object_id=self.published.pk)
        copy.files = [self.photo.token]
        copy.save()

    def _reopen(self) -> PeriodReopening:
        return PeriodReopening.objects.create(
            period=MaintenancePeriod.objects.get(year=2025), institution=self.world.university,
            until="2099-12-31", reason="停电", by=self.world.reviewer,
        )  # fmt: skip

    def arguments(self) -> dict[str, list]:
        record = {"draft": self.draft, "waiting": self.waiting, "published": self.published}
        own = {name: ["instruments", item.pk] for name, item in record.items()}
        own |= {
            "platform": ["platforms", self.platform.pk],
            "new-platform": ["platforms", self.new_platform.pk],
        }
        own["institution"] = ["institutions", self.institution.pk]
        account = [self.world.lab_manager.memberships.get().pk]
        of_year = [2025, self.published.pk]
        lab, part = [self.world.lab.pk], ["notices", self.notice.pk]
        photos = [self.photo_job.token]
        imports = ("import", "import-report", "import-match", "import-confirm", "import-back", "import-drop")
        return {
            **{key: [self.job.token] for key in imports},
            **{key: ["instruments"] for key in ("import-new", "import-template", "sheet-export")},
            "api-nothing": ["v1/nothing"], "api:codes": ["subject"], "api:unit": [self.world.university.uscc],
            **self._of_tokens(),
            "api:instrument": [self.published.code], "api:platform": [self.platform.slug],
            "national-effect": [2025], "outgoing": [self.outgoing.pk], "outgoing-again": [self.outgoing.pk],
            "national-table": [self.table.token], "education-file": ["sj3", 2025],
            "education-open": [self.school.token, "platform"],
            "photos": photos, "instrument-filter": ["city"],
            **{f"{name} {item}": own[item] for name in RECORD_PAGES for item in own},
            **{f"{name} {kind}": [kind] for name in ("record-list", "record-create") for kind in KINDS},
            "record-step draft": [*own["draft"], "recall"],
            "record-file": [self.draft_photo.token],
            "application-form": [self.institution.pk],
            "proof-file": [self.proof.token], "staff-copy": [2025],
            **dict.fromkeys(("staff-year", "staff-add", "operation-year", "operation-edit"), of_year),
            **{name: [*of_year, self.annual_staff.pk] for name in ("staff-edit", "staff-remove")},
            "province-unit": [self.world.university.pk], "province-unit-export": [self.world.university.pk],
            **{key: [2025] for key in ("period-edit", "period-close", "period-reopen")},
            "reopening-end": [self.reopening.pk],
            "service": [self.service.pk], "service-edit": [self.service.pk], "service-delete": [self.service.pk],
            "service-paper-add": [self.service.pk],
            "service-paper": [self.service_paper.token], "service-sums": of_year,
            "service-paper-remove": [self.service.pk, self.service_paper.token],
            "session-end": [1], "row-versions": ["instrument", self.draft.pk],
            "service-personal": [self.service.pk, "applicant"],
            "record-personal": ["institutions", self.institution.pk, "admin_mobile"], "lab-account-show": account,
            "staff-act": [1, "off"],
            "lab-edit": lab, "lab-delete": lab, "lab-step": [*lab, "close"],
            "inbox-message": [self.message.pk],
            "lab-account-edit": account, "lab-account-mail": account, "lab-account-switch": [*account, "off"],
            "verify-email": ["no-token"], "admin-change-request": ["no-token"],
            "password-reset-confirm": ["no", "token"],
            "code-options": ["subject"], "code-tree": ["subject"],
            "code-list": ["subject"], "code-list-download": ["subject"], "code-list-upload": ["subject"],
            "code-list-confirm": ["subject", self.upload.pk],
            **{f"instrument{page}": [self.published.code] for page in INSTRUMENT_PAGES},
            "error-report-answer": [self.report.pk], "statistics-file": ["city"],
            "unit": [self.world.university.uscc], "platform": [self.platform.slug],
            "public-file": [self.photo.token], "small-picture": [self.photo.token],
            "public-file draft": [self.draft_photo.token],
            "notice": [self.notice.pk], "notice hidden": [self.hidden.pk], "download": [self.download.pk],
            "content-add": ["notices"], "content-edit": part, "content-show": part, "content-delete": part,
            "download-move": [self.download.pk],
            "sitemap-part": ["instruments"],
        }  # fmt: skip


WORK_KINDS = ("instruments", "platforms", "units")
INSTRUMENT_PAGES = ("", "-qr", "-label", "-report", "-pidinst", "-datacite")
RECORD_PAGES = ("record-detail", "record-edit", "record-check", "record-done", "review-record")
KINDS = ("instruments", "institutions", "platforms")


def client_of(objects: Objects, person: str) -> Client:
    client = Client()
    if person != "visitor":
        sign_in(client, User.objects.get(username=person))
    return client
