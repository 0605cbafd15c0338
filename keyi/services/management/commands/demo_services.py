"""Invented service records for the demo's university, whose sums are near its yearly figures."""

import datetime as dt
import random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.people import people_who
from keyi.accounts.roles import Capability
from keyi.records.models import Instrument
from keyi.services import records
from keyi.services.forms.service import ServiceForm
from keyi.services.models import ServiceRecord

UNIT = "麓山大学"
INSTRUMENTS = 12  # the first of the unit have records
YEAR = 2025
USERS = (
    ("浏阳河环保有限公司（演示）", "sme", "external"), ("湘潭特种合金厂（演示）", "enterprise", "external"),
    ("岳麓材料研究所（演示）", "institute", "external"), ("橘洲创业团队（演示）", "student_team", "external"),
    ("麓山大学化学化工学院", "university", "internal"), ("麓山大学材料学院", "university", "internal"),
)  # fmt: skip
WORK = (
    "水样中重金属测定",
    "合金成分分析",
    "粉末物相分析",
    "土壤消解与多元素测定",
    "薄膜形貌观察",
    "有机物结构表征",
)
PEOPLE = ("赵云", "谭军", "唐敏", "肖强", "曹丽", "袁杰")


class Command(BaseCommand):
    help = "Fill in the service records of the demo data."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("Demo data is never made in production.")
        unit = OrgUnit.objects.filter(level=OrgUnit.Level.INSTITUTION, name=UNIT).first()
        if unit is None or ServiceRecord.objects.exists():
            return
        admin = people_who(Capability.EDIT, unit).get()
        dice = random.Random(20250601)  # noqa: S311  the same demo every time
        mine = Instrument.objects.filter(institution=unit, published_at__isnull=False).order_by("pk")
        with transaction.atomic(), translation.override("zh-hans"):
            for instrument in mine[:INSTRUMENTS]:
                for _number in range(dice.randint(2, 6)):
                    _enter(admin, instrument, dice)


def _enter(admin: User, instrument: Instrument, dice: random.Random) -> None:
    form = ServiceForm(_typed(instrument, dice), user=admin)
    if not form.is_valid():
        raise CommandError(f"{instrument}: {form.errors.as_json()}")
    records.save(form, admin)


def _typed(instrument: Instrument, dice: random.Random) -> dict[str, Any]:
    user, kind, client = dice.choice(USERS)
    start = dt.datetime(YEAR, dice.randint(1, 12), dice.randint(1, 28), dice.randint(8, 13))  # noqa: DTZ001  typed
    hours = dice.randint(2, 16) / 2
    fee = round(hours * (260 if client == "external" else 60))
    return {
        "instrument": instrument.inventory_number, "started_at": start.strftime("%Y-%m-%d %H:%M"),
        "ended_at": (start + dt.timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M"), "hours": str(hours),
        "amount": str(dice.randint(1, 20)), "content": dice.choice(WORK), "ways": ["commissioned"],
        "direction": dice.choice(("research", "development")), "client": client,
        "applicant": dice.choice(PEOPLE), "applicant_tel": f"0731-8800{dice.randint(1000, 9999)}",
        "applicant_email": "user@example.org", "applicant_unit": user, "user_type": kind,
        "satisfaction": dice.choice(("very", "mostly")), "project_name": "无", "project_funds": ["none"],
        "subjects": [item.pk for item in instrument.subjects.all()], "is_innovation": "on",
        "income_yuan": str(fee), "place": "inside",
    }  # fmt: skip
