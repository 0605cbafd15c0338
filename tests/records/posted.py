"""What a browser posts for complete records. Change single keys to make them wrong."""

from typing import Any

from tests.core.samples import as_bytes, pdf, scene, upload
from tests.world import World


def instrument_post(world: World, **changes: Any) -> dict[str, Any]:
    """电感耦合等离子体发射光谱仪 iCAP 6300, complete but for its photos."""
    data = {
        "do": "submit",
        "kind": "instrument",
        "name": "电感耦合等离子体发射光谱仪",
        "inventory_number": "SB-192",
        "model_name": "iCAP 6300",
        "has_no_platform": "on",
        "lab": str(world.lab.pk),
        "category": world.category.pk,
        "usage_type": "general",
        "subjects": [world.chemistry.pk],
        "manufacturer": "赛默飞世尔科技",
        "country": world.usa.pk,
        "source": "bought",
        "value_wan": "88.60",
        "funds-0-source": "own",
        "funds-0-amount_wan": "88.60",
        "booked_on": "2012-06-01",
        "started_on": "2012-07-01",
        "function": "水、土壤、植物样品中多元素同时测定",
        "technical": "波长 166～847 nm，检出限 1～10 μg/L",
        "is_modified": "no",
        "run_status": "normal",
        "share_mode": "external",
        "service_content": "水样、土壤中金属元素的测定",
        "fees-0-item": "水样多元素测定",
        "fees-0-unit": "sample",
        "fees-0-internal": "60",
        "fees-0-external": "100",
        "open_hours-0-days": "workdays",
        "open_hours-0-opens": "08:30",
        "open_hours-0-closes": "17:30",
        "user_notice": "提前 3 个工作日预约。",
        "division": world.yuelu.pk,
        "street": "麓山南路示范段 1 号",
        "building": "分析测试楼",
        "floor": "3 层",
        "keeper": "李楠",
        "contact": "李楠",
        "tel": "0731-88001234",
        "email": "li@example.org",
        "mail_address": "长沙市岳麓区麓山南路示范段 1 号",
        "postcode": "410083",
        "is_customs_supervised": "no",
    }
    return {key: value for key, value in (data | changes).items() if value is not None}


def institution_post(world: World, **changes: Any) -> dict[str, Any]:
    """麓山大学, complete but for its files."""
    data = {
        "do": "submit",
        "name": "麓山大学",
        "nature": "university",
        "affiliation": "province",
        "legal_person": "张远山",
        "division": world.yuelu.pk,
        "street": "麓山南路示范段 1 号",
        "postcode": "410083",
        "instrument_dept": "实验室与设备管理处",
        "contact": "周明",
        "tel": "0731-88005678",
        "email": "zhou@example.org",
        "intro": "省属综合大学，设有分析测试中心。",
        "admin_name": "周明",
        "admin_post": "科长",
        "admin_mobile": "13900000000",
        "admin_tel": "0731-88005678",
        "admin_email": "zhou@example.org",
        "join_reason": "开放共享大型仪器。",
    }
    return {key: value for key, value in (data | changes).items() if value is not None}


def platform_post(world: World, **changes: Any) -> dict[str, Any]:
    """先进分析技术湖南省重点实验室, complete but for its files."""
    data = {
        "do": "submit",
        "kind": "platform",
        "name": "先进分析技术湖南省重点实验室",
        "platform_type": world.key_laboratory.pk,
        "level": "provincial",
        "state": "normal",
        "host_name": "麓山大学",
        "host_uscc": "12430000MB00000192",
        "approved_by": "湖南省科学技术厅",
        "approved_on": "2016-05-01",
        "director": "张远山",
        "contact": "周明",
        "tel": "0731-88001235",
        "email": "zhou@example.org",
        "division": world.yuelu.pk,
        "street": "麓山南路示范段 1 号",
        "subjects": [world.chemistry.pk],
        "intro": "研究元素和结构分析的新方法。",
        "services": "元素分析、结构分析。",
        "is_accredited": "no",
    }
    return {key: value for key, value in (data | changes).items() if value is not None}


def platform_files() -> dict[str, Any]:
    return {"approval": upload(pdf(), "批准文件.pdf"), "photos": photo("实验室.jpg")}


def facility_post(world: World, **changes: Any) -> dict[str, Any]:
    """A 大科学装置, complete but for its files."""
    data = {
        "kind": "facility",
        "facility_competent_dept": "湖南省科学技术厅",
        "facility_host": "麓山大学",
        "facility_approver": "国家发展和改革委员会",
        "facility_category": "public",
        "facility_construction": "built",
        "facility_cost_wan": "72000",
        "facility_accepted_on": "2014-11-04",
        "facility_center": "算力服务与算法研究中心",
        "facility_users_home": "省内高校和企业",
        "facility_achievements": "支撑气象预报等重大任务。",
        "facility_chief": "张远山",
        "facility_chief_unit": "麓山大学",
        "facility_chief_tel": "0731-88001236",
        "facility_operator": "周明",
        "facility_operator_unit": "麓山大学",
        "facility_operator_tel": "0731-88001237",
    }
    return instrument_post(world, **(data | changes))


def facility_files() -> dict[str, Any]:
    names = ("management", "opening", "application")
    return {"facility_layout": upload(pdf(), "布局图.pdf")} | {
        f"facility_{name}": upload(pdf(pages=n + 2), f"{name}.pdf") for n, name in enumerate(names)
    }


def photo(name: str = "整机正面.jpg", seed: int = 1):
    return upload(as_bytes(scene(seed=seed)), name)


def institution_files() -> dict[str, Any]:
    return {
        "license": upload(pdf(), "法人证书.pdf"),
        "policies": upload(pdf(pages=3), "开放共享管理办法.pdf"),
        "application": upload(pdf(pages=1), "申请书.pdf"),
    }
