import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyi.codes import fields
from keyi.codes.fields import CodeField
from keyi.codes.memory import remembering
from keyi.codes.models import CodeItem

LEAF = "instrument_class:010405"


class LeafForm(forms.Form):
    category = CodeField("instrument_class", leaves_only=True)


class AnyForm(forms.Form):
    category = CodeField("instrument_class")


def queries(form: forms.Form) -> int:
    with CaptureQueriesContext(connection) as caught:
        form.is_valid()
    return len(caught)


@pytest.mark.usefixtures("classes")
def test_a_text_is_looked_up_once_within_the_block_and_never_kept_beyond_it():
    with remembering():
        assert queries(LeafForm({"category": "光电直读光谱仪"})) > 0
        again = LeafForm({"category": "光电直读光谱仪"})
        assert queries(again) == 0
        assert again.cleaned_data["category"].pk == LEAF
    assert queries(LeafForm({"category": "光电直读光谱仪"})) > 0


@pytest.mark.usefixtures("classes")
def test_a_text_that_fits_nothing_is_looked_for_once_too_and_told_alike():
    with remembering():
        first, again = LeafForm({"category": "光谱义"}), LeafForm({"category": "光谱义"})
        assert queries(first) > 0
        assert queries(again) == 0
        assert first.errors == again.errors != {}
        shown = [form.fields["category"].widget.candidates for form in (first, again)]
        assert shown[0] == shown[1]


@pytest.mark.usefixtures("classes")
def test_a_table_of_nonsense_fills_no_memory(monkeypatch):
    monkeypatch.setattr(fields, "MOST_IN_VAIN", 1)
    with remembering():
        queries(LeafForm({"category": "甲乙"}))
        assert queries(LeafForm({"category": "甲乙"})) == 0
        queries(LeafForm({"category": "丙丁"}))
        assert queries(LeafForm({"category": "丙丁"})) > 0


@pytest.mark.usefixtures("classes")
def test_what_one_field_may_take_is_not_taken_for_another():
    with remembering():
        assert AnyForm({"category": "光谱仪器"}).is_valid()
        assert not LeafForm({"category": "光谱仪器"}).is_valid()


@pytest.mark.usefixtures("classes")
def test_a_retired_item_is_kept_for_its_own_record_alone():
    CodeItem.objects.filter(pk=LEAF).update(is_retired=True)
    with remembering():
        assert LeafForm({"category": LEAF}, initial={"category": LEAF}).is_valid()
        assert not LeafForm({"category": LEAF}).is_valid()
