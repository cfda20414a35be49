"""A console over a demo in memory, and people who are signed in to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

import vip_domain
from examples.reseller_console.app import create_app
from examples.reseller_console.door import COOKIE
from examples.reseller_console.users import demo_users
from vip_domain import VipDomain
from vip_domain.demo import demo_commands

TODAY = date(2026, 11, 25)
US, THEM = "R-NORDSOFT", "R-KONTUR"
ANNA, PETRA = "anna.lindqvist", "petra.holm"
USERS = demo_users()
SITE = "http://console.example"


@attrs.define
class Clock:
    """A clock that stands, but for a second a look: what follows is later."""

    now: datetime = datetime(2026, 11, 25, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@attrs.frozen
class Person:
    """Somebody signed in at a browser, with a token for forms, and with a bearer's for programs."""

    browser: TestClient
    program: TestClient

    def form_token(self) -> str:
        found = re.search(r'name="form_token" value="(\w+)"', self.browser.get("/customers").text)
        assert found
        return found[1]


def visitor(app: FastAPI) -> TestClient:
    """Somebody who is not signed in, and looks at every redirect."""
    return TestClient(app, base_url=SITE, follow_redirects=False)


def signed_in(app: FastAPI, name: str) -> Person:
    """Somebody of the demo's teams, whose password was right: hashing it takes long on purpose."""
    browser, program = visitor(app), visitor(app)
    session = app.state.sessions.begin(name)
    browser.cookies.set(COOKIE, session, domain="console.example")
    program.headers["Authorization"] = f"Bearer {session}"
    return Person(browser, program)


@pytest.fixture(scope="session")
def shelf() -> Iterator[VipDomain]:
    """A demo of 80 customers that is only read."""
    with vip_domain.open("memory:") as vip:
        vip.execute_many(demo_commands(80, today=TODAY), actor="demo")
        yield vip


@pytest.fixture
def vip() -> Iterator[VipDomain]:
    """An empty store."""
    with vip_domain.open("memory:") as vip:
        yield vip


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(vip: VipDomain, clock: Clock) -> FastAPI:
    """A console that can be changed."""
    return create_app(vip, USERS, clock=clock)


@pytest.fixture(scope="session")
def reading(shelf: VipDomain) -> FastAPI:
    """A console that is only read."""
    return create_app(shelf, USERS, clock=Clock())


@pytest.fixture(scope="session")
def reader(reading: FastAPI) -> Person:
    """Anna, who reads."""
    return signed_in(reading, ANNA)


@pytest.fixture
def anna(app: FastAPI) -> Person:
    """Anna of R-NORDSOFT."""
    return signed_in(app, ANNA)


@pytest.fixture
def petra(app: FastAPI) -> Person:
    """Petra of R-KONTUR."""
    return signed_in(app, PETRA)
