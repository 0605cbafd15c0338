"""The two long steps of an import: checking every row, and saving those that were confirmed.

Both may be killed at any moment and run again. A check is written down batch by batch and goes on where it stopped.
Saving is one transaction with the change of step, so that it happens once and whole, or not at all; how far it is
goes out on another connection.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from keyi.accounts.limits import one_at_a_time
from keyi.accounts.models import User
from keyi.accounts.scope import may
from keyi.audit import log
from keyi.codes.memory import remembering

from .kinds import NEEDS, SHEETS
from .matching import Heading
from .models import Import, ImportRow, Step, Verdict
from .sheet import Checked, Said, Work, said_by

BATCH = 100
IN_REQUEST = 200  # rows that are checked while the person waits; more go to the worker
COLUMNS = ("verdict", "errors", "gaps", "changes", "notes", "values", "object_id")


def headings_of(job: Import) -> list[Heading]:
    return [Heading(one["place"], one["text"], one["target"], tuple(one["samples"])) for one in job.headings]


def work_of(job: Import) -> Work:
    """As its person may do it now: read anew, since rights may have changed."""
    person = User.objects.get(pk=job.person_id)
    sheet = SHEETS[job.sheet]
    work = sheet.work(sheet, person, job.unit, year=job.year, clears=job.clears)
    work.same = {name: text for name, text in job.usual.items() if name in work.columns}
    work.units = {
        heading.target: heading.unit for heading in headings_of(job) if heading.target and heading.unit
    }
    return work


def is_allowed(job: Import, work: Work) -> bool:
    return work.user.is_active and may(work.user, NEEDS[job.sheet], job.unit)


def check(job: Import) -> None:
    """Judge every row that waits; the job is then CHECKED, or FAILED with the reason."""
    with translation.override(job.language), remembering():
        work = work_of(job)
        if not is_allowed(job, work):
            _fail(job, _("You may not enter these data any more."))
            return
        if work.rehearses:
            _rehearse(job, work)
        else:
            _check_batches(job, work)
        counts = _count(job)
        Import.objects.filter(pk=job.pk, step=Step.CHECKING).update(
            step=Step.CHECKED, counts=counts, done=job.total
        )


def _check_batches(job: Import, work: Work) -> None:
    headings = headings_of(job)
    for row in job.rows.exclude(verdict=Verdict.WAITING):
        _remember_key(work, said_by(headings, row.cells), row.line)
    while rows := list(job.rows.filter(verdict=Verdict.WAITING)[:BATCH]):
        said = [said_by(headings, row.cells) for row in rows]
        work.prepare(said)
        for row, one in zip(rows, said, strict=True):
            _write(row, work.check(one, row.line))
        with transaction.atomic():
            _write_down(rows)
            Import.objects.filter(pk=job.pk).update(done=job.rows.exclude(verdict=Verdict.WAITING).count())


def _remember_key(work: Work, said: Said, line: int) -> None:
    if (key := work.key(said)) is not None:
        work.seen.setdefault(key, line)


def _rehearse(job: Import, work: Work) -> None:
    """Save everything and take it back."""
    headings, rows = headings_of(job), list(job.rows.all())
    said = [said_by(headings, row.cells) for row in rows]
    with transaction.atomic():
        work.locks = True
        work.prepare(said)
        for row, one in zip(rows, said, strict=True):
            _write(row, work.save(one, row.line))
        transaction.set_rollback(True)
    for row in rows:
        row.object_id = row.object_id if row.verdict == Verdict.CHANGED else None
    _write_down(rows)


def _write(row: ImportRow, checked: Checked) -> None:
    row.verdict, row.errors, row.gaps = checked.state, checked.errors, checked.gaps
    row.changes, row.notes, row.object_id = checked.changes, checked.notes, checked.object_id
    row.values = checked.values


WRITE_DOWN = """
    UPDATE sheets_importrow AS row SET verdict = said.verdict, errors = said.errors, gaps = said.gaps,
        changes = said.changes, notes = said.notes, "values" = said."values", object_id = said.object_id
    FROM jsonb_to_recordset(%s) AS said (id bigint, verdict text, errors text, gaps jsonb, changes text,
        notes text, "values" text, object_id bigint)
    WHERE row.id = said.id
"""


def _write_down(rows: list[ImportRow]) -> None:
    """All in one statement: Django's update of many rows took an eighth of the whole check."""
    fields: list[Any] = [ImportRow._meta.get_field(name) for name in COLUMNS]
    said = [
        {"id": row.pk, **{field.name: field.get_prep_value(getattr(row, field.name)) for field in fields}}
        for row in rows
    ]
    with connection.cursor() as cursor:
        values: Any = [Jsonb(said)]
        cursor.execute(WRITE_DOWN, values)


def _count(job: Import) -> dict[str, int]:
    counts = Counter(job.rows.values_list("verdict", flat=True))
    return {str(verdict): counts[verdict] for verdict in Verdict if verdict != Verdict.WAITING}


class _NotAll(Exception):
    """A row was refused on saving where all were wanted."""


def save(job: Import) -> None:
    """Save the rows that were found good: all of them or none, unless only the good ones were asked for."""
    with translation.override(job.language), remembering(), _progress(job) as tell:
        work = work_of(job)
        if not is_allowed(job, work):
            _fail(job, _("You may not enter these data any more."))
            return
        try:
            with transaction.atomic(), one_at_a_time(f"import:{job.pk}"):
                _save_all(job, work, tell)
        except (_NotAll, IntegrityError):
            _fail(
                job, _("While it was imported, somebody else changed a record of this table. Check it again.")
            )


def _save_all(job: Import, work: Work, tell: "Tell") -> None:
    if Import.objects.get(pk=job.pk).step != Step.SAVING:
        return  # another worker did it meanwhile
    headings = headings_of(job)
    rows = list(job.rows.filter(verdict__in=[Verdict.NEW, Verdict.CHANGED]))
    work.locks = True
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        if work.keeps:
            _save_kept(some, work, only_good=job.only_good)
        else:
            _save_again(some, work, headings, only_good=job.only_good)
        _write_down(some)
        tell(start + len(some))
    Import.objects.filter(pk=job.pk).update(step=Step.DONE, counts=_count(job), done=len(rows))
    log.record(work.user, "import.done", job.unit, sheet=job.sheet, file=job.file_name, rows=len(rows))


def _save_kept(rows: list[ImportRow], work: Work, *, only_good: bool) -> None:
    """What was kept of the check, as it was confirmed."""
    for row, checked in zip(rows, work.save_kept(rows), strict=True):
        if checked.state == Verdict.REFUSED and not only_good:
            raise _NotAll
        if checked.state == Verdict.REFUSED:
            row.verdict, row.errors = Verdict.REFUSED, checked.errors
        row.object_id, row.values = checked.object_id, {}


def _save_again(rows: list[ImportRow], work: Work, headings: list[Heading], *, only_good: bool) -> None:
    """Row by row through the form once more, where what a row means depends on what was saved before it."""
    said = [said_by(headings, row.cells) for row in rows]
    work.prepare(said)
    for row, one in zip(rows, said, strict=True):
        with transaction.atomic():
            checked = work.save(one, row.line)
        if checked.state == Verdict.REFUSED and not only_good:
            raise _NotAll
        gaps, changes = row.gaps, row.changes
        _write(row, checked)
        row.gaps, row.changes = checked.gaps or gaps, checked.changes or changes


Tell = Callable[[int], None]


@contextmanager
def _progress(job: Import) -> Iterator[Tell]:
    """Says how far the saving is while its transaction is still open: on a connection of another thread."""
    pool = ThreadPoolExecutor(1)

    def write(done: int) -> None:
        Import.objects.filter(pk=job.pk).update(done=done)

    def tell(done: int) -> None:
        pool.submit(write, done)

    try:
        yield tell
    finally:
        pool.submit(lambda: connection.close())  # the one of that thread
        pool.shutdown()


def _fail(job: Import, reason: str) -> None:
    Import.objects.filter(pk=job.pk).update(step=Step.FAILED, reason=reason)
