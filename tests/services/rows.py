"""A service record for tests, complete by the form's and the database's rules."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from keyi.records.models import Instrument
from keyi.services.models import ServiceFile, ServiceRecord
from tests.world import World

TYPED: dict[str, Any] = {
    "instrument": "S9", "number": "", "started_at": "2025-03-12T09:00", "ended_at": "2025-03-12T12:30", "hours": "3.5",
    "amount": "12", "content": "水样中铅、镉的测定", "ways": ["commissioned"], "direction": "research",
    "client": "external", "applicant": "赵云", "applicant_tel": "0731-88007777",
    "applicant_email": "zhao@example.org", "applicant_unit": "浏阳河环保有限公司",
    "applicant_uscc": "", "user_type": "sme", "satisfaction": "very", "is_innovation": "on",
    "project_name": "无", "project_funds": ["none"], "subjects": ["subject:150"],
    "income_yuan": "1200.50", "contract_number": "HT-1", "invoice_number": "88001",
    "invoiced_on": "2025-03-20", "invoice_yuan": "1200.50", "place": "inside", "address": "", "customs_notice": "",
    "tax_note": "",
}  # fmt: skip
SAVED: dict[str, Any] = {
    "number": "A-1", "hours": Decimal("3.5"), "content": "水样中铅、镉的测定", "ways": ["commissioned"],
    "client": "external", "direction": "research", "income_yuan": Decimal("1200.50"), "project_name": "无",
    "project_funds": ["none"], "applicant": "赵云", "applicant_tel": "0731-88007777",
    "applicant_email": "zhao@example.org", "applicant_unit": "浏阳河环保有限公司", "user_type": "sme",
    "satisfaction": "very", "place": "inside", "year": 2025,
}  # fmt: skip


def moment(day: str = "2025-03-12", hour: int = 9) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour)))


def make_service(world: World, instrument: Instrument, **values: Any) -> ServiceRecord:
    usual = SAVED | {"started_at": moment(), "ended_at": moment(hour=13)}
    record = ServiceRecord.objects.create(
        instrument=instrument,
        institution=instrument.institution,
        updated_by=world.lab_manager,
        **usual | values,
    )
    record.subjects.add(world.chemistry)
    return record


def make_paper(world: World, record: ServiceRecord) -> ServiceFile:
    file = ServiceFile(
        record=record, slot="invoice", name="发票.pdf", content_type="application/pdf", size=15,
        sha256="0" * 64, uploaded_by=world.lab_manager,
    )  # fmt: skip
    file.file.save(file.name, ContentFile(b"%PDF-1.4\n%%EOF\n"), save=False)
    file.save()
    return file
