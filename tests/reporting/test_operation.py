"""运行维护: saving, seeing, second looks, two windows, closed years, the portal."""

import threading
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from keyi.accounts.models import KeptInput
from keyi.audit.models import Entry
from keyi.reporting import operations
from keyi.reporting.models import AnnualOperation, PeriodReopening, ProofFile, UpkeepYear
from keyi.review import workflow
from keyi.search.models import Document
from tests.core.samples import pdf
from tests.factories import make_instrument
from tests.reporting.rows import OPERATION, closed_year, make_operation, open_year


@pytest.fixture
def instrument(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    open_year(2025)
    return make_instrument(world, status="published", value_wan=Decimal(12))


def url(instrument, tail="", year=2025):
    return f"/work/upkeep/{year}/{instrument.pk}/operation/{tail}"


def post(client, instrument, year=2025, **typed):
    return client.post(url(instrument, "edit/", year), {**OPERATION, "edits": "0", "do": "save"} | typed)


def test_saving_is_the_submission(world, as_, instrument):
    client = as_(world.lab_manager)
    assert "新增</a>" in client.get(url(instrument)).content.decode().replace("&nbsp;", "")
    response = client.post(url(instrument, "edit/"), {**OPERATION, "edits": "0"}, follow=True)
    assert "2025 年度运行维护已保存，即已提交，无需审核。" in response.content.decode()
    record = AnnualOperation.objects.get()
    assert (record.instrument, record.year, record.institution) == (instrument, 2025, world.university)
    assert {name: str(getattr(record, name)) for name in OPERATION} == {
        **OPERATION, "run_hours": "1412.0", "teach_hours": "200.0", "research_hours": "900.0", "social_hours": "300.0",
        "open_hours": "1000.0", "service_hours": "1100.0", "ext_hours": "320.0", "ent_hours": "120.0",
        "income_in": "30000.00",
    }  # fmt: skip
    assert (record.updated_by, record.edits, record.jumps, record.has_same_figures) == (
        world.lab_manager,
        1,
        [],
        False,
    )
    assert UpkeepYear.objects.get(instrument=instrument, year=2025).has_operation is True
    assert Entry.objects.filter(action="operation.create").count() == 1
    assert KeptInput.objects.count() == 0


def test_refused_typing_is_kept_and_nothing_is_saved(world, as_, instrument):
    client = as_(world.lab_manager)
    response = post(client, instrument, ext_hours="1101")
    assert response.status_code == 422
    assert "不能大于" in response.content.decode()
    assert AnnualOperation.objects.count() == 0
    again = client.get(url(instrument, "edit/"))
    assert 'value="1101"' in again.content.decode()
    client.post(url(instrument, "edit/"), {"do": "discard"})
    assert 'value="1101"' not in client.get(url(instrument, "edit/")).content.decode()


def test_form_shows_last_years_figures_beside_the_fields(world, as_, instrument):
    make_operation(world, instrument, 2024, run_hours="2190.5")
    text = as_(world.lab_manager).get(url(instrument, "edit/")).content.decode()
    assert "上年：2,190.5" in text
    assert "上年：" in text


def test_jump_of_more_than_half_needs_one_more_click_and_is_noted(world, as_, instrument):
    make_operation(world, instrument, 2024, run_hours="941", teach_hours="0", research_hours="0", social_hours="0",
                   open_hours="0", service_hours="900", ext_hours="300")  # fmt: skip
    client = as_(world.lab_manager)
    first = post(client, instrument, run_hours="1412")
    assert first.status_code == 422
    assert "年总运行机时：本年 1,412，上年 941，变动超过一半。" in first.content.decode()
    assert AnnualOperation.objects.filter(year=2025).count() == 0
    second = post(client, instrument, run_hours="1412", confirmed=first.context["confirmed"])
    assert second.status_code == 302
    record = AnnualOperation.objects.get(year=2025)
    assert record.jumps == ["run_hours"]
    assert "与上年相比变动超过一半" in client.get(url(instrument)).content.decode()


def test_exactly_half_more_is_no_jump(world, as_, instrument):
    make_operation(world, instrument, 2024, run_hours="942", teach_hours="0", research_hours="0", social_hours="0",
                   open_hours="0", service_hours="900", ext_hours="300")  # fmt: skip
    assert post(as_(world.lab_manager), instrument, run_hours="1413").status_code == 302


def test_same_figures_on_many_instruments_are_pointed_out_and_noted_on_all(world, as_, instrument):
    others = [make_instrument(world, status="published", value_wan=Decimal(12)) for _n in range(3)]
    client = as_(world.unit_admin)
    assert [post(client, one).status_code for one in (instrument, others[0])] == [302, 302]
    third = post(client, others[1])
    assert third.status_code == 422
    assert "本单位另有 2 台仪器的数据与此完全相同。" in third.content.decode()
    post(client, others[1], confirmed=third.context["confirmed"])
    assert list(AnnualOperation.objects.values_list("has_same_figures", flat=True)) == [True] * 3
    post(client, others[1], samples="7", edits="1")
    flags = dict(AnnualOperation.objects.values_list("instrument", "has_same_figures"))
    assert flags == {instrument.pk: False, others[0].pk: False, others[1].pk: False}


def test_same_figures_of_another_unit_do_not_count(world, as_, instrument):
    for _n in range(2):
        strange = make_instrument(world, status="published", unit=world.strange_lab, value_wan=Decimal(12))
        assert post(as_(world.stranger), strange).status_code == 302
    assert post(as_(world.unit_admin), instrument).status_code == 302


def test_second_window_is_told_and_replaces_knowingly(world, as_, instrument):
    client = as_(world.lab_manager)
    post(client, instrument)
    late = post(client, instrument, run_hours="1500")
    assert late.status_code == 409
    assert "在另一窗口保存" in late.content.decode()
    assert str(AnnualOperation.objects.get().run_hours) == "1412.0"
    assert post(client, instrument, run_hours="1500", edits="1").status_code == 302
    record = AnnualOperation.objects.get()
    assert (str(record.run_hours), record.edits) == ("1500.0", 2)


def test_double_click_saves_once(world, as_, instrument):
    client = as_(world.lab_manager)
    assert [post(client, instrument).status_code for _n in range(2)] == [302, 302]
    assert AnnualOperation.objects.get().edits == 1


@pytest.mark.parametrize(("who", "read", "write"), [
    ("unit_admin", 200, 200), ("lab_manager", 200, 200), ("reviewer", 200, 403), ("stranger", 404, 404),
    ("system_admin", 404, 404),
])  # fmt: skip
def test_own_and_foreign(world, as_, instrument, who, read, write):
    client = as_(getattr(world, who))
    assert client.get(url(instrument)).status_code == read
    assert client.get(url(instrument, "edit/")).status_code == write
    if write != 200:
        assert post(client, instrument).status_code == write
        assert AnnualOperation.objects.count() == 0


def test_sibling_laboratory_is_not_found(world, as_, instrument):
    other = make_instrument(world, status="published", unit=world.other_department)
    client = as_(world.lab_manager)
    assert [client.get(url(other, tail)).status_code for tail in ("", "edit/")] == [404, 404]
    assert post(client, other).status_code == 404


def test_closed_year_is_read_only_until_reopened_for_the_unit(world, as_, instrument):
    period = closed_year(2024)
    make_operation(world, instrument, 2024)
    client = as_(world.unit_admin)
    page = client.get(url(instrument, year=2024)).content.decode()
    assert "请由单位管理员向省平台申请重新开放" in page
    assert "1,412" in page
    assert "operation/edit/" not in page
    answer = post(client, instrument, 2024, run_hours="1500", edits="1")
    assert (answer.status_code, answer["Location"]) == (302, url(instrument, year=2024))
    assert str(AnnualOperation.objects.get(year=2024).run_hours) == "1412.0"
    PeriodReopening.objects.create(
        period=period, institution=world.university, until="2099-01-01", reason="更正", by=world.reviewer
    )
    assert 'value="1500"' in client.get(url(instrument, "edit/", 2024)).content.decode()
    assert post(client, instrument, 2024, run_hours="1500", edits="1").status_code == 302
    assert str(AnnualOperation.objects.get(year=2024).run_hours) == "1500.0"


def test_proofs_are_kept_while_the_form_is_refused(world, as_, instrument):
    type(instrument).objects.filter(pk=instrument.pk).update(value_wan=88)
    client = as_(world.lab_manager)
    assert list(post(client, instrument).context["form"].errors) == ["proofs"]
    refused = post(client, instrument, ext_hours="9999", proofs=as_upload("机时.pdf"))
    assert list(refused.context["form"].errors) == ["ext_hours"]
    assert post(client, instrument).status_code == 302
    file = ProofFile.objects.get()
    assert (file.name, file.record.instrument, file.record.year) == ("机时.pdf", instrument, 2025)
    assert client.get(f"/work/upkeep/proofs/{file.token}/").status_code == 200
    client.post(url(instrument, "edit/"), {"do": f"remove:{file.token}"})
    assert ProofFile.objects.get().removed_at is not None


def as_upload(name, content=None):
    return SimpleUploadedFile(name, content or pdf(), "application/pdf")


def test_proof_that_is_no_document_is_refused_at_its_field(world, as_, instrument):
    upload = as_upload("假.pdf", b"<html>")
    response = post(as_(world.lab_manager), instrument, proofs=upload)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["proofs"])
    assert AnnualOperation.objects.count() == 0


@pytest.mark.parametrize("who", ["stranger", "system_admin"])
def test_proof_of_another_unit_is_not_found(world, as_, instrument, who):
    post(as_(world.lab_manager), instrument, proofs=as_upload("机时.pdf"))
    token = ProofFile.objects.get().token
    assert as_(getattr(world, who)).get(f"/work/upkeep/proofs/{token}/").status_code == 404


def test_portal_shows_the_hours_and_a_revision_keeps_them(world, as_, instrument):
    make_operation(world, instrument, 2024)
    post(as_(world.lab_manager), instrument, run_hours="1500", ext_hours="400")
    hours = {"2025": {"run": "1500.0", "ext": "400.0"}, "2024": {"run": "1412.0", "ext": "320.0"}}
    copy = Document.objects.get(kind="instruments", object_id=instrument.pk)
    assert copy.hours == hours
    instrument.refresh_from_db()
    workflow.perform(instrument, "revise", world.lab_manager)
    copy.refresh_from_db()
    assert copy.hours == hours


def test_hours_are_restored_after_the_instrument_was_offline(world, as_, instrument):
    make_operation(world, instrument, 2024)
    Document.objects.update(hours={})
    make_instrument(world, status="published")
    assert operations.restore_public_hours() == 1
    copy = Document.objects.get(kind="instruments", object_id=instrument.pk)
    assert copy.hours == {"2024": {"run": "1412.0", "ext": "320.0"}}
    assert operations.restore_public_hours() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_two_windows_at_once_make_one_record_and_both_get_an_answer(world, instrument, _round):
    gate, answers = threading.Barrier(2), {}

    def run(user, run_hours):
        client = Client()
        client.force_login(user)
        gate.wait(timeout=10)
        try:
            answers[run_hours] = post(client, instrument, run_hours=run_hours)
        finally:
            connection.close()

    pairs = [(world.unit_admin, "1500"), (world.lab_manager, "1600")]
    threads = [threading.Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answer.status_code for answer in answers.values()) == [302, 409]
    record = AnnualOperation.objects.get()
    winner = next(hours for hours, answer in answers.items() if answer.status_code == 302)
    assert (str(record.run_hours), record.edits) == (f"{winner}.0", 1)
    loser = next(answer for answer in answers.values() if answer.status_code == 409)
    assert "在另一窗口保存" in loser.content.decode()
