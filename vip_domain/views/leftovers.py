"""Generations nobody needs: the place for a new one, and the end of old ones."""

from __future__ import annotations

from vip_domain.faults import reach
from vip_domain.views import generations, tables
from vip_domain.views.follower import Follower
from vip_domain.views.generations import Generation

PIECE = 20_000
"""Rows deleted at once, in a few hundredths of a second."""


def new_generation(follower: Follower) -> Generation:
    """A new generation, whose table is there, without any index."""
    clear(follower)
    with follower.transaction(writes=True) as connection:
        entry = follower.entry(connection)
        number = max(entry.generation, entry.previous_generation or 0) + 1
        generation = Generation(follower.projection, number)
        dialect = connection.dialect.name
        made = tables.create_table(follower.projection, generation.name, dialect)
        connection.exec_driver_sql(made)
    return generation


def clear(follower: Follower) -> None:
    """
    Drop the generations that are neither live nor the one before, in pieces.

    Whole, a table of a million rows in a file would hold every writer up for seconds.
    """
    with follower.transaction() as connection:
        entry = follower.entry(connection)
        kept = {entry.generation, entry.previous_generation}
        found = generations.all_of(connection, follower.projection)
    for generation in found:
        if generation.number not in kept:
            _drop_in_pieces(follower, generation)


def _drop_in_pieces(follower: Follower, generation: Generation) -> None:
    for statement in tables.drop_indexes(follower.projection, generation.name):
        with follower.transaction(writes=True) as connection:
            connection.exec_driver_sql(statement)
    while follower.in_a_file and _delete_some(follower, generation.name):
        reach("drop.piece")
    with follower.transaction(writes=True) as connection:
        generations.drop(connection, generation)
    reach("drop.done")


def _delete_some(follower: Follower, name: str) -> int:
    some = f"SELECT rowid FROM {name} LIMIT {PIECE}"
    with follower.transaction(writes=True) as connection:
        return connection.exec_driver_sql(f"DELETE FROM {name} WHERE rowid IN ({some})").rowcount


def discard(follower: Follower, generation: Generation) -> None:
    """Drop what was folded, unless it is live already."""
    with follower.transaction(writes=True) as connection:
        if follower.entry(connection).generation != generation.number:
            generations.drop(connection, generation)
