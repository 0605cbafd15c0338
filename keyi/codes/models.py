from django.db import models
from django.utils.translation import gettext_lazy as _


class CodeList(models.TextChoices):
    """The lists an operator may replace from CSV."""

    DIVISION = "division", _("Administrative divisions")
    COUNTRY = "country", _("Countries")
    INDUSTRY = "industry", _("Industries")
    SUBJECT = "subject", _("Subjects")
    INSTRUMENT_CLASS = "instrument_class", _("Instrument classes")
    ASSET = "asset", _("Fixed-asset classes")
    PLATFORM_TYPE = "platform_type", _("Innovation platform types")


class CodeQuerySet(models.QuerySet["CodeItem"]):
    def in_use(self, code_list: str) -> "CodeQuerySet":
        """The items of one list that may still be chosen, in the list's own order."""
        return self.filter(code_list=code_list, is_retired=False)


class CodeItem(models.Model):
    """One entry of a code list. Never deleted once loaded, only retired, so that old records keep their meaning."""

    key = models.CharField(primary_key=True, max_length=60, editable=False)  # "division:430104"
    code_list = models.CharField(_("list"), max_length=30, choices=CodeList)
    code = models.CharField(_("code"), max_length=30)
    label = models.CharField(_("label"), max_length=100)
    label_en = models.CharField(_("English label"), max_length=100, blank=True)
    full_label = models.CharField(_("label with its parents"), max_length=300)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    level = models.PositiveSmallIntegerField(_("level"), default=1)
    order = models.PositiveIntegerField(_("order"), default=0)
    pinyin = models.CharField(max_length=500, editable=False)  # "toushedianjing", for typing and sorting
    initials = models.CharField(max_length=100, editable=False)  # "tsdj"
    is_retired = models.BooleanField(_("retired"), default=False)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code")
        ordering = ["code_list", "order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code_list", "code"], name="code_once_in_list"),
            models.CheckConstraint(condition=models.Q(code_list__in=CodeList.values), name="code_list_known"),
        ]

    def __str__(self) -> str:
        return self.label
