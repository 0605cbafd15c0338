"""Tables: 10,000 instruments checked and saved by the worker, and 200,000 instruments written out.

Each is done by a process of its own, so that its memory can be told. The export is compared with XlsxWriter writing the
same cells from memory. Fails when a promise is broken. Run it as ``python -m bench.sheets``.
"""

import subprocess
import sys

from bench.scratch import province  # first: it names the database  # isort: skip
from keyi.accounts.models import OrgUnit
from keyi.sheets.models import Import

ROWS = 10_000
PROMISES = {  # seconds, MB, or times the floor
    "import seconds": 60.0, "import memory": 400.0, "export memory": 250.0, "export times XlsxWriter": 1.5,
    "csv seconds": 20.0,
}  # fmt: skip


def main() -> int:
    with province() as world:
        labs = OrgUnit.objects.filter(level="lab", path__startswith=world.university.path).order_by("pk")
        job = make_import(world, [f"{lab.parent.name} / {lab.name}" for lab in labs.select_related("parent")])
        check, save = run("check", job.pk), run("save", job.pk)
        figures = {
            "import seconds": check["seconds"] + save["seconds"],
            "import memory": max(check["memory"], save["memory"]),
        }
        print(f"{ROWS:,} rows of {len(job.headings)} columns checked in {check['seconds']:.1f} s, saved in "
              f"{save['seconds']:.1f} s, at most {figures['import memory']:.0f} MB")  # fmt: skip
        export, text = run("xlsx"), run("csv")
        floor = run("compare")
        figures |= {
            "export memory": max(export["memory"], text["memory"]),
            "export times XlsxWriter": floor["median"],
            "csv seconds": text["seconds"],
        }
        print(f"{export['rows']:,.0f} rows as .xlsx in {export['seconds']:.1f} s and {export['memory']:.0f} MB, "
              f"{floor['median']:.2f} × XlsxWriter alone with the same cells "
              f"({floor['least']:.2f} to {floor['most']:.2f})")  # fmt: skip
        print(f"{text['rows']:,.0f} rows as .csv in {text['seconds']:.1f} s and {text['memory']:.0f} MB")
    broken = [name for name, limit in PROMISES.items() if figures[name] > limit]
    for name in broken:
        print(f"BROKEN: {name} is {figures[name]:.2f}, promised {PROMISES[name]:g}")
    return 1 if broken else 0


def run(part: str, *arguments: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.sheets_part", part, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return {
        name: float(value)
        for name, _tab, value in (line.partition("\t") for line in done.stdout.decode().splitlines())
    }


def make_import(world, labs: list[str]) -> Import:
    """A unit's whole list, with every mandatory column."""
    same = {
        "kind": "仪器", "has_no_platform": "是", "manufacturer": "赛默飞世尔科技", "country": "美国", "source": "购置",
        "usage_type": "通用", "subjects": "化学", "funds": "单位自有资金 | 88.60", "booked_on": "2012-06-01",
        "started_on": "2012-07-01", "category": "光电直读光谱仪", "function": "多元素同时测定" * 8,
        "technical": "波长 166～847 nm，分辨率 0.007 nm；" * 6, "is_modified": "否", "run_status": "正常",
        "share_mode": "外部共享", "service_content": "水样、土壤中金属元素的测定", "user_notice": "请提前三天预约。",
        "fees": "水样多元素测定 | 元/样 | 60 | 100", "division": "湖南省长沙市岳麓区", "street": "麓山南路示范段 1 号",
        "building": "分析测试楼", "floor": "3 层", "keeper": "李楠", "contact": "李楠", "tel": "0731-88001234",
        "email": "li@example.org", "mail_address": "长沙市岳麓区麓山南路示范段 1 号", "postcode": "410083",
        "is_customs_supervised": "否", "value_wan": "88.60",
    }  # fmt: skip
    names = ["inventory_number", "name", "model_name", "lab", *same]
    job = Import.objects.create(
        sheet="instruments", person=world.unit_admin, unit=world.university, file_name="bench.xlsx", total=ROWS,
        step="checking",
        headings=[{"place": n, "text": name, "target": name, "samples": []} for n, name in enumerate(names)],
    )  # fmt: skip
    job.rows.bulk_create(
        job.rows.model(
            job=job, line=number + 2,
            cells=[f"NEW-{number}", f"光谱仪 {number}", f"iCAP {number % 90}", labs[number % len(labs)],
                   *same.values()],
        )
        for number in range(ROWS)
    )  # fmt: skip
    return job


if __name__ == "__main__":
    sys.exit(main())
