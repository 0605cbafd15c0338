import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from keyi.codes.models import CodeItem
from keyi.codes.search import find, mark


def labels(*args, **kwargs) -> list[str]:
    return [item.label for item in find(*args, **kwargs)]


SPECTRO = ["光谱仪器", "原子荧光光谱仪", "光电直读光谱仪", "激光光谱仪"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("光谱", SPECTRO),
        ("光谱仪器", SPECTRO),
        ("０１０４", SPECTRO),
        ("010405", ["光电直读光谱仪"]),
        ("guangpu", ["光谱仪器", "原子荧光光谱仪", "光电直读光谱仪", "激光光谱仪"]),
        ("GuangPu", ["光谱仪器", "原子荧光光谱仪", "光电直读光谱仪", "激光光谱仪"]),
        ("ｇｐ", ["光谱仪器", "原子荧光光谱仪", "光电直读光谱仪", "激光光谱仪"]),
        ("jg 光谱", ["激光光谱仪"]),
        ("分析 激光", ["激光光谱仪"]),
        ("色谱 激光", []),
        ("没有这种", []),
        ("%", []),
        ("_", []),
        ("\0", ["分析仪器", "光谱仪器", "原子荧光光谱仪"]),
    ],
)
def test_find_by_name_code_pinyin_and_initials(classes, typed, found):
    limit = 3 if typed == "\0" else 20
    assert labels("instrument_class", typed, limit=limit) == found


def test_find_puts_exact_before_prefix_before_the_middle(classes):
    assert labels("instrument_class", "气相色谱仪")[0] == "气相色谱仪"
    assert labels("instrument_class", "激光")[0] == "激光光谱仪"


@pytest.mark.parametrize("typed", ["岳麓", "yuelu", "yl", "430104", "长沙 岳麓", "Yuelu", "changsha yl"])
def test_find_county(divisions, typed):
    assert "岳麓区" in labels("division", typed)[:3]


def test_find_initials_are_not_looked_for_inside_pinyin(divisions):
    assert "洞口县" not in labels("division", "gk")  # dongkou has “gk” in the middle


def test_find_leaves_only_and_below_a_branch(classes):
    assert labels("instrument_class", "光谱", leaves_only=True) == SPECTRO[1:]
    assert labels("instrument_class", "仪", leaves_only=True, under="010500") == ["气相色谱仪"]
    assert labels("instrument_class", "仪", under="020000") == ["其他"]


def test_smallest_loaded_level_is_the_leaf(db):
    call_command("load_codes", "instrument_class", verbosity=0)
    leaves = CodeItem.objects.leaves("instrument_class")
    assert leaves.filter(code="010400").exists()
    assert not leaves.filter(code="010000").exists()
    assert leaves.count() == 93 + 1  # 其他仪器 has nothing below it


def test_item_whose_children_are_retired_is_a_leaf(classes):
    CodeItem.objects.filter(code="010501").update(is_retired=True)
    assert labels("instrument_class", "色谱", leaves_only=True) == ["色谱仪器"]
    assert labels("instrument_class", "气相色谱仪") == []


def test_find_takes_few_queries_and_any_length(classes, django_assert_num_queries):
    with django_assert_num_queries(2):
        find("instrument_class", "光谱 " * 5000)


def test_find_by_english_name(db):
    call_command("load_codes", "country", verbosity=0)
    assert labels("country", "germ") == ["德国"]
    assert labels("country", "")[:4] == ["中国", "美国", "德国", "日本"]


def test_mark_shows_the_match_and_escapes_the_rest():
    assert mark("激光<光谱>", "光谱 激") == "<mark>激</mark>光&lt;<mark>光谱</mark>&gt;"
    assert mark("<b>", "") == "&lt;b&gt;"


def test_options_are_a_fragment_with_key_text_and_path(classes, client):
    page = client.get(reverse("code-options", args=["instrument_class"]), {"q": "激光", "leaves": "1"})
    assert page.content.decode().strip() == (
        '<li role="option" aria-selected="false" data-key="instrument_class:010406" data-text="激光光谱仪 010406">'
        '<mark>激光</mark>光谱仪 <span class="k-num k-2nd">010406</span><small>分析仪器 / 光谱仪器</small></li>'
    )
    assert page.headers["Vary"].split(", ")[0] == "Cookie"


def test_options_show_twenty_at_most(divisions, client):
    page = client.get(reverse("code-options", args=["division"]), {"q": "县"})
    assert page.content.decode().count("<li") == 20


def test_options_answer_bad_input_calmly(classes, client):
    url = reverse("code-options", args=["instrument_class"])
    bad = {"q": "<script>\0" * 100, "under": "\0'", "leaves": "maybe"}
    assert client.get(url, bad).content.decode().strip() == ""
    assert client.get(reverse("code-options", args=["nothing"])).status_code == 404
    assert client.post(url).status_code == 405


def test_tree_shows_every_level(classes, client):
    CodeItem.objects.filter(code="010406").update(is_retired=True)
    page = client.get(reverse("code-tree", args=["instrument_class"]))
    assert page.status_code == 200
    text = page.content.decode()
    assert text.count("<details><summary>") >= 4
    assert "光电直读光谱仪" in text
    assert "激光光谱仪" not in text


def test_tree_of_an_empty_list_says_why(db, client):
    with translation.override("en"):
        client.cookies["django_language"] = "en"
        page = client.get(reverse("code-tree", args=["asset"]))
    assert "This list has not been loaded yet" in page.content.decode()
    assert client.get(reverse("code-tree", args=["nothing"])).status_code == 404
