import uuid
from typing import Self

from django.db import models
from django.utils.translation import get_language
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


CODE_KNOWN = frozenset({CodeList.INSTRUMENT_CLASS, CodeList.ASSET, CodeList.INDUSTRY, CodeList.SUBJECT})


class CodeQuerySet(models.QuerySet["CodeItem"]):
    def in_use(self, code_list: str) -> Self:
        """The items of one list that may still be chosen, in the list's own order."""
        return self.filter(code_list=code_list, is_retired=False)

    def of_list(self, code_list: str) -> Self:
        """All items of one list, retired ones too."""
        return self.filter(code_list=code_list)

    def leaves(self, code_list: str) -> Self:
        """The smallest items that are loaded: those in use with nothing in use below them."""
        below = CodeItem.objects.filter(parent=models.OuterRef("pk"), is_retired=False)
        return self.in_use(code_list).exclude(models.Exists(below))

    def under(self, code: str) -> Self:
        """Items up to three levels below the item with this code."""
        q = models.Q
        return self.filter(
            q(parent__code=code) | q(parent__parent__code=code) | q(parent__parent__parent__code=code)
        )


class CodeItem(models.Model):
    """One entry of a code list. Never deleted once loaded, only retired: old records keep their meaning."""

    key = models.CharField(primary_key=True, max_length=60, editable=False)  # "division:430104"
    code_list = models.CharField(_("list"), max_length=30, choices=CodeList)
    code = models.CharField(_("code"), max_length=30)
    label = models.CharField(_("label"), max_length=100)
    label_en = models.CharField(_("English label"), max_length=100, blank=True)
    full_label = models.CharField(
        _("label with its parents"), max_length=300
    )  # "分析仪器/光谱仪器", "长沙市岳麓区"
    full_label_en = models.CharField(_("English label with its parents"), max_length=300, blank=True)
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

    @property
    def name(self) -> str:
        """The label in the reader's language; Chinese where no English one is known."""
        return (self.label_en or self.label) if reads_english() else self.label

    @property
    def full_name(self) -> str:
        """The label with its parents in the reader's language."""
        return (self.full_label_en or self.full_label) if reads_english() else self.full_label

    @property
    def shown(self) -> str:
        """What stands in an input once the item is chosen: with the code where people know the codes."""
        return f"{self.name} {self.code}" if self.code_list in CODE_KNOWN else self.name


def reads_english() -> bool:
    return (get_language() or "").startswith("en")


class LoadedList(models.Model):
    """When a list was last loaded. The row is also the lock two loads of one list wait for."""

    code_list = models.CharField(primary_key=True, max_length=30, choices=CodeList)
    loaded_at = models.DateTimeField(_("loaded at"), null=True)
    file_name = models.CharField(_("file"), max_length=100, blank=True)

    def __str__(self) -> str:
        return self.get_code_list_display()


class CheckedUpload(models.Model):
    """A replacement list that passed its check and waits for somebody to confirm it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code_list = models.CharField(max_length=30, choices=CodeList)
    file_name = models.CharField(max_length=100)
    content = models.BinaryField()
    uploaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.file_name
