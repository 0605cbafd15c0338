"""What a unit's own system sends: complete by the forms' rules."""

INSTRUMENT = {
    "kind": "instrument", "name": "电感耦合等离子体发射光谱仪", "inventory_number": "SB-192", "model_name": "iCAP 6300",
    "has_no_platform": True, "lab": "分析测试中心 / 无机元素分析室", "category": "010405", "usage_type": "general",
    "subjects": ["化学"], "manufacturer": "赛默飞世尔科技", "country": "840", "source": "bought", "value_wan": 88.60,
    "funds": [{"source": "own", "amount_wan": 88.6}], "booked_on": "2012-06-01", "started_on": "2012-07-01",
    "function": "多元素同时测定", "technical": "波长 166～847 nm", "is_modified": False, "run_status": "normal",
    "share_mode": "external", "service_content": "金属元素的测定",
    "fees": [{"item": "水样", "unit": "sample", "internal": 60, "external": 100, "negotiable": False}],
    "open_hours": [{"days": "workdays", "opens": "08:30", "closes": "17:30"}], "user_notice": "提前预约。",
    "division": "430104", "street": "麓山南路 1 号", "building": "测试楼", "floor": "3 层", "keeper": "李楠",
    "contact": "李楠", "tel": "0731-88001234", "email": "li@example.org", "mail_address": "麓山南路 1 号",
    "postcode": "410083", "is_customs_supervised": False,
}  # fmt: skip
SERVICE = {
    "instrument": "S1", "started_at": "2026-03-12T09:30:00+08:00", "ended_at": "2026-03-12T15:30:00+08:00", "hours": 6,
    "content": "水样重金属分析", "ways": ["technical"], "client": "external", "direction": "research",
    "income_yuan": "1200",
    "project_name": "无", "project_funds": ["none"], "subjects": ["150"], "applicant": "王五",
    "applicant_tel": "0731-88001299", "applicant_email": "wang@example.org", "applicant_unit": "湘江材料公司",
    "user_type": "enterprise", "satisfaction": "very", "place": "inside",
}  # fmt: skip
