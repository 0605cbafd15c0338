import hashlib
import io
import random
import struct
import time
import tracemalloc
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image
from pypdf.actions import JavaScript
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from keyi.core.files import CheckedFile, check_document, check_image, clean_name
from keyi.core.pictures import open_picture, phash_distance, thumbnail

from .samples import as_bytes, docx, pdf, scene, upload


def refused(check, content: bytes, name: str = "整机正面.jpg", **limits) -> str:
    """The code of the refusal, after seeing that the sentence names the file."""
    with pytest.raises(ValidationError) as error:
        check(upload(content, name), **limits)
    assert clean_name(name) in error.value.messages[0]
    return error.value.code


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def test_image_is_kept_as_jpeg_with_its_facts():
    checked = check_image(upload(as_bytes(scene(), "PNG"), "整机正面.PNG"))
    stored = Image.open(io.BytesIO(checked.content))
    assert (stored.format, stored.mode, stored.size) == ("JPEG", "RGB", (1200, 900))
    assert checked == CheckedFile(
        content=checked.content, content_type="image/jpeg", extension="jpg", name="整机正面.jpg",
        sha256=hashlib.sha256(checked.content).hexdigest(), size=len(checked.content), width=1200, height=900,
        phash=checked.phash, sharpness=checked.sharpness,
    )  # fmt: skip
    assert (len(checked.phash), checked.sharpness > 100) == (16, True)


def test_image_loses_position_and_all_metadata():
    exif = Image.Exif()
    exif[0x010F] = "Maker of the phone"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (28.0, 11.0, 49.0)
    sent = as_bytes(scene(), exif=exif, comment=b"by Zhou Ming", icc_profile=b"profile", dpi=(300, 300))
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    stored = Image.open(io.BytesIO(check_image(upload(sent)).content))
    assert (dict(stored.getexif()), stored.info.keys() & {"exif", "comment", "icc_profile", "xmp"}) == (
        {},
        set(),
    )
    assert b"Zhou Ming" not in check_image(upload(sent)).content


def test_image_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    checked = check_image(upload(as_bytes(scene(1200, 900), exif=exif)))
    assert (checked.width, checked.height) == (900, 1200)


@pytest.mark.parametrize("mode", ["L", "P", "LA", "RGBA", "1", "I;16"])
def test_image_of_any_colour_mode_becomes_rgb(mode):
    sent = Image.new("I;16", (1000, 800), 30000) if mode == "I;16" else scene().convert(mode)
    if mode == "I;16":
        sent.paste(5, (200, 200, 600, 600))
    checked = check_image(upload(as_bytes(sent, "PNG")))
    assert Image.open(io.BytesIO(checked.content)).mode == "RGB"


def test_image_in_cmyk_becomes_rgb():
    checked = check_image(upload(as_bytes(scene().convert("CMYK"))))
    assert Image.open(io.BytesIO(checked.content)).mode == "RGB"


def test_transparent_is_white():
    sent = scene().convert("RGBA")
    sent.paste((0, 0, 0, 0), (0, 0, 300, 300))
    stored = Image.open(io.BytesIO(check_image(upload(as_bytes(sent, "PNG"))).content))
    assert min(stored.getpixel((100, 100))) > 250


def test_large_photo_is_scaled_to_both_limits():
    noise = Image.merge("RGB", [Image.effect_noise((3600, 2400), 90)] * 3)
    checked = check_image(upload(as_bytes(noise, quality=75)), max_bytes=30_000_000)
    assert (checked.size <= 1024 * 1024, max(checked.width, checked.height) <= 2000) == (True, True)
    assert checked.width / checked.height == pytest.approx(1.5, rel=0.01)


def test_photo_of_several_frames_from_a_phone_is_taken():
    both = as_bytes(scene(), "MPO", save_all=True, append_images=[scene(seed=2)])
    assert check_image(upload(both)).width == 1200


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"MZ\x90\x00" + b"\0" * 3000, "wrong_type"),
        (b"", "empty"),
        (b"<script>alert(1)</script>", "wrong_type"),
        (as_bytes(scene(), "GIF"), "wrong_type"),
        (as_bytes(scene())[:20000], "broken"),
        (as_bytes(scene())[:-300], "broken"),
        (as_bytes(scene(), "PNG")[:-200], "broken"),
        (b"\xff\xd8\xff" + b"\0" * 500, "broken"),
        (as_bytes(scene(640, 480)), "too_small"),
        (as_bytes(scene(1200, 500)), "too_small"),
        (as_bytes(scene(blur=6)), "blurred"),
        (as_bytes(Image.new("RGB", (1000, 800), "gray")), "blurred"),
        (as_bytes(scene(), "PNG", save_all=True, append_images=[scene(seed=2)]), "animated"),
        (b"x" * (5 * 1024 * 1024 + 1), "too_large"),
        (pdf(), "wrong_type"),
    ],
)
def test_image_refuses(content, code):
    assert refused(check_image, content) == code


def test_portrait_photo_is_large_enough():
    assert check_image(upload(as_bytes(scene(600, 800)))).height == 800


def test_blur_is_measured_alike_with_camera_noise():
    def noisy(blur: float) -> bytes:
        image = scene(2400, 1800, blur=blur)
        return as_bytes(Image.blend(image, Image.merge("RGB", [Image.effect_noise(image.size, 30)] * 3), 0.1))

    assert check_image(upload(noisy(0))).sharpness > 20
    assert refused(check_image, noisy(8)) == "blurred"


@pytest.mark.parametrize(
    "content", [png_header(20000, 20000), png_header(9000, 9000), png_header(2**31 - 1, 2**31 - 1)]
)
def test_bomb_is_refused_by_its_header(content):
    tracemalloc.start()
    started = time.monotonic()
    assert refused(check_image, content) in ("too_many_pixels", "broken")
    assert (tracemalloc.get_traced_memory()[1] < 20_000_000, time.monotonic() - started < 1) == (True, True)
    tracemalloc.stop()


def test_jpeg_that_declares_20000_pixels_is_refused():
    content = bytearray(as_bytes(scene()))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", 20000, 20000)
    assert refused(check_image, bytes(content)) == "too_many_pixels"


def test_size_is_told_without_reading_all():
    class Unreadable:
        name = "大.jpg"
        size = 30 * 1024 * 1024

        def seek(self, _place):
            return 0

    with pytest.raises(ValidationError, match="30"):
        check_image(Unreadable())


def test_phash_is_near_for_copies_and_far_for_others():
    one = check_image(upload(as_bytes(scene(seed=1))))
    copy = check_image(upload(as_bytes(scene(seed=1).resize((1600, 1200)), quality=50)))
    other = check_image(upload(as_bytes(scene(seed=2))))
    assert (phash_distance(one.phash, copy.phash) <= 6, phash_distance(one.phash, other.phash) > 10) == (
        True,
        True,
    )


def test_thumbnail_is_a_small_jpeg():
    small = Image.open(io.BytesIO(thumbnail(check_image(upload(as_bytes(scene()))).content, 320)))
    assert (small.format, small.size) == ("JPEG", (320, 240))


def test_pdf_is_kept_as_it_is():
    content = pdf()
    assert check_document(upload(content, "证书.PDF")) == CheckedFile(
        content=content, content_type="application/pdf", extension="pdf", name="证书.pdf",
        sha256=hashlib.sha256(content).hexdigest(), size=len(content),
    )  # fmt: skip


def action(kind: str, key: str, value: str):
    def change(writer):
        entry = DictionaryObject(
            {NameObject("/S"): NameObject(kind), NameObject(key): TextStringObject(value)}
        )
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(entry)

    return change


def nested_script(writer):
    entry = DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})
    writer.pages[1][NameObject("/Odd")] = ArrayObject([ArrayObject([entry])])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pdf(action("/JavaScript", "/JS", "app.alert(1)")), "active"),
        (pdf(lambda writer: writer.add_open_action(JavaScript("app.alert(1)"))), "active"),
        (pdf(action("/Launch", "/F", "cmd.exe")), "active"),
        (pdf(action("/JavaS...ript", "/Other", "x")).replace(b"/JavaS...ript", b"/JavaS#63ript"), "active"),
        (pdf(nested_script), "active"),
        (pdf(lambda writer: writer.add_attachment("a.exe", b"MZ")), "embedded"),
        (pdf(lambda writer: writer.encrypt("secret")), "encrypted"),
        (pdf(lambda writer: writer.encrypt("", "owner")), "encrypted"),
        (pdf(pages=0), "broken"),
        (pdf(pages=501), "too_many_pages"),
        (b"%PDF-1.7\n" + b"rubbish" * 100, "broken"),
        (b"%PDF-1.7", "broken"),
        (b"", "empty"),
        (b"MZ" + b"\0" * 2000, "wrong_type"),
        (docx(), "wrong_type"),
    ],
)
def test_document_refuses_pdf(content, code):
    assert refused(check_document, content, "证书.pdf") == code


def test_link_and_page_actions_are_harmless():
    def change(writer):
        writer.add_outline_item(title="第一页", page_number=0)
        action("/GoTo", "/D", "first")(writer)

    assert check_document(upload(pdf(change), "a.pdf")).extension == "pdf"


def test_scan_becomes_jpeg_without_metadata():
    exif = Image.Exif()
    exif[0x010F] = "Maker of the phone"
    checked = check_document(upload(as_bytes(scene(5000, 400), exif=exif), "申请书.jpeg"))
    assert (checked.name, checked.width, checked.height) == ("申请书.jpg", 4000, 320)
    assert dict(Image.open(io.BytesIO(checked.content)).getexif()) == {}


def test_docx_is_taken_when_asked_for():
    checked = check_document(upload(docx(), "收费办法.docx"), kinds=("pdf", "docx"))
    assert (checked.extension, checked.name, checked.content) == ("docx", "收费办法.docx", docx())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (docx(word__vbaProject_bin=b"x"), "active"),
        (docx(word__settings_xml=b"<Types>", word___rels__settings_xml_rels=b""), None),
        (docx(word__embeddings__oleObject1_bin=b"x"), "embedded"),
        (docx(___evil_txt=b"x"), "wrong_type"),
        (docx(word__big_xml=b"\0" * 30_000_000), "bomb"),
        (docx()[:-30], "broken"),
        (b"PK\x03\x04" + b"\0" * 200, "broken"),
    ],
)
def test_document_refuses_docx(content, code):
    if code is None:
        assert check_document(upload(content, "a.docx"), kinds=("docx",)).extension == "docx"
    else:
        assert refused(check_document, content, "a.docx", kinds=("docx",)) == code


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C:\\照片\\整机.JPG", "整机.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("a\x00b\u202egpj.exe", "abgpj.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        (".jpg", "jpg.jpg"),
        ("长" * 300 + ".jpeg", "长" * 96 + ".jpg"),
        (None, "file.jpg"),
    ],
)
def test_clean_name(name, clean):
    assert clean_name(name, "jpg") == clean


def mutated(content: bytes, rng: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(rng.choice([1, 3, 30])):
        place = rng.randrange(len(data))
        data[place : place + rng.choice([0, 1, 1, 4])] = rng.randbytes(rng.choice([0, 1, 1, 4]))
    return bytes(data[: rng.randrange(len(data))] if rng.random() < 0.2 else data)


def outcome(check, file, **options) -> str:
    try:
        check(file, **options)
    except ValidationError as refusal:
        return refusal.code
    return "taken"


@pytest.mark.parametrize("kind", ["jpg", "png", "pdf", "docx"])
def test_no_bytes_raise_anything_but_a_refusal(kind):
    rng = random.Random(kind)
    exif = Image.Exif()
    exif[0x0112] = 6
    samples = {
        "jpg": as_bytes(scene(160, 120), exif=exif, progressive=True),
        "png": as_bytes(scene(160, 120).convert("P"), "PNG"),
        "pdf": pdf(lambda writer: writer.add_metadata({"/Title": "x"})),
        "docx": docx(word__styles_xml=b"<x/>" * 50),
    }
    seen = set()
    for _ in range(250):
        file = upload(mutated(samples[kind], rng), f"a.{kind}")
        for check in (check_document, check_image):
            options = (
                {"kinds": ("pdf", "jpg", "png", "docx")} if check is check_document else {"min_size": (8, 8)}
            )
            seen.add(outcome(check, file, **options))
    assert "broken" in seen


def test_open_picture_refuses_rubbish():
    with pytest.raises(ValidationError):
        open_picture(b"rubbish", "a.jpg")
