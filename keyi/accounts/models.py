from collections.abc import Collection
from datetime import timedelta
from typing import Self
from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Lower, Substr
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.codes.models import CodeItem
from keyi.core.history import keep_history
from keyi.core.sealed import SealedCharField, SealedTextField

from .choices import UnitNature
from .roles import CAPABILITIES, Role
from .scope import ScopedQuerySet


@keep_history()
class OrgUnit(models.Model):
    """A node of the organisation tree: province, city, 法人单位, 二级院系, 三级实验室.

    ``path`` is the chain of ids from the root, zero padded ("000001/000007/"), so a subtree is a prefix.
    """

    unit_lookup = ""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Province")
        CITY = "city", _("City")
        INSTITUTION = "institution", pgettext_lazy("organisation", "Unit")
        DEPARTMENT = "department", _("Department (second level)")
        LAB = "lab", _("Laboratory (third level)")

    level = models.CharField(_("level"), max_length=12, choices=Level, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=60, editable=False, unique=True)
    name = models.CharField(pgettext_lazy("organisation", "name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=20, blank=True)
    # 法人单位 only
    uscc = models.CharField(
        _("unified social credit code"), max_length=18, null=True, blank=True, unique=True
    )
    nature = models.CharField(_("nature of the unit"), max_length=20, choices=UnitNature, blank=True)
    division = models.ForeignKey(CodeItem, models.PROTECT, null=True, blank=True, related_name="+")
    has_first_review = models.BooleanField(
        _("the unit reviews its laboratories' submissions first"), default=False
    )
    # 实验室（院系） only
    manager = models.CharField(_("person in charge"), max_length=20, blank=True)
    tel = models.CharField(_("telephone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), max_length=50, blank=True)
    address = models.CharField(_("building"), max_length=100, blank=True)
    intro = models.CharField(_("introduction"), max_length=200, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("organisation", "organisation unit")
        ordering = ["path"]
        indexes = [models.Index(fields=["path"], name="org_path_prefix", opclasses=["varchar_pattern_ops"])]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(level__in=["department", "lab"]),
                name="org_name_once_under_parent",
                violation_error_message=_("There is already a laboratory of this name here."),
            ),
            models.CheckConstraint(
                condition=Q(level="institution", uscc__isnull=False)
                | ~Q(level="institution") & Q(uscc__isnull=True),
                name="org_institution_has_uscc",
            ),
            models.CheckConstraint(
                condition=Q(level="province", parent__isnull=True)
                | ~Q(level="province") & Q(parent__isnull=False),
                name="org_only_province_is_root",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, **kwargs) -> None:
        """Keep ``path`` in step with the parent, for this node and all below."""
        old_path = self.path
        if self._state.adding:
            self.path = f"new-{uuid4()}"
            super().save(**kwargs)
            kwargs = {**kwargs, "force_insert": False, "update_fields": None}
        self.path = f"{self.parent.path if self.parent else ''}{self.pk:06d}/"
        super().save(**kwargs)
        if old_path and old_path != self.path:
            below = OrgUnit.objects.filter(path__startswith=old_path).exclude(pk=self.pk)
            below.update(path=Concat(Value(self.path), Substr("path", len(old_path) + 1)))

    @property
    def is_lab(self) -> bool:
        """Whether instruments may be kept here: 二级院系 or 三级实验室."""
        return self.level in (self.Level.DEPARTMENT, self.Level.LAB)

    @property
    def institution_path(self) -> str:
        """The path of the 法人单位 this node belongs to; empty above it. Province and city are the first two ids."""
        steps = self.path.split("/")
        return "/".join(steps[:3]) + "/" if len(steps) > 3 else ""

    def ancestor_institution(self) -> "OrgUnit | None":
        """The 法人单位 this node belongs to, or is."""
        return OrgUnit.objects.filter(path=self.institution_path).first() if self.institution_path else None


@keep_history(fields=("username", "is_active", "email_verified_at", "terms_version", "session_round"))
class User(AbstractUser):
    """A person with an account. What the person may do stands in the memberships, nowhere here."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    real_name = models.CharField(_("real name"), max_length=20)
    mobile = SealedCharField(_("mobile phone"), max_length=11, blank=True)
    email = models.EmailField(_("e-mail"), max_length=50)
    email_verified_at = models.DateTimeField(_("e-mail confirmed at"), null=True, blank=True)
    terms_version = models.CharField(_("version of the terms agreed to"), max_length=20, blank=True)
    terms_agreed_at = models.DateTimeField(_("terms agreed to at"), null=True, blank=True)
    session_round = models.PositiveIntegerField(default=0, editable=False)  # raised to end every session

    REQUIRED_FIELDS = ["email", "real_name"]
    _held: frozenset[str] | None = None  # see narrow()
    acting: "Acting | None" = None  # see act_for()

    class Meta:
        verbose_name = _("account")
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="username_once_ignoring_case",
                violation_error_message=_("This account name is already taken. Choose another one."),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        return self.real_name

    def get_short_name(self) -> str:
        return self.real_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """As Django's, and of the round, so that switching an account off ends its sessions for good."""
        value = f"{self.password}:{self.session_round}"
        return salted_hmac("keyi.accounts.session", value, secret=secret, algorithm="sha256").hexdigest()

    def scope(self, capability: str) -> list[str]:
        """Paths of the units in whose subtrees this person holds ``capability``; read once per instance."""
        if self._held is not None and capability not in self._held:
            return []
        return [path for role, path in self.grants if capability in CAPABILITIES[role]]

    def narrow(self, unit: OrgUnit, held: Collection[str]) -> None:
        """From now on this instance holds only these capabilities, at the unit and below: a program acts for it."""
        deeper = [
            (role, max(path, unit.path, key=len))
            for role, path in self.grants
            if path.startswith(unit.path) or unit.path.startswith(path)
        ]
        self._grants, self._held = deeper, frozenset(held)

    def act_for(self, acting: "Acting") -> None:
        """For this request the person is the administrator of a unit, and nothing else."""
        self.acting = acting
        self.hold([Membership(user=self, unit=acting.unit, role=Role.INSTITUTION_ADMIN.value)])

    @property
    def grants(self) -> list[tuple[str, str]]:
        if not hasattr(self, "_grants"):
            self.hold(list(self.memberships.in_force().select_related("unit")))
        return self._grants

    def hold(self, memberships: list["Membership"]) -> None:
        """``memberships``: those in force, with their units."""
        self._memberships = memberships
        self._grants = [(m.role, m.unit.path) for m in memberships]

    @property
    def home(self) -> "Membership | None":
        """The first membership: names the unit and role in the page head."""
        return self._memberships[0] if self.grants else None


class MembershipQuerySet(ScopedQuerySet):
    def in_force(self) -> Self:
        return self.filter(ended_at__isnull=True).order_by("pk")


@keep_history()
class Membership(models.Model):
    """This person has this role at this node of the tree and everything below it, until it ends.

    A row that has ended is kept: it says who looked after the unit before.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role"], name="membership_once"),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(role="institution_admin", ended_at__isnull=True),
                name="one_administrator_per_unit",
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(role="lab_manager", ended_at__isnull=True),
                name="one_account_per_lab",
                violation_error_message=_(
                    "This laboratory (department) already has an account. "
                    "Switch that one off first, or send it a new link."
                ),
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.unit}"


class Acting(models.Model):
    """A time in which one of the province's people acted in a unit's name."""

    staff = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    reason = models.CharField(_("Reason"), max_length=200)
    started_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # sooner, by hand

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__lte=models.F("started_at") + timedelta(hours=1)), name="acting_ends_soon"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="acting_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.unit} {self.started_at}"


class Login(models.Model):
    """One successful sign-in, shown to its owner under 我的账号."""

    user = models.ForeignKey(User, models.CASCADE, related_name="logins")
    at = models.DateTimeField(_("time"), auto_now_add=True)
    address = models.GenericIPAddressField(_("network address"), null=True)
    browser = models.CharField(_("browser"), max_length=200, blank=True)
    session_key = models.CharField(max_length=40, blank=True, editable=False)  # while it may be open

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["user", "-at"], name="login_user")]

    def __str__(self) -> str:
        return f"{self.user} {self.at}"


class KeptInput(models.Model):
    """What somebody typed into a form and has not saved yet, raw, so that nothing typed is ever lost."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)  # the form's address
    data = SealedTextField()  # the form as the browser sent it (urlencoded)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "path"], name="kept_input_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.path}"


class PasswordHistory(models.Model):
    """Hashes of a person's earlier passwords: the last five may not be used again (等保 2.0)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="old_passwords")
    password = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} {self.at}"


class LinkMail(models.Model):
    """A mail with a link for setting a password that somebody else asked for, and what became of it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="link_mails")
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(
        null=True, blank=True
    )  # the last try that failed; the worker tries again

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(failed_at__isnull=True), name="link_mail_sent_or_failed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.asked_at}"


class Tally(models.Model):
    """How often something was done from one address or for one account since ``started_at``."""

    key = models.CharField(max_length=120, unique=True)  # "register:10.0.0.1"
    started_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key} {self.count}"


class SpentChallenge(models.Model):
    """A proof of work that was handed in; it does not count a second time."""

    signature = models.CharField(max_length=128, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.signature
