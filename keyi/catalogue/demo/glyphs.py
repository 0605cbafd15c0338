"""Three Chinese characters as strokes, so that a drawn picture can say 示意图 on a machine without a Chinese font."""

from PIL import ImageDraw

# Polylines on a square of 24 × 24.
GLYPHS = {
    "示": (
        ((5, 4), (19, 4)), ((2, 10), (22, 10)), ((12, 10), (12, 22), (9, 20)), ((7, 13), (3, 19)), ((17, 13), (21, 19)),
    ),
    "意": (
        ((12, 1), (12, 3)), ((4, 4), (20, 4)), ((8, 5), (9, 7)), ((16, 5), (15, 7)), ((2, 8), (22, 8)),
        ((6, 11), (18, 11), (18, 16), (6, 16), (6, 11)), ((6, 13.5), (18, 13.5)), ((4, 18), (3, 22)),
        ((8, 18), (8, 21), (10, 22), (16, 22), (16, 20)), ((12, 18), (13, 20)), ((19, 18), (21, 21)),
    ),
    "图": (
        ((3, 2), (21, 2), (21, 22), (3, 22), (3, 2)), ((10, 4), (6, 9)), ((9, 6), (16, 6), (6, 14)), ((9, 8), (18, 14)),
        ((12, 14), (14, 15.5)), ((10, 17), (13, 19)),
    ),
}  # fmt: skip


def write(
    draw: ImageDraw.ImageDraw, place: tuple[int, int], size: int, colour: str, text: str = "示意图"
) -> None:
    """Write ``text`` (only the characters of GLYPHS) with its upper left corner at ``place``."""
    left, top = place
    for char in text:
        for stroke in GLYPHS[char]:
            points = [(left + x * size / 24, top + y * size / 24) for x, y in stroke]
            draw.line(points, fill=colour, width=max(size // 14, 2), joint="curve")
        left += size * 9 // 8
