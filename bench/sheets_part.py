"""One piece of bench/sheets.py in a process of its own, on its database: prints seconds and memory."""

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

from keyi.core.xlsx import OPTIONS, write_sheet  # noqa: E402
from keyi.records.models import Instrument  # noqa: E402
from keyi.sheets import exporting  # noqa: E402
from keyi.sheets.kinds import INSTRUMENTS  # noqa: E402
from keyi.sheets.models import Import  # noqa: E402
from keyi.sheets.tasks import run_import  # noqa: E402

connection.settings_dict["NAME"] = settings.DATABASES["default"]["TEST"]["NAME"]
KB_PER_MB = 1024


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


def floor() -> None:
    """The same cells from memory, each written with the call for its type and nothing else."""
    rows = list(everything())
    with tempfile.TemporaryFile() as file:
        tell(seconds=timed(lambda: _bare(file, rows)))


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


PARTS = {"check": check, "save": save, "xlsx": xlsx, "csv": text, "floor": floor}

if __name__ == "__main__":
    PARTS[sys.argv[1]](*map(int, sys.argv[2:]))
