import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext

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
