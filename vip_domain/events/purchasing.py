"""What was promised, bought and given back; each fact states the licences it moved."""

from __future__ import annotations

from datetime import date

from vip_domain.events.fact import Fact
from vip_domain.values import Lines, OrderType, ReturnReason


class PAPlaced(Fact, frozen=True, kw_only=True):
    """Licences were given at once, to be paid by `due_on`; they may go after `deactivate_after`."""

    pa_id: str
    lines: Lines
    po_number: str | None
    due_on: date
    deactivate_after: date


class PACancelled(Fact, frozen=True, kw_only=True):
    """The PA is void and its pending licences, if it still had any, are `withdrawn` (S97)."""

    pa_id: str
    withdrawn: Lines


class LicensesDeactivated(Fact, frozen=True, kw_only=True):
    """Nobody ordered in time: pending licences are `withdrawn`, what does not fit, `unassigned`."""

    pa_id: str
    withdrawn: Lines
    unassigned: Lines


class OrderPlaced(Fact, frozen=True, kw_only=True):
    """The vendor has the order; `renews_on` is the AD a RENEWAL order renews for."""

    order_id: str
    order_type: OrderType
    lines: Lines
    pa_ids: tuple[str, ...]
    renews_on: date | None


class OrderAccepted(Fact, frozen=True, kw_only=True):
    """The order counts: licences `fulfilled`, pending ones of its PAs `retired`, or `renewed`."""

    order_id: str
    fulfilled: Lines
    retired: Lines
    renewed: Lines


class OrderRejected(Fact, frozen=True, kw_only=True):
    """The vendor did not take the order; its PAs are pending again."""

    order_id: str
    reason: str


class ReturnRequested(Fact, frozen=True, kw_only=True):
    """`lines` of an order are to go back; `whole`: all that was left, without naming lines."""

    return_id: str
    order_id: str
    lines: Lines
    whole: bool
    reason: ReturnReason


class ReturnAuthorized(Fact, frozen=True, kw_only=True):
    """The vendor took `returned` back; `unrenewed` of them had been renewed already (S98)."""

    return_id: str
    returned: Lines
    unrenewed: Lines


class ReturnRefused(Fact, frozen=True, kw_only=True):
    """The vendor did not take the licences back; they can be asked for again."""

    return_id: str
