"""The event log a domain writes to: streams, positions, command ids, one error for any store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, Self, cast

from eventsourcing.application import Application
from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    InfrastructureFactory,
    IntegrityError,
    Mapper,
    PersistenceError,
    StoredEvent,
)
from eventsourcing.utils import Environment

from vip_domain.codec import decode, read, recorded_at
from vip_domain.errors import StoreError, UnreadableEvent
from vip_domain.events import Event, Logged, Recorded
from vip_domain.faults import reach
from vip_domain.store.mapper import FactMapper, logged
from vip_domain.store.memory import MemoryLogFactory
from vip_domain.store.recorder import ChainedEvent, CommandEntry, Later, LogRecorder, StoredRow
from vip_domain.store.sqlite import SQLiteLogFactory
from vip_domain.store.sqlite_schema import prepare_file
from vip_domain.store.wake import Bell, Watch

NAMED = 1_000
"""Events of one name that are read together."""


class Conflict(Exception):
    """Somebody else wrote to one of the streams, or used one of the command ids, first."""


class StoredStream(NamedTuple):
    """The events of one stream, and the `head` of its chain: the link of the last."""

    recorded: list[Recorded[Event]]
    head: bytes


class CustomerLog(Application[str]):
    """The package's application with our mapper; the store is given, not read from variables."""

    def __init__(self, factory: InfrastructureFactory[Any]) -> None:
        self._given_factory = factory
        super().__init__()

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """The store this log was opened on."""
        del env
        return self._given_factory

    def construct_mapper(self) -> Mapper[str]:
        """Facts under our own names."""
        return FactMapper()


@contextmanager
def store_errors(where: str) -> Iterator[None]:
    """Whatever a store raises becomes a `Conflict` or one clear `StoreError`."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(str(error)) from error
    except ConnectionPoolClosedError as error:
        raise StoreError(f"{where}: it was closed") from error
    except (PersistenceError, sqlite3.Error, OSError, UnicodeDecodeError) as error:
        # The last: what SQLite says of a damaged file repeats bytes of it that are no text.
        raise StoreError(f"{where}: {one_line(error)}") from error


def one_line(error: BaseException) -> str:
    """What a driver says, in one line; PostgreSQL's adds details and hints in others."""
    return "; ".join(line.strip() for line in str(error).splitlines() if line.strip())


class EventLog:
    """
    Every event of every stream, in position order without a gap.

    Each method raises `StoreError` when the store cannot do it; then nothing was written.
    """

    def __init__(self, factory: InfrastructureFactory[Any], where: str) -> None:
        self.where = where
        try:
            with store_errors(where):
                self._application = CustomerLog(factory)
        except StoreError:
            factory.close()
            raise
        self._recorder = cast(LogRecorder, self._application.recorder)
        self.bell = Bell()
        self.evidence = self._recorder.evidence()

    @classmethod
    def in_memory(cls) -> Self:
        """A log of its own, gone with the process."""
        return cls(MemoryLogFactory(None), "memory:")

    @classmethod
    def in_sqlite(cls, path: str) -> Self:
        """The log in this file, made when it is not there."""
        with store_errors(path):
            prepare_file(path)
            factory = SQLiteLogFactory({"SQLITE_DBNAME": path, "ORIGINATOR_ID_TYPE": "text"})
        return cls(factory, path)

    def append(
        self,
        events: Sequence[ChainedEvent],
        commands: Sequence[CommandEntry] = (),
        later: Later | None = None,
    ) -> Sequence[int]:
        """
        Write all of it or nothing; the positions. Raises `Conflict` when somebody was first.

        `later` is asked for the events once more when the log has one of a later instant already.
        """
        stored = cast(Sequence[StoredEvent], events)
        with store_errors(self.where):
            positions = self._recorder.insert_events(stored, commands=commands, later=later) or ()
        reach("append.committed")
        self.bell.ring()
        return positions

    def watch(self) -> Watch:
        """One who waits for news of the log, of this process or another; give it back."""
        with store_errors(self.where):
            return Watch(self.bell, self._recorder.others(self.bell))

    def stream(self, stream_id: str, after: int = 0) -> list[Recorded[Event]]:
        """The events of one stream later than version `after`."""
        with store_errors(self.where):
            rows = self._recorder.select_stream(stream_id, after)
        return [_decoded(stream_id, row) for row in rows]

    def streams(self, stream_ids: Sequence[str]) -> Iterator[StoredStream]:
        """Those of these streams that have events, all of them, read together."""
        with store_errors(self.where), closing(self._recorder.select_streams(stream_ids)) as found:
            for stream_id, pairs in groupby(found, itemgetter(0)):
                rows = [row for _, row in pairs]
                yield StoredStream([_decoded(stream_id, row) for row in rows], rows[-1][-1])

    def written_after(self, position: int) -> set[str]:
        """The streams that were written to after `position`."""
        with store_errors(self.where):
            return self._recorder.select_stream_ids(position)

    def commands(self, command_ids: Sequence[str]) -> list[CommandEntry]:
        """What those of these command ids were used for that were."""
        with store_errors(self.where):
            return self._recorder.select_commands(command_ids)

    def read(self, after: int, limit: int) -> list[Logged]:
        """
        Up to `limit` events later than position `after`, in position order without a hole.

        Raises `StoreError` at a hole: who passed one would never see what comes into it later.
        """
        with store_errors(self.where):
            found = self._recorder.select_notifications(after, limit, inclusive_of_start=False)
        if found and found[-1].id - after != len(found):
            missing = next(n for n, each in enumerate(found, after + 1) if each.id != n)
            raise StoreError(f"{self.where}: the log has no event at position {missing}")
        return [logged(each) for each in found]

    def read_stream(self, stream_id: str, upto: int) -> list[Logged]:
        """The events of one stream up to position `upto`, those that cannot be read too."""
        with store_errors(self.where):
            rows = self._recorder.select_stream(stream_id, 0)
        return [
            read(topic, state, stream_id=stream_id, version=version, position=position)
            for position, version, topic, state, _ in rows
            if position <= upto
        ]

    def named(self, name: str, after: int = 0) -> Iterator[Logged]:
        """The events of one stored name later than position `after`, in position order."""
        while True:
            with store_errors(self.where):
                found = self._recorder.select_notifications(
                    after, NAMED, topics=[name], inclusive_of_start=False
                )
            yield from map(logged, found)
            if len(found) < NAMED:
                return
            after = found[-1].id

    def age_after(self, position: int) -> float:
        """Seconds since the first event later than `position` was recorded, 0 if nobody knows."""
        for unseen in self.read(position, 1):
            if isinstance(unseen, Recorded):
                return max((datetime.now(UTC) - unseen.recorded_at).total_seconds(), 0.0)
        return 0.0

    def last_position(self) -> int:
        """The position of the latest event, 0 in an empty log."""
        with store_errors(self.where):
            return self._recorder.max_notification_id() or 0

    def hash_at(self, position: int) -> str | None:
        """What tells the event at a position from any other; `None` when there is none."""
        with store_errors(self.where):
            found = self._recorder.select_notifications(position, 1, position)
        for each in found:
            key = f"{each.originator_id} {each.originator_version} {each.topic} "
            return sha256(key.encode() + each.state).hexdigest()
        return None

    def position_at(self, instant: datetime) -> int:
        """
        How long the log was at an aware `instant`: the position of the last event by then, or 0.

        No event is recorded at an earlier instant than the one before it, so that halving finds it.
        """
        low, high = 0, self.last_position()
        while low < high:
            middle = (low + high + 1) // 2
            if self._recorded_at(middle) <= instant:
                low = middle
            else:
                high = middle - 1
        return low

    def _recorded_at(self, position: int) -> datetime:
        """Of an event that does not tell, the instant of the nearest before it that does."""
        while position:
            with store_errors(self.where):
                (found,) = self._recorder.select_notifications(position, 1)
            with suppress(UnreadableEvent):
                return recorded_at(found.state)
            position -= 1
        return datetime.min.replace(tzinfo=UTC)

    def close(self) -> None:
        """Give the connections back."""
        self._application.close()


def _decoded(stream_id: str, row: StoredRow) -> Recorded[Event]:
    position, version, topic, state, _ = row
    return decode(topic, state, stream_id=stream_id, version=version, position=position)
