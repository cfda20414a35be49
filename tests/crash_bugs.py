"""Bugs that kills must find out, put back into the process that is about to be killed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Connection

from vip_domain.faults import reach
from vip_domain.store.evidence import Incoming
from vip_domain.store.log import EventLog
from vip_domain.store.sqlite_evidence import LOAD_COMMAND, LOAD_EVENT, SQLiteEvidence
from vip_domain.store.work import Outcome, Submission
from vip_domain.store.writer import Writer
from vip_domain.testing.crashes.trial import Crash
from vip_domain.views import generations, switch
from vip_domain.views.feeding import feed
from vip_domain.views.follower import Follower
from vip_domain.views.generations import Generation


def position_before_rows() -> None:
    """A checkpoint that is committed first, and then the rows it is of."""

    def fold_next(self: Follower) -> int:
        with self.transaction(writes=True) as connection:
            batch = self.log.read(self.entry(connection).position, self._batch)
            self.update(connection, position=batch[-1].position)
        reach("fold.committed")
        with self.transaction(writes=True) as connection:
            feed(connection, self.live(connection), batch)
        return batch[-1].position

    Follower._fold_next = fold_next  # type: ignore[method-assign]


def ids_after_events() -> None:
    """Command ids in a transaction of their own, behind the events they stand for."""
    append = EventLog.append

    def apart(self: EventLog, events: Any, commands: Any = (), later: Any = None) -> Sequence[int]:
        positions = append(self, events, (), later)
        append(self, (), commands)
        return positions

    EventLog.append = apart  # type: ignore[method-assign]


def groups_in_pieces() -> None:
    """Commands that are sent together are recorded one by one."""
    submit = Writer.submit

    def one_by_one(self: Writer, submissions: Sequence[Submission]) -> list[Outcome]:
        return [outcome for each in submissions for outcome in submit(self, [each])]

    Writer.submit = one_by_one  # type: ignore[method-assign]


def a_switch_in_two_steps() -> None:
    """The view's name moves, and in another transaction the registry."""

    def move(connection: Connection, of: Follower, generation: Generation, **values: Any) -> None:
        generations.make_live(connection, generation)
        connection.commit()
        reach("switch.named")
        of.update(connection, generation=generation.number, **values)

    vars(switch)["_move"] = move


def an_import_row_by_row() -> None:
    """Each row is committed as it comes."""

    def load(self: SQLiteEvidence, origin: str, incoming: Incoming) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            connection.execute("UPDATE log_origin SET origin = ?", (origin,))
            for row in incoming.events():
                connection.execute(LOAD_EVENT, row)
            for entry in incoming.commands():
                connection.execute(LOAD_COMMAND, entry)

    SQLiteEvidence.load = load  # type: ignore[method-assign]


Bug = Callable[[], None]
FOUND: list[tuple[Bug, Crash, str]] = [
    (position_before_rows, Crash(role="follow", fault="fold.committed"), "not those of a fresh"),
    (ids_after_events, Crash(role="execute", fault="append.committed:5"), "not there together"),
    (groups_in_pieces, Crash(role="execute_many", fault="append.written:2"), "up to command"),
    (a_switch_in_two_steps, Crash(role="rebuild", fault="switch.named"), "in a quiet store"),
    (an_import_row_by_row, Crash(role="import", fault="import.event:9"), "events are imported"),
]
"""Where a process with the bug dies, and what is found then."""
