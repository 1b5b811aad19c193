"""Schemathesis over the OpenAPI document: every answer is one of those that it promises."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from records.models import PhysicalFile
from web import people, tokens
from web.api.urls import api
from web.models import Role

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.timeout(240),
    # its client reads a streamed answer without closing it
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = [
    (method.upper(), f"/api/v1{path}")
    for _, router in api._routers
    for path, view in router.path_operations.items()
    for operation in view.operations
    for method in operation.methods
]
BOUNDED = settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_every_operation_is_asked() -> None:
    assert len(OPERATIONS) >= 11


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_asked_is_answered_as_the_document_says(
    method: str, path: str, mode: GenerationMode, own: PhysicalFile
) -> None:
    people.add("fuzz", people.Bounds(Role.DEPARTMENT_ADMIN, ("katni",), ("*",)))
    secret = tokens.make("fuzz", "schemathesis", days=1, writes=True)
    known = {"file_id": own.pk, "batch_id": own.batch_id, "version": 1, "number": 0}
    wsgi = get_wsgi_application()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", wsgi)
    operation = schema[path][method]
    reached = set()

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode), there=st.booleans())
    def ask(case: Any, there: bool) -> None:
        if there and mode is GenerationMode.POSITIVE:
            named = {name: known[name] for name in case.path_parameters}
            case.path_parameters.update(named)
        answer = case.call(headers={"Authorization": f"Bearer {secret}"})
        reached.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    ask()
    if mode is GenerationMode.POSITIVE:
        assert reached & {200, 409}, "the questions never came as far as an answer"
