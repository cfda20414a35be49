"""From one generation to another: in one transaction the name moves; and back again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from vip_domain.errors import StoreError
from vip_domain.faults import reach
from vip_domain.views import abreast, generations
from vip_domain.views.feeding import feed
from vip_domain.views.follower import Entry, Follower
from vip_domain.views.generations import Generation
from vip_domain.views.repair import retry_beside
from vip_domain.views.reports import Rebuilt


def switch(follower: Follower, rebuilt: Rebuilt) -> None:
    """Make what was rebuilt live; the generation until now is kept as the one before."""
    generation = Generation(follower.projection, rebuilt.generation)
    last = follower.log.last_position()
    position = abreast.follow(follower, generation, rebuilt.position, last)
    with follower.transaction(writes=True) as connection:
        entry = follower.entry(connection)
        position = abreast.follow_to_end(connection, follower, generation, position)
        _move(
            connection,
            follower,
            generation,
            position=position,
            previous_generation=entry.generation,
            previous_position=entry.position,
            rebuilt_at=datetime.now(UTC).isoformat(),
            rebuilt_events=rebuilt.events,
            rebuilt_milliseconds=round(rebuilt.seconds * 1000),
        )
    reach("switch.committed")


def _move(
    connection: Connection, follower: Follower, generation: Generation, **values: Any
) -> None:
    """Let the name mean this generation, and the registry say so."""
    reach("switch.begun")
    generations.make_live(connection, generation)
    reach("switch.named")
    follower.update(connection, generation=generation.number, **values)
    reach("switch.written")


def roll_back(follower: Follower) -> int:
    """Make the generation before live again, once it has followed the log; its position."""
    retry_beside(follower, *follow_previous(follower))
    with follower.transaction(writes=True) as connection:
        entry = follower.entry(connection)
        generation, position = _previous(follower, entry)
        position = abreast.follow_to_end(connection, follower, generation, position)
        _move(
            connection,
            follower,
            generation,
            position=position,
            previous_generation=entry.generation,
            previous_position=entry.position,
        )
    reach("switch.committed")
    return position


def follow_previous(follower: Follower) -> tuple[Generation, int]:
    """Bring the generation before near the end of the log, in batches; where it stands then."""
    while True:
        with follower.transaction(writes=True) as connection:
            generation, position = _previous(follower, follower.entry(connection))
            batch = follower.log.read(position, abreast.BATCH)
            if not batch:
                return generation, position
            feed(connection, generation, batch)
            follower.update(connection, previous_position=batch[-1].position)
            reach("beside.written")
        reach("beside.committed")


def _previous(follower: Follower, entry: Entry) -> tuple[Generation, int]:
    """The generation before, and its position. Raises `StoreError` when there is none."""
    if entry.previous_generation is None or entry.previous_position is None:
        name = follower.projection.name
        raise StoreError(f"{follower.where}: {name} has no earlier generation")
    return Generation(follower.projection, entry.previous_generation), entry.previous_position
