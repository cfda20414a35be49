"""How a demo customer comes in, and its people: invitation, acceptance, owner, reseller change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from vip_domain.commands import (
    AcceptTerms,
    AddAdministrator,
    AssignManager,
    ChangeAgreementOwner,
    ChangeReseller,
    Command,
    DeleteCustomer,
    InviteCustomer,
    RemoveAdministrator,
    ResendInvitation,
    SendResellerChangeCode,
)
from vip_domain.demo.customer import Customer
from vip_domain.demo.organisations import Organisation
from vip_domain.values import OfferType


def invited(c: Customer) -> Iterator[Command]:
    """Issue the VIP ID; some invitations go out twice."""
    yield _invitation(c, c.world.directory.organisation())
    if c.happens(0.12):
        c.wait(2, 5)
        yield ResendInvitation(vip_id=c.vip_id, at=c.at, contact_email=c.owner.email)


def _invitation(c: Customer, where: Organisation) -> Command:
    c.country, c.domain = where.country, where.domain
    c.owner = c.colleague()
    return InviteCustomer(
        vip_id=c.vip_id,
        at=c.at,
        reseller_id=c.reseller_id,
        organization_name=where.name,
        organization_name_ascii=where.ascii_name,
        market_segment=where.segment,
        offer_type=OfferType.ENTERPRISE if c.happens(0.25) else OfferType.TEAM,
        country=where.country.code,
        region=where.region,
        address=where.address,
        city=where.city,
        postal_code=where.postal_code,
        contact_name=c.owner.name,
        contact_email=c.owner.email,
        managed_by=c.manager,
        anniversary_date=c.chosen,
    )


def accepts(c: Customer) -> Iterator[Command]:
    """The contact, or a colleague, becomes the agreement owner (S26)."""
    if c.happens(0.08):
        c.owner = c.colleague()
    c.accepted = True
    yield AcceptTerms(
        vip_id=c.vip_id,
        at=c.at,
        administrator_email=c.owner.email,
        administrator_name=c.owner.name,
    )


def joins(c: Customer) -> Iterator[Command]:
    """Invited, and most accept before they buy anything."""
    yield from invited(c)
    if c.happens(0.8):
        c.wait(0, 4)
        yield from accepts(c)


def deleted(c: Customer) -> Iterator[Command]:
    """Gone for good: a typing error, or nobody ever answered (S20, S48)."""
    yield DeleteCustomer(vip_id=c.vip_id, at=c.at)


def other_manager(c: Customer) -> Iterator[Command]:
    """A colleague of the reseller's team takes over (S82)."""
    c.manager = c.world.member(c.reseller_id, but=c.manager)
    yield AssignManager(vip_id=c.vip_id, at=c.at, managed_by=c.manager)


def other_owner(c: Customer) -> Iterator[Command]:
    """The owner leaves, and somebody else signs from here on (S67)."""
    if not c.accepted:
        return
    before, c.owner = c.owner, c.colleague()
    yield ChangeAgreementOwner(vip_id=c.vip_id, at=c.at, email=c.owner.email, name=c.owner.name)
    if c.happens(0.5) and before.email != c.owner.email:
        c.wait(1, 10)
        yield RemoveAdministrator(vip_id=c.vip_id, at=c.at, email=before.email)


def another_administrator(c: Customer) -> Iterator[Command]:
    """A colleague can act for the customer too (S57)."""
    if not c.accepted:
        return
    colleague = c.colleague()
    yield AddAdministrator(vip_id=c.vip_id, at=c.at, email=colleague.email)


def moves(c: Customer, reseller_id: str, manager: str) -> Iterator[Command]:
    """Another reseller sends a code today, and the owner uses it in time (S50 to S54)."""
    code = c.world.code()
    yield SendResellerChangeCode(
        vip_id=c.vip_id,
        at=c.at,
        reseller_id=reseller_id,
        administrator_email=c.owner.email,
        managed_by=manager,
        code=code,
    )
    c.at += timedelta(minutes=c.world.chance.between(5, 60 * 60))
    c.reseller_id, c.manager = reseller_id, manager
    yield ChangeReseller(vip_id=c.vip_id, at=c.at, code=code, administrator_email=c.owner.email)
