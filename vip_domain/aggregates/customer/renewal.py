"""Rules of renewal orders and of the term that rolls when nothing is left to renew (section 5)."""

from __future__ import annotations

from datetime import datetime

from vip_domain import commands
from vip_domain.aggregates.customer.evolve import after
from vip_domain.aggregates.customer.state import Customer, Order, Term
from vip_domain.errors import CommitMinimum, NotRenewable
from vip_domain.events import CustomerEvent, OrderAccepted, SelectLevelReviewed, TermRolled
from vip_domain.events.pool import NOTHING, totals, unrenewed
from vip_domain.rules import ProgramRules, add_days, utc_date
from vip_domain.values import Line, Lines, as_lines, by_product, total

Facts = tuple[CustomerEvent, ...]


def check_order(command: commands.PlaceOrder, customer: Customer, rules: ProgramRules) -> Term:
    """The term the order renews; refuses one that is not now, too much, or below a commitment."""
    term = _open_term(command, customer, rules)
    waiting = _waiting(customer)
    for line in command.lines:
        left = _unrenewed(customer, line.product) - waiting.get(line.product, 0)
        if line.quantity > left:
            raise NotRenewable(f"{line.product!r} has {max(left, 0)} left to renew")
    _check_commitment(command, customer, term, sum(waiting.values()))
    return term


def _open_term(command: commands.PlaceOrder, customer: Customer, rules: ProgramRules) -> Term:
    term = customer.term
    if term is None:
        raise NotRenewable("there is no term to renew")
    opens = add_days(term.renews_on, -rules.renewal_opens_days)
    closes = add_days(term.renews_on, rules.renewal_closes_days)
    if not opens <= utc_date(command.at) <= closes:
        raise NotRenewable(f"renewal is open from {opens} to {closes}")
    return term


def _waiting(customer: Customer) -> dict[str, int]:
    waiting = (order for order in customer.orders.values() if order.is_waiting_renewal)
    return by_product(line for order in waiting for line in order.lines)


def _unrenewed(customer: Customer, product: str) -> int:
    return customer.pool.get(product, NOTHING).unrenewed


def _check_commitment(
    command: commands.PlaceOrder, customer: Customer, term: Term, waiting: int
) -> None:
    commit = customer.commit
    if commit is None or term.renews_on > commit.ends_on:
        return
    together = totals(customer.pool).renewed + waiting + total(command.lines)
    if together < commit.minimum:
        raise CommitMinimum(together, commit.minimum, None)


def accept_order(command: commands.AcceptOrder, customer: Customer, rules: ProgramRules) -> Facts:
    """What is still there counts as renewed; when nothing is left unrenewed the term rolls."""
    order = customer.orders[command.order_id]
    accepted = OrderAccepted(
        at=command.at,
        order_id=command.order_id,
        fulfilled=(),
        retired=(),
        renewed=_still_renewable(order, customer),
    )
    renewing = after(customer, accepted)
    if not _is_of_current_term(order, customer) or unrenewed(renewing.pool):
        return (accepted,)
    return (accepted, *roll(renewing, command.at, rules))


def _still_renewable(order: Order, customer: Customer) -> Lines:
    # An order of a term that ended meanwhile (a return lapsed it, or rolled it with another
    # order) finds nothing left to renew: it was for that term, not for the next.
    if not _is_of_current_term(order, customer):
        return ()
    return tuple(
        Line(line.product, min(line.quantity, left))
        for line in order.lines
        if (left := _unrenewed(customer, line.product)) > 0
    )


def _is_of_current_term(order: Order, customer: Customer) -> bool:
    return customer.term is not None and order.renews_on == customer.term.renews_on


def roll(customer: Customer, at: datetime, rules: ProgramRules) -> Facts:
    """The next term, of twelve months; the closing one is reviewed if it was not yet (S86)."""
    term, anniversary = customer.term, customer.anniversary
    if term is None or anniversary is None:
        return ()
    into = {product: each.renewed for product, each in customer.pool.items()}
    rolled = TermRolled(at=at, renews_on=anniversary.after(term.renews_on), renewed=as_lines(into))
    reviewed = () if term.reviewed else (review(customer, term, at, rules),)
    return (*reviewed, rolled)


def review(
    customer: Customer, term: Term, at: datetime, rules: ProgramRules
) -> SelectLevelReviewed:
    """The level that all licences of the term come to, up or down (S86)."""
    bought = customer.bought_in_term(term)
    return SelectLevelReviewed(at=at, select_level=rules.select_level(bought), licenses=bought)
