"""Small drawings made by the server, so that they need neither script nor style."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

WIDTH, HEIGHT, GAP = 60, 90, 20  # of one year's pair of bars, in the drawing's units


@dataclass(frozen=True)
class Pair:
    """One year: running hours and, of these, hours for others. Heights and places in the drawing's units."""

    year: str
    run: str
    ext: str
    run_height: int
    ext_height: int
    left: int

    @property
    def run_top(self) -> int:
        return HEIGHT - self.run_height

    @property
    def ext_top(self) -> int:
        return HEIGHT - self.ext_height

    @property
    def ext_left(self) -> int:
        return self.left + WIDTH // 2

    @property
    def middle(self) -> int:
        return self.left + WIDTH // 2


@dataclass(frozen=True)
class Chart:
    pairs: list[Pair]

    @property
    def width(self) -> int:
        return len(self.pairs) * (WIDTH + GAP)

    @property
    def height(self) -> int:
        return HEIGHT

    @property
    def bar(self) -> int:
        return WIDTH // 2 - 2


def hours_chart(yearly: list[dict[str, str]]) -> Chart | None:
    """Bars for the rows of ``InstrumentCopy.yearly``, the oldest year first; nothing to draw without hours."""
    rows = [(row["year"], row["run"], row["ext"]) for row in reversed(yearly)]
    most = max((_number(value) for _year, run, ext in rows for value in (run, ext)), default=Decimal(0))
    if not most:
        return None
    return Chart([
        Pair(year, run, ext, _height(run, most), _height(ext, most), place * (WIDTH + GAP))
        for place, (year, run, ext) in enumerate(rows)
    ])  # fmt: skip


def _height(text: str, most: Decimal) -> int:
    return round(_number(text) / most * HEIGHT)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return Decimal(0)
