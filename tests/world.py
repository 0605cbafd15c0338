"""The cast of every test. Read this first; do not build another one.

Built row by row once in each process; later tests get the same rows, with the same keys, by one sending of the
statements that wrote them the second time.

One province with two cities. 麓山大学 in 长沙 has a department with a laboratory below it and a second department;
湘潭检测院 in 湘潭 is the stranger. One person per role.
"""

import pickle
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyi.accounts.choices import UnitNature
from keyi.accounts.models import Membership, OrgUnit, User
from keyi.accounts.roles import Role
from keyi.codes.models import CodeItem, CodeList

PASSWORD = "Lushan-2026-keyi"
L = OrgUnit.Level


def code(code_list: str, code: str, label: str, parent: CodeItem | None = None, **values) -> CodeItem:
    full = f"{parent.full_label}{label}" if parent else label
    return CodeItem.objects.create(
        key=f"{code_list}:{code}", code_list=code_list, code=code, label=label, full_label=full,
        parent=parent, level=parent.level + 1 if parent else 1, pinyin="", initials="", **values,
    )  # fmt: skip


class World:
    _built: bytes = b""  # the cast of this process, pickled
    _written: str = ""  # the statements that write it

    def __init__(self) -> None:
        if World._built:
            self.__dict__ = pickle.loads(World._built)
            self._write()
        else:
            self._rows: list[Any] = []
            self.instruments = 0  # how many were made by tests/factories.py
            self._build()
            World._built = pickle.dumps(self.__dict__)

    def _write(self) -> None:
        if World._written:
            with connection.cursor() as cursor:
                cursor.execute(World._written)
            return
        with CaptureQueriesContext(connection) as written:
            for model in (CodeItem, OrgUnit, User, Membership):
                model.objects.bulk_create(row for row in self._rows if isinstance(row, model))
        World._written = ";".join(sql for query in written if (sql := query["sql"]).startswith("INSERT"))

    def _build(self) -> None:
        self._load_codes()
        self.province = self.node("province", "湖南省", None)
        self.changsha_city = self.node("city", "长沙市", self.province, division=self.changsha)
        self.xiangtan_city = self.node("city", "湘潭市", self.province, division=self.xiangtan)
        self.university = self.institution("麓山大学", "12430000MB00000192", self.changsha_city, self.yuelu)
        self.department = self.node("department", "分析测试中心", self.university)
        self.lab = self.node("lab", "无机元素分析室", self.department)
        self.other_department = self.node("department", "化学化工学院", self.university)
        self.institute = self.institution(
            "湘潭检测院", "12430000MB0000027W", self.xiangtan_city, self.yuetang
        )
        self.strange_lab = self.node("department", "检测一室", self.institute)
        self.unit_admin = self.person("unit_admin", self.university, Role.INSTITUTION_ADMIN, "周明")
        self.lab_manager = self.person("lab_manager", self.department, Role.LAB_MANAGER, "李楠")
        self.stranger = self.person("stranger", self.institute, Role.INSTITUTION_ADMIN, "王远")
        self.reviewer = self.person("reviewer", self.province, Role.REVIEWER, "陈静")
        self.second_reviewer = self.person("second_reviewer", self.province, Role.REVIEWER, "何平")
        self.system_admin = self.person("system_admin", self.province, Role.SYSTEM_ADMIN, "唐杰")

    def _code(self, *values: Any) -> CodeItem:
        row = code(*values)
        self._rows.append(row)
        return row

    def _load_codes(self) -> None:
        hunan = self._code(CodeList.DIVISION, "430000", "湖南省")
        self.changsha = self._code(CodeList.DIVISION, "430100", "长沙市", hunan)
        self.yuelu = self._code(CodeList.DIVISION, "430104", "岳麓区", self.changsha)
        self.xiangtan = self._code(CodeList.DIVISION, "430300", "湘潭市", hunan)
        self.yuetang = self._code(CodeList.DIVISION, "430304", "岳塘区", self.xiangtan)
        analysis = self._code(CodeList.INSTRUMENT_CLASS, "010000", "分析仪器")
        spectro = self._code(CodeList.INSTRUMENT_CLASS, "010400", "光谱仪器", analysis)
        self.category = self._code(CodeList.INSTRUMENT_CLASS, "010405", "光电直读光谱仪", spectro)
        self.china = self._code(CodeList.COUNTRY, "156", "中国")
        self.usa = self._code(CodeList.COUNTRY, "840", "美国")
        self.chemistry = self._code(CodeList.SUBJECT, "150", "化学")
        self.key_laboratory = self._code(CodeList.PLATFORM_TYPE, "provincial-03", "湖南省重点实验室")
        self.industry = self._code(CodeList.INDUSTRY, "M", "科学研究和技术服务业")

    def node(self, level: str, name: str, parent: OrgUnit | None, **values) -> OrgUnit:
        row = OrgUnit.objects.create(level=level, name=name, parent=parent, **values)
        self._rows.append(row)
        return row

    def institution(self, name: str, uscc: str, city: OrgUnit, division: CodeItem) -> OrgUnit:
        return self.node(
            L.INSTITUTION, name, city, uscc=uscc, nature=UnitNature.UNIVERSITY, division=division
        )

    def person(self, username: str, unit: OrgUnit, role: str, real_name: str) -> User:
        user = User.objects.create_user(
            username,
            email=f"{username}@example.org",
            password=PASSWORD,
            real_name=real_name,
            mobile="13900000000",
        )
        self._rows += [user, Membership.objects.create(user=user, unit=unit, role=role)]
        return user
