import io

import pytest
from django.utils import translation
from docx import Document

from keyi.accounts.choices import UnitNature
from keyi.records.application import (
    AdministratorData,
    ApplicationData,
    PlatformData,
    application_docx,
    from_institution,
)
from keyi.records.choices import Education
from keyi.records.models import Institution

FULL = ApplicationData(
    province="湖南省",
    unit_name="麓山大学",
    code="12430000MB00000192",
    department="实验室管理处",
    contact="周明",
    tel="0731-88880000",
    email="zhou@example.org",
    fax="0731-88880001",
    nature=UnitNature.INSTITUTE,
    reason="一、开放共享。\n二、编制收费标准。",
    platforms=(
        PlatformData("甲重点实验室", "麓山大学", "12430000MB00000192", "简介甲"),
        PlatformData("乙技术中心", "湘潭检测院", "12430000MB0000027W", "简介乙"),
    ),
    administrator=AdministratorData(
        "lushan", "周明", "男", "1985年03月", "硕士", "科长", "实验师", "13900000000", "0731-88880000",
        "zhou@example.org", "123456", "zhou_ming",
    ),
)  # fmt: skip


def tables(content: bytes) -> list[list[list[str]]]:
    """Every table as rows of texts, a merged cell once."""

    def texts(row) -> list[str]:
        cells = dict.fromkeys(cell._tc for cell in row.cells)
        return ["\n".join(paragraph.text for paragraph in cell.p_lst) for cell in cells]

    return [[texts(row) for row in table.rows] for table in Document(io.BytesIO(content)).tables]


def test_application_has_the_paper_form_in_its_order():
    unit, platforms, person = tables(application_docx(FULL))
    assert unit == [
        ["单位名称", "麓山大学\n（加盖公章）"],
        ["法人单位统一信用代码（组织机构代码）", "12430000MB00000192"],
        ["仪器管理部门", "实验室管理处"],
        ["联系人", "周明", "联系电话", "0731-88880000"],
        ["电子邮箱", "zhou@example.org", "传    真", "0731-88880001"],
        ["单位性质", "□高校    ☑科研院所    □企业\n□中介机构    □其他"],
        ["加入平台理由、拟开展的工作", "一、开放共享。\n二、编制收费标准。"],
    ]
    assert platforms == [
        ["重点实验室、工程技术研究中心等创新平台入网填报信息"],
        ["名称", "甲重点实验室"],
        ["依托法人单位名称/组建单位名称", "麓山大学"],
        ["依托法人单位统一信用代码（组织机构代码）", "12430000MB00000192"],
        ["创新平台简介", "简介甲"],
        ["名称", "乙技术中心"],
        ["依托法人单位名称/组建单位名称", "湘潭检测院"],
        ["依托法人单位统一信用代码（组织机构代码）", "12430000MB0000027W"],
        ["创新平台简介", "简介乙"],
    ]
    assert person == [
        ["共享平台管理员情况表"],
        ["注册账号", "lushan", "姓名", "周明", "性别", "男", "出生年月", "1985年03月"],
        ["学历", "硕士", "职务", "科长", "职称", "实验师", "手机", "13900000000"],
        [
            "办公电话",
            "0731-88880000",
            "电子邮箱",
            "zhou@example.org",
            "QQ号",
            "123456",
            "微信号",
            "zhou_ming",
        ],
    ]


def test_application_has_the_title_of_the_province():
    document = Document(io.BytesIO(application_docx(FULL)))
    titles = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert titles == ["湖南省科研设施和科研仪器开放共享服务平台", "申请书"]
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)


def test_empty_application_is_the_empty_paper_form():
    unit, platforms, person = tables(application_docx(ApplicationData()))
    assert unit[0] == ["单位名称", "（加盖公章）"]
    assert unit[6][1] == "（希望成为平台成员的理由，加入后拟开展的重点工作）（500字以内）"
    assert [row[1] for row in platforms[1:]] == ["", "", "", ""]
    assert [text for row in person[1:] for text in row[1::2]] == [""] * 12


@pytest.mark.parametrize(
    "typed",
    [
        "{{ 7 * 7 }}{% for a in b %}",
        "<w:t>x</w:t> & ]]> \"'",
        "长" * 5000,
        "😀 𠮷",
        "=1+1",
        "C:\\a\\b %s %(x)s",
    ],
)
def test_hostile_text_comes_out_as_text(typed):
    unit = tables(application_docx(ApplicationData(unit_name=typed, reason=typed)))[0]
    assert (unit[0][1], unit[6][1]) == (f"{typed}\n（加盖公章）", typed)


def test_control_characters_are_left_out():
    unit = tables(application_docx(ApplicationData(department="a\x00b\x1b\ufffe\ud800c")))[0]
    assert unit[2][1] == "abc"


def test_from_institution_takes_what_was_typed(world):
    record = Institution.objects.create(
        unit=world.university, name="麓山大学", nature=UnitNature.UNIVERSITY, org_code="MB000001-9",
        instrument_dept="实验室管理处", contact="周明", tel="0731-88880000", email="zhou@example.org", fax="",
        join_reason="开放共享。", admin_name="周明", admin_gender="unsaid", admin_birth_month="1985-03",
        admin_education="master", admin_post="科长", admin_title="", admin_mobile="13900000000",
        admin_tel="0731-88880000", admin_email="zhou@example.org", admin_qq="1", admin_wechat="w",
    )  # fmt: skip
    with translation.override("en"):
        data = from_institution(record)
    with translation.override("zh-hans"):
        education = str(Education.MASTER.label)
    assert data == ApplicationData(
        province="湖南省", unit_name="麓山大学", code="12430000MB00000192（MB000001-9）", department="实验室管理处",
        contact="周明", tel="0731-88880000", email="zhou@example.org", nature="university", reason="开放共享。",
        administrator=AdministratorData(
            username="unit_admin", name="周明", birth_month="1985年03月", education=education,
            post="科长", mobile="13900000000", tel="0731-88880000", email="zhou@example.org", qq="1", wechat="w",
        ),
    )  # fmt: skip


def test_from_institution_of_an_empty_draft(world):
    data = from_institution(Institution.objects.create(unit=world.university))
    assert data == ApplicationData(
        province="湖南省", unit_name="麓山大学", code="12430000MB00000192",
        administrator=AdministratorData(username="unit_admin"),
    )  # fmt: skip
