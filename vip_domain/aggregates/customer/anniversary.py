"""Where the AD comes from: chosen, or twelve months after the first PA or order (S75, S76)."""

from __future__ import annotations

from datetime import date, datetime

from vip_domain.aggregates.customer.state import Customer
from vip_domain.events import AnniversaryDateCleared, AnniversaryDateSet, CustomerEvent
from vip_domain.rules import Anniversary
from vip_domain.values import PAStatus


def provisional_anniversary(customer: Customer, at: datetime) -> tuple[CustomerEvent, ...]:
    """What the PAs there are now make of an AD that is not fixed; nothing when it is the same."""
    if customer.anniversary_fixed:
        return ()
    first = _first_pa_on(customer)
    if first is None:
        return (AnniversaryDateCleared(at=at),)
    anniversary = Anniversary.twelve_months_after(first)
    if anniversary == customer.anniversary:
        return ()
    return (_set(anniversary, at, fixed=False),)


def fixed_anniversary(
    customer: Customer, placed_on: date, at: datetime
) -> tuple[Anniversary, tuple[CustomerEvent, ...]]:
    """The AD once the order placed on `placed_on` counts, and the fact that fixes it if news."""
    if customer.anniversary_fixed and customer.anniversary is not None:
        return customer.anniversary, ()
    first_pa = _first_pa_on(customer)
    first = placed_on if first_pa is None else min(first_pa, placed_on)
    anniversary = Anniversary.twelve_months_after(first)
    return anniversary, (_set(anniversary, at, fixed=True),)


def _first_pa_on(customer: Customer) -> date | None:
    counted = (pa for pa in customer.pas.values() if pa.status is not PAStatus.CANCELLED)
    return min((pa.placed_on for pa in counted), default=None)


def _set(anniversary: Anniversary, at: datetime, *, fixed: bool) -> AnniversaryDateSet:
    return AnniversaryDateSet(
        at=at,
        anniversary_date=anniversary.first,
        anchor_day=anniversary.anchor_day,
        fixed=fixed,
    )
