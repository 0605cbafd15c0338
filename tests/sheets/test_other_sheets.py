"""Laboratories, people, yearly operation and services: each by its own form, each as often as one likes."""

from decimal import Decimal

import pytest
from django.db import connection

from keyi.accounts.models import OrgUnit
from keyi.reporting.models import AnnualOperation, AnnualStaff, Staff
from keyi.services.models import ServiceRecord
from keyi.sheets.kinds import OPERATIONS
from tests.factories import make_instrument
from tests.reporting.rows import open_year
from tests.services.rows import make_service
from tests.sheets.tables import cells, checked, confirmed, imported, streamed, upload, verdicts, workbook

pytestmark = pytest.mark.django_db
YEAR = 2025


@pytest.fixture
def instrument(world):
    open_year(YEAR)
    return make_instrument(world, inventory_number="A-1", status="published")


def test_laboratories_may_stand_below_departments_of_the_same_file(world, keeper):
    rows = [
        ["名称", "上级", "负责人", "联系电话"],
        ["新学院", "", "张三", "0731-88001234"],
        ["新实验室", "新学院", "李四", "0731-88001235"],
        ["无机元素分析室", "分析测试中心", "王五", "0731-88001236"],
        ["孤儿", "没有的学院", "赵六", "0731-88001237"],
    ]
    job = checked(keeper, "labs", workbook(rows))
    assert verdicts(job) == {2: "new", 3: "new", 4: "changed", 5: "refused"}
    assert job.rows.get(line=5).errors[0][1] == "没有院系“没有的学院”。请先新增，或写全称。"
    assert not OrgUnit.objects.filter(name="新学院").exists()  # it was only tried
    confirmed(keeper, job, only_good="on")
    assert OrgUnit.objects.get(name="新实验室").parent.name == "新学院"
    world.lab.refresh_from_db()
    assert world.lab.manager == "王五"


def test_people_of_the_year_are_added_changed_and_not_doubled(world, keeper, instrument):
    head = ["仪器编号", "姓名", "职称", "联系电话", "人员类型", "专职/兼职", "资质或培训情况"]
    rows = [head, ["A-1", "李四", "工程师", "0731-88001234", "操作人员；维护人员", "专职", ""]]
    first = imported(
        keeper, "staff", workbook(rows), year=YEAR, **{"资质或培训情况": "cert", "专职/兼职": "employ"}
    )
    assert first.counts["new"] == 1
    assert sorted(AnnualStaff.objects.values_list("kind", flat=True)) == ["maintainer", "operator"]
    assert verdicts(checked(keeper, "staff", workbook(rows), year=YEAR)) == {2: "unchanged"}
    rows[1][5] = "兼职"
    again = imported(keeper, "staff", workbook(rows), year=YEAR)
    assert again.counts["changed"] == 1
    assert set(AnnualStaff.objects.values_list("employ", flat=True)) == {"part"}
    assert Staff.objects.count() == 1


def test_what_was_typed_about_people_waits_encrypted(world, keeper, instrument):
    head = ["仪器编号", "姓名", "职称", "联系电话", "人员类型", "专职/兼职", "出生年月"]
    typed = [
        ["A-1", "李四", "工程师", "0731-88001234", "操作人员", "专职", month]
        for month in ("1979-11", "七九年")
    ]
    job = checked(keeper, "staff", workbook([head, *typed]), year=YEAR)
    assert verdicts(job) == {2: "new", 3: "refused"}
    assert job.rows.get(line=2).cells[-1] == "1979-11"
    assert "七九年" in str(job.rows.get(line=3).cells)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i::text || r::text FROM sheets_import i JOIN sheets_importrow r ON r.job_id = i.id"
        )
        held = str(cursor.fetchall())
    assert [one for one in ("1979", "七九年", "李四", "0731", "出生年月") if one in held] == []


def operation_row(world, **changes):
    """Heading → cell of a complete year."""
    values = {
        "instrument": "A-1", "run_hours": "1200", "teach_hours": "100", "research_hours": "700", "social_hours": "200",
        "service_hours": "900", "ext_hours": "200", "hour_source": "纸质登记", "users_in": "30", "users_ext": "5",
        "income_in": "0", "income_ext": "1.2万", "year_end_status": "正常",
    } | changes  # fmt: skip
    headings = {column.name: column.heading for column in OPERATIONS.columns}
    return {headings[name]: value for name, value in values.items()}


def test_operation_of_the_year_passes_the_rules_of_its_form(world, keeper, instrument):
    instrument.value_wan = Decimal("20")
    instrument.save()
    row = operation_row(world)
    bad = operation_row(world, service_hours="1300")
    job = checked(keeper, "operations", workbook([list(row), list(bad.values())]), year=YEAR)
    assert verdicts(job) == {2: "refused"}
    job = imported(keeper, "operations", workbook([list(row), list(row.values())]), year=YEAR)
    record = AnnualOperation.objects.get()
    assert (record.year, record.run_hours, record.income_ext) == (YEAR, Decimal("1200"), Decimal("12000"))
    assert verdicts(checked(keeper, "operations", workbook([list(row), list(row.values())]), year=YEAR)) == {
        2: "unchanged"
    }


def test_a_foreign_instrument_or_a_closed_year_takes_nothing(world, as_, keeper, instrument):
    row = operation_row(world)
    content = workbook([list(row), list(row.values())])
    job = checked(as_(world.stranger), "operations", content, year=YEAR)
    assert verdicts(job) == {2: "refused"}
    assert upload(as_(world.unit_admin), "operations", content, year=2019).status_code == 422


def test_services_are_exported_and_imported_unchanged(world, keeper, instrument):
    make_service(world, instrument)
    content = streamed(keeper.get("/work/imports/services/export/"))
    job = checked(keeper, "services", content)
    assert verdicts(job) == {2: "unchanged"}
    rows = cells(content)
    place = rows[0].index("实际服务内容")
    rows[1][place] = "另一项检测"
    imported(keeper, "services", workbook(rows))
    assert ServiceRecord.objects.get().content == "另一项检测"
