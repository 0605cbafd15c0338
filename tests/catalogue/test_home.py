import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from keyi.catalogue import figures
from keyi.catalogue.models import Download, Notice
from keyi.records.models import Instrument
from tests.catalogue.documents import add_photo, copies_of, publish_instrument, publish_unit

pytestmark = pytest.mark.usefixtures("own_files")


def test_figures_come_from_the_public_copies(world):
    publish_unit(world)
    publish_instrument(world, value_wan=Decimal("88.60"))
    publish_instrument(
        world,
        unit=world.strange_lab,
        division=world.yuetang,
        value_wan=Decimal("11.40"),
        share_mode="internal",
    )
    now = figures.instrument_figures()
    assert (now.instruments, now.value_wan) == (2, Decimal("100.00"))
    assert now.cities == {"430100": 1, "430300": 1}
    assert now.classes == {"010000": 2}
    assert figures.count_units() == 1


def test_figures_of_an_empty_platform_are_zero(db):
    now = figures.instrument_figures()
    assert (now.instruments, now.value_wan) == (0, 0)
    assert [tile["depth"] for tile in figures.city_tiles(now.cities)] == [1] * 14


def test_tiles_are_darker_where_there_is_more(world):
    cities = {"430100": 5412, "430200": 742, "430600": 402, "431000": 226, "431200": 106}
    tiles = figures.city_tiles(Counter(cities))
    depth = {tile["code"]: tile["depth"] for tile in tiles}
    assert [depth[code] for code in cities] == [5, 4, 3, 2, 1]
    assert len(tiles) == 14


def test_home_shows_the_newest_instruments_and_the_figures(client, world):
    publish_unit(world)
    publish_instrument(world, name="核磁共振波谱仪", value_wan=Decimal("20000.00"))
    page = client.get(reverse("home")).content.decode()
    assert "核磁共振波谱仪" in page
    assert "2.0<small>亿元</small>" in page
    assert '<a class="k-q5" href="/instruments/?city=430100">长沙<b>1</b></a>' in page


def test_home_lists_what_is_published_in_the_operators_order(client, db):
    for number, title in enumerate(["平台操作指南", "仪器批量导入模板", "平台申请书"]):
        Download.objects.create(title=title, kind="docx", size=2048, order=number, file=f"x{number}")
    Download.objects.create(title="未发布的文件", kind="pdf", size=1, order=9, file="y", is_published=False)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    Notice.objects.create(title="明天的通知", body="x", is_published=True, published_on=tomorrow)
    Notice.objects.create(title="草稿通知", body="x", is_published=False)
    Notice.objects.create(title="今天的通知", body="x", is_published=True)
    page = client.get(reverse("home")).content.decode().partition("</main>")[0]
    assert page.index("平台操作指南") < page.index("仪器批量导入模板") < page.index("平台申请书")
    assert "今天的通知" in page
    for hidden in ("未发布的文件", "明天的通知", "草稿通知"):
        assert hidden not in page


@pytest.mark.parametrize("name", ["home", "instrument-list", "unit-list"])
def test_page_takes_as_many_queries_for_fifty_as_for_five(client, world, name, django_assert_max_num_queries):
    unit = publish_unit(world)
    instrument = publish_instrument(world)
    copies_of(instrument, 4)
    copies_of(unit, 4)
    client.get(reverse("instrument-list"))  # so that the index has followed the table
    with django_assert_max_num_queries(10) as few:
        client.get(reverse(name))
    number = len(few)
    for document in (instrument, unit):
        document.slug += "-"
        document.object_id += 5000
        copies_of(document, 45)
    client.get(reverse("instrument-list"))
    with django_assert_max_num_queries(number):
        client.get(reverse(name))


def test_cards_show_the_first_photo(client, world):
    document = publish_instrument(world)
    record_photo = add_photo(world, Instrument.objects.get(pk=document.object_id))
    document.content["files"] = [record_photo.as_json()]
    document.files = [record_photo.token]
    document.save()
    assert f"/files/{record_photo.token}/small/" in client.get(reverse("home")).content.decode()
