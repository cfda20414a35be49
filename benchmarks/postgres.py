"""Logs in a PostgreSQL server of their own, started from a wheel and gone afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

import vip_domain
from benchmarks import logs
from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import connect
from vip_domain.testing.postgres_server import postgres_server

SETTINGS = """
shared_buffers = 1GB
max_wal_size = 4GB
"""
"""What an operator would set; commits wait for the disk, as they do by default."""

COLUMNS = "position, originator_id, originator_version, topic, state, chain"
KINDS = ("int8", "text", "int8", "text", "bytea", "bytea")
ROWS = f"SELECT {COLUMNS} FROM stored_events WHERE position > ? AND position <= ? ORDER BY position"


@contextmanager
def server() -> Iterator[str]:
    """The URL of an empty database."""
    with postgres_server(SETTINGS) as url:
        yield url


@contextmanager
def past_us(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection that the store does not know of."""
    with connect(Address.of(url), autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        yield connection


def load(url: str, file: Path, after: int, upto: int) -> None:
    """Copy a part of a log in a file into the database."""
    vip_domain.open(url).close()
    with past_us(url) as target, closing(sqlite3.connect(file)) as source:
        with (
            target.cursor() as cursor,
            cursor.copy(f"COPY stored_events ({COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types(KINDS)
            for row in source.execute(ROWS, (after, upto)):
                copy.write_row(row)
        target.execute("VACUUM ANALYZE stored_events")


def last(events: int) -> int:
    """The last position of the log of so many events."""
    with closing(sqlite3.connect(logs.log(events))) as file:
        (position,) = file.execute("SELECT max(position) FROM stored_events").fetchone()
    return int(position)
