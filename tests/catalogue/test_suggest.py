import pytest
from django.urls import reverse

from tests.catalogue.documents import publish_instrument, publish_unit


def suggested(client, typed: str) -> list[str]:
    response = client.get(reverse("suggest"), {"q": typed})
    assert response.status_code == 200
    lines = response.content.decode().split("data-url=")[1:]
    return [line.split('"')[1] for line in lines]


@pytest.fixture
def published(world):
    unit = publish_unit(world)
    instrument = publish_instrument(world, name="光谱仪", model_name="iCAP 6300")
    return reverse("instrument", args=[instrument.slug]), reverse("unit", args=[unit.slug])


@pytest.mark.parametrize("typed", ["光", "光谱", "guangp", "guangpu", "icap", "iCAP 63", "ｉｃａｐ"])
def test_instruments_are_suggested_while_somebody_types(client, published, typed):
    assert published[0] in suggested(client, typed)


def test_classes_and_units_are_suggested(client, published):
    assert f"{reverse('instrument-list')}?class=010400" in suggested(client, "光谱仪器")
    assert published[1] in suggested(client, "麓山")


@pytest.mark.parametrize("typed", ["", " ", "%00", "\0", "'\"; DROP TABLE", "x" * 10_000, "((((", "zzzzqq"])
def test_what_cannot_be_found_suggests_nothing_and_breaks_nothing(client, published, typed):
    assert suggested(client, typed) == []


def test_suggestions_are_escaped(client, world):
    publish_instrument(world, name="<script>光谱</script>")
    page = client.get(reverse("suggest"), {"q": "光谱"}).content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
