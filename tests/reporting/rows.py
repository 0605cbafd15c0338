"""Rows of the yearly maintenance for tests, complete by the forms' and the database's rules."""

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from keyi.records.models import Instrument
from keyi.reporting import upkeep
from keyi.reporting.models import (
    AnnualOperation,
    AnnualStaff,
    MaintenancePeriod,
    ProofFile,
    Staff,
    UpkeepYear,
)
from tests.world import World

OPERATION: dict[str, Any] = {
    "run_hours": "1412", "teach_hours": "200", "research_hours": "900", "social_hours": "300",
    "open_hours": "1000", "service_hours": "1100", "ext_hours": "320", "ent_hours": "120", "hour_source": "auto",
    "users_in": "85", "users_ext": "26", "ents": "12", "smes": "9", "income_in": "30000", "income_ext": "85000.50",
    "year_end_status": "normal", "fault_times": "2", "down_hours": "36.5",
}  # fmt: skip


def open_year(year: int = 2025) -> MaintenancePeriod:
    today = timezone.localdate()
    return MaintenancePeriod.objects.create(
        year=year, opens_on=today - dt.timedelta(days=10), closes_on=today + dt.timedelta(days=49)
    )


def closed_year(year: int = 2024) -> MaintenancePeriod:
    today = timezone.localdate()
    return MaintenancePeriod.objects.create(
        year=year, opens_on=today - dt.timedelta(days=400), closes_on=today - dt.timedelta(days=200)
    )


def make_staff(world: World, name: str = "李楠", **values: Any) -> Staff:
    usual = {"unit": world.lab, "title": "工程师", "tel": "0731-88001234"}
    return Staff.objects.create(name=name, **usual | values)


@transaction.atomic
def put_down(instrument: Instrument, staff: Staff, year: int = 2025, **values: Any) -> AnnualStaff:
    usual = {"kind": "operator", "employ": "full", "title": staff.title}
    row = AnnualStaff.objects.create(instrument=instrument, year=year, staff=staff, **usual | values)
    upkeep.lock([instrument.pk], year)
    upkeep.mark([instrument.pk], year)
    return row


@transaction.atomic
def make_operation(world: World, instrument: Instrument, year: int = 2025, **values: Any) -> AnnualOperation:
    record = AnnualOperation.objects.create(
        instrument=instrument, year=year, institution=instrument.institution, updated_by=world.unit_admin,
        **OPERATION | values,
    )  # fmt: skip
    upkeep.lock([instrument.pk], year)
    upkeep.mark([instrument.pk], year)
    return record


def make_proof(world: World, instrument: Instrument, year: int = 2025) -> ProofFile:
    row, _new = UpkeepYear.objects.get_or_create(instrument=instrument, year=year)
    file = ProofFile(
        record=row, slot="proofs", name="机时记录.pdf", content_type="application/pdf", size=15,
        sha256="0" * 64, uploaded_by=world.lab_manager,
    )  # fmt: skip
    file.file.save(file.name, ContentFile(b"%PDF-1.4\n%%EOF\n"), save=False)
    file.save()
    return file
