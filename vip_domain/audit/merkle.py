"""
Merkle tree arithmetic of RFC 9162, section 2.1: roots, proofs, and the checks of both.

Everything here is about hashes; where they come from is for the caller to know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

Path = tuple[bytes, ...]
Roots = Callable[[int, int], bytes]
"""The root over the leaves from `first` (counted from 0) up to, not including, `past`."""

EMPTY = sha256(b"").digest()
"""The root of no leaves."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf; its tag keeps it from being taken for a node's."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below `size`: how many of its leaves are on the left."""
    return 1 << ((size - 1).bit_length() - 1)


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the hashes of all leaves, in order."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        # A node without a sibling moves up as it is; that is the split rule, read from below.
        pairs = [node_hash(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = pairs + level[2 * len(pairs) :]
    return level[0]


class Frontier:
    """The root of a tree that only grows, in memory for its full subtrees alone."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[tuple[int, bytes]] = []
        """Leaves and root of each full subtree, from left to right, the sizes falling."""

    def add(self, subtree: bytes, leaves: int = 1) -> None:
        """The next leaf, or the root of a full subtree that begins at a multiple of its size."""
        self.size += leaves
        while self._subtrees and self._subtrees[-1][0] == leaves:
            left = self._subtrees.pop()[1]
            subtree = node_hash(left, subtree)
            leaves *= 2
        self._subtrees.append((leaves, subtree))

    def copy(self) -> Frontier:
        """Another one that grows on its own from here."""
        copy = Frontier()
        copy.size, copy._subtrees = self.size, [*self._subtrees]
        return copy

    def root(self) -> bytes:
        """The root over everything added so far."""
        if not self._subtrees:
            return EMPTY
        *others, (_, right) = self._subtrees
        for _, left in reversed(others):
            right = node_hash(left, right)
        return right


# What is proven about a tree.


def inclusion_path(index: int, size: int, roots: Roots) -> Path:
    """The siblings from the leaf `index` up to the root over `size` leaves."""
    path: list[bytes] = []
    first, past = 0, size
    while past - first > 1:
        middle = first + split(past - first)
        if index < middle:
            path.append(roots(middle, past))
            past = middle
        else:
            path.append(roots(first, middle))
            first = middle
    return tuple(reversed(path))


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Path) -> bytes | None:
    """The root that a leaf's hash and its siblings come to; `None` for a path of a wrong length."""
    if not 0 <= index < size:
        return None
    turns: list[bool] = []
    first, past = 0, size
    while past - first > 1:
        middle = first + split(past - first)
        turns.append(index >= middle)
        first, past = (middle, past) if turns[-1] else (first, middle)
    if len(turns) != len(path):
        return None
    for is_right, sibling in zip(reversed(turns), path, strict=True):
        leaf = node_hash(sibling, leaf) if is_right else node_hash(leaf, sibling)
    return leaf


def consistency_path(earlier: int, later: int, roots: Roots) -> Path:
    """What shows that the first `earlier` of `later` leaves are those of the earlier tree."""
    if not 0 < earlier < later:
        return ()
    path: list[bytes] = []
    first, past, whole = 0, later, True
    while earlier != past:
        middle = first + split(past - first)
        if earlier <= middle:
            path.append(roots(middle, past))
            past = middle
        else:
            path.append(roots(first, middle))
            first, whole = middle, False
    if not whole:
        path.append(roots(first, past))
    return tuple(reversed(path))


def is_consistent(
    earlier: int, earlier_root: bytes, later: int, later_root: bytes, path: Path
) -> bool:
    """Whether `path` shows that a tree of `later` leaves goes on from one of `earlier`."""
    if earlier > later or earlier < 0:
        return False
    if earlier == later:
        return earlier_root == later_root and not path
    if earlier == 0:
        return earlier_root == EMPTY and not path
    return _grown(earlier, earlier_root, later, path) == (earlier_root, later_root)


def _grown(earlier: int, earlier_root: bytes, later: int, path: Path) -> tuple[bytes, bytes] | None:
    """Both roots as `path` makes them, from the node they share upwards; `None` for a misfit."""
    turns: list[bool] = []
    first, past = 0, later
    while earlier != past:
        middle = first + split(past - first)
        turns.append(earlier > middle)
        first, past = (middle, past) if turns[-1] else (first, middle)
    shared_is_given = any(turns)
    if len(path) != len(turns) + shared_is_given:
        return None
    old = new = path[0] if shared_is_given else earlier_root
    for is_right, sibling in zip(reversed(turns), path[shared_is_given:], strict=True):
        new = node_hash(sibling, new) if is_right else node_hash(new, sibling)
        old = node_hash(sibling, old) if is_right else old
    return old, new
