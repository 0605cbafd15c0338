from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.choices import UnitNature
from keyi.codes.models import CodeItem
from keyi.core.history import keep_history
from keyi.core.sealed import SealedCharField
from keyi.records.choices import Affiliation, Education, Gender
from keyi.records.content import own_fields, read_fields, read_files
from keyi.review.models import Record

from . import public
from .constraints import filled_when_reviewed


def code_item(label: Any, **kwargs: Any) -> models.ForeignKey:
    """A column that holds one item of a code list."""
    return models.ForeignKey(
        CodeItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label, **kwargs
    )


def degrees(label: Any, least: str, most: str) -> models.DecimalField:
    """A coordinate inside the rectangle around Hunan."""
    limits = [MinValueValidator(Decimal(least)), MaxValueValidator(Decimal(most))]
    return models.DecimalField(
        label, max_digits=9, decimal_places=6, null=True, blank=True, validators=limits
    )


def longitude_column() -> models.DecimalField:
    return degrees(_("Longitude"), "108.78", "114.26")


def latitude_column() -> models.DecimalField:
    return degrees(_("Latitude"), "24.63", "30.13")


@keep_history()
class Institution(Record):
    """单位信息 (form F2) with the 申请书 (F9): what a legal unit says of itself. One per 法人单位."""

    record_kind = "institutions"

    name = models.CharField(_("Unit name"), max_length=100, blank=True)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    org_code = models.CharField(_("Organisation code"), max_length=10, blank=True)
    nature = models.CharField(_("Nature of the unit"), max_length=20, choices=UnitNature, blank=True)
    affiliation = models.CharField(_("Affiliation"), max_length=20, choices=Affiliation, blank=True)
    competent_dept = models.CharField(_("Competent department"), max_length=100, blank=True)
    legal_person = models.CharField(_("Legal representative"), max_length=20, blank=True)
    industry = code_item(_("Industry"))
    is_hightech = models.BooleanField(_("High-tech enterprise"), null=True, blank=True)
    hightech_number = models.CharField(_("High-tech certificate number"), max_length=50, blank=True)
    division = code_item(_("County"))
    street = models.CharField(_("Street address"), max_length=100, blank=True)
    postcode = models.CharField(_("Postcode"), max_length=6, blank=True)
    longitude = longitude_column()
    latitude = latitude_column()
    instrument_dept = models.CharField(_("Instrument management department"), max_length=50, blank=True)
    contact = models.CharField(_("Contact person"), max_length=20, blank=True)
    tel = models.CharField(_("Contact telephone"), max_length=20, blank=True)
    email = models.EmailField(_("E-mail"), max_length=50, blank=True)
    fax = models.CharField(_("Fax"), max_length=20, blank=True)
    is_contact_public = models.BooleanField(
        _("Publish the contact person's name and office telephone"), default=False
    )
    website = models.URLField(_("Website"), max_length=100, blank=True)
    service_url = models.URLField(_("Online service platform"), max_length=100, blank=True)
    service_year = models.PositiveSmallIntegerField(_("Year it was set up"), null=True, blank=True)
    intro = models.TextField(_("Introduction of the unit"), max_length=1000, blank=True)
    service_scope = models.TextField(_("Fields of service"), max_length=300, blank=True)
    subjects = models.ManyToManyField(CodeItem, blank=True, related_name="+", verbose_name=_("Main subjects"))
    qualifications = models.JSONField(_("Qualifications"), default=list, blank=True)
    join_reason = models.TextField(_("Reasons for joining and planned work"), max_length=500, blank=True)
    # 共享平台管理员情况表
    admin_name = models.CharField(_("Administrator's name"), max_length=20, blank=True)
    admin_gender = models.CharField(_("Gender"), max_length=10, choices=Gender, blank=True)
    admin_birth_month = SealedCharField(_("Month of birth"), max_length=7, blank=True)  # "1985-03"
    admin_education = models.CharField(_("Education"), max_length=20, choices=Education, blank=True)
    admin_post = models.CharField(_("Post"), max_length=30, blank=True)
    admin_title = models.CharField(_("Professional title"), max_length=30, blank=True)
    admin_mobile = SealedCharField(_("Mobile phone"), max_length=11, blank=True)
    admin_tel = models.CharField(_("Office telephone"), max_length=20, blank=True)
    admin_email = models.EmailField(_("Administrator's e-mail"), max_length=50, blank=True)
    admin_qq = SealedCharField(_("QQ number"), max_length=12, blank=True)
    admin_wechat = SealedCharField(_("WeChat number"), max_length=30, blank=True)

    class Meta(Record.Meta):
        verbose_name = pgettext_lazy("record", "Unit information")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["unit"], name="institution_once_per_unit"),
            models.CheckConstraint(
                condition=Q(nature__in=["", *UnitNature.values]), name="institution_nature_known"
            ),
            filled_when_reviewed(
                "institution_filled_when_reviewed",
                texts=(
                    "name", "nature", "affiliation", "legal_person", "street", "postcode",
                    "instrument_dept", "contact",
                    "tel", "email", "intro", "join_reason", "admin_name", "admin_post", "admin_mobile",
                    "admin_tel",
                    "admin_email",
                ),
                others=("division",),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name or self.unit.name

    def prepare_publication(self) -> None:
        """The reviewed name, nature and county are from now on those of the unit in the tree."""
        self.unit.name, self.unit.nature, self.unit.division = self.name, self.nature, self.division
        self.unit.save(update_fields=["name", "nature", "division", "path"])

    def public_copy(self) -> dict[str, Any]:
        return public.institution_copy(self)

    def snapshot(self) -> dict[str, Any]:
        fields = {**read_fields(self, own_fields(self)), "uscc": self.unit.uscc}
        return {"fields": fields, "files": read_files(self)}
