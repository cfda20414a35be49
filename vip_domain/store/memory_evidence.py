"""Proofs from the log in memory."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock

import attrs
from msgspec.structs import astuple

from vip_domain.chain import CommandRow, EventRow
from vip_domain.errors import StoreError
from vip_domain.store.evidence import (
    FIRST,
    LAST,
    NOT_EMPTY,
    Block,
    Evidence,
    Incoming,
    KeptCheckpoint,
    Snapshot,
    Tree,
)
from vip_domain.store.recorder import ChainedEvent, CommandEntry

Append = Callable[[list[ChainedEvent], list[CommandEntry]], None]


@attrs.frozen
class MemorySnapshot(Snapshot):
    """Copies of what there was."""

    _origin: str
    _events: Sequence[ChainedEvent]
    _commands: Sequence[CommandEntry]
    _blocks: Mapping[tuple[Tree, int], Block]
    _checkpoints: Sequence[KeptCheckpoint]

    def origin(self) -> str:
        """What tells this log from all others."""
        return self._origin

    def size(self, tree: Tree) -> int:
        """The last position, or the last number of a command."""
        return len(self._events) if tree == "events" else len(self._commands)

    def last_used(self) -> int | None:
        """Nothing remembers."""
        return None

    def events(self, after: int = FIRST, upto: int = LAST) -> Iterator[EventRow]:
        """The rows later than `after`, by position."""
        first = max(after, 0)
        for position, each in enumerate(self._events[first : max(upto, 0)], first + 1):
            yield (position, *astuple(each))

    def commands(self, after: int = FIRST, upto: int = LAST) -> Iterator[CommandRow]:
        """The entries later than `after`, by number."""
        first = max(after, 0)
        for number, each in enumerate(self._commands[first : max(upto, 0)], first + 1):
            yield (number, *astuple(each))

    def roots(self, tree: Tree) -> Iterator[tuple[int, bytes]]:
        """Number and stored root of each block, by number."""
        for (of_tree, number), block in sorted(self._blocks.items()):
            if of_tree == tree:
                yield number, block.root

    def leaves(self, tree: Tree, number: int) -> bytes:
        """The stored hashes of one block's leaves, joined; nothing when it is not there."""
        block = self._blocks.get((tree, number))
        return b"" if block is None else block.leaves

    def checkpoints(self) -> Iterator[KeptCheckpoint]:
        """Number, size and text of every checkpoint that was kept, in the order they were."""
        yield from self._checkpoints

    def damage(self) -> list[str]:
        """There is no database."""
        return []


class MemoryEvidence(Evidence):
    """The evidence beside these lists, which grow under this lock."""

    def __init__(
        self,
        events: list[ChainedEvent],
        commands: dict[str, CommandEntry],
        lock: RLock,
        append: Append,
    ) -> None:
        self._append = append
        self.origin = f"vip-domain/{secrets.token_hex(16)}"
        self._events = events
        self._commands = commands
        self._lock = lock
        self.blocks: dict[tuple[Tree, int], Block] = {}
        self.checkpoints: list[KeptCheckpoint] = []

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The log as it is now."""
        with self._lock:
            snapshot = MemorySnapshot(
                self.origin,
                [*self._events],
                [*self._commands.values()],
                {**self.blocks},
                [*self.checkpoints],
            )
        yield snapshot

    def keep_blocks(self, blocks: Iterable[Block]) -> None:
        """Store hashes that were computed; one of a longer block stays."""
        with self._lock:
            for block in blocks:
                kept = self.blocks.get((block.tree, block.number))
                if kept is None or len(kept.leaves) < len(block.leaves):
                    self.blocks[block.tree, block.number] = block

    def load(self, origin: str, incoming: Incoming) -> None:
        """All of it or nothing, into an empty store. Raises `StoreError` when it is not empty."""
        events = [ChainedEvent(*row[1:]) for row in incoming.events()]
        commands = [CommandEntry(*row[1:]) for row in incoming.commands()]
        checkpoints = [*incoming.checkpoints()]
        with self._lock:
            if self._events or self._commands:
                raise StoreError(NOT_EMPTY)
            self._append(events, commands)
            self.origin, self.checkpoints = origin, checkpoints
            self.blocks = {(each.tree, each.number): each for each in incoming.blocks()}

    def keep_checkpoint(self, number: int, size: int, note: str) -> bool:
        """Store a copy of a checkpoint, unless somebody else's has this number by now."""
        with self._lock:
            free = number == len(self.checkpoints) + 1
            if free:
                self.checkpoints.append((number, size, note))
            return free
