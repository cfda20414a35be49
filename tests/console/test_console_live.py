"""Server-sent events: each reseller hears of its own customers, whoever changed them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

import vip_domain
from examples.reseller_console.app import create_app
from examples.reseller_console.door import COOKIE
from tests.builders import OWNER, VIP, accept, at, invite, place_pa, send_code
from tests.console.conftest import ANNA, PETRA, THEM, US, USERS, visitor
from tests.console.site import served
from vip_domain import ChangeReseller, Command, VipDomain

CODE = "SECRET-CODE-1"


@pytest.fixture
def db(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'vip.db'}"


@pytest.fixture
def console(db: str) -> Iterator[FastAPI]:
    """A console over a file."""
    with vip_domain.open(db) as vip:
        yield create_app(vip, USERS)


@pytest.fixture
def elsewhere(db: str, console: FastAPI) -> Iterator[VipDomain]:
    """The same file, opened by somebody who knows nothing of the console."""
    with vip_domain.open(db) as vip:
        yield vip


@contextmanager
def heard(console: FastAPI, site: str, *names: str) -> Iterator[list[Iterator[str]]]:
    """The streams of some people, once they are there."""
    streams = []
    with httpx2.Client(base_url=site, timeout=10) as client:
        for name in names:
            headers = {"Cookie": f"{COOKIE}={console.state.sessions.begin(name)}"}
            request = client.build_request("GET", "/live", headers=headers)
            answer = client.send(request, stream=True)
            lines = answer.iter_lines()
            next(lines)
            streams.append(lines)
        yield streams


def next_change(stream: Iterator[str]) -> dict[str, str]:
    for line in stream:
        if line.startswith("data: "):
            change: dict[str, str] = json.loads(line.removeprefix("data: "))
            return change
    raise AssertionError("the stream ended")


def do(vip: VipDomain, *commands: Command) -> None:
    for command in commands:
        vip.execute(command, actor="elsewhere")


def ours(vip_id: str = VIP) -> Command:
    return invite(vip_id=vip_id, reseller_id=US, managed_by=ANNA)


def theirs(vip_id: str = VIP) -> Command:
    return invite(vip_id=vip_id, reseller_id=THEM, managed_by=PETRA)


def test_a_change_made_elsewhere_is_heard_of(console: FastAPI, elsewhere: VipDomain) -> None:
    """
    With the customer's VIP ID, and nothing else.
    """
    with served(console) as site, heard(console, site, ANNA) as (stream,):
        do(elsewhere, ours())
        assert next_change(stream) == {"vip_id": VIP}


def test_nobody_hears_of_customers_of_others(console: FastAPI, elsewhere: VipDomain) -> None:
    """
    The first that Anna hears of is hers, though others came before it.
    """
    with served(console) as site, heard(console, site, ANNA, PETRA) as (anna, petra):
        do(elsewhere, theirs("THEIRS-1"), ours("OURS-1"), theirs("THEIRS-2"))
        assert next_change(anna) == {"vip_id": "OURS-1"}
        assert next_change(petra) == {"vip_id": "THEIRS-1"}


def test_both_hear_of_a_customer_that_changes_hands(console: FastAPI, elsewhere: VipDomain) -> None:
    """
    It leaves one list and enters another.
    """
    moving = send_code(reseller_id=US, managed_by=ANNA, code=CODE)
    moved = ChangeReseller(vip_id=VIP, at=at("2026-03-04"), code=CODE, administrator_email=OWNER)
    do(elsewhere, theirs(), accept(), moving)
    with served(console) as site, heard(console, site, ANNA, PETRA) as (anna, petra):
        do(elsewhere, moved)
        assert [next_change(anna), next_change(petra)] == [{"vip_id": VIP}] * 2
        do(elsewhere, place_pa("2026-03-05"), theirs("THEIRS-1"))
        assert next_change(petra) == {"vip_id": "THEIRS-1"}


def test_who_is_not_signed_in_hears_nothing(console: FastAPI) -> None:
    """
    There is no stream without a session.
    """
    assert visitor(console).get("/live").status_code == 303
