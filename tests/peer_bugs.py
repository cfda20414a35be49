"""Bugs that event stores and followers of others are known for, to be put into ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import astuple

from tests.interleaved import pause
from tests.soak import gap
from vip_domain.store.log import EventLog
from vip_domain.store.postgres import PostgresLogRecorder
from vip_domain.store.recorder import in_order
from vip_domain.store.sqlite import (
    INSERT_COMMAND,
    INSERT_EVENT,
    SELECT_LAST,
    SQLiteLogRecorder,
)
from vip_domain.views.feeding import feed
from vip_domain.views.follower import Follower

Patch = pytest.MonkeyPatch


def reading_past_uncommitted_positions(patch: Patch) -> None:
    """Positions are handed out before the commit, and readers take a gap for nothing."""
    patch.setitem(vars(gap), "time", SimpleNamespace(sleep=lambda seconds: pause()))
    patch.setattr(PostgresLogRecorder, "_insert", gap._insert)
    patch.setattr(EventLog, "read", gap._read)


def a_position_without_the_lock(patch: Patch) -> None:
    """The last position is looked up first, and then the lock is taken."""

    def insert(self: Any, c: Any, stored_events: Sequence[Any], **kwargs: Any) -> Sequence[int]:
        c.execute(SELECT_LAST)
        position, state = c.fetchone() or (0, None)
        c.execute("ROLLBACK")
        pause()
        c.execute("BEGIN IMMEDIATE")
        ordered = in_order(stored_events, state, kwargs.get("later"))
        c.executemany(INSERT_EVENT, map(astuple, ordered))
        entries = [astuple(each) for each in kwargs.get("commands", ())]
        c.executemany(INSERT_COMMAND, entries)
        return range(position + 1, position + len(stored_events) + 1)

    patch.setattr(SQLiteLogRecorder, "_insert_events", insert)


def a_position_committed_before_its_rows(patch: Patch) -> None:
    """A checkpoint in a transaction of its own, and first."""

    def fold_next(self: Follower) -> int:
        with self.transaction(writes=True) as connection:
            before = self.entry(connection).position
            batch = self.log.read(before, self._batch)
            if not batch:
                return before
            self.update(connection, position=batch[-1].position)
        pause()
        with self.transaction(writes=True) as connection:
            feed(connection, self.live(connection), batch)
        return batch[-1].position

    patch.setattr(Follower, "_fold_next", fold_next)


def two_followers_on_one_view(patch: Patch) -> None:
    """What is to be folded is read before anybody else is kept from folding it too."""

    def fold_next(self: Follower) -> int:
        before = self.position()
        batch = self.log.read(before, self._batch)
        if not batch:
            return before
        pause()
        with self.transaction(writes=True) as connection:
            feed(connection, self.live(connection), batch)
            self.update(connection, position=batch[-1].position)
        return batch[-1].position

    patch.setattr(Follower, "_fold_next", fold_next)


def a_lease_not_checked_at_commit(patch: Patch) -> None:
    """Who once was the only one goes on from where it stood, and looks at nothing any more."""
    stood: dict[int, int] = {}

    def fold_next(self: Follower) -> int:
        before = stood.get(id(self)) or self.position()
        batch = self.log.read(before, self._batch)
        if not batch:
            return before
        with self.transaction(writes=True) as connection:
            feed(connection, self.live(connection), batch)
            self.update(connection, position=batch[-1].position)
        stood[id(self)] = batch[-1].position
        return batch[-1].position

    patch.setattr(Follower, "_fold_next", fold_next)


def a_retry_that_counts_again(patch: Patch) -> None:
    """Nobody keeps which commands were recorded, so a doubt about a commit is none."""
    append = EventLog.append

    def forgetful(self: EventLog, events: Any, commands: Any = (), later: Any = None) -> Any:
        del commands
        return append(self, events, (), later)

    patch.setattr(EventLog, "append", forgetful)


Bug = Callable[[Patch], None]
