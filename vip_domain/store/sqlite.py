"""The log in a SQLite file: durable at commit, one writer at a time, positions never reused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, cast

from eventsourcing.persistence import ConnectionPoolClosedError, Notification, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteFactory,
)
from eventsourcing.utils import Environment, EnvType

from vip_domain.faults import reach
from vip_domain.store import sqlite_schema
from vip_domain.store.evidence import Evidence
from vip_domain.store.recorder import (
    ChainedEvent,
    CommandEntry,
    LogRecorder,
    StoredRow,
    StoredRows,
    entries_of,
    in_order,
)
from vip_domain.store.sqlite_changes import FileChanges
from vip_domain.store.sqlite_evidence import SQLiteEvidence
from vip_domain.store.sqlite_schema import LOCK_TIMEOUT
from vip_domain.store.wake import Bell, Others

INSERT_EVENT = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state, chain) "
    "VALUES (?, ?, ?, ?, ?)"
)
SELECT_LAST = "SELECT position, state FROM stored_events ORDER BY position DESC LIMIT 1"
COMMAND_COLUMNS = "command_id, fingerprint, stream_id, version, events"
INSERT_COMMAND = f"INSERT INTO commands ({COMMAND_COLUMNS}) VALUES (?, ?, ?, ?, ?)"
SELECT_COMMANDS = (
    f"SELECT {COMMAND_COLUMNS} FROM commands WHERE command_id IN (SELECT value FROM json_each(?))"
)
SELECT_STREAMS = (
    "SELECT originator_id, position, originator_version, topic, state, chain FROM stored_events "
    "WHERE originator_id IN (SELECT value FROM json_each(?)) "
    "ORDER BY originator_id, originator_version"
)
EVENT_COLUMNS = "position, originator_id, originator_version, topic, state"


class DurablePool(SQLiteConnectionPool):
    """Connections whose commits are on the disk when they return."""

    def _create_connection(self) -> SQLiteConnection:
        if self._closed:
            raise ConnectionPoolClosedError
        # The stock one leaves a connection open when the file is locked or no database.
        connection = sqlite3.connect(
            self.db_name,
            timeout=self.lock_timeout or LOCK_TIMEOUT,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
        except sqlite3.Error:
            connection.close()
            raise
        connection.row_factory = sqlite3.Row
        return SQLiteConnection(connection, max_age=self.max_age)

    def close(self) -> None:
        """
        Close the connections that nobody uses; the others are closed by who gives them back.

        The stock one closes them under whoever is using one, and SQLite ends the process then.
        """
        with self._put_condition:
            self._in_use.clear()
            super().close()

    def put_connection(self, conn: SQLiteConnection) -> None:
        """Take `conn` back, the pool open or closed."""
        with self._put_condition:
            if not self._closed:
                super().put_connection(conn)
                return
        conn.close()
        if conn.is_writer:
            self._writer_lock.release()


class SQLiteLogRecorder(SQLiteApplicationRecorder, LogRecorder):
    """The package's recorder, with an explicit position and command ids."""

    def __init__(
        self, datastore: SQLiteDatastore, events_table_name: str = "stored_events"
    ) -> None:
        super().__init__(datastore, events_table_name)
        self.select_max_notification_id_statement = "SELECT MAX(position) FROM stored_events"

    def construct_create_table_statements(self) -> list[str]:
        """The log, the command ids, and what proofs need."""
        return sqlite_schema.creation()

    def create_table(self) -> None:
        """Create the tables, unless they are there: a read-only file can be read."""
        with self.datastore.transaction(commit=False) as c:
            c.execute("PRAGMA application_id")
            if c.fetchone()[0] == sqlite_schema.APPLICATION_ID:
                return
        super().create_table()

    def _create_table(self, c: SQLiteCursor) -> None:
        super()._create_table(c)
        reach("schema.made")

    def others(self, bell: Bell) -> Others:
        """The file's own counter tells."""
        del bell
        return FileChanges(self.datastore.pool.db_name)

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int]:
        # From here on nobody else can append; the package's BEGIN waits for the first INSERT.
        c.execute("ROLLBACK")
        c.execute("BEGIN IMMEDIATE")
        reach("append.begun")
        c.execute(SELECT_LAST)
        position, state = c.fetchone() or (0, None)
        chained = cast(Sequence[ChainedEvent], stored_events)
        c.executemany(INSERT_EVENT, map(_event_row, in_order(chained, state, kwargs.get("later"))))
        entries = entries_of(kwargs)
        if entries:
            c.executemany(INSERT_COMMAND, map(_entry_row, entries))
        reach("append.written")
        # One writer at a time: the positions of one transaction are consecutive.
        return range(position + 1, position + len(stored_events) + 1)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events in position order."""
        first = 1 if start is None else start + (not inclusive_of_start)
        named = f"AND topic IN ({','.join('?' * len(topics))}) " if topics else ""
        before = "AND position <= ? " if stop is not None else ""
        statement = (
            f"SELECT {EVENT_COLUMNS} FROM stored_events WHERE position >= ? {before}{named}"
            "ORDER BY position LIMIT ?"
        )
        stops = () if stop is None else (stop,)
        return self._select(statement, (first, *stops, *topics, limit))

    def select_stream(self, stream_id: str, gt: int) -> Sequence[StoredRow]:
        """The events of one stream after version `gt`."""
        statement = (
            "SELECT position, originator_version, topic, state, chain FROM stored_events "
            "WHERE originator_id = ? AND originator_version > ? ORDER BY originator_version"
        )
        with self.datastore.transaction(commit=False) as c:
            c.execute(statement, (stream_id, gt))
            return [tuple(row) for row in c.fetchall()]

    def select_streams(self, stream_ids: Sequence[str]) -> StoredRows:
        """All events of these streams with their stream's id, those of one together, in order."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(SELECT_STREAMS, (json.dumps(stream_ids),))
            for stream_id, *row in c.sqlite_cursor:
                yield stream_id, tuple(row)

    def _select(self, statement: str, params: Sequence[Any]) -> list[Notification]:
        with self.datastore.transaction(commit=False) as c:
            c.execute(statement, params)
            return [_notification(*row) for row in c.fetchall()]

    def select_stream_ids(self, gt: int) -> set[str]:
        """The streams that were written to after position `gt`."""
        with self.datastore.transaction(commit=False) as c:
            c.execute("SELECT originator_id FROM stored_events WHERE position > ?", (gt,))
            return {row[0] for row in c.fetchall()}

    def select_commands(self, command_ids: Sequence[str]) -> list[CommandEntry]:
        """What those of these ids were used for that were."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(SELECT_COMMANDS, (json.dumps(command_ids),))
            return [CommandEntry(*row) for row in c.fetchall()]

    def evidence(self) -> Evidence:
        """What proofs need, from the same file."""
        return SQLiteEvidence(self.datastore.pool.db_name)


_entry_row = attrgetter(*CommandEntry.__struct_fields__)


def _event_row(event: ChainedEvent) -> tuple[str, int, str, bytearray, bytearray]:
    """
    What is bound for an event: a tuple of no class of its own, and no `bytes`.

    Of everything else the driver asks, value for value, how it is to be adapted.
    """
    state, chain = bytearray(event.state), bytearray(event.chain)
    return event.originator_id, event.originator_version, event.topic, state, chain


def _notification(
    position: int, stream_id: str, version: int, topic: str, state: bytes
) -> Notification:
    return Notification(
        originator_id=stream_id, originator_version=version, topic=topic, state=state, id=position
    )


class SQLiteLogFactory(SQLiteFactory):
    """Makes the recorder above, on durable connections."""

    application_recorder_class = SQLiteLogRecorder

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self.datastore.pool = DurablePool(
            db_name=self.datastore.pool.db_name, lock_timeout=LOCK_TIMEOUT
        )
