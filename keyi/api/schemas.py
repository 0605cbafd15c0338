"""What the API answers with. Field names inside ``content`` are those of docs/terms.md."""

from datetime import datetime
from typing import Any

from ninja import Field, Schema


class ErrorOut(Schema):
    field: str
    message: str


class ProblemOut(Schema):
    """RFC 9457."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["请求中有不能识别的内容。"])
    errors: list[ErrorOut] = Field(default=[])


class RecordOut(Schema):
    """The public copy of a published record."""

    kind: str = Field(examples=["instruments"])
    number: str = Field(examples=["4300001200000012"])
    title: str = Field(examples=["电感耦合等离子体发射光谱仪"])
    address: str = Field(examples=["https://keyi.example.cn/instruments/4300001200000012/"])
    revision: int = Field(examples=[512])
    first_published_at: datetime
    published_at: datetime
    updated_at: datetime
    hours: dict[str, Any] = Field(examples=[{"2025": {"run": "1128.0", "ext": "320.0"}}])
    content: dict[str, Any] = Field(
        examples=[{"fields": {"model_name": "iCAP 6300", "value_wan": "88.60"}, "unit": {"name": "麓山大学"}}]
    )


class RecordsOut(Schema):
    items: list[RecordOut]
    next: str | None = Field(description="Cursor of the next page, or null at the end.", examples=["MTIz"])


class OptionOut(Schema):
    value: str = Field(examples=["430100"])
    label: str = Field(examples=["长沙市"])
    count: int = Field(examples=[12])


class SearchOut(Schema):
    count: int = Field(examples=[37])
    page: int
    also: list[str] = Field(description="Other names that were looked for as well.", examples=[["ICP-OES"]])
    items: list[RecordOut]
    nearest: list[RecordOut] = Field(
        description="What comes closest, when nothing answers the whole question."
    )
    facets: dict[str, list[OptionOut]]


class CodeListOut(Schema):
    name: str = Field(examples=["subject"])
    label: str = Field(examples=["学科"])


class CodeOut(Schema):
    code: str = Field(examples=["150"])
    label: str = Field(examples=["化学"])
    label_en: str
    full_label: str
    parent: str | None
    is_retired: bool


class CodesOut(Schema):
    items: list[CodeOut]
    next: str | None


class ChangeOut(Schema):
    revision: int = Field(examples=[513])
    what: str = Field(
        description="“published” (new or changed), “removed”, or “emptied”: begin anew.",
        examples=["published"],
    )
    kind: str = Field(examples=["instruments"])
    number: str = Field(examples=["4300001200000012"])
    record: RecordOut | None


class ChangesOut(Schema):
    items: list[ChangeOut]
    next: int = Field(description="Ask with after=next for what comes then.", examples=[513])
    more: bool
