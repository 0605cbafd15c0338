"""创新平台/检测机构管理: the gate, the form, the review, and which instruments belong to which."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from keyi.records import submission
from keyi.records.application import PlatformData, from_institution
from keyi.records.kinds import KINDS
from keyi.records.models import Institution, Platform
from keyi.records.reviewing import checks
from keyi.review import workflow
from keyi.search.models import Document
from tests.core.samples import pdf, upload
from tests.factories import add_pdf, add_photo, make_institution, make_platform
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
    page = told(as_(world.reviewer).get(f"/review/platforms/{record.pk}/"))
    assert ("未发现异常数值。" in page, "其他仪器" in page) == (field is None, False)
    if field:
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


def test_application_lists_the_units_platforms(world):
    make_platform(world, status="draft", name="草稿平台", intro="简介")
    make_platform(world, unit=world.institute, name="别家的")
    data = from_institution(make_institution(world, status="draft"))
    assert data.platforms == (PlatformData("草稿平台", "麓山大学", "12430000MB00000192", "简介"),)


def test_photo_of_a_platform_is_kept_as_picture(world, keeper):
    record = make_platform(world, status="draft")
    keeper.post(f"/work/platforms/{record.pk}/edit/", {"do": "upload:photos", "photos": photo()})
    assert record.files.current("photos").get().content_type == "image/jpeg"
