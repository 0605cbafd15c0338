from keyi.accounts.models import OrgUnit
from keyi.accounts.tree import city_node, ensure_province
from keyi.codes.models import CodeItem
from tests.world import code


def load():
    hunan = code("division", "430000", "湖南省")
    cities = [code("division", f"4301{n}0", f"{n}市", hunan) for n in (1, 2)]
    code("division", "110000", "北京市")
    return code("division", "430111", "一区", cities[0])


def shape():
    return list(OrgUnit.objects.values_list("level", "name", "parent__name", "division__code"))


def test_province_and_cities_are_made_once(db):
    load()
    expected = [
        ("province", "湖南省", None, "430000"),
        ("city", "1市", "湖南省", "430110"),
        ("city", "2市", "湖南省", "430120"),
    ]
    for _ in range(2):
        ensure_province()
        assert shape() == expected
    code("division", "430190", "新市", CodeItem.objects.get(code="430000"))
    ensure_province()
    assert shape() == [*expected, ("city", "新市", "湖南省", "430190")]


def test_city_node_makes_the_tree_when_it_is_missing(db):
    county = load()
    assert city_node(county).name == "1市"
    assert len(shape()) == 3
