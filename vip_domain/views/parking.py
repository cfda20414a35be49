"""Who is parked: customers whose rows stopped before an event; and events that are passed over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import attrs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from vip_domain.projections.projection import AnyProjection
from vip_domain.views.folding import Key, Stop
from vip_domain.views.generations import CHUNK, Generation
from vip_domain.views.reports import ParkedCustomer, SkippedEvent
from vip_domain.views.tables import parked_in, skipped


@lru_cache(maxsize=4)
def _troubles(schema: str | None) -> Select[Any]:
    parked, mine = parked_in(schema), bindparam("view", type_=Text)
    stopped = and_(parked.c.view == mine, parked.c.generation == bindparam("generation"))
    each: list[Any] = [
        select(parked.c.vip_id).where(stopped).exists(),
        select(skipped.c.vip_id).where(skipped.c.view == mine).exists(),
    ]
    return select(*each)


def troubles(connection: Connection, generation: Generation) -> tuple[bool, bool]:
    """Whether anybody is parked, and whether any event is skipped: nearly always neither."""
    anybody, anything = connection.execute(_troubles(generation.schema), generation.key).one()
    return bool(anybody), bool(anything)


def _of(generation: Generation) -> ColumnElement[bool]:
    parked = generation.parked
    return and_(
        parked.c.view == generation.projection.name, parked.c.generation == generation.number
    )


def waiting(
    connection: Connection, generation: Generation, vip_ids: Collection[str]
) -> Iterator[str]:
    """Those of these customers that are parked."""
    parked, wanted = generation.parked, list(vip_ids)
    for start in range(0, len(wanted), CHUNK):
        among = parked.c.vip_id.in_(wanted[start : start + CHUNK])
        yield from connection.execute(
            select(parked.c.vip_id).where(_of(generation), among)
        ).scalars()


def park(connection: Connection, generation: Generation, stops: Sequence[Stop]) -> None:
    """Keep who stopped where, and why."""
    if stops:
        now = {"parked_at": datetime.now(UTC).isoformat()}
        values = [{**generation.key, **attrs.asdict(each), **now} for each in stops]
        connection.execute(insert(generation.parked), values)


def release(connection: Connection, generation: Generation, vip_ids: Sequence[str]) -> None:
    """They wait no longer."""
    parked = generation.parked
    connection.execute(delete(parked).where(_of(generation), parked.c.vip_id.in_(vip_ids)))


def parked_of(
    connection: Connection,
    generation: Generation,
    *,
    vip_id: str | None = None,
    after: str = "",
    limit: int | None = None,
) -> list[ParkedCustomer]:
    """Who is parked, by VIP ID: all, or one, or so many `after` one."""
    parked = generation.parked
    names: list[Any] = [parked.c[field.name] for field in attrs.fields(ParkedCustomer)]
    statement = select(*names).where(_of(generation), parked.c.vip_id > after)
    if vip_id is not None:
        statement = statement.where(parked.c.vip_id == vip_id)
    found = connection.execute(statement.order_by(parked.c.vip_id).limit(limit)).mappings()
    return [
        ParkedCustomer(**dict(row) | {"parked_at": _instant(row["parked_at"])}) for row in found
    ]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def counts(connection: Connection, generation: Generation) -> tuple[int, int]:
    """How many customers are parked, and how many events are skipped."""
    parked, view = generation.parked, generation.projection.name
    stopped = select(func.count()).select_from(parked).where(_of(generation))
    passed = select(func.count()).select_from(skipped).where(skipped.c.view == view)
    return connection.execute(stopped).scalar_one(), connection.execute(passed).scalar_one()


# Events that a view passes over.


def skips(connection: Connection, projection: AnyProjection) -> frozenset[Key]:
    """Which events the view passes over."""
    statement = select(skipped.c.vip_id, skipped.c.version)
    found = connection.execute(statement.where(skipped.c.view == projection.name))
    return frozenset((vip_id, version) for vip_id, version in found)


def skip(connection: Connection, event: SkippedEvent) -> None:
    """Pass over an event from now on."""
    values = attrs.asdict(event) | {"skipped_at": event.skipped_at.isoformat()}
    connection.execute(insert(skipped), values)


def skipped_of(connection: Connection, projection: AnyProjection) -> list[SkippedEvent]:
    """Every event the view passes over, with who said so and why, in the order of the log."""
    names: list[Any] = [skipped.c[field.name] for field in attrs.fields(SkippedEvent)]
    statement = select(*names).where(skipped.c.view == projection.name)
    found = connection.execute(statement.order_by(skipped.c.position)).mappings()
    return [
        SkippedEvent(**dict(row) | {"skipped_at": _instant(row["skipped_at"])}) for row in found
    ]
