"""Whether two tables of one view say the same: by customer and field, and as one digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

import msgspec
from sqlalchemy import Connection, Table, exists, or_, select

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
        *_missing(connection, live.table, rebuilt.table, in_live=True),
        *_missing(connection, rebuilt.table, live.table, in_live=False),
        *_changed(connection, live.projection, live.table, rebuilt.table),
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
    connection: Connection, table: Table, other: Table, *, in_live: bool
) -> Iterator[Difference]:
    there = exists().where(other.c[KEY] == table.c[KEY])
    for (vip_id,) in connection.execute(select(table.c[KEY]).where(~there).limit(MOST)):
        present = (vip_id, None) if in_live else (None, vip_id)
        yield Difference(vip_id, KEY, *present)


def _changed(
    connection: Connection, projection: AnyProjection, live: Table, rebuilt: Table
) -> Iterator[Difference]:
    names = tables.columns(projection)
    differs = or_(*(live.c[name].is_distinct_from(rebuilt.c[name]) for name in names[1:]))
    statement = (
        select(*(live.c[name] for name in names), *(rebuilt.c[name] for name in names))
        .join_from(live, rebuilt, live.c[KEY] == rebuilt.c[KEY])
        .where(differs)
        .limit(MOST)
    )
    for row in connection.execute(statement):
        yield from _fields(names, tuple(row[: len(names)]), tuple(row[len(names) :]))


def _fields(names: tuple[str, ...], live: Row, rebuilt: Row) -> Iterator[Difference]:
    vip_id = str(live[0])
    for name, one, other in zip(names, live, rebuilt, strict=True):
        if one != other:
            yield Difference(vip_id, name, _shown(one), _shown(other))


def _shown(value: Cell | bytes) -> Cell:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def row_differences(
    projection: AnyProjection, live: Iterable[Row], rebuilt: Iterable[Row]
) -> Iterator[Difference]:
    """The same of rows in memory."""
    names = tables.columns(projection)
    these, those = ({row[0]: row for row in rows} for rows in (live, rebuilt))
    for vip_id in sorted({str(key) for key in these.keys() ^ those.keys()}):
        present = (vip_id, None) if vip_id in these else (None, vip_id)
        yield Difference(vip_id, KEY, *present)
    for key in sorted({str(key) for key in these.keys() & those.keys()}):
        yield from _fields(names, these[key], those[key])


_encode = msgspec.json.Encoder().encode


def digest(rows: Iterable[Row]) -> str:
    """One hash of rows in the order of keys: the same for the same rows in any store."""
    content = hashlib.sha256()
    for row in rows:
        cells = [_shown(bytes(value) if isinstance(value, memoryview) else value) for value in row]
        content.update(_encode(cells))
        content.update(b"\n")
    return content.hexdigest()
