"""The filters of the customer page: each a value made of the conditions it consists of."""

from __future__ import annotations

from datetime import date

import attrs

from vip_domain.projections.customers.conditions import Condition, Sign, Value
from vip_domain.projections.customers.facts import CustomerFacts, PurchaseAuthorization
from vip_domain.rules import ProgramRules, add_days
from vip_domain.values import OrderStatus, PAStatus

OfCustomer = Condition[CustomerFacts]
OfPA = Condition[PurchaseAuthorization]


@attrs.frozen(kw_only=True)
class Filter:
    """
    A filter of the page (section 6), by its contract name.

    It lists a customer that meets all `conditions` and, where there are any, has one PA that
    meets all of `some_pa`. `cites`: what it comes from; `numbers`: the fields of the programme's
    rules that it counts with.
    """

    name: str
    cites: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    conditions: tuple[OfCustomer, ...] = ()
    some_pa: tuple[OfPA, ...] = ()

    def admits(self, facts: CustomerFacts, on: date, rules: ProgramRules) -> bool:
        """Whether it lists the customer at `on`."""
        # Loops, for `all` makes a generator: a list in memory asks this of every customer.
        for condition in self.conditions:
            if not condition.holds(facts, on, rules):
                return False
        return not self.some_pa or any(
            self.admits_pa(pa, on, rules) for pa in facts.purchase_authorizations.values()
        )

    def admits_pa(self, pa: PurchaseAuthorization, on: date, rules: ProgramRules) -> bool:
        """Whether it lists a customer for the sake of this PA."""
        return all(condition.holds(pa, on, rules) for condition in self.some_pa)

    def turns(self, facts: CustomerFacts, on: date, rules: ProgramRules) -> list[date]:
        """The days after `on` at which the answer turns if nothing happens; the first one first."""
        listed, turns = self.admits(facts, on, rules), []
        for day in sorted(day for day in self._edges(facts, rules) if day > on):
            if self.admits(facts, day, rules) is not listed:
                listed = not listed
                turns.append(day)
        return turns

    def _edges(self, facts: CustomerFacts, rules: ProgramRules) -> set[date]:
        of_customer = [condition.edges(facts, rules) for condition in self.conditions]
        of_pas = [
            condition.edges(pa, rules)
            for pa in facts.purchase_authorizations.values()
            for condition in self.some_pa
        ]
        return {day for edges in (*of_customer, *of_pas) for day in edges}


# What is known of a customer.


def _pending_pas(facts: CustomerFacts, _: ProgramRules) -> int:
    pas = facts.purchase_authorizations.values()
    return sum([pa.status is PAStatus.PENDING for pa in pas])


def _orders(facts: CustomerFacts, status: OrderStatus) -> int:
    return sum([order.status is status for order in facts.orders.values()])


def _window_opens(facts: CustomerFacts, rules: ProgramRules) -> Value:
    return _before_renewal(facts, rules.renewal_opens_days)


def _window_closes(facts: CustomerFacts, rules: ProgramRules) -> Value:
    return _before_renewal(facts, -rules.renewal_closes_days)


def _soon_begins(facts: CustomerFacts, rules: ProgramRules) -> Value:
    return _before_renewal(facts, rules.upcoming_opens_days)


def _before_renewal(facts: CustomerFacts, days: int) -> Value:
    return None if facts.renews_on is None else add_days(facts.renews_on, -days)


def _none(_: object) -> int:
    return 0


SERVED = OfCustomer(name="served", known=lambda facts, _: facts.reseller_id, sign=Sign.EXISTS)
NO_PENDING_PA = OfCustomer(name="no_pending_pa", known=_pending_pas, sign=Sign.IS, limit=_none)
NO_WAITING_ORDER = OfCustomer(
    name="no_waiting_order",
    known=lambda facts, _: _orders(facts, OrderStatus.PLACED),
    sign=Sign.IS,
    limit=_none,
)
NO_ACCEPTED_ORDER = OfCustomer(
    name="no_accepted_order",
    known=lambda facts, _: _orders(facts, OrderStatus.ACCEPTED),
    sign=Sign.IS,
    limit=_none,
)
HAS_TERM = OfCustomer(name="has_term", known=lambda facts, _: facts.renews_on, sign=Sign.EXISTS)
IS_SOON = OfCustomer(name="is_soon", known=_soon_begins, sign=Sign.UP_TO)
WINDOW_AHEAD = OfCustomer(name="window_ahead", known=_window_opens, sign=Sign.AFTER)
WINDOW_OPENED = OfCustomer(name="window_opened", known=_window_opens, sign=Sign.UP_TO)
WINDOW_NOT_OVER = OfCustomer(name="window_not_over", known=_window_closes, sign=Sign.FROM)
HAS_LICENSES = OfCustomer(
    name="has_licenses", known=lambda facts, _: facts.fulfilled, sign=Sign.AFTER, limit=_none
)
NOTHING_RENEWED = OfCustomer(
    name="nothing_renewed", known=lambda facts, _: facts.renewed, sign=Sign.IS, limit=_none
)
NOT_ALL_RENEWED = OfCustomer(
    name="not_all_renewed",
    known=lambda facts, _: facts.fulfilled,
    sign=Sign.AFTER,
    limit=lambda facts: facts.renewed,
)

HAS_PA = OfCustomer(
    name="has_pa",
    known=lambda facts, _: len(facts.purchase_authorizations),
    sign=Sign.AFTER,
    limit=_none,
)
"""What a filter of some PA asks without asking: no PA of none meets anything."""

# What is known of a PA.

IS_PENDING = OfPA(
    name="pa_is_pending",
    known=lambda pa, _: pa.status,
    sign=Sign.IS,
    limit=lambda _: PAStatus.PENDING,
)
NOT_OVERDUE = OfPA(name="pa_not_overdue", known=lambda pa, _: pa.due_on, sign=Sign.FROM)
OVERDUE = OfPA(name="pa_overdue", known=lambda pa, _: pa.due_on, sign=Sign.BEFORE)

ALL = (
    Filter(name="all_customers", cites=("S19",), conditions=(SERVED,)),
    Filter(
        name="no_products",
        cites=("S10", "D"),
        conditions=(NO_PENDING_PA, NO_WAITING_ORDER, NO_ACCEPTED_ORDER),
    ),
    Filter(
        name="pending_requests",
        cites=("S12", "D"),
        some_pa=(IS_PENDING, NOT_OVERDUE),
    ),
    Filter(
        name="overdue_requests",
        cites=("S13", "S14", "D"),
        some_pa=(IS_PENDING, OVERDUE),
    ),
    Filter(
        name="upcoming_renewals",
        cites=("S15", "D"),
        numbers=("upcoming_opens_days", "renewal_opens_days"),
        conditions=(HAS_TERM, IS_SOON, WINDOW_AHEAD, HAS_LICENSES, NOTHING_RENEWED),
    ),
    Filter(
        name="ready_for_renewal",
        cites=("S17", "D"),
        numbers=("renewal_opens_days", "renewal_closes_days"),
        conditions=(HAS_TERM, WINDOW_OPENED, WINDOW_NOT_OVER, NOT_ALL_RENEWED),
    ),
)

FILTERS: dict[str, Filter] = {each.name: each for each in ALL}
