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
    "/work/me": _("What this token is and may do"),
    "/work/list": _("Your records of this kind, drafts too"),
    "/work/one": _("One record with all its fields and files"),
    "/work/missing": _("What a submission of it still needs"),
    "/work/create": _("Make a draft"),
    "/work/change": _("Change a draft; what is not said stays"),
    "/work/step": _("Take a step: submit, recall or revise"),
    "/work/file": _("Add a photo or another file"),
    "/work/file_remove": _("Take a file away"),
    "/work/operations": _("The operation records of a year"),
    "/work/operation": _("Write an instrument's operation record of a year"),
    "/work/proof": _("Add a proof to it"),
    "/work/staff": _("The people of a year"),
    "/work/staff_add": _("Put a person down for an instrument's year"),
    "/work/staff_remove": _("Take a person off it"),
    "/work/services": _("Your service records"),
    "/work/services_save": _("Save service records in a batch"),
}

ROWS = gettext_noop("Rows of a page.")
CURSOR = gettext_noop("“next” of the page before.")
SINCE = gettext_noop("Only what changed at or after this time (ISO 8601).")
SORT = gettext_noop("Order: relevance, newest, value or hours.")
AFTER = gettext_noop("“next” of the answer before; 0 from the beginning.")
UPLOAD = gettext_noop("Send it as multipart/form-data in the field “file”.")
NUMBER = gettext_noop("The instrument's number in your unit.")
KEY = gettext_noop(
    "A name of your own for this request: sent again, it does nothing and gets the same answer."
)
SERVICES = gettext_noop(
    "Up to 500 at once, all or none. A record with a number that you have already is changed, any other is new."
)
SEARCH = gettext_noop(
    "The portal's filters are parameters of the same names, each as often as wanted: city=430100&share=external."
)
CHANGES = gettext_noop(
    "Every publication, change and removal in their order; a record that changed again stands at its last change."
)
