"""How many licences a customer had after each day on which that changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from vip_domain.events import CustomerEvent, Recorded
from vip_domain.events.pool import NOTHING, Licenses, Pool, pool_after, totals
from vip_domain.rules import utc_date


@attrs.frozen
class Level:
    """The licences of all products from this day on."""

    day: date
    licenses: Licenses

    @property
    def held(self) -> int:
        """Fulfilled and pending ones: what can be used."""
        return self.licenses.fulfilled + self.licenses.pending


def levels(history: Iterable[Recorded[CustomerEvent]]) -> tuple[Level, ...]:
    """From the first licences on; nothing when there never were any."""
    pool: Pool = {}
    found: dict[date, Licenses] = {}
    day, last = date.min, NOTHING
    for each in history:
        pool = pool_after(pool, each.event)
        day = max(day, utc_date(each.event.at))
        if (now := totals(pool)) != last:
            found[day] = last = now
    return tuple(Level(*each) for each in found.items())
