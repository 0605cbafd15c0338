"""How files and cells are read: the national template, encodings, old Excel, money, days, several codes in a cell."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from keyi.codes.models import CodeList
from keyi.records.models import Instrument
from tests.sheets.tables import (
    checked,
    confirmed,
    csv_file,
    imported,
    one,
    streamed,
    uploaded,
    verdicts,
    workbook,
)
from tests.world import code

pytestmark = pytest.mark.django_db


def test_the_national_template_is_understood_as_it_is(world, keeper):
    """Headings of the sheet 大型科研仪器, under a row of merged groups."""
    groups = ["仪器基本信息", None, None, None, None, None, None, None, None, None, "联系人信息"]
    heads = [
        "仪器编号（（必填，管理系统中的关联仪器编号））",
        "所在单位仪器编号", "仪器设备名称", "原值（单位万元、保留小数点后两位）",
        "主要学科领域（如有多个，用逗号分隔，最多填写4个）", "建账日期（例：2016-01-01）",
        "仪器设备类别（通用/专用）", "安放地址-省",
        "安放地址-市", "安放地址-区县", "联系人", "图片（仪器图片的文件名称，jpg格式、1M以内大小）",
        "年运行机时（小时）",
    ]  # fmt: skip
    row = [
        "",
        "A-1",
        "离心机",
        "86.5",
        "化学",
        "2016-01-01",
        "通用",
        "湖南省",
        "长沙市",
        "岳麓区",
        "李楠",
        "a.jpg",
        "1200",
    ]
    job = checked(keeper, "instruments", workbook([["大型科研仪器"], groups, heads, row]))
    assert job.counts["new"] == 1
    page = keeper.get(
        f"/work/imports/{uploaded(keeper, 'instruments', workbook([groups, heads, row])).token}/"
    )
    assert "照片请打包成 zip" in page.content.decode()
    confirmed(keeper, job)
    saved = one("A-1")
    assert (saved.division, saved.usage_type, saved.contact) == (world.yuelu, "general", "李楠")
    assert list(saved.subjects.all()) == [world.chemistry]


@pytest.mark.parametrize(
    ("heading", "cell", "value"),
    [
        ("原值（元）", "1,234,500", Decimal("123.45")),
        ("原值（万元）", "￥123.45", Decimal("123.45")),
        ("原值", "1234500元", Decimal("123.45")),
        ("原值", "123.45万元", Decimal("123.45")),
        ("原值（元）", 1234500, Decimal("123.45")),
        ("原值", " 123.45 ", Decimal("123.45")),
    ],
)
def test_money_is_read_in_both_units(world, keeper, heading, cell, value):
    imported(keeper, "instruments", workbook([["单位内编号", "名称", heading], ["A-1", "离心机", cell]]))
    assert one("A-1").value_wan == value


@pytest.mark.parametrize(
    "cell",
    [
        "2016-01-31",
        "2016/1/31",
        "2016.1.31",
        "2016年1月31日",
        "20160131",
        dt.date(2016, 1, 31),
        42400,
        "42400",
    ],
)
def test_days_are_read_however_they_are_written(world, keeper, cell):
    rows = [["单位内编号", "名称", "建账日期"], ["A-1", "离心机", cell]]
    formats = {2: "yyyy-mm-dd"} if isinstance(cell, dt.date) else None
    imported(keeper, "instruments", workbook(rows, formats=formats))
    assert one("A-1").booked_on == dt.date(2016, 1, 31)


@pytest.mark.parametrize("cell", ["2016", "2016-13-01", "去年", "2016-02"])
def test_half_a_day_is_refused_not_made_up(world, keeper, cell):
    job = checked(
        keeper, "instruments", workbook([["单位内编号", "名称", "建账日期"], ["A-1", "离心机", cell]])
    )
    [[heading, _message]] = job.rows.get().errors
    assert heading == "建账日期"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_its_encoding(world, keeper, encoding):
    content = csv_file([["单位内编号", "名称"], ["A-1", "离心机"], ["A-2", "'=天平"]], encoding)
    imported(keeper, "instruments", content, "list.csv")
    assert (one("A-1").name, one("A-2").name) == ("离心机", "=天平")


def test_old_excel_is_read(world, keeper):
    content = (Path(__file__).parent / "data/old.xls").read_bytes()
    imported(keeper, "instruments", content, "old.xls")
    assert one("OLD-1").name == "离子色谱仪"


@pytest.mark.parametrize("cell", ["化学；物理学", "150，140", "化学、物理学", "化学 150；物理学 140"])
def test_several_subjects_stand_in_one_cell(world, keeper, cell):
    physics = code(CodeList.SUBJECT, "140", "物理学")
    imported(keeper, "instruments", workbook([["单位内编号", "主要学科领域"], ["A-1", cell]]))
    assert set(one("A-1").subjects.all()) == {world.chemistry, physics}
    again = checked(keeper, "instruments", streamed(keeper.get("/work/imports/instruments/export/")))
    assert verdicts(again) == {2: "unchanged"}, list(again.rows.values_list("errors", "changes"))


@pytest.mark.parametrize(
    "heading", ["建账日期", "原值", "共享模式", "主要学科领域", "收费标准", "所属实验室（院系）"]
)
@pytest.mark.parametrize(
    "cell", ["1" * 32_000, "1" * 32_000 + "x", "(" * 32_000, "、" * 32_000, "1,1" * 9_000, "|" * 32_000]
)
def test_a_cell_as_long_as_a_cell_can_be_is_refused_in_no_time(world, keeper, heading, cell):
    job = checked(keeper, "instruments", workbook([["单位内编号", heading], ["A-1", cell]]))
    assert verdicts(job)[2] in ("refused", "new")
    assert not Instrument.objects.exists()
