"""The customer list as a view: its columns, which services may join with, and its indexes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

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


def columns(facts: CustomerFacts) -> tuple[Cell, ...]:
    """The cells of `SCHEMA`, spelled out: a rebuild asks for those of every customer."""
    due_dates = [day.isoformat() for day in facts.pending_due_dates]
    first_due, last_due = (due_dates[0], due_dates[-1]) if due_dates else (None, None)
    renews_on, term_type = _iso(facts.renews_on), facts.term_type
    totals = pools.totals(facts.pool)
    return (
        facts.reseller_id,
        facts.managed_by,
        facts.organization_name,
        facts.organization_name_ascii,
        # A word is stored as its plain text: drivers look at the exact type.
        str(facts.market_segment),
        str(facts.offer_type),
        facts.owner_name,
        facts.owner_email,
        facts.country,
        facts.region,
        facts.address,
        facts.city,
        facts.postal_code,
        facts.invited_on.isoformat(),
        _iso(facts.accepted_on),
        _iso(facts.anniversary_date),
        renews_on,
        None if term_type is None else str(term_type),
        facts.select_level,
        facts.commit_minimum,
        _iso(facts.commit_ends_on),
        totals.fulfilled,
        totals.pending,
        totals.assigned,
        totals.renewed,
        int(facts.has_orders),
        " ".join(due_dates),
        first_due,
        last_due,
        name_key(facts.organization_name),
        name_key(facts.organization_name_ascii),
        name_key(facts.managed_by),
        renews_on or LAST,
        first_due or LAST,
        last_due or "",
        facts.version,
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


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
