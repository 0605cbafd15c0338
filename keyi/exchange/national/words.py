"""The national platform's words for our codes; it takes labels where we keep codes."""

from keyi.records.choices import (
    Construction,
    FacilityCategory,
    FundsSource,
    RunStatus,
    ShareMode,
    Source,
    UsageType,
)
from keyi.services.choices import Client, Direction, Funding, Place, Satisfaction, Way

SOURCE: dict[str, str] = {
    Source.BOUGHT: "购置",
    Source.BUILT: "研制",
    Source.GIVEN: "赠送",
    Source.OTHER: "其他",
}
USAGE: dict[str, str] = {UsageType.GENERAL: "通用", UsageType.SPECIAL: "专用"}
SHARE: dict[str, str] = {
    ShareMode.INTERNAL: "内部共享",
    ShareMode.EXTERNAL: "外部共享",
    ShareMode.NONE: "不共享",
}
STATE: dict[str, str] = {
    RunStatus.NORMAL: "正常", RunStatus.STANDBY: "待机", RunStatus.REMOTE: "远程服务中",
    RunStatus.SOME_FAULTS: "偶有故障", RunStatus.MANY_FAULTS: "故障频繁", RunStatus.TO_REPAIR: "待修",
    RunStatus.TO_SCRAP: "待报废",
}  # fmt: skip
FUNDS: dict[str, str] = {
    FundsSource.CENTRAL: "中央财政资金", FundsSource.LOCAL: "地方财政资金", FundsSource.OWN: "单位自有资金",
    FundsSource.OTHER: "其他资金",
}  # fmt: skip
CATEGORY: dict[str, str] = {
    FacilityCategory.DEDICATED: "专用研究设施", FacilityCategory.PUBLIC: "公共实验设施",
    FacilityCategory.WELFARE: "公益服务设施",
}  # fmt: skip
CONSTRUCTION: dict[str, str] = {Construction.UNDER_WAY: "在建", Construction.BUILT: "建成"}
WAY: dict[str, str] = {
    Way.OCCUPIED: "占用共享", Way.TECHNICAL: "技术共享", Way.COMMISSIONED: "委托共享", Way.REMOTE: "远程共享",
    Way.OTHER: "其他",
}  # fmt: skip
CLIENT: dict[str, str] = {Client.INTERNAL: "120", Client.EXTERNAL: "130"}
DIRECTION: dict[str, str] = {
    Direction.RESEARCH: "135", Direction.DEVELOPMENT: "136", Direction.TEACHING: "137", Direction.OTHER: "138",
}  # fmt: skip
PLACE: dict[str, str] = {Place.INSIDE: "0", Place.OUTSIDE: "1"}
OPINION: dict[str, str] = {
    Satisfaction.VERY: "非常满意", Satisfaction.MOSTLY: "基本满意", Satisfaction.FAIR: "一般",
    Satisfaction.NOT: "不满意", Satisfaction.VERY_POOR: "极差",
}  # fmt: skip
INCOME: dict[str, str] = {
    Funding.MAJOR: "国家重大科技专项", Funding.NSFC: "国家自然科学基金", Funding.P863: "863计划",
    Funding.SUPPORT: "国家科技支撑（攻关）计划", Funding.TORCH: "火炬计划", Funding.SPARK: "星火计划",
    Funding.P973: "973计划", Funding.P211: "211工程", Funding.P985: "985工程",
    Funding.PUBLIC: "公益性行业科研专项", Funding.NSSFC: "国家社会科学基金",
    Funding.BASIC: "国家科技基础性工作专项", Funding.CONDITIONS: "科技基础条件平台专项",
    Funding.CENTRAL: "除上述计划外由中央政府部门下达", Funding.LOCAL: "地方科技计划项目", Funding.OTHER: "其他",
    Funding.NONE: "无",
}  # fmt: skip
AGREED = {True: "0", False: "1"}  # signAgreement: 0 is yes
# instrBelongsType by the code of the platform's type; any other platform is a centre
CARRIERS = {"national-02": "6", "national-03": "6", "national-05": "7"}
A_CENTRE, A_FACILITY = "1", "2"
