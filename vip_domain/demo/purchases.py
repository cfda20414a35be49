"""What a demo customer buys: PAs, orders, returns, and licences in use."""

from __future__ import annotations

from collections.abc import Iterator

from vip_domain.commands import (
    AcceptOrder,
    AssignLicenses,
    AuthorizeReturn,
    CancelPA,
    Command,
    DeactivateLicenses,
    PlaceOrder,
    PlacePA,
    RefuseReturn,
    RejectOrder,
    RequestReturn,
    UnassignLicenses,
)
from vip_domain.demo.customer import Customer
from vip_domain.values import Lines, OrderType, ReturnReason

REJECTIONS = ("Purchase order number missing", "Credit limit reached", "Price list outdated")
REASONS = (ReturnReason.WRONG_QUANTITY, ReturnReason.WRONG_PRODUCT, ReturnReason.DUPLICATE_ORDER)


def requests(c: Customer) -> Iterator[Command]:
    """A PA gives access today (S11)."""
    pa_id, lines = c.number("PA"), c.wanted()
    po_number = f"PO {c.world.chance.between(10_000, 99_999)}" if c.happens(0.4) else None
    c.requested(pa_id, lines)
    yield PlacePA(vip_id=c.vip_id, at=c.at, pa_id=pa_id, lines=lines, po_number=po_number)


def cancels(c: Customer) -> Iterator[Command]:
    """The PA was not needed after all (S94)."""
    yield CancelPA(vip_id=c.vip_id, at=c.at, pa_id=c.cancelled())


def loses_access(c: Customer) -> Iterator[Command]:
    """Nobody ordered in time (S13)."""
    pa_id = next(iter(c.requests))
    yield DeactivateLicenses(vip_id=c.vip_id, at=c.at, pa_id=pa_id)


def orders(c: Customer, waits: tuple[int, int] = (1, 4)) -> Iterator[Command]:
    """An order pays for all PAs there are, and the vendor accepts it."""
    order_id, ordered_on, lines = c.number("O"), c.day, c.wanted()
    yield _order(c, order_id, lines)
    c.wait(*waits)
    c.received(order_id, lines, ordered_on)
    yield AcceptOrder(vip_id=c.vip_id, at=c.at, order_id=order_id)


def is_rejected(c: Customer) -> Iterator[Command]:
    """The vendor does not take the order as it is."""
    order_id = c.number("O")
    yield _order(c, order_id, c.wanted())
    c.wait(1, 4)
    reason = c.world.chance.one_of(REJECTIONS)
    yield RejectOrder(vip_id=c.vip_id, at=c.at, order_id=order_id, reason=reason)


def _order(c: Customer, order_id: str, lines: Lines) -> Command:
    return PlaceOrder(
        vip_id=c.vip_id,
        at=c.at,
        order_id=order_id,
        order_type=OrderType.NEW,
        lines=lines,
        pa_ids=tuple(c.requests),
    )


def buys(c: Customer) -> Iterator[Command]:
    """Orders straight away, or asks for access first and pays within the days there are."""
    if c.happens(0.4):
        yield from requests(c)
        c.wait(2, max(2, c.world.rules.pa_due_days))
    yield from orders(c)


def uses(c: Customer) -> Iterator[Command]:
    """People get licences, sooner or later."""
    free = c.available()
    if c.accepted and free:
        line = c.world.chance.one_of(free)
        number = c.world.chance.between(1, line.quantity)
        c.assigned[line.product] = c.assigned.get(line.product, 0) + number
        yield AssignLicenses(vip_id=c.vip_id, at=c.at, product=line.product, quantity=number)


def frees(c: Customer) -> Iterator[Command]:
    """Somebody left who used one."""
    product = next((each for each, number in c.assigned.items() if number), None)
    if product:
        c.assigned[product] -= 1
        yield UnassignLicenses(vip_id=c.vip_id, at=c.at, product=product, quantity=1)


def returns(c: Customer, *, whole: bool) -> Iterator[Command]:
    """Of the order just accepted all, or one line, goes back before anybody uses it (S98)."""
    order_id, lines = c.last_order
    back = lines if whole else (lines[0],)
    return_id = c.number("RET")
    yield RequestReturn(
        vip_id=c.vip_id,
        at=c.at,
        return_id=return_id,
        order_id=order_id,
        lines=None if whole else back,
        reason=c.world.chance.one_of(REASONS),
    )
    c.wait(2, 12)
    if c.happens(0.25):
        yield RefuseReturn(vip_id=c.vip_id, at=c.at, return_id=return_id)
    else:
        c.returned(back)
        yield AuthorizeReturn(vip_id=c.vip_id, at=c.at, return_id=return_id)
