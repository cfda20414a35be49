"""Why purchase authorizations, orders, returns and assignments are refused."""

from __future__ import annotations

from datetime import date

from vip_domain.errors.refused import CommandRefused, refusal
from vip_domain.values import OrderStatus, PAStatus, ReturnStatus


@refusal
class PAOverdue(CommandRefused):
    """No further PA while one is overdue."""

    code = "PA_OVERDUE"
    _text = "PA {pa_id!r} is overdue since its due date {due_on}"
    pa_id: str
    due_on: date


@refusal
class PAExists(CommandRefused):
    """The PA's id is taken with other content."""

    code = "PA_EXISTS"
    _text = "PA {pa_id!r} exists with other content"
    pa_id: str


@refusal
class PAUnknown(CommandRefused):
    """The customer has no such PA."""

    code = "PA_UNKNOWN"
    _text = "there is no PA {pa_id!r}"
    pa_id: str


@refusal
class PANotPending(CommandRefused):
    """S94, S98: an order named the PA, or it was cancelled."""

    code = "PA_NOT_PENDING"
    _text = "PA {pa_id!r} is {status}"
    pa_id: str
    status: PAStatus


@refusal
class PANotDue(CommandRefused):
    """S13: licences are deactivated after the date, not before."""

    code = "PA_NOT_DUE"
    _text = "PA {pa_id!r} is deactivated after {deactivate_after}, not before"
    pa_id: str
    deactivate_after: date


@refusal
class LicensesAssigned(CommandRefused):
    """S95, S98: what is to go must be unassigned."""

    code = "LICENSES_ASSIGNED"
    _text = "{needed} unassigned licences of {product!r} are needed, {free} are there"
    product: str
    needed: int
    free: int


@refusal
class LicensesUnavailable(CommandRefused):
    """More than is available to assign, or than is assigned."""

    code = "LICENSES_UNAVAILABLE"
    _text = "{needed} licences of {product!r} are needed, {free} are there"
    product: str
    needed: int
    free: int


@refusal
class OrderExists(CommandRefused):
    """The order's id is taken with other content."""

    code = "ORDER_EXISTS"
    _text = "order {order_id!r} exists with other content"
    order_id: str


@refusal
class OrderUnknown(CommandRefused):
    """The customer has no such order."""

    code = "ORDER_UNKNOWN"
    _text = "there is no order {order_id!r}"
    order_id: str


@refusal
class OrderNotPlaced(CommandRefused):
    """The vendor decided otherwise already."""

    code = "ORDER_NOT_PLACED"
    _text = "order {order_id!r} is {status}"
    order_id: str
    status: OrderStatus


@refusal
class OrderDoesNotCoverPA(CommandRefused):
    """An order covers the PAs it names, product by product."""

    code = "ORDER_DOES_NOT_COVER_PA"
    _text = "the order has {ordered} of {product!r}, its PAs have {needed}"
    product: str
    needed: int
    ordered: int


@refusal
class ReturnExists(CommandRefused):
    """The return's id is taken with other content."""

    code = "RETURN_EXISTS"
    _text = "return {return_id!r} exists with other content"
    return_id: str


@refusal
class ReturnUnknown(CommandRefused):
    """The customer has no such return."""

    code = "RETURN_UNKNOWN"
    _text = "there is no return {return_id!r}"
    return_id: str


@refusal
class ReturnNotRequested(CommandRefused):
    """The vendor decided otherwise already."""

    code = "RETURN_NOT_REQUESTED"
    _text = "return {return_id!r} is {status}"
    return_id: str
    status: ReturnStatus


@refusal
class NotReturnable(CommandRefused):
    """S98: order not accepted or not NEW, too late, or more than is left; `reason` says which."""

    code = "NOT_RETURNABLE"
    _text = "order {order_id!r}: {reason}"
    order_id: str
    reason: str
