"""The innovation platforms and the testing institution of the demo's university: published, waiting, draft."""

import datetime as dt

from django.utils import timezone

from keyi.accounts.models import OrgUnit, User
from keyi.records.models import Platform
from keyi.review.status import Status

from . import steps
from .papers import sample_scan
from .pictures import instrument_picture
from .typed import Typed
from .units import EXAMPLE, DemoUnit, home_of

OWNER = "unit"
KEY_LABORATORY = "先进分析技术湖南省重点实验室（示例）"
TESTING_CENTRE = "环境样品检测中心（示例）"
# name, kind, type, level, date, introduction, services, the state it is brought to
PLATFORMS = (
    (KEY_LABORATORY, "platform", "provincial-03", "provincial", "2016-05-20",
     "研究元素、结构和形貌分析的新方法，仪器向社会开放。", "元素分析、色谱质谱分析、热分析。", "published"),
    (TESTING_CENTRE, "testing", "testing-01", "provincial", "2019-09-01",
     "承担水、土壤和固体废物的检测。", "水质、土壤、固体废物检测，出具 CMA 报告。", "published"),
    ("长沙市微纳结构工程技术研究中心（示例）", "platform", "other-01", "city", "2022-03-15",
     "研究微纳结构的制备和表征。", "样品制备、形貌观察。", "waiting"),
    ("生物样品制备中心（示例）", "platform", "other-02", "unit", "2024-06-30",
     "为全校提供生物样品制备服务。", "切片、提取、纯化。", "draft"),
)  # fmt: skip
MEMBERS = {
    "无机元素分析室": (KEY_LABORATORY, TESTING_CENTRE),
    "色谱质谱室": (KEY_LABORATORY,),
    "热分析室": (KEY_LABORATORY,),
}


def tell_platforms(unit: DemoUnit, admin: User, reviewer: User) -> None:
    if unit.username != OWNER:
        return
    for number, (name, kind, code, level, day, intro, services, state) in enumerate(PLATFORMS):
        record = Platform(unit=home_of(admin))
        basic: Typed = {"name": name, "kind": kind, "platform_type": f"platform_type:{code}", "level": level}
        texts: Typed = {"approved_on": day, "intro": f"{EXAMPLE}{intro}", "services": services}
        steps.save(record, basic | texts | _common(unit, record.unit, kind), admin)
        if state == "draft":
            continue
        steps.add_file(record, "approval", "批准文件（示例）.pdf", sample_scan("APPROVAL"), admin)
        steps.add_file(
            record, "photos", "实验室（示意图）.jpg", instrument_picture("stack", 900 + number), admin
        )
        if kind == "testing":
            steps.add_file(record, "scope", "能力附表（示例）.pdf", sample_scan("CAPABILITIES", 2), admin)
        steps.submit(record, admin)
        if state == "published":
            steps.publish(record, reviewer)


def _common(unit: DemoUnit, node: OrgUnit, kind: str) -> Typed:
    typed: Typed = {
        "state": "normal",
        "host_name": unit.name,
        "host_uscc": node.uscc,
        "approved_by": "湖南省科学技术厅",
        "director": "张远山",
        "director_title": "教授",
        "contact": unit.person,
        "tel": f"{unit.area_code}-88001210",
        "email": f"{unit.username}@keyi.example",
        "is_contact_public": "on",
        "division": f"division:{unit.county}",
        "street": unit.street,
        "subjects": ["subject:150"],
        "is_accredited": "no",
    }
    if kind == "testing":
        until = timezone.localdate() + dt.timedelta(days=400)
        typed |= {"is_accredited": "yes", "cma_number": "230000000000", "cma_valid_until": until.isoformat()}
    return typed


def belongs(lab: OrgUnit) -> Typed:
    """所属创新平台 of an instrument in this room, as its keeper ticks it; else 无所属创新平台."""
    published = Platform.objects.of_unit(lab).filter(
        status=Status.PUBLISHED, name__in=MEMBERS.get(lab.name, ())
    )
    ticked: list[str] = [str(platform.pk) for platform in published]
    return {"platforms": ticked, "has_no_platform": None} if ticked else {"has_no_platform": "on"}
