"""The list of 120 instruments is published by ``keyi demo --corpus`` and found as people ask."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from keyi.search.find import Request, find
from keyi.search.models import Document

CORPUS = Path(__file__).resolve().parents[1] / "search" / "data" / "corpus.csv"


@pytest.mark.django_db
def test_corpus_is_published_through_the_forms_and_found(own_files):
    call_command("load_codes", verbosity=0)
    out = io.StringIO()
    call_command("demo", corpus=CORPUS, stdout=out)
    assert "120 instruments were published." in out.getvalue()
    answer = find(Request("株洲 三坐标", kinds=("instruments",), size=1))
    assert Document.objects.get(pk=answer.ids[0]).content["fields"]["model_name"] == "PRISMO"
    again = io.StringIO()
    call_command("demo", corpus=CORPUS, stdout=again)
    assert "nothing was made" in again.getvalue()


@pytest.mark.django_db
def test_unusable_corpus_is_refused(tmp_path, world):
    file = tmp_path / "list.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="columns are missing"):
        call_command("demo", corpus=file, stdout=io.StringIO())
