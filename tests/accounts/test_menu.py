"""The side menu and the head of the page: what each role sees, and what it costs."""

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override

from keyi.accounts.menu import Who
from keyi.inbox.models import Message

UNIT = [
    "工作台", "单位信息管理", "创新平台/检测机构管理", "实验室（院系）管理", "仪器管理", "仪器维护进度详情",
    "仪器维护进度汇总", "实验室（院系）账号管理", "服务记录", "纠错反馈", "Excel 导入", "国家平台报送",
    "消息", "操作日志",
]  # fmt: skip
LAB = [
    "工作台", "创新平台/检测机构管理", "仪器管理", "仪器维护进度详情", "服务记录", "纠错反馈", "Excel 导入", "消息",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _chinese():
    with override("zh-hans"):
        yield


def who(user, path: str = "/work/") -> Who:
    request = RequestFactory().get(path)
    request.user = type(user).objects.get(pk=user.pk)
    return Who(request)


def labels(user) -> list[str]:
    return [str(row["label"]) for group in who(user).menu for row in group["rows"]]


@pytest.mark.django_db
def test_each_role_sees_its_own_menu_in_the_order_of_the_guide(world):
    assert labels(world.unit_admin) == UNIT
    assert labels(world.stranger) == UNIT
    assert labels(world.lab_manager) == LAB
    assert labels(world.reviewer) == [
        "工作台",
        "审核中心",
        "维护进度",
        "维护年度",
        "纠错反馈",
        "国家平台报送",
        "通知与下载",
        "消息",
    ]
    assert labels(world.system_admin) == ["工作台", "通知与下载", "代码表", "以单位名义操作", "消息"]


@pytest.mark.django_db
def test_the_first_review_is_in_the_menu_of_a_unit_that_chose_it(world):
    world.university.has_first_review = True
    world.university.save()
    assert labels(world.unit_admin) == [*UNIT[:-2], "一级初审", "消息", "操作日志"]
    assert labels(world.stranger) == UNIT
    assert labels(world.lab_manager) == LAB


@pytest.mark.django_db
def test_the_row_of_the_page_is_marked(world):
    instruments = reverse("record-list", kwargs={"kind": "instruments"})
    assert who(world.unit_admin, f"{instruments}7/edit/").here == "仪器管理"
    assert who(world.unit_admin, "/work/").here == "工作台"
    assert who(world.unit_admin, "/units/").here == ""


@pytest.mark.django_db
def test_the_head_of_the_page_takes_two_queries_however_many_messages(world, django_assert_num_queries):
    Message.objects.bulk_create(Message(recipient=world.unit_admin, subject=str(n)) for n in range(30))
    Message.objects.create(recipient=world.stranger, subject="x")
    person = who(world.unit_admin)
    with django_assert_num_queries(2):
        assert person.unread == 30
        assert person.home.unit.name == "麓山大学"
        assert person.home.get_role_display() == "法人单位管理员"
        assert [group["label"] for group in person.menu] == ["", "填报与维护", "服务", "记录"]
    with django_assert_num_queries(0):
        assert (person.unread, len(person.menu)) == (30, 4)


def test_a_visitor_has_no_menu_and_costs_nothing(rf):
    visitor = Who(rf.get("/"))
    assert (visitor.is_signed_in, visitor.home, visitor.unread, visitor.menu) == (False, None, 0, [])
