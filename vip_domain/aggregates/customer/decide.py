"""What each command records, or why it is refused: the table of contents of the rules."""

from __future__ import annotations

from typing import assert_never

from vip_domain import commands
from vip_domain.aggregates.customer import (
    erasure,
    licences,
    membership,
    orders,
    purchase_authorizations,
    reseller_change,
    returns,
    terms,
)
from vip_domain.aggregates.customer.already_so import already_so
from vip_domain.aggregates.customer.state import Customer, CustomerState, Deleted, Unknown
from vip_domain.commands import Command
from vip_domain.errors import CustomerDeleted, CustomerExists, CustomerUnknown, OutOfOrder
from vip_domain.events import CustomerEvent
from vip_domain.rules import ProgramRules

Facts = tuple[CustomerEvent, ...]


def decide(command: Command, state: CustomerState, rules: ProgramRules) -> Facts:
    """
    The facts that `command` adds to a customer's history; none when it is already so.

    Raises `CommandRefused` with the first code, in the contract's order, that applies.
    """
    match state:
        case Customer():
            if already_so(command, state):
                return ()
            return _decide(command, state, rules)
        case Unknown():
            return _decide_unknown(command, rules)
        case Deleted():
            return _decide_deleted(command, state)
        case _:
            assert_never(state)


def _decide_unknown(command: Command, rules: ProgramRules) -> Facts:
    if isinstance(command, commands.InviteCustomer):
        return membership.invite(command, rules)
    raise CustomerUnknown(command.vip_id)


def _decide_deleted(command: Command, deleted: Deleted) -> Facts:
    if isinstance(command, commands.DeleteCustomer):
        return ()
    if isinstance(command, commands.InviteCustomer):
        raise CustomerExists(command.vip_id)
    if isinstance(command, commands.ErasePersonalData):
        return erasure.erase(command, deleted)
    raise CustomerDeleted(command.vip_id)


def _decide(command: Command, customer: Customer, rules: ProgramRules) -> Facts:
    if isinstance(command, commands.InviteCustomer):
        raise CustomerExists(command.vip_id)
    if isinstance(command, commands.ErasePersonalData):
        return erasure.erase(command, customer)
    if command.at < customer.latest_at:
        raise OutOfOrder(command.at, customer.latest_at)
    # What comes most often comes first: cases are tried in turn.
    match command:
        case commands.PlaceOrder():
            return orders.place(command, customer, rules)
        case commands.AcceptOrder():
            return orders.accept(command, customer, rules)
        case commands.AcceptTerms():
            return membership.accept_terms(command, customer)
        case commands.PlacePA():
            return purchase_authorizations.place(command, customer, rules)
        case commands.AssignLicenses():
            return licences.assign(command, customer)
        case commands.RejectOrder():
            return orders.reject(command, customer)
        case commands.CancelPA():
            return purchase_authorizations.cancel(command, customer)
        case commands.DeactivateLicenses():
            return purchase_authorizations.deactivate(command, customer)
        case commands.UnassignLicenses():
            return licences.unassign(command, customer)
        case commands.ResendInvitation():
            return membership.resend_invitation(command, customer)
        case commands.DeleteCustomer():
            return membership.delete(command, customer)
        case commands.ChangeAgreementOwner():
            return membership.change_owner(command, customer)
        case commands.AddAdministrator():
            return membership.add_administrator(command, customer)
        case commands.RemoveAdministrator():
            return membership.remove_administrator(command, customer)
        case commands.AssignManager():
            return membership.assign_manager(command)
        case commands.RequestReturn():
            return returns.request(command, customer, rules)
        case commands.AuthorizeReturn():
            return returns.authorize(command, customer)
        case commands.RefuseReturn():
            return returns.refuse(command, customer)
        case commands.RenewAutomatically():
            return terms.renew_automatically(command, customer, rules)
        case commands.ExpireLicenses():
            return terms.expire_licenses(command, customer, rules)
        case commands.ReviewSelectLevel():
            return terms.review_select_level(command, customer, rules)
        case commands.CommitThreeYears():
            return terms.commit_three_years(command, customer, rules)
        case commands.SendResellerChangeCode():
            return reseller_change.send_code(command, customer, rules)
        case commands.ChangeReseller():
            return reseller_change.change(command, customer)
        case _:
            assert_never(command)
