"""The public statistics against a world made by hand, and the tables as files."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.utils import timezone

from keyi.search.models import Document
from keyi.search.totals import Total, totals
from tests.catalogue.documents import publish_instrument, publish_unit


@pytest.fixture
def three(world):
    """Two in 长沙 (one of them imported and by an enterprise), one in 湘潭."""
    publish_unit(world)
    publish_instrument(world, value_wan=Decimal("9.50"), country=world.china, inventory_number="A")
    publish_instrument(
        world, value_wan=Decimal("120.00"), country=world.usa, inventory_number="B", share_mode="internal"
    )
    publish_instrument(
        world, value_wan=Decimal("30.25"), country=world.china, unit=world.strange_lab, institution=world.institute,
        division=world.yuetang, inventory_number="C", started_on=dt.date(2015, 3, 1),
    )  # fmt: skip
    Document.objects.filter(kind="instruments").update(hours={"2025": {"run": "100.5", "ext": "20.0"}})


def tables(client) -> dict[str, list[tuple]]:
    found = client.get("/statistics/").context["tables"]
    return {table.name: [(str(row.label), *row.figures) for row in table.rows] for table in found}


def test_figures_are_those_of_the_public_copies(client, three):
    year = str(timezone.localdate().year)
    assert tables(client) == {
        "city": [("长沙", 2, Decimal("129.50")), ("湘潭", 1, Decimal("30.25"))],
        "class": [("分析仪器", 3, Decimal("159.75"))],
        "nature": [("高校", 3, Decimal("159.75"))],
        "value": [("20 万元以下", 1, Decimal("9.50")), ("20—50 万元", 1, Decimal("30.25")),
                  ("100—200 万元", 1, Decimal("120.00"))],
        "year": [("2012", 2, Decimal("129.50")), ("2015", 1, Decimal("30.25"))],
        "joined": [(year, 3, Decimal("159.75"))],
        "share": [("外部共享", 2, Decimal("39.75")), ("内部共享", 1, Decimal("120.00"))],
        "origin": [("国产", 2, Decimal("39.75")), ("进口", 1, Decimal("120.00"))],
        "hours": [("2025", Decimal("301.5"), Decimal("60.0"), 3, Decimal("19.9"))],
    }  # fmt: skip
    assert client.get("/statistics/").context["whole"] == Total(3, Decimal("159.75"))


def test_drafts_are_not_counted_and_withdrawn_ones_no_longer(client, three, world):
    Document.objects.filter(slug__endswith="1").delete()
    assert totals("instruments").whole.number == 2


def test_without_anything_published_the_page_says_so(client, db):
    page = client.get("/statistics/")
    assert page.context["tables"] == []
    assert "还没有发布" in page.content.decode()


def test_table_comes_as_a_file(client, three):
    response = client.get("/statistics/city.csv")
    text = response.content.decode()
    assert (response.headers["Content-Type"], text[0]) == ("text/csv; charset=utf-8", "\ufeff")
    assert list(csv.reader(io.StringIO(text[1:]))) == [
        ["市州", "仪器（台套）", "原值（万元）"], ["长沙", "2", "129.50"], ["湘潭", "1", "30.25"],
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["nothing", "city-", "0"])
def test_unknown_table_is_not_found(client, three, name):
    assert client.get(f"/statistics/{name}.csv").status_code == 404


def test_second_look_counts_nothing_again(client, three, django_assert_num_queries):
    client.get("/statistics/")
    with django_assert_num_queries(5):  # two last numbers, two counts, and the words of the classes
        client.get("/statistics/")


def test_every_figure_stands_in_the_table_below_its_drawing(client, three):
    page = client.get("/statistics/").content.decode()
    assert page.count("data-chart=") == page.count('class="k-table k-table--inline"') == 9
    assert '<td class="k-r k-num" data-value="129.50">129.50</td>' in page
