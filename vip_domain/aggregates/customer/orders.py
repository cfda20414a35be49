"""Rules of orders: what may be placed, and what follows when the vendor decides (section 4)."""

from __future__ import annotations

from datetime import date

from vip_domain import commands
from vip_domain.aggregates.customer import renewal
from vip_domain.aggregates.customer.anniversary import fixed_anniversary
from vip_domain.aggregates.customer.purchase_authorizations import pending_pa
from vip_domain.aggregates.customer.state import Customer, Order
from vip_domain.errors import OrderDoesNotCoverPA, OrderExists, OrderNotPlaced, OrderUnknown
from vip_domain.events import (
    CustomerEvent,
    OrderAccepted,
    OrderPlaced,
    OrderRejected,
    SelectLevelReached,
    TermStarted,
)
from vip_domain.rules import ProgramRules, utc_date
from vip_domain.values import OrderStatus, OrderType, as_lines, by_product, total

Facts = tuple[CustomerEvent, ...]


def place(command: commands.PlaceOrder, customer: Customer, rules: ProgramRules) -> Facts:
    """S24, S77, S99: a NEW order covers the PAs it names, a RENEWAL order fits the term."""
    if command.order_id in customer.orders:
        raise OrderExists(command.order_id)
    renews_on: date | None = None
    if command.order_type is OrderType.RENEWAL:
        renews_on = renewal.check_order(command, customer, rules).renews_on
    else:
        _check_covers_pas(command, customer)
    return (
        OrderPlaced(
            at=command.at,
            order_id=command.order_id,
            order_type=command.order_type,
            lines=command.lines,
            pa_ids=command.pa_ids,
            renews_on=renews_on,
        ),
    )


def _check_covers_pas(command: commands.PlaceOrder, customer: Customer) -> None:
    pas = [pending_pa(pa_id, customer) for pa_id in _known_first(command.pa_ids, customer)]
    ordered = by_product(command.lines)
    needed = by_product(line for pa in pas for line in pa.lines)
    for product, quantity in needed.items():
        if ordered.get(product, 0) < quantity:
            raise OrderDoesNotCoverPA(product, quantity, ordered.get(product, 0))


def _known_first(pa_ids: tuple[str, ...], customer: Customer) -> list[str]:
    """`PA_UNKNOWN` of any PA comes before `PA_NOT_PENDING` of another."""
    return sorted(pa_ids, key=lambda pa_id: pa_id in customer.pas)


def accept(command: commands.AcceptOrder, customer: Customer, rules: ProgramRules) -> Facts:
    """S75, S79, S86: licences, AD, term and level follow; a renewal may roll the term."""
    order = _placed_order(command.order_id, customer)
    if order.order_type is OrderType.RENEWAL:
        return renewal.accept_order(command, customer, rules)
    return _accept_new(command, order, customer, rules)


def _accept_new(
    command: commands.AcceptOrder, order: Order, customer: Customer, rules: ProgramRules
) -> Facts:
    pas = [customer.pas[pa_id] for pa_id in order.pa_ids if pa_id in customer.pas]
    retired = by_product(line for pa in pas for line in pa.pending_lines)
    accepted = OrderAccepted(
        at=command.at,
        order_id=command.order_id,
        fulfilled=order.lines,
        retired=as_lines(retired),
        renewed=(),
    )
    return (
        accepted,
        *_start_term(command, order, customer),
        *_reach_level(command, order, customer, rules),
    )


def _start_term(command: commands.AcceptOrder, order: Order, customer: Customer) -> Facts:
    if customer.term is not None:
        return ()
    anniversary, news = fixed_anniversary(customer, order.placed_on, command.at)
    accepted_on = utc_date(command.at)
    chosen = customer.invited.anniversary_date is not None
    started = TermStarted(
        at=command.at,
        renews_on=anniversary.after(accepted_on),
        extended=chosen and accepted_on < anniversary.first,
    )
    return (*news, started)


def _reach_level(
    command: commands.AcceptOrder, order: Order, customer: Customer, rules: ProgramRules
) -> Facts:
    level = rules.select_level(total(order.lines))
    if level <= customer.select_level:
        return ()
    return (SelectLevelReached(at=command.at, select_level=level),)


def reject(command: commands.RejectOrder, customer: Customer) -> Facts:
    """Its PAs are pending again, with their old dates."""
    _placed_order(command.order_id, customer)
    return (OrderRejected(at=command.at, order_id=command.order_id, reason=command.reason),)


def _placed_order(order_id: str, customer: Customer) -> Order:
    if order_id not in customer.orders:
        raise OrderUnknown(order_id)
    order = customer.orders[order_id]
    if order.status is not OrderStatus.PLACED:
        raise OrderNotPlaced(order_id, order.status)
    return order
