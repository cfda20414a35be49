"""The log's tables in a SQLite file: what they hold, whose file it is, and what older ones lack."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from vip_domain.chain import START, linked
from vip_domain.errors import StoreError

APPLICATION_ID = 0x56495044
"""Marks a SQLite file as ours ("VIPD")."""

VIEWS_ID = 0x56495057
"""Marks a SQLite file as that of views which lie apart from their log ("VIPW")."""

VIEWS_VERSION = 1
VERSION = 2
"""Version 1 had neither chains, origin nor checkpoints, and did not number its commands."""

LOCK_TIMEOUT = 10
"""Seconds a writer waits for another before it gives up."""

UPGRADE_CACHE = -262_144
"""A quarter of a GiB: the index of all streams is made anew, all over itself."""

EVENTS = """
CREATE TABLE IF NOT EXISTS stored_events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    originator_id TEXT NOT NULL,
    originator_version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    state BLOB NOT NULL,
    chain BLOB NOT NULL,
    UNIQUE (originator_id, originator_version)
)
"""
COMMANDS = """
CREATE TABLE IF NOT EXISTS commands (
    number INTEGER PRIMARY KEY,
    command_id TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    stream_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    events INTEGER NOT NULL
)
"""
ORIGIN = "CREATE TABLE IF NOT EXISTS log_origin (origin TEXT NOT NULL)"
BLOCKS = """
CREATE TABLE IF NOT EXISTS log_blocks (
    tree TEXT NOT NULL,
    number INTEGER NOT NULL,
    hash BLOB NOT NULL,
    leaves BLOB NOT NULL,
    PRIMARY KEY (tree, number)
)
"""
"""The hashes of up to 256 leaves in a row, and the root over them; made when they are asked for."""
CHECKPOINTS = """
CREATE TABLE IF NOT EXISTS log_checkpoints (
    number INTEGER PRIMARY KEY,
    size INTEGER NOT NULL,
    note TEXT NOT NULL
)
"""
TABLES = ("stored_events", "commands", "log_origin", "log_blocks", "log_checkpoints")


def creation() -> list[str]:
    """What makes an empty log; no two have the same origin."""
    return [
        EVENTS,
        COMMANDS,
        ORIGIN,
        BLOCKS,
        CHECKPOINTS,
        f"INSERT INTO log_origin SELECT 'vip-domain/{secrets.token_hex(16)}' "
        "WHERE NOT EXISTS (SELECT * FROM log_origin)",
        f"PRAGMA application_id = {APPLICATION_ID}",
        f"PRAGMA user_version = {VERSION}",
    ]


def prepare_file(path: str) -> None:
    """
    Look at an existing file before anything is changed in it; bring an older one up to date.

    Raises `StoreError` for another program's database and for one of a newer version.
    """
    version = _version(path, APPLICATION_ID)
    if version is None:
        return
    if version > VERSION:
        raise StoreError(f"{path} was written by a newer version of vip_domain")
    if version < VERSION:
        try:
            _upgrade(path)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise StoreError(
                f"{path} was written by an older version of vip_domain and cannot be brought up "
                f"to date: {error}"
            ) from error


def prepare_views_file(path: str) -> None:
    """
    Make a file for views that lie apart from their log, unless it is there.

    Raises `StoreError` for another program's database, a log's, and one of a newer version.
    """
    version = _version(path, VIEWS_ID)
    if version is not None and version > VIEWS_VERSION:
        raise StoreError(f"{path} was written by a newer version of vip_domain")
    if version is None:
        with closing(sqlite3.connect(path, timeout=LOCK_TIMEOUT, isolation_level=None)) as made:
            made.execute("PRAGMA journal_mode = WAL")
            made.execute(f"PRAGMA application_id = {VIEWS_ID}")
            made.execute(f"PRAGMA user_version = {VIEWS_VERSION}")


def _version(path: str, application_id: int) -> int | None:
    """Of a file that is ours; `None` of an empty one. Raises `StoreError` for any other."""
    file = Path(path)
    if not file.exists() or not file.stat().st_size:
        return None
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application == application_id:
        return int(version)
    if application or tables:
        ours = application in (APPLICATION_ID, VIEWS_ID)
        whose = "a log, or views that lie apart from one" if ours else "another program's database"
        raise StoreError(f"{path} is {whose}")
    if version > VERSION:
        raise StoreError(f"{path} was written by a newer version of vip_domain")
    return None


def _upgrade(path: str) -> None:
    """Make the tables of version 1 those of version 2, in one transaction."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA cache_size = {UPGRADE_CACHE}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 1:  # nobody else was faster
            _upgrade_from_1(connection)
        connection.execute("COMMIT")


def _upgrade_from_1(connection: sqlite3.Connection) -> None:
    # Tables of their own, and not a column added to the old ones: a process that still runs the
    # older version must not be able to add an event without its link.
    connection.execute("ALTER TABLE stored_events RENAME TO old_events")
    connection.execute("ALTER TABLE commands RENAME TO old_commands")
    for statement in creation():
        connection.execute(statement)
    connection.executemany(
        "INSERT INTO stored_events VALUES (?, ?, ?, ?, ?, ?)", _linked_events(connection)
    )
    connection.execute(
        "INSERT INTO commands (command_id, fingerprint, stream_id, version, events) "
        "SELECT * FROM old_commands ORDER BY command_id"
    )
    connection.execute("DROP TABLE old_events")
    connection.execute("DROP TABLE old_commands")


def _linked_events(
    connection: sqlite3.Connection,
) -> Iterator[tuple[int, str, int, str, bytes, bytes]]:
    heads: dict[str, bytes] = {}
    for position, stream_id, version, topic, state in connection.execute(
        "SELECT position, originator_id, originator_version, topic, state "
        "FROM old_events ORDER BY position"
    ):
        before = heads.get(stream_id, START)
        link = heads[stream_id] = linked(before, stream_id, version, topic, state)
        yield position, stream_id, version, topic, state, link
