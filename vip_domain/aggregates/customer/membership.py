"""Rules of inviting, accepting and the people on the customer's side (sections 1 and 2)."""

from __future__ import annotations

from vip_domain import commands
from vip_domain.aggregates.customer.state import Customer
from vip_domain.errors import (
    AsciiNameRequired,
    HasProducts,
    NotAccepted,
    NotAnAdministrator,
    NotPending,
    OwnerIsAdministrator,
    TermOutOfRange,
)
from vip_domain.events import (
    Accepted,
    AdministratorAdded,
    AdministratorRemoved,
    AgreementOwnerChanged,
    CustomerEvent,
    Deleted,
    InvitationResent,
    Invited,
    ManagerAssigned,
)
from vip_domain.rules import ProgramRules, add_months, utc_date

Facts = tuple[CustomerEvent, ...]

SAID = Invited.__struct_fields__
"""What an invitation is on record with is what was said, field by field."""


def invite(command: commands.InviteCustomer, rules: ProgramRules) -> Facts:
    """S22, S33, S36: the ASCII name where it is needed, a chosen AD within the months."""
    _check_ascii_name(command)
    _check_chosen_anniversary(command, rules)
    return (Invited(**{name: getattr(command, name) for name in SAID}),)


def _check_ascii_name(command: commands.InviteCustomer) -> None:
    name = command.organization_name_ascii
    if not (command.organization_name if name is None else name).isascii():
        raise AsciiNameRequired(command.organization_name, name)


def _check_chosen_anniversary(command: commands.InviteCustomer, rules: ProgramRules) -> None:
    chosen, segment, today = command.anniversary_date, command.market_segment, utc_date(command.at)
    if chosen is None:
        return
    earliest = add_months(today, rules.extended_min_months)
    latest = add_months(today, rules.extended_max_months(segment))
    if not earliest <= chosen <= latest:
        raise TermOutOfRange(chosen, earliest, latest, segment)


def resend_invitation(command: commands.ResendInvitation, customer: Customer) -> Facts:
    """S66, S70: only while nobody accepted; the name stays unless another is given."""
    if customer.accepted:
        raise NotPending(command.vip_id)
    name = customer.contact_name if command.contact_name is None else command.contact_name
    return (
        InvitationResent(at=command.at, contact_name=name, contact_email=command.contact_email),
    )


def delete(command: commands.DeleteCustomer, customer: Customer) -> Facts:
    """S20: only with no products."""
    if not customer.has_no_products:
        raise HasProducts(command.vip_id)
    return (Deleted(at=command.at),)


def accept_terms(command: commands.AcceptTerms, customer: Customer) -> Facts:
    """S26, S27: whoever accepts becomes the owner, also under another address."""
    if customer.accepted:
        raise NotPending(command.vip_id)
    name = command.administrator_name
    return (
        Accepted(
            at=command.at,
            owner_name=customer.contact_name if name is None else name,
            owner_email=command.administrator_email,
        ),
    )


def change_owner(command: commands.ChangeAgreementOwner, customer: Customer) -> Facts:
    """S67: the customer's own process, once there is an owner."""
    check_accepted(command, customer)
    return (
        AgreementOwnerChanged(at=command.at, owner_name=command.name, owner_email=command.email),
    )


def add_administrator(command: commands.AddAdministrator, customer: Customer) -> Facts:
    """S57: any number of them, after acceptance."""
    check_accepted(command, customer)
    return (AdministratorAdded(at=command.at, email=command.email),)


def remove_administrator(command: commands.RemoveAdministrator, customer: Customer) -> Facts:
    """S59: anybody but the agreement owner."""
    check_accepted(command, customer)
    if customer.is_owner(command.email):
        raise OwnerIsAdministrator(command.vip_id)
    check_administrator(command.vip_id, command.email, customer)
    return (AdministratorRemoved(at=command.at, email=command.email),)


def assign_manager(command: commands.AssignManager) -> Facts:
    """S82: at any time."""
    return (ManagerAssigned(at=command.at, managed_by=command.managed_by),)


def check_accepted(command: commands.Command, customer: Customer) -> None:
    """Raises `NotAccepted` while the invitation is pending."""
    if not customer.accepted:
        raise NotAccepted(command.vip_id)


def check_administrator(vip_id: str, email: str, customer: Customer) -> None:
    """Raises `NotAnAdministrator` when nobody of the customer's has this address."""
    if not customer.is_administrator(email):
        raise NotAnAdministrator(vip_id)
