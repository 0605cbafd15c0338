"""The section of the instrument form that opens for a 设施 (form F5b)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from keyi.records.choices import Construction

from .base import RecordForm, Section
from .fields import PhoneField, Slot, SlotField

PAPERS, PICTURES = ("pdf", "docx"), ("jpg", "png", "pdf")
PICTURE_HINT = _("jpg, png or pdf, up to 10 MB each, three at most.")
PAPER_HINT = _("pdf or docx, up to 20 MB each, three at most.")

SECTION = Section("facility", _("Facility (large research facility)"), (
    "facility_short_name", "facility_competent_dept", "facility_host", "facility_approver",
    "facility_category", "facility_construction", "facility_cost_wan", "facility_accepted_on",
    "facility_center", "facility_users_home", "facility_users_abroad", "facility_achievements",
    "facility_chief", "facility_chief_post", "facility_chief_unit", "facility_chief_tel",
    "facility_chief_email", "facility_operator", "facility_operator_post", "facility_operator_unit",
    "facility_operator_tel", "facility_operator_email", "facility_contact_post", "facility_video", "facility_layout",
    "facility_parts", "facility_operation", "facility_management", "facility_opening",
    "facility_application", "facility_results",
))  # fmt: skip
ALWAYS = (
    "facility_competent_dept", "facility_host", "facility_approver", "facility_category",
    "facility_construction", "facility_cost_wan", "facility_center", "facility_chief", "facility_chief_unit",
    "facility_chief_tel", "facility_operator", "facility_operator_unit", "facility_operator_tel",
)  # fmt: skip
WHEN_BUILT = ("facility_accepted_on", "facility_users_home", "facility_achievements")
NATIONAL_LENGTHS = {"name": 50, "facility_video": 100}  # of a facility
SLOTS = ("facility_layout", "facility_management", "facility_opening", "facility_application")
HELP = {
    "facility_short_name": _("Leave it empty if there is none."),
    "facility_host": _("The legal unit that builds or runs the facility."),
    "facility_cost_wan": _("In units of 10,000 CNY, two decimals."),
    "facility_accepted_on": _("Needed once the facility is completed."),
    "facility_users_home": _("Needed once the facility is completed."),
    "facility_users_abroad": _("Leave it empty if there is none."),
    "facility_achievements": _(
        "Major research tasks, economic and social benefit, international cooperation. Needed once the facility "
        "is completed."
    ),
    "facility_chief_tel": _("Not shown on the portal."),
    "facility_chief_email": _("Not shown on the portal."),
    "facility_operator_tel": _("Not shown on the portal."),
    "facility_operator_email": _("Not shown on the portal."),
    "facility_contact_post": _("The national platform asks for it."),
    "facility_video": _("An address only; the video itself stays where it is."),
}


def _slot(
    name: str, label: Any, *, paper: bool = False, least: int = 0, most: int = 3, hint: Any = ""
) -> SlotField:
    kinds, size = (PAPERS, 20) if paper else (PICTURES, 10)
    hint = hint or (PAPER_HINT if paper else PICTURE_HINT)
    return SlotField(Slot(name, label, hint, kinds, size, least=least, most=most))


class FacilityFields(RecordForm):
    """The fields that are not plain columns, and the rules of the section."""

    facility_chief_tel = PhoneField(
        label=_("Telephone of the chief scientist"), max_length=20, help_text=HELP["facility_chief_tel"]
    )
    facility_operator_tel = PhoneField(
        label=_("Telephone of the head of operation"), max_length=20, help_text=HELP["facility_operator_tel"]
    )
    facility_layout = _slot("facility_layout", _("Drawing of the layout"), least=1)
    facility_parts = _slot("facility_parts", _("Pictures of the key parts"))
    facility_operation = _slot("facility_operation", _("Pictures of experiments"))
    facility_management = _slot(
        "facility_management", _("Rules of organisation and management"), paper=True, least=1
    )
    facility_opening = _slot("facility_opening", _("Rules for opening and fees"), paper=True, least=1)
    facility_application = _slot(
        "facility_application", _("Rules for applying to use the facility"), paper=True, least=1
    )
    facility_results = _slot(
        "facility_results", _("Results (attachments)"), paper=True, most=5,
        hint=_("pdf or docx, up to 20 MB each, five at most."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every: dict[str, Any] = self.fields  # of a table's row, those of the table alone
        for name in every.keys() & {*ALWAYS, *SLOTS}:
            every[name].is_mandatory = True  # asked for by check_facility, only of a 设施
        for name in every.keys() & {*WHEN_BUILT}:
            every[name].is_mandatory = None

    def check_facility(self, cleaned: dict[str, Any]) -> None:
        """设施 without F5b is not submitted; nor is what the national platform would not take."""
        for name, most in NATIONAL_LENGTHS.items():
            if len(cleaned.get(name) or "") > most:
                message = _("The national platform takes at most %(most)d characters here. Shorten it.")
                self.add_error(name, ValidationError(message, params={"most": most}))
        for name in ALWAYS:
            self.need(name, cleaned)
        if cleaned.get("facility_construction") == Construction.BUILT:
            for name in WHEN_BUILT:
                self.need(name, cleaned)
