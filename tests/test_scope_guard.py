"""Rules 7 and 8 of the house style, read from the source: scoped queries, one writer of status, one submitter."""

import ast
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import make_instrument
from tests.records.posted import photo

ROOT = Path(__file__).resolve().parent.parent
SCOPED = frozenset({"for_user", "public", "editable_by", "awaiting", "in_use", "of_list", "leaves", "none"})

# What a page may ask without for_user, and why: {"module: function: query": reason}
EXCEPTIONS: dict[str, str] = {
    "accounts/kept.py: keep_text: KeptInput.objects.update_or_create": "the person's own typing",
    "accounts/kept.py: keep_text: KeptInput.objects.filter": "the person's own typing",
    "accounts/kept.py: kept: KeptInput.objects.filter": "the person's own typing",
    "accounts/kept.py: forget: KeptInput.objects.filter": "the person's own typing",
    # before anybody is signed in there is no scope; who is asked for is named by what was typed or by a signed link
    "accounts/backends.py: AccountBackend.authenticate: User.objects.filter": "signing in",
    "accounts/signin.py: _log_failure: Entry.objects.create": "a failed sign-in is logged",
    "accounts/signin.py: _log_failure: User.objects.filter": "only to log whose account was tried",
    "accounts/signin.py: _refusal: AccessAttempt.objects.filter": "the lock after wrong tries",
    "accounts/signin.py: sign_in: Login.objects.create": "the person's own last logins",
    "accounts/signin.py: sign_in: User.objects.filter": "kept typing goes to its owner, whoever signs in",
    "accounts/views/password.py: _mail_links: User.objects.filter": "the answer is the same for everybody",
    "accounts/views/password.py: _set_by_link: User.objects.select_for_update": "the person of a signed link",
    "accounts/subaccounts/views.py: _with_last_mail: LinkMail.objects.filter": "of the accounts got by for_user",
    "accounts/views/register.py: _just_registered: User.objects.filter": "the account this session registered",
    "accounts/views/register.py: confirm_email: User.objects.filter": "the person of a signed link",
    "accounts/views/signin.py: demo_login: User.objects.filter": "the demo accounts, in demo mode only",
    # code lists are no secret; their pages ask for MANAGE_SYSTEM first
    "catalogue/codes_admin/views.py: _save: LoadedList.objects.get": "code lists",
    "catalogue/codes_admin/views.py: code_list: LoadedList.objects.filter": "code lists",
    "catalogue/codes_admin/views.py: code_lists: CodeItem.objects.values": "code lists",
    "catalogue/codes_admin/views.py: code_lists: LoadedList.objects.in_bulk": "code lists",
    "catalogue/codes_admin/views.py: confirm: get_object_or_404(CheckedUpload)": "code lists",
    "catalogue/codes_admin/views.py: upload: CheckedUpload.objects.create": "code lists",
    "catalogue/codes_admin/views.py: upload: CheckedUpload.objects.filter": "code lists",
    "catalogue/views/instruments.py: instrument: CodeItem.objects.filter": "code lists",
    # search.Document holds public copies and nothing else
    "catalogue/views/files.py: find_public: Document.objects.filter": "public copies",
    "catalogue/views/files.py: find_public: KINDS[kind].file_model.objects.filter": "its token is in a public copy",
    "catalogue/views/instruments.py: instrument: Document.objects.filter": "public copies",
    "catalogue/views/instruments.py: instrument_qr: Document.objects.filter": "public copies",
    "catalogue/views/instruments.py: label: Document.objects.filter": "public copies",
    "catalogue/views/machines.py: Copies.get_latest_lastmod: Document.objects.filter": "public copies",
    "catalogue/views/machines.py: Copies.items: Document.objects.filter": "public copies",
    "catalogue/views/metadata.py: _copy: Document.objects.filter": "public copies",
    "catalogue/views/reports.py: report: Document.objects.filter": "public copies",
    "catalogue/views/platforms.py: platform: Document.objects.filter": "public copies",
    "catalogue/views/units.py: unit: Document.objects.filter": "public copies",
    "records/reviewing/page.py: _portal_address: Document.objects.filter": "public copies",
    "api/changes.py: _of: model.objects.filter": "public copies, and that one was removed",
    "api/public.py: _list: Document.objects.filter": "public copies",
    "api/public.py: _one: Document.objects.filter": "public copies",
    "api/public.py: codes: CodeItem.objects.filter": "code lists",
    # sessions and second factors are the person's own
    "accounts/signin.py: end_session: Session.objects.filter": "of an own sign-in",
    "accounts/signin.py: open_sessions: Session.objects.filter": "of the own sign-ins",
    "accounts/views/second_factor.py: _pending: User.objects.filter": "who gave the right password in this session",
    # versions are shown after the row was got by for_user, or to the auditor, who reads everything
    "oversight/versions.py: row_versions: history.versions_of(model).objects.filter": "of a row got by for_user",
    "oversight/versions.py: _shown: history.versions_of(model).objects.filter": "the version before one of them",
    "oversight/versions.py: _shown: User.objects.in_bulk": "names of who changed it",
    "oversight/versions.py: _Words._named: field.related_model._default_manager.in_bulk": "names of what it says",
    # in a unit's name: the unit was got by for_user, the time is the person's own
    "accounts/acting.py: begin: Acting.objects.create": "a unit that the form got by for_user",
    "accounts/acting.py: end: Acting.objects.filter": "of the person's own session",
    "accounts/acting.py: take_up: Acting.objects.select_related": "staff=user",
    # the security administrator's page asks for MANAGE_SECURITY first
    "oversight/staff.py: _end_sessions: Session.objects.filter": "of a person got by for_user",
    "oversight/staff.py: _end_sessions: User.objects.filter": "a person got by for_user",
    "oversight/staff.py: _switch: User.objects.filter": "a person got by for_user",
    "oversight/staff.py: staff_accounts: AccessAttempt.objects.filter": "names of accounts that are locked",
    "oversight/staff.py: staff_accounts: TOTPDevice.objects.filter": "of people got by for_user",
    "oversight/staff.py: staff_accounts: User.objects.filter": "only whether there is such an account",
    "oversight/staff.py: unlock: User.objects.filter": "any account's lock may be lifted",
    # a token is found by its secret, an answer by its token
    "api/repeated.py: _answered: KeptAnswer.objects.filter": "of the request's own token",
    "api/repeated.py: _kept: KeptAnswer.objects.create": "of the request's own token",
    "api/repeated.py: _kept: KeptAnswer.objects.filter": "of the request's own token",
    "api/repeated.py: forget_old: KeptAnswer.objects.filter": "a job",
    "api/tokens.py: find: Token.objects.in_force": "by the digest of its secret",
    "api/tokens.py: make: Token.objects.create": "for a unit that the form offered by for_user",
    "api/tokens.py: note_use: Token.objects.filter": "the request's own token",
    "api/tokens.py: revoke: Token.objects.filter": "got by for_user",
    "api/work/records.py: begun: kind.model.objects.filter": "of the token's own unit",
    "exchange/harvest.py: _answer: Document.objects.filter": "public copies",
    "exchange/education.py: education_open: School.objects.select_related": "its token is the permission",
    "exchange/views.py: national_table: EffectTable.objects.filter": "its token is the permission",
    "exchange/views.py: outgoing: Outgoing.objects.filter": "of the unit of a row got by for_user",
    # an import is its person's own, whoever else may see its records
    "sheets/views/imports.py: imports: Import.objects.of": "the person's own imports",
    "sheets/views/photos.py: photos_new: PhotoImport.objects.of": "the person's own imports",
    "sheets/views/photos.py: photos_new: PhotoImport.objects.create": "the person's own import",
    "sheets/views/photos.py: photos_page: PhotoImport.objects.of": "the person's own imports",
    "sheets/views/imports.py: _own: Import.objects.of": "the person's own imports",
    # notices and downloads belong to the province; their pages ask for MANAGE_CONTENT first
    "catalogue/views/staff.py: content: Download.objects.all": "staff of the province",
    "catalogue/views/staff.py: content: Notice.objects.all": "staff of the province",
    "catalogue/views/staff.py: delete: get_object_or_404(MODELS[part])": "staff of the province",
    "catalogue/views/staff.py: edit: MODELS[part].objects.filter": "staff of the province",
    "catalogue/views/staff.py: edit: get_object_or_404(MODELS[part])": "staff of the province",
    "catalogue/views/staff.py: move: get_object_or_404(Download)": "staff of the province",
    "catalogue/views/staff.py: show: get_object_or_404(MODELS[part])": "staff of the province",
    # the years belong to the province; their pages ask for APPROVE first
    "reporting/periods.py: period_close: MaintenancePeriod.objects.select_for_update": "reviewers of the province",
    "reporting/periods.py: period_edit: MaintenancePeriod.objects.select_for_update": "reviewers of the province",
    "reporting/periods.py: period_reopen: get_object_or_404(MaintenancePeriod)": "reviewers of the province",
    "reporting/periods.py: periods: PeriodReopening.objects.select_related": "reviewers of the province",
    "reporting/periods.py: reopening_end: PeriodReopening.objects.select_for_update": "reviewers of the province",
    # a person's own messages
    "inbox/views.py: open_message: Message.objects.filter": "got as the recipient's own one line above",
    "inbox/views.py: open_message: get_object_or_404(Message)": "recipient=request.user",
    "inbox/views.py: read_all: Message.objects.filter": "recipient=request.user",
    "inbox/views.py: show_inbox: Message.objects.filter": "recipient=request.user",
    # rows of an object that was got by for_user before
    "records/editing.py: record_create: kind.model.objects.filter": "the record of the person's own unit",
    "records/home.py: _recent_events: ReviewEvent.objects.filter": "events of records got by for_user",
    "records/home.py: _recent_events: kind.model.objects.filter": "records of these events",
    "records/labs/views.py: lab_edit: OrgUnit.objects.get": "the unit above a laboratory got by for_user",
    "records/labs/views.py: lab_settings: OrgUnit.objects.filter": "the person's own unit, after may()",
    "records/handover/views.py: _find: AdminChange.objects.filter": "the request of a signed link",
    "records/handover/views.py: _save: User.objects.filter": "the requester of a signed link",
    "records/handover/views.py: _write_down: AdminChange.objects.create": "a visitor's, behind captcha and limit",
    "records/reviewing/queue.py: _load: kind.model.objects.select_related": "keys from awaiting() or for_user()",
    "records/reviewing/queue.py: _named: OrgUnit.objects.filter": "narrows a scoped list by the unit's name",
    "reporting/views/copying.py: _named: AnnualStaff.objects.filter": "of instruments got by for_user",
    "reporting/views/listing.py: _add_hours: AnnualOperation.objects.filter": "of instruments got by for_user",
    "reporting/views/operation.py: _show: UpkeepYear.objects.filter": "the year of an instrument got by for_user",
    "services/views/papers.py: paper: ServiceFile.objects.filter": "only of records got by for_user",
    "services/views/sums.py: _saved: UpkeepYear.objects.filter": "of an instrument got by for_user",
    "reporting/views/operation.py: proof_file: ProofFile.objects.filter": "only of years got by for_user",
    "records/views.py: record_file: kind.file_model.objects.filter": "served only if its record is visible",
    "records/editing.py: _free_key: kind.model._base_manager.filter": "only asks whether a form key is taken",
}

MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
WRITERS = frozenset({"update", "create", "get_or_create", "update_or_create"})


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "keyi").rglob("*.py")):
        if "migrations" not in path.parts:
            yield path.relative_to(ROOT / "keyi").as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.AST, above: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Every function with its full name, and the module's own statements as “”."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            name = f"{above}.{node.name}".strip(".")
            if isinstance(node, ast.FunctionDef):
                yield name, node
            yield from functions(node, name)


def answers_requests(tree: ast.Module) -> bool:
    """A module of pages: one of its functions takes a request."""
    arguments = (
        arg for _, node in functions(tree) if isinstance(node, ast.FunctionDef) for arg in node.args.args
    )
    return any(arg.arg == "request" for arg in arguments)


def queries(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(function, “Model.objects.method”) for every query the module starts."""
    for name, function in functions(tree):
        for node in ast.walk(function):
            if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)):
                continue
            if node.value.attr in MANAGERS:
                yield name, ast.unparse(node)
        yield from ((name, shortcut) for shortcut in shortcuts(function))


def shortcuts(function: ast.AST) -> Iterator[str]:
    """get_object_or_404 of a whole model or manager rather than of a scoped queryset."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("get_object_or_404", "get_list_or_404"):
            first = node.args[0]
            is_model = (isinstance(first, ast.Name) and first.id[:1].isupper()) or isinstance(
                first, ast.Subscript
            )
            if is_model or isinstance(first, ast.Attribute):
                yield f"{ast.unparse(node.func)}({ast.unparse(first)})"


def writes_status(tree: ast.Module) -> list[str]:
    """What in the module writes a status: x.status = …, update(status=…), update(**{"status": …}), setattr."""
    found, expands, names_it = [], [], False
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [ast.unparse(t) for t in targets if isinstance(t, ast.Attribute) and t.attr == "status"]
        elif isinstance(node, ast.Dict):
            names_it = names_it or any(key is not None and _is_text(key, "status") for key in node.keys)
        elif isinstance(node, ast.Call):
            found += [ast.unparse(node.func)] if _sets_status(node) else []
            expands += [ast.unparse(node.func)] if _method(node) in WRITERS and _expands(node) else []
    return found + (expands if names_it else [])


def _sets_status(call: ast.Call) -> bool:
    if _method(call) in WRITERS:
        return any(keyword.arg == "status" for keyword in call.keywords)
    if _method(call) == "bulk_update" or ast.unparse(call.func) == "setattr":
        return any(_is_text(node, "status") for node in ast.walk(call))
    return False


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _expands(call: ast.Call) -> bool:
    return any(keyword.arg is None for keyword in call.keywords)


def submits(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "perform":
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if any(_is_text(arg, "submit") or ast.unparse(arg).lower().endswith(".submit") for arg in given):
                return True
    return False


def _is_text(node: ast.AST, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def unscoped() -> set[str]:
    return {
        f"{module}: {function}: {query}"
        for module, tree in modules()
        if answers_requests(tree)
        for function, query in queries(tree)
        if query.rpartition(".")[2] not in SCOPED
    }


def test_every_query_of_a_page_is_scoped_or_has_a_reason():
    assert sorted(unscoped() - EXCEPTIONS.keys()) == []


def test_every_exception_is_still_needed():
    assert sorted(EXCEPTIONS.keys() - unscoped()) == []


def test_only_the_workflow_writes_a_status():
    writers = {module for module, tree in modules() if writes_status(tree)}
    assert writers == {"review/workflow.py"}


def test_only_submission_submits():
    assert {module for module, tree in modules() if submits(tree)} == {"records/submission.py"}


def test_guard_sees_what_it_is_for():
    bad = ast.parse(
        "def view(request):\n    x = Instrument.objects.filter(pk=1)\n    x.status = 1\n    x.update(status=2)\n"
    )
    assert answers_requests(bad)
    assert list(queries(bad)) == [("view", "Instrument.objects.filter")]
    assert writes_status(bad) == ["x.status", "x.update"]
    assert writes_status(ast.parse("new = {'status': 1}\nrows.update(**new)")) == ["rows.update"]
    assert list(shortcuts(ast.parse("get_object_or_404(Lab, pk=1)"))) == ["get_object_or_404(Lab)"]
    assert list(shortcuts(ast.parse("get_object_or_404(mine(request), pk=1)"))) == []
    assert submits(ast.parse("workflow.perform(record, 'submit', user)"))
    assert not submits(ast.parse("perform(record, 'recall', user)"))


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", "draft"), ("stranger", "published"), ("unit_admin", "endorsed")]
)
def test_form_key_of_another_record_changes_nothing(world, as_, who, status):
    record = make_instrument(world, status=status)
    key = uuid.uuid4()
    type(record).objects.filter(pk=record.pk).update(form_key=key)
    data = {"do": "save", "form_key": str(key), "name": "被改的名字", "photos": photo()}
    as_(getattr(world, who)).post("/work/instruments/new/", data)
    record.refresh_from_db()
    assert (record.name, record.files.count()) == ("电感耦合等离子体发射光谱仪", 0)
