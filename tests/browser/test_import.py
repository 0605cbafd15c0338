"""A unit's own list becomes drafts, in a browser: upload, match, look, confirm, correct and import again."""

from pathlib import Path

import pytest

from keyi.records.models import Instrument
from tests.sheets.tables import workbook

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REAL = Path(__file__).parent.parent / "sheets/data/real-instruments.csv"


@pytest.fixture
def page(client, live_server, open_page, world):
    client.force_login(world.unit_admin)
    page = open_page()
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto("/work/instruments/")
    return page


def test_a_units_own_list_is_taken_over(page, world, look_at, tmp_path):
    page.get_by_role("link", name="导入", exact=True).click()
    look_at(page, "import-upload")
    page.locator("input[type=file]").set_input_files(REAL)
    page.get_by_role("button", name="上传").click()
    page.get_by_label("“测量范围”对应").select_option(label="主要技术指标")
    page.get_by_text("各行相同的内容").click()
    page.get_by_label("仪器类型").select_option(label="仪器")
    page.get_by_label("所属实验室（院系）").fill("无机元素分析室")
    look_at(page, "import-match")
    page.get_by_role("button", name="逐行检查").click()
    page.get_by_text("与文件第 35 行编号相同").first.wait_for()
    look_at(page, "import-result")
    page.get_by_role("button", name="确认导入").click()
    page.get_by_text("有些行不能导入").first.wait_for()
    page.get_by_label("只导入合格的行").check()
    page.get_by_role("button", name="确认导入").click()
    page.get_by_text("已保存 82 行").wait_for()
    look_at(page, "import-done")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载检查结果").click()
    assert download.value.suggested_filename == "real-instruments-检查结果.xlsx"
    assert Instrument.objects.filter(unit=world.lab, kind="instrument", status="draft").count() == 82
    page.get_by_role("link", name="去仪器管理").click()
    page.get_by_text("共 82 条").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="导出", exact=True).click()
    download.value.save_as(tmp_path / "again.xlsx")
    page.get_by_role("link", name="导入", exact=True).click()
    page.locator("input[type=file]").set_input_files(tmp_path / "again.xlsx")
    page.get_by_role("button", name="上传").click()
    page.get_by_role("button", name="逐行检查").click()
    page.get_by_role("link", name="没有变化 82").wait_for()


def test_a_file_that_is_no_table_says_what_to_do(page, tmp_path, look_at):
    bad = tmp_path / "photo.xlsx"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    page.goto("/work/imports/instruments/new/")
    page.locator("input[type=file]").set_input_files(bad)
    page.get_by_role("button", name="上传").click()
    page.get_by_text("这不是表格文件").first.wait_for()
    look_at(page, "import-refused")
    good = tmp_path / "good.xlsx"
    good.write_bytes(workbook([["单位内编号", "名称"], ["A-1", "离心机"]]))
    page.locator("input[type=file]").set_input_files(good)
    page.get_by_role("button", name="上传").click()
    page.get_by_role("button", name="逐行检查").wait_for()
