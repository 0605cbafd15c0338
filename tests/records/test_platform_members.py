"""所属创新平台: the tick boxes, these or 无所属创新平台, in form and database; and what is counted."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from keyi.records import submission
from keyi.records.models import Instrument
from keyi.review import workflow
from keyi.search.models import Document
from tests.factories import add_photo, make_institution, make_instrument, make_platform
from tests.records.posted import instrument_post


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def keeper(world, as_):
    """The unit's administrator, signed in, with a confirmed address and a published unit."""
    world.unit_admin.email_verified_at = timezone.now()
    world.unit_admin.save()
    make_institution(world)
    return as_(world.unit_admin)


def told(response) -> str:
    return response.content.decode()


def test_form_offers_the_units_published_platforms_and_the_linked_ones(world, as_):
    platform, cma = make_platform(world), make_platform(
        world, name="环境样品检测中心", kind="testing", is_accredited=True, cma_number="230001",
        cma_valid_until=dt.date(2999, 1, 1),
    )  # fmt: skip
    make_platform(world, name="草稿", status="draft")
    make_platform(world, name="别家的", unit=world.institute)
    gone = make_platform(world, name="下线的", status="offline")
    record = make_instrument(world, platforms=[gone])
    form = as_(world.lab_manager).get(f"/work/instruments/{record.pk}/edit/").context["form"]
    offered = {choice.pk: form.fields["platforms"].widget.meanings.get(str(choice.pk)) for choice in
               form.fields["platforms"].queryset}  # fmt: skip
    assert offered == {
        platform.pk: "省部级\u00a0· 2016 年认定",
        cma.pk: "检测机构\u00a0· 省部级\u00a0· 2016 年认定\u00a0· CMA",
        gone.pk: "已下线，归属关系仍保留；不再属于它的，请取消勾选。",
    }
    page = told(as_(world.lab_manager).get("/work/instruments/new/"))
    assert "环境样品检测中心" in page
    assert "下线的" not in page
    assert "无所属创新平台" in page


def test_form_without_platforms_still_offers_none(world, as_):
    page = told(as_(world.lab_manager).get("/work/instruments/new/"))
    assert "本单位还没有已发布的创新平台，请勾选右下角红色的“无所属创新平台”。" in page
    assert 'id="id_has_no_platform"' in page


@pytest.mark.parametrize(
    ("ticked", "none", "field", "sentence"),
    [
        (True, True, "platforms", "所属创新平台和“无所属创新平台”只能选一种，请取消其中一种。"),
        (False, False, "platforms", "请勾选所属创新平台/机构；不属于任何平台的，选右下角“无所属创新平台”。"),
        (True, False, None, ""),
        (False, True, None, ""),
    ],
)
def test_instrument_belongs_to_platforms_or_to_none(world, keeper, ticked, none, field, sentence):
    platform = make_platform(world)
    record = make_instrument(world)
    add_photo(world, record)
    data = instrument_post(
        world, platforms=[platform.pk] if ticked else [], has_no_platform="on" if none else None
    )
    response = keeper.post(f"/work/instruments/{record.pk}/edit/", data)
    assert response.status_code == (422 if field else 302)
    if field:
        assert dict(response.context["form"].errors) == {field: [sentence]}
    else:
        record.refresh_from_db()
        assert (record.has_no_platform, list(record.platforms.all())) == (none, [platform] if ticked else [])


def test_both_are_refused_even_in_a_draft(world, keeper):
    platform = make_platform(world)
    data = {"do": "save", "name": "光谱仪", "platforms": [platform.pk], "has_no_platform": "on"}
    assert keeper.post("/work/instruments/new/", data).status_code == 422
    assert not Instrument.objects.exists()


TICK = "INSERT INTO records_instrument_platforms (instrument_id, platform_id) VALUES (%s, %s)"
UNTICK = "DELETE FROM records_instrument_platforms WHERE instrument_id = %s"
NOT_NONE = "UPDATE records_instrument SET has_no_platform = false WHERE id = %s"
WAITING = (
    "UPDATE records_instrument SET status = 'endorsed', receipt = '1', submitted_at = now() WHERE id = %s"
)


def run(*statements) -> None:
    """One transaction of raw SQL, checked at its end as a commit would."""
    with transaction.atomic(), connection.cursor() as cursor:
        for text, *values in statements:
            cursor.execute(text, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(*statements) -> str:
    """The constraint that refuses; fails the test when none does."""
    with pytest.raises(
        IntegrityError, match="innovation platforms or to none: exactly one of both"
    ) as caught:
        run(*statements)
    return caught.value.__cause__.diag.constraint_name


@pytest.mark.parametrize("status", ["submitted", "endorsed", "approved", "published"])
def test_database_refuses_neither_and_both_beyond_drafts(world, status):
    platform, record = make_platform(world).pk, make_instrument(world, status=status).pk
    assert refused((NOT_NONE, record)) == "instrument_platform_or_none"
    assert refused((TICK, record, platform)) == "instrument_platform_or_none"
    run((TICK, record, platform), (NOT_NONE, record))  # both sides in one transaction, in any order
    assert refused((UNTICK, record)) == "instrument_platform_or_none"


def test_database_lets_drafts_have_gaps(world):
    record = make_instrument(world, has_no_platform=False).pk
    run()
    assert refused((WAITING, record)) == "instrument_platform_or_none"


def test_offline_platform_keeps_its_instruments_and_warns(world, keeper):
    platform = make_platform(world)
    record = make_instrument(world, platforms=[platform])
    add_photo(world, record)
    workflow.perform(platform, "take_down", world.unit_admin, comment="重组。")
    check = submission.check(record, world.unit_admin)
    assert not check.errors
    assert check.warnings["platforms"] == "“先进分析技术湖南省重点实验室”已下线，请核对仪器是否仍属于它。"
    assert list(record.platforms.all()) == [platform]


def test_public_copy_of_an_instrument_names_its_platforms(world, client):
    first = make_platform(world, level="city")
    second = make_platform(world, name="全国重点实验室", level="national")
    record = make_instrument(world, status="published", platforms=[first, second])
    copy = Document.objects.get(kind="instruments")
    assert copy.facets["platform"] == [first.slug, second.slug]
    assert copy.facets["platform_level"] == "national"
    page = told(client.get(f"/instruments/{record.code}/"))
    assert f'<a href="/platforms/{second.slug}/">全国重点实验室</a>' in page
    workflow.perform(second, "take_down", world.unit_admin, comment="重组。")
    page = told(client.get(f"/instruments/{record.code}/"))
    assert "全国重点实验室" not in page
    assert f"/platforms/{first.slug}/" in page


def test_figures_are_counted(world, as_, client):
    platform, other = make_platform(world), make_platform(world, name="乙中心")
    make_instrument(world, status="published", platforms=[platform])
    make_instrument(world, status="published", platforms=[platform, other], value_wan=Decimal("11.40"))
    make_instrument(world, platforms=[platform])
    assert platform.figures == {"number": 2, "value_wan": Decimal("100.00")}
    page = client.get(f"/platforms/{platform.slug}/")
    assert (page.context["holdings"].number, page.context["holdings"].value_wan) == (2, Decimal("100.00"))
    assert len(page.context["instruments"]) == 2
    counts = {copy.slug: copy.instrument_count for copy in client.get("/platforms/").context["copies"]}
    assert counts == {platform.slug: 2, other.slug: 1}
