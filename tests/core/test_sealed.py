"""Columns that are encrypted at rest: what stands in the database, what keys open it, and what may be asked."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection

from keyi.accounts.models import KeptInput, User
from keyi.core import resealing, sealed
from keyi.records.models import Institution
from keyi.reporting.models import Staff
from keyi.review.models import ReviewEvent
from tests.factories import make_institution


def stored(table: str, column: str, key: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}::text FROM {table} WHERE id = %s", [key])
        return cursor.fetchone()[0]


@pytest.fixture
def new_key(settings) -> str:
    """A newer key stands in front."""
    key = Fernet.generate_key().decode()
    settings.FIELD_KEYS = [key, *settings.FIELD_KEYS]
    return key


def test_exactly_the_columns_that_the_law_calls_for_are_encrypted():
    assert sorted(f"{field.model._meta.label}.{field.name}" for field in sealed.columns()) == [
        "accounts.KeptInput.data",
        "accounts.User.mobile",
        "records.AdminChange.mobile",
        "records.Institution.admin_birth_month",
        "records.Institution.admin_mobile",
        "records.Institution.admin_qq",
        "records.Institution.admin_wechat",
        "reporting.Staff.birth_month",
        "sheets.Import.headings",
        "sheets.Import.usual",
        "sheets.ImportRow.cells",
        "sheets.ImportRow.changes",
        "sheets.ImportRow.errors",
        "sheets.ImportRow.notes",
        "sheets.ImportRow.values",
    ]


def test_the_database_holds_nothing_readable(world):
    world.unit_admin.mobile = "13912345678"
    world.unit_admin.save()
    record = make_institution(
        world, admin_qq="123456789", admin_wechat="zhou-ming", admin_birth_month="1985-03"
    )
    person = Staff.objects.create(
        unit=world.lab, name="李楠", title="高级工程师", tel="0731-88001234", birth_month="1979-11"
    )
    typed = KeptInput.objects.create(user=world.unit_admin, path="/a/", data="mobile=13912345678")
    held = [
        (stored("accounts_user", "mobile", world.unit_admin.pk), "13912345678"),
        (stored("records_institution", "admin_qq", record.pk), "123456789"),
        (stored("records_institution", "admin_wechat", record.pk), "zhou-ming"),
        (stored("records_institution", "admin_birth_month", record.pk), "1985-03"),
        (stored("reporting_staff", "birth_month", person.pk), "1979-11"),
        (stored("accounts_keptinput", "data", typed.pk), "mobile=13912345678"),
    ]  # fmt: skip
    assert [sealed.unseal(text) for text, _ in held] == [plain for _, plain in held]
    assert [plain for text, plain in held if plain in text] == []
    read = (User.objects.get(pk=world.unit_admin.pk).mobile, Institution.objects.get(pk=record.pk).admin_qq)
    assert read == ("13912345678", "123456789")


def test_the_same_text_is_never_stored_twice_alike(world):
    one, other = (stored("accounts_user", "mobile", user.pk) for user in (world.unit_admin, world.reviewer))
    assert (one == other, sealed.unseal(one) == sealed.unseal(other)) == (False, True)


def test_what_a_record_said_when_it_was_submitted_is_encrypted_too(world):
    record = make_institution(world, admin_mobile="13912345678", admin_qq="123456789")
    event = ReviewEvent.objects.create(
        kind="institutions", object_id=record.pk, transition="publish", from_status="endorsed",
        to_status="published", version=1, actor=world.reviewer, snapshot=record.snapshot(),
    )  # fmt: skip
    text = stored("review_reviewevent", "snapshot", event.pk)
    assert ("13912345678" in text, "123456789" in text, "麓山大学" in text) == (False, False, True)
    event.refresh_from_db()
    assert event.snapshot == record.snapshot()


def test_nothing_stays_nothing_and_can_be_asked_for(world):
    User.objects.filter(pk=world.reviewer.pk).update(mobile="")
    assert list(User.objects.filter(mobile="")) == [world.reviewer]
    assert User.objects.exclude(mobile="").count() == 5
    with pytest.raises(FieldError, match="empty text"):
        User.objects.filter(mobile="13900000000").exists()
    with pytest.raises(FieldError):
        User.objects.filter(mobile__startswith="139").exists()


def test_a_new_key_encrypts_and_the_old_one_still_opens(world, new_key):
    old = stored("accounts_user", "mobile", world.unit_admin.pk)
    User.objects.filter(pk=world.reviewer.pk).update(mobile="13911112222")
    new = stored("accounts_user", "mobile", world.reviewer.pk)
    assert Fernet(new_key).decrypt(new) == b"13911112222"
    assert sealed.unseal(old) == "13900000000"


def test_without_the_key_nothing_is_read_and_nothing_is_lost(world, settings):
    before = stored("accounts_user", "mobile", world.unit_admin.pk)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(sealed.UnreadableError, match="put the old key back"):
        User.objects.get(pk=world.unit_admin.pk)
    assert stored("accounts_user", "mobile", world.unit_admin.pk) == before


def test_rotating_encrypts_everything_anew_so_that_the_old_key_can_go(world, settings, new_key, capsys):
    record = make_institution(world, admin_qq="123456789")
    snapshot = record.snapshot()
    settings.FIELD_KEYS = settings.FIELD_KEYS[1:]  # written with the old key
    make_staff = Staff.objects.create(
        unit=world.lab, name="李楠", title="工程师", tel="0731-88001234", birth_month="1979-11"
    )
    event = ReviewEvent.objects.create(
        kind="institutions", object_id=record.pk, transition="publish", from_status="endorsed",
        to_status="published", version=1, actor=world.reviewer, snapshot=snapshot,
    )  # fmt: skip
    settings.FIELD_KEYS = [new_key, *settings.FIELD_KEYS]

    call_command("rotate_field_keys")

    settings.FIELD_KEYS = [new_key]
    assert Staff.objects.get(pk=make_staff.pk).birth_month == "1979-11"
    assert set(User.objects.values_list("mobile", flat=True)) == {"13900000000"}
    assert Institution.objects.get(pk=record.pk).admin_qq == "123456789"
    assert ReviewEvent.objects.get(pk=event.pk).snapshot == snapshot
    assert "accounts_user.mobile: 6" in capsys.readouterr().out


def test_a_row_saved_while_its_column_is_rotated_keeps_what_was_saved(world):
    def change(text: str) -> str:
        if text == first:
            User.objects.filter(pk=world.province_first.pk).update(mobile="13955556666")
        return sealed.rotate(text)

    world.province_first = User.objects.order_by("pk").first()
    first = stored("accounts_user", "mobile", world.province_first.pk)
    resealing.change_column("accounts_user", "mobile", change)
    assert User.objects.get(pk=world.province_first.pk).mobile == "13955556666"
