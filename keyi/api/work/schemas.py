"""What the addresses for keepers answer with."""

from datetime import datetime
from typing import Any

from ninja import Field, Schema

from keyi.api.schemas import ErrorOut


class LineOut(Schema):
    id: int = Field(examples=[4711])
    name: str = Field(examples=["电感耦合等离子体发射光谱仪"])
    inventory_number: str = Field(examples=["20190317-001"])
    number: str = Field(description="Its public number, once published.", examples=["4300001200000012"])
    unit: str = Field(examples=["分析测试中心 / 无机元素分析室"])
    status: str = Field(examples=["draft"])
    is_public: bool
    edits: int = Field(
        description="Counts the saves. Sent back with a change, it must still be the same.", examples=[3]
    )
    updated_at: datetime


class LinesOut(Schema):
    items: list[LineOut]
    next: str | None


class FileOut(Schema):
    token: str
    slot: str = Field(examples=["photos"])
    name: str = Field(examples=["正面.jpg"])
    title: str
    size: int = Field(examples=[183_244])
    type: str = Field(examples=["image/jpeg"])
    width: int | None
    height: int | None


class WorkOut(LineOut):
    receipt: str
    reason: str = Field(description="Why it was returned or taken offline.")
    marks: dict[str, str] = Field(description="The reviewer's notes by field.", examples=[{}])
    fields: dict[str, Any] = Field(examples=[{"model_name": "iCAP 6300", "value_wan": "88.60"}])
    files: list[FileOut]


class MissingOut(Schema):
    errors: list[ErrorOut]


class MeOut(Schema):
    name: str = Field(examples=["仪器管理系统"])
    unit: str = Field(examples=["麓山大学"])
    may_write: bool
    expires_at: datetime


class OperationOut(Schema):
    year: int = Field(examples=[2025])
    instrument: str = Field(examples=["20190317-001"])
    edits: int
    fields: dict[str, Any] = Field(examples=[{"run_hours": "1128.0", "ext_hours": "320.0"}])
    notes: list[ErrorOut] = Field(description="What is odd, but was saved.")


class OperationsOut(Schema):
    items: list[OperationOut]
    next: str | None


class StaffOut(Schema):
    id: int
    year: int = Field(examples=[2025])
    instrument: str = Field(examples=["20190317-001"])
    name: str = Field(examples=["李四"])
    title: str = Field(examples=["工程师"])
    kind: str = Field(examples=["operator"])
    employ: str = Field(examples=["full"])


class StaffListOut(Schema):
    items: list[StaffOut]
    next: str | None


class AddedOut(Schema):
    added: int = Field(description="New rows; who was there already is left as it is.", examples=[1])


class ServiceOut(Schema):
    id: int
    number: str = Field(examples=["FW00000012"])
    state: str = Field(description="“new”, “changed” or “unchanged”.", examples=["new"])


class ServicesSavedOut(Schema):
    items: list[ServiceOut]


class ServiceLineOut(Schema):
    id: int
    number: str = Field(examples=["FW00000012"])
    year: int = Field(examples=[2026])
    edits: int
    fields: dict[str, Any] = Field(examples=[{"instrument": "20190317-001", "hours": "6.0"}])


class ServicesOut(Schema):
    items: list[ServiceLineOut]
    next: str | None
