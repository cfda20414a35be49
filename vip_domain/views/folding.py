"""Folding that no event ends: where one cannot be taken that customer stops, all others go on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from vip_domain.events import CustomerEvent, Logged, Recorded
from vip_domain.projections.projection import AnyProjection, by_customer

S = TypeVar("S")

LONGEST_ERROR = 500

Key = tuple[str, int]
"""A customer's VIP ID and the version of one of its events."""


@attrs.frozen(kw_only=True)
class Stop:
    """The event that a customer's row stopped before, and why; later ones wait behind it."""

    vip_id: str
    version: int
    position: int
    error: str


@attrs.frozen
class Folded(Generic[S]):
    """What a batch comes to: rows as they are stored, customers without one, and who stopped."""

    rows: list[S] = attrs.field(factory=list)
    gone: list[str] = attrs.field(factory=list)
    stops: list[Stop] = attrs.field(factory=list)


@attrs.frozen
class Fold(Generic[S]):
    """
    One view's fold between stored rows: `opened` reads one, `stored` makes one of a row.

    Whatever `project`, `columns` or reading raises is that customer's problem alone. Events in
    `skipped` are passed over.
    """

    projection: AnyProjection
    opened: Callable[[S], Any]
    stored: Callable[[str, Any], S]
    skipped: Collection[Key] = ()

    def batch(
        self,
        batch: Iterable[Logged],
        known: Callable[[Collection[str]], Mapping[str, S]],
        waiting: Callable[[Collection[str]], Iterable[str]],
    ) -> Folded[S]:
        """
        Every customer the batch touched, but those that wait behind an event since before.

        `known(vip_ids)` answers rows as they are stored, `waiting(vip_ids)` who waits.
        """
        grouped = by_customer(batch)
        for vip_id in [*waiting(grouped.keys())]:
            del grouped[vip_id]
        before, folded = known(grouped.keys()), Folded[S]()
        for vip_id, news in grouped.items():
            self.customer(folded, vip_id, news, before.get(vip_id))
        return folded

    def customer(
        self,
        folded: Folded[S],
        vip_id: str,
        news: Iterable[Recorded[CustomerEvent]],
        before: S | None = None,
    ) -> None:
        """Add what one customer's `news` come to; they are gone through twice if they must be."""
        if self.skipped:
            news = [each for each in news if (vip_id, each.version) not in self.skipped]
        try:
            self._add(folded, vip_id, self._after(vip_id, before, news))
        except MemoryError:
            raise  # the machine's trouble, not the event's
        except Exception:  # noqa: BLE001  # a view's bug can be any
            self._up_to_the_stop(folded, vip_id, before, news)

    def _after(
        self, vip_id: str, before: S | None, news: Iterable[Recorded[CustomerEvent]]
    ) -> S | None:
        row = None if before is None else self.opened(before)
        row = self.projection.fold(row, news)
        return None if row is None else self.stored(vip_id, row)

    def _up_to_the_stop(
        self,
        folded: Folded[S],
        vip_id: str,
        before: S | None,
        news: Iterable[Recorded[CustomerEvent]],
    ) -> None:
        taken, after = False, before
        for each in news:
            try:
                after = self._after(vip_id, after, (each,))
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001
                folded.stops.append(_stop(vip_id, each, error))
                break
            taken = True
        if taken:
            self._add(folded, vip_id, after)

    @staticmethod
    def _add(folded: Folded[S], vip_id: str, after: S | None) -> None:
        if after is None:
            folded.gone.append(vip_id)
        else:
            folded.rows.append(after)


def _stop(vip_id: str, at: Recorded[CustomerEvent], error: Exception) -> Stop:
    text = f"{type(error).__name__}: {error}"
    return Stop(vip_id=vip_id, version=at.version, position=at.position, error=text[:LONGEST_ERROR])
