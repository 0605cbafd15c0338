"""The sentences beside the fields of the instrument form: the guide's six notes among them."""

from django.utils.translation import gettext_lazy as _

from keyi.records.choices import InstrumentKind, ShareMode

KIND_HINTS = {
    InstrumentKind.INSTRUMENT: _(
        "A single set of equipment. Choose this unless it is a large research facility."
    ),
    InstrumentKind.FACILITY: _("Only for large research facilities approved as such."),
}
SHARE_HINTS = {
    ShareMode.EXTERNAL: _("For people inside and outside the unit"),
    ShareMode.INTERNAL: _("Only for the unit's own people"),
    ShareMode.NONE: _("A reason is needed and will be reviewed"),
}
HELP = {
    "kind": _(
        "With “Facility” the form gets a part of its own at its end; if it is not there yet, save once."
    ),
    "name": _("The standard name on the plate, no brand alone."),
    "name_en": _("Leave it empty if there is none."),
    "inventory_number": _("The asset number in the unit's own accounts, unique in the unit."),
    "model_name": _("As on the plate."),
    "has_no_platform": _("Tick this if the instrument belongs to no innovation platform."),
    "lab": _("If it is not listed, add it under “Laboratories (departments)” first."),
    "category": _("Type a name, code, pinyin or initials."),
    "manufacturer": _("The maker, not the dealer."),
    "value_wan": _("In units of 10,000 CNY, two decimals. Accessories of a set are included."),
    "funds": _("One row per source. If amounts are given they add up to the original value."),
    "booked_on": _("The date on which the asset department entered it."),
    "is_modified": _("Whether it was rebuilt after it came to the unit. If yes, write what was changed."),
    "technical": _("Write exact figures with units, no adjectives and no abbreviations."),
    "function": _("What it can measure or make, for which samples."),
    "service_content": _("The tests and analyses that others can order."),
    "typical_result": _("Leave it empty if there is none."),
    "fees": _("One row per item; tick “by agreement” where the price depends on the case."),
    "is_fee_negotiable": _("Tick this if all fees depend on the case."),
    "open_hours": _("Needed when shared with everyone."),
    "user_notice": _("Conditions, way, times, steps and papers for using it."),
    "booking_url": _("Only if the unit runs its own booking page."),
    "building": _("The building, for example: chemistry building."),
    "floor": _("Down to the floor, for example: 3rd floor."),
    "room": _("Not shown on the portal."),
    "longitude": _("Within Hunan: 108.78 to 114.26."),
    "latitude": _("Within Hunan: 24.63 to 30.13."),
    "is_contact_public": _("Without this tick the portal shows only the unit's own telephone."),
    "is_customs_supervised": _("Duty-free goods within three years of release."),
    "photos": _(
        "Clear and real, showing the whole instrument; no pictures from the web, no people in them. "
        "jpg or png, up to 5 MB each, at least 800 × 600 pixels. The place where it was taken is removed."
    ),
}
