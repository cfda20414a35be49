"""A customer at a date: the row of every list and its details, in the contract's columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import attrs

from vip_domain.events import pool as pools
from vip_domain.events.pool import Licenses
from vip_domain.projections.customers.facts import (
    CustomerFacts,
    Order,
    PurchaseAuthorization,
    Return,
)
from vip_domain.values import InvitationStatus, MarketSegment, OfferType, TermType, field_names


# Without slots: a frozen class fills its dict at once, and a page makes fifty of thirty fields.
@attrs.frozen(kw_only=True, slots=False)
class CustomerRow:
    """A customer of a list at `on` (S63 to S92); dates are UTC dates, numbers are licences."""

    vip_id: str
    reseller_id: str
    managed_by: str
    organization_name: str
    organization_name_ascii: str
    market_segment: MarketSegment
    offer_type: OfferType
    invitation_status: InvitationStatus
    owner_name: str
    owner_email: str
    country: str
    region: str
    address: str
    city: str
    postal_code: str
    invited_on: date
    accepted_on: date | None
    anniversary_date: date | None
    renews_on: date | None
    term_type: TermType | None
    select_level: int
    commit_minimum: int | None
    commit_ends_on: date | None
    pending_pas: int
    overdue_pas: int
    next_due_on: date | None
    licenses_fulfilled: int
    licenses_pending: int
    licenses_assigned: int
    licenses_available: int
    licenses_renewed: int

    def to_dict(self) -> dict[str, Any]:
        """The columns in the contract's order, ready for JSON: dates are ISO texts."""
        return {name: as_json(value) for name, value in shallow(self).items()}


@attrs.frozen(kw_only=True, slots=False)
class CustomerDetails(CustomerRow):
    """A customer's row, and everything that belongs to it."""

    administrators: tuple[str, ...]
    licenses: Mapping[str, Licenses]
    purchase_authorizations: tuple[PurchaseAuthorization, ...]
    orders: tuple[Order, ...]
    returns: tuple[Return, ...]


R = TypeVar("R", bound=CustomerRow)


def changed(row: R, changes: Mapping[str, Any]) -> R:
    """A copy with other values."""
    return made(type(row), {**vars(row), **changes})


def made(kind: type[R], values: dict[str, Any]) -> R:
    """
    A row that takes over all of its `values`.

    Past `__init__`, which would set each of thirty fields by a call of its own.
    """
    row = object.__new__(kind)
    object.__setattr__(row, "__dict__", values)
    return row


COLUMNS = field_names(CustomerRow)


def shallow(instance: Any) -> dict[str, Any]:
    """Field names and values, without going deeper."""
    return {name: getattr(instance, name) for name in field_names(type(instance))}


def as_json(value: Any) -> Any:
    """Dates as ISO texts, words as texts, values as objects."""
    match value:
        case date():
            return value.isoformat()
        case Licenses():
            return _licenses_json(value)
        case str() | int() | None:
            return value
        case Mapping():
            return {name: as_json(each) for name, each in value.items()}
        case Sequence():
            return [as_json(each) for each in value]
        case _:
            return {name: as_json(each) for name, each in shallow(value).items()}


def _licenses_json(licenses: Licenses) -> dict[str, int]:
    return {
        "fulfilled": licenses.fulfilled,
        "pending": licenses.pending,
        "assigned": licenses.assigned,
        "available": licenses.available,
        "renewed": licenses.renewed,
    }


def row(facts: CustomerFacts, on: date) -> CustomerRow:
    """The customer's row at `on`."""
    return CustomerRow(**_columns(facts, on))


def details(facts: CustomerFacts, on: date) -> CustomerDetails:
    """The customer's details at `on`."""
    return CustomerDetails(
        **_columns(facts, on),
        administrators=facts.administrators,
        licenses=facts.pool,
        purchase_authorizations=tuple(facts.purchase_authorizations.values()),
        orders=tuple(facts.orders.values()),
        returns=tuple(facts.returns.values()),
    )


STORED: tuple[str, ...] = tuple(name for name in COLUMNS if name in field_names(CustomerFacts))
"""The columns that are facts as they stand."""


def _columns(facts: CustomerFacts, on: date) -> dict[str, Any]:
    accepted = facts.accepted_on is not None
    totals = pools.totals(facts.pool)
    return {
        **{name: getattr(facts, name) for name in STORED},
        "invitation_status": InvitationStatus.ACCEPTED if accepted else InvitationStatus.PENDING,
        **pas_at(facts.pending_due_dates, on),
        "licenses_fulfilled": totals.fulfilled,
        "licenses_pending": totals.pending,
        "licenses_assigned": totals.assigned,
        "licenses_available": totals.available,
        "licenses_renewed": totals.renewed,
    }


def pas_at(due_dates: Sequence[date], on: date) -> dict[str, Any]:
    """How many pending PAs are due and overdue at `on`, and the earliest due date (S12, S13)."""
    overdue = sum(on > due_on for due_on in due_dates)
    return {
        "pending_pas": len(due_dates) - overdue,
        "overdue_pas": overdue,
        "next_due_on": due_dates[0] if due_dates else None,
    }
