"""What moves an import on. Each step is taken once, however often somebody clicks."""

from django.db import transaction
from django.utils.translation import get_language

from keyi.accounts.models import OrgUnit, User
from keyi.audit import log

from . import running
from .columns import plain
from .forms import UploadForm
from .matching import targets
from .models import Import, ImportRow, KeptMatch, Step, Verdict
from .sheet import Sheet, is_example
from .tasks import run_import

LOOKS_AFTER = 120


@transaction.atomic
def start(form: UploadForm, sheet: Sheet, user: User, unit: OrgUnit) -> Import:
    """Keep the rows of a valid upload, to be matched."""
    assert form.match is not None
    table = form.tables[form.match.table]
    job = Import.objects.create(
        sheet=sheet.slug, person=user, unit=unit, year=form.cleaned_data.get("year"), file_name=form.file_name,
        table_name=table.name[:100], language=get_language() or "zh-hans",
        headings=[
            {"place": one.place, "text": one.text[:200], "target": one.target, "samples": list(one.samples)}
            for one in form.match.headings
        ],
    )  # fmt: skip
    below = enumerate(table.rows[form.match.first :], start=form.match.first + 1)
    every = [(line, row) for line, row in below if not is_example(row)]
    ImportRow.objects.bulk_create(
        [ImportRow(job=job, line=line, cells=row) for line, row in every], batch_size=1_000
    )
    Import.objects.filter(pk=job.pk).update(total=len(every))
    log.record(user, "import.upload", unit, sheet=sheet.slug, file=form.file_name, rows=len(every))
    return job


def begin_check(
    job: Import, headings: list[dict], sheet: Sheet, *, clears: bool, usual: dict[str, str]
) -> bool:
    """Take the matched columns and check every row. False when it was begun already."""
    with transaction.atomic():
        waiting = Import.objects.filter(pk=job.pk, step=Step.MATCH)
        if not waiting.update(step=Step.CHECKING, headings=headings, clears=clears, usual=usual, done=0):
            return False
        _keep_match(job, headings, sheet)
        _run(job, job.total)
    return True


def match_again(job: Import) -> None:
    """Back to the columns; what was checked is forgotten."""
    with transaction.atomic():
        back = Import.objects.filter(pk=job.pk, step__in=[Step.CHECKED, Step.FAILED])
        if back.update(step=Step.MATCH, counts={}, done=0, reason=""):
            job.rows.update(verdict=Verdict.WAITING, errors=[], gaps=[], changes=[], notes=[], object_id=None)


def begin_save(job: Import, *, only_good: bool) -> bool:
    number = job.counts.get(Verdict.NEW, 0) + job.counts.get(Verdict.CHANGED, 0)
    with transaction.atomic():
        checked = Import.objects.filter(pk=job.pk, step=Step.CHECKED)
        if not checked.update(step=Step.SAVING, only_good=only_good, done=0, total=number):
            return False
        _run(job, number)
    return True


def _run(job: Import, number: int) -> None:
    """At once for few rows, else by the worker; which also looks after the few, should this process be killed."""
    if number > running.IN_REQUEST:
        run_import.defer(pk=job.pk)
        return
    run_import.configure(schedule_in={"seconds": LOOKS_AFTER}).defer(pk=job.pk)
    transaction.on_commit(lambda: run_import.func(job.pk))


def _keep_match(job: Import, headings: list[dict], sheet: Sheet) -> None:
    """For the next file of this unit; a target that is gone is not kept."""
    known = targets(sheet.columns)
    rows = [
        KeptMatch(unit=job.unit, sheet=job.sheet, heading=plain(one["text"])[:200], target=one["target"])
        for one in {plain(one["text"]): one for one in headings if one["text"]}.values()
        if not one["target"] or one["target"] in known
    ]
    KeptMatch.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["unit", "sheet", "heading"], update_fields=["target"]
    )
