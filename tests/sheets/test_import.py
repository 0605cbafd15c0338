"""Importing instruments: from a file to drafts, with every row judged by the page's own form."""

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from python_calamine import CalamineWorkbook

from keyi.audit.models import Entry
from keyi.records.models import Instrument
from keyi.sheets.models import Import, ImportRow, KeptMatch
from tests import jobs
from tests.factories import add_photo, make_instrument
from tests.sheets.tables import (
    cells,
    checked,
    confirmed,
    imported,
    matched,
    one,
    streamed,
    upload,
    uploaded,
    verdicts,
    workbook,
)

pytestmark = pytest.mark.django_db
REAL = Path(__file__).parent / "data/real-instruments.csv"
HEADINGS = ["所在单位仪器编号", "仪器名称", "规格型号", "所属实验室（院系）", "原值（万元）", "启用日期"]


def test_new_rows_become_drafts_of_the_laboratory(world, keeper):
    rows = [
        HEADINGS,
        ["A-1", "离心机", "CR 22", "无机元素分析室", 86.5, "2019年3月17日"],
        ["A-2", "天平", None, None, None, None],
    ]
    job = imported(keeper, "instruments", workbook(rows))
    assert job.counts == {"new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    first, second = one("A-1"), one("A-2")
    assert (first.name, first.model_name, first.unit, first.status) == ("离心机", "CR 22", world.lab, "draft")
    assert (first.value_wan, first.started_on) == (Decimal("86.50"), dt.date(2019, 3, 17))
    assert (second.unit, second.institution, second.updated_by) == (
        world.university,
        world.university,
        world.unit_admin,
    )
    assert job.rows.get(line=3).object_id == second.pk
    assert "规格型号" in job.rows.get(line=3).gaps
    assert "规格型号" not in job.rows.get(line=2).gaps
    assert Entry.objects.filter(action="record.save").count() == 2
    assert Entry.objects.get(action="import.done").data["rows"] == 2


def test_the_real_list_is_taken_with_its_flaws_told(world, keeper):
    """85 rows of a public laboratory: one number three times, a validity before its date, gaps, line breaks."""
    job = checked(keeper, "instruments", REAL.read_bytes(), "real.csv")
    assert job.total == 85
    assert job.counts == {"new": 82, "changed": 0, "unchanged": 0, "refused": 3}
    told = {row.line: row.errors for row in job.rows.filter(verdict="refused")}
    same = [["所在单位仪器编号", "与文件第 35 行编号相同，请保留其中一行。"]]
    assert told == {
        36: same,
        37: same,
        71: [["计量/检定/校准", "第 1 行“有效期至”：有效期早于证书日期，请核对。"]],
    }
    assert [one["text"] for one in job.headings if not one["target"]] == [
        "测量范围", "不确定度/准确度等级", "检定/校准单位", "检定周期", "备注",
    ]  # fmt: skip
    without_model = [row for row in job.rows.all() if "规格型号" in row.gaps]
    assert len(without_model) == sum(
        not "".join(row.cells[2:3]).strip() for row in job.rows.exclude(verdict="refused")
    )
    assert not Instrument.objects.exists()
    job = confirmed(keeper, job, only_good="on")
    assert (job.step, Instrument.objects.count()) == ("done", 82)
    icp = one("SB-192")
    assert (icp.name, icp.model_name, icp.manufacturer) == (
        "电感耦合等离子体发射光谱仪",
        "Icap6300",
        "thermo",
    )
    assert [row["issued_on"] for row in icp.certificates] == ["2007-11-09"]
    assert (icp.category, icp.value_wan, icp.kind) == (None, None, "")  # nothing is invented
    assert not any(
        name != name.strip() or "\n" in name for name in Instrument.objects.values_list("name", flat=True)
    )


def test_nothing_is_saved_while_a_row_is_refused_unless_the_good_ones_are_asked_for(world, keeper):
    rows = [HEADINGS, ["A-1", "离心机"], ["A-1", "天平"]]
    job = checked(keeper, "instruments", workbook(rows))
    response = keeper.post(f"/work/imports/{job.token}/confirm/", {})
    assert response.status_code == 422
    assert "有些行不能导入" in response.content.decode()
    assert not Instrument.objects.exists()
    assert confirmed(keeper, job, only_good="on").step == "done"
    assert Instrument.objects.get().name == "离心机"


def test_known_rows_are_changed_field_by_field_and_unmapped_columns_stay(world, keeper):
    known = make_instrument(world, inventory_number="A-1", name="离心机", status="draft")
    make_instrument(world, inventory_number="A-2", name="天平", status="draft")
    rows = [
        ["编号", "名称", "型号"],
        ["A-1", "高速离心机", "iCAP 6300"],
        ["A-2", "天平", ""],
        ["A-3", "新的", ""],
    ]
    job = checked(keeper, "instruments", workbook(rows), 编号="inventory_number")
    assert verdicts(job) == {2: "changed", 3: "unchanged", 4: "new"}
    assert job.rows.get(line=2).changes == [["仪器名称", "离心机", "高速离心机"]]
    confirmed(keeper, job)
    known.refresh_from_db()
    assert (known.name, known.model_name, known.value_wan, known.edits) == (
        "高速离心机",
        "iCAP 6300",
        Decimal("88.60"),
        1,
    )


def test_a_facilitys_own_section_stays_as_it_is(world, keeper):
    facility = make_instrument(
        world, inventory_number="A-1", name="光源", kind="facility", facility_host="长沙示范大学",
        facility_chief_tel="0731-88001234", open_hours=[],
    )  # fmt: skip
    photo = add_photo(world, facility, title="整机")
    expected = facility.snapshot()
    expected["fields"]["name"] = "同步辐射光源"
    imported(keeper, "instruments", workbook([["单位内编号", "名称"], ["A-1", "同步辐射光源"]]))
    facility.refresh_from_db()
    assert facility.snapshot() == expected
    photo.refresh_from_db()
    assert (photo.title, photo.removed_at) == ("整机", None)


def test_empty_cells_leave_alone_or_empty_as_chosen(world, keeper):
    known = make_instrument(world, inventory_number="A-1", status="draft")
    rows = [HEADINGS[:3], ["A-1", known.name, ""]]
    assert verdicts(checked(keeper, "instruments", workbook(rows))) == {2: "unchanged"}
    job = checked(keeper, "instruments", workbook(rows), clears="on")
    assert job.rows.get().changes == [["规格型号", "iCAP 6300", ""]]
    confirmed(keeper, job)
    known.refresh_from_db()
    assert known.model_name == ""


def test_what_is_in_review_or_published_is_closed(world, keeper):
    make_instrument(world, inventory_number="A-1", name="离心机", status="endorsed")
    rows = [HEADINGS[:2], ["A-1", "高速离心机"]]
    job = checked(keeper, "instruments", workbook(rows))
    [[heading, message]] = job.rows.get().errors
    assert heading == ""
    assert "不能修改" in message
    same = checked(keeper, "instruments", workbook([HEADINGS[:2], ["A-1", "离心机"]]))
    assert verdicts(same) == {2: "unchanged"}


def test_a_laboratory_reaches_its_own_instruments_only(world, as_):
    make_instrument(world, inventory_number="A-1", unit=world.other_department, name="离心机", status="draft")
    own = as_(world.lab_manager)
    rows = [
        HEADINGS[:4],
        ["A-1", "偷改", "", ""],
        ["A-2", "天平", "", "化学化工学院"],
        ["A-3", "天平", "", ""],
    ]
    job = checked(own, "instruments", workbook(rows))
    assert verdicts(job) == {2: "refused", 3: "refused", 4: "new"}
    confirmed(own, job, only_good="on")
    assert one("A-1").name == "离心机"
    assert one("A-3").unit == world.department


def test_another_units_numbers_do_not_matter(world, keeper):
    make_instrument(world, inventory_number="A-1", unit=world.strange_lab, name="别家的", status="draft")
    imported(keeper, "instruments", workbook([HEADINGS[:2], ["A-1", "离心机"]]))
    assert sorted(Instrument.objects.filter(inventory_number="A-1").values_list("name", flat=True)) == [
        "别家的",
        "离心机",
    ]


def test_what_was_chosen_by_hand_is_kept_for_the_next_file(world, keeper):
    content = workbook([["机号", "叫什么", "备注"], ["A-1", "离心机", "旧"]])
    job = uploaded(keeper, "instruments", content)
    assert [one["target"] for one in job.headings] == ["", "", ""]
    checked(keeper, "instruments", content, 机号="inventory_number", 叫什么="name")
    again = uploaded(keeper, "instruments", content)
    assert [one["target"] for one in again.headings] == ["inventory_number", "name", ""]
    assert KeptMatch.objects.filter(unit=world.university).count() == 3


def test_a_column_is_matched_once_and_at_least_one(world, keeper):
    job = uploaded(keeper, "instruments", workbook([["甲", "乙"], ["A-1", "离心机"]]))
    page = keeper.post(f"/work/imports/{job.token}/match/", matched(job, 甲="name", 乙="name"))
    assert page.status_code == 422
    assert "“甲”已对应这一项" in page.content.decode()
    assert keeper.post(f"/work/imports/{job.token}/match/", matched(job)).status_code == 422
    job.refresh_from_db()
    assert job.step == "match"


def test_what_is_the_same_for_all_rows_is_written_once(world, keeper):
    content = workbook([["单位内编号", "名称"], ["A-1", "离心机"], ["A-2", "天平"]])
    changes = {
        "usual-kind": "仪器",
        "usual-lab": "分析测试中心 / 无机元素分析室",
        "usual-tel": "0731-88001234",
    }
    imported(keeper, "instruments", content, **changes)
    assert [(row.kind, row.unit, row.tel) for row in Instrument.objects.order_by("inventory_number")] == [
        ("instrument", world.lab, "0731-88001234")
    ] * 2


def test_the_report_is_the_same_table_with_remarks(world, keeper):
    job = checked(
        keeper,
        "instruments",
        workbook([["单位内编号", "名称", "建账日期"], ["A-1", "离心机", "去年"], ["A-2", "天平", ""]]),
    )
    [heads, first, second] = cells(streamed(keeper.get(f"/work/imports/{job.token}/report/")))
    assert heads == ["单位内编号", "名称", "建账日期", "导入说明"]
    assert first[:3] == ["A-1", "离心机", "去年"]
    assert first[3].startswith("不能导入；建账日期：")
    assert second[3].startswith("新增；提交前还需补充：")


def test_a_report_can_be_mended_and_imported(world, keeper):
    job = checked(keeper, "instruments", workbook([HEADINGS[:2], ["A-1", "离心机"], ["A-1", "天平"]]))
    rows = cells(streamed(keeper.get(f"/work/imports/{job.token}/report/")))
    rows[2][0] = "A-2"
    assert imported(keeper, "instruments", workbook(rows)).counts["new"] == 2


def test_the_template_has_every_column_lists_and_an_example_that_is_not_imported(world, keeper):
    content = streamed(keeper.get("/work/imports/instruments/template/"))
    rows = cells(content)
    assert rows[0][-1] == "导入说明"
    assert {"所在单位仪器编号*", "仪器名称*", "收费标准"} <= set(rows[0])
    assert rows[1][-1] == "示例行，导入时跳过"
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names == ["仪器", "代码"]
    assert upload(keeper, "instruments", content).status_code == 422  # nothing but the example
    rows[1][0], rows[1][-1] = "仪器", ""
    job = checked(keeper, "instruments", workbook(rows))
    assert verdicts(job) == {2: "new"}
    assert all(heading["target"] for heading in job.headings if heading["text"] != "导入说明")


@pytest.mark.parametrize("who", ["stranger", "lab_manager", "reviewer", "system_admin"])
def test_an_import_is_its_persons_own(world, as_, who):
    job = checked(as_(world.unit_admin), "instruments", workbook([HEADINGS[:2], ["A-1", "离心机"]]))
    other = as_(getattr(world, who))
    for name in ("", "report/"):
        assert other.get(f"/work/imports/{job.token}/{name}").status_code == 404
    for name in ("match/", "confirm/", "back/", "drop/"):
        assert other.post(f"/work/imports/{job.token}/{name}", {}).status_code == 404
    assert Import.objects.get().step == "checked"
    assert not Instrument.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("reviewer", 403), ("system_admin", 403), ("lab_manager", 403)])
def test_laboratories_are_imported_by_the_unit_only(world, as_, who, status):
    person = as_(getattr(world, who))
    assert person.get("/work/imports/labs/new/").status_code == status
    assert upload(person, "labs", workbook([["名称"], ["新的"]])).status_code == status


def test_confirming_twice_saves_once(world, keeper):
    job = checked(keeper, "instruments", workbook([["名称"], ["离心机"]]))
    confirmed(keeper, job)
    keeper.post(f"/work/imports/{job.token}/confirm/", {})
    assert Instrument.objects.count() == 1


def test_an_import_can_go_back_and_be_deleted(world, keeper):
    job = checked(keeper, "instruments", workbook([HEADINGS[:2], ["A-1", "离心机"]]))
    keeper.post(f"/work/imports/{job.token}/back/")
    job.refresh_from_db()
    assert (job.step, set(job.rows.values_list("verdict", flat=True))) == ("match", {"waiting"})
    keeper.post(f"/work/imports/{job.token}/drop/")
    assert not Import.objects.exists()
    assert not ImportRow.objects.exists()


def test_a_short_table_is_looked_after_by_the_worker_too(world, keeper):
    """Its check runs within the request; should that process be killed, the worker goes on."""
    job = uploaded(keeper, "instruments", workbook([HEADINGS[:2], ["A-1", "离心机"]]))
    keeper.post(f"/work/imports/{job.token}/match/", matched(job))  # the test's transaction never commits
    job.refresh_from_db()
    assert job.step == "checking"
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name LIKE %s", ["%run_import"]
        )
    assert jobs.run_jobs() >= 1
    job.refresh_from_db()
    assert job.step == "checked"
