"""收费标准 as one text, as the national platform takes it."""

from typing import Any

from django.utils.translation import override

from .choices import ChargeUnit

MOST = 500  # characters the national platform takes


@override("zh-hans")
def fee_text(rows: list[dict[str, Any]], *, is_negotiable: bool) -> str:
    """“水样测定 外部 100 元/样品、内部 60 元/样品；…”, “面议”."""
    lines = [_line(row) for row in rows]
    return "；".join([*lines, *(["面议"] if is_negotiable else [])])


def _line(row: dict[str, Any]) -> str:
    unit = str(ChargeUnit(row["unit"]).label) if row.get("unit") in ChargeUnit.values else ""
    prices = [
        f"{where} {row[name]} {unit}".strip()
        for name, where in (("external", "外部"), ("internal", "内部"))
        if row.get(name) not in (None, "")
    ]
    said = ["面议"] if row.get("negotiable") or not prices else prices
    return f"{row.get('item', '')} {'、'.join(said)}".strip()
