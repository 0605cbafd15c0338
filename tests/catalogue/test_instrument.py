import pytest
from django.urls import reverse

from keyi.records.models import Institution, Instrument
from keyi.review.status import Status
from keyi.review.workflow import perform
from keyi.search.models import Document
from tests.catalogue.documents import add_photo, copies_of, publish_instrument, publish_unit
from tests.factories import make_institution, make_instrument

pytestmark = pytest.mark.usefixtures("own_files")


def page_of(client, document: Document) -> str:
    response = client.get(reverse("instrument", args=[document.slug]))
    assert response.status_code == 200
    return response.content.decode()


def test_page_shows_the_record(client, world):
    publish_unit(world)
    page = page_of(
        client, publish_instrument(world, technical="分辨率：0.007 nm\n波长：166～847 nm", room="305 室")
    )
    for text in (
        "电感耦合等离子体发射光谱仪 iCAP 6300",
        "赛默飞世尔科技（美国）",
        "88.60 万元",
        "分析测试楼 3 层",
        "9:00—17:00",
    ):
        assert text in page
    assert "<dt>分辨率</dt><dd>0.007 nm</dd>" in page
    assert '<th scope="row">水样多元素测定</th><td data-l="计价单位">元/样</td>' in page
    assert "<p>多元素同时测定</p>" in page
    assert "305" not in page


def test_script_in_a_record_is_only_text(client, world):
    evil = "<script>alert(1)</script>"
    page = page_of(
        client,
        publish_instrument(world, name=evil, function=evil, technical=f"项：{evil}", manufacturer=evil),
    )
    assert "<script>alert" not in page
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" in page
    assert "<script>alert" not in client.get(reverse("instrument-list"), {"q": "script"}).content.decode()


def test_contact_is_named_only_with_consent(client, world):
    publish_unit(world)
    silent = publish_instrument(world, contact="李楠", is_contact_public=False)
    named = publish_instrument(world, contact="李楠", is_contact_public=True)
    assert "李楠" not in page_of(client, silent)
    assert "0731-88001234" not in page_of(client, silent)
    assert "0731-88005678" in page_of(client, silent)  # the unit's own telephone
    assert "李楠" in page_of(client, named)


def test_a_draft_is_not_on_the_portal(client, world):
    make_instrument(world, name="还没有提交的仪器")
    make_institution(world, status=Status.DRAFT, name="还没有提交的单位")
    for name in ("home", "instrument-list", "unit-list", "feed"):
        page = client.get(reverse(name)).content.decode()
        assert "还没有提交" not in page


def test_a_revision_leaves_the_public_copy_as_it_was(client, world):
    document = publish_instrument(world, name="旧名称光谱仪")
    record = Instrument.objects.get(pk=document.object_id)
    perform(record, "revise", world.unit_admin)
    record.name = "新名称光谱仪"
    record.save()
    for url in (
        reverse("home"),
        reverse("instrument-list"),
        reverse("instrument", args=[document.slug]),
        reverse("feed"),
    ):
        page = client.get(url).content.decode()
        assert "旧名称光谱仪" in page
        assert "新名称光谱仪" not in page
    assert client.get(reverse("instrument-list"), {"q": "新名称"}).context["copies"] == []


def test_an_instrument_taken_offline_says_so(client, world):
    document = publish_instrument(world)
    record = Instrument.objects.get(pk=document.object_id)
    perform(record, "take_down", world.unit_admin, comment="报废")
    response = client.get(reverse("instrument", args=[document.slug]))
    assert response.status_code == 404
    assert "下线" in response.content.decode()
    assert client.get(reverse("instrument-qr", args=[document.slug])).status_code == 404


@pytest.mark.parametrize("slug", ["0", "a" * 300, "-_-"])
def test_an_unknown_instrument_is_not_found(client, db, slug):
    assert client.get(f"/instruments/{slug}/").status_code == 404
    assert client.get(f"/units/{slug}/").status_code == 404


def test_page_takes_as_many_queries_with_fifty_similar_ones(client, world, django_assert_num_queries):
    document = publish_instrument(world)
    copies_of(document, 5)
    url = reverse("instrument", args=[document.slug])
    with django_assert_num_queries(3):
        client.get(url)
    document.object_id += 5000
    document.slug += "-"
    copies_of(document, 45)
    with django_assert_num_queries(3):
        client.get(url)


def test_similar_instruments_are_those_of_the_city_first(client, world):
    document = publish_instrument(world, name="甲")
    publish_instrument(world, name="乙", unit=world.strange_lab, division=world.yuetang)
    publish_instrument(world, name="丙")
    similar = client.get(reverse("instrument", args=[document.slug])).context["similar"]
    assert [copy.title for copy in similar] == ["丙", "乙"]


def test_names_without_english_are_marked_as_chinese(client, world):
    client.cookies["django_language"] = "en"
    named = publish_instrument(world, name_en="ICP optical emission spectrometer")
    plain = publish_instrument(world)
    assert "<h1>ICP optical emission spectrometer iCAP 6300</h1>" in page_of(client, named)
    assert '<h1><bdi lang="zh-CN">电感耦合等离子体发射光谱仪</bdi> iCAP 6300</h1>' in page_of(client, plain)


def test_the_qr_code_is_a_picture(client, world):
    response = client.get(reverse("instrument-qr", args=[publish_instrument(world).slug]))
    assert response["Content-Type"] == "image/svg+xml"
    assert b"<svg" in response.content


def test_unit_page_shows_the_unit_and_only_its_instruments(client, world):
    unit = publish_unit(world)
    publish_instrument(world, name="本单位的仪器")
    publish_instrument(world, name="别家的仪器", unit=world.strange_lab)
    response = client.get(reverse("unit", args=[unit.slug]))
    page = response.content.decode()
    assert [copy.title for copy in response.context["instruments"]] == ["本单位的仪器"]
    assert "省属综合大学" in page
    assert "周明" not in page
    assert "13900000000" not in page
    assert "0731-88005678" in page


def test_unit_list_finds_by_words_city_and_kind(client, world):
    publish_unit(world)
    publish_unit(world, unit=world.institute, name="湘潭检测院", nature="institute", intro="材料检测")
    publish_instrument(world)

    def names(query: str) -> list[tuple[str, int]]:
        return [
            (copy.title, copy.instrument_count) for copy in client.get("/units/" + query).context["copies"]
        ]

    assert names("") == [("湘潭检测院", 0), ("麓山大学", 1)]
    assert names("?q=材料") == [("湘潭检测院", 0)]
    assert names("?city=430100") == [("麓山大学", 1)]
    assert names("?nature=institute&city=430100") == []
    assert client.get("/units/?city=nowhere").status_code == 422


def test_photo_of_a_published_record_is_served_small_and_whole(client, world):
    record = Instrument.objects.get(pk=publish_instrument(world).object_id)
    photo, hidden = add_photo(world, record), add_photo(world, record)
    Document.objects.filter(object_id=record.pk).update(files=[photo.token])
    whole = client.get(reverse("public-file", args=[photo.token]))
    small = client.get(reverse("small-picture", args=[photo.token]))
    assert (whole["Content-Type"], small["Content-Type"]) == ("image/jpeg", "image/jpeg")
    assert whole["X-Content-Type-Options"] == small["X-Content-Type-Options"] == "nosniff"
    assert len(b"".join(small.streaming_content)) > 100
    for name in ("public-file", "small-picture"):
        assert client.get(reverse(name, args=[hidden.token])).status_code == 404
        assert client.get(reverse(name, args=["0" * 32])).status_code == 404


def test_personal_data_of_the_application_is_never_public(client, world):
    unit = publish_unit(
        world, admin_name="张管理", admin_mobile="13800001111", admin_wechat="wx123", legal_person="法人某"
    )
    page = client.get(reverse("unit", args=[unit.slug])).content.decode()
    assert Institution.objects.get().admin_wechat == "wx123"
    for secret in ("张管理", "13800001111", "wx123", "法人某"):
        assert secret not in page
