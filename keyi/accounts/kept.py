"""Nothing typed is ever lost: what somebody typed and has not saved, kept raw per person and form address."""

from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import KeptInput, User

LARGEST = 256 * 1024  # characters of one form as the browser sends it
MOST_FORMS = 50
LONGEST_PATH = 200  # as the column
KEPT_FOR = timedelta(days=90)
PATH_PARAM = "_path"
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "altcha", PATH_PARAM})


def strip(data: QueryDict) -> str:
    """The typed part of a form, urlencoded: no token, no password. Files are no part of it anyway."""
    typed = QueryDict(mutable=True)
    for name, values in data.lists():
        if name not in _NOT_TYPED and "password" not in name.lower():
            typed.setlist(name, values)
    return typed.urlencode()


def is_form_path(path: str) -> bool:
    return path.startswith("/") and not path.startswith("//") and len(path) <= LONGEST_PATH


def keep(user: User, path: str, data: QueryDict) -> bool:
    """Keep what was typed into the form at ``path``; False when it is too much to keep."""
    if sum(len(text) for _name, values in data.lists() for text in values) > LARGEST:
        return False  # encoded it would be longer still
    return keep_text(user, path, strip(data))


def keep_text(user: User, path: str, text: str) -> bool:
    if len(text) > LARGEST or not is_form_path(path):
        return False
    KeptInput.objects.update_or_create(user=user, path=path, defaults={"data": text})
    mine = KeptInput.objects.filter(user=user).order_by("-saved_at", "-pk")
    mine.exclude(pk__in=list(mine.values_list("pk", flat=True)[:MOST_FORMS])).delete()
    mine.filter(saved_at__lt=timezone.now() - KEPT_FOR).delete()
    return True


def kept(user: User, path: str) -> tuple[QueryDict, datetime] | None:
    """What this person last typed into the form at ``path`` without saving, and when."""
    row = KeptInput.objects.filter(user=user, path=path).first()
    return (QueryDict(row.data), row.saved_at) if row else None


def restore(request: HttpRequest, form: forms.BaseForm) -> None:
    """Start the form of this page with what its author typed before the session ended, and say so."""
    found = (
        kept(request.user, request.path)
        if request.method == "GET" and isinstance(request.user, User)
        else None
    )
    if found is None:
        return
    data, at = found
    for name, field in form.fields.items():
        if isinstance(field, forms.BooleanField):
            form.initial[name] = name in data
        elif name in data:
            form.initial[name] = data[name]
    text = _("What you typed at %(at)s and had not saved is back. Check it, then save.")
    messages.warning(request, text % {"at": date_format(timezone.localtime(at), "Y-m-d H:i")})


def forget(user: User, path: str) -> None:
    """The form was saved, or is gone."""
    KeptInput.objects.filter(user=user, path=path).delete()
