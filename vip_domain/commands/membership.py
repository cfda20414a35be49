"""Inviting, accepting, people: what is asked of a membership."""

from __future__ import annotations

from datetime import date

import attrs

from vip_domain.commands import fields
from vip_domain.commands.intent import Intent
from vip_domain.values import MarketSegment, OfferType


@attrs.frozen(kw_only=True)
class InviteCustomer(Intent):
    """Invite an organisation; from then on PAs and orders are possible (S22 to S24, S29 to S42)."""

    vip_id: str = attrs.field(converter=fields.vip_id)
    reseller_id: str = attrs.field(converter=fields.text)
    organization_name: str = attrs.field(converter=fields.text)
    organization_name_ascii: str | None = attrs.field(default=None, converter=fields.optional_text)
    market_segment: MarketSegment = attrs.field(converter=fields.market_segment)
    offer_type: OfferType = attrs.field(converter=fields.offer_type)
    country: str = attrs.field(converter=fields.country)
    region: str = attrs.field(converter=fields.text)
    address: str = attrs.field(converter=fields.text)
    city: str = attrs.field(converter=fields.text)
    postal_code: str = attrs.field(converter=fields.text)
    contact_name: str = attrs.field(converter=fields.text)
    contact_email: str = attrs.field(converter=fields.text)
    managed_by: str = attrs.field(converter=fields.text)
    anniversary_date: date | None = attrs.field(default=None, converter=fields.optional_day)


@attrs.frozen(kw_only=True)
class ResendInvitation(Intent):
    """Send the invitation again, to a corrected contact if need be (S66, S70)."""

    contact_email: str = attrs.field(converter=fields.text)
    contact_name: str | None = attrs.field(default=None, converter=fields.optional_text)


@attrs.frozen(kw_only=True)
class DeleteCustomer(Intent):
    """Delete a customer that has no products, for good (S20, S48)."""


@attrs.frozen(kw_only=True)
class AcceptTerms(Intent):
    """Accept the terms; without a name it is the invited contact's (S26, S27, S49)."""

    administrator_email: str = attrs.field(converter=fields.text)
    administrator_name: str | None = attrs.field(default=None, converter=fields.optional_text)


@attrs.frozen(kw_only=True)
class ChangeAgreementOwner(Intent):
    """Somebody else owns the agreement from now on (S67)."""

    email: str = attrs.field(converter=fields.text)
    name: str = attrs.field(converter=fields.text)


@attrs.frozen(kw_only=True)
class AddAdministrator(Intent):
    """One more system administrator on the customer's side (S57)."""

    email: str = attrs.field(converter=fields.text)


@attrs.frozen(kw_only=True)
class RemoveAdministrator(Intent):
    """One administrator less; never the agreement owner (S59)."""

    email: str = attrs.field(converter=fields.text)


@attrs.frozen(kw_only=True)
class AssignManager(Intent):
    """Another member of the reseller's team looks after the customer (S82)."""

    managed_by: str = attrs.field(converter=fields.text)
