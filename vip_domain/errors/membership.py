"""Why inviting, accepting and naming people is refused."""

from __future__ import annotations

from datetime import date

from vip_domain.errors.refused import CommandRefused, refusal
from vip_domain.values import MarketSegment


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
