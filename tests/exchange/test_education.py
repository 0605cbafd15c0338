"""The education ministry's documents, held against its own list of elements where that stands beside the project."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from keyi.codes.models import CodeItem
from keyi.exchange.cers import documents, layouts
from keyi.exchange.cers.documents import SJ3, Report
from keyi.exchange.models import School
from tests.factories import add_photo, make_institution, make_instrument
from tests.reporting.rows import make_operation, open_year

pytestmark = pytest.mark.django_db
LIST = Path(__file__).resolve().parents[3] / "shared" / "codes" / "cers_fields.csv"
OURS = {
    ("InstrusAndGroups", "Instru"): layouts.INSTRUMENT, ("InstrusAndGroups", "Group"): layouts.GROUP,
    ("ShareEffect", "Instru"): layouts.EFFECT, ("Platform", "Platform"): layouts.PLATFORM,
}  # fmt: skip
CODES = {
    "code": "10533", "type_code": "01", "property_code": "1", "holder_code": "101", "share_level": 2,
    "maker_note": "无",
}  # fmt: skip


def ministry() -> dict[tuple[str, str], list[tuple[str, str, str, bool]]]:
    """(document, part) → (element, kind, length, whether it is needed), in the ministry's order."""
    found: dict[tuple[str, str], list[tuple[str, str, str, bool]]] = {}
    if not LIST.exists():
        for place, layout in OURS.items():
            found[place] = [
                (e.name, e.kind, f"={e.exactly}" if e.exactly else str(e.most or ""), e.is_required)
                for e in layout
            ]
        return found
    with LIST.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            place = row["schema"], row["group"]
            found.setdefault(place, []).append(
                (row["element"], row["type"], row["max_len"], row["required"] == "Y")
            )
    return found


@pytest.fixture
def school(world):
    make_institution(world)
    return School.objects.create(unit=world.university, **CODES | {"property_code": "11"})


@pytest.fixture
def instrument(world):
    asset = CodeItem.objects.create(
        key="asset:030305", code_list="asset", code="030305", label="光谱仪", full_label="光谱仪", level=1,
        pinyin="", initials="",
    )  # fmt: skip
    record = make_instrument(world, status="published", inventory_number="S1", asset=asset)
    add_photo(world, record)
    make_operation(world, record, samples=12, trained_students=5)
    return record


def test_our_layouts_are_the_ministrys():
    for place, elements in ministry().items():
        own = OURS[place]
        assert [element.name for element in own] == [name for name, *_rest in elements], place
        for element, (_name, _kind, length, is_needed) in zip(own, elements, strict=True):
            exactly, most = (int(length[1:]), 0) if length.startswith("=") else (0, int(length or 0))
            assert element.is_required == is_needed, element
            if element.kind == "text":
                assert (element.exactly, element.most) == (exactly, most), element


def fits(root, document: str) -> None:
    """Every element is known, in order, not too long, and what is needed is there."""
    known = ministry()
    for part in root:
        rules = known[document, part.tag]
        names = [name for name, *_rest in rules]
        order = [names.index(element.tag) for element in part]
        assert order == sorted(order)
        assert {name for name, _kind, _length, is_needed in rules if is_needed} <= {
            element.tag for element in part
        }
        for element in part:
            length = rules[names.index(element.tag)][2]
            assert element.text
            if length.startswith("="):
                assert len(element.text) == int(length[1:])
            elif length:
                assert len(element.text) <= int(length)


def texts(part) -> dict[str, str]:
    return {element.tag: element.text for element in part}


def test_instruments_and_their_laboratories(world, school, instrument):
    report = Report()
    root = ElementTree.fromstring(documents.instruments(school, report))
    fits(root, "InstrusAndGroups")
    assert report.left_out == []
    assert [part.tag for part in root] == ["Instru", "Group"]
    said = texts(root[0])
    assert (said["SchoolCode"], said["InnerID"], said["PriceRMB"], said["ManuCountryCode"]) == (
        "10533", "S1", "886000.00", "0840",
    )  # fmt: skip
    assert said["OpenCalendar"] == "周一至周五 09:00-17:00"
    assert said["GroupID"] == texts(root[1])["InnerID"] == str(world.lab.pk)


def test_the_effects_of_a_year(school, instrument):
    root = ElementTree.fromstring(documents.effects(school, 2025, Report()))
    fits(root, "ShareEffect")
    said = texts(root[0])
    assert (said["YEAR"], said["LSNUSEDHRS"], said["RSCHUSEDHRS"], said["OPENHRS"], said["SAMPLENUM"]) == (
        "2025", "200", "900", "1000", "12",
    )  # fmt: skip
    assert "RWDTEACH" not in said
    assert len(ElementTree.fromstring(documents.effects(school, 2024, Report()))) == 0


def test_the_platform(school):
    root = ElementTree.fromstring(documents.platform(school, Report()))
    fits(root, "Platform")
    assert texts(root[0])["InstrusShareXmlURL"].endswith(f"/education/{school.token}/instruments/")


def test_table_sj3(world, school, instrument):
    make_operation(
        world, make_instrument(world, status="published", inventory_number="=S2", keeper="李" * 11)
    )
    report = Report()
    book = CalamineWorkbook.from_filelike(io.BytesIO(documents.sj3(school, 2025, report)))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == [heading for heading, _element in SJ3]
    assert len(rows) == 2
    said = dict(zip(rows[0], rows[1], strict=True))
    assert (said["仪器编号"], said["单价（元）"], said["使用机时：教学"], said["负责人姓名"]) == (
        "S1",
        886000,
        200,
        "李楠",
    )
    assert [problems for _what, problems in report.left_out] == [
        [("负责人姓名", "共 11 个字，最多接收 10 个字。")]
    ]


def test_what_does_not_fit_is_left_out_and_told(world, school, as_):
    open_year()
    make_instrument(world, status="published", technical="长" * 201, value_wan=Decimal("60"))
    report = Report()
    assert len(ElementTree.fromstring(documents.instruments(school, report))) == 0
    page = as_(world.unit_admin).get("/work/education/?check=2025").content.decode()
    assert "主要技术指标" in page
    assert "共 201 个字，最多接收 200 个字。" in page


def test_codes_first_then_documents(world, as_):
    make_institution(world)
    open_year()
    client = as_(world.unit_admin)
    assert client.get("/work/education/sj3/2025/")["Location"] == "/work/education/codes/"
    assert client.post("/work/education/codes/", CODES | {"code": "1"}).status_code == 422
    assert client.post("/work/education/codes/", CODES | {"property_code": "11"}).status_code == 302
    for document in ("sj3", "effects", "instruments", "platform"):
        assert client.get(f"/work/education/{document}/2025/").status_code == 200
    assert client.get("/work/education/nothing/2025/").status_code == 404
    assert client.get("/work/education/sj3/1999/").status_code == 404


def test_only_a_universitys_administrator(world, as_, school, client):
    for person in ("lab_manager", "reviewer", "system_admin"):
        assert as_(getattr(world, person)).get("/work/education/").status_code == 403
    world.institute.nature = "enterprise"
    world.institute.save()
    assert as_(world.stranger).get("/work/education/").status_code == 403
    client.logout()
    assert client.get(f"/education/{school.token}/effects/").status_code == 200
    assert client.get(f"/education/{'0' * 32}/effects/").status_code == 404


def test_as_many_queries_for_many_as_for_few(world, school, instrument, django_assert_max_num_queries):
    for number in range(10):
        make_instrument(world, status="published", inventory_number=f"Q{number}")
    with django_assert_max_num_queries(60):  # a snapshot reads its platforms, its files and its history
        documents.instruments(school, Report())
