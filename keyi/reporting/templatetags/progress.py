"""Pieces of the pages about the yearly upkeep."""

from typing import Any

from django import template

from keyi.reporting import deadlines
from keyi.reporting.progress import Counts
from keyi.reporting.years import Year

register = template.Library()


@register.inclusion_tag("reporting/deadline.html")
def deadline(year: Year) -> dict[str, Any]:
    """Until when the year is open, as text and tag: for the head of a page."""
    return {
        "year": year,
        "text": deadlines.year_text(year),
        "left": deadlines.left_text(year.days_left),
        "is_soon": year.days_left <= deadlines.SOON,
    }


@register.inclusion_tag("reporting/progress_bar.html")
def progress_bar(counts: Counts, label_id: str, *, is_tall: bool = False) -> dict[str, Any]:
    """A bar with its number. ``label_id`` is the id of the element that says what is measured."""
    return {"counts": counts, "label_id": label_id, "is_tall": is_tall}


@register.simple_tag
def open_text(year: Year) -> str:
    """The sentence of the workbench and the reminders. Only of an open year."""
    return deadlines.open_text(year.number, year.last_day) if year.last_day else ""
