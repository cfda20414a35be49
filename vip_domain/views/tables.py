"""The tables behind views: one for each generation of a view, a name that stays, a registry."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

import msgspec
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

from vip_domain.errors import StoreError
from vip_domain.projections.projection import KEY, AnyProjection, Cell

registry = Table(
    "views",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("previous_generation", Integer),
    Column("previous_position", Integer),
    Column("rebuilt_at", Text),
    Column("rebuilt_events", Integer),
    Column("rebuilt_milliseconds", Integer),
)
"""Which generation of each view is live, how far it followed the log, and which one was before."""

metadata = registry.metadata

_parked = Table(
    "parked_customers",
    metadata,
    Column("view", Text, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("vip_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    Column("parked_at", Text, nullable=False),
)
"""Whose rows stopped before which event of theirs, in each generation of a view."""

skipped = Table(
    "skipped_events",
    metadata,
    Column("view", Text, primary_key=True),
    Column("vip_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("skipped_at", Text, nullable=False),
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
"""One customer's values of a view's columns, in their order."""


def columns(projection: AnyProjection) -> tuple[str, ...]:
    """Every column of a view's table, in order."""
    return (KEY, *projection.schema, STATE)


def generation_name(projection: AnyProjection, generation: int) -> str:
    """The table of one generation."""
    return f"{projection.name}_{generation}"


@lru_cache(maxsize=64)
def _table(name: str, schema: str | None, numbers: tuple[tuple[str, bool], ...]) -> Table:
    return Table(
        name,
        MetaData(schema=schema),
        Column(KEY, Text, primary_key=True),
        *(Column(column, Integer if number else Text) for column, number in numbers),
        Column(STATE, LargeBinary, nullable=False),
    )


def table(projection: AnyProjection, name: str, schema: str | None = None) -> Table:
    """A table of the view's shape; the view's own name is whichever generation is live."""
    numbers = tuple((column, kind is int) for column, kind in projection.schema.items())
    return _table(name, schema, numbers)


def live(projection: AnyProjection) -> Table:
    """The name that stays, for questions only."""
    return table(projection, projection.name)


def create_table(projection: AnyProjection, name: str) -> str:
    """The statement that makes a table of the view's shape."""
    kinds = (
        f"{column} {'INTEGER' if kind is int else 'TEXT'}"
        for column, kind in projection.schema.items()
    )
    between = ", ".join(kinds)
    return f"CREATE TABLE {name} ({KEY} TEXT PRIMARY KEY, {between}, {STATE} BLOB NOT NULL)"


def upsert(projection: AnyProjection, name: str) -> str:
    """The statement that puts a row, new or not, into a table."""
    marks = ", ".join("?" * len(columns(projection)))
    return f"INSERT OR REPLACE INTO {name} VALUES ({marks})"


def create_indexes(projection: AnyProjection, name: str) -> Iterable[str]:
    """The statements that make the indexes of one generation, once its rows are loaded."""
    for number, indexed in enumerate(projection.indexes, 1):
        yield f"CREATE INDEX {name}_{number} ON {name} ({', '.join(indexed)})"


def drop_indexes(projection: AnyProjection, name: str) -> Iterable[str]:
    """The statements that end the indexes of one generation."""
    for number, _ in enumerate(projection.indexes, 1):
        yield f"DROP INDEX IF EXISTS {name}_{number}"


def create_view(projection: AnyProjection, generation: int) -> Iterable[str]:
    """The statements that let the view's name mean this generation."""
    yield f"DROP VIEW IF EXISTS {projection.name}"
    name = generation_name(projection, generation)
    yield f"CREATE VIEW {projection.name} AS SELECT * FROM {name}"


def encode(projection: AnyProjection, vip_id: str, row: Any) -> Row:
    """The row as it is stored."""
    untold = [getattr(row, name) for name in projection.untold]
    return (vip_id, *projection.cells(row), _encode_state(untold))


_encode_state = msgspec.json.Encoder().encode
_decode_state = msgspec.json.Decoder(list[Any]).decode


def decode(projection: AnyProjection, stored: Row) -> Any:
    """The row that was stored so. Raises `StoreError` when it was not: somebody wrote past us."""
    told = dict(zip(columns(projection), stored, strict=True))
    try:
        untold = _decode_state(cast("bytes", told.pop(STATE)))
        told.update(zip(projection.untold, untold, strict=True))
        return msgspec.convert(told, projection.row)
    except (msgspec.MsgspecError, TypeError, ValueError) as error:
        vip_id, name = told[KEY], projection.name
        raise StoreError(f"the row of {vip_id!r} in {name} is broken: {error}") from error
