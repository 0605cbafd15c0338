from django.utils.translation import gettext_lazy as _

TEXTS = {
    "guide": _("User guide"),
    "faq": _("Common questions"),
    "privacy": _("Personal information"),
    "terms": _("Terms of use"),
    "accessibility": _("Accessibility"),
}
