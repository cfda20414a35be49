"""What is known of a customer after each fact; never refuses, for it has already happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, assert_never

from msgspec.structs import replace

from vip_domain import events
from vip_domain.aggregates.customer.state import (
    PA,
    CodeStatus,
    Commit,
    Customer,
    CustomerState,
    Deleted,
    Order,
    Owner,
    Return,
    SentCode,
    Term,
    Unknown,
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

INITIAL: CustomerState = Unknown()


def fold(facts: Iterable[CustomerEvent], state: CustomerState = INITIAL) -> CustomerState:
    """The state after all of `facts`, in their order."""
    for fact in facts:
        state = evolve(state, fact)
    return state


def evolve(state: CustomerState, event: CustomerEvent) -> CustomerState:
    """The state after `event`."""
    if isinstance(event, events.Invited):
        return _invited(event) if isinstance(state, Unknown) else state
    if isinstance(state, Deleted) and isinstance(event, events.PersonalDataErased):
        return Deleted(latest_at=event.at, erased=True)
    if not isinstance(state, Customer):
        return state
    if isinstance(event, events.Deleted):
        return Deleted(latest_at=event.at, erased=state.erased)
    return after(state, event)


def after(customer: Customer, event: CustomerChange) -> Customer:
    """A customer that is still there once `event` happened."""
    return replace(customer, latest_at=event.at, **_changes(customer, event))


def _invited(event: events.Invited) -> Customer:
    chosen = event.anniversary_date
    return Customer(
        invited=event,
        latest_at=event.at,
        reseller_id=event.reseller_id,
        managed_by=event.managed_by,
        contact_name=event.contact_name,
        anniversary=None if chosen is None else Anniversary.chosen(chosen),
        anniversary_fixed=chosen is not None,
    )


def _changes(customer: Customer, event: CustomerChange) -> dict[str, Any]:
    # What comes most often comes first: cases are tried in turn.
    match event:
        case events.OrderPlaced():
            return _order_placed(customer, event)
        case events.OrderAccepted(order_id=order_id):
            return _order_accepted(customer, order_id) | _pool(customer, event)
        case events.AnniversaryDateSet(anniversary_date=first, anchor_day=day, fixed=fixed):
            return {"anniversary": Anniversary(first, day), "anniversary_fixed": fixed}
        case events.TermStarted(renews_on=renews_on, extended=extended):
            term = Term(renews_on=renews_on, extended=extended)
            return {"term": term, "terms_begun": customer.terms_begun + 1}
        case events.Accepted() | events.AgreementOwnerChanged():
            owner = Owner(name=event.owner_name, email=event.owner_email)
            administrators = customer.administrators | {email_key(owner.email)}
            people = {"owner": owner, "administrators": administrators}
            return {"accepted": True, **people, "erased": False}
        case events.PAPlaced():
            return _pa_placed(customer, event)
        case events.LicensesAssigned() | events.LicensesUnassigned():
            return _pool(customer, event)
        case events.SelectLevelReached(select_level=level):
            return {"select_level": level}
        case events.SelectLevelReviewed(select_level=level):
            reviewed = customer.term and replace(customer.term, reviewed=True)
            return {"select_level": level, "term": reviewed}
        case events.TermRolled(renews_on=renews_on, renewed=renewed):
            term = Term(renews_on=renews_on, extended=False, renewed=total(renewed))
            begun = {"term": term, "terms_begun": customer.terms_begun + 1}
            return begun | _pool(customer, event)
        case events.InvitationResent(contact_name=name):
            return {"contact_name": name, "erased": False}
        case events.AdministratorAdded(email=email):
            administrators = customer.administrators | {email_key(email)}
            return {"administrators": administrators, "erased": False}
        case events.AdministratorRemoved(email=email):
            return {"administrators": customer.administrators - {email_key(email)}}
        case events.ManagerAssigned(managed_by=managed_by):
            return {"managed_by": managed_by}
        case events.PACancelled(pa_id=pa_id):
            return _pas(customer, (pa_id,), status=PAStatus.CANCELLED) | _pool(customer, event)
        case events.LicensesDeactivated(pa_id=pa_id):
            return _pas(customer, (pa_id,), deactivated=True) | _pool(customer, event)
        case events.OrderRejected(order_id=order_id):
            return _order_rejected(customer, order_id)
        case events.ReturnRequested():
            return _return_requested(customer, event)
        case events.ReturnAuthorized(return_id=return_id):
            authorized = _return(customer, return_id, ReturnStatus.AUTHORIZED)
            return authorized | _pool(customer, event)
        case events.ReturnRefused(return_id=return_id):
            return _return(customer, return_id, ReturnStatus.REFUSED)
        case events.TermRenewed() | events.LicensesExpired():
            return _pool(customer, event)
        case events.AnniversaryDateCleared():
            return {"anniversary": None}
        case events.CustomerLapsed():
            return {"term": None, "select_level": 1, "commit": None}
        case events.ThreeYearCommitStarted(minimum_licenses=minimum, ends_on=ends_on):
            return {"commit": Commit(minimum=minimum, ends_on=ends_on)}
        case events.ResellerChangeCodeSent():
            return _code_sent(customer, event)
        case events.ResellerChanged():
            return _reseller_changed(customer, event)
        case events.PersonalDataErased():
            return _erased(customer)
        case _:
            assert_never(event)


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


def _order_accepted(customer: Customer, order_id: str) -> dict[str, Any]:
    order = customer.orders.get(order_id)
    if order is None:
        return {}
    # Without a term the one that this order starts is the next.
    term = customer.terms_begun + (customer.term is None)
    counts_in = term if order.order_type is OrderType.NEW else 0
    accepted = replace(order, status=OrderStatus.ACCEPTED, term=counts_in)
    return {"orders": {**customer.orders, order_id: accepted}}


def _order_rejected(customer: Customer, order_id: str) -> dict[str, Any]:
    order = customer.orders.get(order_id)
    if order is None:
        return {}
    rejected = replace(order, status=OrderStatus.REJECTED)
    freed = _pas(customer, order.pa_ids, status=PAStatus.PENDING)
    return {"orders": {**customer.orders, order_id: rejected}} | freed


def _return_requested(customer: Customer, event: events.ReturnRequested) -> dict[str, Any]:
    requested = Return(
        order_id=event.order_id, lines=event.lines, whole=event.whole, reason=event.reason
    )
    return {"returns": {**customer.returns, event.return_id: requested}}


def _return(customer: Customer, return_id: str, status: ReturnStatus) -> dict[str, Any]:
    known = customer.returns.get(return_id)
    if known is None:
        return {}
    return {"returns": {**customer.returns, return_id: replace(known, status=status)}}


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


def _erased(customer: Customer) -> dict[str, Any]:
    """What is known of people read from the log anew, once their keys are gone."""
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
