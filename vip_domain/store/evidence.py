"""What proofs need of a store: its rows as they are, stored hashes, and kept checkpoints."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

import attrs

from vip_domain.chain import CommandRow, EventRow

Tree = Literal["events", "commands"]

KeptCheckpoint = tuple[int, int, str]
"""Number, size and text."""

FIRST, LAST = -(2**63), 2**63 - 1
"""Every position and number a database can hold."""


@attrs.frozen
class Block:
    """The hashes of up to 256 leaves in a row, joined, and the root over them."""

    tree: Tree
    number: int
    root: bytes
    leaves: bytes


class Snapshot(ABC):
    """A store at one moment: what is written meanwhile is not seen."""

    @abstractmethod
    def origin(self) -> str:
        """What tells this log from all others."""

    @abstractmethod
    def size(self, tree: Tree) -> int:
        """The last position, or the last number of a command."""

    @abstractmethod
    def last_used(self) -> int | None:
        """The last position that was ever given away, where the store remembers."""

    @abstractmethod
    def events(self, after: int = FIRST, upto: int = LAST) -> Iterator[EventRow]:
        """The rows later than `after`, by position."""

    @abstractmethod
    def commands(self, after: int = FIRST, upto: int = LAST) -> Iterator[CommandRow]:
        """The entries later than `after`, by number."""

    @abstractmethod
    def roots(self, tree: Tree) -> Iterator[tuple[int, bytes]]:
        """Number and stored root of each block, by number."""

    @abstractmethod
    def leaves(self, tree: Tree, number: int) -> bytes:
        """The stored hashes of one block's leaves, joined; nothing when it is not there."""

    @abstractmethod
    def checkpoints(self) -> Iterator[KeptCheckpoint]:
        """Number, size and text of every checkpoint that was kept, in the order they were."""

    @abstractmethod
    def damage(self) -> list[str]:
        """What the database itself finds wrong with the log's tables."""


class Incoming(Protocol):
    """A log to be loaded: take all of it, in this order; whatever it raises, keep nothing."""

    def events(self) -> Iterator[EventRow]:
        """The events, by position."""

    def commands(self) -> Iterator[CommandRow]:
        """The entries, by number."""

    def checkpoints(self) -> Iterator[KeptCheckpoint]:
        """The checkpoints; in the end it raises unless all that was taken is whole."""

    def blocks(self) -> Iterator[Block]:
        """The hashes of all that was taken."""


class Evidence(ABC):
    """Reads as of one moment, and the few writes that proofs need."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The store as it is now, for as long as it takes."""

    @abstractmethod
    def keep_blocks(self, blocks: Iterable[Block]) -> None:
        """Store hashes that were computed; one of a longer block stays."""

    @abstractmethod
    def keep_checkpoint(self, number: int, size: int, note: str) -> bool:
        """Store a copy of a checkpoint, unless somebody else's has this number by now."""

    @abstractmethod
    def load(self, origin: str, incoming: Incoming) -> None:
        """All of it or nothing, into an empty store. Raises `StoreError` when it is not empty."""


NOT_EMPTY = "a log is imported into an empty store, and this one has events"

Run = Callable[..., Iterable[Any]]


class SQLSnapshot(Snapshot):
    """The same statements in any SQL; `run` yields the rows of one, its values given after it."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def origin(self) -> str:
        """What tells this log from all others; nothing when that is not one text."""
        found = [origin for (origin,) in self._run("SELECT origin FROM log_origin")]
        return str(found[0]) if len(found) == 1 else ""

    def size(self, tree: Tree) -> int:
        """The last position, or the last number of a command."""
        statement = {
            "events": "SELECT max(position) FROM stored_events",
            "commands": "SELECT max(number) FROM commands",
        }
        ((last,),) = self._run(statement[tree])
        return last or 0

    def last_used(self) -> int | None:
        """Nothing remembers."""
        return None

    def events(self, after: int = FIRST, upto: int = LAST) -> Iterator[EventRow]:
        """The rows later than `after`, by position."""
        yield from self._run(
            "SELECT position, originator_id, originator_version, topic, state, chain "
            "FROM stored_events WHERE position > ? AND position <= ? ORDER BY position",
            after,
            upto,
        )

    def commands(self, after: int = FIRST, upto: int = LAST) -> Iterator[CommandRow]:
        """The entries later than `after`, by number."""
        yield from self._run(
            "SELECT number, command_id, fingerprint, stream_id, version, events "
            "FROM commands WHERE number > ? AND number <= ? ORDER BY number",
            after,
            upto,
        )

    def roots(self, tree: Tree) -> Iterator[tuple[int, bytes]]:
        """Number and stored root of each block, by number."""
        statement = "SELECT number, hash FROM log_blocks WHERE tree = ? ORDER BY number"
        for number, root in self._run(statement, tree):
            if type(number) is int and isinstance(root, bytes):
                yield number, root

    def leaves(self, tree: Tree, number: int) -> bytes:
        """The stored hashes of one block's leaves, joined; nothing when it is not there."""
        found = list(
            self._run("SELECT leaves FROM log_blocks WHERE tree = ? AND number = ?", tree, number)
        )
        return found[0][0] if found and isinstance(found[0][0], bytes) else b""

    def checkpoints(self) -> Iterator[KeptCheckpoint]:
        """Number, size and text of every checkpoint that was kept, in the order they were."""
        yield from self._run("SELECT number, size, note FROM log_checkpoints ORDER BY number")

    def damage(self) -> list[str]:
        """Nothing that it would tell."""
        return []
