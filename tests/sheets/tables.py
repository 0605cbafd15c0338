"""Files made in a test, and an import taken through its steps."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django import test
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from keyi.records.models import Instrument
from keyi.sheets.models import Import
from tests import jobs

NEW = "/work/imports/{}/new/"


def workbook(
    rows: Sequence[Sequence[Any]], *, sheet: str = "表", formats: dict[int, str] | None = None
) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                style = (
                    book.add_format({"num_format": formats[place]}) if formats and place in formats else None
                )
                if cell is not None:
                    page.write(number, place, cell, style)
    return file.getvalue()


def csv_file(rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def upload(client: Any, sheet: str, content: bytes, name: str = "list.xlsx", **extra: Any) -> Any:
    return client.post(NEW.format(sheet), {"file": SimpleUploadedFile(name, content), **extra})


def uploaded(client: Any, sheet: str, content: bytes, name: str = "list.xlsx", **extra: Any) -> Import:
    response = upload(client, sheet, content, name, **extra)
    assert response.status_code == 302, response.context["form"].errors
    return Import.objects.order_by("-pk")[0]


def matched(job: Import, **changes: str) -> dict[str, str]:
    """What the page of the columns would post, as it is proposed."""
    found = {heading["text"]: heading for heading in job.headings}
    targets = {f"column-{heading['place']}": heading["target"] for heading in job.headings}
    for text, target in changes.items():
        if text in found:
            targets[f"column-{found[text]['place']}"] = target
        else:
            targets[text] = target
    return targets


def checked(client: Any, sheet: str, content: bytes, name: str = "list.xlsx", **changes: Any) -> Import:
    extra = {"year": changes.pop("year")} if "year" in changes else {}
    job = uploaded(client, sheet, content, name, **extra)
    with jobs_run_on_commit():
        assert client.post(f"/work/imports/{job.token}/match/", matched(job, **changes)).status_code == 302
    jobs.run_jobs()
    job.refresh_from_db()
    assert job.step == "checked", (job.step, job.reason)
    return job


def confirmed(client: Any, job: Import, **data: str) -> Import:
    with jobs_run_on_commit():
        assert client.post(f"/work/imports/{job.token}/confirm/", data).status_code == 302
    jobs.run_jobs()
    job.refresh_from_db()
    return job


def imported(client: Any, sheet: str, content: bytes, name: str = "list.xlsx", **changes: Any) -> Import:
    job = confirmed(client, checked(client, sheet, content, name, **changes))
    assert job.step == "done", job.reason
    return job


def jobs_run_on_commit() -> Any:
    return test.TestCase.captureOnCommitCallbacks(execute=True)


def cells(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def streamed(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def verdicts(job: Import) -> dict[int, str]:
    return dict(job.rows.values_list("line", "verdict"))


def one(number: str) -> Instrument:
    return Instrument.objects.get(inventory_number=number)
