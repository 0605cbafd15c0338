"""Drawn stand-ins for photos of instruments, marked 示意图. The same number always gives the same picture."""

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw

from .glyphs import write

SIZE = (1280, 960)
BENCH = 700  # where the bench begins, px from above
WALLS = ("#dfe6ec", "#e6e4dc", "#dbe7e2", "#e8e2e6", "#d9dfe8", "#ece8dd")
BODIES = ("#f4f5f6", "#e9edf0", "#f3efe6", "#d5dbe1", "#ffffff", "#c9d3dc")
ACCENTS = ("#1f5fa8", "#2c7a5b", "#8a3b3b", "#4c4f8c", "#a06a1c", "#31727d")
INK = "#3a444d"

Draw = ImageDraw.ImageDraw


def instrument_picture(shape: str, number: int) -> bytes:
    """A JPEG of one of SHAPES in a room; colours, furniture and place vary with ``number``."""
    rng = random.Random(number)  # noqa: S311 - nothing secret is drawn
    image = Image.new("RGB", SIZE, rng.choice(WALLS))
    draw = ImageDraw.Draw(image)
    _furnish(draw, rng)
    SHAPES[shape](draw, rng.randint(180, 480), rng.choice(BODIES), rng.choice(ACCENTS))
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    write(ImageDraw.Draw(image), (36, SIZE[1] - 96), 60, INK)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def _furnish(draw: Draw, rng: random.Random) -> None:
    draw.rectangle((0, BENCH, *SIZE), fill=rng.choice(("#b9c2c9", "#a8b4ac", "#c4b8a6", "#9fabb5")))
    draw.rectangle((0, BENCH, SIZE[0], BENCH + 26), fill="#8a949c")
    for place in rng.sample((0, 1, 2, 3), k=rng.randint(1, 3)):
        left, top = place * 320 + rng.randint(0, 60), rng.randint(20, 160)
        box = (left, top, left + rng.randint(140, 260), top + rng.randint(90, 300))
        draw.rectangle(
            box,
            fill=rng.choice(("#c3d4e2", "#f7f4ec", "#a9b7c2", "#cdd5c3", "#8d9aa5")),
            outline=INK,
            width=3,
        )
    for edge in range(rng.randint(60, 200), SIZE[0], rng.randint(180, 340)):
        draw.line((edge, BENCH + 26, edge, SIZE[1]), fill="#7c868e", width=4)


def _box(draw: Draw, left: int, top: int, right: int, bottom: int, colour: str) -> None:
    draw.rounded_rectangle((left, top, right, bottom), 14, fill=colour, outline=INK, width=5)


def _screen(draw: Draw, left: int, top: int, accent: str, width: int = 150) -> None:
    draw.rectangle((left, top, left + width, top + width * 2 // 3), fill="#22303c", outline=INK, width=4)
    middle = top + width // 3
    curve = [(left + 12 + x * (width - 24) // 12, middle - (x * 37 % 29)) for x in range(13)]
    draw.line(curve, fill="#7fe0b0", width=4)
    draw.rectangle(
        (left, top + width * 2 // 3 + 14, left + width // 2, top + width * 2 // 3 + 26), fill=accent
    )


def _analyser(draw: Draw, x: int, body: str, accent: str) -> None:
    _box(draw, x, 330, x + 560, BENCH, body)
    draw.rectangle((x, 390, x + 560, 414), fill=accent)
    _screen(draw, x + 360, 450, accent)
    draw.rectangle((x + 60, 460, x + 270, 640), fill="#56626d", outline=INK, width=4)
    draw.ellipse((x + 130, 510, x + 200, 580), fill="#f2b84b", outline=INK, width=4)


def _stack(draw: Draw, x: int, body: str, accent: str) -> None:
    for level in range(4):
        top = 250 + level * 112
        _box(draw, x, top, x + 330, top + 106, body)
        draw.rectangle((x + 24, top + 20, x + 150, top + 44), fill=accent)
        draw.ellipse((x + 260, top + 36, x + 292, top + 68), fill="#56626d")
    for bottle in range(4):
        left = x + 20 + bottle * 76
        draw.rounded_rectangle((left, 150, left + 52, 248), 10, fill="#b9813f", outline=INK, width=4)
    _screen(draw, x + 400, 470, accent, 240)


def _microscope(draw: Draw, x: int, body: str, accent: str) -> None:
    _box(draw, x + 60, 640, x + 420, BENCH, body)
    draw.polygon(
        [(x + 330, 640), (x + 400, 640), (x + 370, 260), (x + 270, 220), (x + 250, 280), (x + 310, 320)],
        fill=body,
        outline=INK,
        width=5,
    )
    draw.polygon(
        [(x + 90, 230), (x + 130, 190), (x + 290, 290), (x + 250, 340)], fill=accent, outline=INK, width=5
    )
    draw.rectangle((x + 205, 330, x + 255, 450), fill="#56626d", outline=INK, width=4)
    draw.rectangle((x + 110, 500, x + 340, 530), fill=INK)


def _balance(draw: Draw, x: int, body: str, accent: str) -> None:
    _box(draw, x, 570, x + 420, BENCH, body)
    draw.rectangle((x + 60, 270, x + 360, 570), fill="#d8ecf3", outline=INK, width=6)
    draw.ellipse((x + 130, 520, x + 290, 556), fill="#8b959e", outline=INK, width=4)
    draw.rectangle((x + 110, 610, x + 310, 660), fill="#22303c", outline=accent, width=6)


def _centrifuge(draw: Draw, x: int, body: str, accent: str) -> None:
    _box(draw, x, 430, x + 480, BENCH, body)
    draw.pieslice((x + 40, 330, x + 440, 540), 180, 360, fill="#aab5be", outline=INK, width=5)
    draw.rectangle((x + 40, 570, x + 440, 590), fill=accent)
    _screen(draw, x + 60, 600, accent, 110)
    draw.ellipse((x + 360, 610, x + 420, 670), fill="#56626d", outline=INK, width=4)


def _cabinet(draw: Draw, x: int, body: str, accent: str) -> None:
    _box(draw, x, 180, x + 430, BENCH + 120, body)
    draw.rectangle((x + 50, 320, x + 380, 720), fill="#b8cbd6", outline=INK, width=6)
    for shelf in range(3):
        draw.line((x + 50, 420 + shelf * 100, x + 380, 420 + shelf * 100), fill=INK, width=5)
    draw.rectangle((x + 50, 220, x + 200, 280), fill="#22303c", outline=accent, width=6)


def _cycler(draw: Draw, x: int, body: str, accent: str) -> None:
    draw.polygon(
        [(x, BENCH), (x + 60, 470), (x + 460, 470), (x + 520, BENCH)], fill=body, outline=INK, width=5
    )
    draw.polygon(
        [(x + 120, 470), (x + 150, 360), (x + 370, 360), (x + 400, 470)], fill=accent, outline=INK, width=5
    )
    for row in range(3):
        for column in range(8):
            left, top = x + 110 + column * 38, 500 + row * 30
            draw.ellipse((left, top, left + 22, top + 18), fill="#56626d")
    _screen(draw, x + 190, 596, accent, 130)


def _glassware(draw: Draw, x: int, body: str, accent: str) -> None:
    _box(draw, x, 600, x + 520, BENCH, body)
    draw.rectangle((x + 430, 180, x + 452, 600), fill="#6d7881")
    draw.ellipse((x + 40, 430, x + 200, 590), fill="#cfe6ee", outline=INK, width=5)
    draw.polygon(
        [(x + 170, 450), (x + 330, 280), (x + 360, 310), (x + 200, 480)], fill="#e3f1f5", outline=INK, width=4
    )
    draw.rounded_rectangle((x + 320, 150, x + 400, 420), 30, fill=accent, outline=INK, width=5)
    draw.ellipse((x + 300, 460, x + 400, 560), fill="#f5d9a8", outline=INK, width=5)


SHAPES: dict[str, Callable[[Draw, int, str, str], None]] = {
    "analyser": _analyser,
    "stack": _stack,
    "microscope": _microscope,
    "balance": _balance,
    "centrifuge": _centrifuge,
    "cabinet": _cabinet,
    "cycler": _cycler,
    "glassware": _glassware,
}
