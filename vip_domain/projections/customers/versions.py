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

MOST_MONTHS = 24
"""Rules may make windows wider; then all that stood is looked through."""

OTHERS, NO_PRODUCTS, WITH_PAS = 0, 1, 2
"""Buckets before those of the months."""


def bucket(facts: CustomerFacts) -> int:
    """
    A number that customers of few filters share, so that a filter few are in is quickly found.

    Those with a pending PA; those without products; else the month in which something renews.
    """
    if facts.pending_due_dates:
        return WITH_PAS
    if not facts.has_orders:
        return NO_PRODUCTS
    if facts.renews_on is None or facts.fulfilled <= facts.renewed:
        return OTHERS
    return month(facts.renews_on)


def month(day: date) -> int:
    """The bucket of a month, counted from the beginning of the calendar."""
    return day.year * 12 + day.month


def buckets(name: str, on: date, rules: ProgramRules) -> list[int] | None:
    """Where all that a filter may list are; null when they may be in any."""
    match name:
        case "no_products":
            return [NO_PRODUCTS]
        case "pending_requests" | "overdue_requests":
            return [WITH_PAS]
        case "upcoming_renewals":
            return _renewing(on, rules.renewal_opens_days, rules.upcoming_opens_days)
        case "ready_for_renewal":
            return _renewing(on, -rules.renewal_closes_days, rules.renewal_opens_days)
        case _:
            return None


def _renewing(on: date, first: int, last: int) -> list[int] | None:
    months = range(month(add_days(on, first)), month(add_days(on, last)) + 1)
    return [WITH_PAS, *months] if len(months) <= MOST_MONTHS else None


def columns(facts: CustomerFacts) -> tuple[Cell, ...]:
    """The bucket, and the cells of `SHOWN`."""
    return (bucket(facts), *_shown(CUSTOMERS.columns(facts)))


CUSTOMER_VERSIONS = Versions(
    name="customer_versions",
    version=CUSTOMERS.version,
    row=CustomerFacts,
    project=CUSTOMERS.project,
    columns=columns,
    schema={**TIMES, "bucket": int, **{name: CUSTOMERS.schema[name] for name in SHOWN}},
    indexes=(
        # A page that soon is full walks its order, and passes over other versions of each.
        ("reseller_id", "name_key", "vip_id", FROM, TO, *FILTERED),
        # All of a filter that stood as of a position, and few others.
        ("reseller_id", "bucket", NODE, FROM, TO, "name_key", "vip_id", *FILTERED),
        ("reseller_id", "ascii_key", "vip_id"),
    ),
)
