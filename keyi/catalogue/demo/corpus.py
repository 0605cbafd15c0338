"""``keyi demo --corpus FILE``: the instruments of a list are published through the real forms and reviews.

The file names of each instrument: id, name, name_en, model, maker, country, category, function, technical, city, unit.
What it does not say (value, fees, hours, address) is made up. Its units are new and invented.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from keyi.accounts.choices import UnitNature
from keyi.accounts.models import OrgUnit, User
from keyi.codes.models import CodeItem, CodeList
from keyi.core.text import has_digit
from keyi.records.choices import Affiliation, RunStatus
from keyi.records.models import Institution, Instrument

from . import steps
from .papers import sample_scan
from .pictures import instrument_picture
from .source import Item, Type
from .typed import type_institution, type_instrument
from .units import TESTING, DemoUnit, home_of, make_unit

COLUMNS = frozenset(
    {
        "id",
        "name",
        "name_en",
        "model",
        "maker",
        "country",
        "category",
        "function",
        "technical",
        "city",
        "unit",
    }
)
FIRST_NUMBER = 501  # of the units' invented codes; the demo's own begin with 1
SHAPES = {"0101": "microscope", "0108": "microscope", "0105": "stack"}  # by 中类
Row = dict[str, str]


class BadCorpusError(Exception):
    """The file cannot be used; says what is missing."""


def read(file: Path) -> list[Row]:
    """Raises BadCorpusError."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError) as error:
        raise BadCorpusError(f"{file}: {error}") from error
    if not rows or COLUMNS - rows[0].keys():
        raise BadCorpusError(f"{file}: 缺少列 columns are missing: {', '.join(sorted(COLUMNS))}")
    return rows


def publish_corpus(rows: Iterable[Row], reviewer: User) -> int:
    """How many were published."""
    units: dict[str, tuple[DemoUnit, User]] = {}
    number = 0
    for number, row in enumerate(rows, start=1):
        if row["unit"] not in units:
            units[row["unit"]] = _make_unit(row, FIRST_NUMBER + len(units), reviewer)
        _publish(row, *units[row["unit"]], number, reviewer)
    return number


def _make_unit(row: Row, number: int, reviewer: User) -> tuple[DemoUnit, User]:
    county = _county(row["city"])
    unit = DemoUnit(
        f"corpus{number}", row["unit"], county.code, "410000", "0731", "示范路 1 号", _nature(row["unit"]),
        Affiliation.PROVINCE, "周明", TESTING, "为演示搜索而虚构，提供分析测试服务。",
    )  # fmt: skip
    admin = make_unit(number, unit)
    record = Institution(unit=home_of(admin))
    steps.save(record, type_institution(unit), admin)
    steps.add_file(record, "license", "法人证书（示例）.pdf", sample_scan("CERTIFICATE"), admin)
    steps.add_file(record, "policies", "大型仪器开放共享管理办法（示例）.pdf", sample_scan("RULES", 2), admin)
    steps.add_file(
        record, "application", "平台申请书盖章扫描件（示例）.pdf", sample_scan("APPLICATION"), admin
    )
    steps.submit(record, admin)
    steps.publish(record, reviewer)
    return unit, admin


def _nature(name: str) -> str:
    return UnitNature.UNIVERSITY if "学" in name else UnitNature.INSTITUTE


def _county(city: str) -> CodeItem:
    """The first county of the city, by the city's short name."""
    counties = CodeItem.objects.in_use(CodeList.DIVISION).filter(level=3, parent__label__startswith=city)
    county = counties.first()
    if county is None:
        raise BadCorpusError(f"不认识的市州 Unknown city: {city}")
    return county


def _publish(row: Row, unit: DemoUnit, admin: User, number: int, reviewer: User) -> None:
    item = _item(row)
    lab = OrgUnit.objects.filter(path__startswith=home_of(admin).path, level=OrgUnit.Level.DEPARTMENT).first()
    assert lab is not None  # every unit of the demo has one
    typed = type_instrument(item, unit, lab, number) | {"name_en": row["name_en"]}
    record = Instrument(unit=home_of(admin))
    steps.save(record, typed, admin)
    photo = instrument_picture(item.type.shape, 10_000 + number)
    steps.add_file(record, "photos", f"{item.name}（示意图）.jpg".replace("/", "-"), photo, admin)
    steps.submit(record, admin)
    steps.publish(record, reviewer)


def _item(row: Row) -> Item:
    kind = Type(
        word="", category=_category(row["category"]), subject="150", shape=SHAPES.get(row["category"][:4], "analyser"),
        room="", value="120.00", charge="sample", external="200", technical=_with_figure(row["technical"]),
        function=row["function"], service=row["function"],
    )  # fmt: skip
    return Item(
        number=f"SB-{row['id']}", name=row["name"], model=row["model"], maker=row["maker"],
        country=_country(row["country"]), accuracy="", checked_on="", valid_until="", run_status=RunStatus.NORMAL,
        type=kind,
    )  # fmt: skip


def _with_figure(technical: str) -> str:
    """The form wants a figure, and some rows say only “检出限ppb”."""
    return technical if has_digit(technical) else f"{technical}；相对标准偏差不大于 2%"


def _country(name: str) -> str:
    item = CodeItem.objects.in_use(CodeList.COUNTRY).filter(label=name).first()
    return item.code if item else ""


def _category(code: str) -> str:
    """The 小类 where the operator has loaded them, else the 中类 above."""
    known = CodeItem.objects.in_use(CodeList.INSTRUMENT_CLASS)
    return code if known.filter(code=code).exists() else f"{code[:4]}00"
