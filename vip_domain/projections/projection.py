"""A view as a value: how one customer's history folds into a row, and which columns it shows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Generic, TypeVar, cast

import attrs

from vip_domain.aggregates.streams import CUSTOMER
from vip_domain.events import CustomerEvent, Event, Recorded

R = TypeVar("R")

Cell = str | int | None
History = Iterable[Recorded[CustomerEvent]]


@attrs.frozen(kw_only=True)
class Projection(Generic[R]):
    """
    Everything an engine needs to keep, rebuild, compare and question a view.

    `version`: another number makes every store fold the view anew. `project` is total and pure.
    `columns` gives the cells of `schema`'s names, in its order; types are `str` (dates as ISO
    texts) and `int`, and each cell may be null.
    """

    name: str
    version: int
    row: type[R]
    project: Callable[[R | None, Recorded[CustomerEvent]], R | None]
    columns: Callable[[R], tuple[Cell, ...]]
    schema: Mapping[str, type[str] | type[int]]
    indexes: tuple[tuple[str, ...], ...] = ()
    project_all: Callable[[R | None, History], R | None] | None = None
    """The same as `project` for each of a history, where that can be done faster."""

    def fold(self, row: R | None, history: History) -> R | None:
        """The row after all of `history`, in its order."""
        if self.project_all is not None:
            return self.project_all(row, history)
        for recorded in history:
            row = self.project(row, recorded)
        return row

    def fold_batch(
        self,
        batch: Iterable[Recorded[Event]],
        known: Callable[[Collection[str]], Mapping[str, R]],
    ) -> dict[str, R | None]:
        """
        Every customer the batch touched; `None` for one that has no row any more.

        `known(vip_ids)` answers their rows as they were before.
        """
        grouped = by_customer(batch)
        before = known(grouped.keys())
        return {vip_id: self.fold(before.get(vip_id), news) for vip_id, news in grouped.items()}


AnyProjection = Projection[Any]


def by_customer(batch: Iterable[Recorded[Event]]) -> dict[str, list[Recorded[CustomerEvent]]]:
    """The batch's events of customers, per VIP ID and in their order."""
    grouped: dict[str, list[Recorded[CustomerEvent]]] = {}
    for recorded in batch:
        if recorded.stream_id.startswith(CUSTOMER):
            vip_id = recorded.stream_id.removeprefix(CUSTOMER)
            grouped.setdefault(vip_id, []).append(cast("Recorded[CustomerEvent]", recorded))
    return grouped
