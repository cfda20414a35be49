"""A view as a value: how one customer's history folds into a row, and which columns it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

import attrs

from vip_domain.aggregates.streams import CUSTOMER
from vip_domain.events import CustomerEvent, Logged, Recorded
from vip_domain.values import field_names

R = TypeVar("R")

KEY = "vip_id"
"""Whose row it is."""

Cell = str | int | None
History = Iterable[Recorded[CustomerEvent]]
Facts = Iterable[tuple[int, CustomerEvent]]
"""Facts with their versions, and nothing else of what is filed with them."""


@attrs.frozen(kw_only=True)
class Projection(Generic[R]):
    """
    Everything an engine needs to keep, rebuild, compare and question a view.

    `version`: another number makes every store fold the view anew. `project` is total and pure.
    `columns` gives the cells of `schema`'s names, in its order; types are `str` (dates as ISO
    texts) and `int`, and each cell may be null. A column that is named like a field of the row
    shows that field as it is, for it is read back from there.
    """

    name: str
    version: int
    row: type[R]
    project: Callable[[R | None, Recorded[CustomerEvent]], R | None]
    columns: Callable[[R], tuple[Cell, ...]]
    schema: Mapping[str, type[str] | type[int]]
    indexes: tuple[tuple[str, ...], ...] = ()
    project_facts: Callable[[R | None, Facts], R | None] | None = None
    """
    The same as `project` for each of a history, faster: for a view that looks at nothing but
    facts and their versions. A rebuild then reads nothing else of the log.
    """
    key: tuple[str, ...] = (KEY,)
    """The columns that tell one row from another: the first of the table."""
    ends: str | None = None
    """The column that says when a row ended, where a customer has one after the other."""

    @cached_property
    def untold(self) -> tuple[str, ...]:
        """The fields of the row that have no column of their name, in order."""
        return tuple(name for name in field_names(self.row) if name not in {KEY, *self.schema})

    _fitting: set[tuple[type, ...]] = attrs.field(factory=set, init=False, eq=False, repr=False)

    def cells(self, row: R) -> tuple[Cell, ...]:
        """The columns of `row`. Raises `TypeError` when they are not what the schema says."""
        cells = self.columns(row)
        self.check(cells)
        return cells

    def check(self, cells: tuple[Cell, ...]) -> None:
        """Raise `TypeError` when these are not what the schema says."""
        types = tuple(map(type, cells))
        if types not in self._fitting:
            self._check(types)
            self._fitting.add(types)

    def _check(self, types: tuple[type, ...]) -> None:
        if len(types) != len(self.schema):
            raise TypeError(f"{len(types)} cells for {len(self.schema)} columns")
        for (name, kind), given in zip(self.schema.items(), types, strict=True):
            if given not in {kind, type(None)}:
                raise TypeError(f"{name} is {given.__name__}, not {kind.__name__} or null")

    def fold(self, row: R | None, history: History) -> R | None:
        """The row after all of `history`, in its order."""
        if self.project_facts is not None:
            return self.project_facts(row, ((each.version, each.event) for each in history))
        for recorded in history:
            row = self.project(row, recorded)
        return row

    def rows(self, row: R) -> Iterable[tuple[tuple[Cell, ...], R | None]]:
        """What a table has of a customer: the cells of each row, and what it folds on with."""
        return [(self.cells(row), row)]

    def resumed(self, rows: Iterable[tuple[tuple[Cell, ...], R | None]]) -> Any:
        """What the customer was of which these are rows."""
        ((_, row),) = rows
        return row


AnyProjection = Projection[Any]


def by_customer(batch: Iterable[Logged]) -> dict[str, list[Recorded[CustomerEvent]]]:
    """
    The batch's events of customers, per VIP ID and in their order.

    Among them are unreadable ones: whoever asks such a one for its event hears why.
    """
    grouped: dict[str, list[Recorded[CustomerEvent]]] = {}
    for logged in batch:
        if logged.stream_id.startswith(CUSTOMER):
            vip_id = logged.stream_id.removeprefix(CUSTOMER)
            grouped.setdefault(vip_id, []).append(cast("Recorded[CustomerEvent]", logged))
    return grouped
