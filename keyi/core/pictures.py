"""Decoding, measuring and scaling pictures, with bounded memory and time."""

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, ImageFilter, ImageOps, ImageStat

from .refusal import refuse

Picture = Image.Image

MAX_PIXELS = 50_000_000  # declared in the header; more is refused before anything is decoded
MAX_SCANS = 64  # of a progressive JPEG; cameras write about ten, an attacker thousands
WORKING_SIDE = 4000  # px; a larger picture is scaled down before anything else is done with it
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)  # our own limit is lower

# Variance of the Laplacian of the sharpest sixteenth of the picture, at 640 px and after a median filter,
# which takes camera noise out but keeps edges. Measured on drawn scenes, 4000 px wide, blur b px, noise n:
#   b=0: 143–447    b=4: 55–113    b=6: 23–57    b=8: 10–33    b=12: 3–19    b=24: 1–14 (n from 0 to 8)
# Out of focus by 0.2% of the width is where a nameplate can no longer be read.
SHARP_ENOUGH = 20.0
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


def open_picture(content: bytes, name: str, *, min_size: tuple[int, int] = (1, 1)) -> Picture:
    """The decoded picture: upright, RGB, without metadata, at most WORKING_SIDE. Raises ValidationError for
    anything else, and when it is smaller than ``min_size`` (long side, short side).
    """
    image = _open_header(content, name)
    _refuse_small(image.size, name, min_size)
    try:
        image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
        image.load()
        image.thumbnail((WORKING_SIDE, WORKING_SIDE))
        return _as_rgb(ImageOps.exif_transpose(image))
    except Exception as error:  # Pillow's plugins raise whatever hostile bytes provoke
        raise _broken(name) from error


def _open_header(content: bytes, name: str) -> Picture:
    """The picture with only its header read."""
    if content.startswith(b"\xff\xd8") and content.count(b"\xff\xda") > MAX_SCANS:
        raise _broken(name)
    try:
        image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
        pixels = image.width * image.height
        is_animated = image.format == "PNG" and getattr(image, "n_frames", 1) > 1
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pixels, is_animated = MAX_PIXELS + 1, False
    except Exception as error:  # as above
        raise _broken(name) from error
    if pixels > MAX_PIXELS:
        raise refuse(
            _(
                "“%(name)s” has too many pixels (at most %(max)d million). "
                "Export it smaller and upload it again."
            ),
            "too_many_pixels",
            name,
            max=MAX_PIXELS // 1_000_000,
        )
    if is_animated:
        raise refuse(_("“%(name)s” is animated. Upload a still photo."), "animated", name)
    return image


def _broken(name: str) -> Exception:
    message = _(
        "“%(name)s” is damaged or incomplete and cannot be opened. Export or take it again, then upload it."
    )
    return refuse(message, "broken", name)


def _as_rgb(image: Picture) -> Picture:
    """Only the pixels: any colour mode as RGB, what is transparent as white."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    plain = Image.new("RGB", image.size)
    plain.paste(image.convert("RGB"))
    return plain


def _refuse_small(size: tuple[int, int], name: str, min_size: tuple[int, int]) -> None:
    if max(size) >= max(min_size) and min(size) >= min(min_size):
        return
    raise refuse(
        _(
            "“%(name)s” has only %(width)d × %(height)d pixels; %(min_width)d × %(min_height)d are needed. "
            "Upload the original photo, not a screenshot or one that a chat program made smaller."
        ),
        "too_small",
        name,
        width=size[0],
        height=size[1],
        min_width=max(min_size),
        min_height=min(min_size),
    )


def sharpness_of(picture: Picture) -> float:
    """How sharp the sharpest sixteenth of the picture is; see SHARP_ENOUGH."""
    gray = picture.convert("L")
    gray.thumbnail((640, 640), Image.Resampling.BOX)
    gray = gray.filter(ImageFilter.MedianFilter(3))
    edges = ImageOps.crop(gray.filter(_LAPLACIAN), border=2)
    width, height = edges.size
    corners = [(width * x // 4, height * y // 4) for x in range(4) for y in range(4)]
    tiles = [edges.crop((x, y, x + max(width // 4, 1), y + max(height // 4, 1))) for x, y in corners]
    return round(max(ImageStat.Stat(tile).var[0] for tile in tiles), 1)


def phash_of(picture: Picture) -> str:
    """Difference hash, 64 bits as 16 hex digits: the same for copies that were scaled or compressed."""
    small = picture.convert("L").resize((9, 8), Image.Resampling.BOX)
    pixels = small.tobytes()
    bits = [pixels[row * 9 + x] < pixels[row * 9 + x + 1] for row in range(8) for x in range(8)]
    return f"{sum(bit << place for place, bit in enumerate(bits)):016x}"


def phash_distance(one: str, other: str) -> int:
    """How many of the 64 bits differ. Up to about 6 it is the same picture."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def as_jpeg(picture: Picture, *, max_side: int, max_bytes: int) -> tuple[bytes, int, int]:
    """JPEG within both limits, with its width and height: first quality is given up, then size."""
    scaled = picture.copy()
    scaled.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    while True:
        for quality in (88, 80, 70, 60):
            content = _save(scaled, quality)
            if len(content) <= max_bytes:
                return content, scaled.width, scaled.height
        scaled = scaled.resize((max(scaled.width * 4 // 5, 1), max(scaled.height * 4 // 5, 1)))


def thumbnail(content: bytes, width: int) -> bytes:
    """A stored picture as JPEG, at most this wide, for lists. Raises ValidationError when it is none."""
    picture = open_picture(content, "")
    picture.thumbnail((width, width * 4), Image.Resampling.LANCZOS)
    return _save(picture, 82)


def _save(picture: Picture, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    return buffer.getvalue()
