"""The query above the list of service records."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keyi.core.text import normalise
from keyi.services.choices import Client
from keyi.services.models import ServiceRecord

COLUMNS = ("instrument__name", "instrument__inventory_number", "number", "applicant_unit", "content")


class ServiceFilter(forms.Form):
    """Year, user, words. What cannot be read is ignored rather than answered with an error."""

    year = forms.IntegerField(required=False, min_value=2000, max_value=2099)
    client = forms.ChoiceField(choices=[("", _("All")), *Client.choices], required=False)
    instrument = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    q = forms.CharField(required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()

    @property
    def asked(self) -> dict[str, Any]:
        return getattr(self, "cleaned_data", {})

    @property
    def is_used(self) -> bool:
        return any(self.asked.get(name) for name in ("year", "client", "instrument", "q"))

    def apply(self, records: QuerySet[ServiceRecord]) -> QuerySet[ServiceRecord]:
        for name in ("year", "client", "instrument"):
            if value := self.asked.get(name):
                records = records.filter(**{name: value})
        for word in normalise(self.asked.get("q") or "").split()[:10]:
            anywhere = Q(pk__in=[])
            for column in COLUMNS:
                anywhere |= Q(**{f"{column}__icontains": word})
            records = records.filter(anywhere)
        return records
