"""A unit's files have a limit together; another unit's do not count."""

import pytest

from keyi.records import quota
from keyi.records.models import InstrumentFile
from tests.core.samples import pdf
from tests.factories import add_pdf, add_photo, make_institution, make_instrument
from tests.records.posted import instrument_post, photo
from tests.reporting.rows import make_proof, open_year
from tests.services.rows import make_paper, make_service

pytestmark = pytest.mark.django_db


def test_every_kind_of_file_of_the_unit_counts_and_no_other_units(world):
    open_year(2025)
    own = make_instrument(world, status="published")
    files = [
        add_pdf(world, make_institution(world), slot="license"), add_photo(world, own), make_proof(world, own),
        make_paper(world, make_service(world, own)),
    ]  # fmt: skip
    gone = add_photo(world, make_instrument(world))
    gone.remove()
    add_photo(world, make_instrument(world, unit=world.strange_lab))
    assert quota.used(world.university) == sum(file.size for file in [*files, gone])


def test_what_is_too_much_is_refused_with_figures_and_nothing_typed_is_lost(as_, world, settings):
    record = make_instrument(world)
    add_photo(world, record)
    settings.UNIT_QUOTA = quota.used(world.university) + 10
    data = instrument_post(world, do="upload:photos", edits=str(record.edits), name="离心机")
    response = as_(world.lab_manager).post(
        f"/work/instruments/{record.pk}/edit/", data | {"photos": photo("另一张.jpg", seed=7)}
    )
    assert response.status_code == 422
    assert "本单位的文件已占" in response.content.decode()
    assert InstrumentFile.objects.count() == 1
    assert 'value="离心机"' in response.content.decode()


def test_another_units_files_leave_room(as_, world, settings):
    add_photo(world, make_instrument(world, unit=world.strange_lab))
    record = make_instrument(world)
    settings.UNIT_QUOTA = len(pdf()) + 5_000_000
    data = instrument_post(world, do="upload:photos", edits=str(record.edits)) | {
        "photos": photo("甲.jpg", seed=7)
    }
    assert as_(world.lab_manager).post(f"/work/instruments/{record.pk}/edit/", data).status_code == 302
    assert InstrumentFile.objects.filter(record=record).count() == 1
