"""Whatever the description allows, no answer of the API is a 5xx, and each is as the description says."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from keyi.api import middleware, tokens
from tests.factories import make_institution, make_instrument, make_platform
from tests.reporting.rows import open_year

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES, EXAMPLES_OF_FORMS = 10, 4  # of each address; a long form has a hundred fields to vary
MODES = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]

# no parameter, or any text for a number: nothing that could be sent is against the description
NOTHING_WRONG = {
    "/api/v1/codes", "/api/v1/instruments/{number}", "/api/v1/platforms/{number}", "/api/v1/units/{number}",
}  # fmt: skip


@pytest.fixture
def _one_connection():
    """A server gives the database's connection back after each request; here it holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def schema(world, monkeypatch, _one_connection):
    monkeypatch.setattr(middleware, "PER_MINUTE", 1_000_000)
    make_institution(world)
    make_platform(world)
    make_instrument(world, status="published")
    open_year()
    _token, secret = tokens.make(world.unit_admin, world.university, name="x", may_write=True, days=30)
    found = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    return found, {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize("mode", MODES, ids=["allowed", "not allowed"])
def test_every_operation_stands_generated_requests(schema, mode):
    described, headers = schema
    operations = [found.ok() for found in described.get_all_operations()]
    tried = [operation.path for operation in operations if _try(operation, mode, headers)]
    everything = set(described.raw_schema["paths"])
    assert everything - set(tried) == (set() if mode == MODES[0] else NOTHING_WRONG)


def _try(operation, mode, headers) -> bool:
    """False where there is nothing to generate."""

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES_OF_FORMS if "/work/" in operation.path else EXAMPLES,
        deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def check(case) -> None:
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)

    try:
        check()
    except Unsatisfiable:
        return False
    return True
