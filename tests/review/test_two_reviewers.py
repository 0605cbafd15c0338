"""Two reviewers press a button in the same moment: real threads, real connections."""

import threading

import pytest
from django.db import connection

from keyi.records.models import Instrument
from keyi.review.models import ReviewEvent
from keyi.review.status import Status
from keyi.review.workflow import StaleState, perform, perform_all
from keyi.search.models import Document
from tests.factories import make_instrument

ROUNDS = 5


def at_once(*actions):
    """Run the actions in threads that start together; what each returned or raised."""
    gate, results = threading.Barrier(len(actions)), {}

    def run(name, action):
        try:
            gate.wait(timeout=10)
            results[name] = action()
        except StaleState as refusal:
            results[name] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return [results[name] for name in range(len(actions))]


@pytest.mark.django_db(transaction=True)
def test_one_of_two_reviewers_wins_and_the_other_is_told_who_was_first(world):
    for _round in range(ROUNDS):
        pk = make_instrument(world, status=Status.ENDORSED).pk
        one, other = Instrument.objects.get(pk=pk), Instrument.objects.get(pk=pk)
        published, returned = at_once(
            lambda one=one: perform_all(one, ["approve", "publish"], world.reviewer),
            lambda other=other: perform(other, "return", world.second_reviewer, comment="缺楼层。"),
        )
        record = Instrument.objects.get(pk=pk)
        newest = ReviewEvent.objects.filter(object_id=pk).first()
        losers = [result for result in (published, returned) if isinstance(result, StaleState)]
        assert [loser.event for loser in losers] == [newest]
        if losers == [returned]:
            assert (record.status, newest.actor) == (Status.PUBLISHED, world.reviewer)
        else:
            assert (record.status, newest.actor) == (Status.RETURNED, world.second_reviewer)
        assert Document.objects.filter(object_id=pk).exists() == (record.status == Status.PUBLISHED)


@pytest.mark.django_db(transaction=True)
def test_recalling_and_deciding_at_once_leaves_one_of_both(world):
    for _round in range(ROUNDS):
        pk = make_instrument(world, status=Status.ENDORSED).pk
        one, other = Instrument.objects.get(pk=pk), Instrument.objects.get(pk=pk)
        results = at_once(
            lambda one=one: perform(one, "recall", world.lab_manager),
            lambda other=other: perform(other, "return", world.reviewer, comment="缺楼层。"),
        )
        assert sum(isinstance(result, StaleState) for result in results) == 1
        assert ReviewEvent.objects.filter(object_id=pk).count() == 1
