"""What can go wrong, each with its reason as data; the text for people is made from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar

import attrs

from vip_domain.values import MarketSegment, OrderStatus, PAStatus, ReturnStatus

refusal = attrs.define(eq=False, slots=False)
"""A refusal compares by identity, as exceptions do, and can be pickled."""


class VipDomainError(Exception):
    """Everything this package raises on purpose."""


class StoreError(VipDomainError):
    """The store cannot be used: a bad URL, no database, locked, read-only, full, gone."""


class OutcomeUnknown(StoreError):
    """
    The connection was lost while something was recorded: all of it was, or nothing.

    A command that has a `command_id` can be sent again without a doubt.
    """

    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where}: the connection was lost while recording: all of it was recorded, or "
            "nothing; what has a command_id can be sent again"
        )


class UnreadableEvent(StoreError):
    """
    The log holds an event this version cannot read, at `.position` (0 when not known).

    As the outcome of a command it has a `.code` and a `.message`, as refusals have.
    """

    code: ClassVar[str] = "UNREADABLE_EVENT"

    def __init__(self, problem: str, position: int = 0) -> None:
        super().__init__(problem)
        self.position = position

    @property
    def message(self) -> str:
        """Which event it is, and what is wrong with it."""
        return str(self)


class AuditError(VipDomainError):
    """A key, a checkpoint, a proof or an export is not what it is given as."""


class InvalidQuery(VipDomainError, ValueError):
    """A question that cannot be asked; `.errors` maps each argument to its problem."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(dict(errors))
        self.errors = dict(errors)

    def __str__(self) -> str:
        return "; ".join(f"{name}: {problem}" for name, problem in self.errors.items())


class CommandRefused(VipDomainError):
    """Nothing was recorded; `.code` is the contract's, the facts are attributes."""

    code: ClassVar[str]
    _text: ClassVar[str]

    @property
    def message(self) -> str:
        """What happened, for people."""
        return self._text.format_map(vars(self))

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class InvalidCommand(CommandRefused):
    """The input is not a command at all; `.errors` maps each field to its problem."""

    code = "INVALID_COMMAND"

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(dict(errors))
        self.errors = dict(errors)

    @property
    def message(self) -> str:
        """Every field with its problem, on one line."""
        return "; ".join(f"{name}: {problem}" for name, problem in self.errors.items())


@refusal
class CommandIdReused(CommandRefused):
    """The id names another command already."""

    code = "COMMAND_ID_REUSED"
    _text = "command id {command_id!r} was used for a different command"
    command_id: str


@refusal
class CustomerUnknown(CommandRefused):
    """There is no such customer."""

    code = "CUSTOMER_UNKNOWN"
    _text = "there is no customer {vip_id!r}"
    vip_id: str


@refusal
class CustomerExists(CommandRefused):
    """The VIP ID is taken, also when its customer was deleted."""

    code = "CUSTOMER_EXISTS"
    _text = "the VIP ID {vip_id!r} is taken"
    vip_id: str


@refusal
class CustomerDeleted(CommandRefused):
    """Deletion is final (S20)."""

    code = "CUSTOMER_DELETED"
    _text = "customer {vip_id!r} is deleted"
    vip_id: str


@refusal
class OutOfOrder(CommandRefused):
    """A step back in the customer's history."""

    code = "OUT_OF_ORDER"
    _text = "{at} is earlier than {latest_at}, the latest moment of this customer's history"
    at: datetime
    latest_at: datetime


@refusal
class AsciiNameRequired(CommandRefused):
    """S33: a name with other characters needs one in ASCII beside it."""

    code = "ASCII_NAME_REQUIRED"
    _text = "{organization_name!r} needs an organization_name_ascii in ASCII"
    organization_name: str
    organization_name_ascii: str | None


@refusal
class TermOutOfRange(CommandRefused):
    """S36 to S42: the chosen AD is too near or too far."""

    code = "TERM_OUT_OF_RANGE"
    _text = "for {market_segment} the anniversary date lies from {earliest} to {latest}"
    anniversary_date: date
    earliest: date
    latest: date
    market_segment: MarketSegment


@refusal
class NotPending(CommandRefused):
    """The invitation was accepted already (S26, S67)."""

    code = "NOT_PENDING"
    _text = "the invitation of {vip_id!r} was accepted"
    vip_id: str


@refusal
class NotAccepted(CommandRefused):
    """It needs an accepted invitation first."""

    code = "NOT_ACCEPTED"
    _text = "the invitation of {vip_id!r} was not accepted yet"
    vip_id: str


@refusal
class HasProducts(CommandRefused):
    """S20: only a customer with no products can be deleted."""

    code = "HAS_PRODUCTS"
    _text = "customer {vip_id!r} has products or requests"
    vip_id: str


@refusal
class OwnerTaken(CommandRefused):
    """S89: one owner of two VIPs of the same organisation name."""

    code = "OWNER_TAKEN"
    _text = "this person owns {owned_vip_id!r}, another agreement of the same organisation name"
    owned_vip_id: str


@refusal
class OwnerIsAdministrator(CommandRefused):
    """The agreement owner stays an administrator."""

    code = "OWNER_IS_ADMINISTRATOR"
    _text = "the agreement owner of {vip_id!r} cannot be removed as administrator"
    vip_id: str


@refusal
class NotAnAdministrator(CommandRefused):
    """No administrator of the customer has this address (S51)."""

    code = "NOT_AN_ADMINISTRATOR"
    _text = "no administrator of {vip_id!r} has this e-mail address"
    vip_id: str


@refusal
class NotErasable(CommandRefused):
    """People of the customer were named where nothing is sealed; a log is not written anew."""

    code = "NOT_ERASABLE"
    _text = "names and addresses of {vip_id!r} are in the log as plain text, which nothing erases"
    vip_id: str


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
class NotRenewable(CommandRefused):
    """Not now, not this, or not this way; `reason` says which."""

    code = "NOT_RENEWABLE"
    _text = "{reason}"
    reason: str


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


@refusal
class NotReviewable(CommandRefused):
    """The level review is too early, was done in this term, or has no term to look at."""

    code = "NOT_REVIEWABLE"
    _text = "{reason}"
    reason: str


@refusal
class NotSelect(CommandRefused):
    """S87: a three-year commit needs VIP Select level 2."""

    code = "NOT_SELECT"
    _text = "a three-year commit needs VIP Select level 2, this customer has {select_level}"
    select_level: int


@refusal
class ExtendedTerm(CommandRefused):
    """No three-year commit while the term is extended."""

    code = "EXTENDED_TERM"
    _text = "a three-year commit waits until the extended term is over ({renews_on})"
    renews_on: date


@refusal
class CommitMinimum(CommandRefused):
    """S88: a commitment holds at least its minimum, from ten to what is fulfilled (`most`)."""

    code = "COMMIT_MINIMUM"
    licenses: int
    least: int
    most: int | None

    @property
    def message(self) -> str:
        """What it takes when it begins, and what it keeps from then on."""
        if self.most is None:
            return f"{self.licenses} licences would be left of a commitment to {self.least}"
        takes = f"{self.least} to {self.most}"
        return f"{self.licenses} licences do not fit a commitment, which takes {takes}"


@refusal
class CommitExists(CommandRefused):
    """One three-year commit at a time."""

    code = "COMMIT_EXISTS"
    _text = "a three-year commit runs through {commit_ends_on}"
    commit_ends_on: date


@refusal
class SameReseller(CommandRefused):
    """The customer is served by this reseller already (S50)."""

    code = "SAME_RESELLER"
    _text = "reseller {reseller_id!r} serves this customer already"
    reseller_id: str


@refusal
class CodeLimit(CommandRefused):
    """S62: a reseller sends so many codes a day and no more."""

    code = "CODE_LIMIT"
    _text = "reseller {reseller_id!r} has sent its {limit} codes of {day}"
    reseller_id: str
    day: date
    limit: int


@refusal
class CodeUsed(CommandRefused):
    """S60: a code works once."""

    code = "CODE_USED"
    _text = "the code was used already"


@refusal
class CodeInvalid(CommandRefused):
    """Never sent, replaced by a newer one, or ended by another's use."""

    code = "CODE_INVALID"
    _text = "the code is not valid for this customer"


@refusal
class CodeExpired(CommandRefused):
    """S53: older than its hours."""

    code = "CODE_EXPIRED"
    _text = "the code expired at {expires_at}"
    expires_at: datetime
