"""The fast way of an export writes the same cells as the plain one; reading them gives the value back."""

import datetime as dt

import pytest

from keyi.sheets import cells, exporting
from keyi.sheets.kinds import SHEETS

ROWS = {
    "funds": [{"source": "own", "amount_wan": "88.60"}, {"source": "other", "amount_wan": None}],
    "fees": [
        {"item": "水样|多元素", "unit": "sample", "internal": "60", "external": "100", "negotiable": False},
        {"item": "定性", "unit": "hour", "internal": None, "external": None, "negotiable": True},
    ],
    "open_hours": [{"days": "workdays", "opens": "09:00", "closes": "17:00"}],
    "customs": [
        {
            "declaration": "1" * 18,
            "item": "01",
            "name": "光谱仪",
            "released_on": "2012-05-01",
            "exemption": "",
        }
    ],
    "certificates": [{"kind": "", "number": "", "issued_on": "2007-11-09", "valid_until": "2009-11-08"}],
}
COLUMNS = {column.name: column for column in SHEETS["instruments"].columns}


@pytest.mark.parametrize("name", ROWS)
def test_rows_inside_a_cell_are_written_alike_and_read_back(name):
    field = COLUMNS[name].field
    text = cells.shown(field, ROWS[name])
    assert exporting._convert(COLUMNS[name])(ROWS[name]) == text
    read = [{key: value for key, value in row.items() if value} for row in cells.rows_of(field, text)]
    said = [
        {key: "on" if value is True else value.replace("|", "｜") for key, value in row.items() if value}
        for row in ROWS[name]
    ]
    assert read == said


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("booked_on", dt.date(2012, 6, 1), "2012-06-01"), ("booked_on", None, ""), ("is_modified", True, "是"),
        ("is_modified", False, "否"), ("is_modified", None, ""), ("has_no_platform", True, "是"),
        ("has_no_platform", False, ""), ("share_mode", "external", "外部共享"), ("name", "离心机", "离心机"),
    ],
)  # fmt: skip
def test_simple_cells_are_written_alike(name, value, text):
    assert cells.shown(COLUMNS[name].field, value) == text
    assert exporting._convert(COLUMNS[name])(value) == (None if value is None and name == "name" else text)


@pytest.mark.parametrize("sheet", SHEETS)
def test_headings_are_told_apart(sheet):
    headings = [column.heading for column in SHEETS[sheet].columns]
    assert len(set(headings)) == len(headings)
    known: dict[str, str] = {}
    for column in SHEETS[sheet].columns:
        for name in column.names:
            assert known.setdefault(name, column.name) == column.name
