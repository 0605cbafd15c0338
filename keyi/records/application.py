"""下载预填申请书: the paper form of the guide's annex as a Word file, filled from what was typed.

The form's words are those of the paper, in Chinese in every language of the site: a stamped copy of it comes back.
"""

import io
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from keyi.accounts.choices import UnitNature
from keyi.accounts.models import OrgUnit
from keyi.accounts.roles import Role
from keyi.core.text import normalise

from .choices import Gender
from .models import Institution, Platform
from .paper import Paper

TITLE = "科研设施和科研仪器开放共享服务平台"
NATURES = (
    (UnitNature.UNIVERSITY, "高校"),
    (UnitNature.INSTITUTE, "科研院所"),
    (UnitNature.ENTERPRISE, "企业"),
    (UnitNature.INTERMEDIARY, "中介机构"),
    (UnitNature.OTHER, "其他"),
)
SEAL = "（加盖公章）"
REASON_HELP = "（希望成为平台成员的理由，加入后拟开展的重点工作）（500字以内）"
PLATFORMS_HEADING = "重点实验室、工程技术研究中心等创新平台入网填报信息"
ADMINISTRATOR_HEADING = "共享平台管理员情况表"


@dataclass(frozen=True)
class PlatformData:
    """One 创新平台 of the unit."""

    name: str = ""
    host_name: str = ""
    host_code: str = ""
    intro: str = ""


@dataclass(frozen=True)
class AdministratorData:
    """共享平台管理员情况表."""

    username: str = ""
    name: str = ""
    gender: str = ""
    birth_month: str = ""
    education: str = ""
    post: str = ""
    title: str = ""
    mobile: str = ""
    tel: str = ""
    email: str = ""
    qq: str = ""
    wechat: str = ""


@dataclass(frozen=True)
class ApplicationData:
    """Everything on the form, as it is to be printed. ``nature`` is a value of UnitNature."""

    province: str = ""
    unit_name: str = ""
    code: str = ""
    department: str = ""
    contact: str = ""
    tel: str = ""
    email: str = ""
    fax: str = ""
    nature: str = ""
    reason: str = ""
    platforms: tuple[PlatformData, ...] = ()
    administrator: AdministratorData = field(default_factory=AdministratorData)


def application_docx(data: ApplicationData) -> bytes:
    """The filled form, A4. Without platforms their part stands there empty, as on paper."""
    paper = Paper()
    paper.title(_clean(data.province) + TITLE, "申请书")
    _write_unit(paper, data)
    _write_platforms(paper, data.platforms or (PlatformData(),))
    _write_administrator(paper, data.administrator)
    buffer = io.BytesIO()
    paper.document.save(buffer)
    return buffer.getvalue()


def _write_unit(paper: Paper, data: ApplicationData) -> None:
    table = paper.table([4.0, 5.8, 2.0, 5.2])
    table.wide("单位名称", _clean(data.unit_name), note=SEAL, height=1.4)
    table.wide("法人单位统一信用代码（组织机构代码）", _clean(data.code))
    table.wide("仪器管理部门", _clean(data.department))
    table.row("联系人", _clean(data.contact), "联系电话", _clean(data.tel))
    table.row("电子邮箱", _clean(data.email), "传    真", _clean(data.fax))
    boxes = [f"{'☑' if value == data.nature else '□'}{label}" for value, label in NATURES]
    table.wide("单位性质", "    ".join(boxes[:3]) + "\n" + "    ".join(boxes[3:]))
    table.wide(
        "加入平台理由、拟开展的工作", _clean(data.reason), note="" if data.reason else REASON_HELP, height=6
    )


def _write_platforms(paper: Paper, platforms: tuple[PlatformData, ...]) -> None:
    table = paper.table([5.2, 11.8])
    table.heading(PLATFORMS_HEADING)
    for platform in platforms:
        table.row("名称", _clean(platform.name))
        table.row("依托法人单位名称/组建单位名称", _clean(platform.host_name))
        table.row("依托法人单位统一信用代码（组织机构代码）", _clean(platform.host_code))
        table.row("创新平台简介", _clean(platform.intro), height=2.2)


def _write_administrator(paper: Paper, person: AdministratorData) -> None:
    rows = (
        (("注册账号", "username"), ("姓名", "name"), ("性别", "gender"), ("出生年月", "birth_month")),
        (("学历", "education"), ("职务", "post"), ("职称", "title"), ("手机", "mobile")),
        (("办公电话", "tel"), ("电子邮箱", "email"), ("QQ号", "qq"), ("微信号", "wechat")),
    )
    table = paper.table([1.7, 2.55] * 4, size=9)
    table.heading(ADMINISTRATOR_HEADING)
    for row in rows:
        table.row(*(text for label, name in row for text in (label, _clean(getattr(person, name)))))


def _clean(text: str) -> str:
    """XML knows no control characters; everything else is written as it was typed."""
    return normalise(text, multiline=True)


def from_institution(record: Institution) -> ApplicationData:
    """The form for one unit, as far as it has been typed and saved."""
    with translation.override("zh-hans"):
        return ApplicationData(
            province=OrgUnit.objects.get(level=OrgUnit.Level.PROVINCE).name,
            unit_name=record.name or record.unit.name,
            code=f"{record.unit.uscc}（{record.org_code}）" if record.org_code else record.unit.uscc or "",
            department=record.instrument_dept,
            contact=record.contact,
            tel=record.tel,
            email=record.email,
            fax=record.fax,
            nature=record.nature,
            reason=record.join_reason,
            platforms=tuple(
                _platform(platform) for platform in Platform.objects.of_unit(record.unit).order_by("pk")
            ),
            administrator=_administrator(record),
        )


def _platform(record: Platform) -> PlatformData:
    """One of the unit's platforms, drafts among them, as far as it has been typed."""
    return PlatformData(record.name, record.host_name, record.host_uscc, record.intro)


def _administrator(record: Institution) -> AdministratorData:
    year, _dash, month = record.admin_birth_month.partition("-")
    named: dict[str, Any] = {
        name: getattr(record, f"admin_{name}")
        for name in ("name", "post", "title", "mobile", "tel", "email", "qq", "wechat")
    }
    membership = (
        record.unit.memberships.in_force().filter(role=Role.INSTITUTION_ADMIN).select_related("user").first()
    )
    return AdministratorData(
        username=membership.user.username if membership else "",
        gender="" if record.admin_gender == Gender.UNSAID else str(record.get_admin_gender_display()),
        birth_month=f"{year}年{month}月" if month else "",
        education=str(record.get_admin_education_display()),
        **named,
    )
