"""Every page that lists rows asks the database as often for many rows as for few."""

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keyi.accounts.choices import UnitNature
from keyi.accounts.models import Login, OrgUnit, User
from keyi.api import tokens
from keyi.catalogue.models import Download, Notice
from keyi.codes.models import CodeItem, CodeList
from keyi.exchange.models import Outgoing
from keyi.inbox.models import Message
from keyi.review.models import ReviewEvent
from keyi.sheets.models import Import
from tests.factories import add_photo, make_institution, make_instrument
from tests.signing import sign_in
from tests.world import World

L = OrgUnit.Level
STATES = ("draft", "endorsed", "returned", "published")
MOST = 50  # of the fullest page, a form with every field
PAGES = [
    ("visitor", "home"), ("visitor", "instrument-list"), ("visitor", "unit-list"), ("visitor", "unit"),
    ("visitor", "instrument"), ("visitor", "notices"), ("visitor", "downloads"), ("visitor", "site-map"),
    ("visitor", "code-tree"), ("visitor", "code-options"), ("visitor", "feed"), ("visitor", "sitemap-part"),
    ("visitor", "register"), ("unit_admin", "work-home"), ("unit_admin", "record-list"), ("unit_admin", "labs"),
    ("unit_admin", "record-create"), ("unit_admin", "record-edit"), ("unit_admin", "record-detail"),
    ("unit_admin", "inbox"), ("unit_admin", "account"), ("unit_admin", "lab-edit"), ("unit_admin", "lab-delete"),
    ("unit_admin", "imports"), ("unit_admin", "tokens"), ("unit_admin", "national"), ("unit_admin", "action-log"),
    ("reviewer", "national"), ("unit_admin", "import"),
    ("reviewer", "work-home"), ("reviewer", "review-queue"), ("reviewer", "review-record"),
    ("reviewer", "content"), ("system_admin", "code-lists"), ("system_admin", "code-list"),
]  # fmt: skip


class Grown:
    """麓山大学 and the rest of the province with more and more of everything."""

    def __init__(self) -> None:
        self.world = World()
        self.number = 0
        self.institution = make_institution(self.world)
        self.draft, self.waiting, _, self.published = self._instruments()
        self.job = self._import()
        self._photographed(self.published)

    def _import(self) -> Import:
        return Import.objects.create(
            sheet="instruments", person=self.world.unit_admin, unit=self.world.university, step="checked",
            file_name="仪器.xlsx", counts={"refused": 1},
            headings=[{"place": 0, "text": "名称", "target": "name", "samples": []}],
        )  # fmt: skip

    def _outgoing(self) -> None:
        Outgoing.objects.create(
            unit=self.world.university, kind=4, what=f"instruments:{self.number}", label="光谱仪", message={},
            digest="0" * 64, problems=[["图片", "缺少内容。"]], state="incomplete",
        )  # fmt: skip

    def grow(self, rows: int) -> None:
        for _ in range(rows):
            self.number += 1
            self._import()
            tokens.make(self.world.unit_admin, self.world.lab, name="系统", may_write=True, days=30)
            self._outgoing()
            errors = [["仪器名称", "请填写。"]]
            self.job.rows.create(line=self.number, cells=["离心机"], verdict="refused", errors=errors)
            self._unit()
            self._laboratory()
            for record in self._instruments():
                self._photographed(record)
            self._papers()

    def url(self, name: str) -> str:
        arguments = {
            "import": [self.job.token], "unit": [self.world.university.uscc], "instrument": [self.published.code],
            "code-tree": ["subject"], "code-options": ["subject"], "code-list": ["subject"],
            "sitemap-part": ["instruments"], "record-list": ["instruments"], "record-create": ["instruments"],
            "record-edit": ["instruments", self.draft.pk], "record-detail": ["instruments", self.waiting.pk],
            "review-record": ["instruments", self.waiting.pk],
            "lab-edit": [self.world.department.pk], "lab-delete": [self.world.department.pk],
        }  # fmt: skip
        return reverse(name, args=arguments.get(name, []))

    def _unit(self) -> None:
        unit = self.world.node(
            L.INSTITUTION, f"研究所 {self.number}", self.world.changsha_city,
            uscc=f"1243000000{self.number:08d}", nature=UnitNature.INSTITUTE, division=self.world.yuelu,
        )  # fmt: skip
        make_institution(self.world, unit=unit, status="published" if self.number % 2 else "endorsed")

    def _laboratory(self) -> None:
        department = self.world.node(L.DEPARTMENT, f"学院 {self.number}", self.world.university)
        self.world.node(L.LAB, f"实验室 {self.number}", department)
        self.world.node(L.LAB, f"分析室 {self.number}", self.world.department)

    def _instruments(self) -> list:
        return [
            make_instrument(self.world, status=state, inventory_number=f"{state}-{self.number}")
            for state in STATES
        ]

    def _photographed(self, record) -> None:
        photo = add_photo(self.world, record)
        ReviewEvent.objects.create(
            kind="instruments", object_id=self.waiting.pk, transition="submit", from_status="draft",
            to_status="endorsed", version=1, actor=self.world.lab_manager, actor_label="分析测试中心",
            marks={"name": "请核对"}, comment=photo.name,
        )  # fmt: skip

    def _papers(self) -> None:
        number, admin = self.number, self.world.unit_admin
        Notice.objects.create(title=f"通知 {number}", body="正文", is_published=True)
        download = Download(title=f"文件 {number}", kind="pdf", size=3, order=number)
        download.file.save("a.pdf", ContentFile(b"%PD"), save=True)
        Message.objects.create(recipient=admin, subject=f"消息 {number}", body="正文", link="/work/")
        Login.objects.create(user=admin, address="192.0.2.1", browser="Firefox")
        CodeItem.objects.create(
            key=f"subject:{number:03d}", code_list=CodeList.SUBJECT, code=f"{number:03d}", label=f"学科 {number}",
            full_label=f"学科 {number}", level=1, pinyin="", initials="",
        )  # fmt: skip


def queries(grown: Grown) -> dict[tuple[str, str], int]:
    counted = {}
    for person, name in PAGES:
        client = Client()
        if person != "visitor":
            sign_in(client, User.objects.get(username=person))
        client.get(grown.url(name))  # the first look may write the visit or warm a cache
        with CaptureQueriesContext(connection) as caught:
            response = client.get(grown.url(name))
        assert response.status_code == 200, name
        counted[person, name] = len(caught)
    return counted


@pytest.mark.django_db
def test_no_page_takes_more_queries_for_many_rows_than_for_few():
    grown = Grown()
    grown.grow(5)
    few = queries(grown)
    grown.grow(45)
    many = queries(grown)
    assert {page: (few[page], count) for page, count in many.items() if count > few[page]} == {}
    assert {page: count for page, count in many.items() if count > MOST} == {}
