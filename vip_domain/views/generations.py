"""One generation of a view's rows, and what is done to it in a transaction that others began."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import attrs
from sqlalchemy import Connection, Select, Table, bindparam, delete, inspect, select

from vip_domain.projections.projection import KEY, AnyProjection
from vip_domain.projections.versions import FOREVER
from vip_domain.views import tables
from vip_domain.views.tables import Row, Rows

CHUNK = 500
"""Keys in one statement, well below what databases take."""


@attrs.frozen
class Generation:
    """The rows of a view that were folded together; `schema` names a database beside the store."""

    projection: AnyProjection
    number: int
    schema: str | None = None

    @property
    def name(self) -> str:
        """The table's name."""
        return tables.generation_name(self.projection, self.number)

    @property
    def table(self) -> Table:
        """Where the rows are."""
        return tables.table(self.projection, self.name, self.schema)

    @property
    def parked(self) -> Table:
        """Where those are that stopped; beside the rows."""
        return tables.parked_in(self.schema)

    @property
    def key(self) -> dict[str, Any]:
        """What its own have in common, among the parked of all."""
        return {"view": self.projection.name, "generation": self.number}


def create(connection: Connection, generation: Generation) -> None:
    """An empty generation with its indexes."""
    projection, name = generation.projection, generation.name
    connection.exec_driver_sql(tables.create_table(projection, name, connection.dialect.name))
    for statement in tables.create_indexes(projection, name):
        connection.exec_driver_sql(statement)


def drop(connection: Connection, generation: Generation) -> None:
    """The end of a generation."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {generation.name}")
    connection.execute(delete(generation.parked).filter_by(**generation.key))


def all_of(connection: Connection, projection: AnyProjection) -> list[Generation]:
    """All generations there are."""
    names = inspect(connection).get_table_names()
    parts = ((name, name.removeprefix(f"{projection.name}_")) for name in names)
    return [
        Generation(projection, int(number))
        for name, number in parts
        if number != name and number.isdigit()
    ]


def make_live(connection: Connection, generation: Generation) -> None:
    """From here on the view's name means this generation."""
    projection, number, dialect = generation.projection, generation.number, connection.dialect.name
    for statement in tables.create_view(projection, number, dialect):
        connection.exec_driver_sql(statement)


def store(
    connection: Connection, generation: Generation, rows: Sequence[Rows], gone: Sequence[str]
) -> None:
    """Put customers' rows in, new or not, and take those out that are `gone`."""
    table = generation.table
    if gone:
        leaving = [{"gone": vip_id} for vip_id in gone]
        connection.execute(delete(table).where(table.c[KEY] == bindparam("gone")), leaving)
    if any(rows):
        # The driver itself: naming forty parameters a row costs more than storing it.
        statement = tables.upsert(generation.projection, str(table), connection.dialect.name)
        connection.exec_driver_sql(statement, [row for each in rows for row in each])


def known(
    connection: Connection, generation: Generation, vip_ids: Collection[str]
) -> Mapping[str, Rows]:
    """The stored rows of these customers that stand, as far as they have one."""
    statement, wanted = _known(generation.table, generation.projection.ends), list(vip_ids)
    found: dict[str, Rows] = {}
    for start in range(0, len(wanted), CHUNK):
        chunk = {"wanted": wanted[start : start + CHUNK]}
        for stored in connection.execute(statement, chunk):
            found[stored[0]] = (tuple(stored),)
    return found


@lru_cache(maxsize=64)
def _known(table: Table, ends: str | None) -> Select[Any]:
    statement = select(table).where(table.c[KEY].in_(bindparam("wanted", expanding=True)))
    return statement if ends is None else statement.where(table.c[ends] == FOREVER)


def all_rows(connection: Connection, table: Table) -> Iterator[Row]:
    """Every row, in the order of keys."""
    statement = select(table).order_by(*table.primary_key).execution_options(yield_per=5_000)
    for row in connection.execute(statement):
        yield tuple(row)
