"""What is said of each address and parameter, for the description that programs and people read.

The library wants plain text for parameters and long descriptions; the page translates them when it is shown.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

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

ROWS = gettext_noop("Rows of a page.")
CURSOR = gettext_noop("“next” of the page before.")
SINCE = gettext_noop("Only what changed at or after this time (ISO 8601).")
SORT = gettext_noop("Order: relevance, newest, value or hours.")
AFTER = gettext_noop("“next” of the answer before; 0 from the beginning.")
SEARCH = gettext_noop(
    "The portal's filters are parameters of the same names, each as often as wanted: city=430100&share=external."
)
CHANGES = gettext_noop(
    "Every publication, change and removal in their order; a record that changed again stands at its last change."
)
