"""实验室（院系）: matched by name under the same parent. Not reviewed, so what is imported holds at once."""

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit
from keyi.core.text import normalise
from keyi.records.labs import saving, tree
from keyi.records.labs.forms import LabForm
from keyi.sheets.columns import columns_of
from keyi.sheets.sheet import Refused, Said, Sheet, Work

KNOWN_AS = {
    "name": ("实验室名称", "院系名称", "名称", "部门名称"),
    "parent": ("上级部门", "所属院系", "上级"),
    "manager": ("负责人",),
    "tel": ("联系电话", "电话"),
}
EXAMPLE = {"name": "光谱分析室", "parent": "分析测试中心", "manager": "张三", "tel": "0731-12345678"}


class LabWork(Work):
    rehearses = True  # a laboratory may stand below a department of the same file

    def prepare(self, rows: Collection[Said]) -> None:
        if self.locks:
            tree.lock(self.unit)
        below = OrgUnit.objects.filter(path__startswith=self.unit.path).exclude(pk=self.unit.pk)
        self.there = {(one.parent_id, one.name): one for one in below.select_related("parent")}

    def key(self, said: Said) -> Any:
        return normalise(said.get("parent", "")), normalise(said.get("name", ""))

    def find(self, said: Said) -> OrgUnit | None:
        parent = normalise(said.get("parent", ""))
        at_top = {name: one for (key, name), one in self.there.items() if key == self.unit.pk}
        above = self.unit if parent in ("", self.unit.name) else at_top.get(parent)
        return self.there.get((above.pk, normalise(said.get("name", "")))) if above else None

    def form(self, found: Any, data: QueryDict | None) -> LabForm:
        return LabForm(data, unit=self.unit, instance=found or OrgUnit())

    def first(self, found: OrgUnit) -> QueryDict:
        data = QueryDict(mutable=True)
        for name in self.columns:
            data[name] = str(found.parent_id if name == "parent" else getattr(found, name))
        return data

    def usual(self) -> QueryDict:
        data = QueryDict(mutable=True)
        data["parent"] = str(self.unit.pk)
        return data

    def store(self, form: LabForm) -> int | None:
        try:
            with transaction.atomic():
                lab = saving.save(form, self.user)
        except IntegrityError as error:
            raise Refused(str(saving.TAKEN), self.columns["name"].heading) from error
        self.there[(lab.parent_id, lab.name)] = lab
        return lab.pk


LABS = Sheet(
    "labs",
    pgettext_lazy("sheet", "Laboratories (departments)"),
    columns_of(LabForm.base_fields, LabForm.base_fields, ("name", "parent", "manager", "tel"), KNOWN_AS, {}),
    "name",
    LabWork,
    example=EXAMPLE,
    sources={"parent": "parent_id"},
)
