"""设施 (F5b): its section of the instrument form opens, is asked for, kept, cleared and shown."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from keyi.records import submission
from keyi.records.kinds import KINDS
from keyi.records.models import Instrument
from keyi.records.models.facility import FIELDS, empty_values
from keyi.records.reviewing.diff import compare
from keyi.review import workflow
from keyi.search.models import Document
from tests.core.samples import pdf, upload
from tests.factories import add_pdf, make_institution, make_instrument
from tests.records.posted import facility_files, facility_post, instrument_post, photo

ALWAYS_MISSING = {
    "facility_competent_dept", "facility_host", "facility_approver", "facility_category",
    "facility_construction", "facility_cost_wan", "facility_center", "facility_chief", "facility_chief_unit",
    "facility_chief_tel", "facility_operator", "facility_operator_unit", "facility_operator_tel",
    "facility_layout", "facility_management", "facility_opening", "facility_application",
}  # fmt: skip


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def keeper(world, as_):
    world.unit_admin.email_verified_at = timezone.now()
    world.unit_admin.save()
    make_institution(world)
    return as_(world.unit_admin)


@pytest.fixture
def facility(world, keeper) -> Instrument:
    """A complete draft of a 设施 with its files."""
    files = facility_files() | {"photos": photo()}
    keeper.post("/work/instruments/new/", facility_post(world, do="upload") | files)
    record = Instrument.objects.get()
    assert record.files.current().count() == 5
    response = keeper.post(f"/work/instruments/{record.pk}/edit/", facility_post(world))
    assert response["Location"] == f"/work/instruments/{record.pk}/check/"
    record.refresh_from_db()
    return record


def publish(world, record: Instrument) -> Instrument:
    submission.submit(KINDS["instruments"], record.pk, world.unit_admin)
    record.refresh_from_db()
    workflow.perform_all(record, ["approve", "publish"], world.reviewer)
    return record


def section(response) -> dict:
    return next(one for one in response.context["sections"] if one["section"].slug == "facility")


def test_section_is_closed_for_an_instrument_and_open_for_a_facility(world, as_):
    instrument, facility = (
        make_instrument(world),
        make_instrument(world, kind="facility", inventory_number="F1"),
    )
    client = as_(world.unit_admin)
    closed = client.get(f"/work/instruments/{instrument.pk}/edit/")
    assert section(closed)["is_asked"] is False
    assert '<details class="k-sec" id="facility" data-when="kind=facility" hidden' in closed.content.decode()
    assert closed.context["total"] == 8
    opened = client.get(f"/work/instruments/{facility.pk}/edit/")
    assert section(opened)["is_asked"] is True
    assert '<details class="k-sec" id="facility" data-when="kind=facility">' in opened.content.decode()
    assert opened.context["total"] == 9


def test_facility_without_its_section_is_not_submitted(world, keeper):
    record = make_instrument(world)
    response = keeper.post(f"/work/instruments/{record.pk}/edit/", instrument_post(world, kind="facility"))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == ALWAYS_MISSING | {"photos"}


def test_database_refuses_a_reviewed_facility_without_it(world):
    make_instrument(world, kind="facility")
    with pytest.raises(IntegrityError, match="instrument_facility_filled"), transaction.atomic():
        make_instrument(world, kind="facility", status="endorsed")


def test_what_is_built_has_users_and_achievements(world, keeper, facility):
    change = {"facility_accepted_on": None, "facility_users_home": None, "facility_achievements": None}
    path = f"/work/instruments/{facility.pk}/edit/"
    built = keeper.post(path, facility_post(world, **change))
    assert set(built.context["form"].errors) == set(change)
    response = keeper.post(path, facility_post(world, facility_construction="under_way", **change))
    assert response.status_code == 302


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"facility_cost_wan": "很多"}, "facility_cost_wan"),
        ({"facility_cost_wan": "0"}, "facility_cost_wan"),
        ({"facility_accepted_on": "2999-01-01"}, "facility_accepted_on"),
        ({"facility_category": "private"}, "facility_category"),
        ({"facility_center": "字" * 501}, "facility_center"),
        ({"facility_achievements": "字" * 2501}, "facility_achievements"),
        ({"facility_chief_tel": "12"}, "facility_chief_tel"),
        ({"facility_operator_email": "无"}, "facility_operator_email"),
        ({"facility_video": "javascript:alert(1)"}, "facility_video"),
    ],
)
def test_bad_answers_are_told_at_their_field(world, keeper, facility, change, field):
    response = keeper.post(f"/work/instruments/{facility.pk}/edit/", facility_post(world, **change))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_wrong_file_is_refused(world, keeper):
    record = make_instrument(world, kind="facility")
    response = keeper.post(
        f"/work/instruments/{record.pk}/edit/",
        facility_post(
            world, do="upload:facility_results", facility_results=upload(b"MZ" + bytes(99), "成果.pdf")
        ),
    )
    assert response.status_code == 422
    assert record.files.count() == 0


def test_five_results_fit_and_no_sixth(world, keeper):
    record = make_instrument(world, kind="facility")
    for number in range(5):
        add_pdf(world, record, slot="facility_results", name=f"{number}.pdf")
    keeper.post(
        f"/work/instruments/{record.pk}/edit/",
        facility_post(world, do="upload:facility_results", facility_results=upload(pdf(pages=6), "六.pdf")),
    )
    assert record.files.current("facility_results").count() == 5


def test_leaving_keeps_what_was_typed_until_submission(world, keeper, facility):
    path = f"/work/instruments/{facility.pk}/edit/"
    keeper.post(path, facility_post(world, do="save", kind="instrument"))
    facility.refresh_from_db()
    assert (facility.kind, facility.facility_cost_wan, facility.facility_chief) == (
        "instrument", Decimal("72000.00"), "张远山",
    )  # fmt: skip
    keeper.post(path, facility_post(world, do="save"))
    facility.refresh_from_db()
    assert (facility.kind, facility.facility_chief) == ("facility", "张远山")
    response = keeper.post(path, facility_post(world, kind="instrument"))
    keeper.post(response["Location"], {"is_true": "on", "edits": str(facility.edits + 1)})
    facility.refresh_from_db()
    assert facility.status == "endorsed"
    assert {name: getattr(facility, name) for name in FIELDS} == empty_values()
    assert [file.slot for file in facility.files.current()] == ["photos"]


def test_fault_in_a_closed_section_stops_nobody(world, keeper, facility):
    data = facility_post(world, do="save", kind="instrument", facility_cost_wan="很多", facility_host="别的")
    assert keeper.post(f"/work/instruments/{facility.pk}/edit/", data).status_code == 302
    facility.refresh_from_db()
    assert (facility.facility_cost_wan, facility.facility_host) == (Decimal("72000.00"), "别的")


def test_published_facility_is_shown_without_private_numbers(world, client, facility):
    publish(world, facility)
    copy = Document.objects.get(kind="instruments")
    assert copy.content["fields"]["facility_chief"] == "张远山"
    assert not {"facility_chief_tel", "facility_chief_email", "facility_operator_tel"} & set(
        copy.content["fields"]
    )
    layout = facility.files.current("facility_layout").get().token
    assert layout in copy.files
    page = client.get(f"/instruments/{facility.code}/").content.decode()
    assert "设施信息" in page
    assert "算力服务与算法研究中心" in page
    assert f"/files/{layout}/" in page
    assert "0731-88001236" not in page
    assert client.get(f"/files/{layout}/").status_code == 200


def test_instrument_has_no_such_part_anywhere(world, as_, client):
    record = make_instrument(world, status="published")
    assert "facility_chief" not in Document.objects.get(kind="instruments").content["fields"]
    assert client.get(f"/instruments/{record.code}/").context["facility"] is None
    parts = as_(world.unit_admin).get(f"/work/instruments/{record.pk}/").context["parts"]
    assert "facility" not in [part.slug for part in parts]


def test_reviewer_sees_the_section_and_what_changed_in_it(world, as_, keeper, facility):
    publish(world, facility)
    workflow.perform(facility, "revise", world.unit_admin)
    keeper.post(
        f"/work/instruments/{facility.pk}/edit/",
        facility_post(world, do="save", facility_chief="李楠"),
    )
    submission.submit(KINDS["instruments"], facility.pk, world.unit_admin)
    page = as_(world.reviewer).get(f"/review/instruments/{facility.pk}/")
    assert "facility" in [part.slug for part, _rows in page.context["parts"]]
    assert [change.name for change, _note in page.context["changes"]] == ["facility_chief"]


def test_becoming_an_instrument_is_told_field_by_field(world, facility):
    old = facility.snapshot()
    facility.kind = "instrument"
    facility.prepare_submission()
    changes, _same = compare("instruments", old, facility.snapshot())
    names = [change.name for change in changes]
    assert names[0] == "kind"
    assert {"facility_chief", "facility_layout"} <= set(names)
    assert all(not change.after for change in changes if change.name.startswith("facility_"))


def test_stranger_does_not_get_the_files(world, as_, facility):
    token = facility.files.current("facility_layout").get().token
    assert as_(world.stranger).get(f"/work/files/{token}/").status_code == 404
    assert as_(world.lab_manager).get(f"/work/files/{token}/").status_code == 200
