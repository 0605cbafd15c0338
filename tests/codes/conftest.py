from pathlib import Path

import pytest
from django.core.management import call_command

CLASSES = """code,name,level,parent_code
010000,分析仪器,1,
010400,光谱仪器,2,010000
010404,原子荧光光谱仪,3,010400
010405,光电直读光谱仪,3,010400
010406,激光光谱仪,3,010400
010500,色谱仪器,2,010000
010501,气相色谱仪,3,010500
019900,其他,2,010000
020000,物理性能测试仪器,1,
029900,其他,2,020000
"""


@pytest.fixture
def classes(db, tmp_path) -> Path:
    """A short list of instrument classes with 小类, loaded."""
    file = tmp_path / "classes.csv"
    file.write_text(CLASSES, encoding="utf-8")
    call_command("load_codes", "instrument_class", path=file, verbosity=0)
    return file


@pytest.fixture
def divisions(db) -> None:
    call_command("load_codes", "division", verbosity=0)
