"""新增, 保存 and 提交 of the long forms."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from keyi.accounts import kept
from keyi.accounts.models import KeptInput
from keyi.records.models import Institution, Instrument
from keyi.search.models import Document
from tests.factories import make_institution, make_instrument
from tests.records.posted import institution_files, institution_post, instrument_post, photo

NEW = "/work/instruments/new/"


@pytest.fixture
def keeper(world, as_):
    """The unit's administrator, signed in, with a confirmed address and a published unit."""
    world.unit_admin.email_verified_at = timezone.now()
    world.unit_admin.save()
    make_institution(world)
    return as_(world.unit_admin)


def test_draft_is_saved_with_gaps_and_tidied(world, keeper):
    response = keeper.post(
        NEW, {"do": "save", "name": "  电感耦合等离子体  发射光谱仪 ", "model_name": "ｉＣＡＰ　６３００"}
    )
    record = Instrument.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/work/instruments/{record.pk}/edit/")
    assert (record.name, record.model_name, record.status) == (
        "电感耦合等离子体 发射光谱仪",
        "iCAP 6300",
        "draft",
    )
    assert (record.unit, record.institution, record.edits, record.updated_by) == (
        world.university, world.university, 1, world.unit_admin,
    )  # fmt: skip


def test_complete_instrument_goes_from_form_to_confirmation(world, keeper):
    response = keeper.post(NEW, instrument_post(world, do="upload:photos", photos=photo()))
    record = Instrument.objects.get()
    assert response.status_code == 302
    assert [(f.slot, f.name, f.width, f.height) for f in record.files.current()] == [
        ("photos", "整机正面.jpg", 1200, 900)
    ]
    response = keeper.post(f"/work/instruments/{record.pk}/edit/", instrument_post(world))
    assert response["Location"] == f"/work/instruments/{record.pk}/check/"
    check = keeper.get(response["Location"])
    assert "波长 166～847 nm，检出限 1～10 μg/L" in check.content.decode()
    response = keeper.post(response["Location"], {"is_true": "on", "edits": "1"})
    assert response["Location"] == f"/work/instruments/{record.pk}/done/"
    record.refresh_from_db()
    assert (record.status, record.version, record.unit) == ("endorsed", 1, world.lab)
    assert record.value_wan == Decimal("88.60")
    assert record.booked_on == dt.date(2012, 6, 1)
    assert record.fees == [
        {"item": "水样多元素测定", "unit": "sample", "internal": "60", "external": "100", "negotiable": False}
    ]
    assert record.receipt in keeper.get(response["Location"]).content.decode()
    assert not KeptInput.objects.exists()
    assert not Document.objects.filter(kind="instruments").exists()


def test_complete_unit_information_goes_from_form_to_confirmation(world, as_):
    world.unit_admin.email_verified_at = timezone.now()
    world.unit_admin.save()
    client = as_(world.unit_admin)
    response = client.post(
        "/work/institutions/new/", institution_post(world) | {"do": "upload"} | institution_files()
    )
    record = Institution.objects.get()
    assert response.status_code == 302
    response = client.post(f"/work/institutions/{record.pk}/edit/", institution_post(world))
    assert response["Location"] == f"/work/institutions/{record.pk}/check/"
    client.post(response["Location"], {"is_true": "on", "edits": "1"})
    record.refresh_from_db()
    assert (record.status, record.name, record.unit) == ("endorsed", "麓山大学", world.university)


def test_submit_lists_what_is_missing_and_saves_nothing(world, keeper):
    response = keeper.post(NEW, {"do": "submit", "name": "光谱仪"})
    assert response.status_code == 422
    form = response.context["form"]
    assert form.mandatory - {"name", "photos"} <= set(form.errors)
    assert not Instrument.objects.exists()
    assert 'href="#id_floor"' in response.content.decode()


def test_refused_typing_is_kept_and_shown_again(world, keeper):
    response = keeper.post(NEW, {"do": "save", "name": "光谱仪", "value_wan": "八十八"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["value_wan"]
    assert not Instrument.objects.exists()
    again = keeper.get(NEW)
    assert again.context["form"]["value_wan"].value() == "八十八"
    keeper.post(NEW, {"do": "discard"})
    assert keeper.get(NEW).context["form"]["value_wan"].value() is None


def test_double_click_makes_one_record(world, keeper):
    key = str(keeper.get(NEW).context["form_key"])
    first = keeper.post(NEW, {"do": "save", "name": "光谱仪", "form_key": key})
    second = keeper.post(NEW, {"do": "save", "name": "光谱仪", "form_key": key})
    assert Instrument.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_second_window_is_told_and_keeps_its_typing(world, keeper):
    record = make_instrument(world)
    path = f"/work/instruments/{record.pk}/edit/"
    keeper.post(path, instrument_post(world, do="save", edits="0", floor="4 层"))
    response = keeper.post(path, instrument_post(world, do="save", edits="0", floor="5 层"))
    assert response.status_code == 409
    record.refresh_from_db()
    assert record.floor == "4 层"
    assert response.context["form"]["floor"].value() == "5 层"
    keeper.post(path, instrument_post(world, do="save", edits="1", floor="5 层"))
    record.refresh_from_db()
    assert record.floor == "5 层"


def test_back_button_after_submission_submits_nothing_twice(world, keeper):
    record = make_instrument(world, status="endorsed")
    for path in ("edit/", "check/"):
        response = keeper.post(
            f"/work/instruments/{record.pk}/{path}", instrument_post(world, is_true="on", edits="0")
        )
        assert response["Location"] == f"/work/instruments/{record.pk}/"
    record.refresh_from_db()
    assert record.version == 1


def test_instrument_needs_published_unit(world, as_):
    world.unit_admin.email_verified_at = timezone.now()
    world.unit_admin.save()
    client = as_(world.unit_admin)
    client.post(NEW, instrument_post(world, do="upload", photos=photo()))
    record = Instrument.objects.get()
    response = client.post(f"/work/instruments/{record.pk}/edit/", instrument_post(world))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["__all__"]


def test_unconfirmed_address_cannot_submit(world, as_):
    make_institution(world)
    client = as_(world.unit_admin)
    client.post(NEW, instrument_post(world, do="upload", photos=photo()))
    record = Instrument.objects.get()
    client.post(f"/work/instruments/{record.pk}/edit/", instrument_post(world))
    response = client.post(f"/work/instruments/{record.pk}/check/", {"is_true": "on", "edits": "1"})
    record.refresh_from_db()
    assert (response.status_code, record.status) == (422, "draft")


def test_first_instrument_asks_for_a_laboratory(world, as_):
    world.strange_lab.delete()
    response = as_(world.stranger).get(NEW)
    assert "/work/labs/new/" in response.content.decode()


@pytest.mark.parametrize("who", ["stranger", "reviewer", "system_admin"])
def test_foreign_record_is_not_there(world, as_, who):
    record = make_instrument(world)
    client = as_(getattr(world, who))
    for path in ("edit/", "check/", "done/"):
        assert client.get(f"/work/instruments/{record.pk}/{path}").status_code == 404
    assert (
        client.post(f"/work/instruments/{record.pk}/edit/", {"do": "save", "name": "改名"}).status_code == 404
    )
    record.refresh_from_db()
    assert record.name == "电感耦合等离子体发射光谱仪"


def test_lab_of_another_unit_cannot_be_chosen(world, keeper):
    response = keeper.post(NEW, instrument_post(world, do="save", lab=str(world.strange_lab.pk)))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["lab"]


def test_lab_manager_is_bound_to_the_own_subtree(world, as_):
    client = as_(world.lab_manager)
    labs = list(client.get(NEW).context["form"].fields["lab"].queryset)
    assert labs == [world.department, world.lab]
    assert client.get("/work/institutions/new/").status_code == 403


def test_kept_typing_of_one_person_is_not_shown_to_another(world, as_):
    record = make_instrument(world)
    path = f"/work/instruments/{record.pk}/edit/"
    as_(world.unit_admin).post(path, {"do": "save", "value_wan": "八十八"})
    assert kept.kept(world.unit_admin, path) is not None
    assert as_(world.lab_manager).get(path).context["form"]["value_wan"].value() == Decimal("88.60")


@pytest.mark.parametrize("count", [5, 50])
def test_list_takes_the_same_queries_for_few_and_many(world, as_, django_assert_num_queries, count):
    for n in range(count):
        make_instrument(world, inventory_number=f"A{n}")
    client = as_(world.unit_admin)
    with django_assert_num_queries(7):
        response = client.get("/work/instruments/")
    assert len(response.context["page"].object_list) == min(count, 20)
