"""Shares of a PostgreSQL log, each folded by itself and copied straight into the new generation."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import attrs
import psycopg
from psycopg import sql

from vip_domain.aggregates.streams import CUSTOMER
from vip_domain.errors import StoreError
from vip_domain.faults import reach
from vip_domain.projections.projection import AnyProjection
from vip_domain.store.log import one_line
from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import connect
from vip_domain.views import tables
from vip_domain.views.folding import Key, Stop
from vip_domain.views.generations import Generation
from vip_domain.views.shares import PAST
from vip_domain.views.whole_streams import fold_streams

EVENTS_A_SHARE = 50_000
AT_ONCE = 1_000
"""Rows of the log that are fetched together."""

BOUNDARY = """
SELECT originator_id FROM stored_events WHERE originator_id > %s AND originator_id < %s
ORDER BY originator_id LIMIT 1 OFFSET %s
"""
SHARE = """
SELECT originator_id, originator_version, position, topic, state
FROM stored_events WHERE originator_id >= %s AND originator_id < %s AND position <= %s
ORDER BY originator_id, originator_version
"""
PARK = """
INSERT INTO parked_customers (view, generation, vip_id, version, position, error, parked_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
OID = "SELECT %s::regclass::oid"
"""Which table has a name now: dropped and made again, it is another."""

UNHURRIED = "SET statement_timeout = 0"
KINDS: dict[type, str] = {str: "text", int: "int8"}


@contextmanager
def bulk_connection(address: Address) -> Iterator[psycopg.Connection[Any]]:
    """A connection for work that takes long. What goes wrong is a `StoreError`."""
    with server_errors(address), connect(address, autocommit=True) as connection:
        connection.execute(UNHURRIED)
        yield connection


@contextmanager
def server_errors(address: Address) -> Iterator[None]:
    """What the driver raises is a `StoreError` that names the store."""
    try:
        yield
    except psycopg.Error as error:
        raise StoreError(f"{address.shown}: {one_line(error)}") from error


@attrs.frozen
class PostgresShares:
    """
    What is folded up to which position of the log, and into which generation at `address`.

    It is sent to other processes. One whose rebuild was killed may fold for a while: `table` is
    the number of the table it was told to fill, so that it leaves one of the same name alone that
    the next rebuild made.
    """

    log: Address
    address: Address
    projection: AnyProjection
    generation: int
    table: int
    position: int
    skipped: tuple[Key, ...]
    bounds: tuple[tuple[str, str], ...]

    @property
    def where(self) -> str:
        """The store, for errors."""
        return self.address.shown

    @contextmanager
    def folding(self) -> Iterator[Callable[[int], None]]:
        """What folds a share, given its number; its connections stay open between two."""
        with bulk_connection(self.log) as log, bulk_connection(self.address) as target:
            yield partial(self._fold, log, target)

    def _fold(
        self, log: psycopg.Connection[Any], target: psycopg.Connection[Any], number: int
    ) -> None:
        """One share, all its rows or none."""
        stops: list[Stop] = []
        gc.disable()  # a fold makes no cycles; looking for them takes a tenth of its time
        try:
            with (
                server_errors(self.address),
                log.cursor(binary=True) as cursor,
                target.transaction(),
            ):
                self._hold(target)
                events = cursor.stream(SHARE, (*self.bounds[number], self.position), size=AT_ONCE)
                rows = fold_streams(self.projection, events, self.skipped, stops)
                self._load(target, rows)
                self._park(target, stops)
                reach("share.folded")
            reach("share.kept")
        finally:
            gc.enable()

    @property
    def _name(self) -> str:
        return tables.generation_name(self.projection, self.generation)

    def _hold(self, target: psycopg.Connection[Any]) -> None:
        """Let nobody drop the table before this share is in it."""
        lock = sql.SQL("LOCK TABLE {} IN ROW EXCLUSIVE MODE").format(sql.Identifier(self._name))
        target.execute(lock)
        if target.execute(OID, (self._name,)).fetchall() != [(self.table,)]:
            raise StoreError(f"{self.where}: another rebuild has begun since")

    def _load(self, target: psycopg.Connection[Any], rows: Iterator[tables.Row]) -> None:
        name = sql.Identifier(self._name)
        copied = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(name)
        with target.cursor() as cursor, cursor.copy(copied) as copy:
            copy.set_types(
                ["text", *(KINDS[kind] for kind in self.projection.schema.values()), "bytea"]
            )
            for row in rows:
                copy.write_row(row)

    def _park(self, target: psycopg.Connection[Any], stops: list[Stop]) -> None:
        if stops:
            now = datetime.now(UTC).isoformat()
            key = Generation(self.projection, self.generation).key.values()
            values = [(*key, *attrs.astuple(each), now) for each in stops]
            with target.cursor() as cursor:
                cursor.executemany(PARK, values)


def bounds(address: Address) -> tuple[tuple[str, str], ...]:
    """Where shares begin and end: the streams of customers, about 50,000 events each."""
    found = [CUSTOMER]
    with bulk_connection(address) as log:
        while row := log.execute(BOUNDARY, (found[-1], PAST, EVENTS_A_SHARE)).fetchone():
            found.append(row[0])
    return tuple(zip(found, [*found[1:], PAST], strict=True))
