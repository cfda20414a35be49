"""Logs of any size, made once: played by the demo generator, and multiplied when they are large."""

from __future__ import annotations

import gc
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import vip_domain
from vip_domain.chain import START, linked
from vip_domain.demo import demo_commands
from vip_domain.store.log import EventLog
from vip_domain.store.sqlite_schema import TABLES, VERSION

TODAY = date(2026, 11, 24)
RESELLER = "R-NORDSOFT"
PLAYED = 1_000_000
"""Up to so many events are played, five to ten minutes; larger logs are multiples of this one."""

CUSTOMERS_AN_EVENT = 0.113
"""The demo's customers have close to nine events each."""

CACHE = "VIP_BENCHMARKS_CACHE"


def cache() -> Path:
    """Where logs are kept: the folder that VIP_BENCHMARKS_CACHE names, or one for all to share."""
    default = Path(tempfile.gettempdir()) / "vip-benchmarks"
    folder = Path(os.environ.get(CACHE, default))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def customers_in(events: int) -> int:
    """How many customers are invited in a log of so many events."""
    return round(events * CUSTOMERS_AN_EVENT)


def log(events: int) -> Path:
    """
    The log of so many events of customers, no view in it yet; made when it is not there.

    Its people are plain text: sealed they would need keys, and multiplied keys of their own. What
    sealing costs `erasure` measures.
    """
    kept = cache() / f"log-{events}-v{VERSION}-plain.db"
    if not kept.exists():
        part = kept.with_suffix(".part")
        _remove(part)
        print(f"making a log of {events:,} events, once", flush=True)
        _play(part, customers_in(events)) if events <= PLAYED else _multiply(part, events)
        part.replace(kept)
    return kept


@contextmanager
def copied(events: int) -> Iterator[Path]:
    """A copy of that log to write to, gone afterwards."""
    with tempfile.TemporaryDirectory(dir=cache()) as folder:
        yield Path(shutil.copy(log(events), Path(folder) / "vip.db"))


@contextmanager
def empty() -> Iterator[Path]:
    """A folder on the same disk, gone afterwards."""
    with tempfile.TemporaryDirectory(dir=cache()) as folder:
        yield Path(folder)


def url(path: Path) -> str:
    """What `vip_domain.open` takes."""
    return f"sqlite:///{path}"


def _play(path: Path, customers: int) -> None:
    gc.disable()  # the generator makes no cycles, and a million events are long
    with vip_domain.open(url(path), erasable=False) as vip:
        vip.execute_many(demo_commands(customers, today=TODAY, seed=1), actor="demo")
    gc.enable()
    with closing(sqlite3.connect(path)) as connection:
        for kind, name, table in connection.execute(
            "SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        ).fetchall():
            if table not in TABLES:
                connection.execute(f"DROP {kind} IF EXISTS {name}")
        connection.execute("VACUUM")


PLAYED_EVENTS = """
SELECT originator_id, originator_version, topic, state FROM played.stored_events ORDER BY position
"""
INSERT = """
INSERT INTO stored_events (originator_id, originator_version, topic, state, chain)
VALUES (?, ?, ?, ?, ?)
"""
VIP_ID = re.compile(rb'(?<="vip_id":")[^"]+')


def _multiply(path: Path, events: int) -> None:
    """
    Every stream several times under ids of its own, side by side as if they had grown together.

    Claims on owners are copied too, but their ids no longer are what a command would ask for:
    these logs are for reading.
    """
    EventLog.in_sqlite(str(path)).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size=-2000000")
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("ATTACH ? AS played", (str(log(PLAYED)),))
        connection.execute("BEGIN")
        connection.executemany(INSERT, _copies(connection, events // PLAYED))
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")


def _copies(
    connection: sqlite3.Connection, copies: int
) -> Iterator[tuple[str, int, str, bytes, bytes]]:
    heads: dict[str, bytes] = {}
    for played, version, topic, state in connection.execute(PLAYED_EVENTS):
        for n in range(copies):
            stream_id, turned = _turned_stream(played, n), _turned_state(state, n)
            before = heads.get(stream_id, START)
            link = heads[stream_id] = linked(before, stream_id, version, topic, turned)
            yield stream_id, version, topic, turned, link


def _turned(text: str, n: int) -> str:
    """Another id, and as evenly spread: the last `n` characters come first."""
    return text[-n:] + text[:-n] if n else text


def _turned_stream(stream_id: str, n: int) -> str:
    kind, _, name = stream_id.partition("-")
    return f"{kind}-{_turned(name, n)}"


def _turned_state(state: bytes, n: int) -> bytes:
    return VIP_ID.sub(lambda found: _turned(found[0].decode(), n).encode(), state)


def _remove(path: Path) -> None:
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
