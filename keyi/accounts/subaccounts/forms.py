"""实验室（院系）账号 (form F8)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyi.core.text import mask_name

from ..forms.fields import CHOOSE, EmailField, NameField, UsernameField, mobile_field
from ..models import Membership, OrgUnit, User
from ..roles import Role

L = OrgUnit.Level


class LabTree(forms.RadioSelect):
    """One laboratory of the tree. Those that have an account are shown, and cannot be chosen."""

    template_name = "accounts/subaccounts/lab_tree.html"
    accounts: dict[int, str]  # of the laboratories that are taken: the account's name
    parents: dict[int, int]  # of the laboratories of the third level: their department

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = [option for _group, group, _index in context["widget"]["optgroups"] for option in group]
        below: dict[int, list[Any]] = {}
        for option in options:
            below.setdefault(self.parents.get(_key(option), 0), []).append(option)
        tops = below.pop(0, [])
        context["tree"] = [(option, below.pop(_key(option), [])) for option in tops]
        context["tree"] += [(option, []) for rest in below.values() for option in rest]
        return context

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["account"] = self.accounts.get(_key(option), "")
        if option["account"]:
            option["attrs"]["disabled"] = True
        return option


def _key(option: dict[str, Any]) -> int:
    return int(str(option["value"]))


class LabField(forms.ModelChoiceField):
    widget = LabTree

    def label_from_instance(self, lab: OrgUnit) -> str:
        return lab.name

    def offer(self, labs: QuerySet) -> None:
        self.queryset = labs
        taken = Membership.objects.in_force().filter(role=Role.LAB_MANAGER, unit__in=labs)
        self.widget.accounts = dict(taken.values_list("unit_id", "user__username"))
        self.widget.parents = {lab.pk: lab.parent_id for lab in labs if lab.level == L.LAB}


class PersonForm(forms.Form):
    """Who uses the account."""

    real_name = NameField(
        label=pgettext_lazy("person", "Name"), max_length=20,
        help_text=gettext_lazy("The person who signs in with this account."),
    )  # fmt: skip
    mobile = mobile_field()
    email = EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("The link for setting the password goes there."),
    )


class AccountForm(PersonForm):
    """F8: the laboratory, the account name, the person."""

    lab = LabField(
        OrgUnit.objects.none(), label=gettext_lazy("Laboratory (department) it belongs to"), empty_label=None,
        help_text=gettext_lazy(
            "The account sees and enters what belongs to this one and to the laboratories below it. "
            "Each laboratory (department) can have one account."
        ),
        error_messages={"required": CHOOSE, "invalid_choice": gettext_lazy("Choose one of the list.")},
    )  # fmt: skip
    username = UsernameField(
        label=gettext_lazy("Account name"),
        help_text=gettext_lazy(
            "4 to 32 characters, a letter first, then only letters, digits and underscores. It cannot be changed later."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "k-w20"}),
    )
    field_order = ["lab", "username", "real_name", "mobile", "email"]

    def __init__(self, *args: Any, labs: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["lab"]
        field.offer(labs)

    def clean_lab(self) -> OrgUnit:
        lab = self.cleaned_data["lab"]
        running = Membership.objects.in_force().filter(unit=lab, role=Role.LAB_MANAGER)
        if taken := running.select_related("user").first():
            raise ValidationError(_taken_message(lab, taken.user), code="taken")
        return lab

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This account name is already taken. Choose another one."), code="taken")
        return username


def _taken_message(lab: OrgUnit, user: User) -> str:
    return _(
        "“%(lab)s” already has the account “%(account)s” (%(name)s); each laboratory (department) can have one. "
        "Switch that one off first, or send it a new link."
    ) % {"lab": lab.name, "account": user.username, "name": mask_name(user.real_name)}


class AccountQuery(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Laboratory, account or name"), required=False, max_length=100, strip=True
    )
