"""What is known of a customer after each fact; never refuses, for it has already happened."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from vip_domain import events
from vip_domain.aggregates.customer.changes import changes
from vip_domain.aggregates.customer.state import (
    Customer,
    CustomerState,
    Deleted,
    Unknown,
)
from vip_domain.events import CustomerChange, CustomerEvent
from vip_domain.rules import Anniversary

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
    return replace(customer, latest_at=event.at, **changes(customer, event))


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
