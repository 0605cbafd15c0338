"""The type of text that people read, translated now or when it is shown."""

from typing import TYPE_CHECKING, TypeAlias

from django.utils.functional import Promise

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Label: TypeAlias = StrOrPromise
else:
    Label: TypeAlias = str | Promise
