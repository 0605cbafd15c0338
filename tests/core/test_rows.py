"""Rows inside a form."""

import json
from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict
from django.utils.translation import override

from keyi.core.rows import RowsField, is_row_step, without_errors


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


class FeeRow(forms.Form):
    item = forms.CharField(label="Item", max_length=5)
    price = forms.DecimalField(label="Price", max_value=Decimal(1000))
    since = forms.DateField(label="Since", required=False)
    opens = forms.TimeField(label="Opens", required=False)
    unit = forms.ChoiceField(label="Unit", choices=[("hour", "hour"), ("day", "day")], initial="hour")
    negotiable = forms.BooleanField(label="By agreement", required=False)

    def clean(self):
        if self.cleaned_data.get("item") == "free" and self.cleaned_data.get("price"):
            raise forms.ValidationError("Free costs nothing.")
        return self.cleaned_data


class FeesForm(forms.Form):
    fees = RowsField(FeeRow, label="Fees", max_rows=3, required=False)


A = {
    "item": "water",
    "price": "60.50",
    "since": "2026-03-12",
    "opens": "08:30",
    "unit": "day",
    "negotiable": True,
}
A_STORED = A
B_STORED = {"item": "soil", "price": "30", "since": None, "opens": None, "unit": "hour", "negotiable": False}


def sent(text: str, **kwargs) -> FeesForm:
    """The form as a browser sends it; ``text`` without the fees- in front of each key."""
    data = QueryDict("&".join(f"fees-{part}" for part in text.split("&") if part))
    return FeesForm(data, **kwargs)


def errors(form: forms.Form) -> list[str]:
    return list(form.errors.get("fees", []))


def test_rows_are_stored_ready_for_json():
    form = sent(
        "0-item=water&0-price=60.50&0-since=2026-03-12&0-opens=08:30&0-unit=day&0-negotiable=on&1-item=soil&1-price=30&1-unit=hour"
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["fees"] == [A_STORED, B_STORED]
    assert json.loads(json.dumps(form.cleaned_data["fees"])) == [A_STORED, B_STORED]


def test_rows_left_blank_are_dropped_and_keep_the_numbers_of_the_others():
    form = sent("0-item=&0-unit=hour&1-item=soil&1-unit=hour&2-item=&2-price=&2-unit=hour")
    assert errors(form) == ["Row 2: Price is missing."]
    assert sent("0-item=&0-unit=hour&1-item=soil&1-price=30&1-unit=hour").is_valid()


def test_rows_say_what_is_wrong_in_which_row_and_column():
    form = sent(
        "0-item=waters&0-price=abc&0-unit=hour&1-item=free&1-price=5&1-unit=hour&2-price=5&2-unit=year"
    )
    assert errors(form) == [
        "Row 1, Item: Ensure this value has at most 5 characters (it has 6).",
        "Row 1, Price: Enter a number.",
        "Row 2: Free costs nothing.",
        "Row 3: Item is missing.",
        "Row 3, Unit: Select a valid choice. year is not one of the available choices.",
    ]


def test_rows_of_a_draft_may_have_gaps_but_no_wrong_types():
    form = sent("0-item=soil&0-unit=hour")
    form.fields["fees"].partial = True
    assert form.is_valid()
    assert form.cleaned_data["fees"] == [B_STORED | {"price": None}]
    form = sent("0-item=soil&0-price=abc&0-unit=hour")
    form.fields["fees"].partial = True
    assert errors(form) == ["Row 1, Price: Enter a number."]


def test_partial_is_set_for_one_form_only():
    form = sent("0-item=soil&0-unit=hour")
    form.fields["fees"].partial = True
    assert not sent("0-item=soil&0-unit=hour").is_valid()


def test_required_rows_need_one_row_unless_it_is_a_draft():
    class Needed(forms.Form):
        fees = RowsField(FeeRow, min_rows=2)

    assert errors(Needed(QueryDict(""))) == ["Fill in at least one row."]
    assert errors(Needed({"fees-0-item": "soil", "fees-0-price": "1", "fees-0-unit": "day"})) == [
        "Fill in at least 2 rows."
    ]
    draft = Needed(QueryDict(""))
    draft.fields["fees"].partial = True
    assert draft.is_valid()
    assert draft.cleaned_data["fees"] == []


def test_rows_beyond_the_limit_are_refused_and_not_read():
    text = "&".join(f"{n}-item=soil&{n}-price=1&{n}-unit=day" for n in range(500))
    form = sent(text)
    assert errors(form) == ["Fill in no more than 3 rows."]
    assert len(form["fees"].value()) == 5
    assert str(form["fees"]).count("<tr>") == 1 + 3 + 1  # head, rows, model of a new one


def test_rows_may_have_any_numbers_and_come_in_their_order():
    form = sent("12-item=soil&12-price=1&12-unit=day&3-item=water&3-price=2&3-unit=day")
    assert form.is_valid()
    assert [row["item"] for row in form.cleaned_data["fees"]] == ["water", "soil"]
    assert sent("x-item=soil&-1-item=soil&99999-item=soil&٣-item=soil").fields["fees"].clean([]) == []
    assert sent("x-item=soil&99999-item=soil&٣-item=soil")["fees"].value() == []


def test_ticked_rows_are_deleted():
    form = sent("0-item=soil&0-price=1&0-unit=day&0-REMOVE=on&1-item=water&1-price=2&1-unit=day")
    assert form.is_valid()
    assert [row["item"] for row in form.cleaned_data["fees"]] == ["water"]


def test_the_button_for_another_row_adds_one_and_complains_about_nothing():
    data = QueryDict("fees-0-item=soil&fees-0-unit=hour&fees-1-item=&fees-1-unit=hour&do=rows:add:fees")
    assert is_row_step(data)
    assert not is_row_step(QueryDict("do=save"))
    html = str(without_errors(FeesForm(data))["fees"])
    assert html.count("<tr>") == 1 + 3 + 1
    assert 'value="soil"' in html
    assert "aria-invalid" not in html
    assert 'value="rows:add:fees"' not in html  # three rows are all there may be


def test_rows_work_under_a_form_prefix():
    data = {"left-fees-0-item": "soil", "left-fees-0-price": "30", "left-fees-0-unit": "hour"}
    form = FeesForm(data, prefix="left")
    assert form.is_valid()
    assert form.cleaned_data["fees"] == [B_STORED]
    assert 'name="left-fees-0-item"' in str(form["fees"])


def test_a_stored_value_becomes_a_post_and_comes_back_the_same():
    post = RowsField.to_post("fees", [A_STORED, B_STORED])
    assert post == {
        "fees-0-item": "water", "fees-0-price": "60.50", "fees-0-since": "2026-03-12", "fees-0-opens": "08:30",
        "fees-0-unit": "day", "fees-0-negotiable": True,
        "fees-1-item": "soil", "fees-1-price": "30", "fees-1-unit": "hour",
    }  # fmt: skip
    form = FeesForm(post)
    assert form.is_valid()
    assert form.cleaned_data["fees"] == [A_STORED, B_STORED]
    assert RowsField.to_post("fees", None) == {}


def test_rows_have_changed_only_when_they_have():
    post = RowsField.to_post("fees", [A_STORED, B_STORED])
    assert FeesForm(post, initial={"fees": [A_STORED, B_STORED]}).changed_data == []
    blank = {"fees-2-item": "", "fees-2-unit": "hour"}
    assert FeesForm(post | blank, initial={"fees": [A_STORED, B_STORED]}).changed_data == []
    assert FeesForm(post, initial={"fees": [A_STORED]}).changed_data == ["fees"]
    assert FeesForm(post | {"fees-1-price": "31"}, initial={"fees": [A_STORED, B_STORED]}).changed_data == [
        "fees"
    ]
    assert FeesForm(post | {"fees-1-price": "x"}, initial={"fees": [A_STORED, B_STORED]}).changed_data == [
        "fees"
    ]
    assert FeesForm({}, initial={"fees": []}).changed_data == []
    assert FeesForm({}).changed_data == []


def test_stored_rows_are_shown_with_a_blank_one_and_no_errors():
    half = {"item": "soil", "price": None, "unit": "hour", "negotiable": True}
    html = str(FeesForm(initial={"fees": [half]})["fees"])
    assert html.count("<tr>") == 1 + 2 + 1
    assert (
        '<td data-l="Item"><input type="text" name="fees-0-item" value="soil" class="form-control" '
        'aria-label="Row 1, Item" data-n="Row {n}, Item" id="id_fees-0-item"></td>'
    ) in html
    assert 'name="fees-0-negotiable" class="form-check-input" aria-label="Row 1, By agreement"' in html
    assert "checked" in html
    assert "aria-invalid" not in html


def test_errors_stand_at_their_cells():
    form = sent("0-item=soil&0-price=abc&0-unit=hour&1-item=&1-unit=hour")
    assert not form.is_valid()
    html = str(form["fees"])
    assert (
        '<td data-l="Price"><span class="k-err" id="id_fees-0-price_error">Enter a number.</span>'
        '<input type="text" name="fees-0-price" value="abc" class="form-control" aria-label="Row 1, Price" '
        'data-n="Row {n}, Price" aria-invalid="true" aria-describedby="id_fees-0-price_error" inputmode="decimal" '
        'id="id_fees-0-price"></td>'
    ) in html
    assert html.count("aria-invalid") == 1


def test_what_was_typed_is_escaped():
    html = str(sent("0-item=<script>alert(1)</script>")["fees"])
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
