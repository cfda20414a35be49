"""How many change codes a reseller sent on a day (S62): a little view of the console's own."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date
from threading import Lock

import attrs

from vip_domain import StoreError, UnreadableEvent, VipDomain, events


@attrs.define
class SentCodes:
    """
    Counts codes as the log tells of them, from its beginning, when it is asked.

    A subscription keeps the place: what was written before a question is in its answer.
    """

    vip: VipDomain
    _sent: Counter[tuple[str, date]] = attrs.field(factory=Counter)
    _position: int = 0
    _lock: Lock = attrs.field(factory=Lock)

    def sent(self, reseller_id: str, day: date) -> int:
        """How many the reseller sent on the UTC day."""
        with self._lock:
            self._catch_up()
            return self._sent[reseller_id, day]

    def warm(self) -> None:
        """Read what there is by now, so that nobody waits for it; ten seconds a million events."""
        with suppress(StoreError), self._lock:
            self._catch_up()

    def _catch_up(self) -> None:
        while True:
            try:
                self._read()
                return
            except UnreadableEvent as unreadable:
                self._position = unreadable.position

    def _read(self) -> None:
        with self.vip.subscribe(after=self._position) as subscription:
            while batch := subscription.batch(timeout=0):
                for recorded in batch:
                    event = recorded.event
                    if isinstance(event, events.ResellerChangeCodeSent):
                        self._sent[event.reseller_id, event.at.date()] += 1
                self._position = subscription.position
