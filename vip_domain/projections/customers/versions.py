"""Every version of a customer's row there was: what lists said as of any position of the log."""

from __future__ import annotations

from datetime import date
from operator import itemgetter

from vip_domain.projections.customers.columns import CUSTOMERS, FILTERED
from vip_domain.projections.customers.facts import CustomerFacts
from vip_domain.projections.projection import Cell
from vip_domain.projections.versions import FROM, NODE, TIMES, TO, Versions
from vip_domain.rules import ProgramRules, add_days

DERIVED = ("renewal_key", "due_key", "last_due_key", "version")
"""What other columns tell, and what changes with each event."""

SHOWN = tuple(name for name in CUSTOMERS.schema if name not in DERIVED)

_shown = itemgetter(*(list(CUSTOMERS.schema).index(name) for name in SHOWN))

MOST_MONTHS = 4
"""Rules may make windows wider; then all that stood is looked through, and sorted."""

OTHERS = 0
"""The bucket before those of the months."""

WITH_PAS, NO_PRODUCTS = 1, 2
"""What is known of a customer's purchases, where a filter asks for it; else null."""


def bucket(facts: CustomerFacts) -> int:
    """
    A number that customers of few filters share, so that a filter few are in is quickly found.

    The month in which something renews; else all others.
    """
    if facts.renews_on is not None and facts.fulfilled > facts.renewed:
        return month(facts.renews_on)
    return OTHERS


def purchases(facts: CustomerFacts) -> int | None:
    """Whether there are pending PAs, or neither these nor orders."""
    if facts.pending_due_dates:
        return WITH_PAS
    return None if facts.has_orders else NO_PRODUCTS


def month(day: date) -> int:
    """The bucket of a month, counted from the beginning of the calendar."""
    return day.year * 12 + day.month


Place = tuple[str, list[int]]
"""A column, and the values that all have in it whom a filter may list."""


def place(name: str, on: date, rules: ProgramRules) -> Place | None:
    """Where all that a filter may list are; null when they may be anywhere."""
    match name:
        case "no_products":
            return "purchases", [NO_PRODUCTS]
        case "pending_requests" | "overdue_requests":
            return "purchases", [WITH_PAS]
        case "upcoming_renewals":
            return _renewing(on, rules.renewal_opens_days, rules.upcoming_opens_days)
        case "ready_for_renewal":
            return _renewing(on, -rules.renewal_closes_days, rules.renewal_opens_days)
        case _:
            return None


def _renewing(on: date, first: int, last: int) -> Place | None:
    months = range(month(add_days(on, first)), month(add_days(on, last)) + 1)
    return ("bucket", [*months]) if len(months) <= MOST_MONTHS else None


def columns(facts: CustomerFacts) -> tuple[Cell, ...]:
    """The bucket, what was purchased, and the cells of `SHOWN`."""
    return (bucket(facts), purchases(facts), *_shown(CUSTOMERS.columns(facts)))


IN_ORDER = (NODE, "name_key", "vip_id", FROM, TO, *FILTERED)
"""Each node's versions in the order of names: pages merge those of a few nodes."""

SHAPE = 2
"""Raised when versions are kept another way; the rows they are of count for ten."""

CUSTOMER_VERSIONS = Versions(
    name="customer_versions",
    version=10 * CUSTOMERS.version + SHAPE,
    row=CustomerFacts,
    project=CUSTOMERS.project,
    columns=columns,
    schema={
        **TIMES,
        "bucket": int,
        "purchases": int,
        **{name: CUSTOMERS.schema[name] for name in SHOWN},
    },
    indexes=(
        # A page that soon is full walks its order, and passes over other versions of each.
        ("reseller_id", "name_key", "vip_id", FROM, TO, *FILTERED),
        # All of a filter that stood as of a position, and few others.
        ("reseller_id", "bucket", *IN_ORDER),
        ("reseller_id", "purchases", *IN_ORDER),
        ("reseller_id", "ascii_key", "vip_id"),
    ),
)
