"""Forms and importers with whatever hypothesis can think of: taken, or refused with a reason, never a fault.

Examples are the same at every run; a field gets its right value, a wrong one, several or none.
"""

import io
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from keyi.codes.csvfile import BadFile
from keyi.codes.loading import compare
from keyi.core.files import check_document, check_image
from keyi.sheets.photos import pictures
from keyi.sheets.reading import read
from tests.core.samples import as_bytes, docx, pdf, scene, upload
from tests.objects import client_of
from tests.sheets.tables import csv_file, workbook
from tests.test_bad_input_everywhere import CASES, address, problem

FEW = settings(
    max_examples=10, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
MANY = settings(FEW, max_examples=40)
SINGLE = [
    "9" * 5000, "NaN", "Infinity", "-0", "1e999", "0x10", "٣", "²", "2026-02-30", "9999-12-31T23:59:60+18:12", "true",
    "null", "[]", "{}", "../../etc/passwd", "javascript:alert(1)", "\ud83d", "\u202e\u2066", "長" * 3000,
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200),
    st.text("0123456789.-+eE/ ：年月日万元", max_size=30),
    st.text("<>&\"'`{}%$\\\x00\r\n", max_size=40),
    st.sampled_from(SINGLE),
)


def values(right: Any) -> st.SearchStrategy:
    """What one field may be sent: as it should be, otherwise, twice, or not at all."""
    return st.one_of(st.just(right), TEXTS, st.lists(TEXTS, max_size=3), st.none())


def sendable(value: Any) -> Any:
    """Half a character pair cannot be sent by a browser."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return [sendable(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("case", CASES, ids=[case.row for case in CASES])
def test_every_form_stands_whatever_is_typed(unchanged, case):
    client, url = client_of(unchanged, case.person), address(case, unchanged)
    client.raise_request_exception = False
    right = case.data(unchanged)

    @FEW
    @given(st.fixed_dictionaries({name: values(value) for name, value in right.items()}))
    def send(data: dict[str, Any]) -> None:
        cookies, fresh = client.cookies.copy(), case.data(unchanged)
        typed = {
            name: fresh[name] if value is right[name] else sendable(value) for name, value in data.items()
        }
        with transaction.atomic():
            response = client.post(url, {name: value for name, value in typed.items() if value is not None})
            transaction.set_rollback(True)
        client.cookies = cookies
        assert problem(response, set()) == ""

    send()


def damaged(good: bytes) -> st.SearchStrategy[bytes]:
    """The file cut off, with bytes changed, with bytes put in, or anything at all."""
    places = st.integers(0, len(good) - 1)
    changed = st.builds(
        lambda place, more: good[:place] + more + good[place + len(more) :],
        places,
        st.binary(min_size=1, max_size=8),
    )
    inserted = st.builds(
        lambda place, more: good[:place] + more + good[place:], places, st.binary(max_size=64)
    )
    return st.one_of(
        st.builds(lambda place: good[:place], places), changed, inserted, st.binary(max_size=300)
    )


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
    return packed.getvalue()


ROWS = [["仪器名称", "型号", "原值"], ["离心机", "TGL-16", "3.5"]]
IMPORTERS = {
    "xlsx": (workbook(ROWS), lambda content: read(upload(content, "a.xlsx")), FEW),
    "csv": (csv_file(ROWS), lambda content: read(upload(content, "a.csv")), FEW),
    "gb18030": (csv_file(ROWS, "gb18030"), lambda content: read(upload(content, "a.csv")), FEW),
    "photo": (as_bytes(scene(900, 700)), lambda content: check_image(upload(content, "a.jpg")), MANY),
    "pdf": (pdf(), lambda content: check_document(upload(content, "a.pdf")), MANY),
    "docx": (docx(), lambda content: check_document(upload(content, "a.docx"), kinds=("docx",)), MANY),
    "photos": (zipped("A-1.jpg", b"x" * 50), lambda content: pictures(io.BytesIO(content)), MANY),
    "code list": ("code,name\n150,化学\n".encode(), lambda content: compare("subject", content), MANY),
}


@pytest.mark.parametrize("name", IMPORTERS)
def test_every_importer_takes_a_file_or_refuses_it_with_a_reason(unchanged, name):
    good, take, many = IMPORTERS[name]
    take(good)

    @many
    @given(damaged(good))
    def try_it(content: bytes) -> None:
        try:
            take(content)
        except ValidationError as error:
            refusals.append(error.messages)
        except BadFile as error:
            refusals.append(error.problems)

    refusals: list[list[Any]] = []
    try_it()
    assert refusals
    assert [words for words in refusals if not words or not all(words)] == []
