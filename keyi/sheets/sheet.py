"""What every sheet shares: a row of a file becomes the data of the page's own form, and that form judges it."""

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from keyi.accounts.models import OrgUnit, User
from keyi.core.labels import Label
from keyi.core.rows import RowsField
from keyi.core.text import normalise

from . import cells
from .columns import EXAMPLE, Column, plain
from .matching import Heading

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"
Said = dict[str, str]  # target → the text of its cell


class Refused(Exception):
    """The row cannot be taken; ``heading`` names the column the reason stands at, or none."""

    def __init__(self, message: str, heading: str = "") -> None:
        super().__init__(message)
        self.message, self.heading = message, heading


@dataclass
class Checked:
    """What would become of one row."""

    state: str
    errors: list[tuple[str, str]] = field(default_factory=list)  # (heading, message)
    gaps: list[str] = field(default_factory=list)  # headings that a submission will still need
    changes: list[tuple[str, str, str]] = field(default_factory=list)  # (heading, old, new)
    notes: list[tuple[str, str]] = field(default_factory=list)  # (heading, what to look at once more)
    object_id: int | None = None
    values: dict[str, Any] = field(default_factory=dict)  # what the form made of the row, where it is kept


class OneSet(dict[str, forms.Field]):
    """Fields for forms that are made one after the other: copying them took a quarter of a row's time."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "OneSet":
        return self


def sharing(form_class: Any, asked: Collection[str]) -> Any:
    """The same form, all of whose instances share their fields: only one of them may be in use at a time.

    It has the fields ``asked`` alone; what stands in others of a record stays as it is. They are without their help,
    which nobody reads here and Django translates for each row.
    """
    shared = OneSet({name: deepcopy(one) for name, one in form_class.base_fields.items() if name in asked})
    for one in shared.values():
        one.help_text = ""
    made = type(form_class.__name__, (form_class,), {"__module__": form_class.__module__})
    made.base_fields = shared  # type: ignore[attr-defined]
    return made


class Work:
    """One import by one person; ``locks`` while it saves.

    Subclasses say how a row finds its object, its form, and how the form is saved.
    """

    keeps = False  # what the check made of each row is kept, and saved as it is when it is confirmed
    rehearses = False  # checks by saving everything and taking it back: rows may build on each other

    def __init__(
        self, sheet: "Sheet", user: User, unit: OrgUnit, *, year: int | None = None, clears: bool = False
    ) -> None:
        self.sheet, self.user, self.unit, self.year, self.clears = sheet, user, unit, year, clears
        self.institution = unit.ancestor_institution()
        self.columns = {column.name: column for column in sheet.columns}
        self.units: dict[str, str] = {}  # target → unit of money its heading states
        self.seen: dict[Any, int] = {}
        self.same: Said = {}  # field → text: what new rows say where the file says nothing
        self.locks = False

    # -- for subclasses
    def prepare(self, rows: Collection[Said]) -> None:
        """Load at once what these rows need one by one."""

    def key(self, said: Said) -> Any:
        """What may stand in a file only once; None where the row has no such thing."""
        return None

    def find(self, said: Said) -> Any:
        """The object the row speaks of, or None. Raises Refused."""
        return None

    def form(self, found: Any, data: QueryDict | None) -> forms.BaseForm:
        """The form of the page; without data, as it shows what is saved."""
        raise NotImplementedError

    def first(self, found: Any) -> QueryDict:
        """What the form would send if nothing were changed."""
        return QueryDict(mutable=True)

    def may_change(self, found: Any) -> str:
        """Why this object is closed to changes now, or nothing."""
        return ""

    def store(self, form: Any) -> int | None:
        """Save a valid form; the key of the object. Raises Refused."""
        raise NotImplementedError

    def kept_values(self, form: Any) -> dict[str, Any]:
        """What a valid form made of the row, for ``save_kept``."""
        return {}

    def save_kept(self, rows: Sequence[Any]) -> list[Checked]:
        """Save rows from what was kept of their check. Raises IntegrityError when somebody else was faster."""
        raise NotImplementedError

    # -- the same for all
    def check(self, said: Said, line: int) -> Checked:
        try:
            return self._judge(said, line)[0]
        except Refused as refused:
            return Checked(REFUSED, [(refused.heading, refused.message)])

    def save(self, said: Said, line: int) -> Checked:
        """Check once more, as other people work too, and save."""
        try:
            checked, form = self._judge(said, line)
            if checked.state in (NEW, CHANGED):
                checked.object_id = self.store(form)
        except Refused as refused:
            return Checked(REFUSED, [(refused.heading, refused.message)])
        return checked

    def _judge(self, said: Said, line: int) -> tuple[Checked, Any]:
        self._refuse_double(said, line)
        found = self.find(said)
        old = self._shown(found) if found is not None else {}
        form = self.form(found, self._data(found, said))
        if not form.is_valid():
            return Checked(REFUSED, self._errors(form)), form
        if found is None:
            return Checked(NEW, gaps=self._gaps(form), values=self.kept_values(form)), form
        changes = self._changed(form, said, old)
        if not changes:
            return Checked(UNCHANGED, object_id=found.pk), form
        if why := self.may_change(found):
            raise Refused(why)
        values = self.kept_values(form)
        return Checked(CHANGED, [], self._gaps(form), changes, object_id=found.pk, values=values), form

    def _changed(self, form: Any, said: Said, old: Said) -> list[tuple[str, str, str]]:
        """What the row says otherwise than the object; another spelling of the same is none."""
        named = {target.partition(":")[0] for target in said}
        names = [name for name in form.changed_data if name in self.columns and name in named]
        texts = [(name, old.get(name, ""), self._new(form, name)) for name in names]
        return [(self.columns[name].heading, was, now) for name, was, now in texts if was != now]

    def _refuse_double(self, said: Said, line: int) -> None:
        key = self.key(said)
        if key is not None and self.seen.setdefault(key, line) != line:
            message = _("Row %(line)d of the file has the same number. Keep one of them.")
            raise Refused(message % {"line": self.seen[key]}, self.columns[self.sheet.key].heading)

    def _data(self, found: Any, said: Said) -> QueryDict:
        data = self.first(found) if found is not None else self._usual()
        for name, texts in self._by_field(said).items():
            column = self.columns[name]
            if not any(text.strip() for text in texts.values()) and not (self.clears and found is not None):
                continue
            self._put(data, column, texts)
        return data

    def _put(self, data: QueryDict, column: Column, texts: Said) -> None:
        _forget(data, column)
        for key, value in self._posted(column, texts).items():
            data.setlist(key, value if isinstance(value, list) else [str(value)])

    def usual(self) -> QueryDict:
        """What a new object starts with."""
        return QueryDict(mutable=True)

    def _usual(self) -> QueryDict:
        data = self.usual()
        for name, text in self.same.items():
            self._put(data, self.columns[name], {"": text})
        return data

    def _by_field(self, said: Said) -> dict[str, Said]:
        found: dict[str, Said] = {}
        for target, text in said.items():
            name, _colon, part = target.partition(":")
            found.setdefault(name, {})[part] = text
        return found

    def _posted(self, column: Column, texts: Said) -> dict[str, Any]:
        if "" in texts:
            stated = self.units.get(column.name, "")
            return cells.posted(column.name, column.field, texts[""], own=column.unit, stated=stated)
        if isinstance(column.field, RowsField):
            fields = column.field.widget.row_form_class.base_fields
            return column.field.to_post(column.name, [cells.row_of(fields, texts)])
        joined = "".join(
            texts.get(part.key, "").strip() for part in column.parts
        )  # province, city and county
        return cells.posted(column.name, column.field, joined)

    def _shown(self, found: Any) -> Said:
        return {name: self.value(found, column) for name, column in self.columns.items()}

    def value(self, found: Any, column: Column) -> str:
        """What the object says in a column, as a cell."""
        value: Any = getattr(found, column.name, None)
        return self.cell(column, value.all() if hasattr(value, "all") else value)

    def _new(self, form: Any, name: str) -> str:
        return self.cell(self.columns[name], form.cleaned_data.get(name))

    def cell(self, column: Column, value: Any) -> str:
        return cells.shown(column.field, value)

    def _errors(self, form: forms.BaseForm) -> list[tuple[str, str]]:
        found = []
        for name, errors in form.errors.as_data().items():
            heading = self._heading(form, name)
            found += [(heading, str(message)) for error in errors for message in error.messages]
        return found

    def _heading(self, form: forms.BaseForm, name: str) -> str:
        if name in self.columns:
            return self.columns[name].heading
        return str(form.fields[name].label) if name in form.fields and form.fields[name].label else ""

    def _gaps(self, form: Any) -> list[str]:
        data = form.cleaned_data
        return [
            column.heading
            for name, column in self.columns.items()
            if column.is_mandatory and data.get(name) in (None, "", [])
        ]


def _forget(data: QueryDict, column: Column) -> None:
    """Take what the form holds of a field out of its data."""
    prefix = f"{column.name}-"
    for key in [key for key in data if key == column.name or key.startswith(prefix)]:
        del data[key]


@dataclass(frozen=True)
class Sheet:
    """One kind of table. ``key`` is the column by which a row finds what is there already."""

    slug: str
    label: Label
    columns: tuple[Column, ...]
    key: str
    work: type[Work]
    has_year: bool = False
    example: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(
        default_factory=dict
    )  # column → where its value stands, seen from the row
    not_taken: Mapping[str, Label] = field(default_factory=dict)  # plain heading → why nothing takes it

    def why_not(self, heading: str) -> Label:
        return self.not_taken.get(plain(heading), "")


def said_by(headings: Sequence[Heading], row: Sequence[str]) -> Said:
    """A row of the file by target."""
    return {
        heading.target: row[heading.place] if heading.place < len(row) else ""
        for heading in headings
        if heading.target
    }


def is_example(row: Sequence[str]) -> bool:
    """The template's example, or an empty line."""
    return not any(text.strip() for text in row) or any(normalise(text) == EXAMPLE for text in row)
