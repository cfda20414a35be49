"""A whole log out of a store and into one: complete, or not at all."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from vip_domain.audit.checkpoints import TreeHead
from vip_domain.audit.leaves import command_leaf, event_leaf
from vip_domain.audit.lines import (
    CheckpointRow,
    CloudEvent,
    Lines,
    LogData,
    checkpoint_of,
    command_of,
    event_of,
    first_of,
    log_data,
)
from vip_domain.audit.merkle import Frontier, root
from vip_domain.audit.signing import NOT_WHOLE
from vip_domain.audit.tree import BLOCK, LogTrees
from vip_domain.chain import LENGTH, START, CommandRow, EventRow, linked
from vip_domain.errors import AuditError
from vip_domain.faults import reach
from vip_domain.store.evidence import Block, Evidence, Tree


def export_log(evidence: Evidence) -> Iterator[CloudEvent]:
    """
    All that a log is made of as it is at this moment, the last one only if all are right.

    Raises `AuditError` when the log is not what its hashes say.
    """
    with evidence.snapshot() as snapshot:
        try:
            head = LogTrees(snapshot).head()
            checkpoints = [*snapshot.checkpoints()]
            yield first_of(head, checkpoints)
            events, commands = Frontier(), Frontier()
            for row in snapshot.events():
                events.add(event_leaf(row))
                yield event_of(head.origin, row)
            for entry in snapshot.commands():
                commands.add(command_leaf(entry))
                yield command_of(head.origin, entry)
            for kept in checkpoints:
                yield checkpoint_of(head.origin, *kept)
        except (TypeError, ValueError, AttributeError, IndexError, struct.error) as error:
            raise AuditError(NOT_WHOLE) from error
        if (events.root(), commands.root()) != (head.root, head.commands_root):
            raise AuditError(NOT_WHOLE)


def import_log(evidence: Evidence, read: Lines) -> TreeHead:
    """
    Fill an empty store with an exported log; what it is then.

    Raises `AuditError` for lines that are not a whole export, `StoreError` when the store has
    events already; then it stays as it was.
    """
    origin, said = read.first()
    incoming = Incoming(read, origin, said)
    evidence.load(origin, incoming)
    reach("import.committed")
    return incoming.head()


class _Leaves:
    """The leaves of one tree as they come."""

    def __init__(self, tree: Tree) -> None:
        self._tree: Tree = tree
        self._hashes = bytearray()
        self._frontier = Frontier()

    @property
    def size(self) -> int:
        return self._frontier.size

    def add(self, leaf: bytes) -> None:
        self._hashes += leaf
        self._frontier.add(leaf)

    def root(self) -> bytes:
        return self._frontier.root()

    def blocks(self) -> Iterator[Block]:
        for number in range(-(-self.size // BLOCK)):
            joined = bytes(self._hashes[number * BLOCK * LENGTH : (number + 1) * BLOCK * LENGTH])
            leaves = [joined[at : at + LENGTH] for at in range(0, len(joined), LENGTH)]
            yield Block(self._tree, number, root(leaves), joined)


class Incoming:
    """What is imported, in the order of the lines; each is checked when it is taken."""

    def __init__(self, lines: Lines, origin: str, said: LogData) -> None:
        self._lines = lines
        self._origin = origin
        self._said = said
        self._heads: dict[str, tuple[int, bytes]] = {}
        self._ids: set[str] = set()
        self._events, self._commands = _Leaves("events"), _Leaves("commands")

    def events(self) -> Iterator[EventRow]:
        """Each follows the one before it, in the log and in its stream."""
        for row in self._lines.events(self._origin):
            position, stream_id, version, topic, state, chain = row
            last, link = self._heads.get(stream_id, (0, START))
            if position != self._events.size + 1 or version != last + 1:
                raise self._lines.wrong("does not follow the one before it")
            if linked(link, stream_id, version, topic, state) != chain:
                raise self._lines.wrong("is not linked to the event before it in its stream")
            self._heads[stream_id] = version, chain
            self._events.add(event_leaf(row))
            reach("import.event")
            yield row

    def commands(self) -> Iterator[CommandRow]:
        """Each follows the one before it."""
        for row in self._lines.commands():
            if row[0] != self._commands.size + 1 or row[1] in self._ids:
                raise self._lines.wrong("does not follow the one before it")
            self._ids.add(row[1])
            self._commands.add(command_leaf(row))
            reach("import.command")
            yield row

    def checkpoints(self) -> Iterator[CheckpointRow]:
        """Number, size and text. Raises `AuditError` unless all that was read is a whole log."""
        kept: list[CheckpointRow] = []
        for number, data in enumerate(self._lines.checkpoints(), 1):
            kept.append((number, data.size, data.note))
            yield kept[-1]
        self._lines.end()
        whole = log_data(self.head(), kept)
        if not self._said.checkpoints_hash:
            whole.checkpoints_hash = ""
        if whole != self._said:
            raise AuditError("the export is not whole: its first line says what is not there")

    def blocks(self) -> Iterator[Block]:
        """The hashes of everything that was taken, as a checkpoint stores them."""
        yield from self._events.blocks()
        yield from self._commands.blocks()

    def head(self) -> TreeHead:
        """What was read so far."""
        return TreeHead(
            origin=self._origin,
            size=self._events.size,
            root=self._events.root(),
            commands=self._commands.size,
            commands_root=self._commands.root(),
        )
