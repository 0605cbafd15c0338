"""A filter with more options than the page shows, and what the list keeps between two looks."""

import copy
import re
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keyi.catalogue.filters import SHOWN_FOLDED
from keyi.search.models import Document
from tests.catalogue.documents import publish_instrument

LIST = "/instruments/"
UNITS = SHOWN_FOLDED + 5
FOLLOWING = re.compile("search_(withdrawal|thesaurus)")  # the index is brought up to date before the question


@pytest.fixture
def many_units(world) -> list[str]:
    """One instrument each in as many units, the codes of the units in the filter's order."""
    model = publish_instrument(world, name="光谱仪")
    codes = [f"U{number:04d}" for number in range(UNITS)]
    for number, code in enumerate(codes):
        found_by = copy.deepcopy(model.found_by)
        found_by["facets"]["unit"] = [code]
        content = {**model.content, "unit": {**model.content["unit"], "name": f"单位 {number}"}}
        Document.objects.create(
            kind="instruments", object_id=10_000 + number, slug=f"S{number}", title=f"光谱仪 {number}",
            facets={**model.facets, "unit": code}, found_by=found_by, content=content, text=model.text,
            unit_path=model.unit_path, version=1, published_at=timezone.now(),
        )  # fmt: skip
    model.delete()
    return codes


def unit_group(client, query: str = "") -> dict:
    return next(
        group for group in client.get(LIST + query).context["filters"].groups if group["name"] == "unit"
    )


def test_list_shows_the_first_options_and_says_how_many_there_are(client, many_units):
    group = unit_group(client)
    shown = [option["value"] for option in [*group["options"], *group["more"]]]
    assert (shown, group["total"], group["is_cut"]) == (many_units[:SHOWN_FOLDED], UNITS, True)
    page = client.get(LIST, {"q": "光谱仪"}).content.decode()
    assert f'formaction="/instruments/filters/unit/">全部 {UNITS} 项</button>' in page


def test_a_chosen_option_is_shown_however_rare(client, many_units):
    group = unit_group(client, f"?unit={many_units[-1]}")
    assert group["options"][0]["value"] == many_units[-1]
    assert group["options"][0]["checked"]


def test_page_of_a_filter_has_every_option_and_keeps_the_rest_of_the_search(client, many_units):
    response = client.get(f"{LIST}filters/unit/?q=光谱仪&unit={many_units[3]}&fee=listed&page=2")
    page = response.content.decode()
    assert [f'value="{code}"' in page for code in many_units] == [True] * UNITS
    assert page.count(" checked>") == 1
    assert response.context["kept"] == [("q", "光谱仪"), ("fee", "listed")]


def test_page_of_a_filter_nobody_knows_is_not_there(client, db):
    assert client.get(f"{LIST}filters/colour/").status_code == 404


def test_page_of_a_filter_without_options_says_so_and_leads_back(client, many_units):
    page = client.get(f"{LIST}filters/platform/?q=光谱仪").content.decode()
    assert "没有符合条件的仪器，所以这里没有可选的项。" in page
    assert f'<a class="btn btn-primary" href="{LIST}?q=%E5%85%89%E8%B0%B1%E4%BB%AA">返回</a>' in page


def test_what_is_kept_follows_the_public_copy_and_the_language(client, world):
    document = publish_instrument(world, name="光谱仪", share_mode="external")
    assert ">光谱仪</a>" in client.get(LIST).content.decode()
    document.title = "质谱仪"
    document.save()
    page = client.get(LIST).content.decode()
    assert ">质谱仪</a>" in page
    assert ">光谱仪</a>" not in page
    client.cookies["django_language"] = "en"
    english = client.get(LIST).content.decode()
    assert "对外共享" not in english
    assert "<dt>Maker</dt>" in english


def test_first_look_takes_few_queries_however_many_rows_and_options(client, many_units):
    client.get(LIST)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(LIST, {"q": "光谱仪"}).status_code == 200
    found = [re.search(r'FROM "(\w+)"', query["sql"]) for query in caught]
    asked = [hit[1] for hit in found if hit and not FOLLOWING.match(hit[1])]
    assert len(asked) <= 6, Counter(asked)


def test_a_filter_with_more_options_than_are_counted_says_that_it_is_not_all(client, many_units, monkeypatch):
    monkeypatch.setattr("keyi.catalogue.filters.FEW", UNITS)  # as if no more were counted
    monkeypatch.setattr("keyi.catalogue.filters.OPTIONS", UNITS)
    assert "查看全部</button>" in client.get(LIST, {"q": "光谱"}).content.decode()
    page = client.get(f"{LIST}filters/unit/?q=光谱").content.decode()
    assert f"这里列出仪器最多的 {UNITS} 项；要找其他的，请在搜索框里输入名称。" in page
