"""Hostile and clumsy input to the record forms: told at the field, nothing saved, never a fault of the server."""

import struct
import zlib

import pytest
from django.utils import timezone

from keyi.accounts.models import KeptInput
from keyi.records.models import Institution, Instrument, InstrumentFile
from tests.core.samples import as_bytes, pdf, scene, upload
from tests.factories import make_institution, make_instrument
from tests.records.posted import institution_post, instrument_post

NEW = "/work/instruments/new/"
FIELD_FAULTS = [
    ("name", "仪" * 101),
    ("name", "光谱仪😀"),
    ("technical", "波" * 501 + "1"),
    ("function", "长" * 301),
    ("kind", "rocket"),
    ("share_mode", "<script>alert(1)</script>"),
    ("value_wan", "八十八"),
    ("value_wan", "-1"),
    ("value_wan", "1e999"),
    ("value_wan", "NaN"),
    ("value_wan", "88.605"),
    ("value_wan", "99999999999999"),
    ("booked_on", "2012-02-30"),
    ("booked_on", "昨天"),
    ("booked_on", "2999-01-01"),
    ("booked_on", "0000-00-00"),
    ("lab", "999999999999999999999999"),
    ("lab", "无机室"),
    ("category", "instrument_class:999999"),
    ("category", "光" * 5000),
    ("division", "country:156"),
    ("subjects", ["subject:150"] * 9),
    ("tel", "12345"),
    ("email", "不是邮箱"),
    ("email", "a@" + "b" * 80 + ".cn"),
    ("postcode", "41008"),
    ("longitude", "999"),
    ("booking_url", "javascript:alert(1)"),
    ("is_modified", "maybe"),
    ("fees-0-external", "一百"),
    ("fees-0-external", "-5"),
    ("fees-0-unit", "lightyear"),
    ("open_hours-0-closes", "07:00"),
    ("funds-0-amount_wan", "1.00"),
    ("edits", "many"),
]


@pytest.fixture
def keeper(world, as_):
    world.unit_admin.email_verified_at = timezone.now()
    world.unit_admin.save()
    make_institution(world)
    return as_(world.unit_admin)


@pytest.mark.parametrize(("name", "value"), FIELD_FAULTS, ids=lambda v: str(v)[:24])
def test_fault_is_told_at_its_field_and_nothing_is_saved(world, keeper, name, value):
    response = keeper.post(NEW, instrument_post(world, do="submit", **{name: value}))
    assert response.status_code == 422
    assert name.split("-")[0] in response.context["form"].errors
    assert not Instrument.objects.exists()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "' OR 1=1 --", "{{ 7*7 }}", "%(a)s %d {x}", "\x00\x08测试"]
)
def test_odd_text_is_kept_as_text(world, keeper, text):
    keeper.post(NEW, {"do": "save", "function": text})
    record = Instrument.objects.get()
    assert record.function == text.replace("\x00", "").replace("\x08", "")
    page = keeper.get(f"/work/instruments/{record.pk}/").content.decode()
    assert "<script>alert(1)" not in page


def test_fullwidth_digits_are_numbers(world, keeper):
    keeper.post(
        NEW,
        {
            "do": "save",
            "value_wan": "８８．６０",
            "postcode": "４１００８３",
            "tel": "０７３１－８８００１２３４",
        },
    )
    record = Instrument.objects.get()
    assert (str(record.value_wan), record.postcode, record.tel) == ("88.60", "410083", "0731-88001234")


def test_empty_form_cannot_be_submitted(world, keeper):
    response = keeper.post(NEW, {"do": "submit"})
    assert response.status_code == 422
    assert len(response.context["form"].errors) >= 30
    assert not Instrument.objects.exists()


def test_far_too_many_rows_are_refused_in_bounded_time(world, keeper):
    rows = {f"fees-{n}-item": "项目" for n in range(800)}
    response = keeper.post(NEW, instrument_post(world, do="save", **rows))
    assert response.status_code == 422
    assert not Instrument.objects.exists()


def test_too_many_fields_are_refused(world, keeper):
    assert keeper.post(NEW, {f"x{n}": "1" for n in range(5000)}).status_code == 413


def huge_png() -> bytes:
    """A valid header that declares 20,000 × 20,000 pixels, and little behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
        + chunk(b"IEND", b"")
    )


BAD_PHOTOS = {
    "程序.jpg": b"MZ" + bytes(5000),
    "断了.jpg": as_bytes(scene())[:9000],
    "太大.jpg": bytes(30 * 1024 * 1024),
    "像素太多.png": huge_png(),
    "太小.jpg": as_bytes(scene(400, 300)),
    "太模糊.jpg": as_bytes(scene(blur=30)),
    "空.jpg": b"",
    "网页.png": b"<html><script>alert(1)</script></html>",
}


@pytest.mark.parametrize("name", BAD_PHOTOS)
def test_bad_photo_is_refused_by_name(world, keeper, name):
    record = make_instrument(world, status="draft")
    path = f"/work/instruments/{record.pk}/edit/"
    response = keeper.post(
        path, instrument_post(world, do="upload:photos", photos=upload(BAD_PHOTOS[name], name))
    )
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["photos"]
    assert name in str(response.context["form"].errors["photos"])
    assert not InstrumentFile.objects.exists()
    record.refresh_from_db()
    assert record.edits == 0


def test_good_photo_stays_when_another_is_refused(world, keeper):
    record = make_instrument(world, status="draft")
    photos = [upload(as_bytes(scene()), "好.jpg"), upload(b"MZ", "坏.jpg")]
    response = keeper.post(
        f"/work/instruments/{record.pk}/edit/", instrument_post(world, do="upload:photos", photos=photos)
    )
    assert response.status_code == 422
    assert [file.name for file in record.files.current()] == ["好.jpg"]


def test_sixth_photo_and_same_photo_are_refused(world, keeper):
    record = make_instrument(world, status="draft")
    path = f"/work/instruments/{record.pk}/edit/"
    six = [upload(as_bytes(scene(seed=n)), f"{n}.jpg") for n in range(6)]
    response = keeper.post(path, instrument_post(world, do="upload:photos", photos=six))
    assert response.status_code == 422
    assert [file.name for file in record.files.current()] == [f"{n}.jpg" for n in range(5)]
    keeper.post(path, {"do": f"remove:{record.files.current()[4].token}"})
    response = keeper.post(
        path, instrument_post(world, do="upload:photos", photos=upload(as_bytes(scene(seed=0)), "重.jpg"))
    )
    assert response.status_code == 422
    assert record.files.current().count() == 4


def test_photos_are_ordered_by_buttons(world, keeper):
    record = make_instrument(world, status="draft")
    path = f"/work/instruments/{record.pk}/edit/"
    keeper.post(
        path,
        {"do": "upload:photos", "photos": [upload(as_bytes(scene(seed=n)), f"{n}.jpg") for n in range(3)]},
    )
    tokens = [file.token for file in record.files.current()]
    keeper.post(path, {"do": f"earlier:{tokens[2]}"})
    keeper.post(path, {"do": f"later:{tokens[0]}"})
    keeper.post(path, {"do": "remove:no-such-token"})
    assert [file.name for file in record.files.current()] == ["2.jpg", "0.jpg", "1.jpg"]


def test_upload_keeps_what_was_typed_beside_it(world, keeper):
    record = make_instrument(world, status="draft")
    path = f"/work/instruments/{record.pk}/edit/"
    keeper.post(
        path, instrument_post(world, do="upload:photos", value_wan="八", photos=upload(as_bytes(scene())))
    )
    assert keeper.get(path).context["form"]["value_wan"].value() == "八"


def test_wrong_documents_are_refused(world, as_):
    client = as_(world.unit_admin)
    record = make_institution(world, status="draft")
    locked = pdf(lambda writer: writer.encrypt("x"))
    for content, name in [(b"MZ" + bytes(99), "证书.pdf"), (locked, "加密.pdf"), (pdf()[:60], "断.pdf")]:
        response = client.post(
            f"/work/institutions/{record.pk}/edit/",
            institution_post(world, do="upload:license", license=upload(content, name)),
        )
        assert response.status_code == 422
        assert name in str(response.context["form"].errors["license"])
    assert Institution.objects.get().files.count() == 0


def test_session_that_ended_keeps_the_typing(world, client, as_):
    record = make_instrument(world, status="draft")
    path = f"/work/instruments/{record.pk}/edit/"
    response = client.post(path, instrument_post(world, do="save", floor="九层半"))
    assert (response.status_code, response["Location"]) == (302, f"/login/?next={path}")
    client.post(
        "/login/",
        {"identity": "institution", "username": "unit_admin", "password": "Lushan-2026-keyi", "next": path},
    )
    assert client.get(path).context["form"]["floor"].value() == "九层半"
    assert KeptInput.objects.filter(user=world.unit_admin, path=path).exists()
    record.refresh_from_db()
    assert record.floor == "3 层"


def test_broken_multipart_saves_nothing(keeper):
    response = keeper.generic("POST", NEW, b"--x\r\nbroken", content_type="multipart/form-data; boundary=y")
    assert response.status_code == 422
    assert not Instrument.objects.exists()
