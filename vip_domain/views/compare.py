"""Whether two tables of one view say the same: by customer and field, and as one digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, exists, or_, select

from vip_domain.projections.projection import KEY, AnyProjection, Cell
from vip_domain.views import parking, tables
from vip_domain.views.generations import Generation
from vip_domain.views.reports import Difference, ParkedCustomer
from vip_domain.views.tables import Row

PARKED = "parked"
"""The field of a difference in who is parked."""

MOST = 1_000
"""Differences that are named; a broken fold differs everywhere."""


def differences(connection: Connection, live: Generation, rebuilt: Generation) -> list[Difference]:
    """Where `live` and `rebuilt` differ, by customer and field; at most a thousand."""
    found = [
        *_parked(connection, live, rebuilt),
        *_missing(connection, live, rebuilt, in_live=True),
        *_missing(connection, rebuilt, live, in_live=False),
        *_changed(connection, live, rebuilt),
    ]
    return found[:MOST]


def _parked(connection: Connection, live: Generation, rebuilt: Generation) -> list[Difference]:
    """Who is parked in one of them alone, or before another event."""
    these, those = (
        {each.vip_id: each for each in parking.parked_of(connection, generation)}
        for generation in (live, rebuilt)
    )
    return parked_differences(these, those)


def parked_differences(
    live: Mapping[str, ParkedCustomer], rebuilt: Mapping[str, ParkedCustomer]
) -> list[Difference]:
    """The same of what was read already."""
    sides = (
        (vip_id, live.get(vip_id), rebuilt.get(vip_id)) for vip_id in sorted({*live, *rebuilt})
    )
    return [
        Difference(vip_id, PARKED, _where(one), _where(other))
        for vip_id, one, other in sides
        if _where(one) != _where(other)
    ]


def _where(parked: ParkedCustomer | None) -> str | None:
    return None if parked is None else f"before event {parked.version}"


def _missing(
    connection: Connection, generation: Generation, other: Generation, *, in_live: bool
) -> Iterator[Difference]:
    table, key = generation.table, generation.projection.key
    there = exists().where(_same(table, other.table, key))
    statement = select(*(table.c[name] for name in key)).where(~there).limit(MOST)
    for found in connection.execute(statement):
        yield _alone(tuple(found), in_live=in_live)


def _alone(key: Row, *, in_live: bool) -> Difference:
    vip_id = str(key[0])
    present = (vip_id, None) if in_live else (None, vip_id)
    return Difference(vip_id, _field(KEY, key), *present)


def _field(name: str, key: Row) -> str:
    """What differs: of a version, it is said since when that stood."""
    return name if len(key) == 1 else f"{name} from {_shown(key[1])}"


def _same(one: Table, other: Table, key: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(*(one.c[name] == other.c[name] for name in key))


def _changed(connection: Connection, live: Generation, rebuilt: Generation) -> Iterator[Difference]:
    projection, one, other = live.projection, live.table, rebuilt.table
    names = tables.columns(projection)
    differs = or_(*(one.c[name].is_distinct_from(other.c[name]) for name in names[1:]))
    statement = (
        select(*(one.c[name] for name in names), *(other.c[name] for name in names))
        .join_from(one, other, _same(one, other, projection.key))
        .where(differs)
        .limit(MOST)
    )
    for row in connection.execute(statement):
        yield from _fields(projection, tuple(row[: len(names)]), tuple(row[len(names) :]))


def _fields(projection: AnyProjection, live: Row, rebuilt: Row) -> Iterator[Difference]:
    key = live[: len(projection.key)]
    for name, one, other in zip(tables.columns(projection), live, rebuilt, strict=True):
        if one != other:
            yield Difference(str(key[0]), _field(name, key), _shown(one), _shown(other))


def _shown(value: Cell | bytes) -> Cell:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def row_differences(
    projection: AnyProjection, live: Iterable[Row], rebuilt: Iterable[Row]
) -> Iterator[Difference]:
    """The same of rows in memory."""
    length = len(projection.key)
    these, those = ({row[:length]: row for row in rows} for rows in (live, rebuilt))
    for key in sorted(these.keys() ^ those.keys(), key=str):
        yield _alone(key, in_live=key in these)
    for key in sorted(these.keys() & those.keys(), key=str):
        yield from _fields(projection, these[key], those[key])


_encode = msgspec.json.Encoder().encode


def digest(rows: Iterable[Row]) -> str:
    """One hash of rows in the order of keys: the same for the same rows in any store."""
    content = hashlib.sha256()
    for row in rows:
        cells = [_shown(bytes(value) if isinstance(value, memoryview) else value) for value in row]
        content.update(_encode(cells))
        content.update(b"\n")
    return content.hexdigest()
