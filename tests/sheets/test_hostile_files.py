"""Files that are no tables, or mean harm: a sentence, 422, nothing kept, in bounded time and memory."""

import io
import zipfile
from collections.abc import Callable
from functools import cache

import pytest
import xlsxwriter

from keyi.sheets import parse, reading
from keyi.sheets.models import Import
from tests.core.samples import as_bytes, scene
from tests.sheets.tables import csv_file, upload, workbook

pytestmark = pytest.mark.django_db
GOOD = workbook([["单位内编号", "名称"], ["A-1", "离心机"]])


def with_part(name: str, content: bytes = b"x") -> bytes:
    file = io.BytesIO(GOOD)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


@cache  # asked for twice
def zeros(megabytes: int) -> bytes:
    """A workbook whose sheet unpacks to so many megabytes of nothing."""
    file = io.BytesIO()
    archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9)
    with archive, archive.open("xl/worksheets/sheet1.xml", "w") as part:
        for _number in range(megabytes):
            part.write(bytes(1024 * 1024))
    return file.getvalue()


def far_cell() -> bytes:
    """Two cells, as far apart as a sheet goes: as a block they would be 17 thousand million."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "名称")
        page.write(1_048_575, 16_383, "x")
    return file.getvalue()


def sheets(number: int) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for _one in range(number):
            book.add_worksheet().write(0, 0, "名称")
    return file.getvalue()


def wide(columns: int) -> bytes:
    return workbook([[f"列{number}" for number in range(columns)], ["x"] * columns])


def encrypted_xls() -> bytes:
    return reading.OLE + bytes(600) + reading.ENCRYPTED + bytes(100)


def lying_size() -> bytes:
    """An archive whose directory says that its 400 MB part has ten bytes."""
    content = bytearray(zeros(400))
    end = content.rindex(b"PK\x01\x02")
    content[end + 24 : end + 28] = (10).to_bytes(4, "little")
    return bytes(content)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {  # made when asked for: some take a second
    "empty": (bytes, "空"),
    "blank": (lambda: b" \r\n \r\n", "文件是空的"),
    "picture": (lambda: as_bytes(scene(800, 600), "JPEG"), "这不是表格文件"),
    "exe": (lambda: b"MZ\x90\x00" + bytes(3000), "这不是表格文件"),
    "truncated": (lambda: GOOD[: len(GOOD) // 2], "文件已损坏"),
    "no workbook": (lambda: b"PK\x03\x04" + bytes(50), "文件已损坏"),
    "bomb": (lambda: zeros(400), "文件太大"),
    "lying": (lying_size, "文件"),
    "far cell": (far_cell, "文件太大"),
    "300 sheets": (lambda: sheets(300), "工作表超过 50 个"),
    "wide": (lambda: wide(400), "表格超过 300 列"),
    "macros": (lambda: with_part("xl/vbaProject.bin"), "含有宏"),
    "links": (lambda: with_part("xl/externalLinks/externalLink1.xml"), "引用了其他工作簿"),
    "nested zip": (lambda: with_part("xl/embeddings/more.zip"), "夹带了其他压缩包"),
    "slip": (lambda: with_part("../../etc/cron.d/x.zip"), "夹带了其他压缩包"),
    "password": (encrypted_xls, "设有密码"),
    "wrong encoding": (
        lambda: "名称,编号\n离心机,\u00e9\n".encode("latin-1", "replace") + b"\xff\xfe\xfa\x80",
        "编码不是",
    ),
    "headings only": (lambda: workbook([["单位内编号", "名称"]]), "表头下没有内容"),
    "long csv": (
        lambda: csv_file([["名称"], *([["x"]] * (parse.MOST_ROWS + 1))]),
        "表格超过 50000 行",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(keeper, name):
    make, sentence = HOSTILE[name]
    response = upload(keeper, "instruments", make())
    assert response.status_code == 422
    errors = "".join(response.context["form"].errors["file"])
    assert sentence.replace("50000", "50,000") in errors.replace("50000", "50,000")
    assert not Import.objects.exists()


def test_a_file_of_30_megabytes_is_refused(keeper):
    response = upload(keeper, "instruments", bytes(30 * 1024 * 1024))
    assert response.status_code in (413, 422)
    assert not Import.objects.exists()


def test_formulas_come_in_as_their_last_value(keeper):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["单位内编号", "原值（万元）"])
        page.write(1, 0, "A-1")
        page.write_formula(1, 1, "=1+1", None, 2)
    upload(keeper, "instruments", file.getvalue())
    assert Import.objects.get().rows.get().cells == ["A-1", "2"]


def test_script_in_a_table_stays_text(keeper):
    content = workbook([["单位内编号", "<script>alert(1)</script>"], ["A-1", "<img src=x onerror=alert(1)>"]])
    upload(keeper, "instruments", content)
    page = keeper.get(f"/work/imports/{Import.objects.get().token}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
