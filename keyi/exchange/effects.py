"""Saving a unit's 服务成效 of a year: its texts, its tables, and its place in the outbox."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from keyi.accounts.models import OrgUnit, User
from keyi.api.posted import refused
from keyi.api.problems import Problem
from keyi.audit import log
from keyi.reporting import years

from . import outbox, tables
from .forms import EffectForm
from .models import NationalCode, UnitEffect


@transaction.atomic
def save(form: EffectForm, user: User) -> UnitEffect:
    """Save a valid form."""
    effect = form.instance
    effect.saved_by = user
    form.save()
    made = tables.make(effect)
    code = NationalCode.objects.select_related("unit").filter(unit=effect.unit_id, is_on=True).first()
    if code is not None:
        outbox.put_effect(code, effect, {element: table.address for element, table in made.items()})
    log.record(user, "national.effect", effect, year=effect.year)
    return effect


def take(user: User, unit: OrgUnit, said: dict[str, Any]) -> UnitEffect:
    """From another system, for the year that is open: the interface names none. Raises Problem."""
    if unit.level != OrgUnit.Level.INSTITUTION:
        raise Problem(403, _("Only a token of the whole unit can do this."))
    year = next((one.number for one in years.years(unit) if one.is_open), None)
    if year is None:
        raise Problem(409, _("No year is open for maintenance now."))
    effect = UnitEffect.objects.filter(unit=unit, year=year).first() or UnitEffect(unit=unit, year=year)
    form = EffectForm(said, instance=effect)
    if not form.is_valid():
        raise refused(form)
    return save(form, user)
