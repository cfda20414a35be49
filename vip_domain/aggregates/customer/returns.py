"""Rules of returns (section 4, S98)."""

from __future__ import annotations

from vip_domain import commands
from vip_domain.aggregates.customer.evolve import after
from vip_domain.aggregates.customer.state import Customer, Order, Return
from vip_domain.errors import (
    CommitMinimum,
    LicensesAssigned,
    NotReturnable,
    OrderUnknown,
    ReturnExists,
    ReturnNotRequested,
    ReturnUnknown,
)
from vip_domain.events import (
    CustomerEvent,
    CustomerLapsed,
    ReturnAuthorized,
    ReturnRefused,
    ReturnRequested,
)
from vip_domain.events.pool import NOTHING
from vip_domain.rules import ProgramRules, add_days, utc_date
from vip_domain.values import Line, Lines, OrderStatus, OrderType, ReturnStatus, as_lines, total

Facts = tuple[CustomerEvent, ...]


def request(command: commands.RequestReturn, customer: Customer, rules: ProgramRules) -> Facts:
    """An accepted NEW order, in time, not more than is left, not below a commitment."""
    if command.return_id in customer.returns:
        raise ReturnExists(command.return_id)
    if command.order_id not in customer.orders:
        raise OrderUnknown(command.order_id)
    _check_order(command, customer.orders[command.order_id], rules)
    lines = _left_lines(command, customer)
    _check_commitment(command, lines, customer)
    return (
        ReturnRequested(
            at=command.at,
            return_id=command.return_id,
            order_id=command.order_id,
            lines=lines,
            whole=command.lines is None,
            reason=command.reason,
        ),
    )


def _check_order(command: commands.RequestReturn, order: Order, rules: ProgramRules) -> None:
    last_day = add_days(order.placed_on, rules.return_window_days)
    if order.order_type is not OrderType.NEW:
        raise NotReturnable(command.order_id, "only a NEW order can be returned")
    if order.status is not OrderStatus.ACCEPTED:
        raise NotReturnable(command.order_id, "the vendor has not accepted it")
    if utc_date(command.at) > last_day:
        raise NotReturnable(command.order_id, f"it could be returned up to {last_day}")


def _left_lines(command: commands.RequestReturn, customer: Customer) -> Lines:
    left = customer.left_to_return(command.order_id)
    lines = as_lines(left) if command.lines is None else command.lines
    if not lines:
        raise NotReturnable(command.order_id, "nothing is left to return")
    for line in lines:
        if line.quantity > left.get(line.product, 0):
            available = max(left.get(line.product, 0), 0)
            raise NotReturnable(command.order_id, f"{available} of {line.product!r} are left")
    return lines


def _check_commitment(command: commands.RequestReturn, lines: Lines, customer: Customer) -> None:
    commit = customer.commit
    if commit is None or utc_date(command.at) > commit.ends_on:
        return
    open_returns = (
        each for each in customer.returns.values() if each.status is ReturnStatus.REQUESTED
    )
    going = total(lines) + sum(total(each.lines) for each in open_returns)
    if customer.fulfilled - going < commit.minimum:
        raise CommitMinimum(customer.fulfilled - going, commit.minimum, None)


def authorize(command: commands.AuthorizeReturn, customer: Customer) -> Facts:
    """Fulfilled and unassigned licences go; with the last of them the customer lapses."""
    requested = _requested(command.return_id, customer)
    for line in requested.lines:
        _check_free(line, customer)
    authorized = ReturnAuthorized(
        at=command.at,
        return_id=command.return_id,
        returned=requested.lines,
        unrenewed=_unrenewed_by(requested.lines, customer),
    )
    if after(customer, authorized).fulfilled:
        return (authorized,)
    return (authorized, CustomerLapsed(at=command.at))


def _check_free(line: Line, customer: Customer) -> None:
    licenses = customer.pool.get(line.product, NOTHING)
    free = min(licenses.fulfilled, licenses.available)
    if free < line.quantity:
        raise LicensesAssigned(line.product, line.quantity, free)


def _unrenewed_by(lines: Lines, customer: Customer) -> Lines:
    """If more is renewed than is left, the renewed count drops with it."""
    dropped = {
        line.product: line.quantity - customer.pool[line.product].unrenewed for line in lines
    }
    return as_lines(dropped)


def refuse(command: commands.RefuseReturn, customer: Customer) -> Facts:
    """The quantity can be asked for again."""
    _requested(command.return_id, customer)
    return (ReturnRefused(at=command.at, return_id=command.return_id),)


def _requested(return_id: str, customer: Customer) -> Return:
    if return_id not in customer.returns:
        raise ReturnUnknown(return_id)
    known = customer.returns[return_id]
    if known.status is not ReturnStatus.REQUESTED:
        raise ReturnNotRequested(return_id, known.status)
    return known
