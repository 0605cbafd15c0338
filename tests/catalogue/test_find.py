from decimal import Decimal

import pytest
from django.urls import reverse

from tests.catalogue.documents import copies_of, publish_instrument

LIST = "/instruments/"


@pytest.fixture
def three(world):
    """A spectrometer in 长沙 with prices, a microscope in 湘潭 by agreement, an internal balance in 长沙."""
    publish_instrument(world, name="光谱仪", model_name="iCAP 6300", value_wan=Decimal("9.00"))
    publish_instrument(
        world, name="扫描电镜", model_name="SU8010", unit=world.strange_lab, division=world.yuetang,
        function="断口形貌观察", technical="分辨率 1.0 nm", value_wan=Decimal("326.00"),
        fees=[], is_fee_negotiable=True,
    )  # fmt: skip
    publish_instrument(
        world, name="分析天平", model_name="TE 3102S", share_mode="internal", function="称量",
        value_wan=Decimal("20.00"),
    )  # fmt: skip


def titles(client, query: str) -> list[str]:
    return [copy.title for copy in client.get(LIST + query).context["copies"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["分析天平", "扫描电镜", "光谱仪"]),
        ("?q=电镜", ["扫描电镜"]),
        ("?q=ICAP", ["光谱仪"]),
        ("?q=ＩＣＡＰ　６３００", ["光谱仪"]),
        ("?q=6300 光谱", ["光谱仪"]),
        ("?q=icap 电镜", []),
        ("?q=断口", ["扫描电镜"]),
        ("?q=%25", []),
        ("?city=430300", ["扫描电镜"]),
        ("?city=430300&city=430100", ["分析天平", "扫描电镜", "光谱仪"]),
        ("?city=430300&share=internal", []),
        ("?class=010000", ["分析天平", "扫描电镜", "光谱仪"]),
        ("?share=internal", ["分析天平"]),
        ("?fee=negotiable", ["扫描电镜"]),
        ("?fee=listed", ["分析天平", "光谱仪"]),
        ("?nature=university", ["分析天平", "扫描电镜", "光谱仪"]),
        ("?nature=enterprise", []),
        ("?sort=value", ["扫描电镜", "分析天平", "光谱仪"]),
    ],
)
def test_list_finds(client, three, query, found):
    assert titles(client, query) == found


@pytest.mark.parametrize(
    "query", ["?city=999999", "?class=x", "?share=%00", "?sort=zzz", "?page=0", "?page=x", "?page=99"]
)
def test_list_ignores_what_it_does_not_know(client, three, query):
    assert len(titles(client, query)) == 3


@pytest.mark.parametrize("query", ["?q=" + "a" * 101, "?q=a%00b"])
def test_list_refuses_a_search_it_cannot_run(client, three, query):
    response = client.get(LIST + query)
    assert response.status_code == 422
    assert response.context["copies"] == []
    assert 'aria-invalid="true"' in response.content.decode()


def test_list_survives_hundreds_of_words_in_a_hundred_characters(client, three):
    assert client.get(LIST, {"q": " ".join("a" * 50)}).status_code == 200


def options(client, query: str) -> dict[str, dict[str, int]]:
    groups = client.get(LIST + query).context["filters"].groups
    return {group["name"]: {o["value"]: o["number"] for o in group["options"]} for group in groups}


def test_counts_of_a_group_ignore_its_own_choice(client, three):
    found = options(client, "?city=430300")
    assert found["city"] == {"430300": 1, "430100": 2}
    assert found["fee"] == {"negotiable": 1}
    assert options(client, "?share=internal&fee=negotiable")["share"] == {"external": 1, "internal": 0}


def test_chips_take_away_one_condition_each(client, three):
    chips = client.get(LIST + "?q=iCAP&city=430100&city=430300&page=2").context["chips"]
    assert [str(chip["label"]) for chip in chips] == ["iCAP", "长沙", "湘潭"]
    assert titles(client, chips[0]["url"]) == ["分析天平", "扫描电镜", "光谱仪"]
    assert titles(client, chips[1]["url"]) == []
    assert titles(client, chips[2]["url"]) == ["光谱仪"]


def test_an_empty_result_says_which_condition_to_remove(client, three):
    page = client.get(LIST + "?q=电镜&share=internal").content.decode()
    assert "没有符合条件的仪器" in page
    assert "去掉“电镜”再找" in page
    assert "去掉“内部共享”再找" in page


def test_an_empty_platform_says_so(client, db):
    assert "还没有发布仪器" in client.get(LIST).content.decode()


def test_pages_show_every_instrument_once(client, world):
    copies_of(publish_instrument(world), 44)
    seen = [
        copy.slug for number in (1, 2, 3) for copy in client.get(LIST, {"page": number}).context["copies"]
    ]
    assert len(seen) == len(set(seen)) == 45


def test_script_in_the_search_is_only_text(client, three):
    page = client.get(LIST, {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_words_are_marked_in_the_results(client, three):
    assert "扫描<mark>电镜</mark>" in client.get(reverse("instrument-list"), {"q": "电镜"}).content.decode()


def test_other_names_are_told_and_can_be_left_out(client, three):
    response = client.get(LIST, {"q": "SEM", "share": "external", "page": 1})
    assert [copy.title for copy in response.context["copies"]] == ["扫描电镜"]
    assert "扫描电子显微镜" in response.context["also"]
    assert "SEM" not in response.context["also"]
    page = response.content.decode()
    assert "同时查找了：" in page
    assert '<a href="?q=SEM&amp;share=external&amp;literal=1">只查“SEM”</a>' in page
    assert client.get(LIST, {"q": "SEM"}).context["total"] == 1
    literal = client.get(
        LIST, {"q": "SEM", "literal": "1"}
    )  # what is kept of the other question is not its answer
    assert literal.context["copies"] == []
    assert "同时查找了：" not in literal.content.decode()
    assert '<a href="?q=SEM">也查它的其他名称</a>' in literal.content.decode()


def test_a_word_without_other_names_says_nothing_of_them(client, three):
    assert "同时查找了" not in client.get(LIST, {"q": "3102S"}).content.decode()
