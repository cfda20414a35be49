"""In which order a list comes, and what a search finds; ties always fall to the VIP ID."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from vip_domain.projections.customers.facts import CustomerFacts

LAST = date.max.isoformat()
"""Customers without the date come after all others."""


def name_key(name: str) -> str:
    """How names compare: without surrounding space and without regard to case."""
    return name.strip().casefold()


def _iso(day: date | None) -> str:
    return LAST if day is None else day.isoformat()


def _first_due(facts: CustomerFacts) -> date | None:
    return min(facts.pending_due_dates, default=None)


ORDERS: dict[str, Callable[[CustomerFacts], str]] = {
    "organization_name": lambda facts: name_key(facts.organization_name),
    "vip_id": lambda facts: facts.vip_id,
    "managed_by": lambda facts: name_key(facts.managed_by),
    "invited_on": lambda facts: facts.invited_on.isoformat(),
    "renews_on": lambda facts: _iso(facts.renews_on),
    "next_due_on": lambda facts: _iso(_first_due(facts)),
}
"""What can be asked for as `order_by`; every key is a text that sorts by code point."""


def matches(facts: CustomerFacts, search: str) -> bool:
    """Whether a name, or the VIP ID, begins with `search`, without regard to case."""
    wanted = name_key(search)
    keys = (facts.organization_name, facts.organization_name_ascii, facts.vip_id)
    return any(name_key(key).startswith(wanted) for key in keys)
