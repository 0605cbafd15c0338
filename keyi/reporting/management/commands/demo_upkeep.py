"""Two invented years of maintenance for the demo's university: 2024 closed and complete, 2025 open and half done."""

import datetime as dt
import io
import random
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.datastructures import MultiValueDict
from pypdf import PdfWriter

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.people import people_who
from keyi.accounts.roles import Capability
from keyi.records.models import Instrument
from keyi.reporting import operations, proofs, staffing, upkeep
from keyi.reporting.forms.operation import OperationForm
from keyi.reporting.models import AnnualOperation, MaintenancePeriod, Staff
from keyi.reporting.states import due

UNIT = "麓山大学"
CLOSED, OPEN = 2024, 2025
NAMES = ("陈立", "周敏", "刘洋", "黄海", "吴倩", "谢峰", "邓云", "罗静", "彭亮", "曾宇")


class Command(BaseCommand):
    help = "Fill the maintenance years of the demo data."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("Demo data is never made in production.")
        unit = OrgUnit.objects.filter(level=OrgUnit.Level.INSTITUTION, name=UNIT).first()
        if unit is None or MaintenancePeriod.objects.exists():
            return
        with transaction.atomic(), translation.override("zh-hans"):
            _tell(unit)


def _tell(unit: OrgUnit) -> None:
    today = timezone.localdate()
    for year, opens, closes in ((CLOSED, -400, -200), (OPEN, -41, 49)):
        days = [today + dt.timedelta(days=number) for number in (opens, closes)]
        MaintenancePeriod.objects.create(year=year, opens_on=days[0], closes_on=days[1])
    admin = people_who(Capability.EDIT, unit).get()
    people = [_person(unit, place, name) for place, name in enumerate(NAMES)]
    dice = random.Random(20250101)  # noqa: S311  the same demo every time
    instruments = (
        due(Instrument.objects.filter(institution=unit), CLOSED).select_related("institution").order_by("pk")
    )
    for place, instrument in enumerate(instruments):
        figures = _figures(dice)
        _people(admin, instrument, CLOSED, people, place)
        _operation(admin, instrument, CLOSED, figures)
        if place % 5 in (1, 3, 4):
            _people(admin, instrument, OPEN, people, place)
        if place % 5 in (2, 3, 4):
            _operation(admin, instrument, OPEN, _figures(dice, near=figures["run_hours"]))


def _person(unit: OrgUnit, place: int, name: str) -> Staff:
    title = "实验师" if place % 3 else "高级实验师"
    return Staff.objects.create(unit=unit, name=name, title=title, tel=f"0731-8800{place:04d}")


def _figures(dice: random.Random, near: int = 0) -> dict[str, int]:
    """Hours and sums that belong together."""
    run = round(near * dice.uniform(0.85, 1.3)) if near else dice.randint(400, 2600)
    service = round(run * 0.8)
    ext = round(service * dice.uniform(0.1, 0.4))
    return {
        "run_hours": run, "teach_hours": run // 6, "research_hours": run // 2, "social_hours": run // 5,
        "open_hours": service, "service_hours": service, "ext_hours": ext, "ent_hours": ext // 2,
        "samples": run * 2, "users_in": dice.randint(20, 90), "users_ext": 24, "ents": 11, "smes": 7,
        "income_in": service * 30, "income_ext": ext * 120, "fault_times": dice.randint(0, 4), "down_hours": 24,
        "upkeep_cost": 8000, "trained_students": dice.randint(5, 60), "papers_indexed": dice.randint(0, 8),
    }  # fmt: skip


def _people(admin: User, instrument: Instrument, year: int, people: list[Staff], place: int) -> None:
    operator, maintainer = people[place % len(people)], people[(place * 3 + 1) % len(people)]
    staffing.add(admin, instrument, year, operator, ["operator"], employ="full", cert="厂家操作培训")
    staffing.add(admin, instrument, year, maintainer, ["maintainer"], employ="part")


def _operation(admin: User, instrument: Instrument, year: int, figures: dict[str, int]) -> None:
    row = upkeep.lock_one(instrument, year)
    files = MultiValueDict(
        {"proofs": [SimpleUploadedFile("机时记录（示例）.pdf", _paper(), "application/pdf")]}
    )
    refused = proofs.take(row, files, admin)
    record = AnnualOperation(instrument=instrument, year=year, institution_id=instrument.institution_id)
    typed = {**figures, "hour_source": "auto", "year_end_status": "normal"}
    last = operations.of_year(instrument, year - 1)
    form = OperationForm(typed, instance=record, last=last, upkeep=row)
    if refused or not form.is_valid():
        raise CommandError(f"{instrument} {year}: {refused or form.errors.as_json()}")
    operations.save(record, admin, changed=form.changed_data)


def _paper() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()
