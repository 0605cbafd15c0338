"""One line for each address, for the description that programs and people read."""

from typing import Any

from django.utils.translation import gettext_lazy as _

SUMMARIES: dict[str, Any] = {
    "/instruments": _("Published instruments"),
    "/instruments/{number}": _("One instrument"),
    "/platforms": _("Published platforms"),
    "/platforms/{number}": _("One platform"),
    "/units": _("Published units"),
    "/units/{number}": _("One unit"),
    "/search": _("Search instruments as the portal does"),
    "/codes": _("The code lists"),
    "/codes/{name}": _("The entries of a code list"),
    "/changes": _("What changed"),
}
