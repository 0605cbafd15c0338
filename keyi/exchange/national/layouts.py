"""The elements of each kind of message, as the interface's later version wants them (2016 lengths where shorter)."""

from keyi.exchange.elements import Element

from . import CENTRE, CUSTOMS, EFFECT, FACILITY, INSTRUMENT, SERVICE

E = Element
PLACE = (
    E("province", "安放地址（省）"), E("city", "安放地址（市）"), E("county", "安放地址（区县）"),
)  # fmt: skip
CONTACT = (E("contact", "联系人", most=20), E("phone", "电话", most=20), E("email", "电子邮箱", most=50))
OWNER = E("insCode", "所属单位标识", most=32)
NUMBER = E("innerId", "所在单位仪器编号", most=150)
AUDIT = E("auditStatus", "提交状态", "audit")
SUBJECTS = E("subject", "主要学科领域", "list")
POSTCODE = E("postalcode", "邮政编码", "code6", 6)
SOURCES = ("购置", "研制", "赠送", "其他")
USAGES = ("通用", "专用")
SHARES = ("内部共享", "外部共享", "不共享")
STATES = ("正常", "待机", "远程服务中", "偶有故障", "故障频繁", "待修", "待报废")
FUNDS = ("中央财政资金", "地方财政资金", "单位自有资金", "其他资金")
WAYS = ("占用共享", "技术共享", "委托共享", "远程共享", "其他")
OPINIONS = ("非常满意", "基本满意", "一般", "不满意", "极差")
BELONGS = ("1", "2", "4", "6", "7", "8", "无")

LAYOUTS: dict[int, tuple[Element, ...]] = {
    CENTRE: (
        E("cname", "仪器中心名称", most=50), E("innerId", "所在单位中心编号", most=150),
        E("instruNum", "大型科研仪器数量", "whole"), E("worth", "仪器总原值（万元）", "number"),
        E("area", "科研用房面积（㎡）", "number"), E("establish", "成立日期", "day"),
        E("accept", "是否取得实验室认证认可", "yes_no"), SUBJECTS, E("serviceContent", "中心简介", most=200),
        E("url", "仪器中心网址", "url", 100), *PLACE, E("image", "图片", "url", 150, is_required=False), *CONTACT,
        E("location", "通讯地址", most=100), POSTCODE,
    ),
    FACILITY: (
        E("cname", "装置名称", most=50), E("ename", "英文名称", most=100),
        E("enameShort", "英文简称", most=150, is_required=False), E("innerId", "所属单位科学装置编号", most=150),
        E("url", "装置网站网址", "url", 100), E("worth", "建设经费（万元）", "number"),
        E("beginDate", "验收通过日期", "day"),
        E("deviceCategory", "设施类别", allowed=("专用研究设施", "公共实验设施", "公益服务设施")),
        E("construction", "建设情况", allowed=("在建", "建成")), E("competentDep", "主管部门", most=500),
        E("supInsname", "依托单位", most=500), E("approvalDep", "批复部门", most=500), *PLACE,
        E("street", "安放地址（街道）", most=100), SUBJECTS, E("technical", "科学技术中心", most=500),
        E("function", "主要功能及技术指标", most=300), E("serviceContent", "国内主要单位用户", most=300),
        E("requirement", "国外主要单位用户", most=300), E("achievement", "重大任务与成果", most=2500),
        E("video", "科普视频网址", "url", 100), *CONTACT, E("fillPosition", "填报联系人职务"),
        E("fillInsname", "填报联系人单位"), E("sciContact", "首席科学家"), E("sciPosition", "首席科学家职务"),
        E("sciInsname", "首席科学家单位"), E("sciPhone", "首席科学家电话"), E("sciEmail", "首席科学家邮箱"),
        E("runContact", "运行负责人"), E("runPosition", "运行负责人职务"), E("runInsname", "运行负责人单位"),
        E("runPhone", "运行负责人电话"), E("runEmail", "运行负责人邮箱"), E("layoutImage", "布局图", "url", 100),
        E("keyImage", "关键部件图", "url", 100), E("experimentImage", "实验操作图", "url", 100),
        E("organizationFile", "组织管理制度", "url", 100), E("openFile", "开放收费制度", "url", 100),
        E("applyFile", "设施申请制度", "url", 100),
        *(E(f"researchFile{n}", f"研究成果附件 {n}", "url", 100, is_required=False) for n in
          ("One", "Two", "Three", "Four", "Five")),
    ),
    INSTRUMENT: (
        OWNER, E("cname", "仪器设备名称", most=100), E("ename", "英文名称", most=100, is_required=False), NUMBER,
        E("instrBelongsType", "所属资源载体类型", allowed=BELONGS),
        E("instrBelongsName", "所属资源载体内部编号", most=150),
        E("resourceName", "隶属资源载体名称", most=150), E("insideDepart", "所属单位内部门"),
        E("instrCategory", "设备分类编码", "code6"), E("instrSource", "仪器设备来源", allowed=SOURCES),
        E("instrSupervise", "海关监管情况", "yes_no"), E("worth", "原值（万元）", "number"),
        E("nation", "产地国别", most=45), E("manufacturer", "生产制造商", most=100),
        E("beginDate", "建账日期", "day"), E("type", "仪器设备类别", allowed=USAGES),
        E("instrVersion", "规格型号", most=100), E("technical", "主要技术指标", most=500),
        E("function", "主要功能", most=300), SUBJECTS, E("funds", "主要购置经费来源", "list", allowed=FUNDS),
        E("serviceContent", "服务内容", most=200), E("requirement", "用户须知", most=500),
        E("fee", "参考收费标准", most=500), E("serviceUrl", "预约服务网址", "url", 100),
        E("runMachine", "年总运行机时", "number"), E("serviceMachine", "年服务机时", "number"),
        E("image", "图片", "url", 150), *PLACE, E("street", "安放地址（街道）", most=100), *CONTACT,
        E("address", "通讯地址", most=100), POSTCODE, E("achievement", "服务的典型成果", most=500),
        E("shareMode", "共享模式", is_required=False, allowed=SHARES),
        E("status", "运行状态", is_required=False, allowed=STATES), AUDIT,
    ),
    CUSTOMS: (
        NUMBER, OWNER, E("declarationNumber", "进口报关单编号", most=18), E("itemNumber", "进口报关单项号", most=2),
        E("importDate", "海关放行日期", "day"), E("formname", "报关单上的名称", most=30),
        E("codeCpd", "征免税证明编号", most=12, is_required=False),
    ),
    SERVICE: (
        OWNER, NUMBER, E("recordInnerId", "服务记录内部编号"), E("amounts", "服务金额（元）", "number"),
        E("startTime", "服务开始时间", "moment"), E("endTime", "服务结束时间", "moment"),
        E("serviceTime", "服务机时", "number", 10, is_required=False),
        E("serviceAmount", "服务量", "number", 10, is_required=False),
        E("serviceContent", "实际服务内容", most=200), E("serviceWay", "服务方式", "list", allowed=WAYS),
        E("serviceType", "服务对象", "whole", allowed=("120", "130")),
        E("serviceDirection", "服务类型", "whole", allowed=("135", "136", "137", "138")),
        E("subjectName", "课题/服务名称", most=200), E("subjectIncome", "课题经费来源", "list"),
        E("subjectArea", "课题主要学科领域", "list"), E("applicant", "申请人", most=20),
        E("applicantPhone", "申请人电话", most=20), E("applicantEmail", "申请人电子邮箱", most=50),
        E("applicantUnit", "申请人单位", most=100), E("comment", "用户评价", allowed=OPINIONS),
        E("adressType", "是否在单位内使用", "whole", allowed=("0", "1")),  # so spelt by the interface
        E("moveAddress", "对外服务地址", most=150, is_required=False),
        E("serviceCode", "海关《通知书》编号", most=50, is_required=False),
        E("signAgreement", "是否签订协议", "whole", allowed=("0", "1")),
        E("record", "补税记录", most=100, is_required=False), AUDIT,
    ),
    EFFECT: (
        E("serviceUrl", "在线服务平台网址", "url", 100),
        E("serviceUrlyear", "在线平台建设年份", "whole", 4), E("billNum", "开放服务发票凭证数量（张）", "whole"),
        E("billWorth", "服务收入总金额（万元）", "number"), E("billWorthInstr", "对外服务收入总金额（万元）", "number"),
        E("intensityFileUrl", "对外服务收入汇总表", "url"), E("instrNum", "50 万元以上仪器总数量（台套）", "whole"),
        E("instrWorth", "50 万元以上仪器总原值（万元）", "number"),
        E("specializationFileUrl", "50 万元以上仪器资产明细表", "url"),
        E("remark", "支撑本单位科技创新成效", most=2000), E("remarks", "支撑外单位科技创新成效", most=2000),
        E("remarkOne", "重大科研基础设施开放共享情况", most=2000),
        E("remarkTwo", "管理制度及实验队伍建设情况", most=2000),
    ),
}  # fmt: skip
