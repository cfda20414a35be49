"""Who the customer is and who speaks for it."""

from __future__ import annotations

from datetime import date

import attrs

from vip_domain.events.fact import PERSONAL, Fact
from vip_domain.values import MarketSegment, OfferType


@attrs.frozen(kw_only=True)
class Invited(Fact):
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
    contact_name: str = attrs.field(metadata=PERSONAL)
    contact_email: str = attrs.field(metadata=PERSONAL)
    managed_by: str
    anniversary_date: date | None


@attrs.frozen(kw_only=True)
class InvitationResent(Fact):
    """The invitation went out again, to this contact (S66, S70)."""

    contact_name: str = attrs.field(metadata=PERSONAL)
    contact_email: str = attrs.field(metadata=PERSONAL)


@attrs.frozen(kw_only=True)
class Deleted(Fact):
    """The end of the history; the VIP ID is never used again (S20)."""


@attrs.frozen(kw_only=True)
class Accepted(Fact):
    """This person accepted the terms, owns the agreement and is the first administrator (S27)."""

    owner_name: str = attrs.field(metadata=PERSONAL)
    owner_email: str = attrs.field(metadata=PERSONAL)


@attrs.frozen(kw_only=True)
class AgreementOwnerChanged(Fact):
    """The agreement passed to this person, an administrator from here on (S67)."""

    owner_name: str = attrs.field(metadata=PERSONAL)
    owner_email: str = attrs.field(metadata=PERSONAL)


@attrs.frozen(kw_only=True)
class AdministratorAdded(Fact):
    """One more person can act for the customer (S57)."""

    email: str = attrs.field(metadata=PERSONAL)


@attrs.frozen(kw_only=True)
class AdministratorRemoved(Fact):
    """This person acts for the customer no longer (S59)."""

    email: str = attrs.field(metadata=PERSONAL)


@attrs.frozen(kw_only=True)
class ManagerAssigned(Fact):
    """Somebody else of the reseller's team looks after the customer from here on (S82)."""

    managed_by: str
