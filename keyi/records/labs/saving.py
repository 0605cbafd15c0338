"""Saving a valid form of a laboratory: the same for the page and for every program that fills one in."""

from django.utils.translation import gettext_lazy as _

from keyi.accounts.models import OrgUnit, User
from keyi.audit import log

from .forms import LabForm

TAKEN = _("There is already a laboratory of this name here.")


def save(form: LabForm, user: User) -> OrgUnit:
    """Raises IntegrityError where a race took the name: run it in a transaction of its own."""
    is_new = form.instance.pk is None
    lab = form.save()
    log.record(user, "lab.create" if is_new else "lab.save", lab, changed=form.changed_data)
    return lab
