"""The classic bug put back: positions are handed out before the commit, and readers pass gaps."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any

from msgspec.structs import astuple

from vip_domain.events import Logged
from vip_domain.store.log import EventLog
from vip_domain.store.mapper import logged
from vip_domain.store.postgres import COMMAND_COLUMNS, PostgresLogRecorder
from vip_domain.store.recorder import ChainedEvent, CommandEntry

LONGEST_COMMIT = 0.02
"""Seconds between having a position and committing it."""

CREATE = "CREATE SEQUENCE gap START {next}; CREATE SEQUENCE gap_commands START {next}"
INSERT_EVENT = """
INSERT INTO stored_events (position, originator_id, originator_version, topic, state, chain)
VALUES (nextval('gap'), %s, %s, %s, %s, %s) RETURNING position
"""
INSERT_COMMAND = f"""
INSERT INTO commands (number, {COMMAND_COLUMNS})
VALUES (nextval('gap_commands'), %s, %s, %s, %s, %s)
"""


def put_back() -> None:
    """From here on this process writes and reads as so many event stores do."""
    PostgresLogRecorder._insert = _insert  # type: ignore[method-assign]
    EventLog.read = _read  # type: ignore[method-assign]


def _insert(
    self: PostgresLogRecorder,
    events: Sequence[ChainedEvent],
    entries: Sequence[CommandEntry],
    **ordered: Any,
) -> tuple[int, None]:
    del ordered
    last = 0
    with self.datastore.get_connection() as connection, connection.transaction():
        for each in events:
            (placed,) = connection.execute(INSERT_EVENT, astuple(each)).fetchall()
            last = placed["position"]
        for entry in entries:
            connection.execute(INSERT_COMMAND, astuple(entry))
        time.sleep(random.uniform(0, LONGEST_COMMIT))
        connection.execute("SELECT pg_notify(%s, '')", (self.channel_name,))
    return last, None


def _read(self: EventLog, after: int, limit: int) -> list[Logged]:
    found = self._recorder.select_notifications(after, limit, inclusive_of_start=False)
    return [logged(each) for each in found]
