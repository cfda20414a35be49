"""
For pytest, where somebody asks for it: `pytest_plugins = ["vip_domain.testing.plugin"]`.

No entry point loads it: who only installed the library keeps the test runs they had.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

import vip_domain
from vip_domain import VipDomain

OPTION = "--vip-store"

pytest.register_assert_rewrite("vip_domain.testing.conformance")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which kind of store the promises are held against."""
    parser.getgroup("vip_domain").addoption(
        OPTION,
        default="memory:",
        metavar="URL",
        help="memory:, sqlite: for files of each test's own, or a postgresql:// database in which "
        "each test makes a schema and drops it",
    )


@pytest.fixture
def vip() -> Iterator[VipDomain]:
    """An empty store in memory."""
    with vip_domain.open("memory:") as store:
        yield store


@pytest.fixture
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store of the kind that `--vip-store` names."""
    kind: str = request.config.getoption(OPTION)
    if kind == "sqlite:":
        yield f"sqlite:///{tmp_path / 'vip.db'}"
    elif kind == "memory:":
        yield kind
    else:
        yield from _schema_of_its_own(kind)


def _schema_of_its_own(database: str) -> Iterator[str]:
    from psycopg import connect, sql  # noqa: PLC0415  # for those who have a server

    from vip_domain.store.postgres_address import Address  # noqa: PLC0415

    schema = f"vip_test_{uuid.uuid4().hex[:16]}"
    url = f"{database}{'&' if '?' in database else '?'}schema={schema}"
    yield url
    with connect(**Address.of(url).conninfo, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema))
        )
