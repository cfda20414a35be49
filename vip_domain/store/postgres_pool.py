"""Connections to PostgreSQL: made when needed, kept for the next, replaced when they broke."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import psycopg
from psycopg import sql
from psycopg.rows import RowFactory, tuple_row
from sqlalchemy import event, exc
from sqlalchemy.pool import QueuePool

from vip_domain.store.postgres_address import Address

LOCK_TIMEOUT = 10
"""Seconds a transaction waits for another before it gives up."""

STATEMENT_TIMEOUT = 60
"""Seconds a statement may take, but for those that rebuild or check a view."""

IDLE_TIMEOUT = 60
"""Seconds a transaction may wait for its program: one that hangs keeps no lock for ever."""

PATIENCE = 10.0
"""Seconds a server that was there before may be gone: it restarts, or another takes over."""

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
KEPT, MOST = 5, 15
"""Connections that are kept open, and that one program has at most, of each kind."""

SETTINGS = """
SET search_path = {schema};
SET lock_timeout = '{lock}s';
SET statement_timeout = '{statement}s';
SET idle_in_transaction_session_timeout = '{idle}s';
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'
"""
"""A receipt holds: a server that says otherwise by default does not say so to us."""


def connect(
    address: Address, *, autocommit: bool, row_factory: RowFactory[Any] = tuple_row
) -> psycopg.Connection[Any]:
    """A connection with our schema and our timeouts. Raises what the driver raises."""
    connection = psycopg.connect(
        **address.conninfo, autocommit=True, client_encoding="utf8", row_factory=row_factory
    )
    try:
        settings = sql.SQL(SETTINGS).format(
            schema=sql.Identifier(address.schema),
            lock=sql.SQL(str(LOCK_TIMEOUT)),
            statement=sql.SQL(str(STATEMENT_TIMEOUT)),
            idle=sql.SQL(str(IDLE_TIMEOUT)),
        )
        connection.execute(settings)
        connection.autocommit = autocommit
    except BaseException:
        connection.close()
        raise
    return connection


class Pool:
    """
    Connections for any number of threads, in the shape that `PostgresDatastore` asks of one.

    The first connection is made, or fails, at once; later ones wait for a server that restarts.
    The package's own pool would tell a timeout and keep the reason to itself.
    """

    def __init__(
        self, address: Address, *, autocommit: bool, row_factory: RowFactory[Any] = tuple_row
    ) -> None:
        self._new = partial(connect, address, autocommit=autocommit, row_factory=row_factory)
        self._met = self._closed = False
        self.queue = QueuePool(
            cast("Any", self._connect),
            pool_size=KEPT,
            max_overflow=MOST - KEPT,
            timeout=PATIENCE,
            use_lifo=True,
        )
        event.listen(self.queue, "checkout", _check)

    def _connect(self) -> psycopg.Connection[Any]:
        if self._closed:
            raise psycopg.OperationalError("it was closed")
        deadline, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
        while True:
            try:
                connection = self._new()
            except psycopg.OperationalError:
                if not self._met or time.monotonic() + pause > deadline:
                    raise
                time.sleep(random.uniform(pause / 2, pause))
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._met = True
                return connection

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        """One connection, for one thread."""
        try:
            taken = self.queue.connect()
        except exc.TimeoutError as error:
            raise psycopg.OperationalError(f"all {MOST} connections are in use") from error
        except exc.InvalidRequestError as error:
            raise psycopg.OperationalError("connections break as soon as they are made") from error
        connection = cast("psycopg.Connection[Any]", taken.driver_connection)
        try:
            yield connection
        finally:
            if connection.closed:
                taken.invalidate()
            taken.close()

    def open(self, wait: bool, timeout: float) -> None:
        """Nothing to do: a connection is made when one is needed."""

    def close(self) -> None:
        """Close what is not in use, and make no more."""
        self._closed = True
        self.queue.dispose()


def _check(connection: Any, record: Any, taken: Any) -> None:
    """Replace a connection that its server closed; asks the socket, not the server."""
    del record, taken
    try:
        # The first look may find the server's last words, the second that it is gone.
        connection.pgconn.consume_input()
        connection.pgconn.consume_input()
    except psycopg.OperationalError as error:
        raise exc.InvalidatePoolError from error
