"""From one generation to another: in one transaction the name moves; and back again."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Table

from vip_domain.errors import StoreError
from vip_domain.views import abreast, generations, tables
from vip_domain.views.follower import Entry, Follower
from vip_domain.views.reports import Rebuilt


def switch(follower: Follower, rebuilt: Rebuilt) -> None:
    """Make what was rebuilt live; the generation until now is kept as the one before."""
    projection, generation = follower.projection, rebuilt.generation
    table = tables.generation(projection, generation)
    position = abreast.follow(follower, table, rebuilt.position, follower.log.last_position())
    with follower.transaction(writes=True) as connection:
        entry = follower.entry(connection)
        position = abreast.follow_to_end(connection, follower, table, position)
        generations.make_live(connection, projection, generation)
        follower.update(
            connection,
            generation=generation,
            position=position,
            previous_generation=entry.generation,
            previous_position=entry.position,
            rebuilt_at=datetime.now(UTC).isoformat(),
            rebuilt_events=rebuilt.events,
            rebuilt_milliseconds=round(rebuilt.seconds * 1000),
        )


def roll_back(follower: Follower) -> int:
    """Make the generation before live again, once it has followed the log; its position."""
    follow_previous(follower)
    with follower.transaction(writes=True) as connection:
        entry = follower.entry(connection)
        generation, position = _previous(follower, entry)
        table = tables.generation(follower.projection, generation)
        position = abreast.follow_to_end(connection, follower, table, position)
        generations.make_live(connection, follower.projection, generation)
        follower.update(
            connection,
            generation=generation,
            position=position,
            previous_generation=entry.generation,
            previous_position=entry.position,
        )
        return position


def follow_previous(follower: Follower) -> None:
    """Bring the generation before near the end of the log, in batches."""
    while True:
        with follower.transaction(writes=True) as connection:
            generation, position = _previous(follower, follower.entry(connection))
            table: Table = tables.generation(follower.projection, generation)
            batch = follower.log.read(position, abreast.BATCH)
            if not batch:
                return
            generations.fold(connection, table, follower.projection, batch)
            follower.update(connection, previous_position=batch[-1].position)


def _previous(follower: Follower, entry: Entry) -> tuple[int, int]:
    """Number and position. Raises `StoreError` when there is none."""
    if entry.previous_generation is None or entry.previous_position is None:
        name = follower.projection.name
        raise StoreError(f"{follower.log.where}: {name} has no earlier generation")
    return entry.previous_generation, entry.previous_position
