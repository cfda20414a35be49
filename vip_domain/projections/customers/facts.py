"""What the customer page keeps of one customer: facts and dates, nothing that a day changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct, field

from vip_domain.events import pool as pools
from vip_domain.events.pool import Pool
from vip_domain.values import (
    Lines,
    MarketSegment,
    OfferType,
    OrderStatus,
    OrderType,
    PAStatus,
    ReturnReason,
    ReturnStatus,
    TermType,
)


class PurchaseAuthorization(Struct, frozen=True, kw_only=True):
    """A PA as the page shows it (S94 to S99)."""

    pa_id: str
    po_number: str | None
    lines: Lines
    placed_on: date
    due_on: date
    deactivate_after: date
    status: PAStatus = PAStatus.PENDING
    deactivated: bool = False


class Order(Struct, frozen=True, kw_only=True):
    """An order as the page shows it, renewal orders among them (S99)."""

    order_id: str
    order_type: OrderType
    lines: Lines
    pa_ids: tuple[str, ...]
    placed_on: date
    decided_on: date | None = None
    status: OrderStatus = OrderStatus.PLACED
    rejection: str | None = None


class Return(Struct, frozen=True, kw_only=True):
    """A return as the page shows it (S98)."""

    return_id: str
    order_id: str
    lines: Lines
    reason: ReturnReason
    requested_on: date
    decided_on: date | None = None
    status: ReturnStatus = ReturnStatus.REQUESTED


class CustomerFacts(Struct, kw_only=True):
    """
    One customer, as of its latest fact.

    Filters and rows are made of it by bringing a date; `version` is the last fact folded. A value
    like the others; only the fold changes one, a copy of its own, and is twice as fast for it.
    """

    vip_id: str
    version: int
    reseller_id: str
    managed_by: str
    organization_name: str
    organization_name_ascii: str
    market_segment: MarketSegment
    offer_type: OfferType
    owner_name: str
    owner_email: str
    country: str
    region: str
    address: str
    city: str
    postal_code: str
    invited_on: date
    accepted_on: date | None = None
    anniversary_date: date | None = None
    renews_on: date | None = None
    term_type: TermType | None = None
    select_level: int = 1
    commit_minimum: int | None = None
    commit_ends_on: date | None = None
    administrators: tuple[str, ...] = ()
    pool: Pool = field(default_factory=dict)
    purchase_authorizations: Mapping[str, PurchaseAuthorization] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    returns: Mapping[str, Return] = field(default_factory=dict)

    @property
    def pending_due_dates(self) -> list[date]:
        """Due dates of the pending PAs, earliest first; overdue ones are pending too (S94)."""
        pas = self.purchase_authorizations.values()
        return sorted([pa.due_on for pa in pas if pa.status is PAStatus.PENDING])

    @property
    def has_orders(self) -> bool:
        """An order was accepted, or waits for the vendor (S10)."""
        return any(order.status is not OrderStatus.REJECTED for order in self.orders.values())

    @property
    def fulfilled(self) -> int:
        """Fulfilled licences of all products."""
        return pools.totals(self.pool).fulfilled

    @property
    def renewed(self) -> int:
        """Licences renewed for the next term, of all products."""
        return pools.totals(self.pool).renewed
