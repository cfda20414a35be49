"""The customer list as a view: its columns, which services may join with, and its indexes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from operator import attrgetter
from typing import Any, cast

from vip_domain.events import pool as pools
from vip_domain.projections.customers.facts import CustomerFacts
from vip_domain.projections.customers.fold import project, project_facts
from vip_domain.projections.customers.order import LAST, name_key
from vip_domain.projections.customers.row import STORED
from vip_domain.projections.projection import Cell, Projection

_NUMBERS = {"select_level", "commit_minimum"}

SCHEMA: Mapping[str, type[str] | type[int]] = {
    **{name: int if name in _NUMBERS else str for name in STORED if name != "vip_id"},
    "licenses_fulfilled": int,
    "licenses_pending": int,
    "licenses_assigned": int,
    "licenses_renewed": int,
    "has_orders": int,
    "due_dates": str,
    "first_due_on": str,
    "last_due_on": str,
    "name_key": str,
    "ascii_key": str,
    "manager_key": str,
    "renewal_key": str,
    "due_key": str,
    "last_due_key": str,
    "version": int,
}
"""
`has_orders` is 0 or 1; `due_dates` are those of the pending PAs, with a space between; keys are
what lists are in the order of, never null.
"""

_FIELDS = tuple(name for name in STORED if name != "vip_id")
_values = attrgetter(*_FIELDS)


def columns(facts: CustomerFacts) -> tuple[Cell, ...]:
    """The cells of `SCHEMA`."""
    due_dates = [day.isoformat() for day in facts.pending_due_dates]
    totals = pools.totals(facts.pool)
    return (
        *map(_cell, _values(facts)),
        totals.fulfilled,
        totals.pending,
        totals.assigned,
        totals.renewed,
        int(facts.has_orders),
        " ".join(due_dates),
        due_dates[0] if due_dates else None,
        due_dates[-1] if due_dates else None,
        name_key(facts.organization_name),
        name_key(facts.organization_name_ascii),
        name_key(facts.managed_by),
        LAST if facts.renews_on is None else facts.renews_on.isoformat(),
        due_dates[0] if due_dates else LAST,
        due_dates[-1] if due_dates else "",
        facts.version,
    )


def _cell(value: Any) -> Cell:
    kind = type(value)
    if kind is str or value is None or kind is int:
        return cast("Cell", value)
    # A word is stored as its plain text: drivers look at the exact type.
    return value.isoformat() if kind is date else str(value)


FILTERED = (
    "managed_by",
    "has_orders",
    "first_due_on",
    "last_due_on",
    "renews_on",
    "licenses_fulfilled",
    "licenses_renewed",
)

CUSTOMERS = Projection(
    name="customers",
    version=2,
    row=CustomerFacts,
    project=project,
    project_facts=project_facts,
    columns=columns,
    schema=SCHEMA,
    indexes=(
        # Every list in its usual order, with all that filters look at: rows are fetched only
        # for the customers a page shows.
        ("reseller_id", "name_key", "vip_id", *FILTERED),
        ("reseller_id", "managed_by", "name_key", "vip_id", *FILTERED[1:]),
        # Other orders, and how many there are in a filter.
        ("reseller_id", "renewal_key", "vip_id", *FILTERED),
        ("reseller_id", "due_key", "vip_id", *FILTERED),
        ("reseller_id", "last_due_key"),
        ("reseller_id", "ascii_key"),
    ),
)
