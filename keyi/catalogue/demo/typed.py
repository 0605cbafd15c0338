"""What the people of the demo type into the forms, field by field as a browser would post it."""

import datetime as dt
from decimal import Decimal

from keyi.accounts.models import OrgUnit
from keyi.records.choices import RunStatus

from .source import Item
from .units import EXAMPLE, DemoUnit

Typed = dict[str, str | list[str] | None]


def type_institution(unit: DemoUnit) -> Typed:
    tel, email = f"{unit.area_code}-88001200", f"{unit.username}@keyi.example"
    typed: Typed = {
        "name": unit.name,
        "nature": unit.nature,
        "affiliation": unit.affiliation,
        "legal_person": "张远山",
        "division": f"division:{unit.county}",
        "street": unit.street,
        "postcode": unit.postcode,
        "instrument_dept": "实验室与设备管理处",
        "contact": unit.person,
        "tel": tel,
        "email": email,
        "is_contact_public": "on",
        "intro": f"{EXAMPLE}{unit.intro}",
        "service_scope": unit.intro,
        "subjects": ["subject:150", "subject:430"],
        "admin_name": unit.person,
        "admin_post": "科长",
        "admin_mobile": "13900000000",
        "admin_tel": tel,
        "admin_email": email,
        "join_reason": "希望把本单位的仪器向社会开放。加入后拟编制收费标准，安排专人接待预约，每年公布服务情况。",
    }
    if unit.nature == "enterprise":
        typed |= {"industry": "industry:M74", "is_hightech": "yes", "hightech_number": "GR202643000000"}
    return typed


def type_instrument(item: Item, unit: DemoUnit, lab: OrgUnit, place: int) -> Typed:
    """``place`` of the instrument in its unit: dates, floors and prices vary with it."""
    kind, booked = item.type, dt.date(2006, 3, 1) + dt.timedelta(days=53 * place)
    value = (Decimal(kind.value) * (100 + place * 7 % 30) / 100).quantize(Decimal("0.01"))
    typed = _basic(item, lab, booked, value) | _sharing(item, place) | _where(unit, lab, place)
    if item.run_status == RunStatus.TO_REPAIR:
        typed["user_notice"] = "仪器待修，暂停预约，修复后另行通知。"
    return typed


def _basic(item: Item, lab: OrgUnit, booked: dt.date, value: Decimal) -> Typed:
    kind = item.type
    accuracy = f"；校准结果：{item.accuracy}" if 0 < len(item.accuracy) <= 60 else ""
    return {
        "kind": "instrument",
        "name": item.name,
        "inventory_number": item.number,
        "model_name": item.model,
        "manufacturer": item.maker,
        "country": f"country:{item.country}" if item.country else None,
        "has_no_platform": "on",
        "lab": str(lab.pk),
        "category": f"instrument_class:{kind.category}",
        "subjects": [f"subject:{kind.subject}"],
        "usage_type": "general",
        "source": "bought",
        "value_wan": str(value),
        "funds-0-source": "local",
        "funds-0-amount_wan": str(value),
        "booked_on": booked.isoformat(),
        "started_on": (booked + dt.timedelta(days=30)).isoformat(),
        "function": kind.function,
        "technical": f"{kind.technical}{accuracy}",
        "is_modified": "no",
        "run_status": item.run_status,
        "is_customs_supervised": "no",
        "certificates-0-kind": "verification" if item.checked_on else None,
        "certificates-0-issued_on": item.checked_on or None,
        "certificates-0-valid_until": item.valid_until or None,
    }


def _sharing(item: Item, place: int) -> Typed:
    kind = item.type
    typed: Typed = {
        "share_mode": "external",
        "service_content": kind.service,
        "open_hours-0-days": "workdays",
        "open_hours-0-opens": "08:30",
        "open_hours-0-closes": "17:30",
        "user_notice": "请提前 3 个工作日电话预约，送样时附样品说明；易燃、有毒样品请先说明。",
        "sample_requirements": "样品密封、贴标签，注明名称和数量。",
    }
    if place % 8 == 5:
        return typed | {"is_fee_negotiable": "on"}
    return typed | {
        "fees-0-item": kind.service[:50],
        "fees-0-unit": kind.charge,
        "fees-0-internal": str(int(int(kind.external) * 0.6)),
        "fees-0-external": kind.external,
    }


def _where(unit: DemoUnit, lab: OrgUnit, place: int) -> Typed:
    return {
        "division": f"division:{unit.county}",
        "street": unit.street,
        "building": lab.address,
        "floor": f"{place % 5 + 1} 层",
        "room": f"{place % 5 + 1}{place % 12 + 1:02d}",
        "keeper": unit.person,
        "contact": unit.person,
        "tel": f"{unit.area_code}-8800{1200 + place}",
        "email": f"{unit.username}@keyi.example",
        "is_contact_public": "on" if place % 3 else None,
        "mail_address": f"{unit.street}{unit.name}",
        "postcode": unit.postcode,
    }
