"""Who the customer is and who speaks for it."""

from __future__ import annotations

from datetime import date

from vip_domain.events.fact import Fact, Personal
from vip_domain.values import MarketSegment, OfferType


class Invited(Fact, frozen=True, kw_only=True):
    """
    A reseller issued the VIP ID; every field is as it was given.

    Without `organization_name_ascii` it is the same as the name (S33); with `anniversary_date`
    the inviter chose the AD (S36).
    """

    vip_id: str
    reseller_id: str
    organization_name: str
    organization_name_ascii: str | None
    market_segment: MarketSegment
    offer_type: OfferType
    country: str
    region: str
    address: str
    city: str
    postal_code: str
    contact_name: Personal
    contact_email: Personal
    managed_by: str
    anniversary_date: date | None


class InvitationResent(Fact, frozen=True, kw_only=True):
    """The invitation went out again, to this contact (S66, S70)."""

    contact_name: Personal
    contact_email: Personal


class Deleted(Fact, frozen=True, kw_only=True):
    """The end of the history; the VIP ID is never used again (S20)."""


class Accepted(Fact, frozen=True, kw_only=True):
    """This person accepted the terms, owns the agreement and is the first administrator (S27)."""

    owner_name: Personal
    owner_email: Personal


class AgreementOwnerChanged(Fact, frozen=True, kw_only=True):
    """The agreement passed to this person, an administrator from here on (S67)."""

    owner_name: Personal
    owner_email: Personal


class AdministratorAdded(Fact, frozen=True, kw_only=True):
    """One more person can act for the customer (S57)."""

    email: Personal


class AdministratorRemoved(Fact, frozen=True, kw_only=True):
    """This person acts for the customer no longer (S59)."""

    email: Personal


class ManagerAssigned(Fact, frozen=True, kw_only=True):
    """Somebody else of the reseller's team looks after the customer from here on (S82)."""

    managed_by: str
