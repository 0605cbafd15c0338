"""Long tables go to the worker; whatever happens to it, nothing is saved twice and nothing is lost."""

import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection

from keyi.records.models import Instrument
from keyi.sheets import running, steps
from keyi.sheets.models import Import
from keyi.sheets.tasks import delete_old_imports, run_import
from tests import jobs
from tests.factories import INSTRUMENT
from tests.faults.running import wait_for
from tests.sheets.tables import checked, confirmed, matched, uploaded, verdicts, workbook
from tests.world import World

ROWS = 450


def table(rows: int) -> bytes:
    return workbook(
        [["单位内编号", "名称"], *([f"A-{number}", f"离心机 {number}"] for number in range(rows))]
    )


@pytest.mark.django_db
def test_a_long_table_is_left_to_the_worker_and_shows_how_far_it_is(world, as_):
    jobs.forget_jobs()
    keeper = as_(world.unit_admin)
    job = uploaded(keeper, "instruments", table(ROWS))
    keeper.post(f"/work/imports/{job.token}/match/", matched(job))
    job.refresh_from_db()
    assert job.step == "checking"
    page = keeper.get(f"/work/imports/{job.token}/").content.decode()
    assert "已处理 0 / 450 行" in page
    assert "hx-trigger" in page
    piece = keeper.get(f"/work/imports/{job.token}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in piece
    assert jobs.run_jobs() == 1
    job.refresh_from_db()
    assert (job.step, job.counts["new"]) == ("checked", ROWS)
    job = confirmed(keeper, job)
    assert (job.step, Instrument.objects.count()) == ("done", ROWS)


@pytest.mark.django_db
def test_a_check_that_stopped_goes_on_where_it_was(world, as_, monkeypatch):
    jobs.forget_jobs()
    keeper = as_(world.unit_admin)
    content = workbook([["单位内编号", "名称"], *([f"A-{number % 220}", "离心机"] for number in range(230))])
    job = uploaded(keeper, "instruments", content)
    keeper.post(f"/work/imports/{job.token}/match/", matched(job))
    batches = []

    class Killed(Exception):
        pass

    def prepare(self, rows, real=running.SHEETS["instruments"].work.prepare):
        batches.append(len(rows))
        if len(batches) == 3:
            raise Killed
        real(self, rows)

    monkeypatch.setattr(running.SHEETS["instruments"].work, "prepare", prepare)
    with pytest.raises(Killed):
        run_import.func(job.pk)
    assert job.rows.filter(verdict="waiting").count() == 30
    run_import.func(job.pk)
    job.refresh_from_db()
    assert batches == [100, 100, 30, 30]
    assert job.counts == {"new": 220, "changed": 0, "unchanged": 0, "refused": 10}


@pytest.mark.django_db
def test_all_or_nothing_when_somebody_else_was_faster(world, as_):
    keeper = as_(world.unit_admin)
    job = checked(keeper, "instruments", table(3))
    Instrument.objects.create(
        unit=world.other_department,
        inventory_number="A-2",
        name="别人的",
        status="endorsed",
        receipt="1",
        submitted_at="2026-01-01T00:00:00Z",
        **REVIEWED(world),
    )
    job = confirmed(keeper, job)
    assert job.step == "failed"
    assert "请重新检查" in job.reason
    assert list(Instrument.objects.values_list("name", flat=True)) == ["别人的"]
    page = keeper.get(f"/work/imports/{job.token}/").content.decode()
    assert "重新核对并检查" in page


def REVIEWED(world):  # noqa: N802
    codes = {"category": world.category, "country": world.usa, "division": world.yuelu}
    return {key: value for key, value in INSTRUMENT.items() if key != "name"} | codes


@pytest.mark.django_db
def test_rights_lost_meanwhile_save_nothing(world, as_):
    keeper = as_(world.unit_admin)
    job = checked(keeper, "instruments", table(2))
    world.unit_admin.memberships.update(ended_at="2026-01-01T00:00:00Z")
    Import.objects.filter(pk=job.pk).update(step="saving")
    run_import.func(job.pk)
    job.refresh_from_db()
    assert (job.step, Instrument.objects.count()) == ("failed", 0)


@pytest.mark.django_db
def test_old_imports_are_deleted_and_running_ones_kept(world, as_):
    keeper = as_(world.unit_admin)
    old, running_one, fresh = (uploaded(keeper, "instruments", table(1)) for _number in range(3))
    Import.objects.filter(pk__in=[old.pk, running_one.pk]).update(moved_at="2020-01-01T00:00:00Z")
    Import.objects.filter(pk=running_one.pk).update(step="saving")
    delete_old_imports.func(timestamp=0)
    assert set(Import.objects.values_list("pk", flat=True)) == {running_one.pk, fresh.pk}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_save_once(as_):
    world = World()
    job = checked_import(world, 60)
    assert steps.begin_save(job, only_good=False)

    def save():
        try:
            run_import.func(job.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=save) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job.refresh_from_db()
    assert (job.step, Instrument.objects.count()) == ("done", 60)


def checked_import(world, rows: int) -> Import:
    job = Import.objects.create(
        sheet="instruments", person=world.unit_admin, unit=world.university, file_name="a.xlsx", total=rows,
        step="checking", language="zh-hans",
        headings=[
            {"place": 0, "text": "单位内编号", "target": "inventory_number", "samples": []},
            {"place": 1, "text": "名称", "target": "name", "samples": []},
        ],
    )  # fmt: skip
    job.rows.bulk_create(
        job.rows.model(job=job, line=number + 2, cells=[f"A-{number}", f"离心机 {number}"])
        for number in range(rows)
    )
    running.check(job)
    job.refresh_from_db()
    assert set(verdicts(job).values()) == {"new"}
    return job


WORKER = """
import os, sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[2]
from keyi.sheets.tasks import run_import
print("begun", flush=True)
run_import.func(int(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_nothing_half_and_the_next_one_saves_everything_once():
    world = World()
    job = checked_import(world, ROWS)
    assert steps.begin_save(job, only_good=False)
    command = [sys.executable, "-c", WORKER, str(job.pk), connection.settings_dict["NAME"]]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"begun\n"
    deadline = time.monotonic() + 60
    while not Import.objects.filter(pk=job.pk, done__gt=0).exists():  # it says how far it is
        assert time.monotonic() < deadline
        assert worker.poll() is None, "the worker ended before it could be killed"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    job.refresh_from_db()
    assert job.step == "saving"
    assert Instrument.objects.count() == 0
    run_import.func(job.pk)
    job.refresh_from_db()
    assert (job.step, Instrument.objects.count()) == ("done", ROWS)
    run_import.func(job.pk)
    assert Instrument.objects.count() == ROWS


QUEUE = """
import sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
call_command("procrastinate", "worker", "--queues", "imports")
"""
CUT = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT ILIKE '%procrastinate%'
"""


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_connection_is_cut_is_taken_up_again():
    jobs.forget_jobs()
    job = checked_import(World(), ROWS)
    assert steps.begin_save(job, only_good=False)
    worker = subprocess.Popen([sys.executable, "-c", QUEUE, connection.settings_dict["NAME"]])
    try:
        wait_for(lambda: Import.objects.filter(pk=job.pk, done__gt=0).exists(), 60)
        with connection.cursor() as cursor:
            cursor.execute(CUT)
            assert cursor.fetchone() >= (1,)
        assert Import.objects.get(pk=job.pk).step == "saving"
        wait_for(lambda: Import.objects.filter(pk=job.pk, step="done").exists(), 60)
    finally:
        worker.terminate()
        worker.wait()
    assert Instrument.objects.count() == ROWS
