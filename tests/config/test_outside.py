"""What monitors see: live, ready, figures, numbered requests, lines of JSON."""

import json
import logging

import pytest
from django.db import connection

from keyi.audit import context
from keyi.config import logs, trace
from tests.factories import make_instrument

pytestmark = pytest.mark.django_db


def test_live_ready_and_well(client):
    for address in ("/livez", "/readyz", "/healthz"):
        response = client.get(address)
        assert (response.status_code, response.content) == (200, b"ok\n")


def test_not_ready_while_a_migration_is_missing(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'inbox'")
    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200


def test_figures_are_for_who_knows_the_token(client, settings, world):
    make_instrument(world, status="published")
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = "a-token-of-the-monitor"
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer \u00e9"}):
        assert client.get("/metrics", headers=wrong).status_code == 404
    client.get("/livez")
    text = client.get("/metrics", headers={"Authorization": "Bearer a-token-of-the-monitor"}).content.decode()
    assert 'keyi_requests_total{method="GET",status="200",view="livez"}' in text
    assert "keyi_published 1.0" in text
    assert "keyi_jobs_failed 0.0" in text


def test_each_answer_has_a_number_of_its_own(client, settings):
    first, second = (client.get("/livez")["X-Request-Id"] for _ in range(2))
    assert len(first) == 32
    assert first != second
    assert client.get("/livez", headers={"X-Request-Id": "a" * 32})["X-Request-Id"] != "a" * 32
    settings.BEHIND_PROXY = True
    assert client.get("/livez", headers={"X-Request-Id": "a" * 32})["X-Request-Id"] == "a" * 32
    assert client.get("/livez", headers={"X-Request-Id": 'a" b'})["X-Request-Id"] != 'a" b'
    assert context.current() == context.NOBODY


def test_a_line_of_output_has_no_words_of_the_query(client, settings, caplog):
    settings.LOGS_ACCESS = True
    with caplog.at_level(logging.INFO, "keyi.access"):
        number = client.get("/instruments/", {"q": "秘密"})["X-Request-Id"]
    record = next(one for one in caplog.records if one.name == "keyi.access")
    context.enter(context.Origin(None, number))
    said = json.loads(logs.JsonLines().format(record))
    context.leave()
    assert (said["message"], said["view"], said["request"]) == (
        "GET /instruments/ 200",
        "instrument-list",
        number,
    )
    assert "秘密" not in json.dumps(said, ensure_ascii=False)


def test_a_slow_question_is_told_without_its_values(client, monkeypatch, caplog):
    monkeypatch.setattr(trace, "SLOW", 0)
    with caplog.at_level(logging.WARNING, "keyi.slow"):
        client.get("/instruments/", {"q": "秘密"})
    assert any("SELECT" in record.getMessage() for record in caplog.records)
    assert "秘密" not in caplog.text
