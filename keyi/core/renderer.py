"""Fields and their controls by Jinja2, from the folders ``jinja2`` of the apps.

A page is one of Django's templates; a field in it is not, because a long form has ninety of them.
"""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.template import TemplateDoesNotExist, engines
from django.utils.translation import gettext, pgettext
from jinja2 import Environment

from .templatetags.ui import icon, zh


class Renderer(TemplatesSetting):
    """For ``FORM_RENDERER``. A control without a Jinja2 template has one of Django's."""

    def get_template(self, template_name: str) -> Any:
        try:
            return engines["fields"].get_template(template_name)
        except TemplateDoesNotExist:
            return super().get_template(template_name)


def environment(**options: Any) -> Environment:
    """What a field's template may use: texts to translate, icons, and the mark for text that stays Chinese."""
    made = Environment(**options)  # noqa: S701  Django asks for autoescape
    made.globals.update(_=gettext, pgettext=pgettext, icon=icon)
    made.filters["zh"] = zh
    return made
