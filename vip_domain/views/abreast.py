"""Two generations of a view at one position: what a comparison, a switch and a way back need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from vip_domain.faults import reach
from vip_domain.views.feeding import feed
from vip_domain.views.follower import Entry, Follower
from vip_domain.views.generations import Generation

BATCH = 5_000


def follow(follower: Follower, generation: Generation, position: int, upto: int) -> int:
    """Bring a generation that stands at `position` to `upto`, exactly."""
    while position < upto:
        with follower.transaction(writes=True) as connection:
            batch = follower.log.read(position, min(BATCH, upto - position))
            if not batch:
                return position
            feed(connection, generation, batch)
            reach("beside.written")
        reach("beside.committed")
        position = batch[-1].position
    return position


def follow_to_end(
    connection: Connection, follower: Follower, generation: Generation, position: int
) -> int:
    """Bring a generation to the end of the log while nobody else can write."""
    while batch := follower.log.read(position, BATCH):
        feed(connection, generation, batch)
        position = batch[-1].position
    return position


@contextmanager
def standing_together(
    follower: Follower, generation: Generation, position: int
) -> Iterator[tuple[Connection, Entry]]:
    """A moment at which the live rows and those of `generation` stand at the same position."""
    while True:
        position = follow(follower, generation, position, follower.catch_up())
        with follower.transaction() as connection:
            entry = follower.entry(connection)
            # Somebody else may have moved the live ones on; then both have to stand again.
            if entry.position == position:
                yield connection, entry
                return
