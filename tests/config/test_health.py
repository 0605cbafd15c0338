"""/healthz, and the jobs fixture everybody uses."""

from django.db import DatabaseError, connection
from django.test import Client

from keyi.config import jobs as queue
from keyi.inbox.send import send_message


def test_healthz_says_ok_when_the_database_answers(client, db):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_healthz_says_503_when_the_database_does_not_answer(client, db):
    def refuse(execute, sql, params, many, context):
        raise DatabaseError("gone")

    with connection.execute_wrapper(refuse):
        response = client.get("/healthz")

    assert response.status_code == 503


def test_healthz_is_only_read(db):
    assert Client().post("/healthz").status_code == 405


def test_stalled_jobs_are_looked_for_without_a_lock():
    task = queue.retry_stalled_jobs

    assert (task.lock, task.queueing_lock) == (None, "retry_stalled_jobs")


def test_run_jobs_sends_the_mail_of_a_message_once(world, run_jobs, mailoutbox):
    send_message(world.unit_admin, subject="已发布", body="您的仪器已发布。")

    counts = [run_jobs(), run_jobs()]

    assert counts == [1, 0]
    assert [(mail.to, mail.subject, mail.body) for mail in mailoutbox] == [
        (["unit_admin@example.org"], "已发布", "您的仪器已发布。")
    ]
