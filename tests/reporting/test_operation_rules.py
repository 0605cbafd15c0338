"""Every rule of form F7, in the form with its reason and in the database by raw SQL."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from keyi.reporting.forms.operation import OperationForm
from keyi.reporting.models import AnnualOperation, UpkeepYear
from tests.factories import make_instrument
from tests.reporting.rows import OPERATION, make_operation

# what is typed otherwise; the field the message stands at; the message; the database's constraint (None: only form)
RULES = [
    (
        {"run_hours": "8760.1", "down_hours": ""},
        "run_hours",
        "2025 年全年共 8,760 小时，请填写不超过此数。",
        "operation_runs_within_the_year",
    ),
    (
        {"run_hours": "8750", "down_hours": "10.1"},
        "down_hours",
        "年总运行机时与停机时间合计 8,760.1 小时，2025 年全年只有 8,760 小时。",
        "operation_down_within_the_year",
    ),
    (
        {"teach_hours": "600"},
        "teach_hours",
        "教学、科研、社会服务机时合计 1,800，大于年总运行机时 1,412。",
        "operation_split_within_run",
    ),
    (
        {"open_hours": "1412.1"},
        "open_hours",
        "“开放使用机时”（1,412.1）不能大于“年总运行机时”（1,412）。",
        "operation_open_within_run",
    ),
    (
        {"service_hours": "1412.5"},
        "service_hours",
        "“服务机时（对内+对外）”（1,412.5）不能大于“年总运行机时”（1,412）。",
        "operation_service_within_run",
    ),
    (
        {"ext_hours": "1101"},
        "ext_hours",
        "“年对外服务机时”（1,101）不能大于“服务机时（对内+对外）”（1,100）。",
        "operation_ext_within_service",
    ),
    (
        {"ent_hours": "321"},
        "ent_hours",
        "“服务企业机时”（321）不能大于“年对外服务机时”（320）。",
        "operation_ent_within_ext",
    ),
    ({"ents": "27"}, "ents", "“服务企业数”（27）不能大于“单位外用户数”（26）。", "operation_ents_within_users"),
    ({"smes": "13"}, "smes", "“中小微企业数”（13）不能大于“服务企业数”（12）。", "operation_smes_within_ents"),
    ({"ents": ""}, "ents", "填写了中小微企业数，请同时填写服务企业数。", "operation_smes_within_ents"),
    (
        {"run_hours": "0", "teach_hours": "0", "research_hours": "0", "social_hours": "0", "open_hours": "",
         "service_hours": "0", "ext_hours": "0", "ent_hours": "", "income_ext": "0"},
        "zero_reason",
        "年总运行机时为 0，请填写未运行说明，例：等待配件。",
        "operation_zero_has_reason",
    ),
    (
        {"ext_hours": "0", "ent_hours": "0"},
        "income_reason",
        "有对外服务收入但没有对外服务机时，请说明原因。",
        "operation_income_has_hours",
    ),
    ({"down_hours": "-1"}, "down_hours", "请填写不小于 0 的数。", "operation_not_negative"),
    ({"income_in": "-0.01"}, "income_in", "请填写不小于 0 的数。", "operation_not_negative"),
    ({"year_end_status": "lost"}, "year_end_status", None, "operation_status_known"),
    ({"hour_source": "guess"}, "hour_source", None, "operation_source_known"),
    ({"run_hours": "12.34"}, "run_hours", None, None),
    ({"run_hours": "很多"}, "run_hours", None, None),
    ({"users_in": ""}, "users_in", None, "null"),
    ({"users_in": "-1"}, "users_in", None, "reporting_annualoperation_users_in_check"),
]  # fmt: skip
KEPT_BY_THE_DATABASE = [(typed, name) for typed, _field, _message, name in RULES if name]
IDS = [f"{field} {next(iter(typed.values())) or 'empty'}" for typed, field, *_rest in RULES]


@pytest.fixture
def instrument(world):
    return make_instrument(world, status="published", value_wan=Decimal("12.00"))


def form_for(instrument, year=2025, **typed):
    row, _new = UpkeepYear.objects.get_or_create(instrument=instrument, year=year)
    record = AnnualOperation(instrument=instrument, year=year)
    return OperationForm(OPERATION | typed, instance=record, last=None, upkeep=row)


def insert(world, instrument, year=2025, **typed):
    """Past the form and past the model, as SQL."""
    values = {
        field.column: field.get_default()
        for field in AnnualOperation._meta.concrete_fields
        if field.column != "id" and (field.has_default() or not field.null)
    }
    values |= OPERATION | {name: value if value != "" else None for name, value in typed.items()}
    values |= {
        "instrument_id": instrument.pk, "institution_id": instrument.institution_id, "year": year,
        "updated_by_id": world.unit_admin.pk, "created_at": "2026-01-01", "updated_at": "2026-01-01",
    }  # fmt: skip
    columns = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO reporting_annualoperation ({columns}) VALUES ({marks})", list(values.values())
        )


def test_a_complete_year_passes_form_and_database(world, instrument):
    form = form_for(instrument)
    assert form.errors == {}
    insert(world, instrument)
    assert AnnualOperation.objects.get().run_hours == 1412


@pytest.mark.parametrize(("typed", "field", "message", "_constraint"), RULES, ids=IDS)
def test_form_refuses_with_the_reason(world, instrument, typed, field, message, _constraint):
    errors = form_for(instrument, **typed).errors
    assert list(errors) == [field]
    if message:
        assert list(errors[field]) == [message]


@pytest.mark.parametrize(("typed", "constraint"), KEPT_BY_THE_DATABASE)
def test_database_refuses_the_same(world, instrument, typed, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        insert(world, instrument, **typed)


def test_leap_year_has_more_hours(world, instrument):
    full = {"run_hours": "8784", "down_hours": ""}
    assert form_for(instrument, 2024, **full).errors == {}
    insert(world, instrument, 2024, **full)
    assert list(form_for(instrument, 2025, **full).errors) == ["run_hours"]
    assert list(form_for(instrument, 2024, run_hours="8784.1", down_hours="").errors) == ["run_hours"]
    with pytest.raises(IntegrityError, match="runs_within_the_year"):
        insert(world, make_instrument(world), 2024, run_hours="8784.1", down_hours="")


def test_reasons_make_zero_and_income_without_hours_possible(world, instrument):
    none = {"teach_hours": "0", "research_hours": "0", "social_hours": "0", "open_hours": "0", "service_hours": "0",
            "ext_hours": "0", "ent_hours": "0"}  # fmt: skip
    idle = {**none, "run_hours": "0", "zero_reason": "等待配件", "income_reason": "上年服务的尾款"}
    assert form_for(instrument, **idle).errors == {}
    insert(world, instrument, **idle)


def test_second_record_of_a_year_is_refused_by_the_database(world, instrument):
    make_operation(world, instrument)
    with pytest.raises(IntegrityError, match="operation_once_a_year"):
        insert(world, instrument)


@pytest.mark.parametrize("year", [1999, 2100])
def test_year_beyond_the_century_is_refused_by_the_database(world, instrument, year):
    with pytest.raises(IntegrityError, match="operation_year_known"):
        insert(world, instrument, year)


def test_numbers_are_read_as_people_write_them(world, instrument):
    form = form_for(instrument, run_hours=" １，４１２.5 ", users_in="１,085", income_ext="85,000.50")
    assert form.errors == {}
    assert str(form.cleaned_data["run_hours"]) == "1412.5"
    assert (form.cleaned_data["users_in"], str(form.cleaned_data["income_ext"])) == (1085, "85000.50")


def test_expensive_instrument_needs_a_proof(world):
    dear = make_instrument(world, status="published", value_wan=Decimal("50.00"))
    form = form_for(dear)
    assert list(form.errors) == ["proofs"]
    assert list(form.errors["proofs"]) == ["原值 50 万元及以上的仪器，请至少上传一份机时佐证材料。"]
    cheaper = make_instrument(world, status="published", value_wan=Decimal("49.99"))
    assert form_for(cheaper).errors == {}
