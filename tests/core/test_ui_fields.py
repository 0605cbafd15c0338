"""The field tag: what it writes for each kind of field."""

import pytest
from django import forms
from django.template import Context, Template
from django.test.utils import override_settings
from django.utils.translation import override

from keyi.core.rows import RowsField
from keyi.core.widgets import CheckCards, ChoiceCards

ALERT = (
    '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round"'
    ' stroke-linejoin="round" aria-hidden="true"><path d="M3 12a9 9 0 1 0 18 0a9 9 0 0 0 -18 0"/>'
    '<path d="M12 8v4"/><path d="M12 16h.01"/></svg>'
)


class Row(forms.Form):
    item = forms.CharField(label="项目")


class Everything(forms.Form):
    name = forms.CharField(label="仪器名称", max_length=50, help_text="与铭牌一致的全称。")
    text = forms.CharField(
        label="主要功能", max_length=10, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    short = forms.CharField(label="简称", max_length=20, widget=forms.TextInput(attrs={"data-count": ""}))
    value = forms.DecimalField(label="原值", min_value=0)
    lab = forms.ChoiceField(label="实验室", choices=[("", "请选择"), ("1", "分析测试中心")])
    share = forms.ChoiceField(
        label="共享模式",
        choices=[("in", "内部共享"), ("out", "外部共享")],
        widget=ChoiceCards(meanings={"out": "单位内外都可使用"}, in_row=True),
    )
    platforms = forms.MultipleChoiceField(
        label="平台", choices=[("1", "重点实验室")], widget=CheckCards, required=False
    )
    fees = RowsField(Row, label="收费标准")
    scan = forms.FileField(label="法人证书")
    agreed = forms.BooleanField(label="同意公开", required=False, help_text="不勾选时不显示。")
    key = forms.CharField(widget=forms.HiddenInput)


@pytest.fixture(autouse=True)
def _chinese():
    with override("zh-hans"):
        yield


def render(source: str, **context) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def show(form: forms.Form, name: str) -> str:
    """The field's HTML with the white space between the tags taken out."""
    html = render("{% field f %}", f=form[name])
    return html.replace("\n", "").strip()


def test_a_text_field_has_label_star_hint_and_control():
    assert show(Everything(), "name") == (
        '<div class="k-field" id="id_name_field"><label class="form-label" for="id_name">仪器名称'
        '<span class="k-req" aria-hidden="true">*</span></label>'
        '<span class="k-hint" id="id_name_hint">与铭牌一致的全称。</span>'
        '<input type="text" name="name" class="form-control" required aria-describedby="id_name_hint" id="id_name">'
        "</div>"
    )


def test_a_field_says_what_is_missing_and_marks_the_control():
    html = show(Everything({}), "name")
    assert (
        f'<span class="k-err" id="id_name_error"><span class="k-block">{ALERT} 请填写仪器名称。</span></span>'
        in html
    )
    assert html.startswith('<div class="k-field k-field--bad" id="id_name_field">')
    assert 'aria-invalid="true" required aria-describedby="id_name_hint id_name_error"' in html
    assert "请选择实验室。" in show(Everything({}), "lab")
    assert "请选择共享模式。" in show(Everything({}), "share")
    assert "请上传法人证书。" in show(Everything({}), "scan")


def test_a_field_that_is_mandatory_later_has_its_star_now():
    form = Everything()
    form.fields["text"].is_mandatory = True
    form.fields["name"].is_mandatory = False
    assert '主要功能<span class="k-req" aria-hidden="true">*</span>' in show(form, "text")
    assert '仪器名称<span class="k-2nd">（选填）</span>' in show(form, "name")


def test_a_field_that_depends_or_is_locked_is_called_neither_mandatory_nor_optional():
    form = Everything()
    form.fields["text"].is_mandatory = None
    form.fields["name"].required, form.fields["name"].disabled = False, True
    for name in ("text", "name"):
        html = show(form, name)
        assert [word for word in ("k-req", "（选填）", "required") if word in html] == []


def test_the_reviewers_note_stands_at_the_field():
    form = Everything()
    form.marks = {"name": "与铭牌不符 <b>"}
    html = show(form, "name")
    assert "<b>审核意见</b>：与铭牌不符 &lt;b&gt;</span></span>" in html
    assert 'class="k-field k-field--marked" id="id_name_field"' in html
    assert 'aria-describedby="id_name_hint id_name_mark"' in html
    assert "审核意见" not in show(form, "short")


def test_a_counter_works_without_script_and_cuts_nothing():
    html = show(Everything({"text": "x" * 12}), "text")
    assert (
        '<div class="k-count-down" id="id_text_count"><span>最多 10 字</span><span class="k-num" '
        'data-counter="id_text" data-limit="10" data-left="已写 {written} 字，还可写 {left} 字" '
        'data-over="超出 {over} 字" aria-live="off">超出 2 字</span></div>'
    ) in html
    assert "maxlength" not in html
    assert "x" * 12 in html
    assert "最多 20 字" in show(Everything(), "short")
    assert "k-count-down" not in show(Everything(), "name")


def test_numbers_keep_what_was_typed_even_when_it_is_none():
    html = show(Everything({"value": "十万"}), "value")
    assert (
        '<input type="text" name="value" value="十万" class="form-control" aria-invalid="true" required '
        'aria-describedby="id_value_error" inputmode="decimal" autocomplete="off" id="id_value">'
    ) in html


def test_choices_are_cards_in_a_fieldset():
    assert show(Everything(initial={"share": "out"}), "share") == (
        '<fieldset class="k-field k-wide" id="id_share"><legend class="k-legend">共享模式'
        '<span class="k-req" aria-hidden="true">*</span></legend><div class="k-choice k-choice--row">'
        '<label for="id_share_0"><input type="radio" name="share" value="in" class="form-check-input" required '
        'id="id_share_0"><span><b>内部共享</b></span></label>'
        '<label for="id_share_1"><input type="radio" name="share" value="out" class="form-check-input" required '
        'id="id_share_1" checked><span><b>外部共享</b><small>单位内外都可使用</small></span></label></div></fieldset>'
    )


def test_a_single_tick_has_its_label_beside_it():
    assert show(Everything(), "agreed") == (
        '<div class="k-check k-field k-wide"><label for="id_agreed"><input type="checkbox" name="agreed" '
        'class="form-check-input" aria-describedby="id_agreed_hint" id="id_agreed"><span>同意公开'
        '<span class="k-2nd k-block" id="id_agreed_hint">不勾选时不显示。</span></span></label></div>'
    )


def test_hidden_fields_stay_hidden():
    assert (
        show(Everything(initial={"key": "7"}), "key")
        == '<input type="hidden" name="key" value="7" id="id_key">'
    )


def test_the_error_summary_links_every_field_to_its_first_control():
    form = Everything({"name": "x", "short": "y", "value": "1", "scan": "", "key": "k"})
    html = render('{% error_summary form "还不能提交" %}', form=form)
    assert html.replace("\n", "") == (
        '<div class="k-errors" role="alert" tabindex="-1" data-error-summary>'
        f"<h2>{ALERT} 还不能提交：有 4 处要改</h2><ul>"
        '<li><a href="#id_lab">实验室：请选择实验室。</a></li>'
        '<li><a href="#id_share_0">共享模式：请选择共享模式。</a></li>'
        '<li><a href="#id_fees-0-item">收费标准：请至少填写一行。</a></li>'
        '<li><a href="#id_scan">法人证书：请上传法人证书。</a></li></ul></div>'
    )


def test_the_error_summary_tells_what_belongs_to_no_field_and_is_silent_without_errors():
    form = Everything({})
    form.add_error(None, "这台仪器已经填报过。")
    assert "<ul><li>这台仪器已经填报过。</li>" in render("{% error_summary form %}", form=form)
    assert render("{% error_summary form %}", form=Everything()) == ""


def test_the_error_summary_leads_into_the_row_that_is_wrong():
    class Two(forms.Form):
        item = forms.CharField(label="项目")
        price = forms.DecimalField(label="价")

    class Fees(forms.Form):
        fees = RowsField(Two, label="收费")

    data = {"fees-0-item": "a", "fees-0-price": "1", "fees-1-item": "b", "fees-1-price": ""}
    html = render("{% error_summary form %}", form=Fees(data))
    assert '<a href="#id_fees-1-price">收费：第 2 行缺价。</a>' in html


@override_settings(LANGUAGE_CODE="zh-hans")
def test_djangos_own_sentences_are_said_in_our_words():
    form = Everything({"name": "x" * 60, "value": "abc"})
    assert list(form.errors["name"]) == ["最多 50 字，现在是 60 字，请删减。"]
    assert list(form.errors["value"]) == ["请填写数字，例：12.5。"]
