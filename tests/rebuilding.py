"""A reseller's store to rebuild, its like in memory, and what it must say before and after."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import vip_domain
from tests.builders import invite
from vip_domain import Command, ProgramRules, VipDomain
from vip_domain.demo import demo_commands
from vip_domain.projections.projection import AnyProjection
from vip_domain.projections.registered import PROJECTIONS
from vip_domain.store.log import EventLog
from vip_domain.views import shares
from vip_domain.views.follower import BATCH, Follower
from vip_domain.views.memory_follower import MemoryFollower
from vip_domain.views.sqlite import sqlite_engine

DAY = date(2026, 11, 24)
RESELLER = "R-NORDSOFT"
CUSTOMERS = 60
RULES = ProgramRules.current()
NAMES = tuple(projection.name for projection in PROJECTIONS)
REPOSITORY = Path(__file__).parents[1]


@cache
def told() -> tuple[Command, ...]:
    """Three years of a believable reseller: some six hundred events."""
    return tuple(demo_commands(CUSTOMERS, today=DAY))


def more(first: int, past: int | None = None) -> list[Command]:
    """Invitations of customers with these numbers, whom the reseller did not have."""
    numbers = range(first, first + 1 if past is None else past)
    return [invite(vip_id=f"NEW-{number:04}", reseller_id=RESELLER) for number in numbers]


def in_memory(*further: Command) -> dict[str, str]:
    """The digest of each view in memory, which no rebuild has touched."""
    with unsealed("memory:") as vip:
        vip.execute_many([*told(), *further], actor="anna")
        return digests(vip)


def digests(vip: VipDomain) -> dict[str, str]:
    """The digest of each view."""
    return {name: vip.digest(name) for name in NAMES}


@cache
def right() -> dict[str, str]:
    """The digest of each view of what was told."""
    return in_memory()


@cache
def _template() -> Path:
    file = Path(tempfile.mkdtemp()) / "vip.db"
    with opened(file) as vip:
        vip.execute_many(told(), actor="anna")
        digests(vip)
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A SQLite store of what was told, its views caught up."""
    return Path(shutil.copy(_template(), tmp_path / "vip.db"))


@pytest.fixture
def vip(file: Path) -> Iterator[VipDomain]:
    """That store, opened."""
    with opened(file) as vip:
        yield vip


@pytest.fixture
def many_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small log has many shares, folded in this process unless somebody says otherwise."""
    monkeypatch.setattr(shares, "EVENTS_A_SHARE", 40)
    monkeypatch.setattr("os.cpu_count", lambda: 1)


def opened(file: Path) -> VipDomain:
    return unsealed(f"sqlite:///{file}")


def unsealed(url: str) -> VipDomain:
    """A store without keys, which are chance: the same commands come to the same rows in any."""
    return vip_domain.open(url, erasable=False)


def pages(vip: VipDomain) -> list[Any]:
    """What users see: the list, its counts, and the calendar of renewals."""
    asked: dict[str, Any] = {"reseller_id": RESELLER, "on": DAY}
    return [
        vip.customers("all_customers", **asked, limit=1_000).rows,
        vip.counts(**asked),
        vip.renewals(reseller_id=RESELLER, first=date(2020, 1, 1), last=date(2035, 1, 1)),
    ]


@contextmanager
def following(
    file: Path, log: EventLog, projection: AnyProjection, batch: int = BATCH
) -> Iterator[Follower]:
    """A view in a file, as the engine keeps it."""
    follower = Follower(sqlite_engine(str(file)), log, projection, batch)
    try:
        yield follower
    finally:
        follower.close()


@contextmanager
def log_of(file: Path) -> Iterator[EventLog]:
    """The log in a file."""
    with closing(EventLog.in_sqlite(str(file))) as log:
        yield log


def rows_of(follower: MemoryFollower) -> dict[str, Any]:
    """A view's rows in memory once it has caught up."""
    follower.catch_up()
    return follower.rows


def do(file: Path, statement: str, *values: Any) -> None:
    """Write past the library into the file."""
    with closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute(statement, values).rowcount == 1


def ask(file: Path, statement: str, *values: Any) -> list[Any]:
    """Read past the library."""
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(statement, values).fetchall()


def tables(file: Path) -> list[str]:
    """The generations that are kept, of all views."""
    found = ask(file, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in found if name.startswith(NAMES)]


def left_behind(file: Path) -> list[str]:
    """Files beside the store that are neither its own nor locks."""
    own = {file.name, f"{file.name}-wal", f"{file.name}-shm"}
    beside = {path.name for path in file.parent.iterdir()} - own
    return sorted(name for name in beside if not name.endswith(".lock"))


def named(differences: Sequence[vip_domain.Difference]) -> list[tuple[str, str]]:
    """Which customer and which field."""
    return [(each.vip_id, each.field) for each in differences]


@contextmanager
def running(program: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that is at it; it ends when its input does."""
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        yield child
