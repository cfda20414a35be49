"""What our recorders do beyond the package's: command ids in the same transaction, positions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Generator, Sequence
from datetime import datetime
from typing import Any

from eventsourcing.persistence import ApplicationRecorder
from msgspec import Struct

from vip_domain.codec import recorded_at
from vip_domain.errors import UnreadableEvent
from vip_domain.store.evidence import Evidence
from vip_domain.store.wake import Bell, Others

StoredRow = tuple[int, int, str, bytes, bytes]
"""Position, version, topic, state and chain: an object of the package's each would cost more."""

StoredRows = Generator[tuple[str, StoredRow], None, None]
"""Rows with their streams' ids; closed, it gives the connection back."""


class ChainedEvent(Struct, frozen=True, gc=False):
    """
    An event to be stored, with its link in the chain of its stream.

    It has the shape of the package's `StoredEvent`: an object of the package's would cost more.
    """

    originator_id: str
    originator_version: int
    topic: str
    state: bytes
    chain: bytes


class CommandEntry(Struct, frozen=True, gc=False):
    """
    A command id that succeeded: what it is bound to, and the facts it stands for.

    Entries are numbered from 1 as they are recorded, and covered by checkpoints as events are:
    none is ever changed or removed.
    """

    command_id: str
    fingerprint: str
    stream_id: str
    version: int
    events: int


class LogRecorder(ApplicationRecorder):
    """
    An append-only log with a gapless position, and the command ids that were used.

    `insert_events(chained, commands=[...], later=...)` writes all or nothing, returns the positions
    in the same order, and raises `IntegrityError` when a version or a command id is taken. No event
    is recorded at an earlier instant than the one before it: `in_order` sees to that while nobody
    else can append.
    """

    @abstractmethod
    def others(self, bell: Bell) -> Others:
        """What tells of other processes' appends, or rings `bell` for them."""

    @abstractmethod
    def select_stream(self, stream_id: str, gt: int) -> Sequence[StoredRow]:
        """The events of one stream after version `gt`."""

    @abstractmethod
    def select_streams(self, stream_ids: Sequence[str]) -> StoredRows:
        """All events of these streams with their stream's id, those of one together, in order."""

    @abstractmethod
    def select_stream_ids(self, gt: int) -> set[str]:
        """The streams that were written to after position `gt`."""

    @abstractmethod
    def select_commands(self, command_ids: Sequence[str]) -> list[CommandEntry]:
        """What those of these ids were used for that were."""

    @abstractmethod
    def evidence(self) -> Evidence:
        """What proofs need, of the same log."""


def entries_of(kwargs: dict[str, Any]) -> Sequence[CommandEntry]:
    """The command entries that ride along with stored events."""
    entries: Sequence[CommandEntry] = kwargs.get("commands", ())
    return entries


Later = Callable[[datetime], Sequence[ChainedEvent]]
"""Makes the same events once more, recorded at another instant."""


def in_order(
    events: Sequence[ChainedEvent], last: bytes | None, later: Later | None
) -> Sequence[ChainedEvent]:
    """
    The events, recorded no earlier than the log's `last` one, of which the bytes are given.

    Clocks of several machines differ, and any clock is put back now and then; positions are the
    order in which things were recorded, and instants must not tell another one.
    """
    if last is None or later is None or not events:
        return events
    try:
        latest = recorded_at(last)
    except UnreadableEvent:
        return events  # it tells no instant, and must not stop everybody's writing
    return later(latest) if recorded_at(events[0].state) < latest else events
