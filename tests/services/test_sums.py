"""由服务记录汇总: the sums, their difference to what was saved, and filling them in."""

from decimal import Decimal

import pytest

from keyi.reporting.models import AnnualOperation
from keyi.services import sums
from tests.factories import make_instrument
from tests.reporting.rows import OPERATION, closed_year, make_operation, open_year
from tests.services.rows import make_service, moment


@pytest.fixture
def instrument(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_instrument(world, status="published", value_wan=Decimal(12), inventory_number="S9")


@pytest.fixture
def records(world, instrument):
    """Two services for one enterprise, one for a university, one inside, and one of another year."""
    usual = {"hours": Decimal("3.5"), "amount": 2}
    for number, values in enumerate((
        {"invoice_number": "1"},
        {"invoice_number": "1"},
        {"applicant_unit": "岳麓材料研究所", "user_type": "institute", "invoice_number": "2"},
        {"applicant_unit": "麓山大学", "client": "internal", "user_type": "university", "applicant": "刘芳"},
        {"year": 2024, "started_at": moment("2024-05-01"), "ended_at": moment("2024-05-02")},
    )):  # fmt: skip
        make_service(world, instrument, number=f"S{number}", **usual | values)


SUMS = {
    "service_hours": Decimal("14.0"), "ext_hours": Decimal("10.5"), "ent_hours": Decimal("7.0"), "samples": 8,
    "times_in": 1, "times_ext": 3, "users_in": 1, "users_ext": 2, "ents": 1, "smes": 1, "teams": 0,
    "income_in": Decimal("1200.50"), "income_ext": Decimal("3601.50"), "invoices": 2,
}  # fmt: skip


def test_figures_of_the_year(instrument, records):
    assert sums.figures(instrument, 2025) == SUMS


def test_without_records_everything_is_zero(instrument):
    assert sums.figures(instrument, 2025) == dict.fromkeys(SUMS, 0)


def test_page_shows_the_difference(world, as_, instrument, records):
    open_year(2025)
    make_operation(world, instrument, 2025)
    response = as_(world.lab_manager).get(f"/work/services/sums/2025/{instrument.pk}/")
    lines = {line.name: (line.summed, line.saved, line.difference) for line in response.context["lines"]}
    assert lines["ext_hours"] == (Decimal("10.5"), Decimal("320.0"), Decimal("-309.5"))
    assert lines["users_ext"] == (2, 26, -24)
    assert lines["times_in"] == (1, None, None)
    assert response.context["number"] == 4


def test_sums_go_into_the_form_beside_what_was_typed(world, as_, instrument, records):
    open_year(2025)
    client, edit = as_(world.lab_manager), f"/work/upkeep/2025/{instrument.pk}/operation/edit/"
    typed = {**OPERATION, "service_hours": "", "run_hours": "1500", "edits": "0", "do": "services"}
    sent = client.post(edit, typed)
    assert sent.headers["Location"] == f"/work/services/sums/2025/{instrument.pk}/"
    filled = client.post(sent.headers["Location"])
    assert filled.headers["Location"] == edit
    assert AnnualOperation.objects.count() == 0
    form = client.get(edit).context["form"]
    shown = {
        name: form[name].value()
        for name in ("run_hours", "service_hours", "ext_hours", "users_ext", "income_ext")
    }
    assert shown == {
        "run_hours": "1500", "service_hours": "14.0", "ext_hours": "10.5", "users_ext": "2", "income_ext": "3601.50",
    }  # fmt: skip


def test_sums_start_from_what_is_saved(world, as_, instrument, records):
    open_year(2025)
    make_operation(world, instrument, 2025, run_hours="1412")
    client = as_(world.lab_manager)
    client.post(f"/work/services/sums/2025/{instrument.pk}/")
    form = client.get(f"/work/upkeep/2025/{instrument.pk}/operation/edit/").context["form"]
    assert (form["run_hours"].value(), form["ext_hours"].value(), form["year_end_status"].value()) == (
        "1412.0",
        "10.5",
        "normal",
    )


def test_closed_year_is_not_filled(world, as_, instrument, records):
    closed_year(2025)
    response = as_(world.lab_manager).post(f"/work/services/sums/2025/{instrument.pk}/", follow=True)
    assert "没有保存" in response.content.decode() or "已关闭" in response.content.decode()
    assert as_(world.stranger).post(f"/work/services/sums/2025/{instrument.pk}/").status_code == 404
    assert as_(world.reviewer).post(f"/work/services/sums/2025/{instrument.pk}/").status_code == 403
