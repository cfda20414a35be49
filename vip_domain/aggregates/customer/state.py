"""What the rules of one customer read, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum, auto

from msgspec import Struct, field

from vip_domain.events import Invited
from vip_domain.events import pool as pools
from vip_domain.events.pool import Pool
from vip_domain.rules import Anniversary
from vip_domain.values import (
    Lines,
    OrderStatus,
    OrderType,
    PAStatus,
    ReturnReason,
    ReturnStatus,
    by_product,
    email_key,
    total,
)


class Unknown(Struct, frozen=True, gc=False):
    """Nobody was invited under this VIP ID."""


class Deleted(Struct, frozen=True, kw_only=True, gc=False):
    """There was a customer; the VIP ID stays taken."""

    latest_at: datetime
    erased: bool = False


class Owner(Struct, frozen=True, kw_only=True, gc=False):
    """The agreement owner (S27)."""

    name: str
    email: str


class PA(Struct, frozen=True, kw_only=True, gc=False):
    """A purchase authorization; `deactivated` ones have no pending licences any more."""

    lines: Lines
    po_number: str | None
    placed_on: date
    due_on: date
    deactivate_after: date
    status: PAStatus = PAStatus.PENDING
    deactivated: bool = False

    @property
    def pending_lines(self) -> Lines:
        """What it adds to the pending licences now."""
        return () if self.deactivated or self.status is PAStatus.CANCELLED else self.lines

    def is_overdue(self, on: date) -> bool:
        """S13: still pending, and its due date has passed."""
        return self.status is PAStatus.PENDING and on > self.due_on


class Order(Struct, frozen=True, kw_only=True, gc=False):
    """An order; `term` numbers the term an accepted NEW one counts in."""

    order_type: OrderType
    lines: Lines
    pa_ids: tuple[str, ...]
    placed_on: date
    renews_on: date | None
    status: OrderStatus = OrderStatus.PLACED
    term: int = 0

    @property
    def is_waiting_renewal(self) -> bool:
        """A renewal the vendor has not decided on."""
        return self.order_type is OrderType.RENEWAL and self.status is OrderStatus.PLACED


class Return(Struct, frozen=True, kw_only=True, gc=False):
    """A return of an order's lines; `whole`: asked for without naming them."""

    order_id: str
    lines: Lines
    whole: bool
    reason: ReturnReason
    status: ReturnStatus = ReturnStatus.REQUESTED


class Term(Struct, frozen=True, kw_only=True, gc=False):
    """The current term; it began with the licences `renewed` into it."""

    renews_on: date
    extended: bool
    renewed: int = 0
    reviewed: bool = False


class Commit(Struct, frozen=True, kw_only=True, gc=False):
    """The latest three-year commit."""

    minimum: int
    ends_on: date


class CodeStatus(Enum):
    """What became of a change code; that it expired is a matter of the date."""

    SENT = auto()
    REPLACED = auto()
    ENDED = auto()
    USED = auto()


class SentCode(Struct, frozen=True, kw_only=True, gc=False):
    """A code one reseller sent; only its hash is known."""

    reseller_id: str
    administrator_email: str
    managed_by: str
    code_hash: str
    sent_at: datetime
    expires_at: datetime
    status: CodeStatus = CodeStatus.SENT

    def is_live(self, at: datetime) -> bool:
        """Usable at `at`, the last instant included (S53)."""
        return self.status is CodeStatus.SENT and at <= self.expires_at


class Customer(Struct, frozen=True, kw_only=True, gc=False):
    """
    A customer from its invitation on; `invited` tells whether an invitation is a repetition.

    `erased`: nobody is named in it. An accepted customer whose people were erased has no owner.
    """

    invited: Invited
    latest_at: datetime
    reseller_id: str
    managed_by: str
    contact_name: str
    accepted: bool = False
    owner: Owner | None = None
    administrators: frozenset[str] = frozenset()
    pool: Pool = field(default_factory=dict)
    pas: Mapping[str, PA] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    returns: Mapping[str, Return] = field(default_factory=dict)
    anniversary: Anniversary | None = None
    anniversary_fixed: bool = False
    term: Term | None = None
    terms_begun: int = 0
    select_level: int = 1
    commit: Commit | None = None
    codes: tuple[SentCode, ...] = ()
    erased: bool = False

    @property
    def organization(self) -> str:
        """The name an owner is claimed for: exact after trimming (S89)."""
        return self.invited.organization_name.strip()

    @property
    def fulfilled(self) -> int:
        """Fulfilled licences of all products."""
        return pools.totals(self.pool).fulfilled

    @property
    def has_no_products(self) -> bool:
        """S10: no pending PA, nothing waiting for the vendor, never an accepted order."""
        return not (
            any(pa.status is PAStatus.PENDING for pa in self.pas.values())
            or any(order.status is not OrderStatus.REJECTED for order in self.orders.values())
        )

    @property
    def awaits_renewal_order(self) -> bool:
        """A renewal order waits for the vendor."""
        return any(order.is_waiting_renewal for order in self.orders.values())

    def is_administrator(self, email: str) -> bool:
        """Addresses compare without regard to case."""
        return email_key(email) in self.administrators

    def is_owner(self, email: str) -> bool:
        """Whether this address is the agreement owner's."""
        return self.owner is not None and email_key(self.owner.email) == email_key(email)

    def returns_of(self, order_id: str, *statuses: ReturnStatus) -> Iterable[Return]:
        """The returns of one order that are in one of `statuses`."""
        return (
            each
            for each in self.returns.values()
            if each.order_id == order_id and each.status in statuses
        )

    def left_to_return(self, order_id: str) -> dict[str, int]:
        """Ordered, less what was returned or is requested, per product (S98)."""
        left = by_product(self.orders[order_id].lines)
        taken = (ReturnStatus.REQUESTED, ReturnStatus.AUTHORIZED)
        for each in self.returns_of(order_id, *taken):
            for line in each.lines:
                left[line.product] = left.get(line.product, 0) - line.quantity
        return left

    def bought_in_term(self, term: Term) -> int:
        """NEW orders accepted in the term and what was renewed into it, less returns (S86)."""
        bought = term.renewed
        for order_id, order in self.orders.items():
            if order.term == self.terms_begun:
                back = self.returns_of(order_id, ReturnStatus.AUTHORIZED)
                bought += total(order.lines) - sum(total(each.lines) for each in back)
        return bought


CustomerState = Unknown | Customer | Deleted
