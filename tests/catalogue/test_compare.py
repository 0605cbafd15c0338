"""Comparing instruments, the tile map, list or cards, the other kinds, and the result list as a file."""

import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from keyi.audit.models import Entry
from keyi.search.models import Document
from tests.catalogue.documents import publish_instrument, publish_unit
from tests.factories import make_platform


@pytest.fixture
def two(world) -> list[Document]:
    return [
        publish_instrument(world, name="光谱仪", model_name="iCAP 6300", inventory_number="A1"),
        publish_instrument(world, name="扫描电镜", model_name="SU8010", fees=[], is_fee_negotiable=True,
                           inventory_number="A2"),
    ]  # fmt: skip


def compare(client, *slugs: str):
    return client.get("/instruments/compare/", {"pick": list(slugs)})


def test_instruments_stand_side_by_side_and_differences_are_marked(client, two):
    response = compare(client, two[1].slug, two[0].slug)
    assert [copy.slug for copy, _address in response.context["columns"]] == [two[1].slug, two[0].slug]
    rows = {str(row.label): (row.values, row.differs) for row in response.context["rows"]}
    assert rows["规格型号"] == (["SU8010", "iCAP 6300"], True)
    assert rows["收费标准"] == (["面议", "100 元/样"], True)
    assert rows["共享模式"] == (["外部共享", "外部共享"], False)
    assert "上年服务机时" not in rows
    assert response.context["more"] == f"/instruments/?pick={two[1].slug}&pick={two[0].slug}"


def test_each_can_be_taken_out(client, two):
    columns = compare(client, two[0].slug, two[1].slug).context["columns"]
    assert [address for _copy, address in columns] == [f"?pick={two[1].slug}", f"?pick={two[0].slug}"]


def test_fifth_is_refused_kindly(client, world):
    slugs = [publish_instrument(world, inventory_number=f"N{number}").slug for number in range(5)]
    response = compare(client, *slugs)
    assert [copy.slug for copy, _address in response.context["columns"]] == slugs[:4]
    assert "最多同时对比 4 台" in response.content.decode()


@pytest.mark.parametrize(
    "slugs", [[], ["0"], ["<script>alert(1)</script>"], ["x" * 5000], ["%00"], ["a"] * 500]
)
def test_nothing_sensible_to_compare_says_what_to_do(client, db, slugs):
    response = compare(client, *slugs)
    assert response.status_code == 200
    assert "还没有选择要对比的仪器" in response.content.decode()
    assert "<script>alert" not in response.content.decode()


def test_withdrawn_one_is_told(client, two):
    two[0].delete()
    page = compare(client, two[0].slug, two[1].slug).content.decode()
    assert "所选仪器中有 1 台已不在门户上。" in page
    assert "SU8010" in page


def test_comparing_four_takes_as_many_queries_as_comparing_one(client, world, django_assert_num_queries):
    slugs = [publish_instrument(world, inventory_number=f"N{number}").slug for number in range(4)]
    with django_assert_num_queries(1):
        compare(client, slugs[0])
    with django_assert_num_queries(1):
        compare(client, *slugs)


def test_what_is_picked_stays_while_searching(client, two):
    page = client.get("/instruments/", {"q": "SU8010", "pick": [two[0].slug]})
    assert (page.context["picks"], page.context["kept_picks"]) == ([two[0].slug], [two[0].slug])
    html = page.content.decode()
    assert html.count(f'<input type="hidden" name="pick" value="{two[0].slug}">') == 2  # filters, comparison


def test_tiles_count_what_answers_and_add_or_take_away_their_city(client, two, world):
    publish_instrument(
        world, name="光谱仪", unit=world.strange_lab, institution=world.institute, division=world.yuetang
    )
    tiles = {tile["code"]: tile for tile in client.get("/instruments/?q=iCAP&city=430300").context["tiles"]}
    assert {code: tile["number"] for code, tile in tiles.items() if tile["number"]} == {
        "430100": 1,
        "430300": 1,
    }
    assert tiles["430100"]["url"] == "?q=iCAP&city=430300&city=430100"
    assert (tiles["430300"]["url"], tiles["430300"]["is_chosen"]) == ("?q=iCAP", True)
    assert len(tiles) == 14


def test_cards_show_the_same_instruments(client, two):
    cards = client.get("/instruments/?view=cards")
    assert [copy.slug for copy in cards.context["copies"]] == [two[1].slug, two[0].slug]
    assert cards.content.decode().count('class="k-card"') == 2
    assert [link["url"] for link in cards.context["views"]] == ["?", "?view=cards"]


def test_same_question_is_asked_of_platforms_and_units(client, world):
    publish_unit(world)
    make_platform(world, name="光谱分析重点实验室")
    publish_instrument(world, name="光谱仪")
    kinds = client.get("/instruments/?q=光谱").context["kinds"]
    assert [(kind["number"], kind["url"], kind["is_current"]) for kind in kinds] == [
        (1, "/instruments/?q=%E5%85%89%E8%B0%B1", True),
        (1, "/platforms/?q=%E5%85%89%E8%B0%B1", False),
        (0, "/units/?q=%E5%85%89%E8%B0%B1", False),
    ]
    assert client.get("/instruments/").context["kinds"] == []
    platforms = client.get("/platforms/?q=光谱")
    assert [copy.title for copy in platforms.context["copies"]] == ["光谱分析重点实验室"]
    assert [kind["number"] for kind in platforms.context["kinds"]] == [1, 1, 0]


@pytest.mark.parametrize(
    ("query", "found"), [("lushan", 1), ("麓山大学", 1), ("麓山 湘潭", 0), ("麓山&nature=enterprise", 0)]
)
def test_units_are_found_as_people_ask(client, world, query, found):
    publish_unit(world)
    assert len(client.get(f"/units/?q={query}").context["copies"]) == found


def test_test_items_of_the_fees_are_found(client, world):
    publish_instrument(world, name="离心机", fees=[
        {"item": "稀土总量测定", "unit": "sample", "internal": "60", "external": "100", "negotiable": False}
    ])  # fmt: skip
    assert [copy.title for copy in client.get("/instruments/?q=稀土总量").context["copies"]] == ["离心机"]


def exported(client, query: str = "") -> list[list]:
    response = client.get(f"/instruments/export/{query}")
    assert response.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    return book.get_sheet_by_index(0).to_python()


def test_result_list_is_exported_for_those_signed_in(as_, world, client, two, settings):
    settings.SITE_URL = "http://testserver"
    assert client.get("/instruments/export/").status_code == 302
    rows = exported(as_(world.lab_manager), "?q=SU8010")
    assert rows[0][:4] == ["平台统一编号", "仪器名称", "英文名称", "规格型号"]
    assert [row[:2] for row in rows[1:]] == [[two[1].slug, "扫描电镜"]]
    assert rows[1][10:14] == [88.6, "外部共享", "正常", "面议"]
    assert rows[1][-1] == f"http://testserver/instruments/{two[1].slug}/"
    entry = Entry.objects.get(action="catalogue.export")
    assert (entry.actor_id, entry.data["rows"]) == (world.lab_manager.pk, 1)


def test_names_that_look_like_formulas_are_exported_as_text(as_, world):
    publish_instrument(world, name='=HYPERLINK("http://example.org")', value_wan=Decimal("1.00"))
    rows = exported(as_(world.stranger))
    assert rows[1][1] == '=HYPERLINK("http://example.org")'


def test_export_takes_no_more_queries_for_many_rows_than_for_few(as_, world):
    client = as_(world.stranger)
    publish_instrument(world, inventory_number="N0")
    few = queries_of_export(client)
    for number in range(1, 20):
        publish_instrument(world, inventory_number=f"N{number}")
    assert queries_of_export(client) <= few


def queries_of_export(client) -> int:
    exported(client)  # brings the index up to date
    with CaptureQueriesContext(connection) as caught:
        exported(client)
    return len(caught)
