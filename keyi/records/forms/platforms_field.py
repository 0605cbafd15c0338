"""所属创新平台/机构: the tick boxes of the instrument form."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyi.codes import memory
from keyi.core.labels import Label
from keyi.core.text import normalise
from keyi.core.widgets import CheckCards
from keyi.records.choices import PlatformKind
from keyi.records.models import Instrument, Platform


class PlatformsField(forms.ModelMultipleChoiceField):
    """The published platforms of the instrument's unit; and those it is linked to already, whatever became of them."""

    def __init__(self) -> None:
        super().__init__(
            Platform.objects.none(),
            required=False,
            label=gettext_lazy("Innovation platforms it belongs to"),
            widget=CheckCards(),
            help_text=gettext_lazy(
                "Several are possible. Only your unit's published platforms and testing institutions are listed; "
                "if it belongs to none, choose “Belongs to no innovation platform” at the lower right."
            ),
            error_messages={
                "invalid_choice": gettext_lazy("Choose from the platforms that are listed here."),
                "invalid_pk_value": gettext_lazy("Choose from the platforms that are listed here."),
            },
        )
        self.is_mandatory = True

    def clean(self, value: Any) -> list[Platform]:  # type: ignore[override]
        return list(super().clean([self._key(typed) for typed in value])) if value else []

    def _key(self, typed: Any) -> Any:
        """Tables and programs write the name instead of the key."""
        if str(typed).isdigit():
            return typed
        found: Any = self.queryset
        key = found.filter(name=normalise(str(typed))).values_list("pk", flat=True).first()
        return typed if key is None else key

    def offer(self, record: Instrument) -> None:
        """Set what can be ticked for this instrument."""
        key = ("platforms", record.unit.institution_path)
        found = memory.recall(key) if record.pk is None else None
        if found is None:
            known = Q(is_public=True) | (Q(instruments=record.pk) if record.pk else Q(pk__in=[]))
            found = Platform.objects.of_unit(record.unit).filter(known).distinct().order_by("name", "pk")
            if record.pk is None:
                memory.remember(key, found)
        self.queryset = found
        self.widget.meanings = _Meanings(found)  # type: ignore[attr-defined]


class _Meanings(dict[Any, Label]):
    """The line below each name, made when the boxes are drawn."""

    def __init__(self, platforms: Any) -> None:
        super().__init__()
        self.platforms = platforms

    def get(self, key: Any, default: Any = None) -> Any:
        if not self:
            self.update((str(platform.pk), meaning(platform)) for platform in self.platforms)
        return super().get(key, default)


def meaning(platform: Platform) -> str:
    """“省部级 · 2016 年认定”, “检测机构 · CMA”; and that it is offline."""
    if not platform.is_public:
        return _("Offline: the link is kept. Take the tick away if the instrument no longer belongs to it.")
    words = [platform.get_kind_display()] if platform.kind == PlatformKind.TESTING else []
    words.append(platform.get_level_display())
    if platform.approved_on:
        words.append(_("recognised in %(year)s") % {"year": platform.approved_on.year})
    if platform.cma_number:
        words.append("CMA")
    return "\u00a0· ".join(str(word) for word in words)
