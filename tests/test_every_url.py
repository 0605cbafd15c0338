"""Every address of the site as a visitor, as each role, and as the administrator of another unit.

The table is written by hand from what each role may do; an address without a row fails the test.
"""

from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from keyi.accounts.models import User
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
from tests.world import World

PEOPLE = ["visitor", "unit_admin", "lab_manager", "stranger", "reviewer", "system_admin"]

# One column per person, in the order of PEOPLE. “in”: sign in first; “go”: sent on to another page.
EVERYBODY = "200 200 200 200 200 200"
SIGNED_IN = "in 200 200 200 200 200"
CONTENT = "in 403 403 403 200 200"  # 通知与下载
SYSTEM = "in 403 403 403 403 200"  # 代码表
LABS = "in 200 403 200 403 403"  # each administrator for the own unit
ACCOUNTS = "in 200 403 200 403 403"  # the laboratories' accounts of the own unit
OWN_UNIT = "in 200 404 404 200 404"  # the unit's own record; reviewers read everything of the province
OWN_LAB = "in 200 200 404 200 404"
KEEPERS = "in 200 200 404 404 404"  # who may type into the instrument
PROVINCE = "in 403 403 403 200 403"
EXPIRED = "410 410 410 410 410 410"  # a link that is none
NO_TOKEN = "401 401 401 401 401 401"
POST_ONLY = "405 405 405 405 405 405"
POST_SIGNED_IN = "in 405 405 405 405 405"

TABLE = {
    "healthz": EVERYBODY,
    "livez": EVERYBODY,
    "readyz": EVERYBODY,
    "metrics": "404 404 404 404 404 404",  # only with the monitor's token
    "staff-accounts": "in 403 403 403 403 403",  # the security administrator: tests/audit/test_staff_page.py
    "staff-act": POST_SIGNED_IN,
    "staff-unlock": POST_SIGNED_IN,
    "action-log": "in 200 403 200 403 403",  # and the audit administrator: tests/audit/test_log_page.py
    "set-language": "go go go go go go",
    "large-text": POST_ONLY,
    # accounts
    "register": EVERYBODY,
    "register-done": "in in in in in in",
    "captcha-challenge": EVERYBODY,
    "verify-resend": POST_ONLY,
    "verify-email": EXPIRED,
    "login": "200 go go go go go",
    "demo-login": POST_ONLY,
    "logout": POST_ONLY,
    "account": SIGNED_IN,
    "second-factor": SIGNED_IN,
    "account-data": SIGNED_IN,
    "account-close": SIGNED_IN,
    "session-end": POST_SIGNED_IN,
    "login-code": "in in in in in in",  # only after the password
    "account-edit": SIGNED_IN,
    "account-email": SIGNED_IN,
    "password-change": SIGNED_IN,
    "password-reset": EVERYBODY,
    "password-reset-sent": EVERYBODY,
    "password-reset-confirm": EXPIRED,
    "kept": POST_ONLY,
    "inbox": SIGNED_IN,
    "inbox-read-all": POST_SIGNED_IN,
    "inbox-message": POST_SIGNED_IN,
    "admin-change": EVERYBODY,
    "admin-change-sent": "go go go go go go",
    "admin-change-done": "go go go go go go",
    "admin-change-request": EXPIRED,
    "lab-accounts": ACCOUNTS,
    "lab-account-create": ACCOUNTS,
    "lab-account-edit": "in 200 403 404 403 403",
    "lab-account-mail": POST_SIGNED_IN,
    "lab-account-switch": POST_SIGNED_IN,
    # code lists for everybody
    "code-options": EVERYBODY,
    "code-tree": EVERYBODY,
    # the work of units
    "work-home": SIGNED_IN,
    "record-file": OWN_LAB,
    "application-form": OWN_UNIT,
    "record-list instruments": SIGNED_IN,
    "record-list institutions": "in go go go 404 404",
    "record-list platforms": SIGNED_IN,
    "record-create platforms": "in 200 403 200 403 403",  # the stranger's unit is not published: it says why
    "record-create instruments": "in 200 200 200 403 403",
    "record-create institutions": "in go 403 200 403 403",
    "record-detail draft": OWN_LAB,
    "record-detail waiting": OWN_LAB,
    "record-detail published": OWN_LAB,
    "record-detail institution": OWN_UNIT,
    "record-detail platform": OWN_LAB,  # published: a laboratory's account reads it
    "record-detail new-platform": OWN_UNIT,  # a draft: it does not
    "record-edit draft": KEEPERS,
    "record-edit waiting": "in go go 404 404 404",
    "record-edit platform": "in go 404 404 404 404",
    "record-edit new-platform": "in 200 404 404 404 404",
    "record-check new-platform": "in go 404 404 404 404",  # not complete: back to the form
    "record-edit institution": "in go 404 404 404 404",
    "record-check draft": KEEPERS,
    "record-done waiting": KEEPERS,
    "record-step draft": POST_SIGNED_IN,
    "labs": "in 200 200 200 403 403",  # a laboratory's administrator looks, but changes nothing
    "lab-settings": POST_SIGNED_IN,
    "lab-create": LABS,
    "lab-edit": "in 200 403 404 403 404",
    "lab-delete": "in 200 403 404 403 404",
    "lab-step": POST_SIGNED_IN,
    # the yearly maintenance: reviewers read, closed years and other units do not open
    "upkeep-list": SIGNED_IN,
    "progress": "in 200 200 200 go 403",  # the province has its own page
    "progress-export": "in 200 200 200 403 403",
    # the province on the yearly maintenance
    "province-progress": PROVINCE,
    "province-progress-export": PROVINCE,
    "province-unit": PROVINCE,
    "province-unit-export": PROVINCE,
    "oddities": PROVINCE,
    "periods": PROVINCE,
    "period-create": PROVINCE,
    "period-edit": PROVINCE,
    "period-close": POST_SIGNED_IN,
    "period-reopen": PROVINCE,
    "reopening-end": POST_SIGNED_IN,
    "proof-file": OWN_LAB,
    "staff-copy": "in 200 200 200 403 403",  # the own instruments, so nothing of the unit for the stranger
    "staff-year": OWN_LAB,
    "staff-add": "in 200 200 404 403 404",
    "staff-edit": "in 200 200 404 403 404",
    "staff-remove": POST_SIGNED_IN,
    "operation-year": OWN_LAB,
    "operation-edit": "in 200 200 404 403 404",
    # services: reviewers read
    "service-list": "in 200 200 200 200 403",
    "service-create": "in 200 200 200 403 403",
    "service": OWN_LAB,
    "service-edit": "in 200 200 404 403 404",
    "service-delete": "in 200 200 404 403 404",
    "service-paper-add": POST_SIGNED_IN,
    "service-paper-remove": POST_SIGNED_IN,
    "service-paper": OWN_LAB,
    "service-sums": OWN_LAB,
    # tables: an import is its person's own
    "imports": "in 200 200 200 403 403",
    "import-new": "in 200 200 200 403 403",
    "import-template": "in 200 200 200 403 403",
    "photos-new": "in 200 200 200 403 403",
    "photos": "in 200 404 404 404 404",
    "sheet-export": "in 200 200 200 200 403",
    "import": "in 200 404 404 404 404",
    "import-report": "in 200 404 404 404 404",
    "import-match": POST_SIGNED_IN,
    "import-confirm": POST_SIGNED_IN,
    "import-back": POST_SIGNED_IN,
    "import-drop": POST_SIGNED_IN,
    # for programs: public, and only to be read
    "api-root": "404 404 404 404 404 404",
    "api-nothing": "404 404 404 404 404 404",
    "api-docs": EVERYBODY,
    "api:api-root": "404 404 404 404 404 404",
    "api:openapi-json": EVERYBODY,
    "api:instruments": EVERYBODY,
    "api:instrument": EVERYBODY,
    "api:platforms": EVERYBODY,
    "api:platform": EVERYBODY,
    "api:units": EVERYBODY,
    "api:unit": EVERYBODY,
    "api:search": EVERYBODY,
    "api:code_lists": EVERYBODY,
    "api:codes": EVERYBODY,
    "api:changes": EVERYBODY,
    # for programs with a token: a session opens nothing here (what tokens open: tests/api/test_tokens.py)
    "api:work-instruments_list": NO_TOKEN,
    "api:work-instruments_one": NO_TOKEN,
    "api:work-instruments_missing": NO_TOKEN,
    "api:work-instruments_step": POST_ONLY,
    "api:work-instruments_file": POST_ONLY,
    "api:work-instruments_file_remove": POST_ONLY,
    "api:work-platforms_list": NO_TOKEN,
    "api:work-platforms_one": NO_TOKEN,
    "api:work-platforms_missing": NO_TOKEN,
    "api:work-platforms_step": POST_ONLY,
    "api:work-platforms_file": POST_ONLY,
    "api:work-platforms_file_remove": POST_ONLY,
    "api:work-units_list": NO_TOKEN,
    "api:work-units_one": NO_TOKEN,
    "api:work-units_missing": NO_TOKEN,
    "api:work-units_step": POST_ONLY,
    "api:work-units_file": POST_ONLY,
    "api:work-units_file_remove": POST_ONLY,
    "api:work-me": NO_TOKEN,
    "api:work-operations": NO_TOKEN,
    "api:work-operation": POST_ONLY,
    "api:work-proof": POST_ONLY,
    "api:work-staff": NO_TOKEN,
    "api:work-staff-add": POST_ONLY,
    "api:work-staff-remove": POST_ONLY,
    "api:work-services": NO_TOKEN,
    "tokens": "in 200 200 200 403 403",
    "token-create": "in 200 200 200 403 403",
    "token-revoke": POST_SIGNED_IN,
    # other systems
    "national": "in 200 403 200 200 403",
    "national-code": "in 200 403 200 403 403",
    "national-effect": "in 200 403 200 403 403",
    "outgoing": "in 200 403 404 200 403",
    "outgoing-again": POST_SIGNED_IN,
    "education": "in 200 403 200 403 403",
    "education-codes": "in 200 403 200 403 403",
    "education-file": "in 200 403 go 403 403",  # the stranger has no school codes yet
    "education-open": EVERYBODY,  # for the ministry: the token is the permission
    "oai": EVERYBODY,
    "national-table": EVERYBODY,  # for the national platform: the token is the permission
    "national-service": EVERYBODY,
    # review: the unit's administrator gives the first review where the unit wants one
    "review-queue": "in 200 403 200 200 403",
    "review-record waiting": "in 200 403 404 200 404",
    # the portal
    "home": EVERYBODY,
    "suggest": EVERYBODY,
    "instrument-list": EVERYBODY,
    "instrument-filter": EVERYBODY,
    "instrument-compare": EVERYBODY,
    "instrument-label": EVERYBODY,
    "instrument-report": EVERYBODY,
    "instrument-pidinst": EVERYBODY,
    "instrument-datacite": EVERYBODY,
    "opensearch": EVERYBODY,
    "statistics": EVERYBODY,
    "statistics-file": EVERYBODY,
    "error-reports": "in 200 200 200 200 403",
    "error-report-answer": POST_SIGNED_IN,
    "instrument-export": SIGNED_IN,
    "instrument": EVERYBODY,
    "instrument-qr": EVERYBODY,
    "unit-list": EVERYBODY,
    "unit": EVERYBODY,
    "platform-list": EVERYBODY,
    "platform": EVERYBODY,
    "public-file": EVERYBODY,
    "public-file draft": "404 404 404 404 404 404",
    "small-picture": EVERYBODY,
    "notices": EVERYBODY,
    "notice": EVERYBODY,
    "notice hidden": "404 404 404 404 404 404",
    "downloads": EVERYBODY,
    "download": EVERYBODY,
    "guide": EVERYBODY,
    "faq": EVERYBODY,
    "privacy": EVERYBODY,
    "terms": EVERYBODY,
    "accessibility": EVERYBODY,
    "site-map": EVERYBODY,
    "feed": EVERYBODY,
    "robots": EVERYBODY,
    "sitemap": EVERYBODY,
    "sitemap-part": EVERYBODY,
    # staff of the province
    "content": CONTENT,
    "content-add": CONTENT,
    "content-edit": CONTENT,
    "content-show": "in 403 403 403 405 405",
    "content-delete": CONTENT,
    "download-move": "in 403 403 403 405 405",
    "code-lists": SYSTEM,
    "code-list": SYSTEM,
    "code-list-download": SYSTEM,
    "code-list-upload": SYSTEM,
    "code-list-confirm": SYSTEM,
}


class Objects:
    """麓山大学 with one of everything. Nothing here belongs to 湘潭检测院, the stranger's unit."""

    def __init__(self) -> None:
        self.world = world = World()
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
            "session-end": [1], "staff-act": [1, "off"],
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


def patterns(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its name, in its namespace."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name or ''}", pattern


def client_of(objects: Objects, person: str) -> Client:
    client = Client()
    if person != "visitor":
        client.force_login(User.objects.get(username=person))
    return client


def answer(response) -> str:
    if response.status_code == 302:
        return "in" if response.headers["Location"].startswith(reverse("login")) else "go"
    return str(response.status_code)


def test_every_address_has_a_row():
    unnamed = [str(pattern.pattern) for _name, pattern in patterns() if not pattern.name]
    names = {name for name, _pattern in patterns()}
    rows = {row.partition(" ")[0] for row in TABLE}
    assert (unnamed, names - rows, rows - names) == ([], set(), set())


@pytest.mark.parametrize("person", PEOPLE)
def test_each_address_answers_each_person_as_the_table_says(db, person):
    objects = Objects()
    arguments, client = objects.arguments(), client_of(objects, person)
    column = PEOPLE.index(person)
    expected = {row: codes.split()[column] for row, codes in TABLE.items()}
    got = {}
    for row in TABLE:
        url = reverse(row.partition(" ")[0], args=arguments.get(row, []))
        got[row] = answer(client.get(url))
    assert {row: code for row, code in got.items() if code != expected[row]} == {}


def posts(objects: Objects, person: str, rows: list[str]) -> dict[str, str]:
    arguments, client = objects.arguments(), client_of(objects, person)
    return {
        row: answer(client.post(reverse(row.partition(" ")[0], args=arguments.get(row, []))))
        for row in rows
        if not row.startswith("register")
    }


def test_visitor_is_asked_to_sign_in_before_anything_is_changed(db):
    behind = [row for row, codes in TABLE.items() if codes.startswith("in ")]
    got = posts(Objects(), "visitor", behind)
    assert {row: code for row, code in got.items() if code not in ("in", "405")} == {}


def test_stranger_changes_nothing_of_another_unit(db):
    objects = Objects()
    closed = [
        row for row, codes in TABLE.items() if codes.split()[PEOPLE.index("stranger")] in ("403", "404")
    ]
    got = posts(objects, "stranger", [*closed, "inbox-message", "record-step draft", "lab-step"])
    assert {row: code for row, code in got.items() if code not in ("403", "404", "405")} == {}
    assert (got["inbox-message"], got["record-step draft"], got["lab-step"]) == ("404", "404", "404")
    assert (got["record-edit draft"], got["review-record waiting"]) == ("404", "404")
    objects.message.refresh_from_db()
    assert objects.message.read_at is None
