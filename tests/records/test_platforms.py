"""创新平台/检测机构管理: the gate, the form, the review, and which instruments belong to which."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from keyi.records import submission
from keyi.records.application import PlatformData, from_institution
from keyi.records.kinds import KINDS
from keyi.records.models import Institution, Instrument, Platform
from keyi.records.reviewing import checks
from keyi.review import workflow
from keyi.search.models import Document
from tests.core.samples import pdf, upload
from tests.factories import add_pdf, add_photo, make_institution, make_instrument, make_platform
from tests.records.posted import instrument_post, photo, platform_files, platform_post

LIST, NEW = "/work/platforms/", "/work/platforms/new/"
SOON = (timezone.localdate() + dt.timedelta(days=30)).isoformat()


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


def complete(world, **values) -> Platform:
    """A draft with its files, ready to be submitted."""
    record = make_platform(world, status="draft", **values)
    add_pdf(world, record, slot="approval")
    add_photo(world, record)
    return record


def submitted(world, **values) -> Platform:
    world.unit_admin.email_verified_at = timezone.now()
    world.unit_admin.save()
    if not Institution.objects.exists():
        make_institution(world)
    return submission.submit(KINDS["platforms"], complete(world, **values).pk, world.unit_admin)


def told(response) -> str:
    return response.content.decode()


def errors(record, user) -> dict[str, list[str]]:
    return {name: list(found) for name, found in submission.check(record, user).errors.items()}


# the gate


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (None, "请先填报单位信息并提交。"),
        ("draft", "单位信息还没有提交。"),
        ("returned", "单位信息被退回。"),
        ("endorsed", "单位信息正在审核，请等待。"),
        ("offline", "单位信息已下线。"),
    ],
)
def test_menu_says_why_it_is_closed_and_where_to_go(world, as_, status, sentence):
    if status:
        make_institution(world, status=status)
    client = as_(world.unit_admin)
    for path in (LIST, NEW):
        page = client.get(path)
        assert page.status_code == 200
        assert "单位信息审核通过并发布后，才能填报创新平台/检测机构" in told(page)
        assert sentence in told(page)
        assert 'href="/work/institutions/"' in told(page)
        assert "<h1>创新平台/检测机构管理</h1>" in told(page)


def test_nothing_is_created_before_the_unit_is_published(world, as_):
    make_institution(world, status="endorsed")
    response = as_(world.unit_admin).post(NEW, platform_post(world, do="save"))
    assert response.status_code == 409
    assert "单位信息正在审核，请等待。" in told(response)
    assert not Platform.objects.exists()


def test_revising_the_unit_does_not_close_the_menu(world, as_):
    record = make_institution(world)
    workflow.perform(record, "revise", world.unit_admin)
    assert as_(world.unit_admin).get(NEW).context["form"]["host_name"].value() == "麓山大学"


def test_platforms_stay_in_sight_when_the_unit_goes_offline(world, as_):
    make_institution(world, status="offline")
    platform = make_platform(world)
    client = as_(world.unit_admin)
    assert [record.pk for record in client.get(LIST).context["page"]] == [platform.pk]
    assert client.post(NEW, platform_post(world)).status_code == 409
    draft = complete(world, name="环境样品检测中心")
    assert errors(draft, world.unit_admin) == {
        "__all__": ["单位信息目前没有发布，暂不能提交创新平台/检测机构。请先保存草稿，单位信息发布后再提交。"]
    }


@pytest.mark.parametrize(
    ("who", "listed", "create"),
    [("unit_admin", 2, 200), ("lab_manager", 1, 403), ("stranger", 0, 200), ("reviewer", 2, 403)],
)
def test_each_role_sees_and_may_what_the_table_says(world, as_, who, listed, create):
    make_institution(world)
    make_platform(world)
    make_platform(world, status="draft", name="环境样品检测中心")
    client = as_(getattr(world, who))
    page = client.get(LIST)
    assert page.status_code == 200
    assert len(page.context.get("page") or []) == listed
    assert client.get(NEW).status_code == create


def test_lab_manager_reads_a_published_platform_and_takes_no_step(world, as_):
    platform, draft = make_platform(world), make_platform(world, status="draft", name="环境样品检测中心")
    client = as_(world.lab_manager)
    page = client.get(f"/work/platforms/{platform.pk}/")
    assert page.status_code == 200
    assert list(page.context["steps"]) == []
    assert client.get(f"/work/platforms/{draft.pk}/").status_code == 404
    assert client.post(f"/work/platforms/{platform.pk}/revise/", {}).status_code == 403
    platform.refresh_from_db()
    assert platform.status == "published"


def test_stranger_reaches_nothing(world, as_):
    make_institution(world, unit=world.institute)
    platform = make_platform(world)
    file = add_pdf(world, platform, slot="approval")
    client = as_(world.stranger)
    assert client.get(f"/work/platforms/{platform.pk}/").status_code == 404
    assert client.get(f"/work/files/{file.token}/").status_code == 404
    assert client.post(f"/work/platforms/{platform.pk}/edit/", platform_post(world)).status_code == 404
    assert client.post(f"/work/platforms/{platform.pk}/take_down/", {"comment": "x"}).status_code == 404
    data = instrument_post(world, lab=str(world.strange_lab.pk), do="save", platforms=[platform.pk])
    response = client.post("/work/instruments/new/", data | {"has_no_platform": ""})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["platforms"]


# the form


def test_new_form_knows_the_unit(world, keeper):
    form = keeper.get(NEW).context["form"]
    known = {name: form[name].value() for name in ("host_name", "host_uscc", "street", "tel", "division")}
    assert known == {
        "host_name": "麓山大学", "host_uscc": "12430000MB00000192", "street": "麓山南路示范段 1 号",
        "tel": "0731-88005678", "division": world.yuelu.pk,
    }  # fmt: skip


def test_complete_platform_goes_from_form_to_portal(world, keeper):
    response = keeper.post(NEW, platform_post(world, do="upload") | platform_files())
    record = Platform.objects.get()
    assert response.status_code == 302
    assert [file.slot for file in record.files.current()] == ["approval", "photos"]
    response = keeper.post(f"/work/platforms/{record.pk}/edit/", platform_post(world))
    assert response["Location"] == f"/work/platforms/{record.pk}/check/"
    assert "先进分析技术湖南省重点实验室" in told(keeper.get(response["Location"]))
    response = keeper.post(response["Location"], {"is_true": "on", "edits": "1"})
    assert response["Location"] == f"/work/platforms/{record.pk}/done/"
    record.refresh_from_db()
    assert (record.status, record.unit, record.area, record.subjects.get()) == (
        "endorsed", world.university, None, world.chemistry,
    )  # fmt: skip
    workflow.perform_all(record, ["approve", "publish"], world.reviewer)
    copy = Document.objects.get(kind="platforms")
    assert (copy.slug, copy.title) == (str(record.pk), "先进分析技术湖南省重点实验室")
    assert copy.facets == {
        "city": "division:430100", "county": world.yuelu.pk, "kind": "platform", "level": "provincial",
        "type": world.key_laboratory.pk, "unit": world.university.uscc,
    }  # fmt: skip
    assert copy.files == [record.files.current("photos").get().token]
    assert "contact" not in copy.content["fields"]
    assert copy.content["unit"]["tel"] == "0731-88005678"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"name": "甲" * 101}, "name"),
        ({"kind": "university"}, "kind"),
        ({"platform_type": "subject:150"}, "platform_type"),
        ({"level": "world"}, "level"),
        ({"host_uscc": "12430000MB00000193"}, "host_uscc"),
        ({"approved_on": "2999-01-01"}, "approved_on"),
        ({"approved_on": "前年"}, "approved_on"),
        ({"tel": "123"}, "tel"),
        ({"email": "无"}, "email"),
        ({"area": "-1"}, "area"),
        ({"area": "很大"}, "area"),
        ({"subjects": None}, "subjects"),
        ({"intro": "字" * 1001}, "intro"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"evaluated_in": "2999-01"}, "evaluated_in"),
        ({"evaluated_in": "去年"}, "evaluated_in"),
        ({"evaluation_count": "-3"}, "evaluation_count"),
        ({"evaluation_result": "很好"}, "evaluation_result"),
        ({"state": "gone"}, "state"),
        ({"co_units-0-name": "单" * 101}, "co_units"),
        ({"is_accredited": None}, "is_accredited"),
        ({"is_accredited": "yes"}, "certificates"),
        ({"cma_number": "230001"}, "cma_valid_until"),
        ({"kind": "testing", "cma_number": "1", "cma_valid_until": "2020-01-01", "is_accredited": "yes"},
         "cma_valid_until"),
    ],
)  # fmt: skip
def test_bad_answers_are_told_at_their_field(world, keeper, change, field):
    record = complete(world)
    response = keeper.post(f"/work/platforms/{record.pk}/edit/", platform_post(world, **change))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    record.refresh_from_db()
    assert record.edits == 0


def test_testing_institution_needs_number_validity_and_list_of_capabilities(world, keeper):
    record = complete(world, kind="testing", is_accredited=True)
    assert sorted(errors(record, world.unit_admin)) == ["cma_number", "cma_valid_until", "scope"]
    record.cma_number, record.cma_valid_until = "230001", dt.date(2999, 1, 1)
    record.save()
    assert errors(record, world.unit_admin) == {"scope": ["请上传 CMA 证书的能力附表。"]}
    response = keeper.post(
        f"/work/platforms/{record.pk}/edit/", {"do": "upload:scope", "scope": upload(pdf(), "能力附表.pdf")}
    )
    assert response.status_code == 302
    assert errors(record, world.unit_admin) == {}


def test_database_refuses_a_reviewed_testing_institution_without_cma(world):
    with pytest.raises(IntegrityError, match="platform_testing_has_cma"), transaction.atomic():
        make_platform(world, kind="testing")


def test_database_refuses_gaps_beyond_drafts(world):
    make_platform(world, status="draft", intro="")
    with pytest.raises(IntegrityError, match="platform_filled_when_reviewed"), transaction.atomic():
        make_platform(world, name="乙", intro="")


def test_name_is_unique_in_the_unit(world, keeper):
    make_platform(world)
    make_platform(world, unit=world.institute)
    response = keeper.post(NEW, platform_post(world, do="save"))
    assert response.status_code == 422
    assert response.context["form"].errors["name"] == ["本单位已有同名的创新平台/检测机构，请核对名称。"]
    with pytest.raises(IntegrityError, match="platform_name_once_in_unit"), transaction.atomic():
        make_platform(world, status="draft")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"level": "city"}, "level"),
        ({"level": "unit"}, "level"),
        ({"host_uscc": "12430000MB0000027W"}, "host_uscc"),
        ({"is_accredited": True, "cma_number": "230001", "cma_valid_until": SOON}, "cma_valid_until"),
        ({"is_accredited": True, "certificates": [{"kind": "cnas", "number": "L1", "valid_until": SOON}]},
         "certificates"),
        ({}, None),
    ],
)  # fmt: skip
def test_oddities_are_shown_before_submission_and_to_the_reviewer(world, as_, change, field):
    record = submitted(world, **change)
    found = checks.look(record, world.reviewer)
    names = list(submission.check(record, world.reviewer).warnings)
    assert names == ([field] if field else [])
    assert len(found.odd) == len(names)
    if field:
        page = told(as_(world.reviewer).get(f"/review/platforms/{record.pk}/"))
        assert str(found.odd[0][1]) in page
        workflow.perform(record, "recall", world.unit_admin)
        assert str(found.odd[0][1]) in told(as_(world.unit_admin).get(f"/work/platforms/{record.pk}/check/"))


# the review


def test_returned_platform_shows_the_marks_and_comes_back(world, as_):
    record = submitted(world)
    client = as_(world.reviewer)
    data = {"do": "return", "comment": "请核对。", "version": "1", "mark-approved_on": "与文件不一致。"}
    assert client.post(f"/review/platforms/{record.pk}/", data).status_code == 302
    client = as_(world.unit_admin)
    assert "与文件不一致。" in told(client.get(f"/work/platforms/{record.pk}/edit/"))
    assert "1 个创新平台/检测机构被退回" in told(client.get("/work/"))
    response = client.post(
        f"/work/platforms/{record.pk}/edit/", platform_post(world, approved_on="2016-05-02")
    )
    client.post(response["Location"], {"is_true": "on", "edits": "1"})
    record.refresh_from_db()
    assert (record.status, record.version) == ("endorsed", 2)


def test_revision_leaves_the_public_copy_and_shows_the_difference(world, as_):
    record = submitted(world)
    workflow.perform_all(record, ["approve", "publish"], world.reviewer)
    workflow.perform(record, "revise", world.unit_admin)
    as_(world.unit_admin).post(
        f"/work/platforms/{record.pk}/edit/", platform_post(world, do="save", director="李楠")
    )
    assert Document.objects.get(kind="platforms").content["fields"]["director"] == "张远山"
    submission.submit(KINDS["platforms"], record.pk, world.unit_admin)
    changes = as_(world.reviewer).get(f"/review/platforms/{record.pk}/").context["changes"]
    assert [change.name for change, _note in changes] == ["director"]


def test_taken_offline_it_leaves_the_portal(world, as_, client):
    record = submitted(world)
    workflow.perform_all(record, ["approve", "publish"], world.reviewer)
    assert client.get(f"/platforms/{record.pk}/").status_code == 200
    as_(world.unit_admin).post(
        f"/work/platforms/{record.pk}/take_down/", {"comment": "平台重组。", "version": record.version}
    )
    record.refresh_from_db()
    assert (record.status, record.is_public) == ("offline", False)
    assert client.get(f"/platforms/{record.pk}/").status_code == 404


def test_typing_is_kept(world, keeper):
    keeper.post("/kept/", {"_path": NEW, "name": "打到一半的平台"})
    page = keeper.get(NEW)
    assert page.context["form"]["name"].value() == "打到一半的平台"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["甲平台", "乙中心"]),
        ("?q=甲", ["甲平台"]),
        ("?q=%25", []),
        ("?status=draft", ["乙中心"]),
        ("?status=nonsense&lab=77", ["甲平台", "乙中心"]),
    ],
)
def test_list_is_filtered(world, keeper, query, names):
    make_platform(world, name="甲平台")
    make_platform(world, name="乙中心", status="draft")
    assert {record.name for record in keeper.get(LIST + query).context["page"]} == set(names)


@pytest.mark.parametrize("path", [LIST, "/platforms/", "/work/"])
def test_list_asks_as_often_for_fifty_as_for_five(world, keeper, path, django_assert_num_queries):
    def count() -> int:
        with connection.execute_wrapper(lambda run, *rest: (seen.append(1), run(*rest))[1]):
            seen: list[int] = []
            keeper.get(path)
        return len(seen)

    for number in range(5):
        make_platform(world, name=f"平台 {number}")
    keeper.get(path)
    few = count()
    for number in range(5, 50):
        make_platform(world, name=f"平台 {number}")
    assert count() == few


# which instruments belong to it


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


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2), ("?q=先进分析", 1), ("?q=不存在", 0), ("?city=430100", 1), ("?city=430300", 1),
        ("?level=national", 1), ("?level=unit", 0), ("?type=platform_type:provincial-03", 2),
    ],
)  # fmt: skip
def test_public_list_is_filtered(world, client, query, found):
    make_platform(world)
    make_platform(world, unit=world.institute, name="乙中心", level="national", division=world.yuetang)
    make_platform(world, status="draft", name="草稿")
    response = client.get(f"/platforms/{query}")
    assert (response.status_code, len(response.context["copies"])) == (200, found)


@pytest.mark.parametrize("query", ["?level=x", "?city=1", "?type=x", "?q=" + "长" * 101])
def test_public_list_answers_what_it_cannot_read(world, client, query):
    assert client.get(f"/platforms/{query}").status_code == 422


def test_home_counts_platforms(world, client):
    make_platform(world)
    make_platform(world, status="offline", name="乙中心")
    assert client.get("/").context["platform_count"] == 1


def test_application_lists_the_units_platforms(world):
    make_platform(world, status="draft", name="草稿平台", intro="简介")
    make_platform(world, unit=world.institute, name="别家的")
    data = from_institution(make_institution(world, status="draft"))
    assert data.platforms == (PlatformData("草稿平台", "麓山大学", "12430000MB00000192", "简介"),)


def test_photo_of_a_platform_is_kept_as_picture(world, keeper):
    record = make_platform(world, status="draft")
    keeper.post(f"/work/platforms/{record.pk}/edit/", {"do": "upload:photos", "photos": photo()})
    assert record.files.current("photos").get().content_type == "image/jpeg"
