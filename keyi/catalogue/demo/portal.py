"""Notices and downloads of the demo."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from keyi.accounts.models import User
from keyi.catalogue.checking import check_download
from keyi.catalogue.editing import save_download, save_notice
from keyi.catalogue.models import Download, Notice
from keyi.codes.models import CodeItem, CodeList
from keyi.records.application import ApplicationData, application_docx

from .papers import excel_list, word_text

EXAMPLE = "（本平台为演示系统，本文是示例。）"
# (days before today, pinned, title, text)
NOTICES = (
    (
        2, True, "关于开展年度仪器维护数据填报的通知",
        f"{EXAMPLE}\n\n各管理单位：\n\n请在开放期内完成本单位全部已发布仪器的人员维护和运行维护。\n\n"
        "- 登录后点击“仪器维护进度详情”菜单；\n- 与往年没有变动的信息可以沿用；\n- 全部填完后核对一遍再保存。",
    ),
    (
        9, False, "关于公布开放共享评价考核结果的通知",
        f"{EXAMPLE}\n\n年度评价考核已经结束，结果见各单位的站内消息。有异议的单位请在 10 个工作日内书面提出。",
    ),
    (
        24, False, "《管理办法》修订要点：哪些仪器应当入网",
        f"{EXAMPLE}\n\n# 应当入网\n\n1. 主要由财政资金购置的科研仪器；\n2. 单台（套）原值达到规定标准的仪器。\n\n"
        "# 可以入网\n\n社会资金购置、愿意对外服务的仪器。",
    ),
    (31, False, "平台假期咨询服务安排", f"{EXAMPLE}\n\n假期中平台照常开放，电话咨询在工作日 8:30 至 17:30。"),
    (
        38, False, "线上培训：仪器填报与审核常见问题",
        f"{EXAMPLE}\n\n培训讲解注册、单位信息填报、仪器填报和照片要求，时长约 90 分钟，无需报名。",
    ),
)  # fmt: skip
GUIDE = (
    "# 一、管理单位注册、登录",
    "打开平台首页，点击左上角“注册”，选择“法人单位管理员”身份，填写所有标有红色 * 的项目。"
    "注册后回到首页，点击左上角“登录”，选择以“管理单位”身份登录。",
    "# 二、单位信息管理",
    "点击“单位信息管理”，填写必填项目，点击“提交”。申请书可以在这个页面下载，内容已按填写的信息预先填好；"
    "打印并加盖单位公章，扫描后上传。",
    "# 四、填报仪器设备数据",
    "单位信息发布后，先在“实验室（院系）管理”新增一个二级机构并保存，再在“仪器管理”新增仪器，填写必填项目，点击“提交”。",
    "仪器类型请选择“仪器”，只有大科学装置才选“设施”；没有创新平台的选择“无所属创新平台”；"
    "请上传清晰真实的仪器图片，不要有人员入镜；存放地点精确到楼层，主要技术指标填写准确数值；"
    "收费标准需要商定的写“面议”。",
)
RULES = (
    "# 第一条",
    "为提高本单位科研仪器的使用效率，促进开放共享，制定本办法。",
    "# 第二条",
    "本单位仪器在满足自身科研需要的前提下，向社会开放，按公布的收费标准收费。",
    "# 第三条",
    "仪器负责人负责预约、使用记录和日常维护，每年在平台填报运行情况。",
)


def make_notices(author: User) -> None:
    for days, is_pinned, title, body in NOTICES:
        published_on = timezone.localdate() - dt.timedelta(days=days)
        notice = Notice(
            title=title, body=body, is_published=True, is_pinned=is_pinned, published_on=published_on
        )
        save_notice(notice, author)


def make_downloads(author: User) -> None:
    """In the guide's order: the application form is the third."""
    classes = CodeItem.objects.in_use(CodeList.INSTRUMENT_CLASS).values_list("code", "label")
    files = (
        ("平台操作指南", "注册、填报和提交的步骤", word_text("平台操作指南", GUIDE)),
        ("仪器分类代码表", "填报仪器分类时查用", excel_list([("代码", "名称"), *classes])),
        (
            "平台申请书", "填写后加盖公章扫描，在“单位信息管理”上传",
            application_docx(ApplicationData(province="湖南省")),
        ),
        ("开放共享管理制度参考文本", "单位制定制度时参考", word_text("大型仪器开放共享管理办法（参考文本）", RULES)),
    )  # fmt: skip
    for title, description, content in files:
        upload = SimpleUploadedFile(title, content)
        kind = check_download(upload)
        upload.name = f"{title}.{kind}"
        item = Download(title=title, description=description, file=upload, kind=kind, size=len(content))
        save_download(item, author)
