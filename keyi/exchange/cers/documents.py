"""The documents as files. What the ministry would refuse is left out and told, never cut."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree

from keyi.accounts.models import OrgUnit
from keyi.core.xlsx import write_sheet
from keyi.exchange.elements import Element, Problems, check
from keyi.exchange.models import School
from keyi.records.models import Instrument
from keyi.reporting.models import AnnualOperation

from . import layouts, records

BATCH = 500
# table SJ3: heading → element of the effect, or of the instrument
SJ3: tuple[tuple[str, str], ...] = (
    ("学校代码", "SchoolCode"), ("仪器编号", "InnerID"), ("分类号", "ClassificationCode"), ("仪器名称", "CHNName"),
    ("单价（元）", "PriceRMB"), ("型号", "Model"), ("规格", "TechParameter"), ("使用机时：教学", "LSNUSEDHRS"),
    ("使用机时：科研", "RSCHUSEDHRS"), ("使用机时：社会服务", "SERUSEDHRS"), ("使用机时：其中开放使用机时", "OPENHRS"),
    ("测样数", "SAMPLENUM"), ("培训人员数：学生", "TRNSTUD"), ("培训人员数：教师", "TRNTEACH"),
    ("培训人员数：其他", "TRNOTHERS"), ("教学实验项目数", "EDUPROJ"), ("科研项目数", "RSCHPROJ"),
    ("社会服务项目数", "SOCIALPROJ"), ("获奖情况：国家级", "RWDNATION"), ("获奖情况：省部级", "RWDPROV"),
    ("发明专利：教师", "RWDTEACH"), ("发明专利：学生", "RWDSTUD"), ("论文情况：三大检索", "PAPERINDEX"),
    ("论文情况：核心刊物", "PAPERKERNEL"), ("负责人姓名", "CHARGEMAN"),
)  # fmt: skip
FIGURES = frozenset({"PriceRMB", *(element.name for element in layouts.EFFECT if element.kind == "whole")})


@dataclass
class Report:
    """What does not go into a document: [(what, problems)]."""

    left_out: list[tuple[str, Problems]] = field(default_factory=list)

    def fits(self, layout: Iterable[Element], what: str, message: dict[str, str]) -> bool:
        problems = check(layout, message)
        if problems:
            self.left_out.append((what, problems))
        return not problems


def _instruments(school: School) -> Iterator[Instrument]:
    found = Instrument.objects.filter(institution=school.unit_id, is_public=True)
    yield from _joined(found, "").order_by("inventory_number", "pk").iterator(BATCH)


def _joined(found: Any, under: str) -> Any:
    """With what a snapshot reads of other tables."""
    parts = ("unit", "institution", "category", "asset", "country", "division")
    return found.select_related(*(f"{under}{part}" for part in parts)).prefetch_related(f"{under}subjects")


def _operations(school: School, year: int) -> Iterator[AnnualOperation]:
    found = AnnualOperation.objects.filter(institution=school.unit_id, year=year, instrument__is_public=True)
    yield from _joined(found, "instrument__").order_by("instrument__inventory_number", "pk").iterator(BATCH)


def instruments(school: School, report: Report) -> bytes:
    """InstrusAndGroups: instruments, and the laboratories they belong to."""
    root = etree.Element("InstrusAndGroups")
    labs: dict[int, tuple[OrgUnit, Any]] = {}
    for one in _instruments(school):
        message = records.instrument(one, school)
        if report.fits(layouts.INSTRUMENT, str(one), message):
            _add(root, "Instru", layouts.INSTRUMENT, message)
            last = labs.get(one.unit_id, (one.unit, one.updated_at))[1]
            labs[one.unit_id] = one.unit, max(last, one.updated_at)
    for lab, updated_at in labs.values():
        message = records.group(lab, school, updated_at)
        if report.fits(layouts.GROUP, lab.name, message):
            _add(root, "Group", layouts.GROUP, message)
    return _text(root)


def effects(school: School, year: int, report: Report) -> bytes:
    """ShareEffect of one year."""
    root = etree.Element("ShareEffect")
    for one in _operations(school, year):
        message = records.effect(one, school)
        if report.fits(layouts.EFFECT, str(one), message):
            _add(root, "Instru", layouts.EFFECT, message)
    return _text(root)


def platform(school: School, report: Report) -> bytes:
    root = etree.Element("Platform")
    message = records.platform(school)
    if report.fits(layouts.PLATFORM, school.unit.name, message):
        _add(root, "Platform", layouts.PLATFORM, message)
    return _text(root)


def sj3(school: School, year: int, report: Report) -> bytes:
    """表 SJ3 of one year as .xlsx: one row for each instrument with a record of that year."""
    headings = [heading for heading, _element in SJ3]
    with write_sheet("SJ3", headings, _sj3_rows(school, year, report)) as file:
        return file.read()


def _sj3_rows(school: School, year: int, report: Report) -> Iterator[list[Any]]:
    for one in _operations(school, year):
        message = records.effect(one, school)
        if report.fits(layouts.EFFECT, str(one), message):
            both = records.instrument(one.instrument, school) | message
            yield [
                Decimal(text) if name in FIGURES and (text := both.get(name)) else both.get(name)
                for _h, name in SJ3
            ]


def _add(root: etree._Element, name: str, layout: Iterable[Element], message: dict[str, str]) -> None:
    """In the order of the ministry's list."""
    part = etree.SubElement(root, name)
    for element in layout:
        if element.name in message:
            etree.SubElement(part, element.name).text = message[element.name]


def _text(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
