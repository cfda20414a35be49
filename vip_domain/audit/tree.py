"""The two trees of a log, from the hashes it has stored and from its rows where it has none."""

from __future__ import annotations

from collections.abc import Iterator

from vip_domain.audit.checkpoints import TreeHead
from vip_domain.audit.leaves import command_leaf, event_leaf
from vip_domain.audit.merkle import EMPTY, node_hash, root, split
from vip_domain.chain import LENGTH
from vip_domain.store.evidence import Block, Snapshot, Tree

BLOCK = 256
"""Leaves whose hashes are stored together; a power of two, so that a block is a full subtree."""


def split_hashes(joined: bytes) -> list[bytes]:
    """Hashes that were joined, one by one."""
    return [joined[at : at + LENGTH] for at in range(0, len(joined), LENGTH)]


class LogTree:
    """
    One tree of a log at one moment.

    Stored hashes are taken as they are: good for proofs, which are checked before they are handed
    out, and not for finding out whether a log is whole.
    """

    def __init__(self, snapshot: Snapshot, tree: Tree) -> None:
        self._snapshot = snapshot
        self._tree: Tree = tree
        self.size = snapshot.size(tree)
        self._full = dict(snapshot.roots(tree))
        # All blocks but the last were full when they were stored.
        self._last = max(self._full, default=0)
        if self._full and len(self._stored(self._last)) < BLOCK:
            del self._full[self._last]

    def root(self, first: int, past: int) -> bytes:
        """The root over the leaves from `first` up to, not including, `past`, counted from 0."""
        if first == past:
            return EMPTY
        if past - first > BLOCK:
            middle = first + split(past - first)
            return node_hash(self.root(first, middle), self.root(middle, past))
        number, begin = divmod(first, BLOCK)
        if past - first == BLOCK and number in self._full:
            return self._full[number]
        return root(self.leaves(number)[begin : begin + past - first])

    def leaves(self, number: int) -> list[bytes]:
        """The hashes of a block's leaves: those that are stored, and those that came since."""
        stored = self._stored(number)
        after, end = number * BLOCK + len(stored), min((number + 1) * BLOCK, self.size)
        leaves = stored + list(self._hashes(after, end))
        if len(leaves) != end - number * BLOCK:
            raise ValueError(f"there are not {end} leaves")
        return leaves

    def _stored(self, number: int) -> list[bytes]:
        return split_hashes(self._snapshot.leaves(self._tree, number))

    def _hashes(self, after: int, upto: int) -> Iterator[bytes]:
        if after >= upto:
            return iter(())
        if self._tree == "events":
            return map(event_leaf, self._snapshot.events(after, upto))
        return map(command_leaf, self._snapshot.commands(after, upto))

    def new_blocks(self) -> Iterator[Block]:
        """The blocks that are not stored, or not to their end; known from then on."""
        for number in range(self._last, -(-self.size // BLOCK)):
            leaves = self.leaves(number)
            over = root(leaves)
            if len(leaves) == BLOCK:
                self._full[number] = over
            yield Block(self._tree, number, over, b"".join(leaves))


class LogTrees:
    """Both trees of a log at one moment."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.origin = snapshot.origin()
        self.events = LogTree(snapshot, "events")
        self.commands = LogTree(snapshot, "commands")

    def head(self, size: int | None = None, commands: int | None = None) -> TreeHead:
        """What the log is at this moment, or was when it had so many events and command ids."""
        size = self.events.size if size is None else size
        commands = self.commands.size if commands is None else commands
        return TreeHead(
            origin=self.origin,
            size=size,
            root=self.events.root(0, size),
            commands=commands,
            commands_root=self.commands.root(0, commands),
        )

    def holds(self, said: TreeHead) -> bool:
        """Whether this is the log that `said` speaks of, and still begins with what it says."""
        if said.size > self.events.size or said.commands > self.commands.size:
            return False
        now = self.head(said.size, said.commands)
        return (now.origin, now.root, now.commands_root) == (
            said.origin,
            said.root,
            said.commands_root,
        )

    def new_blocks(self) -> Iterator[Block]:
        """What is to be stored of either tree."""
        yield from self.events.new_blocks()
        yield from self.commands.new_blocks()
