"""What our recorders do beyond the package's: command ids in the same transaction, positions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import attrs
from eventsourcing.persistence import ApplicationRecorder, StoredEvent

StoredRow = tuple[int, int, str, bytes, bytes]
"""Position, version, topic, state and chain: an object of the package's each would cost more."""


@dataclass(frozen=True)
class ChainedEvent(StoredEvent):
    """A stored event with its link in the chain of its stream."""

    chain: bytes


@attrs.frozen
class CommandEntry:
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

    `insert_events(chained, commands=[...])` writes all or nothing, and raises `IntegrityError`
    when a version or a command id is taken.
    """

    @abstractmethod
    def select_stream(self, stream_id: str, gt: int) -> Sequence[StoredRow]:
        """The events of one stream after version `gt`."""

    @abstractmethod
    def select_stream_ids(self, gt: int) -> set[str]:
        """The streams that were written to after position `gt`."""

    @abstractmethod
    def select_command(self, command_id: str) -> CommandEntry | None:
        """What this id was used for, if it was."""


def entries_of(kwargs: dict[str, Any]) -> Sequence[CommandEntry]:
    """The command entries that ride along with stored events."""
    entries: Sequence[CommandEntry] = kwargs.get("commands", ())
    return entries
