"""An edit in flight cannot undo a submission, and a submission sends what was saved, not what is being typed."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from keyi.records.models import Instrument
from keyi.review.models import ReviewEvent
from keyi.review.status import Status
from tests.factories import add_photo, make_institution, make_instrument
from tests.records.posted import instrument_post


@pytest.fixture
def ready(world, settings, tmp_path):
    """A complete draft of a published unit, and its administrator with a confirmed address."""
    settings.MEDIA_ROOT = tmp_path
    world.unit_admin.email_verified_at = timezone.now()
    world.unit_admin.save()
    make_institution(world)
    record = make_instrument(world)
    add_photo(world, record)
    return record


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def together(*actions):
    gate, answers = threading.Barrier(len(actions)), {}

    def run(number, action):
        gate.wait(timeout=10)
        try:
            answers[number] = action()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return [answers[number] for number in range(len(actions))]


def urls(record):
    return f"/work/instruments/{record.pk}/edit/", f"/work/instruments/{record.pk}/check/"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_an_edit_in_flight_cannot_undo_a_submission(world, ready, _round):
    edit, check = urls(ready)
    typed = instrument_post(world, do="save", name="改过的名称", edits="0")
    first, second = signed_in(world.unit_admin), signed_in(world.unit_admin)
    together(
        lambda: first.post(edit, typed),
        lambda: second.post(check, {"is_true": "on", "edits": "0"}),
    )
    record = Instrument.objects.get(pk=ready.pk)
    events = list(ReviewEvent.objects.filter(object_id=ready.pk, kind="instruments"))
    if record.status == Status.ENDORSED:
        assert record.name == "电感耦合等离子体发射光谱仪"
        assert events[0].snapshot == record.snapshot()
    else:
        assert (record.status, record.name, events) == (Status.DRAFT, "改过的名称", [])


@pytest.mark.django_db(transaction=True)
def test_a_double_click_submits_once(world, ready):
    _edit, check = urls(ready)
    clients = [signed_in(world.unit_admin) for _n in range(2)]
    answers = together(*(lambda c=c: c.post(check, {"is_true": "on", "edits": "0"}) for c in clients))
    assert [answer.status_code for answer in answers] == [302, 302]
    record = Instrument.objects.get(pk=ready.pk)
    assert (record.status, record.version) == (Status.ENDORSED, 1)
    assert ReviewEvent.objects.filter(object_id=ready.pk, transition="submit").count() == 1


def test_a_form_opened_before_the_submission_saves_nothing_afterwards(world, ready):
    edit, check = urls(ready)
    client = signed_in(world.unit_admin)
    client.post(check, {"is_true": "on", "edits": "0"})
    response = client.post(edit, instrument_post(world, do="save", name="改过的名称", edits="0"))
    record = Instrument.objects.get(pk=ready.pk)
    assert response["Location"] == f"/work/instruments/{ready.pk}/"
    assert (record.status, record.name) == (Status.ENDORSED, "电感耦合等离子体发射光谱仪")
