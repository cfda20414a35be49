"""The tree over everything that is walked, beside the hashes that the store has of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vip_domain.audit.merkle import Frontier, leaf_hash, root
from vip_domain.audit.tree import BLOCK, split_hashes
from vip_domain.chain import LENGTH
from vip_domain.store.evidence import Snapshot, Tree

MISSING = leaf_hash(b"nothing")
"""What stands for a leaf that is not there: nothing that is recorded has it."""

LONGEST_HOLE = 1_000_000


class TreeWalk:
    """
    Takes the leaves of one tree in order, each with its place, from 1.

    `roots` has what they come to at the sizes asked for, as far as they go. `differing` are the
    places where the store has another hash, `wrong` the blocks whose stored root is not over
    their stored leaves, or that are not there.
    """

    def __init__(self, snapshot: Snapshot, tree: Tree, sizes: Iterable[int]) -> None:
        self._snapshot = snapshot
        self._tree: Tree = tree
        self._sizes = sorted({0, *sizes}, reverse=True)
        self._stored_roots = dict(snapshot.roots(tree))
        self._frontier = Frontier()
        self._leaves: list[bytes] = []
        self._lost = False
        self.size = 0
        self.roots: dict[int, bytes] = {}
        self.differing: list[int] = []
        self.wrong: list[int] = []

    def take(self, place: int, leaf: bytes) -> None:
        """The leaf at a place later than the one before; what is missing in between is missing."""
        if place != self.size + 1:
            self._lost = self._lost or place - self.size > LONGEST_HOLE
            while not self._lost and self.size + 1 < place:
                self.take(self.size + 1, MISSING)
        if self._lost or place < 1:
            return
        self.size = place
        self._leaves.append(leaf)
        if len(self._leaves) == BLOCK:
            self._end_block()

    def end(self) -> bytes | None:
        """The root over everything; `None` when so much is missing that there is none."""
        self._end_block()
        return None if self._lost else self._frontier.root()

    def _end_block(self) -> None:
        number = self._frontier.size // BLOCK
        over = root(self._leaves)
        if number in self._stored_roots:
            self._compare(number, over)
        elif number < self._blocks():
            self.wrong.append(number)
        self._roots_inside()
        if len(self._leaves) == BLOCK:
            self._frontier.add(over, BLOCK)
        else:
            for leaf in self._leaves:
                self._frontier.add(leaf)
        self._leaves = []

    def _compare(self, number: int, over: bytes) -> None:
        stored, own = self._snapshot.leaves(self._tree, number), b"".join(self._leaves)
        if not own.startswith(stored):
            pairs = zip(split_hashes(stored), self._leaves, strict=False)
            self.differing += [
                number * BLOCK + n for n, (theirs, ours) in enumerate(pairs, 1) if theirs != ours
            ]
        over_stored = over if stored == own else root(split_hashes(stored))
        full = len(stored) == BLOCK * LENGTH or number == self._blocks() - 1
        if self._stored_roots[number] != over_stored or not full:
            self.wrong.append(number)

    def _blocks(self) -> int:
        return max(self._stored_roots, default=-1) + 1

    def _roots_inside(self) -> None:
        """The roots at those sizes asked for that end in this block."""
        begun = self._frontier.size
        while self._sizes and self._sizes[-1] <= self.size:
            size = self._sizes.pop()
            frontier = self._frontier.copy()
            for leaf in self._leaves[: size - begun]:
                frontier.add(leaf)
            self.roots[size] = frontier.root()

    def stored_size(self) -> int:
        """How many leaves the store has hashes of."""
        last = self._blocks() - 1
        if last < 0:
            return 0
        return last * BLOCK + len(self._snapshot.leaves(self._tree, last)) // LENGTH

    def stored_root(self, size: int) -> bytes | None:
        """The root over so many leaves as they are stored; `None` when not all are."""
        frontier = Frontier()
        for leaf in self.stored(1, size):
            frontier.add(leaf)
        return frontier.root() if frontier.size == size else None

    def stored(self, first: int, last: int) -> Iterator[bytes]:
        """The stored hashes from one place to another, up to the first that is not there."""
        while first <= last:
            number, begin = divmod(first - 1, BLOCK)
            block = split_hashes(self._snapshot.leaves(self._tree, number))
            found = block[begin : begin + last - first + 1]
            yield from found
            first += len(found)
            if not found:
                return
