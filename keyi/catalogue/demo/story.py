"""The story of the demo: who is where in the guide today. Records of every state, all gone through the real steps."""

import itertools
from collections.abc import Callable

from keyi.accounts.models import OrgUnit, User
from keyi.records.models import Institution, Instrument

from . import steps
from .papers import sample_scan
from .pictures import instrument_picture
from .platforms import belongs, tell_platforms
from .source import Item, items
from .typed import Typed, type_institution, type_instrument
from .units import UNITS, DemoUnit, home_of, make_lab_manager, make_staff, make_unit

UNIT_STATES = {"changde": "waiting", "huaihua": "returned", "newunit": "none"}
# Of every twelve instruments, whose each is: the university has the most.
OWNERS = (
    "unit", "unit", "xiangzhong", "unit", "unit", "zhuzhou", "unit", "dongting", "unit", "unit", "chenzhou", "unit",
)  # fmt: skip
# By the place of a complete instrument in its unit; all others are published.
INSTRUMENT_STATES = {
    "unit": {
        0: "waiting", 3: "draft", 7: "waiting", 10: "returned", 13: "revised", 16: "waiting", 19: "approved",
        22: "offline", 25: "resubmitted", 28: "returned",
    },
    "xiangzhong": {2: "waiting"},
    "zhuzhou": {1: "waiting"},
    "chenzhou": {3: "returned"},
}  # fmt: skip
RETURN_REASON = "请按标记修改两处后再提交。"
RETURN_MARKS = {"technical": "请填写准确数值，不要写范围以外的约数。", "floor": "请与门牌核对，填写到楼层。"}


def tell() -> None:
    """Make everybody and everything but notices and downloads."""
    reviewer = make_staff()
    admins = {unit.username: make_unit(number, unit) for number, unit in enumerate(UNITS, start=1)}
    center = OrgUnit.objects.get(name="分析测试中心")
    lab_manager = make_lab_manager("lab", "李楠", center)
    for unit in UNITS:
        _tell_institution(unit, admins[unit.username], reviewer)
    for unit in UNITS:
        tell_platforms(unit, admins[unit.username], reviewer)
    for unit in reversed(UNITS):
        _tell_instruments(unit, admins[unit.username], lab_manager, reviewer)


def _tell_institution(unit: DemoUnit, admin: User, reviewer: User) -> None:
    state = UNIT_STATES.get(unit.username, "published")
    if state == "none":
        return
    record = Institution(unit=home_of(admin))
    steps.save(record, type_institution(unit), admin)
    steps.add_file(record, "license", "法人证书（示例）.pdf", sample_scan("CERTIFICATE"), admin)
    steps.add_file(record, "policies", "大型仪器开放共享管理办法（示例）.pdf", sample_scan("RULES", 2), admin)
    steps.add_file(
        record, "application", "平台申请书盖章扫描件（示例）.pdf", sample_scan("APPLICATION"), admin
    )
    steps.submit(record, admin)
    if state == "published":
        steps.publish(record, reviewer)
    elif state == "returned":
        marks = {"application": "公章不清楚，请重新盖章扫描。", "street": "请写到门牌号。"}
        steps.send_back(record, reviewer, RETURN_REASON, marks)


def _tell_instruments(unit: DemoUnit, admin: User, lab_manager: User, reviewer: User) -> None:
    """The first of the list comes last, so that it is the newest on the portal."""
    labs, plan = _labs_of(admin), _plan(unit)
    for place, item, state in reversed(plan):
        lab = labs.get(item.type.room) or next(iter(labs.values()))
        author = lab_manager if lab.path.startswith(home_of(lab_manager).path) else admin
        record, typed = _fill(item, unit, lab, place, author)
        _bring_to(state, record, typed, author, reviewer)
    if unit.has_first_review:
        _wait_for_first_review(unit, labs, len(plan))


def _plan(unit: DemoUnit) -> list[tuple[int, Item, str]]:
    """(place in the unit, instrument, state it is brought to)."""
    mine = [item for place, item in enumerate(items()) if OWNERS[place % len(OWNERS)] == unit.username]
    states = INSTRUMENT_STATES.get(unit.username, {})
    complete = itertools.count()
    return [
        (place, item, states.get(next(complete), "published") if item.is_complete else "draft")
        for place, item in enumerate(mine)
    ]


def _labs_of(admin: User) -> dict[str, OrgUnit]:
    """Where instruments may stand, by name: rooms before departments."""
    nodes = OrgUnit.objects.filter(path__startswith=home_of(admin).path)
    labs = [node for node in nodes if node.is_lab]
    return {lab.name: lab for lab in sorted(labs, key=lambda lab: lab.level != OrgUnit.Level.LAB)}


def _fill(item: Item, unit: DemoUnit, lab: OrgUnit, place: int, author: User) -> tuple[Instrument, Typed]:
    typed = type_instrument(item, unit, lab, place) | belongs(lab)
    record = Instrument(unit=home_of(author))
    steps.save(record, typed, author)
    if item.is_complete:
        number = int(item.number.removeprefix("SB-"))
        steps.add_file(
            record,
            "photos",
            f"{item.name}（示意图）.jpg",
            instrument_picture(item.type.shape, number),
            author,
        )
    return record, typed


def _bring_to(state: str, record: Instrument, typed: Typed, author: User, reviewer: User) -> None:
    if state == "draft":
        return
    steps.submit(record, author)
    if state != "waiting":
        ENDINGS[state](record, typed, author, reviewer)


def _publish(record: Instrument, _typed: Typed, _author: User, reviewer: User) -> None:
    steps.publish(record, reviewer)


def _approve(record: Instrument, _typed: Typed, _author: User, reviewer: User) -> None:
    steps.step(record, "approve", reviewer)


def _return(record: Instrument, _typed: Typed, _author: User, reviewer: User) -> None:
    steps.send_back(record, reviewer, RETURN_REASON, RETURN_MARKS)


def _take_down(record: Instrument, _typed: Typed, author: User, reviewer: User) -> None:
    steps.publish(record, reviewer)
    steps.step(record, "take_down", author, comment="实验室搬迁，暂停对外服务，预计三个月后恢复。")


def _revise(record: Instrument, typed: Typed, author: User, reviewer: User) -> None:
    """Published, and being changed: the portal still shows the old price and telephone."""
    steps.publish(record, reviewer)
    steps.step(record, "revise", author)
    changed = {**typed, "floor": "6 层", "room": "608", "is_contact_public": "on"}
    if "fees-0-external" in typed:
        changed["fees-0-external"] = str(int(str(typed["fees-0-external"])) + 20)
    steps.save(record, changed, author)


def _resubmit(record: Instrument, typed: Typed, author: User, reviewer: User) -> None:
    _revise(record, typed, author, reviewer)
    steps.submit(record, author)


ENDINGS: dict[str, Callable[[Instrument, Typed, User, User], None]] = {
    "published": _publish,
    "approved": _approve,
    "returned": _return,
    "offline": _take_down,
    "revised": _revise,
    "resubmitted": _resubmit,
}


def _wait_for_first_review(unit: DemoUnit, labs: dict[str, OrgUnit], place: int) -> None:
    """One instrument that a laboratory's own account submitted and the unit has not looked at yet."""
    lab = next(iter(labs.values()))
    manager = make_lab_manager(f"{unit.username}_lab", "孙悦", lab)
    item = next(item for item in items() if item.type.word == "差示扫描")
    other = Item(**{**vars(item), "number": "SB-901"})
    record, _typed = _fill(other, unit, lab, place, manager)
    steps.submit(record, manager)
