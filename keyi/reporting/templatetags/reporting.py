"""Figures as the pages show them."""

from typing import Any

from django import template

from keyi.reporting.oddities import shown

register = template.Library()


@register.simple_tag
def hours(value: Any) -> str:
    """ "1412.0" → "1,412"."""
    return shown(value)
