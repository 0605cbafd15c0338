"""Form fields that forgive harmless input, and the place where a record's files are attached."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from keyi.core.labels import Label
from keyi.core.text import check_phone, narrow, normalise, refuse_emoji
from keyi.core.widgets import ChoiceCards
from keyi.records.models.files import RecordFile

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class TidyCharField(forms.CharField):
    """One line: full-width letters and digits, stray blanks and control characters do not matter."""

    def to_python(self, value: Any) -> str:
        return refuse_emoji(normalise(super().to_python(value) or ""))


class TidyTextField(forms.CharField):
    """Several lines, tidied like one. The limit is checked after tidying, and the browser's is left off."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return normalise(super().to_python(value) or "", multiline=True)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)  # a browser would cut silently; the counter tells instead
        return {
            **attrs,
            "rows": 2 if (self.max_length or 0) <= 300 else 3 if (self.max_length or 0) <= 500 else 6,
        }


class TidyDecimalField(forms.DecimalField):
    """A number: full-width digits, blanks and thousands separators do not matter."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(narrow(value).replace(",", "") if isinstance(value, str) else value)


class TidyEmailField(forms.EmailField):
    def to_python(self, value: Any) -> str:
        return narrow(super().to_python(value) or "")


class YesNoField(forms.TypedChoiceField):
    """是 or 否, with no answer until one is given."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ChoiceCards(in_row=True))
        super().__init__(choices=YES_NO, coerce=lambda value: value == "yes", empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)


class PhoneField(TidyCharField):
    """A landline with area code, or a mobile number."""

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        return check_phone(value) if value else value


UPLOAD_IT = _("Upload the file.")


@dataclass(frozen=True)
class Slot:
    """One place for files in a form: what may go there, how many, how large."""

    name: str
    label: Label
    hint: Label
    kinds: tuple[str, ...]  # extensions, as core.files knows them
    max_mb: int
    least: int = 0
    most: int = 1
    is_photo: bool = False  # one picture each, scaled and cleaned by the server
    is_titled: bool = False  # asks for a title and a date of issue
    empty_message: Label = UPLOAD_IT


class FileDetailsForm(forms.Form):
    """Title and date of issue of one attached file, for slots that ask for them."""

    title = TidyCharField(label=_("Title"), max_length=100)
    issued_on = forms.DateField(
        label=_("Date of issue"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class Attached:
    """The files of a record's slots, or of a year's; read from the database once, when somebody first asks."""

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    def of(self, slot: str) -> list[RecordFile]:
        return self._by_slot.get(slot, [])

    @cached_property
    def _by_slot(self) -> dict[str, list[RecordFile]]:
        files = self.owner.files.current() if self.owner.pk else []
        return {slot: list(some) for slot, some in groupby(files, lambda file: file.slot)}


class SlotWidget(forms.Widget):
    """Shows the files that are there, with buttons to order and delete them, and a file input for more."""

    template_name = "records/widgets/slot.html"
    needs_multipart_form = True
    attached: Attached | None = None
    slot: Slot
    details: dict[str, FileDetailsForm]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        files = self.attached.of(self.slot.name) if self.attached else []
        rows = [(file, self.details.get(file.token)) for file in files]
        left = max(self.slot.most - len(files), 0)
        described_by = context["widget"]["attrs"].get("aria-describedby", "")
        return {**context, "slot": self.slot, "rows": rows, "left": left, "described_by": described_by}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> None:
        return None  # uploads are taken by records/uploads.py, one by one


class SlotField(forms.Field):
    """Stands for a slot among the form's fields, so that its label, hint and errors are like any other's."""

    def __init__(self, slot: Slot) -> None:
        self.slot = slot
        super().__init__(required=False, label=slot.label, help_text=slot.hint, widget=SlotWidget())
        self.widget.slot = slot
        self.attached: Attached | None = None

    def bind(self, attached: Attached, data: Any) -> None:
        """Tie the field to its record's files, and to what was typed beside them if anything was."""
        self.attached = self.widget.attached = attached
        self.widget.details = {}
        if not self.slot.is_titled:
            return
        for file in attached.of(self.slot.name):
            prefix = f"file-{file.token}"
            typed = data if data is not None and f"{prefix}-title" in data else None
            initial = {"title": file.title, "issued_on": file.issued_on}
            self.widget.details[file.token] = FileDetailsForm(typed, prefix=prefix, initial=initial)

    def faulty_details(self) -> bool:
        """Whether a title or date typed beside a file is wrong; the faults stand at their inputs."""
        return any(form.is_bound and not form.is_valid() for form in self.widget.details.values())

    def save_details(self) -> None:
        if not self.attached or not any(form.is_bound for form in self.widget.details.values()):
            return
        for file in self.attached.of(self.slot.name):
            form = self.widget.details.get(file.token)
            if form is not None and form.is_bound and form.has_changed():
                file.title, file.issued_on = form.cleaned_data["title"], form.cleaned_data["issued_on"]
                file.save(update_fields=["title", "issued_on"])

    def problem(self) -> ValidationError | None:
        """Why the slot is not filled well enough for a submission."""
        count = len(self.attached.of(self.slot.name)) if self.attached else 0
        return (
            ValidationError(self.slot.empty_message, code="slot_empty") if count < self.slot.least else None
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> "SlotField":
        copy = super().__deepcopy__(memo)
        copy.widget.slot, copy.widget.details = self.slot, {}
        return copy


def slots_of(form_class: type[forms.BaseForm]) -> dict[str, Slot]:
    fields: dict[str, forms.Field] = getattr(form_class, "base_fields", {})
    return {name: field.slot for name, field in fields.items() if isinstance(field, SlotField)}
