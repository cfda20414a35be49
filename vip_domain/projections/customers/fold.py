"""The customer page's fold: a customer's facts after each event; total, and without any rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, assert_never

from msgspec.structs import replace

from vip_domain import events
from vip_domain.events import CustomerEvent, Recorded
from vip_domain.events.pool import pool_after
from vip_domain.events.sealed import ERASED, address_key
from vip_domain.projections.customers.facts import (
    CustomerFacts,
    Order,
    PurchaseAuthorization,
    Return,
)
from vip_domain.rules import utc_date
from vip_domain.values import OrderStatus, PAStatus, ReturnStatus, TermType

Change = Callable[[CustomerFacts, Any], None]
"""What an event changes, done to a copy that nobody else has."""


def project(facts: CustomerFacts | None, recorded: Recorded[CustomerEvent]) -> CustomerFacts | None:
    """The facts after `recorded`; `None` before the invitation and after the deletion."""
    return project_facts(facts, ((recorded.version, recorded.event),))


def project_facts(
    facts: CustomerFacts | None, history: Iterable[tuple[int, CustomerEvent]]
) -> CustomerFacts | None:
    """The facts after all of `history`, versions and events, in its order."""
    own = None if facts is None else replace(facts)
    for version, event in history:
        if own is None:
            own = _invited(event, version) if isinstance(event, events.Invited) else None
        elif isinstance(event, events.Deleted):
            own = None
        else:
            change = _CHANGES.get(type(event)) or _remembered(event)
            change(own, event)
            own.version = version
    return own


_CHANGES: dict[type[Any], Change] = {}
"""The change of each class met so far: a rebuild asks a million times, `_change` once a class."""


def _remembered(event: CustomerEvent) -> Change:
    change = _CHANGES[type(event)] = _change(event)
    return change


def _change(event: CustomerEvent) -> Change:
    match event:
        case events.Invited() | events.Deleted() | events.ResellerChangeCodeSent():
            return _nothing
        case events.InvitationResent():
            return _invitation_resent
        case events.Accepted():
            return _accepted
        case events.AgreementOwnerChanged():
            return _owner_changed
        case events.AdministratorAdded():
            return _administrator_added
        case events.AdministratorRemoved():
            return _administrator_removed
        case events.PersonalDataErased():
            return _erased
        case events.ManagerAssigned():
            return _manager_assigned
        case events.ResellerChanged():
            return _reseller_changed
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
        case events.AnniversaryDateSet():
            return _anniversary_date_set
        case events.AnniversaryDateCleared():
            return _anniversary_date_cleared
        case events.TermStarted():
            return _term_started
        case events.TermRolled():
            return _term_rolled
        case events.CustomerLapsed():
            return _lapsed
        case events.SelectLevelReached() | events.SelectLevelReviewed():
            return _select_level
        case events.ThreeYearCommitStarted():
            return _committed
        case events.LicensesAssigned() | events.LicensesUnassigned():
            return _licenses_moved
        case events.TermRenewed() | events.LicensesExpired():
            return _licenses_moved
        case _:
            assert_never(event)


def _invited(event: events.Invited, version: int) -> CustomerFacts:
    chosen = event.anniversary_date
    return CustomerFacts(
        vip_id=event.vip_id,
        version=version,
        reseller_id=event.reseller_id,
        managed_by=event.managed_by,
        organization_name=event.organization_name,
        organization_name_ascii=event.organization_name_ascii or event.organization_name,
        market_segment=event.market_segment,
        offer_type=event.offer_type,
        owner_name=event.contact_name,
        owner_email=event.contact_email,
        country=event.country,
        region=event.region,
        address=event.address,
        city=event.city,
        postal_code=event.postal_code,
        invited_on=utc_date(event.at),
        anniversary_date=chosen,
        term_type=None if chosen is None else TermType.EXTENDED,
    )


def _nothing(facts: CustomerFacts, event: CustomerEvent) -> None:
    del facts, event


# People.


def _invitation_resent(facts: CustomerFacts, event: events.InvitationResent) -> None:
    facts.owner_name = event.contact_name
    facts.owner_email = event.contact_email


def _accepted(facts: CustomerFacts, event: events.Accepted) -> None:
    facts.accepted_on = utc_date(event.at)
    _owner_changed(facts, event)


def _owner_changed(
    facts: CustomerFacts, event: events.Accepted | events.AgreementOwnerChanged
) -> None:
    facts.owner_name = event.owner_name
    facts.owner_email = event.owner_email
    facts.administrators = _with(facts.administrators, event.owner_email)


def _administrator_added(facts: CustomerFacts, event: events.AdministratorAdded) -> None:
    facts.administrators = _with(facts.administrators, event.email)


def _administrator_removed(facts: CustomerFacts, event: events.AdministratorRemoved) -> None:
    gone = address_key(event.email)
    facts.administrators = tuple(each for each in facts.administrators if address_key(each) != gone)


def _with(emails: tuple[str, ...], email: str) -> tuple[str, ...]:
    known = address_key(email) in map(address_key, emails) if emails else False
    return emails if known else (*emails, email)


def _erased(facts: CustomerFacts, event: events.PersonalDataErased) -> None:
    del event
    facts.owner_name = facts.owner_email = ERASED
    facts.administrators = ()


def _manager_assigned(facts: CustomerFacts, event: events.ManagerAssigned) -> None:
    facts.managed_by = event.managed_by


def _reseller_changed(facts: CustomerFacts, event: events.ResellerChanged) -> None:
    facts.reseller_id = event.reseller_id
    facts.managed_by = event.managed_by


# Purchase authorizations, orders, returns.


def _pa_placed(facts: CustomerFacts, event: events.PAPlaced) -> None:
    pa = PurchaseAuthorization(
        pa_id=event.pa_id,
        po_number=event.po_number,
        lines=event.lines,
        placed_on=utc_date(event.at),
        due_on=event.due_on,
        deactivate_after=event.deactivate_after,
    )
    facts.purchase_authorizations = {**facts.purchase_authorizations, event.pa_id: pa}
    facts.pool = pool_after(facts.pool, event)


def _pa_cancelled(facts: CustomerFacts, event: events.PACancelled) -> None:
    _change_pas(facts, (event.pa_id,), status=PAStatus.CANCELLED)
    facts.pool = pool_after(facts.pool, event)


def _licenses_deactivated(facts: CustomerFacts, event: events.LicensesDeactivated) -> None:
    _change_pas(facts, (event.pa_id,), deactivated=True)
    facts.pool = pool_after(facts.pool, event)


def _change_pas(facts: CustomerFacts, pa_ids: Iterable[str], **changes: Any) -> None:
    pas = dict(facts.purchase_authorizations)
    for pa_id in pa_ids:
        if pa_id in pas:
            pas[pa_id] = replace(pas[pa_id], **changes)
    facts.purchase_authorizations = pas


def _order_placed(facts: CustomerFacts, event: events.OrderPlaced) -> None:
    order = Order(
        order_id=event.order_id,
        order_type=event.order_type,
        lines=event.lines,
        pa_ids=event.pa_ids,
        placed_on=utc_date(event.at),
    )
    facts.orders = {**facts.orders, event.order_id: order}
    if event.pa_ids:
        _change_pas(facts, event.pa_ids, status=PAStatus.ORDERED)


def _order_accepted(facts: CustomerFacts, event: events.OrderAccepted) -> None:
    order = facts.orders.get(event.order_id)
    if order is not None:
        decided = {"status": OrderStatus.ACCEPTED, "decided_on": utc_date(event.at)}
        facts.orders = {**facts.orders, event.order_id: replace(order, **decided)}
    facts.pool = pool_after(facts.pool, event)


def _order_rejected(facts: CustomerFacts, event: events.OrderRejected) -> None:
    order = facts.orders.get(event.order_id)
    if order is None:
        return
    decided = {
        "status": OrderStatus.REJECTED,
        "decided_on": utc_date(event.at),
        "rejection": event.reason,
    }
    facts.orders = {**facts.orders, event.order_id: replace(order, **decided)}
    _change_pas(facts, order.pa_ids, status=PAStatus.PENDING)


def _return_requested(facts: CustomerFacts, event: events.ReturnRequested) -> None:
    requested = Return(
        return_id=event.return_id,
        order_id=event.order_id,
        lines=event.lines,
        reason=event.reason,
        requested_on=utc_date(event.at),
    )
    facts.returns = {**facts.returns, event.return_id: requested}


def _return_authorized(facts: CustomerFacts, event: events.ReturnAuthorized) -> None:
    _decide_return(facts, event, ReturnStatus.AUTHORIZED)
    facts.pool = pool_after(facts.pool, event)


def _return_refused(facts: CustomerFacts, event: events.ReturnRefused) -> None:
    _decide_return(facts, event, ReturnStatus.REFUSED)


def _decide_return(
    facts: CustomerFacts,
    event: events.ReturnAuthorized | events.ReturnRefused,
    status: ReturnStatus,
) -> None:
    known = facts.returns.get(event.return_id)
    if known is not None:
        decided = replace(known, status=status, decided_on=utc_date(event.at))
        facts.returns = {**facts.returns, event.return_id: decided}


# Terms, levels, licences.


def _anniversary_date_set(facts: CustomerFacts, event: events.AnniversaryDateSet) -> None:
    facts.anniversary_date = event.anniversary_date


def _anniversary_date_cleared(facts: CustomerFacts, event: events.AnniversaryDateCleared) -> None:
    del event
    facts.anniversary_date = None


def _term_started(facts: CustomerFacts, event: events.TermStarted) -> None:
    facts.renews_on = event.renews_on
    facts.term_type = TermType.EXTENDED if event.extended else TermType.ANNUAL


def _term_rolled(facts: CustomerFacts, event: events.TermRolled) -> None:
    facts.renews_on = event.renews_on
    facts.term_type = TermType.ANNUAL
    facts.pool = pool_after(facts.pool, event)


def _lapsed(facts: CustomerFacts, event: events.CustomerLapsed) -> None:
    del event
    facts.select_level = 1
    facts.renews_on = facts.term_type = None
    facts.commit_minimum = facts.commit_ends_on = None


def _select_level(
    facts: CustomerFacts, event: events.SelectLevelReached | events.SelectLevelReviewed
) -> None:
    facts.select_level = event.select_level


def _committed(facts: CustomerFacts, event: events.ThreeYearCommitStarted) -> None:
    facts.commit_minimum = event.minimum_licenses
    facts.commit_ends_on = event.ends_on


def _licenses_moved(
    facts: CustomerFacts,
    event: events.LicensesAssigned
    | events.LicensesUnassigned
    | events.TermRenewed
    | events.LicensesExpired,
) -> None:
    facts.pool = pool_after(facts.pool, event)
