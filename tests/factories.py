"""Rows for tests that are complete by the forms' and the database's rules. Needs the cast of tests/world.py."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from keyi.accounts.models import OrgUnit
from keyi.records.models import Institution, Instrument, Platform
from keyi.review.models import Record
from keyi.review.status import IN_REVIEW, Status
from keyi.search import public

from .world import World

INSTRUMENT = {
    "kind": "instrument",
    "name": "电感耦合等离子体发射光谱仪",
    "has_no_platform": True,
    "model_name": "iCAP 6300",
    "manufacturer": "赛默飞世尔科技",
    "source": "bought",
    "usage_type": "general",
    "value_wan": Decimal("88.60"),
    "funds": [{"source": "own", "amount_wan": "88.60"}],
    "booked_on": dt.date(2012, 6, 1),
    "started_on": dt.date(2012, 7, 1),
    "is_modified": False,
    "technical": "波长 166～847 nm，分辨率 0.007 nm",
    "function": "多元素同时测定",
    "service_content": "水样、土壤中金属元素的测定",
    "share_mode": "external",
    "open_hours": [{"days": "workdays", "opens": "09:00:00", "closes": "17:00:00"}],
    "user_notice": "请提前三天预约。",
    "fees": [
        {"item": "水样多元素测定", "unit": "sample", "internal": "60", "external": "100", "negotiable": False}
    ],
    "street": "麓山南路示范段 1 号",
    "building": "分析测试楼",
    "floor": "3 层",
    "run_status": "normal",
    "keeper": "李楠",
    "contact": "李楠",
    "tel": "0731-88001234",
    "email": "li@example.org",
    "mail_address": "长沙市岳麓区麓山南路示范段 1 号",
    "postcode": "410083",
    "is_customs_supervised": False,
}
INSTITUTION = {
    "nature": "university",
    "affiliation": "province",
    "legal_person": "张远山",
    "street": "麓山南路示范段 1 号",
    "postcode": "410083",
    "instrument_dept": "实验室与设备管理处",
    "contact": "周明",
    "tel": "0731-88005678",
    "email": "zhou@example.org",
    "intro": "省属综合大学，设有分析测试中心。",
    "join_reason": "开放共享大型仪器。",
    "admin_name": "周明",
    "admin_post": "科长",
    "admin_mobile": "13900000000",
    "admin_tel": "0731-88005678",
    "admin_email": "zhou@example.org",
}


PLATFORM = {
    "kind": "platform",
    "name": "先进分析技术湖南省重点实验室",
    "level": "provincial",
    "state": "normal",
    "host_name": "麓山大学",
    "host_uscc": "12430000MB00000192",
    "approved_by": "湖南省科学技术厅",
    "approved_on": dt.date(2016, 5, 1),
    "director": "张远山",
    "contact": "周明",
    "tel": "0731-88001235",
    "email": "zhou@example.org",
    "street": "麓山南路示范段 1 号",
    "intro": "研究元素和结构分析的新方法。",
    "services": "元素分析、结构分析。",
    "is_accredited": False,
}


def make_instrument(
    world: World, *, status: str = Status.DRAFT, unit: OrgUnit | None = None, **values: Any
) -> Instrument:
    """An instrument of 无机元素分析室 unless ``unit`` says otherwise; with its public copy when published."""
    subjects, platforms = values.pop("subjects", [world.chemistry]), values.pop("platforms", [])
    values.setdefault("has_no_platform", not platforms)
    codes = {"category": world.category, "country": world.usa, "division": world.yuelu}
    world.instruments += 1
    filled = INSTRUMENT | codes | {"inventory_number": f"S{world.instruments:06d}"} | _state(status) | values
    if filled.get("is_public"):
        filled.setdefault("code", f"43{world.instruments:014d}")
    record = Instrument.objects.create(unit=unit or world.lab, updated_by=world.lab_manager, **filled)
    record.subjects.add(*subjects)
    record.platforms.add(*platforms)
    return _published(record)


def make_institution(
    world: World, *, status: str = Status.PUBLISHED, unit: OrgUnit | None = None, **values: Any
) -> Institution:
    """The unit information of 麓山大学 unless ``unit`` says otherwise."""
    unit = unit or world.university
    filled = INSTITUTION | {"name": unit.name, "division": unit.division} | _state(status) | values
    return _published(Institution.objects.create(unit=unit, updated_by=world.unit_admin, **filled))


def make_platform(
    world: World, *, status: str = Status.PUBLISHED, unit: OrgUnit | None = None, **values: Any
) -> Platform:
    """A key laboratory of 麓山大学 unless ``unit`` says otherwise."""
    codes = {"platform_type": world.key_laboratory, "division": world.yuelu}
    filled = PLATFORM | codes | _state(status) | values
    record = Platform.objects.create(unit=unit or world.university, updated_by=world.unit_admin, **filled)
    record.subjects.add(world.chemistry)
    return _published(record)


def _state(status: str) -> dict[str, Any]:
    """The columns of the review that go with a state."""
    now = timezone.now()
    values: dict[str, Any] = {"status": status}
    if status in (*IN_REVIEW, Status.RETURNED, Status.PUBLISHED, Status.OFFLINE):
        values |= {"receipt": "20260310000001", "version": 1, "submitted_at": now}
    if status in (Status.RETURNED, Status.OFFLINE):
        values["reason"] = "请写准确数值。"
    if status == Status.PUBLISHED:
        values |= {"is_public": True, "published_at": now}
    return values


def _published(record: Record) -> Record:
    if record.is_public:
        record.prepare_publication()
        public.publish(
            record.record_kind, record.pk,
            unit_path=record.unit.path, version=record.version, at=record.published_at, copy=record.public_copy(),
        )  # fmt: skip
    return record


def jpeg(colour: str = "navy", size: tuple[int, int] = (800, 600)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def add_photo(world: World, record: Record, *, slot: str = "photos", phash: str = "", **values: Any) -> Any:
    """A small photo attached to a record."""
    return _attach(world, record, slot, jpeg(), "image/jpeg", {"name": "整机.jpg", "phash": phash} | values)


def add_pdf(world: World, record: Record, *, slot: str, **values: Any) -> Any:
    return _attach(
        world, record, slot, b"%PDF-1.4\n%%EOF\n", "application/pdf", {"name": "收费办法.pdf"} | values
    )


def _attach(
    world: World, record: Record, slot: str, content: bytes, kind: str, values: dict[str, Any]
) -> Any:
    model = record.files.model
    order = record.files.current(slot).count()
    usual = {
        "record": record, "slot": slot, "content_type": kind, "size": len(content), "order": order,
        "uploaded_by": world.unit_admin, "sha256": f"{record.pk}-{slot}-{order}".ljust(64, "0"),
    }  # fmt: skip
    file = model(**usual | values)
    file.file.save(file.name, ContentFile(content), save=False)
    file.save()
    return file
