"""Search and suggestions: an address that asks too often is told to wait, others are not."""

import pytest

from keyi.accounts import pace


@pytest.fixture(autouse=True)
def _nothing_counted():
    pace._counts.clear()
    yield
    pace._counts.clear()


def test_so_many_a_minute_and_then_anew():
    answers = [
        pace.seconds_to_wait("search", "10.0.0.1", 3, now=1000.0 + second) for second in (0, 10, 20, 30, 59)
    ]
    assert answers == [0, 0, 0, 30, 1]
    assert pace.seconds_to_wait("search", "10.0.0.2", 3, now=1030.0) == 0
    assert pace.seconds_to_wait("suggest", "10.0.0.1", 3, now=1030.0) == 0
    assert pace.seconds_to_wait("search", "10.0.0.1", 3, now=1060.0) == 0


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(pace, "MOST_KNOWN", 5)
    for number in range(100):
        pace.seconds_to_wait("search", f"10.0.0.{number}", 1, now=1000.0)
    assert [who for _what, who in pace._counts] == [f"10.0.0.{number}" for number in range(95, 100)]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/instruments/", "/suggest/?q=ab", "/instruments/filters/city/"])
def test_the_page_says_when_to_go_on(client, world, settings, address):
    settings.ASKED_PER_MINUTE = 2
    codes = [client.get(address, REMOTE_ADDR="10.0.0.1").status_code for _ask in range(3)]
    assert codes == [200, 200, 429]
    refused = client.get(address, REMOTE_ADDR="10.0.0.1")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert "请等" in refused.content.decode()
    assert client.get(address, REMOTE_ADDR="10.0.0.2").status_code == 200
