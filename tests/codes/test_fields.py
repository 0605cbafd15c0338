import pytest
from django import forms
from django.core.management import call_command
from django.http import QueryDict
from django.utils import translation

from keyi.codes.fields import CodeField, CodesField, DivisionField
from keyi.codes.models import CodeItem

LEAF = "instrument_class:010405"


class ClassForm(forms.Form):
    category = CodeField("instrument_class", leaves_only=True)


class SubjectsForm(forms.Form):
    subjects = CodesField("subject", least=1, most=4)


class PlaceForm(forms.Form):
    division = DivisionField()


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def subjects(db):
    call_command("load_codes", "subject", verbosity=0)


def filled(typed: str, **kwargs) -> ClassForm:
    form = ClassForm({"category": typed}, **kwargs)
    form.is_valid()
    return form


@pytest.mark.parametrize(
    "typed",
    [
        LEAF,
        "010405",
        "０１０４０５",
        " 光电直读光谱仪 ",
        "光电直读光谱仪 010405",
        "分析仪器/光谱仪器/光电直读光谱仪",
        "分析仪器 / 光谱仪器 ／ 光电直读光谱仪",
        "分析仪器>光谱仪器>光电直读光谱仪",
    ],
)
def test_field_accepts_key_code_and_label(classes, typed):
    form = filled(typed)
    assert form.errors == {}
    assert form.cleaned_data["category"].pk == LEAF


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Type a name or code and choose from the list."),
        ("   ", "Type a name or code and choose from the list."),
        ("光谱", "3 entries fit “光谱”. Choose one."),
        ("gp", "3 entries fit “gp”. Choose one."),
        ("直读", "No entry is exactly “直读”. If this one is meant, choose it."),
        ("其他", "2 entries fit “其他”. Choose one."),
        ("010400", "“光谱仪器” is divided further. Choose one of its parts."),
        ("instrument_class:010400", "“光谱仪器” is divided further. Choose one of its parts."),
        ("磁铁", "There is no “磁铁” in this list. Try another word, a code or initials."),
        ("subject:150", "There is no “subject:150” in this list. Try another word, a code or initials."),
        ("\0", "Type a name or code and choose from the list."),
    ],
)
def test_field_refuses_with_what_to_do(classes, typed, message):
    assert filled(typed).errors == {"category": [message]}


def test_field_refuses_a_very_long_text(classes):
    assert list(filled("长" * 100_000).errors) == ["category"]


def test_ambiguous_text_comes_back_with_candidates_to_tick(classes):
    html = str(filled("光谱")["category"])
    assert 'value="光谱"' in html
    assert html.count('name="category-pick-0"') == 3
    picked = ClassForm({"category": "光谱", "category-pick-0": "instrument_class:010406"})
    assert picked.is_valid()
    assert picked.cleaned_data["category"].code == "010406"


def test_field_offers_the_parts_of_a_branch(classes):
    assert str(filled("光谱仪器")["category"]).count('type="radio"') == 3


def test_candidates_of_one_form_do_not_leak_into_the_next(classes):
    filled("光谱")
    assert 'type="radio"' not in str(ClassForm()["category"])


def test_retired_item_is_refused_unless_the_record_has_it(classes):
    CodeItem.objects.filter(pk=LEAF).update(is_retired=True)
    assert filled(LEAF).errors == {"category": ["“光电直读光谱仪” is no longer used. Choose another one."]}
    for typed in (LEAF, "光电直读光谱仪 010405"):
        form = filled(typed, initial={"category": LEAF})
        assert form.errors == {}
        assert form.cleaned_data["category"].pk == LEAF
    assert 'value="光电直读光谱仪 010405"' in str(ClassForm(initial={"category": LEAF})["category"])


def test_widget_shows_the_name_and_keeps_the_key(classes):
    html = str(ClassForm(initial={"category": LEAF})["category"])
    assert 'name="category" value="光电直读光谱仪 010405"' in html
    assert f'data-key="{LEAF}"' in html
    assert 'data-combo="/codes/instrument_class/?leaves=1"' in html


def test_widget_escapes_what_was_typed(classes):
    html = str(filled('"><script>alert(1)</script>')["category"])
    assert "<script>" not in html


def test_field_stays_inside_its_branch(classes):
    class BranchForm(forms.Form):
        category = CodeField("instrument_class", under="010500")

    assert BranchForm({"category": "气相色谱仪"}).is_valid()
    assert not BranchForm({"category": "激光光谱仪"}).is_valid()


def posted(*texts: str) -> SubjectsForm:
    data = QueryDict(mutable=True)
    data.setlist("subjects", list(texts))
    form = SubjectsForm(data)
    form.is_valid()
    return form


def test_several_are_kept_in_the_order_of_choice(subjects):
    form = posted("物理学", "", "subject:150", "430")
    assert form.errors == {}
    assert [item.label for item in form.cleaned_data["subjects"]] == ["物理学", "化学", "材料科学"]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([], "Type a name or code and choose from the list."),
        (["", ""], "Type a name or code and choose from the list."),
        (["化学", "150"], "“Chemistry” is there twice. Clear one of the rows."),
        (["110", "120", "130", "140", "150"], "Choose at most 4. Now there are 5: clear some of the rows."),
        (["化学", "卜"], "There is no “卜” in this list. Try another word, a code or initials."),
    ],
)
def test_several_are_refused_with_what_to_do(subjects, texts, message):
    assert posted(*texts).errors == {"subjects": [message]}


def test_several_have_one_row_each_and_candidates_beneath_theirs(subjects):
    form = posted("化学", "计算", "", "")
    html = str(form["subjects"])
    assert html.count('name="subjects"') == 4
    assert 'name="subjects-pick-1"' in html
    assert 'name="subjects-pick-0"' not in html
    data = QueryDict("subjects=化学&subjects=计算&subjects=&subjects=&subjects-pick-1=subject:520")
    form = SubjectsForm(data)
    assert form.is_valid()
    assert [item.code for item in form.cleaned_data["subjects"]] == ["150", "520"]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("化学、物理学", ["化学", "物理学"]),
        ("航空、航天科学技术", ["航空、航天科学技术"]),
        ("化学、航空、航天科学技术、物理学", ["化学", "航空、航天科学技术", "物理学"]),
        ("150；物理学，430", ["化学", "物理学", "材料科学"]),
    ],
)
def test_several_in_one_text_are_split(subjects, text, labels):
    form = SubjectsForm({"subjects": text})
    assert form.is_valid()
    assert [item.label for item in form.cleaned_data["subjects"]] == labels


def test_counties_are_grouped_by_city(divisions):
    with translation.override("zh-hans"):
        choices = list(PlaceForm().fields["division"].choices)
    assert len(choices) == 1 + 14
    assert choices[1][0] == "长沙市"
    assert [str(label) for _, label in choices[1][1]][:3] == ["芙蓉区", "天心区", "岳麓区"]
    assert sum(len(group) for _, group in choices[1:]) == 122


def test_counties_take_one_query(divisions, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert str(PlaceForm()["division"]).count("<option") == 1 + 122


@pytest.mark.parametrize(
    "typed", ["division:430104", "430104", "岳麓区", "长沙市岳麓区", "湖南省长沙市岳麓区"]
)
def test_county_is_accepted_as_people_write_it(divisions, typed):
    form = PlaceForm({"division": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["division"].code == "430104"


def test_city_is_not_a_county(divisions):
    form = PlaceForm({"division": "division:430100"})
    assert form.errors == {"division": ["“Changsha City” is divided further. Choose one of its parts."]}
    assert PlaceForm({"division": ""}).errors == {"division": ["Choose a county or district."]}


def test_retired_county_of_the_record_stays_in_the_list(divisions):
    CodeItem.objects.filter(code="430104").update(is_retired=True)
    assert "division:430104" not in str(PlaceForm()["division"])
    form = PlaceForm({"division": "division:430104"}, initial={"division": "division:430104"})
    assert form.is_valid()
    assert "division:430104" in str(form["division"])
