"""What each fact changes of what is known of a customer, by the names of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, assert_never

from msgspec.structs import replace

from vip_domain import events
from vip_domain.aggregates.customer.state import (
    PA,
    CodeStatus,
    Commit,
    Customer,
    Order,
    Owner,
    Return,
    SentCode,
    Term,
)
from vip_domain.events import CustomerChange, CustomerEvent
from vip_domain.events.pool import pool_after
from vip_domain.events.sealed import ERASED
from vip_domain.rules import Anniversary, utc_date
from vip_domain.values import (
    OrderStatus,
    OrderType,
    PAStatus,
    ReturnStatus,
    email_key,
    total,
)

Change = Callable[[Customer, Any], dict[str, Any]]
_CHANGES: dict[type[Any], Change] = {}
"""The change of each class met so far: `_change` tries class after class."""


def changes(customer: Customer, event: CustomerChange) -> dict[str, Any]:
    """The fields that are other ones once `event` happened."""
    change = _CHANGES.get(type(event)) or _remembered(event)
    return change(customer, event)


def _remembered(event: CustomerChange) -> Change:
    change = _CHANGES[type(event)] = _change(event)
    return change


def _change(event: CustomerChange) -> Change:
    match event:
        case events.InvitationResent():
            return _invitation_resent
        case events.Accepted() | events.AgreementOwnerChanged():
            return _owner_known
        case events.AdministratorAdded():
            return _administrator_added
        case events.AdministratorRemoved():
            return _administrator_removed
        case events.ManagerAssigned():
            return _manager_assigned
        case events.PAPlaced():
            return _pa_placed
        case events.PACancelled():
            return _pa_cancelled
        case events.LicensesDeactivated():
            return _licenses_deactivated
        case events.OrderPlaced():
            return _order_placed
        case events.OrderAccepted():
            return _order_accepted
        case events.OrderRejected():
            return _order_rejected
        case events.ReturnRequested():
            return _return_requested
        case events.ReturnAuthorized():
            return _return_authorized
        case events.ReturnRefused():
            return _return_refused
        case events.LicensesAssigned() | events.LicensesUnassigned():
            return _pool
        case events.TermRenewed() | events.LicensesExpired():
            return _pool
        case events.AnniversaryDateSet():
            return _anniversary_set
        case events.AnniversaryDateCleared():
            return _anniversary_cleared
        case events.TermStarted():
            return _term_started
        case events.TermRolled():
            return _term_rolled
        case events.CustomerLapsed():
            return _lapsed
        case events.SelectLevelReached():
            return _level_reached
        case events.SelectLevelReviewed():
            return _level_reviewed
        case events.ThreeYearCommitStarted():
            return _committed
        case events.ResellerChangeCodeSent():
            return _code_sent
        case events.ResellerChanged():
            return _reseller_changed
        case events.PersonalDataErased():
            return _erased
        case _:
            assert_never(event)


# People.


def _invitation_resent(customer: Customer, event: events.InvitationResent) -> dict[str, Any]:
    del customer
    return {"contact_name": event.contact_name, "erased": False}


def _owner_known(
    customer: Customer, event: events.Accepted | events.AgreementOwnerChanged
) -> dict[str, Any]:
    owner = Owner(name=event.owner_name, email=event.owner_email)
    administrators = customer.administrators | {email_key(owner.email)}
    people = {"owner": owner, "administrators": administrators}
    return {"accepted": True, **people, "erased": False}


def _administrator_added(customer: Customer, event: events.AdministratorAdded) -> dict[str, Any]:
    administrators = customer.administrators | {email_key(event.email)}
    return {"administrators": administrators, "erased": False}


def _administrator_removed(
    customer: Customer, event: events.AdministratorRemoved
) -> dict[str, Any]:
    return {"administrators": customer.administrators - {email_key(event.email)}}


def _manager_assigned(customer: Customer, event: events.ManagerAssigned) -> dict[str, Any]:
    del customer
    return {"managed_by": event.managed_by}


# Terms and levels.


def _anniversary_set(customer: Customer, event: events.AnniversaryDateSet) -> dict[str, Any]:
    del customer
    anniversary = Anniversary(event.anniversary_date, event.anchor_day)
    return {"anniversary": anniversary, "anniversary_fixed": event.fixed}


def _anniversary_cleared(
    customer: Customer, event: events.AnniversaryDateCleared
) -> dict[str, Any]:
    del customer, event
    return {"anniversary": None}


def _term_started(customer: Customer, event: events.TermStarted) -> dict[str, Any]:
    term = Term(renews_on=event.renews_on, extended=event.extended)
    return {"term": term, "terms_begun": customer.terms_begun + 1}


def _term_rolled(customer: Customer, event: events.TermRolled) -> dict[str, Any]:
    term = Term(renews_on=event.renews_on, extended=False, renewed=total(event.renewed))
    begun = {"term": term, "terms_begun": customer.terms_begun + 1}
    return begun | _pool(customer, event)


def _lapsed(customer: Customer, event: events.CustomerLapsed) -> dict[str, Any]:
    del customer, event
    return {"term": None, "select_level": 1, "commit": None}


def _level_reached(customer: Customer, event: events.SelectLevelReached) -> dict[str, Any]:
    del customer
    return {"select_level": event.select_level}


def _level_reviewed(customer: Customer, event: events.SelectLevelReviewed) -> dict[str, Any]:
    reviewed = customer.term and replace(customer.term, reviewed=True)
    return {"select_level": event.select_level, "term": reviewed}


def _committed(customer: Customer, event: events.ThreeYearCommitStarted) -> dict[str, Any]:
    del customer
    return {"commit": Commit(minimum=event.minimum_licenses, ends_on=event.ends_on)}


# Purchase authorizations, orders, returns.


def _pool(customer: Customer, event: CustomerEvent) -> dict[str, Any]:
    return {"pool": pool_after(customer.pool, event)}


def _pas(customer: Customer, pa_ids: Iterable[str], **changes: Any) -> dict[str, Any]:
    known = {pa_id: customer.pas[pa_id] for pa_id in pa_ids if pa_id in customer.pas}
    news = {pa_id: replace(pa, **changes) for pa_id, pa in known.items()}
    return {"pas": {**customer.pas, **news}} if news else {}


def _pa_placed(customer: Customer, event: events.PAPlaced) -> dict[str, Any]:
    pa = PA(
        lines=event.lines,
        po_number=event.po_number,
        placed_on=utc_date(event.at),
        due_on=event.due_on,
        deactivate_after=event.deactivate_after,
    )
    return {"pas": {**customer.pas, event.pa_id: pa}} | _pool(customer, event)


def _pa_cancelled(customer: Customer, event: events.PACancelled) -> dict[str, Any]:
    cancelled = _pas(customer, (event.pa_id,), status=PAStatus.CANCELLED)
    return cancelled | _pool(customer, event)


def _licenses_deactivated(customer: Customer, event: events.LicensesDeactivated) -> dict[str, Any]:
    return _pas(customer, (event.pa_id,), deactivated=True) | _pool(customer, event)


def _order_placed(customer: Customer, event: events.OrderPlaced) -> dict[str, Any]:
    order = Order(
        order_type=event.order_type,
        lines=event.lines,
        pa_ids=event.pa_ids,
        placed_on=utc_date(event.at),
        renews_on=event.renews_on,
    )
    placed = {"orders": {**customer.orders, event.order_id: order}}
    return placed | _pas(customer, event.pa_ids, status=PAStatus.ORDERED)


def _order_accepted(customer: Customer, event: events.OrderAccepted) -> dict[str, Any]:
    order = customer.orders.get(event.order_id)
    if order is None:
        return _pool(customer, event)
    # Without a term the one that this order starts is the next.
    term = customer.terms_begun + (customer.term is None)
    counts_in = term if order.order_type is OrderType.NEW else 0
    accepted = replace(order, status=OrderStatus.ACCEPTED, term=counts_in)
    return {"orders": {**customer.orders, event.order_id: accepted}} | _pool(customer, event)


def _order_rejected(customer: Customer, event: events.OrderRejected) -> dict[str, Any]:
    order = customer.orders.get(event.order_id)
    if order is None:
        return {}
    rejected = replace(order, status=OrderStatus.REJECTED)
    freed = _pas(customer, order.pa_ids, status=PAStatus.PENDING)
    return {"orders": {**customer.orders, event.order_id: rejected}} | freed


def _return_requested(customer: Customer, event: events.ReturnRequested) -> dict[str, Any]:
    requested = Return(
        order_id=event.order_id, lines=event.lines, whole=event.whole, reason=event.reason
    )
    return {"returns": {**customer.returns, event.return_id: requested}}


def _return_authorized(customer: Customer, event: events.ReturnAuthorized) -> dict[str, Any]:
    decided = _return(customer, event.return_id, ReturnStatus.AUTHORIZED)
    return decided | _pool(customer, event)


def _return_refused(customer: Customer, event: events.ReturnRefused) -> dict[str, Any]:
    return _return(customer, event.return_id, ReturnStatus.REFUSED)


def _return(customer: Customer, return_id: str, status: ReturnStatus) -> dict[str, Any]:
    known = customer.returns.get(return_id)
    if known is None:
        return {}
    return {"returns": {**customer.returns, return_id: replace(known, status=status)}}


# Another reseller; nobody named any more.


def _code_sent(customer: Customer, event: events.ResellerChangeCodeSent) -> dict[str, Any]:
    older = tuple(
        replace(code, status=CodeStatus.REPLACED)
        if code.reseller_id == event.reseller_id and code.status is CodeStatus.SENT
        else code
        for code in customer.codes
    )
    sent = SentCode(
        reseller_id=event.reseller_id,
        administrator_email=event.administrator_email,
        managed_by=event.managed_by,
        code_hash=event.code_hash,
        sent_at=event.at,
        expires_at=event.expires_at,
    )
    return {"codes": (*older, sent)}


def _reseller_changed(customer: Customer, event: events.ResellerChanged) -> dict[str, Any]:
    return {
        "reseller_id": event.reseller_id,
        "managed_by": event.managed_by,
        "codes": tuple(_ended(code, event) for code in customer.codes),
    }


def _ended(code: SentCode, event: events.ResellerChanged) -> SentCode:
    if code.status is not CodeStatus.SENT:
        return code
    used = (code.reseller_id, code.code_hash) == (event.reseller_id, event.code_hash)
    return replace(code, status=CodeStatus.USED if used else CodeStatus.ENDED)


def _erased(customer: Customer, event: events.PersonalDataErased) -> dict[str, Any]:
    """What is known of people read from the log anew, once their keys are gone."""
    del event
    invited = replace(customer.invited, contact_name=ERASED, contact_email=ERASED)
    codes = (replace(code, administrator_email=ERASED) for code in customer.codes)
    return {
        "invited": invited,
        "contact_name": ERASED,
        "owner": None,
        "administrators": frozenset(),
        "codes": tuple(codes),
        "erased": True,
    }
