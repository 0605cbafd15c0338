"""One piece of bench/sheets.py in a process of its own, on its database: prints seconds and memory."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

# Models only once Django is set up.
import xlsxwriter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import QuerySet  # noqa: E402

from keyi.core.garbage import look_seldom  # noqa: E402
from keyi.core.xlsx import OPTIONS, write_sheet  # noqa: E402
from keyi.records.models import Instrument  # noqa: E402
from keyi.sheets import exporting  # noqa: E402
from keyi.sheets.kinds import INSTRUMENTS  # noqa: E402
from keyi.sheets.models import Import  # noqa: E402
from keyi.sheets.tasks import run_import  # noqa: E402

connection.settings_dict["NAME"] = settings.DATABASES["default"]["TEST"]["NAME"]
KB_PER_MB = 1024
SLICES, SLICE = 9, 5_000  # rows compared with the floor


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def check(key: int) -> None:
    tell(seconds=timed(lambda: run_import.func(key)))
    job = Import.objects.get(pk=key)
    assert job.counts["refused"] == 0, job.rows.filter(verdict="refused")[0].errors
    Import.objects.filter(pk=key).update(step="saving")


def save(key: int) -> None:
    tell(seconds=timed(lambda: run_import.func(key)))
    assert Import.objects.get(pk=key).step == "done"


def everything():
    return exporting.rows(INSTRUMENTS, Instrument.objects.order_by("-pk"))


def xlsx() -> None:
    heads = exporting.headings(INSTRUMENTS)
    tell(
        seconds=timed(lambda: write_sheet("仪器", heads, everything()).close()),
        rows=Instrument.objects.count(),
    )


def text() -> None:
    def write() -> None:
        with tempfile.TemporaryFile() as file:
            for line in exporting.csv_lines(exporting.headings(INSTRUMENTS), everything()):
                file.write(line)

    tell(seconds=timed(write), rows=Instrument.objects.count())


def compare() -> None:
    """How many times as long as XlsxWriter writing the same cells from memory, each with the call for its type and
    nothing else. In turns, slice by slice: a machine's speed changes within a minute."""
    found = Instrument.objects.order_by("-pk")
    keys = list(found.values_list("pk", flat=True)[: SLICES * SLICE])
    ratios = [
        _ratio(found.filter(pk__range=(keys[last], keys[last - SLICE + 1])))
        for last in range(SLICE - 1, len(keys), SLICE)
    ]
    tell(median=statistics.median(ratios), least=min(ratios), most=max(ratios))


def _ratio(part: QuerySet) -> float:
    heads = exporting.headings(INSTRUMENTS)
    whole = timed(lambda: write_sheet("仪器", heads, exporting.rows(INSTRUMENTS, part)).close())
    rows = list(exporting.rows(INSTRUMENTS, part))
    with tempfile.TemporaryFile() as file:
        return whole / timed(lambda: _bare(file, rows))


def _bare(file, rows: list) -> None:
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        sheet = book.add_worksheet("仪器")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    if value:
                        sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value)


def tell(**figures: float) -> None:
    """Memory: the most this process itself ever held; getrusage begins with what its parent held."""
    peak = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    figures["memory"] = int(peak.split()[1]) / KB_PER_MB
    for name, value in figures.items():
        print(f"{name}\t{value}")


PARTS = {"check": check, "save": save, "xlsx": xlsx, "csv": text, "compare": compare}

if __name__ == "__main__":
    look_seldom()  # as the worker and the web process do
    PARTS[sys.argv[1]](*map(int, sys.argv[2:]))
