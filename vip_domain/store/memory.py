"""The log in memory, for tests and trials: the same rules, gone with the process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder, POPOFactory

from vip_domain.store.evidence import Evidence
from vip_domain.store.memory_evidence import MemoryEvidence
from vip_domain.store.recorder import (
    ChainedEvent,
    CommandEntry,
    LogRecorder,
    StoredRow,
    StoredRows,
    entries_of,
    in_order,
)
from vip_domain.store.wake import Bell, Nobody, Others


class MemoryLogRecorder(POPOApplicationRecorder, LogRecorder):
    """The package's plain-objects recorder, with command ids."""

    def __init__(self) -> None:
        super().__init__()
        self._commands: dict[str, CommandEntry] = {}
        self._evidence = MemoryEvidence(
            cast(list[ChainedEvent], self._stored_events),
            self._commands,
            self._database_lock,
            self._append,
        )

    def _append(self, events: list[ChainedEvent], commands: list[CommandEntry]) -> None:
        self.insert_events(cast(list[StoredEvent], events), commands=commands)

    def others(self, bell: Bell) -> Others:
        """There are none."""
        del bell
        return Nobody()

    def _insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        with self._database_lock:
            chained = cast(Sequence[ChainedEvent], stored_events)
            last = self._stored_events[-1].state if self._stored_events else None
            ordered = in_order(chained, last, kwargs.get("later"))
            return super()._insert_events(cast(Sequence[StoredEvent], ordered), **kwargs)

    def _assert_uniqueness(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super()._assert_uniqueness(stored_events)
        for entry in entries_of(kwargs):
            if entry.command_id in self._commands:
                raise IntegrityError(f"command id {entry.command_id!r} is taken")

    def _update_table(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        for entry in entries_of(kwargs):
            self._commands[entry.command_id] = entry
        return super()._update_table(stored_events)

    def select_stream(self, stream_id: str, gt: int) -> Sequence[StoredRow]:
        """The events of one stream after version `gt`."""
        with self._database_lock:
            index = self._stored_events_index.get(stream_id, {})
            found = [(at, self._stored_events[at]) for version, at in index.items() if version > gt]
        return [
            (at + 1, each.originator_version, each.topic, each.state, each.chain)
            for at, each in cast(list[tuple[int, ChainedEvent]], found)
        ]

    def select_streams(self, stream_ids: Sequence[str]) -> StoredRows:
        """All events of these streams with their stream's id, those of one together, in order."""
        for stream_id in stream_ids:
            for row in self.select_stream(stream_id, 0):
                yield stream_id, row

    def select_stream_ids(self, gt: int) -> set[str]:
        """The streams that were written to after position `gt`."""
        with self._database_lock:
            return {str(stored.originator_id) for stored in self._stored_events[gt:]}

    def select_commands(self, command_ids: Sequence[str]) -> list[CommandEntry]:
        """What those of these ids were used for that were."""
        found = map(self._commands.get, command_ids)
        return [entry for entry in found if entry is not None]

    def evidence(self) -> Evidence:
        """What proofs need, of the same log."""
        return self._evidence


class MemoryLogFactory(POPOFactory):
    """Makes the recorder above."""

    def application_recorder(self) -> MemoryLogRecorder:
        """A log of its own."""
        return MemoryLogRecorder()
