"""The log in PostgreSQL: positions in commit order without a hole, whoever writes at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from threading import Lock
from typing import Any, cast

import psycopg
from eventsourcing.persistence import BaseInfrastructureFactory, Notification, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresFactory
from msgspec import Struct
from psycopg.rows import dict_row, tuple_row

from vip_domain.errors import OutcomeUnknown
from vip_domain.faults import reach
from vip_domain.store import postgres_schema
from vip_domain.store.evidence import Evidence
from vip_domain.store.log import EventLog, store_errors
from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_evidence import PostgresEvidence
from vip_domain.store.postgres_listen import Listener
from vip_domain.store.postgres_pool import Pool
from vip_domain.store.recorder import (
    ChainedEvent,
    CommandEntry,
    Later,
    LogRecorder,
    StoredRow,
    StoredRows,
    entries_of,
    in_order,
)
from vip_domain.store.wake import Bell, Nobody, Others

WAIT_FOR_TURN = "SELECT pg_advisory_xact_lock(%s)"
"""
Who appends waits here for whoever appends already.

Not the table's own lock: that would wait for autovacuum, and make it give up. The lock only keeps
the queue; that positions follow each other is enforced by their primary key.
"""

COMMAND_COLUMNS = "command_id, fingerprint, stream_id, version, events"
STAMP = """'"recorded_at":"([0-9T:.-]+)Z"}$'"""
"""Where an event's bytes end; never an error, whatever bytes somebody wrote there past us."""

INSERT = f"""
WITH latest AS (
    SELECT position, state FROM stored_events ORDER BY position DESC LIMIT 1
), recorded_later AS (
    SELECT state FROM latest
    WHERE substring(right(encode(state, 'escape'), 60) FROM {STAMP}) COLLATE "C"
        > substring(right(encode(%b, 'escape'), 60) FROM {STAMP}) COLLATE "C"
), inserted AS (
    INSERT INTO stored_events (position, originator_id, originator_version, topic, state, chain)
    SELECT coalesce((SELECT position FROM latest), 0) + number,
           originator_id, originator_version, topic, state, chain
    FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::bytea[], %b::bytea[]) WITH ORDINALITY
         AS new (originator_id, originator_version, topic, state, chain, number)
    WHERE NOT EXISTS (SELECT FROM recorded_later)
    RETURNING position
), entered AS (
    INSERT INTO commands (number, {COMMAND_COLUMNS})
    SELECT coalesce((SELECT max(number) FROM commands), 0) + new.number, {COMMAND_COLUMNS}
    FROM unnest(%b::text[], %b::text[], %b::text[], %b::bigint[], %b::bigint[]) WITH ORDINALITY
         AS new ({COMMAND_COLUMNS}, number)
    WHERE NOT EXISTS (SELECT FROM recorded_later)
)
SELECT max(position), (SELECT state FROM recorded_later),
       CASE WHEN max(position) > 0 THEN pg_notify(%s, max(position)::text) END
FROM inserted
"""
"""
Everything an append does, in one round trip; nothing when the last event was recorded later.

Positions follow the last one's, whoever committed it: a sequence would leave a hole after each
append that failed, and hand out numbers in another order than commits.
"""

SELECT_COMMANDS = f"SELECT {COMMAND_COLUMNS} FROM commands WHERE command_id = ANY(%s)"
SELECT_STREAMS = """
SELECT originator_id, position, originator_version, topic, state, chain
FROM stored_events WHERE originator_id = ANY(%s) ORDER BY originator_id, originator_version
"""
EVENT_COLUMNS = "position, originator_id, originator_version, topic, state"
LAST_POSITION = "SELECT max(position) FROM stored_events"


class PostgresLogRecorder(PostgresApplicationRecorder, LogRecorder):
    """The package's recorder, with an explicit position and command ids."""

    def __init__(self, datastore: LogDatastore) -> None:
        super().__init__(datastore)
        self.datastore: LogDatastore = datastore
        self.channel_name = datastore.address.channel
        self._append_key = datastore.address.lock_key("append")

    def others(self, bell: Bell) -> Others:
        """One connection of this process listens, and rings for everybody."""
        self.datastore.listen(bell)
        return Nobody()

    def create_table(self) -> None:
        """Create schema and tables, unless they are there. Raises `StoreError`."""
        with self.datastore.transaction(commit=True) as cursor:
            postgres_schema.prepare(cursor, self.datastore.address)
            reach("schema.made")

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """All or nothing; the positions. Raises `OutcomeUnknown` when the connection is lost."""
        later: Later | None = kwargs.get("later")
        events = cast(Sequence[ChainedEvent], stored_events)
        while True:
            last, recorded_later = self._insert(
                events, entries_of(kwargs), ordered=later is not None
            )
            if recorded_later is None:
                return range(last - len(events) + 1, last + 1) if events else ()
            events = in_order(events, recorded_later, later)

    def _insert(
        self, events: Sequence[ChainedEvent], entries: Sequence[CommandEntry], *, ordered: bool
    ) -> tuple[int, bytes | None]:
        values = (
            events[0].state if ordered and events else None,
            *_columns(ChainedEvent, events),
            *_columns(CommandEntry, entries),
            self.channel_name,
        )
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row, binary=True) as cursor,
        ):
            with _cut(connection, self.datastore.address), connection.pipeline():
                # What is sent between two syncs is one transaction.
                connection.execute(WAIT_FOR_TURN, (self._append_key,))
                reach("append.begun")
                cursor.execute(INSERT, values)
                reach("append.written")
            last, recorded_later, _ = cursor.fetchone() or (0, None, None)
        return last, recorded_later

    def max_notification_id(self) -> int | None:
        """The position of the latest event."""
        return cast("int | None", self._rows(LAST_POSITION)[0][0])

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
        named = "AND topic = ANY(%s) " if topics else ""
        before = "AND position <= %s " if stop is not None else ""
        statement = (
            f"SELECT {EVENT_COLUMNS} FROM stored_events WHERE position >= %s {before}{named}"
            "ORDER BY position LIMIT %s"
        )
        stops = () if stop is None else (stop,)
        names = (list(topics),) if topics else ()
        found = self._rows(statement, first, *stops, *names, limit)
        return [
            Notification(
                originator_id=stream_id,
                originator_version=version,
                topic=topic,
                state=state,
                id=position,
            )
            for position, stream_id, version, topic, state in found
        ]

    def select_stream(self, stream_id: str, gt: int) -> Sequence[StoredRow]:
        """The events of one stream after version `gt`."""
        statement = (
            "SELECT position, originator_version, topic, state, chain FROM stored_events "
            "WHERE originator_id = %s AND originator_version > %s ORDER BY originator_version"
        )
        return self._rows(statement, stream_id, gt)

    def select_stream_ids(self, gt: int) -> set[str]:
        """The streams that were written to after position `gt`."""
        statement = "SELECT DISTINCT originator_id FROM stored_events WHERE position > %s"
        return {stream_id for (stream_id,) in self._rows(statement, gt)}

    def select_streams(self, stream_ids: Sequence[str]) -> StoredRows:
        """All events of these streams with their stream's id, those of one together, in order."""
        for stream_id, *row in self._rows(SELECT_STREAMS, list(stream_ids)):
            yield stream_id, tuple(row)

    def select_commands(self, command_ids: Sequence[str]) -> list[CommandEntry]:
        """What those of these ids were used for that were."""
        found = self._rows(SELECT_COMMANDS, list(command_ids))
        return [CommandEntry(*row) for row in found]

    def evidence(self) -> Evidence:
        """What proofs need, from the same schema."""
        return PostgresEvidence(self.datastore.address)

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(binary=True, row_factory=tuple_row) as cursor,
        ):
            return cursor.execute(statement, values).fetchall()


@contextmanager
def _cut(connection: psycopg.Connection[Any], address: Address) -> Iterator[None]:
    try:
        yield
    except psycopg.IntegrityError:
        raise
    except BaseException as error:
        lost = connection.closed and isinstance(error, psycopg.OperationalError)
        # The driver takes a statement for prepared that it sent behind the one that failed, and
        # that the server therefore never looked at: this connection would fail ever after.
        connection.close()
        if lost:
            raise OutcomeUnknown(address.shown) from error
        raise


def _columns(kind: type[Struct], rows: Sequence[Struct]) -> list[list[Any]]:
    return [[getattr(row, name) for row in rows] for name in kind.__struct_fields__]


class LogDatastore(PostgresDatastore):
    """Connections of ours, errors of the package's."""

    def __init__(self, address: Address) -> None:
        super().__init__("", "", "", "", "", schema=address.schema, originator_id_type="text")
        self.address = address
        self.pool = cast("Any", Pool(address, autocommit=True, row_factory=dict_row))
        self._listener: Listener | None = None
        self._one_listens = Lock()

    def listen(self, bell: Bell) -> None:
        """Ring `bell` for every append, whoever's, from now on."""
        with self._one_listens:
            if self._listener is None:
                self._listener = Listener(self.address, bell.ring)

    def close(self) -> None:
        """Listen no more, and close the connections."""
        with self._one_listens:
            if self._listener is not None:
                self._listener.close()
                self._listener = None
        super().close()

    def register_type_adapters(self) -> None:
        """We have no types of our own in the database."""


class PostgresLogFactory(PostgresFactory):
    """Makes the recorder above; the store is given, not read from variables."""

    def __init__(self, address: Address) -> None:
        BaseInfrastructureFactory.__init__(self, {})
        self.datastore: LogDatastore = LogDatastore(address)

    def application_recorder(self) -> PostgresLogRecorder:
        """The log, its tables made when they are not there."""
        recorder = PostgresLogRecorder(self.datastore)
        recorder.create_table()
        return recorder


def postgres_log(address: Address) -> EventLog:
    """The log in this database, made when it is not there."""
    return EventLog(PostgresLogFactory(address), address.shown)


def has_log(address: Address) -> bool:
    """Whether a log is there; nothing is made. Raises `StoreError`."""
    with (
        store_errors(address.shown),
        closing(LogDatastore(address)) as datastore,
        datastore.transaction() as cursor,
    ):
        return postgres_schema.is_ours(cursor, address)
