"""The table of sheets. A new kind of table is a row here."""

from keyi.accounts.roles import Capability
from keyi.sheets.sheet import Sheet

from .instruments import INSTRUMENTS
from .labs import LABS
from .services import SERVICES
from .upkeep import OPERATIONS, STAFF

SHEETS: dict[str, Sheet] = {sheet.slug: sheet for sheet in (INSTRUMENTS, LABS, STAFF, OPERATIONS, SERVICES)}
NEEDS = dict.fromkeys(SHEETS, Capability.EDIT) | {LABS.slug: Capability.MANAGE_LABS}


class SheetConverter:
    """``<sheet:sheet>`` in an address."""

    regex = "|".join(SHEETS)

    def to_python(self, value: str) -> Sheet:
        return SHEETS[value]

    def to_url(self, sheet: Sheet | str) -> str:
        return sheet.slug if isinstance(sheet, Sheet) else sheet
