"""Whether what a command asks for holds already, so that retries and double clicks are free."""

from __future__ import annotations

from vip_domain import commands
from vip_domain.aggregates.customer.state import Customer, SentCode
from vip_domain.commands import Command
from vip_domain.commands.codes import same_code
from vip_domain.values import OrderStatus, PAStatus, ReturnStatus, same_lines


def already_so(command: Command, customer: Customer) -> bool:
    """The contract's list; everything that is not in it is judged anew."""
    # What comes most often comes first: cases are tried in turn.
    match command:
        case commands.PlaceOrder():
            return _same_order(command, customer)
        case commands.AcceptOrder(order_id=order_id):
            return _order_is(customer, order_id, OrderStatus.ACCEPTED)
        case commands.AcceptTerms(administrator_email=email):
            return customer.is_owner(email)
        case commands.PlacePA():
            return _same_pa(command, customer)
        case commands.RejectOrder(order_id=order_id):
            return _order_is(customer, order_id, OrderStatus.REJECTED)
        case commands.CancelPA(pa_id=pa_id):
            return pa_id in customer.pas and customer.pas[pa_id].status is PAStatus.CANCELLED
        case commands.DeactivateLicenses(pa_id=pa_id):
            pa = customer.pas.get(pa_id)
            return pa is not None and pa.deactivated and pa.status is PAStatus.PENDING
        case commands.InviteCustomer():
            return _same_invitation(command, customer)
        case commands.ChangeAgreementOwner(email=email, name=name):
            owner = customer.owner
            return owner is not None and customer.is_owner(email) and owner.name == name
        case commands.AddAdministrator(email=email):
            return customer.is_administrator(email)
        case commands.AssignManager(managed_by=managed_by):
            return customer.managed_by == managed_by
        case commands.RequestReturn():
            return _same_return(command, customer)
        case commands.AuthorizeReturn(return_id=return_id):
            return _return_is(customer, return_id, ReturnStatus.AUTHORIZED)
        case commands.RefuseReturn(return_id=return_id):
            return _return_is(customer, return_id, ReturnStatus.REFUSED)
        case commands.SendResellerChangeCode():
            return any(_same_code(command, code) for code in _live(command, customer))
        case _:
            return False


def _same_invitation(command: commands.InviteCustomer, customer: Customer) -> bool:
    invited = customer.invited
    return (
        command.reseller_id == invited.reseller_id
        and command.organization_name == invited.organization_name
        and command.organization_name_ascii == invited.organization_name_ascii
        and command.market_segment == invited.market_segment
        and command.offer_type == invited.offer_type
        and command.country == invited.country
        and command.region == invited.region
        and command.address == invited.address
        and command.city == invited.city
        and command.postal_code == invited.postal_code
        and command.contact_name == invited.contact_name
        and command.contact_email == invited.contact_email
        and command.managed_by == invited.managed_by
        and command.anniversary_date == invited.anniversary_date
    )


def _same_pa(command: commands.PlacePA, customer: Customer) -> bool:
    pa = customer.pas.get(command.pa_id)
    return (
        pa is not None and pa.po_number == command.po_number and same_lines(pa.lines, command.lines)
    )


def _same_order(command: commands.PlaceOrder, customer: Customer) -> bool:
    order = customer.orders.get(command.order_id)
    return (
        order is not None
        and order.order_type is command.order_type
        and set(order.pa_ids) == set(command.pa_ids)
        and same_lines(order.lines, command.lines)
    )


def _same_return(command: commands.RequestReturn, customer: Customer) -> bool:
    known = customer.returns.get(command.return_id)
    if known is None:
        return False
    if (known.order_id, known.reason) != (command.order_id, command.reason):
        return False
    if command.lines is None or known.whole:
        return command.lines is None and known.whole
    return same_lines(known.lines, command.lines)


def _order_is(customer: Customer, order_id: str, status: OrderStatus) -> bool:
    return order_id in customer.orders and customer.orders[order_id].status is status


def _return_is(customer: Customer, return_id: str, status: ReturnStatus) -> bool:
    return return_id in customer.returns and customer.returns[return_id].status is status


def _live(command: commands.SendResellerChangeCode, customer: Customer) -> list[SentCode]:
    return [
        code
        for code in customer.codes
        if code.is_live(command.at) and code.reseller_id == command.reseller_id
    ]


def _same_code(command: commands.SendResellerChangeCode, code: SentCode) -> bool:
    return (
        code.administrator_email == command.administrator_email
        and code.managed_by == command.managed_by
        and same_code(code.code_hash, command.code_hash())
    )
