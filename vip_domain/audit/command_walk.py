"""The command ids: each in its place, and each with exactly the events that carry it."""

from __future__ import annotations

from collections.abc import Iterator
from struct import error as out_of_range

from vip_domain import codec
from vip_domain.aggregates.streams import CUSTOMER
from vip_domain.audit.event_walk import EventWalk
from vip_domain.audit.findings import MOST, Kind, LogFinding
from vip_domain.audit.leaves import command_leaf
from vip_domain.audit.merkle import leaf_hash
from vip_domain.chain import CommandRow
from vip_domain.errors import UnreadableEvent
from vip_domain.events import Event, Recorded
from vip_domain.store.evidence import Snapshot

UNSOUND = leaf_hash(b"no command")
"""What stands for an entry that cannot be hashed: no command id has this leaf."""

_TYPES = (int, str, str, str, int, int)


class CommandWalk:
    """
    Takes every event, then every entry, and finds what does not belong together.

    Sums of hashes over (id, stream, version) tell at once whether events and entries are the same
    set; only when they are not is it looked up which.
    """

    def __init__(self) -> None:
        self.last = 0
        self._of_events = 0
        self._of_entries = 0
        self._found: list[LogFinding] = []

    def take_event(self, fact: Recorded[Event]) -> None:
        """An event of a customer, which carries the id of its command."""
        if fact.command_id is not None and fact.stream_id.startswith(CUSTOMER):
            self._of_events += hash((fact.command_id, fact.stream_id, fact.version))

    def take(self, row: CommandRow, events: EventWalk) -> bytes:
        """The next entry; the hash of its leaf."""
        number, command_id, _, stream_id, version, count = row
        if tuple(map(type, row)) != _TYPES:
            self._find(row, "holds values of a kind that nobody writes")
            return UNSOUND
        if number != self.last + 1:
            missing = f"numbers {self.last + 1} to {number - 1} of the command ids are missing"
            self._found.append(LogFinding(kind=Kind.COMMAND, what=missing))
        self.last = number
        if not 0 <= count <= version <= events.version_of(stream_id):
            self._find(row, f"speaks of events that {stream_id} does not have")
        else:
            for each in range(version - count + 1, version + 1):
                self._of_entries += hash((command_id, stream_id, each))
        try:
            return command_leaf(row)
        except (UnicodeEncodeError, out_of_range):
            self._find(row, "holds what is no text, or no number of an entry")
            return UNSOUND

    def _find(self, row: CommandRow, what: str) -> None:
        sentence = f"entry {row[0]!r} of the command ids ({row[1]!r}) {what}"
        self._found.append(LogFinding(kind=Kind.COMMAND, what=sentence))

    def findings(self, snapshot: Snapshot) -> list[LogFinding]:
        """Everything found; looks again when events and entries are not the same set."""
        if self._of_events != self._of_entries:
            self._found += _strangers(snapshot)
        return self._found[:MOST]


_Carried = tuple[str, str, int]
"""Command id, stream, version."""


def _strangers(snapshot: Snapshot) -> Iterator[LogFinding]:
    carried = dict(_carried(snapshot))
    spoken = dict(_spoken(snapshot))
    for key in sorted(carried.keys() - spoken.keys(), key=carried.__getitem__)[:MOST]:
        command_id, stream_id, version = key
        yield LogFinding(
            kind=Kind.COMMAND,
            what=f"position {carried[key]} ({stream_id}, version {version}) carries the command "
            f"id {command_id!r}, and no entry of the command ids says so",
            position=carried[key],
            stream_id=stream_id,
            version=version,
        )
    for key in sorted(spoken.keys() - carried.keys(), key=spoken.__getitem__)[:MOST]:
        command_id, stream_id, version = key
        yield LogFinding(
            kind=Kind.COMMAND,
            what=f"entry {spoken[key]} of the command ids ({command_id!r}) speaks of version "
            f"{version} of {stream_id}, which does not carry it",
            stream_id=stream_id,
            version=version,
        )


def _carried(snapshot: Snapshot) -> Iterator[tuple[_Carried, int]]:
    for position, stream_id, version, topic, state, _ in snapshot.events():
        try:
            fact = codec.decode(
                topic, state, stream_id=stream_id, version=version, position=position
            )
        except (UnreadableEvent, TypeError, AttributeError):
            continue
        if fact.command_id is not None and stream_id.startswith(CUSTOMER):
            yield (fact.command_id, stream_id, version), position


def _spoken(snapshot: Snapshot) -> Iterator[tuple[_Carried, int]]:
    for row in snapshot.commands():
        number, command_id, _, stream_id, version, count = row
        if tuple(map(type, row)) == _TYPES and 0 <= count <= version:
            for each in range(version - min(count, MOST) + 1, version + 1):
                yield (command_id, stream_id, each), number
