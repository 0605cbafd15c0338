"""人员维护 (form F6): a person of the unit's list, or a new one typed once, and the work in this year."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.core.text import normalise
from keyi.core.widgets import CheckCards, ChoiceCards
from keyi.records.choices import Education, Gender
from keyi.records.forms.fields import PhoneField, TidyCharField, TidyEmailField
from keyi.reporting.choices import Employ, StaffKind
from keyi.reporting.models import AnnualStaff, Staff

MOST_OPTIONS = 500  # offered while typing; beyond, a name typed in full is found all the same
PERSON = ("name", "title", "tel", "email", "gender", "birth_month", "education", "post")
CHOOSE = [("", gettext_lazy("Choose"))]


def staff_label(staff: Staff) -> str:
    """How a person stands in the list: name, title, laboratory."""
    return f"{staff.name} · {staff.title} · {staff.unit.name}"


class StaffField(forms.CharField):
    """A person of the list by name, or by the whole line that the browser offers while typing."""

    widget = forms.TextInput(attrs={"list": "staff-options", "autocomplete": "off"})
    people: QuerySet[Staff]

    def offer(self, people: QuerySet[Staff]) -> None:
        self.people = people.select_related("unit")

    def options(self) -> list[str]:
        return [staff_label(one) for one in self.people[:MOST_OPTIONS]]

    def clean(self, value: Any) -> Staff | None:
        typed = normalise(super().clean(value) or "")
        if not typed:
            return None
        found = list(self.people.filter(name=typed.partition(" · ")[0].strip()))
        exact = [one for one in found if normalise(staff_label(one)) == typed] or found
        if not exact:
            raise ValidationError(
                _("“%(name)s” is not in the list. Choose one of the list, or fill in the new person below."),
                params={"name": typed},
            )
        if len(exact) > 1:
            lines = "；".join(self._with_number(one) for one in exact)
            raise ValidationError(
                _("Several people have this name. Write one of these: %(lines)s"), params={"lines": lines}
            )
        return exact[0]

    def _with_number(self, staff: Staff) -> str:
        return staff_label(staff)


class WorkForm(forms.Form):
    """What a person does at this instrument this year."""

    employ = forms.ChoiceField(
        label=gettext_lazy("Full-time or part-time"), choices=Employ, widget=ChoiceCards(in_row=True)
    )
    cert = TidyCharField(
        label=gettext_lazy("Qualification or training"), max_length=100, required=False,
        help_text=gettext_lazy("For example: trained by the maker, licence for pressure vessels."),
    )  # fmt: skip
    cert_on = forms.DateField(
        label=gettext_lazy("Date of the qualification"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


class PersonFields(forms.Form):
    """The person's own data, as the list keeps them."""

    name = TidyCharField(label=pgettext_lazy("person", "Name"), max_length=20)
    title = TidyCharField(
        label=gettext_lazy("Professional title"), max_length=30,
        help_text=gettext_lazy("For example: engineer. Without one write “none”."),
    )  # fmt: skip
    tel = PhoneField(
        label=pgettext_lazy("person", "Telephone"), max_length=20, required=False,
        help_text=gettext_lazy("Telephone or e-mail, one of them at least."),
    )  # fmt: skip
    email = TidyEmailField(label=gettext_lazy("E-mail"), max_length=50, required=False)
    gender = forms.ChoiceField(
        label=gettext_lazy("Gender"), choices=[*CHOOSE, *Gender.choices], required=False
    )
    birth_month = forms.RegexField(
        r"^(19|20)\d\d-(0[1-9]|1[0-2])$", label=gettext_lazy("Month of birth"), required=False,
        widget=forms.TextInput(attrs={"placeholder": "1985-03"}),
        error_messages={"invalid": gettext_lazy("Write year and month, for example 1985-03.")},
    )  # fmt: skip
    education = forms.ChoiceField(
        label=gettext_lazy("Education"), choices=[*CHOOSE, *Education.choices], required=False
    )
    post = TidyCharField(label=gettext_lazy("Post"), max_length=30, required=False)

    def need_one_way(self, cleaned: dict[str, Any]) -> None:
        if not {"tel", "email"} & self.errors.keys() and not (cleaned.get("tel") or cleaned.get("email")):
            self.add_error("tel", _("Fill in the telephone or the e-mail, one of them at least."))


class AddStaffForm(PersonFields, WorkForm):
    """新增: choose a person, or type a new one; then the work."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kind of work"), choices=StaffKind, widget=CheckCards(in_row=True),
        error_messages={"required": gettext_lazy("Tick one or both.")},
    )  # fmt: skip
    staff = StaffField(
        label=gettext_lazy("Person of the unit's list"), required=False,
        help_text=gettext_lazy("Type the name and choose. Everybody has to be typed only once."),
    )  # fmt: skip
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=pgettext_lazy("person", "Belongs to"), required=False, empty_label=None,
        help_text=gettext_lazy("Who may choose this person later: this laboratory only, or the whole unit."),
    )  # fmt: skip
    field_order = ("staff", *PERSON, "unit", "kinds", "employ", "cert", "cert_on")
    WORK: ClassVar = ("kinds", "employ", "cert", "cert_on")

    def __init__(self, *args: Any, user: User, place: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        institution, lab = place.instrument.institution, place.instrument.unit
        self.people = Staff.objects.choosable(user, institution)
        self.fields["staff"].offer(self.people)  # type: ignore[attr-defined]
        self.units = self._units(user, institution, lab)
        self.fields["unit"].queryset = self.units  # type: ignore[attr-defined]
        self.initial.setdefault("unit", lab.pk)
        for name in ("name", "title"):
            self.fields[name].required, self.fields[name].is_mandatory = False, True  # type: ignore[attr-defined]
        self.fields["unit"].is_mandatory = True  # type: ignore[attr-defined]
        self.fields["staff"].is_mandatory = self.fields["tel"].is_mandatory = None  # type: ignore[attr-defined]
        self.fields["email"].is_mandatory = None  # type: ignore[attr-defined]

    def _units(self, user: User, institution: OrgUnit, lab: OrgUnit) -> QuerySet[OrgUnit]:
        """Nodes on the way from the unit to the instrument at which this person may enter people."""
        steps = lab.path.rstrip("/").split("/")
        way = ["/".join(steps[: n + 1]) + "/" for n in range(len(steps))]
        own = OrgUnit.objects.for_user(user, Capability.EDIT)
        return own.filter(Q(path__in=way), path__startswith=institution.path).order_by("-path")

    @property
    def is_new(self) -> bool:
        return any(self.data.get(name, "").strip() for name in ("name", "title", "tel", "email"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "staff" in self.errors or cleaned.get("staff"):
            return cleaned
        if not self.is_new:
            self.add_error("staff", _("Choose a person of the list, or fill in a new one below."))
            return cleaned
        for name in ("name", "title"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(
                    name, ValidationError(self.fields[name].error_messages["required"], "required")
                )
        self.need_one_way(cleaned)
        cleaned["unit"] = cleaned.get("unit") or self.units.first()
        return cleaned

    def person(self) -> Staff:
        """The chosen person, or the new one, who is the known one where somebody typed a known one again."""
        data = self.cleaned_data
        if data["staff"]:
            return data["staff"]
        key = {name: data[name] for name in ("unit", "name", "tel", "email")}
        rest = {name: data[name] for name in PERSON if name not in key}
        staff, is_new = Staff.objects.get_or_create(**key, defaults=rest)
        if not is_new and not staff.is_active:
            Staff.objects.filter(pk=staff.pk).update(is_active=True)
        return staff


class EditStaffForm(PersonFields, WorkForm):
    """Change one row. The person's own data may only be changed by who may write where the person belongs."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of work"), choices=StaffKind, widget=ChoiceCards(in_row=True)
    )
    has_left = forms.BooleanField(
        label=gettext_lazy("This person has left"), required=False,
        help_text=gettext_lazy("Then nobody can choose this person any more; earlier years stay as they are."),
    )  # fmt: skip
    field_order = ("kind", "employ", "cert", "cert_on", *PERSON, "has_left")

    def __init__(self, *args: Any, row: AnnualStaff, may_edit_person: bool, **kwargs: Any) -> None:
        self.row, self.may_edit_person = row, may_edit_person
        work = {name: getattr(row, name) for name in ("kind", "employ", "cert", "cert_on")}
        person = {name: getattr(row.staff, name) for name in PERSON}
        left = {"has_left": not row.staff.is_active}
        self.shown_name = row.staff.name
        kwargs["initial"] = person | left | work | {"title": row.title}
        super().__init__(*args, **kwargs)
        if not may_edit_person:
            for name in (*PERSON, "has_left"):
                del self.fields[name]
        else:
            self.fields["tel"].is_mandatory = self.fields["email"].is_mandatory = None  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.may_edit_person:
            self.need_one_way(cleaned)
            self._refuse_double(cleaned)
        return cleaned

    def _refuse_double(self, cleaned: dict[str, Any]) -> None:
        key = {name: cleaned.get(name, "") for name in ("name", "tel", "email")}
        staff = self.row.staff
        if Staff.objects.filter(unit=staff.unit_id, **key).exclude(pk=staff.pk).exists():
            self.add_error("name", _("Another person of the list has the same name, telephone and e-mail."))

    def put(self) -> AnnualStaff:
        """The row and its person with the new values, not saved."""
        row, data = self.row, self.cleaned_data
        for name in ("kind", "employ", "cert", "cert_on"):
            setattr(row, name, data[name])
        if self.may_edit_person:
            for name in PERSON:
                setattr(row.staff, name, data[name])
            row.title, row.staff.is_active = data["title"], not data["has_left"]
        return row
