"""Photos by zip: found by the instrument's number, checked like one uploaded by hand, each by itself."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from keyi.records.models import InstrumentFile
from keyi.sheets import photos
from keyi.sheets.models import PhotoImport
from keyi.sheets.tasks import place_photos
from tests import jobs
from tests.core.samples import as_bytes, scene
from tests.factories import make_instrument

pytestmark = pytest.mark.django_db
NEW = "/work/imports/photos/"


@pytest.fixture
def keeper(world, as_):
    jobs.forget_jobs()
    return as_(world.unit_admin)


def picture(seed: int) -> bytes:
    return as_bytes(scene(1000, 800, seed=seed), "JPEG")


def archive(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return content.getvalue()


def send(client, content: bytes):
    return client.post(NEW, {"file": SimpleUploadedFile("照片.zip", content)})


def placed(client, content: bytes) -> PhotoImport:
    assert send(client, content).status_code == 302
    jobs.run_jobs()
    return PhotoImport.objects.get()


def test_photos_find_their_instruments_by_number_and_suffix(world, keeper):
    first = make_instrument(world, inventory_number="A-1", status="draft")
    second = make_instrument(world, inventory_number="20190317-001", status="draft")
    job = placed(keeper, archive(**{
        "A-1.jpg": picture(1), "照片/A-1-2.jpg": picture(2), "A-1 (3).jpg": picture(3),
        "20190317-001.jpg": picture(4), "A-9.jpg": picture(5), "__MACOSX/._A-1.jpg": b"x", "说明.txt": b"hello",
    }))  # fmt: skip
    assert (first.files.current("photos").count(), second.files.current("photos").count()) == (3, 1)
    left = {name: why for name, _instrument, why in job.results if why}
    assert left == {
        "A-9.jpg": "您管理的仪器中没有编号“A-9”。",
        "说明.txt": "您管理的仪器中没有编号“说明”。",
    }
    assert (job.done, job.total, bool(job.file)) == (6, 6, False)
    page = keeper.get(f"{NEW}{job.token}/").content.decode()
    assert "没有导入的照片" in page
    assert "A-9.jpg" in page


def test_what_is_no_good_photo_is_left_out_with_the_reason(world, keeper):
    record = make_instrument(world, inventory_number="A-1", status="draft")
    make_instrument(world, inventory_number="A-2", status="endorsed")
    job = placed(keeper, archive(**{
        "A-1.jpg": b"MZ\x90\x00" + bytes(2000), "A-1-2.jpg": bytes(6 * 1024 * 1024), "A-1-3.jpg": picture(1)[:3000],
        "A-1-4.zip": archive(x=b"1"), "A-2.jpg": picture(2), "A-1-5.jpg": as_bytes(scene(300, 200), "JPEG"),
    }))  # fmt: skip
    assert all(why for _name, _instrument, why in job.results)
    assert not record.files.exists()
    assert "不能修改" in {name: why for name, _instrument, why in job.results}["A-2.jpg"]


def test_five_photos_each_and_no_photo_twice(world, keeper):
    record = make_instrument(world, inventory_number="A-1", status="draft")
    files = {f"A-1-{number}.jpg": picture(number) for number in range(1, 7)}
    job = placed(keeper, archive(**{"A-1-9.jpg": picture(1), **files}))
    assert record.files.current("photos").count() == 5
    assert [name for name, _instrument, why in job.results if "已经" in why or "已有" in why] == ["A-1-1.jpg"]


def test_a_foreign_instrument_gets_no_photo(world, as_, keeper):
    foreign = make_instrument(world, inventory_number="X-1", unit=world.strange_lab, status="draft")
    sibling = make_instrument(world, inventory_number="Y-1", unit=world.other_department, status="draft")
    placed(keeper, archive(**{"X-1.jpg": picture(1)}))
    PhotoImport.objects.all().delete()
    job = placed(as_(world.lab_manager), archive(**{"Y-1.jpg": picture(1)}))
    assert job.results[0][2] != ""
    assert not foreign.files.exists()
    assert not sibling.files.exists()


def test_a_killed_worker_goes_on_with_the_next_photo(world, keeper, monkeypatch):
    record = make_instrument(world, inventory_number="A-1", status="draft")
    content = archive(**{f"A-1-{number}.jpg": picture(number) for number in range(1, 4)})
    assert send(keeper, content).status_code == 302
    real, calls = photos._place, []

    class Killed(Exception):
        pass

    def place(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise Killed
        return real(*arguments)

    monkeypatch.setattr(photos, "_place", place)
    job = PhotoImport.objects.get()
    with pytest.raises(Killed):
        place_photos.func(job.pk)
    job.refresh_from_db()
    assert (job.done, record.files.count()) == (1, 1)
    place_photos.func(job.pk)
    place_photos.func(job.pk)
    job.refresh_from_db()
    assert (job.done, record.files.count(), len(job.results)) == (3, 3, 3)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (bytes, "空"), (lambda: b"no zip at all", "这不是 zip"), (archive, "没有照片"),
        (lambda: archive(**{f"{number}.jpg": b"x" for number in range(1001)}), "超过 1,000 张"),
        (lambda: archive(**{f"{number}.jpg": b"" for number in range(40_000)}), "超过 1,000 张"),
    ],
)  # fmt: skip
def test_what_is_no_archive_of_photos_is_refused(keeper, make, sentence):
    response = send(keeper, make())
    assert response.status_code == 422
    assert sentence in "".join(response.context["form"].errors["file"])
    assert not PhotoImport.objects.exists()


def test_names_packed_by_windows_are_read():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        info = zipfile.ZipInfo("x.jpg")
        info.filename = "仪器一.jpg".encode("gb18030").decode("cp437")
        made.writestr(info, b"x")
    data = bytearray(content.getvalue())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # as if it did not say that names are UTF-8
        at = data.index(mark) + place
        data[at : at + 2] = b"\x00\x00"
    name = "仪器一.jpg".encode("gb18030").decode("cp437").encode()
    data = data.replace(name, "仪器一.jpg".encode("gb18030").ljust(len(name), b"_"))
    assert photos.pictures(io.BytesIO(bytes(data)))[0].numbers[0].startswith("仪器一")


def test_slipping_paths_stay_inside(world, keeper):
    record = make_instrument(world, inventory_number="A-1", status="draft")
    placed(keeper, archive(**{"../../../../tmp/A-1.jpg": picture(1)}))
    assert record.files.count() == 1
    assert InstrumentFile.objects.get().name == "A-1.jpg"
