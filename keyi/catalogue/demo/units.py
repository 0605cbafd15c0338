"""The invented units of the demo, in real counties of Hunan, with their people."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from keyi.accounts.choices import UnitNature
from keyi.accounts.models import Membership, OrgUnit, User
from keyi.accounts.roles import Role
from keyi.accounts.terms import TERMS_VERSION
from keyi.accounts.tree import city_node, ensure_province
from keyi.codes.models import CodeItem, CodeList
from keyi.core.text import org_check_character, uscc_check_character
from keyi.records.choices import Affiliation

EXAMPLE = "【示例】本单位是为演示而虚构的，与任何真实单位无关。"

Labs = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class DemoUnit:
    """``username`` administers it. ``labs``: departments with the rooms below them."""

    username: str
    name: str
    county: str
    postcode: str
    area_code: str
    street: str
    nature: str
    affiliation: str
    person: str
    labs: Labs
    intro: str = ""
    has_first_review: bool = False


UNIVERSITY_LABS: Labs = {
    "分析测试中心": ("无机元素分析室", "色谱质谱室", "天平室", "样品前处理室"),
    "生命科学学院": ("分子生物实验室",),
    "材料科学与工程学院": ("显微观察室", "热分析室"),
}
TESTING: Labs = {"分析测试部": ()}
UNITS = (
    DemoUnit(
        "unit", "麓山大学", "430104", "410083", "0731", "麓山南路示范段 1 号", UnitNature.UNIVERSITY,
        Affiliation.PROVINCE, "周明", UNIVERSITY_LABS,
        "综合性大学，分析测试中心面向社会提供元素、色谱、质谱和分子生物检测服务。",
    ),
    DemoUnit(
        "xiangzhong", "湘中材料研究院", "430304", "411100", "0731", "书院路示范段 26 号", UnitNature.INSTITUTE,
        Affiliation.CITY, "王远", TESTING, "从事金属和高分子材料研究，提供显微和热分析服务。", True,
    ),
    DemoUnit(
        "zhuzhou", "株洲轨道装备检测中心", "430204", "412001", "0731", "田心大道示范段 8 号", UnitNature.ENTERPRISE,
        Affiliation.PRIVATE, "刘洋", TESTING, "面向轨道交通装备企业提供材料和环境检测。",
    ),
    DemoUnit(
        "dongting", "洞庭化工检测中心", "430603", "414009", "0730", "云港路示范段 15 号", UnitNature.INTERMEDIARY,
        Affiliation.OTHER, "谭慧", TESTING, "面向化工园区提供水质、油品和化学品检测。",
    ),
    DemoUnit(
        "chenzhou", "郴州矿冶检验所", "431003", "423000", "0735", "苏仙北路示范段 3 号", UnitNature.INSTITUTE,
        Affiliation.CITY, "罗建", TESTING, "承担有色金属矿石、精矿和冶炼产品的检验。",
    ),
    DemoUnit(
        "changde", "常德农产品检测站", "430702", "415000", "0736", "洞庭大道示范段 60 号", UnitNature.INSTITUTE,
        Affiliation.COUNTY, "邓芳", TESTING, "承担粮油、果蔬和饲料的质量安全检测。",
    ),
    DemoUnit(
        "huaihua", "怀化林产品检验中心", "431202", "418000", "0745", "迎丰路示范段 19 号", UnitNature.INSTITUTE,
        Affiliation.CITY, "石磊", TESTING, "承担木材、竹材和林产化学品的检验。",
    ),
    DemoUnit(
        "newunit", "衡阳先进制造研究所", "430408", "421001", "0734", "船山大道示范段 5 号", UnitNature.INSTITUTE,
        Affiliation.CITY, "何敏", {},
    ),
)  # fmt: skip


def demo_code(number: int, county: str) -> str:
    """A code that checks and that nobody holds: its organisation part begins with KEYX."""
    organisation = f"KEYX{number:04d}"
    body = f"12{county}{organisation}{org_check_character(organisation)}"
    return body + uscc_check_character(body)


def make_staff() -> User:
    """The reviewer, whom the demo also needs, and the system administrator."""
    province = ensure_province()
    reviewer = _person("reviewer", "陈静", province, Role.REVIEWER)
    _person("admin", "唐杰", province, Role.SYSTEM_ADMIN)
    return reviewer


def make_unit(number: int, unit: DemoUnit) -> User:
    """The unit's node, its labs and its administrator, as registration leaves them with the e-mail confirmed."""
    county = CodeItem.objects.get(code_list=CodeList.DIVISION, code=unit.county)
    node = OrgUnit.objects.create(
        level=OrgUnit.Level.INSTITUTION, parent=city_node(county), name=unit.name, division=county,
        uscc=demo_code(number, unit.county), nature=unit.nature, has_first_review=unit.has_first_review,
    )  # fmt: skip
    for department, rooms in unit.labs.items():
        parent = _lab(OrgUnit.Level.DEPARTMENT, department, node, unit)
        for room in rooms:
            _lab(OrgUnit.Level.LAB, room, parent, unit)
    return _person(unit.username, unit.person, node, Role.INSTITUTION_ADMIN)


def home_of(user: User) -> OrgUnit:
    """Where a person of the demo belongs; everybody has a place."""
    assert user.home is not None
    return user.home.unit


def make_lab_manager(username: str, real_name: str, lab: OrgUnit) -> User:
    return _person(username, real_name, lab, Role.LAB_MANAGER)


def _lab(level: str, name: str, parent: OrgUnit, unit: DemoUnit) -> OrgUnit:
    return OrgUnit.objects.create(
        level=level, name=name, parent=parent, manager=unit.person, tel=f"{unit.area_code}-88001200",
        address="分析测试楼",
    )  # fmt: skip


def _person(username: str, real_name: str, unit: OrgUnit, role: str) -> User:
    """An account; only those of the list that the demo shows have a password."""
    now = timezone.now()
    passwords = {account.username: account.password for account in settings.DEMO_ACCOUNTS}
    user = User.objects.create_user(
        username, email=f"{username}@keyi.example", password=passwords.get(username), real_name=real_name,
        mobile="13900000000", email_verified_at=now, terms_version=TERMS_VERSION, terms_agreed_at=now,
    )  # fmt: skip
    Membership.objects.create(user=user, unit=unit, role=role)
    return user
