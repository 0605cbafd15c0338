"""The rule book, by hand: who may do what with whose record in which state, driven through real requests.

The world is that of tests/world.py with one more person: the manager of the second department, a sibling of the
laboratory whose records are asked for. An answer is one of

    did   it was done: something is changed now     go    sent on to another page, nothing changed
    200   a page                                    422   refused with a reason at the form
    403   visible, but not this person's to do      404   does not exist for this person
    409   too late: the record is in another state  in    sign in first
"""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keyi.accounts.models import Membership, OrgUnit, User
from keyi.records.models import AdminChange
from keyi.review.status import Status
from tests import rules_page
from tests.factories import add_pdf, add_photo, make_institution, make_instrument, make_platform
from tests.records.posted import institution_post, instrument_post, photo, platform_post
from tests.signing import sign_in
from tests.world import World

S = Status
PEOPLE = ("unit_admin", "lab_manager", "neighbour", "stranger", "reviewer", "system_admin", "visitor")
OPEN, IN_REVIEW, PUBLIC = (
    ("draft", "returned"),
    ("submitted", "endorsed", "approved"),
    ("published", "offline"),
)
STATES = (*OPEN, *IN_REVIEW, *PUBLIC)

Rule = dict[str, Any]  # {person: answer in every state, or {state: answer} with "else"}


def when(states: tuple[str, ...] | str, answer: str, otherwise: str) -> dict[str, str]:
    chosen = (states,) if isinstance(states, str) else states
    return {**dict.fromkeys(chosen, answer), "else": otherwise}


NOBODY: Rule = dict.fromkeys(PEOPLE, "404") | {"visitor": "in"}
TYPE = when(OPEN, "did", "go")
LOOK = when(OPEN, "200", "go")
READ_REVIEW = when(OPEN, "404", "200")  # typing that nobody has submitted is not for the reviewer


def rules(keepers: tuple[str, ...], readers: Rule) -> dict[str, Rule]:
    """The table of one kind. ``keepers`` fill it in; ``readers``: who else sees it, in which states."""
    kept = lambda answer: NOBODY | dict.fromkeys(keepers, answer)  # noqa: E731
    seen = lambda answer: {  # noqa: E731 - whoever reads it without keeping it
        person: where
        if isinstance(where, str)
        else {s: answer if a == "200" else a for s, a in where.items()}
        for person, where in readers.items()
    }
    refused = seen("403") | {"reviewer": "403"}
    lab = {"lab_manager": "403"} if "lab_manager" in keepers else {}
    return {
        "read": kept("200") | readers | {"reviewer": "200"},
        "file": kept("200") | readers | {"reviewer": "200"},
        "edit": kept(LOOK),
        "save": kept(TYPE),
        "upload": kept(TYPE),
        "check": kept(LOOK),
        "submit": kept(TYPE),
        "recall": kept(when(("submitted", "endorsed"), "did", "go")) | refused,
        "revise": kept(when(PUBLIC, "did", "go")) | refused,
        "take_down": kept(when("published", "did", "go")) | refused | {"reviewer": when("published", "did", "go")},
        "review": NOBODY | seen("403") | lab | {"unit_admin": READ_REVIEW, "reviewer": READ_REVIEW},
        "endorse": NOBODY | seen("403") | lab | {"unit_admin": when("submitted", "did", "409"), "reviewer": "403"},
        "decline": NOBODY | seen("403") | lab
        | {"unit_admin": when("submitted", "did", "409"), "reviewer": when(("endorsed", "approved"), "did", "409")},
        "publish": NOBODY | seen("403") | lab
        | {"unit_admin": "403", "reviewer": when(("endorsed", "approved"), "did", "409")},
    }  # fmt: skip


# a unit's platforms are offered to its laboratories' instruments
SEES_PUBLISHED = when("published", "200", "404")
BOOK = {
    "instruments": rules(("unit_admin", "lab_manager"), {}),
    "institutions": rules(("unit_admin",), {}),
    "platforms": rules(("unit_admin",), {"lab_manager": SEES_PUBLISHED, "neighbour": SEES_PUBLISHED}),
}


def expected(rule: Rule, person: str, status: str) -> str:
    answer = rule[person]
    return answer if isinstance(answer, str) else answer.get(status, answer["else"])


class Case:
    """One record of 麓山大学 (an instrument stands in 无机元素分析室), ready to be submitted."""

    def __init__(self, world: World, kind: str, status: str) -> None:
        self.world, self.kind = world, kind
        world.neighbour = world.person("neighbour", world.other_department, "lab_manager", "赵云")
        User.objects.update(email_verified_at=timezone.now())
        self.record = getattr(self, f"_{kind}")(status)
        slot = {"instruments": "photos", "institutions": "license", "platforms": "approval"}[kind]
        self.token = self.record.files.current(slot).get().token
        self.before = self.state()

    def _instruments(self, status: str) -> Any:
        make_institution(self.world)
        record = make_instrument(self.world, status=status)
        add_photo(self.world, record)
        return record

    def _institutions(self, status: str) -> Any:
        record = make_institution(self.world, status=status)
        for slot in ("license", "policies", "application"):
            add_pdf(self.world, record, slot=slot, title="收费办法")
        return record

    def _platforms(self, status: str) -> Any:
        make_institution(self.world)
        record = make_platform(self.world, status=status)
        add_pdf(self.world, record, slot="approval")
        add_photo(self.world, record)
        return record

    def state(self) -> tuple:
        """As the database has it; the record in hand stays as it was made."""
        record, files = self.record._meta.db_table, self.record.files.model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT status, edits, version, (SELECT count(*) FROM {files} WHERE record_id = record.id)"
                f" FROM {record} AS record WHERE id = %s",
                [self.record.pk],
            )
            return cursor.fetchone()

    def ask(self, person: str, action: str) -> str:
        """One request; afterwards the database is as before."""
        client = client_of(self.world, person)
        with transaction.atomic():
            response = getattr(self, action)(client)
            answer = code_of(response, is_changed=self.state() != self.before)
            transaction.set_rollback(True)
        return answer

    def _url(self, name: str, *more: str) -> str:
        return reverse(name, args=[self.kind, self.record.pk, *more])

    def _typed(self) -> dict[str, Any]:
        post = {"instruments": instrument_post, "institutions": institution_post, "platforms": platform_post}
        return post[self.kind](self.world, do="save", edits=str(self.record.edits))

    def read(self, client):
        return client.get(self._url("record-detail"))

    def file(self, client):
        return client.get(reverse("record-file", args=[self.token]))

    def edit(self, client):
        return client.get(self._url("record-edit"))

    def save(self, client):
        return client.post(self._url("record-edit"), self._typed())

    def upload(self, client):
        slot = {"instruments": "photos", "institutions": "license", "platforms": "photos"}[self.kind]
        data = self._typed() | {"do": f"upload:{slot}", slot: photo("另一张.jpg", seed=7)}
        return client.post(self._url("record-edit"), data)

    def check(self, client):
        return client.get(self._url("record-check"))

    def submit(self, client):
        return client.post(self._url("record-check"), {"is_true": "on", "edits": str(self.record.edits)})

    def _step(self, client, name: str):
        return client.post(
            self._url("record-step", name), {"version": self.record.version, "comment": "实验室搬迁。"}
        )

    def recall(self, client):
        return self._step(client, "recall")

    def revise(self, client):
        return self._step(client, "revise")

    def take_down(self, client):
        return self._step(client, "take_down")

    def review(self, client):
        return client.get(self._url("review-record"))

    def _decide(self, client, do: str):
        data = {"do": do, "version": self.record.version, "comment": "请写准确数值。"}
        return client.post(self._url("review-record"), data)

    def endorse(self, client):
        return self._decide(client, "endorse")

    def decline(self, client):
        return self._decide(client, "return")

    def publish(self, client):
        return self._decide(client, "publish")


def client_of(world: World, person: str) -> Client:
    """That person's browser, as it is just after signing in; the sign-in itself is done once for each world."""
    browsers: dict[str, tuple[Client, Any]] = world.__dict__.setdefault("browsers", {})
    user = getattr(world, person, AnonymousUser())
    if person not in browsers:
        client = Client()
        if isinstance(user, User):
            sign_in(client, user)
        browsers[person] = (
            client,
            user.is_authenticated and client.cookies[settings.SESSION_COOKIE_NAME].value,
        )
    client, session = browsers[person]
    client.cookies.clear()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def code_of(response, *, is_changed: bool) -> str:
    if response.status_code == 302 and response["Location"].startswith("/login/"):
        assert not is_changed
        return "in"
    if is_changed:
        assert response.status_code == 302, response.status_code
        return "did"
    return "go" if response.status_code == 302 else str(response.status_code)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("kind", BOOK)
def test_every_action_by_everybody_follows_the_rule_book(world, kind, status):
    case = Case(world, kind, status)
    cells = [(action, person) for action in BOOK[kind] for person in PEOPLE]
    found = {cell: case.ask(cell[1], cell[0]) for cell in cells}
    wanted = {cell: expected(BOOK[kind][cell[0]], cell[1], status) for cell in cells}
    assert {cell: (found[cell], wanted[cell]) for cell in cells if found[cell] != wanted[cell]} == {}


@pytest.mark.parametrize("kind", ["instruments", "platforms"])
def test_lists_show_what_the_rule_book_lets_people_read(world, kind):
    case = Case(world, kind, "draft")
    for person in PEOPLE[:-1]:
        response = client_of(world, person).get(f"/work/{kind}/")
        rows = [row.pk for row in response.context["page"]] if "page" in (response.context or {}) else []
        may_read = expected(BOOK[kind]["read"], person, "draft") == "200"
        assert (case.record.pk in rows) == may_read, person


# A change of administrator: nobody of the unit, only the province

CHANGE_BOOK: dict[str, Rule] = {
    "review": NOBODY | {"reviewer": when(OPEN, "404", "200")},
    "file": NOBODY | {"reviewer": "200"},
    "grant": NOBODY | {"reviewer": when("endorsed", "did", "409")},
    "return": NOBODY | {"reviewer": when("endorsed", "did", "409")},
    "publish": NOBODY | {"reviewer": when(OPEN, "404", "422")},
    "read": NOBODY | {"reviewer": "404", "visitor": "404"},
}


class Change(Case):
    """A request to become the administrator of 麓山大学."""

    def _change(self, status: str) -> AdminChange:
        person = {
            "username": "lushan_new", "real_name": "赵云", "mobile": "13900004321", "email": "z@example.org",
        }  # fmt: skip
        values = {
            "receipt": "20260310000001", "version": 1, "submitted_at": timezone.now(), "reason": "看不清。",
        }  # fmt: skip
        requester = User.objects.create(**person, is_active=status == "granted")
        record = AdminChange.objects.create(
            unit=self.world.university, name="麓山大学", reason_given="离职。", requester=requester,
            status=status, **person, **(values if status != "draft" else {}),
        )  # fmt: skip
        add_letter(self.world, record)
        return record

    def __init__(self, world: World, status: str) -> None:
        self.world, self.kind = world, "admin-changes"
        world.neighbour = world.person("neighbour", world.other_department, "lab_manager", "赵云")
        self.record = self._change(status)
        self.token = self.record.files.get().token
        self.before = self.state()

    def read(self, client):
        return client.get(f"/work/admin-changes/{self.record.pk}/")

    def grant(self, client):
        return self._decide(client, "grant")


def add_letter(world: World, record: AdminChange) -> None:
    record.files.create(
        slot="letter", name="公函.pdf", file="records/none.pdf", content_type="application/pdf", size=3, sha256="0",
    )  # fmt: skip
    file = record.files.get()
    file.file.storage.save("records/none.pdf", photo())


setattr(Change, "return", Case.decline)


@pytest.mark.parametrize("status", ["draft", "returned", "endorsed", "granted"])
def test_a_change_of_administrator_is_the_provinces(world, status):
    case = Change(world, status)
    cells = [(action, person) for action in CHANGE_BOOK for person in PEOPLE]
    found = {cell: case.ask(cell[1], cell[0]) for cell in cells}
    wanted = {cell: expected(CHANGE_BOOK[cell[0]], cell[1], status) for cell in cells}
    assert {cell: (found[cell], wanted[cell]) for cell in cells if found[cell] != wanted[cell]} == {}


# Laboratories and their accounts: no states, only whose they are

LABS: dict[str, Rule] = {
    # the laboratory is 麓山大学's; 湘潭检测院's administrator is the stranger
    "lab-edit": NOBODY | {"unit_admin": "did", "lab_manager": "403", "reviewer": "403"},
    "lab-move": NOBODY | {"unit_admin": "did", "lab_manager": "403", "reviewer": "403"},
    "lab-close": NOBODY | {"unit_admin": "did", "lab_manager": "403", "reviewer": "403"},
    "lab-delete": NOBODY | {"unit_admin": "did", "lab_manager": "403", "reviewer": "403"},
    "lab-create": NOBODY
    | dict.fromkeys(("lab_manager", "neighbour", "reviewer", "system_admin"), "403")
    | {"unit_admin": "did", "stranger": "422"},  # below somebody else's department: not offered
    "account-create": NOBODY
    | dict.fromkeys(("lab_manager", "neighbour", "reviewer", "system_admin"), "403")
    | {"unit_admin": "did", "stranger": "422"},
    "account-edit": NOBODY
    | dict.fromkeys(("lab_manager", "neighbour", "reviewer", "system_admin"), "403")
    | {"unit_admin": "did"},
    "account-mail": NOBODY
    | dict.fromkeys(("lab_manager", "neighbour", "reviewer", "system_admin"), "403")
    | {"unit_admin": "did"},
    "account-off": NOBODY
    | dict.fromkeys(("lab_manager", "neighbour", "reviewer", "system_admin"), "403")
    | {"unit_admin": "did"},
}


def lab_requests(world: World) -> dict[str, tuple[str, dict[str, Any]]]:
    lab, account = world.lab, Membership.objects.get(user=world.lab_manager).pk
    form = {"name": "元素室", "parent": world.department.pk, "manager": "刘芳", "tel": "0731-88001234"}
    person = {"real_name": "李南", "mobile": "13900004321", "email": "nan@example.org"}
    return {
        "lab-edit": (reverse("lab-edit", args=[lab.pk]), form),
        "lab-move": (
            reverse("lab-edit", args=[lab.pk]),
            form | {"name": lab.name, "parent": world.other_department.pk},
        ),
        "lab-close": (reverse("lab-step", args=[lab.pk, "close"]), {}),
        "lab-delete": (reverse("lab-delete", args=[lab.pk]), {}),
        "lab-create": (reverse("lab-create"), form),
        "account-create": (reverse("lab-account-create"), person | {"lab": lab.pk, "username": "new_lab"}),
        "account-edit": (reverse("lab-account-edit", args=[account]), person),
        "account-mail": (reverse("lab-account-mail", args=[account]), {}),
        "account-off": (reverse("lab-account-switch", args=[account, "off"]), {}),
    }


def everything_about_labs() -> tuple:
    labs = OrgUnit.objects.order_by("pk").values_list("pk", "name", "path", "is_active")
    people = User.objects.order_by("pk").values_list("pk", "real_name", "email", "is_active")
    return list(labs), list(people), sum(user.link_mails.count() for user in User.objects.all())


@pytest.mark.parametrize("action", LABS)
def test_laboratories_and_accounts_are_the_own_administrators(world, action):
    world.neighbour = world.person("neighbour", world.other_department, "lab_manager", "赵云")
    found = {}
    for person in PEOPLE:
        client = client_of(world, person)
        with transaction.atomic():
            before = everything_about_labs()
            path, data = lab_requests(world)[action]
            response = client.post(path, data)
            found[person] = code_of(response, is_changed=everything_about_labs() != before)
            transaction.set_rollback(True)
    assert found == LABS[action]


def test_the_page_of_the_rule_book_says_the_same():
    assert rules_page.PAGE.read_text("utf-8") == rules_page.text(), "run python -m tests.rules_page"
