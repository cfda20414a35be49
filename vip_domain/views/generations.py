"""What is done to one generation of a view inside a transaction that somebody else began."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, inspect, select

from vip_domain.events import Event, Recorded
from vip_domain.projections.projection import KEY, AnyProjection
from vip_domain.views import tables
from vip_domain.views.tables import Row

CHUNK = 500
"""Keys in one statement, well below what databases take."""


def create(connection: Connection, projection: AnyProjection, generation: int) -> None:
    """An empty generation with its indexes."""
    name = tables.generation_name(projection, generation)
    connection.exec_driver_sql(tables.create_table(projection, name))
    for statement in tables.create_indexes(projection, name):
        connection.exec_driver_sql(statement)


def drop(connection: Connection, projection: AnyProjection, generation: int) -> None:
    """The end of a generation."""
    name = tables.generation_name(projection, generation)
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


def all_of(connection: Connection, projection: AnyProjection) -> list[tuple[str, int]]:
    """The tables of all generations there are, with their numbers."""
    names = inspect(connection).get_table_names()
    parts = ((name, name.removeprefix(f"{projection.name}_")) for name in names)
    return [(name, int(number)) for name, number in parts if number != name and number.isdigit()]


def make_live(connection: Connection, projection: AnyProjection, generation: int) -> None:
    """From here on the view's name means this generation."""
    for statement in tables.create_view(projection, generation):
        connection.exec_driver_sql(statement)


def fold(
    connection: Connection,
    table: Table,
    projection: AnyProjection,
    batch: list[Recorded[Event]],
) -> None:
    """Bring the rows of a batch's customers up to date."""
    rows = projection.fold_batch(
        batch, lambda vip_ids: known(connection, table, projection, vip_ids)
    )
    stored = [
        tables.encode(projection, vip_id, row) for vip_id, row in rows.items() if row is not None
    ]
    gone = [{"gone": vip_id} for vip_id, row in rows.items() if row is None]
    if gone:
        connection.execute(delete(table).where(table.c[KEY] == bindparam("gone")), gone)
    if stored:
        # The driver itself: naming forty parameters a row costs more than storing it.
        connection.exec_driver_sql(tables.upsert(projection, str(table)), stored)


def known(
    connection: Connection, table: Table, projection: AnyProjection, vip_ids: Collection[str]
) -> Mapping[str, Any]:
    """The rows of these customers, as far as they have one."""
    wanted = list(vip_ids)
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        statement = select(table).where(table.c[KEY].in_(chunk))
        for stored in connection.execute(statement):
            found[stored[0]] = tables.decode(projection, tuple(stored))
    return found


def all_rows(connection: Connection, table: Table) -> Iterator[Row]:
    """Every row, in the order of keys."""
    statement = select(table).order_by(table.c[KEY]).execution_options(yield_per=5_000)
    for row in connection.execute(statement):
        yield tuple(row)
