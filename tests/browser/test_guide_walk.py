"""The guide's sections 一, 二 and 四（填报仪器设备数据） as a new unit walks them: from 注册 to the public page.

The instrument is a real one from a public laboratory list: 电感耦合等离子体发射光谱仪 Icap6300.
"""

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from keyi.accounts import tree
from keyi.accounts.models import Membership, OrgUnit, User
from keyi.accounts.roles import Role
from keyi.records.models import Instrument
from tests.accounts.post import link_in
from tests.core.samples import as_bytes, pdf, scene
from tests.jobs import run_jobs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME, PASSWORD = "xiangjiang_lab", "Qing-feng-2026"
USCC = "12430000MB0000035P"
LIST_NAME = "电感耦合等离子体发射光谱仪"


@pytest.fixture
def province(live_server) -> None:
    for name in ("division", "country", "industry", "subject", "instrument_class"):
        call_command("load_codes", name, verbosity=0)
    tree.ensure_province()
    root = OrgUnit.objects.get(level="province")
    reviewer = User.objects.create_user(
        "reviewer", email="r@example.org", password=PASSWORD, real_name="陈静"
    )
    Membership.objects.create(user=reviewer, unit=root, role=Role.REVIEWER)


def sign_in(page: Page, identity: str, name: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="登录").first.click()
    page.locator("#id_identity").get_by_text(identity, exact=True).click()
    page.get_by_label("账号名称").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url("**/work/")


def open_all(page: Page) -> None:
    """Unfold every section, as a person would one by one, once the page is whole."""
    expect(page.locator("details.k-sec").first).to_be_attached()
    page.wait_for_load_state()
    folded = page.locator("details.k-sec:not([open], [hidden]) > summary")
    while folded.count():
        folded.first.click()


def attach(page: Page, slot: str, name: str, content: bytes, kind: str) -> None:
    page.set_input_files(f"#id_{slot}", {"name": name, "mimeType": kind, "buffer": content})
    expect(page.locator(f"#files-{slot} a", has_text=name)).to_be_attached(timeout=20_000)
    open_all(page)


def test_new_unit_walks_the_guide(open_page, look_at, province):
    page = open_page()
    reviewer = open_page(reduced_motion="no-preference")  # with motion, as most people see pages
    register(page, look_at)
    fill_in_unit(page, look_at)
    sign_in(reviewer, "平台管理", "reviewer")
    publish(reviewer, look_at, "湘江材料检测所", "review-unit")
    add_lab(page, look_at)
    add_instrument(page, look_at)
    publish(reviewer, look_at, LIST_NAME, "review-instrument")
    find_in_public(open_page(reduced_motion="no-preference"), look_at)


def register(page: Page, look_at) -> None:
    """一、管理单位注册/登录账号"""
    page.goto("/")
    look_at(page, "walk-home-empty")
    page.get_by_role("link", name="注册", exact=True).first.click()
    expect(page.get_by_role("radio", name="法人单位管理员")).to_be_checked()
    page.get_by_label("统一社会信用代码").fill("１２４３００００ mb0000035p")
    page.get_by_label("单位名称").fill("湘江材料检测所")
    page.get_by_label("单位性质").select_option(label="科研院所")
    page.get_by_label("所在地区").select_option("division:430104")
    page.get_by_label("姓名").fill("周明")
    page.get_by_label("手机").fill("139 0000 1234")
    page.get_by_label("电子邮箱").fill("zhou@example.org")
    page.get_by_label("账号名称").fill(NAME)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_label("再输一次密码").fill(PASSWORD)
    page.get_by_label("我已阅读并同意").check()
    expect(page.get_by_text("已确认不是机器提交")).to_be_visible(timeout=20_000)
    page.get_by_role("main").get_by_role("button", name="注册").click()
    expect(page.get_by_role("heading", name="注册成功")).to_be_visible()
    expect(page.get_by_text(NAME)).to_be_visible()
    run_jobs()
    page.goto(link_in(mail.outbox[-1]))
    if page.get_by_role("main").get_by_role("button").count():
        page.get_by_role("main").get_by_role("button").first.click()
    sign_in(page, "管理单位", NAME)
    look_at(page, "walk-workbench-new")


def fill_in_unit(page: Page, look_at) -> None:
    """二、单位信息管理"""
    page.get_by_role("link", name="单位信息管理").first.click()
    expect(page.get_by_label("单位名称")).to_have_value("湘江材料检测所")
    open_all(page)
    look_at(page, "walk-unit-form")
    page.get_by_label("隶属关系").select_option(label="省属")
    page.get_by_label("法定代表人").fill("张远山")
    page.get_by_label("街道地址").fill("麓山南路示范段 1 号")
    page.get_by_label("邮政编码").fill("４１００８３")
    page.get_by_label("仪器管理部门").fill("设备处")
    page.get_by_role("textbox", name="联系人", exact=True).fill("周明")
    page.get_by_label("联系电话").fill("0731 8800 5678")
    page.get_by_role("textbox", name="电子邮箱", exact=True).fill("zhou@example.org")
    page.get_by_label("单位简介").fill("示例单位：从事金属材料和水质的分析检测。")
    page.get_by_label("职务").fill("科长")
    page.get_by_role("textbox", name="办公电话", exact=True).fill("0731-88005678")
    page.get_by_label("加入平台理由、拟开展的工作").fill("开放共享本单位的分析仪器，服务中小企业。")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_contain_text("请上传盖章后的申请书扫描件。")
    look_at(page, "walk-unit-missing")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载预填申请书").click()
    assert download.value.suggested_filename == "平台申请书.docx"
    open_all(page)
    attach(page, "license", "法人证书.pdf", pdf(), "application/pdf")
    attach(page, "policies", "开放共享管理办法.pdf", pdf(pages=3), "application/pdf")
    attach(page, "application", "申请书盖章.pdf", pdf(pages=1), "application/pdf")
    submit(page, look_at, "walk-unit")


def submit(page: Page, look_at, name: str) -> None:
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="核对后提交")).to_be_visible()
    look_at(page, f"{name}-check")
    page.get_by_label("以上内容已核对").check()
    page.get_by_role("button", name="确认提交审核").click()
    expect(page.get_by_role("heading", name="已提交审核")).to_be_visible()
    look_at(page, f"{name}-done")


def add_lab(page: Page, look_at) -> None:
    """四、1 先新增一个二级机构"""
    page.goto("/work/")
    page.get_by_role("link", name="实验室（院系）管理").first.click()
    look_at(page, "walk-labs-empty")
    page.get_by_role("link", name="新增").first.click()
    page.get_by_label("机构名称").fill("分析测试室")
    page.get_by_label("负责人").fill("李楠")
    page.locator("#id_tel").fill("0731-88001234")
    look_at(page, "walk-lab-form")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("分析测试室").first).to_be_visible()
    look_at(page, "walk-labs")


def add_instrument(page: Page, look_at) -> None:
    """四、2 and 3 新增仪器, all six notes"""
    page.goto("/work/")
    page.get_by_role("link", name="仪器管理").first.click()
    look_at(page, "walk-instruments-empty")
    page.get_by_role("link", name="新增").first.click()
    open_all(page)
    look_at(page, "walk-instrument-form")
    page.get_by_role("radio", name="仪器", exact=False).first.check()
    page.get_by_label("仪器名称").fill(LIST_NAME)
    page.get_by_label("所在单位仪器编号").fill("SB-192")
    page.get_by_label("规格型号").fill("Icap6300")
    page.get_by_label("无所属创新平台").check()
    page.get_by_label("所属实验室（院系）").select_option(label="分析测试室")
    choose(page, "仪器分类", "guangpu")
    page.get_by_label("仪器设备类别").select_option(label="通用")
    choose(page.get_by_role("group", name="主要学科领域"), "第 1 项", "化学")
    page.get_by_label("生产制造商").fill("thermo")
    choose(page, "产地国别", "美国")
    page.get_by_label("设备来源").select_option(label="购置")
    page.get_by_label("原值（万元）").fill("88.60")
    page.get_by_label("第 1 行来源").select_option(label="单位自有资金")
    page.get_by_label("建账日期").fill("2007-06-01")
    page.get_by_label("启用日期").fill("2007-07-01")
    page.get_by_label("主要功能").fill("水、土壤、植物样品中多元素的同时测定")
    page.get_by_label("主要技术指标").fill("稳定性好")
    page.get_by_role("group", name="是否二次开发").get_by_text("否", exact=True).click()
    page.get_by_label("运行状态").select_option(label="正常")
    page.get_by_role("radio", name="外部共享").check()
    page.get_by_label("服务内容").fill("水样、土壤中金属元素的测定")
    page.get_by_label("收费面议").check()
    page.get_by_label("第 1 行开放日").select_option(label="周一至周五")
    page.get_by_label("第 1 行开始").fill("08:30")
    page.get_by_label("第 1 行结束").fill("17:30")
    page.get_by_label("用户须知").fill("提前 3 个工作日预约。")
    page.get_by_label("所在区县").select_option("division:430104")
    page.get_by_label("街道地址").fill("麓山南路示范段 1 号")
    page.get_by_label("楼栋").fill("分析测试楼")
    page.get_by_label("仪器负责人").fill("李楠")
    page.get_by_role("textbox", name="联系人", exact=True).fill("李楠")
    page.get_by_label("联系电话").fill("0731-88001234")
    page.get_by_label("电子邮箱").fill("li@example.org")
    page.get_by_label("通讯地址").fill("长沙市岳麓区麓山南路示范段 1 号")
    page.get_by_label("邮政编码").fill("410083")
    page.get_by_role("group", name="海关监管").get_by_text("否", exact=True).click()
    attach(page, "photos", "整机正面.jpg", as_bytes(scene()), "image/jpeg")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_contain_text("没有数值")
    look_at(page, "walk-instrument-errors")
    page.get_by_label("主要技术指标").fill("波长 166～847 nm，检出限 1～10 μg/L")
    page.get_by_label("楼层").fill("3 层")
    submit(page, look_at, "walk-instrument")


def choose(where: Page | Locator, label: str, typed: str) -> None:
    """Type into a combobox and take the first suggestion."""
    box = where.get_by_role("combobox", name=label).first
    box.press_sequentially(typed)
    expect(where.locator("[role=listbox]:not([hidden]) [role=option]").first).to_be_visible()
    box.press("Enter")


def publish(page: Page, look_at, name: str, shot: str) -> None:
    page.goto("/work/")
    page.get_by_role("link", name="审核中心").first.click()
    look_at(page, f"walk-{shot}-queue")
    page.get_by_role("link", name=name).first.click()
    look_at(page, f"walk-{shot}")
    page.get_by_role("button", name="通过并发布").first.click()
    expect(page.get_by_text("已发布").first).to_be_visible()


def find_in_public(page: Page, look_at) -> None:
    page.goto("/")
    look_at(page, "walk-home")
    page.get_by_label("搜索仪器").fill("Icap6300")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name=LIST_NAME).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(LIST_NAME)
    expect(page.get_by_text("面议").first).to_be_visible()
    expect(page.get_by_text("分析测试楼").first).to_be_visible()
    expect(page.get_by_text("李楠")).to_have_count(0)
    look_at(page, "walk-instrument-public")
    code = Instrument.objects.get().code
    assert page.url.endswith(f"/instruments/{code}/")
