import datetime as dt
from decimal import Decimal

from python_calamine import CalamineWorkbook

from keyi.core.xlsx import sheet_response, write_sheet

TYPED = ["=1+1", "+86 731", "-5", "@SUM(A1)", "http://example.org", "0012", "\x01x", "长" * 40_000]


def reread(file) -> list[list]:
    return CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()


def test_what_was_typed_stays_text():
    rows = reread(write_sheet("表", ["=A1"], ([text] for text in TYPED)))
    assert [row[0] for row in rows] == ["=A1", *TYPED[:-1], "长" * 32_767]


def test_numbers_and_dates_are_numbers_and_dates():
    at = dt.datetime(2026, 4, 30, 16, 5, tzinfo=dt.UTC)
    rows = reread(
        write_sheet("a/b[c]", ["a"], [[3, Decimal("2.5"), dt.date(2026, 4, 30), at, None, True]], widths=[9])
    )
    assert rows == [
        ["a", "", "", "", "", ""],
        [3.0, 2.5, dt.date(2026, 4, 30), "2026-05-01 00:05", "", "True"],
    ]


def test_response_is_a_file_to_save():
    response = sheet_response(write_sheet("表", ["a"], []), "进度.xlsx")
    assert response["Content-Disposition"] == ("attachment; filename*=utf-8''%E8%BF%9B%E5%BA%A6.xlsx")
    assert response["X-Content-Type-Options"] == "nosniff"
