"""Rules of assigning licences (section 4, S91, S92)."""

from __future__ import annotations

from vip_domain import commands
from vip_domain.aggregates.customer.membership import check_accepted
from vip_domain.aggregates.customer.state import Customer
from vip_domain.errors import LicensesUnavailable
from vip_domain.events import CustomerEvent, LicensesAssigned, LicensesUnassigned
from vip_domain.events.pool import NOTHING

Facts = tuple[CustomerEvent, ...]


def assign(command: commands.AssignLicenses, customer: Customer) -> Facts:
    """After acceptance, and never more than is available."""
    check_accepted(command, customer)
    available = customer.pool.get(command.product, NOTHING).available
    if command.quantity > available:
        raise LicensesUnavailable(command.product, command.quantity, available)
    return (LicensesAssigned(at=command.at, product=command.product, quantity=command.quantity),)


def unassign(command: commands.UnassignLicenses, customer: Customer) -> Facts:
    """Never more than is assigned."""
    assigned = customer.pool.get(command.product, NOTHING).assigned
    if command.quantity > assigned:
        raise LicensesUnavailable(command.product, command.quantity, assigned)
    return (LicensesUnassigned(at=command.at, product=command.product, quantity=command.quantity),)
