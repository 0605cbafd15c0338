"""The elements of the three documents: order, length, and what has to be there."""

from keyi.exchange.elements import Element

E = Element
SCHOOL = E("SchoolCode", "学校代码", exactly=5)
NUMBER = E("InnerID", "校内编号", most=15)
ZIP = E("ZIPCode", "邮编", exactly=6, is_required=False)
MAIL = E("Email", "邮箱", most=50, is_required=False)
PHONE = E("Telephone", "电话", most=20, is_required=False)
UPDATED = E("UpdateDate", "更新时间", "instant")
REMARK = E("OtherInfo", "备注", most=200, is_required=False)


def _more(name: str, label: str, kind: str = "text", most: int = 0) -> Element:
    return E(name, label, kind, most, is_required=False)


INSTRUMENT = (
    SCHOOL, NUMBER, E("AssetsCode", "资产分类编码", most=6), E("ClassificationCode", "共享分类编码", most=6),
    E("CHNName", "中文名称", most=100), _more("ENGName", "英文名称", most=150), _more("Alias", "别名", most=100),
    E("Model", "型号规格", most=100), E("TechParameter", "主要技术指标", most=200),
    E("ApplicationArea", "应用领域", most=400), _more("ApplicationCode", "应用领域代码", most=100),
    _more("Accessory", "主要附件", most=400), E("Certification", "仪器认证情况", most=200),
    E("Manufacturer", "生产厂商", most=100), E("ManuCertification", "生产厂商资质", most=200),
    E("ManuCountryCode", "产地国别代码", exactly=4), E("PriceRMB", "人民币价格", "number"),
    _more("PriceUnit", "外币币种", most=20), _more("Price", "外币价格", "number"),
    _more("ProduceDate", "出厂日期", "day"),
    _more("PurchaseDate", "购置日期", "day"), E("ServiceDate", "启用日期", "day"), E("ImageURL", "图片", "url", 200),
    E("Organization", "所属单位", most=100), E("GroupID", "机组编号", most=15), _more("Location", "安放地址", most=100),
    ZIP, _more("ContactPerson", "联系人", most=10), PHONE, MAIL,
    E("ShareLevel", "共享特色代码", "whole", allowed=("0", "1", "2", "3", "4", "5", "6")),
    E("OpenCalendar", "开放日程", most=800), E("ServiceCharge", "收费标准", most=200),
    _more("ServiceUsers", "知名用户", most=400), _more("ServiceAchievements", "服务成果", most=400),
    E("State", "状态", "whole", is_required=False, allowed=("0", "1", "2")), E("URL", "网址", "url", 200),
    UPDATED, REMARK,
)  # fmt: skip
GROUP = (
    SCHOOL, NUMBER, E("Name", "机组名称", most=100), _more("ShortName", "机组简称", most=50),
    E("Type", "机组类型", "whole", allowed=("0", "1")), _more("Principal", "负责人", most=10),
    _more("ContactPerson", "联系人", most=10), _more("Address", "地址", most=200), ZIP, PHONE,
    _more("Fax", "传真", most=20), MAIL, _more("StartDate", "成立日期", "day"), _more("ImageURL", "图片", "url", 200),
    _more("Introduction", "简介"), _more("Strength", "优势"), _more("Expert", "专家"), _more("Instrument", "仪器"),
    _more("Achievement", "成果"), _more("WebSite", "网址", "url", 200), UPDATED, REMARK,
)  # fmt: skip
EFFECT = (
    SCHOOL, NUMBER, E("YEAR", "年度", "whole", exactly=4), _more("LSNUSEDHRS", "使用机时（教学）", "whole"),
    _more("RSCHUSEDHRS", "使用机时（科研）", "whole"), _more("SERUSEDHRS", "使用机时（社会服务）", "whole"),
    _more("OPENHRS", "其中开放使用机时", "whole"), _more("SAMPLENUM", "测样数", "whole"),
    _more("TRNSTUD", "培训人员数（学生）", "whole"), _more("TRNTEACH", "培训人员数（教师）", "whole"),
    _more("TRNOTHERS", "培训人员数（其他）", "whole"), _more("EDUPROJ", "教学实验项目数", "whole"),
    _more("RSCHPROJ", "科研项目数", "whole"), _more("SOCIALPROJ", "社会服务项目数", "whole"),
    _more("RWDNATION", "获奖情况（国家级）", "whole"), _more("RWDPROV", "获奖情况（省部级）", "whole"),
    _more("RWDTEACH", "发明专利（教师）", "whole"), _more("RWDSTUD", "发明专利（学生）", "whole"),
    _more("PAPERINDEX", "论文情况（三大检索）", "whole"), _more("PAPERKERNEL", "论文情况（核心刊物）", "whole"),
    E("CHARGEMAN", "负责人姓名", most=10), REMARK,
)  # fmt: skip
PLATFORM = (
    SCHOOL, E("SchoolName", "学校名称", most=50), E("SchoolTypeCode", "学校类型代码", exactly=2),
    E("SchoolPropertyCode", "学校性质代码", most=2), E("SchoolHolderCode", "举办者代码", exactly=3),
    E("WebSite", "平台网址", "url", 200), _more("Address", "地址", most=200), ZIP, PHONE, _more("Fax", "传真", most=20),
    MAIL, _more("ImageURL", "图片", "url", 200), _more("Introduction", "简介"), REMARK,
    E("PlatformDescXmlURL", "平台描述文件地址", "url", 200), E("InstrusShareXmlURL", "仪器共享文件地址", "url", 200),
    E("InstrusShareEffectXmlURL", "共享效益文件地址", "url", 200),
)  # fmt: skip
