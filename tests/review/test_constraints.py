"""The database refuses what no code should ever write."""

import pytest
from django.db import IntegrityError, transaction

from keyi.records.models import Instrument
from keyi.review.status import Status
from tests.factories import make_instrument

REFUSED = [
    ({"status": "returned", "reason": ""}, "instrument_return_has_reason"),
    ({"status": "offline", "reason": ""}, "instrument_return_has_reason"),
    ({"status": "lost"}, "instrument_status_known"),
    ({"status": "published", "is_public": False, "code": "1"}, "instrument_published_is_public"),
    ({"status": "published", "is_public": True, "published_at": None, "code": "1"}, "instrument_published_is_public"),
    ({"status": "published", "is_public": True, "published_at": "2026-01-05T00:00Z"}, "instrument_published_has_code"),
    ({"status": "offline", "reason": "报废", "is_public": True}, "instrument_offline_is_hidden"),
    ({"status": "endorsed", "submitted_at": "2026-01-05T00:00Z"}, "instrument_in_review_has_receipt"),
    ({"status": "submitted", "receipt": "2026"}, "instrument_in_review_has_receipt"),
    ({"status": "approved"}, "instrument_in_review_has_receipt"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "constraint"), REFUSED)
def test_the_database_refuses_an_impossible_state(world, values, constraint):
    record = make_instrument(world)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Instrument.objects.filter(pk=record.pk).update(**values)
    assert refused.value.__cause__.diag.constraint_name == constraint
    assert Instrument.objects.get(pk=record.pk).status == Status.DRAFT


@pytest.mark.parametrize("name", ["technical", "floor", "category"])
def test_the_database_refuses_a_submission_with_a_gap(world, name):
    record = make_instrument(world, status=Status.ENDORSED)
    gap = None if name == "category" else ""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Instrument.objects.filter(pk=record.pk).update(**{name: gap})
    assert refused.value.__cause__.diag.constraint_name == "instrument_filled_when_reviewed"
    Instrument.objects.filter(pk=record.pk).update(status=Status.DRAFT, **{name: gap})


def test_a_form_asks_the_database_only_about_other_records():
    asked = [row for _model, rows in Instrument().get_constraints() for row in rows]
    assert {row.name for row in asked} == {"inventory_number_once_in_unit", "instrument_code_once"}
