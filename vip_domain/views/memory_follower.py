"""One view in memory, as far as it has followed the log."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from threading import RLock
from typing import Any, Self, cast

from vip_domain.aggregates.streams import customer_stream
from vip_domain.errors import StoreError
from vip_domain.events import CustomerEvent, Recorded
from vip_domain.projections.projection import AnyProjection
from vip_domain.store.log import EventLog
from vip_domain.views import tables
from vip_domain.views.folding import Fold, Folded, Key
from vip_domain.views.reports import KeepOn, ParkedCustomer, Retried, SkippedEvent, always
from vip_domain.views.tables import Row

BATCH = 1_000

Kept = tuple[str, Any]
"""A customer's VIP ID and its row."""


class MemoryFollower:
    """A view that follows the log; where an event cannot be taken that customer is parked."""

    def __init__(self, log: EventLog, projection: AnyProjection, batch: int = BATCH) -> None:
        self.projection = projection
        self.rows: dict[str, Any] = {}
        self.parked: dict[str, ParkedCustomer] = {}
        self.skipped: dict[Key, SkippedEvent] = {}
        self.position = 0
        self._log = log
        self._batch = batch
        self.standing = RLock()
        """Who holds it keeps the view at its position."""

    def catch_up(self, keep_on: KeepOn = always, *, upto: int | None = None) -> int:
        """Fold what was recorded since, or only `upto` a position; the one it stands at."""
        with self.standing:
            while keep_on() and (upto is None or self.position < upto):
                batch = self._log.read(self.position, self._next(upto))
                if not batch:
                    break
                self._keep(self._fold().batch(batch, self._known, self.parked.keys().__and__))
                self.position = batch[-1].position
            return self.position

    def _next(self, upto: int | None) -> int:
        return self._batch if upto is None else min(self._batch, upto - self.position)

    def _fold(self) -> Fold[Kept]:
        return Fold(self.projection, lambda kept: kept[1], self._kept, self.skipped)

    def _kept(self, vip_id: str, row: Any) -> Kept:
        list(self.projection.rows(row))  # a database would ask for them now
        return vip_id, row

    def _known(self, vip_ids: Collection[str]) -> Mapping[str, Kept]:
        return {vip_id: (vip_id, self.rows[vip_id]) for vip_id in vip_ids if vip_id in self.rows}

    def _keep(self, folded: Folded[Kept]) -> None:
        self.rows.update(folded.rows)
        for vip_id in folded.gone:
            self.rows.pop(vip_id, None)
        for stop in folded.stops:
            self.parked[stop.vip_id] = ParkedCustomer(
                view=self.projection.name,
                vip_id=stop.vip_id,
                version=stop.version,
                position=stop.position,
                error=stop.error,
                parked_at=datetime.now(UTC),
            )

    def retry(self, vip_id: str | None = None) -> list[Retried]:
        """Fold parked customers again, all or one. Raises `StoreError` when it is not parked."""
        with self.standing:
            if vip_id not in self.parked and vip_id is not None:
                raise StoreError(f"{vip_id} is not parked in {self.projection.name}")
            again = sorted(self.parked) if vip_id is None else [vip_id]
            self._refold(again)
            return [Retried(self.projection.name, each, self.parked.get(each)) for each in again]

    def _refold(self, vip_ids: Sequence[str]) -> None:
        fold, folded = self._fold(), Folded[Kept]()
        for vip_id in vip_ids:
            history = self._log.read_stream(customer_stream(vip_id), self.position)
            fold.customer(folded, vip_id, cast("list[Recorded[CustomerEvent]]", history))
            self.rows.pop(vip_id, None)
            del self.parked[vip_id]
        self._keep(folded)

    def skip(self, vip_id: str, *, version: int | None, actor: str, reason: str) -> Retried:
        """Pass over the event a customer is parked at, for good."""
        with self.standing:
            at = self.parked.get(vip_id)
            if at is None:
                raise StoreError(f"{vip_id} is not parked in {self.projection.name}")
            event = at.passed_over(version, actor, reason)
            self.skipped[vip_id, at.version] = event
            (retried,) = self.retry(vip_id)
            return retried

    def anew(self, upto: int | None = None) -> Self:
        """The same view, folded from the first event to a position, or to where this one stands."""
        folded = type(self)(self._log, self.projection, self._batch)
        folded.skipped = self.skipped
        folded.catch_up(upto=self.position if upto is None else upto)
        return folded

    def stored(self) -> Iterator[Row]:
        """The rows as a database would hold them, in the order of keys."""
        for vip_id in sorted(self.rows):
            yield from tables.rows_of(self.projection, vip_id, self.rows[vip_id])
