"""The tables behind views: one for each generation of a view, a name that stays, a registry."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

import msgspec
from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import TEXT

from vip_domain.errors import StoreError
from vip_domain.projections.projection import KEY, AnyProjection, Cell

CodePoints = Text().with_variant(TEXT(collation="C"), "postgresql")
"""Text that any database compares and sorts as Python does."""

registry = Table(
    "views",
    MetaData(),
    Column("name", CodePoints, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("previous_generation", BigInteger),
    Column("previous_position", BigInteger),
    Column("rebuilt_at", CodePoints),
    Column("rebuilt_events", BigInteger),
    Column("rebuilt_milliseconds", BigInteger),
)
"""Which generation of each view is live, how far it followed the log, and which one was before."""

metadata = registry.metadata

_parked = Table(
    "parked_customers",
    metadata,
    Column("view", CodePoints, primary_key=True),
    Column("generation", BigInteger, primary_key=True),
    Column("vip_id", CodePoints, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("error", CodePoints, nullable=False),
    Column("parked_at", CodePoints, nullable=False),
)
"""Whose rows stopped before which event of theirs, in each generation of a view."""

skipped = Table(
    "skipped_events",
    metadata,
    Column("view", CodePoints, primary_key=True),
    Column("vip_id", CodePoints, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("error", CodePoints, nullable=False),
    Column("actor", CodePoints, nullable=False),
    Column("reason", CodePoints, nullable=False),
    Column("skipped_at", CodePoints, nullable=False),
)
"""Which events a view passes over in every generation, who said so, and why."""


@lru_cache(maxsize=4)
def parked_in(schema: str | None) -> Table:
    """Those who are parked in the store, or in the database beside it that is seen as `schema`."""
    if schema is None:
        return _parked
    return _parked.to_metadata(MetaData(schema=schema), schema=schema)


STATE = "state"
"""The column of what no other column tells of a row: a JSON array of its fields, in their order."""

Row = tuple[Cell | bytes, ...]
"""The values of a view's columns, in their order."""

Rows = tuple[Row, ...]
"""All that a table has of one customer, or all that changed; mostly one row."""


def columns(projection: AnyProjection) -> tuple[str, ...]:
    """Every column of a view's table, in order."""
    return (KEY, *projection.schema, STATE)


def generation_name(projection: AnyProjection, generation: int) -> str:
    """The table of one generation."""
    return f"{projection.name}_{generation}"


@lru_cache(maxsize=64)
def _table(
    name: str, schema: str | None, numbers: tuple[tuple[str, bool], ...], key: tuple[str, ...]
) -> Table:
    kinds = ((column, BigInteger if number else Text) for column, number in numbers)
    return Table(
        name,
        MetaData(schema=schema),
        *(Column(column, kind, primary_key=column in key) for column, kind in kinds),
        Column(STATE, LargeBinary),
    )


def table(projection: AnyProjection, name: str, schema: str | None = None) -> Table:
    """A table of the view's shape; the view's own name is whichever generation is live."""
    kinds = {KEY: str, **projection.schema}
    numbers = tuple((column, kind is int) for column, kind in kinds.items())
    return _table(name, schema, numbers, projection.key)


def live(projection: AnyProjection) -> Table:
    """The name that stays, for questions only."""
    return table(projection, projection.name)


KINDS = {
    "sqlite": {str: "TEXT", int: "INTEGER", bytes: "BLOB"},
    "postgresql": {str: 'TEXT COLLATE "C"', int: "BIGINT", bytes: "BYTEA"},
}


def create_table(
    projection: AnyProjection, name: str, dialect: str = "sqlite", *, keyed: bool = True
) -> str:
    """The statement that makes a table of the view's shape, `keyed` or to be read through."""
    kinds = KINDS[dialect]
    parts = [f"{column} {kinds[kind]}" for column, kind in {KEY: str, **projection.schema}.items()]
    parts.append(
        f"{STATE} {kinds[bytes]}" if projection.ends else f"{STATE} {kinds[bytes]} NOT NULL"
    )
    if keyed:
        parts.append(f"PRIMARY KEY ({', '.join(projection.key)})")
    return f"CREATE TABLE {name} ({', '.join(parts)})"


def upsert(projection: AnyProjection, name: str, dialect: str = "sqlite") -> str:
    """The statement that puts a row, new or not, into a table."""
    names = columns(projection)
    mark = "?" if dialect == "sqlite" else "%s"
    new = ", ".join(f"{column} = excluded.{column}" for column in names)
    return (
        f"INSERT INTO {name} VALUES ({', '.join([mark] * len(names))}) "
        f"ON CONFLICT ({', '.join(projection.key)}) DO UPDATE SET {new}"
    )


def create_indexes(projection: AnyProjection, name: str) -> Iterable[str]:
    """The statements that make the indexes of one generation, once its rows are loaded."""
    for number, indexed in enumerate(projection.indexes, 1):
        yield f"CREATE INDEX {name}_{number} ON {name} ({', '.join(indexed)})"


def drop_indexes(projection: AnyProjection, name: str) -> Iterable[str]:
    """The statements that end the indexes of one generation."""
    for number, _ in enumerate(projection.indexes, 1):
        yield f"DROP INDEX IF EXISTS {name}_{number}"


def create_view(projection: AnyProjection, generation: int, dialect: str) -> Iterable[str]:
    """The statements that let the view's name mean this generation."""
    selected = f"{projection.name} AS SELECT * FROM {generation_name(projection, generation)}"
    if dialect == "sqlite":
        yield f"DROP VIEW IF EXISTS {projection.name}"
        yield f"CREATE VIEW {selected}"
    else:  # what services have built on the name stays
        yield f"CREATE OR REPLACE VIEW {selected}"


def rows_of(projection: AnyProjection, vip_id: str, row: Any) -> Rows:
    """What is stored of a customer."""
    return tuple(
        (vip_id, *cells, None if kept is None else _state(projection, kept))
        for cells, kept in projection.rows(row)
    )


def row_of(projection: AnyProjection, rows: Rows) -> Any:
    """What was stored so. Raises `StoreError` when it was not: somebody wrote past us."""
    return projection.resumed(
        (
            cast("tuple[Cell, ...]", each[1:-1]),
            None if each[-1] is None else _kept(projection, each),
        )
        for each in rows
    )


def _state(projection: AnyProjection, row: Any) -> bytes:
    return _encode_state([getattr(row, name) for name in projection.untold])


_encode_state = msgspec.json.Encoder().encode
_decode_state = msgspec.json.Decoder(list[Any]).decode


def _kept(projection: AnyProjection, stored: Row) -> Any:
    told = dict(zip(columns(projection), stored, strict=True))
    try:
        untold = _decode_state(cast("bytes", told.pop(STATE)))
        told.update(zip(projection.untold, untold, strict=True))
        return msgspec.convert(told, projection.row)
    except (msgspec.MsgspecError, TypeError, ValueError) as error:
        vip_id, name = told[KEY], projection.name
        raise StoreError(f"the row of {vip_id!r} in {name} is broken: {error}") from error
