"""A view of versions: every row a customer ever had, and from which position to which it stood."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

import attrs

from vip_domain.projections.projection import KEY, Cell, History, Projection

R = TypeVar("R")

Cells = tuple[Cell, ...]

FOREVER = 1 << 62
"""Where a version ends that stands still."""

FROM, TO, NODE = "from_position", "to_position", "node"
TIMES: dict[str, type[str] | type[int]] = {FROM: int, TO: int, NODE: int}
"""
The first columns of such a view. A version stands as of every position from the first one up to,
not including, the second one; `node` lets a database find those that stand as of one.
"""


@attrs.frozen(slots=False)
class Timeline(Generic[R]):
    """
    One customer's versions: those that `ended`, and the one that stands `since` a position.

    `row` is what it folds on with; null while the customer has none.
    """

    ended: tuple[Cells, ...] = ()
    since: int = 0
    cells: Cells = ()
    row: R | None = None


@attrs.frozen(kw_only=True)
class Versions(Projection[R]):
    """
    The versions of a row, as `project` and `columns` tell it; where no cell changes, it is one.

    `columns` gives the cells after those of `TIMES`, with which every schema here begins.
    """

    key: tuple[str, ...] = (KEY, FROM)
    ends: str | None = TO

    def cells(self, row: R) -> Cells:
        """The columns of `row`. Raises `TypeError` when they are not what the schema says."""
        cells = (0, FOREVER, 0, *self.columns(row))
        self.check(cells)
        return cells[len(TIMES) :]

    def fold(self, row: Any, history: History) -> Any:
        """The timeline after all of `history`, in its order."""
        timeline: Timeline[R] = row or Timeline()
        ended, since, cells, now = [*timeline.ended], timeline.since, timeline.cells, timeline.row
        for recorded in history:
            now = self.project(now, recorded)
            changed = () if now is None else self.cells(now)
            if changed == cells:
                continue
            if cells:
                ended.append(_version(since, recorded.position, cells))
            since, cells = recorded.position, changed
        return Timeline(tuple(ended), since, cells, now)

    def rows(self, row: Any) -> Iterable[tuple[Cells, R | None]]:
        """Every version's cells; the row with the one that stands."""
        timeline: Timeline[R] = row
        for cells in timeline.ended:
            yield cells, None
        if timeline.row is not None:
            yield _version(timeline.since, FOREVER, timeline.cells), timeline.row

    def resumed(self, rows: Iterable[tuple[Cells, R | None]]) -> Any:
        """The timeline of which these are rows."""
        ended: list[Cells] = []
        for cells, row in rows:
            if row is not None:
                return Timeline(tuple(ended), int(cells[0] or 0), cells[len(TIMES) :], row)
            ended.append(cells)
        return Timeline(tuple(ended))


def _version(since: int, until: int, cells: Cells) -> Cells:
    return (since, until, node_of(since, until), *cells)


FINEST = 10
"""A version between two multiples of two to this power is at one node with all others there."""


def node_of(since: int, until: int) -> int:
    """
    Where a version is kept: one of the few places to look at as of any position at which it stood.

    Among the positions at which a version stood just one has most trailing zeros, in binary. All
    numbers form a tree with the largest powers of two at its top, and that one is its node, down
    to the `FINEST`; below is one odd number for all. A version that stands still is at a number
    from 0 down, for the age in which it began.
    """
    if until == FOREVER:
        return -_age(since)
    last = until - 1
    lower = (since ^ last).bit_length() - 1
    node = last if lower < 0 else last >> lower << lower
    return _leaf(since) if node % (1 << FINEST) else node


def _leaf(position: int) -> int:
    return position >> FINEST << FINEST | 1


def _age(position: int) -> int:
    """Each twice as long as the last but one, so that there are few however long the log is."""
    above = position.bit_length() - FINEST
    return 0 if above <= 0 else above * 2 + (position >> position.bit_length() - 2 & 1)


FEWEST_LEVELS = 20


def nodes_at(position: int, end: int) -> list[int]:
    """
    The nodes of all versions that stood as of a position, in a log that ended at `end` just now.

    The ages up to the position, and the way down the tree to it: one node for each number of
    trailing zeros. There is room for the log to double before the question is answered, and for a
    million events.
    """
    ages = range(-_age(position), 1)
    levels = range(FINEST, max(end.bit_length() + 1, FEWEST_LEVELS))
    way = [position >> level + 1 << level + 1 | 1 << level for level in levels]
    return [*ages, _leaf(position), *way]
