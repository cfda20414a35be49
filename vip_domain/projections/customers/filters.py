"""The filters of the customer page: each a value that says which customers it admits at a date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import attrs

from vip_domain.projections.customers.facts import CustomerFacts
from vip_domain.rules import ProgramRules, add_days

Admits = Callable[[CustomerFacts, date, ProgramRules], bool]


@attrs.frozen(kw_only=True)
class Filter:
    """A filter of the page (section 6), by its contract name."""

    name: str
    admits: Admits


def _all_customers(facts: CustomerFacts, on: date, rules: ProgramRules) -> bool:
    """S19: every customer the reseller manages."""
    del facts, on, rules
    return True


def _no_products(facts: CustomerFacts, on: date, rules: ProgramRules) -> bool:
    """S10: no pending PA, nothing waiting for the vendor, never an accepted order."""
    del on, rules
    return not facts.has_orders and not facts.pending_due_dates


def _pending_requests(facts: CustomerFacts, on: date, rules: ProgramRules) -> bool:
    """S12: some pending PA is not overdue."""
    del rules
    return any(on <= due_on for due_on in facts.pending_due_dates)


def _overdue_requests(facts: CustomerFacts, on: date, rules: ProgramRules) -> bool:
    """S13, S14: some pending PA is overdue, deactivated or not."""
    del rules
    return any(on > due_on for due_on in facts.pending_due_dates)


def _upcoming_renewals(facts: CustomerFacts, on: date, rules: ProgramRules) -> bool:
    """S15: the renewal comes soon, its window is not open, and nothing was renewed yet."""
    if facts.renews_on is None:
        return False
    opens = add_days(facts.renews_on, -rules.renewal_opens_days)
    soon = add_days(facts.renews_on, -rules.upcoming_opens_days)
    return soon <= on < opens and facts.fulfilled > 0 and facts.renewed == 0


def _ready_for_renewal(facts: CustomerFacts, on: date, rules: ProgramRules) -> bool:
    """S17: the window is open, both days included, and something is not renewed."""
    if facts.renews_on is None:
        return False
    opens = add_days(facts.renews_on, -rules.renewal_opens_days)
    closes = add_days(facts.renews_on, rules.renewal_closes_days)
    return opens <= on <= closes and facts.fulfilled > facts.renewed


FILTERS: dict[str, Filter] = {
    name: Filter(name=name, admits=admits)
    for name, admits in (
        ("all_customers", _all_customers),
        ("no_products", _no_products),
        ("pending_requests", _pending_requests),
        ("overdue_requests", _overdue_requests),
        ("upcoming_renewals", _upcoming_renewals),
        ("ready_for_renewal", _ready_for_renewal),
    )
}
