"""Uploads are shown to the virus scanner: what it finds is refused, and while it is away nothing is taken."""

import pytest
from django.core.exceptions import ValidationError

from keyi.catalogue.codes_admin.forms import UploadForm
from keyi.core import scanner
from keyi.core.files import check_document, check_image
from keyi.sheets.reading import read
from tests.core.clamd import Clamd
from tests.core.samples import as_bytes, pdf, scene, upload

BAD = b"id,name\n1,EICAR\n"


@pytest.fixture
def clamd(settings):
    server = Clamd()
    settings.CLAMD = server.place
    yield server
    server.close()


def test_a_clean_file_is_shown_whole_and_taken(clamd):
    content = pdf()
    assert check_document(upload(content, "说明.pdf")).content == content
    photo = as_bytes(scene())
    check_image(upload(photo, "照片.jpg"))
    assert clamd.seen == [content, photo]


def test_a_large_file_is_shown_in_pieces(clamd):
    content = bytes(range(256)) * 3000
    scanner.check(content, "a.bin")
    assert clamd.seen == [content]


@pytest.mark.parametrize("take", [
    lambda: check_document(upload(pdf() + b"EICAR", "说明.pdf")),
    lambda: check_image(upload(as_bytes(scene()) + b"EICAR", "照片.jpg")),
    lambda: read(upload(BAD, "表.csv")),
])  # fmt: skip
def test_what_is_found_is_refused_by_name(clamd, take):
    with pytest.raises(ValidationError) as refused:
        take()
    (text,) = refused.value.messages
    assert "Eicar-Test-Signature" in text
    assert refused.value.code == "virus"


@pytest.mark.django_db
def test_a_code_list_is_shown_too(clamd):
    form = UploadForm({}, {"file": upload(BAD, "a.csv")}, code_list="subject")
    assert not form.is_valid()
    assert "Eicar-Test-Signature" in form.errors["file"][0]


@pytest.mark.parametrize("answer", ["INSTREAM size limit exceeded. ERROR", "nonsense"])
def test_an_answer_that_is_none_is_no_permission(clamd, answer):
    clamd.answer = answer
    with pytest.raises(ValidationError, match="没有收下"):
        check_document(upload(pdf(), "说明.pdf"))


def test_while_it_is_away_nothing_is_taken(settings):
    settings.CLAMD = "127.0.0.1:9"
    with pytest.raises(ValidationError, match="没有收下"):
        check_document(upload(pdf(), "说明.pdf"))


def test_it_may_listen_at_a_file(settings, tmp_path):
    settings.CLAMD = str(tmp_path / "clamd.ctl")
    with pytest.raises(OSError, match="No such file"):
        scanner.ask(b"PING")


def test_ping(clamd):
    assert scanner.ask(b"PING") == "PONG"
