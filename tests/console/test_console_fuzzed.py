"""Schemathesis tries the API with what its schema allows, and with what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import vip_domain
from examples.reseller_console.app import create_app
from tests.console.conftest import ANNA, TODAY, USERS, Clock
from vip_domain.commands import COMMANDS
from vip_domain.demo import demo_commands

pytestmark = pytest.mark.slow

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
HURRY = settings(
    max_examples=20, deadline=None, suppress_health_check=[*HealthCheck], database=None
)


@pytest.fixture(scope="module")
def console() -> Iterator[FastAPI]:
    """A console in play, over a demo in memory."""
    with vip_domain.open("memory:") as vip:
        vip.execute_many(demo_commands(25, today=TODAY), actor="demo")
        yield create_app(vip, USERS, clock=Clock(), play=True)


@pytest.mark.parametrize("mode", GenerationMode)
def test_whatever_is_sent_to_the_api_is_answered_as_its_schema_says(
    console: FastAPI, mode: GenerationMode
) -> None:
    """
    Never an error of the server; statuses, types and bodies are those that are promised.
    """
    headers = {"Authorization": f"Bearer {console.state.sessions.begin(ANNA)}"}
    api = schemathesis.openapi.from_asgi("/api/v1/openapi.json", console)
    tried = []
    for result in api.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if not operation.body and not [*operation.iter_parameters()] and mode.is_negative:
            continue

        @HURRY
        @given(case=operation.as_strategy(generation_mode=mode))
        def answers(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        answers()
        tried.append(operation.label)
    assert len(tried) == 9


def test_the_schema_has_every_command_of_the_contract(console: FastAPI) -> None:
    """
    Under its name, with its fields: what the schema allows is read as a command.
    """
    body = console.openapi()["paths"]["/api/v1/commands"]["post"]["requestBody"]
    kinds = body["content"]["application/json"]["schema"]["oneOf"]
    assert {kind["title"] for kind in kinds} == {command.__name__ for command in COMMANDS}
