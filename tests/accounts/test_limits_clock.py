"""Limits when the clock was set back: nobody waits for a time that has been already."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from keyi.accounts.limits import allow, spend

pytestmark = pytest.mark.django_db


def test_a_limit_that_was_reached_in_the_future_is_over_when_the_clock_is_right_again():
    with time_machine.travel(timezone.now() + dt.timedelta(days=300), tick=False):
        assert [allow("search", "10.0.0.1", limit=2) for _ in range(3)] == [True, True, False]
    assert [allow("search", "10.0.0.1", limit=2) for _ in range(3)] == [True, True, False]
    assert spend("search", "10.0.0.1", limit=2).seconds <= 3600
