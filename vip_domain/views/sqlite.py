"""SQLite for views: connections that begin transactions themselves and wait for other writers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from vip_domain.errors import StoreError
from vip_domain.store.sqlite_schema import LOCK_TIMEOUT


@contextmanager
def file_errors(path: str) -> Iterator[None]:
    """What files and the driver itself raise is a `StoreError` that names the store."""
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path}: {error}") from error


def connect(path: str, shadow: str | None = None) -> sqlite3.Connection:
    """
    A connection for views: the log is the truth, so a view need not survive a power cut.

    `shadow` is another file whose tables are seen as `shadow.…`.
    """
    connection = sqlite3.connect(
        path, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA cache_size=-65536")
    if shadow is not None:
        connection.execute("ATTACH ? AS shadow", (shadow,))
    return connection


def sqlite_engine(path: str, shadow: str | None = None) -> Engine:
    """An engine whose transactions say beforehand whether they write."""
    # The default for this URL closes connections that other threads are using.
    engine = create_engine(
        "sqlite://", creator=lambda: connect(path, shadow), poolclass=QueuePool, max_overflow=-1
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
