"""Rules of purchase authorizations (section 3)."""

from __future__ import annotations

from vip_domain import commands
from vip_domain.aggregates.customer.anniversary import provisional_anniversary
from vip_domain.aggregates.customer.evolve import after
from vip_domain.aggregates.customer.state import PA, Customer
from vip_domain.errors import (
    LicensesAssigned,
    PAExists,
    PANotDue,
    PANotPending,
    PAOverdue,
    PAUnknown,
)
from vip_domain.events import CustomerEvent, LicensesDeactivated, PACancelled, PAPlaced
from vip_domain.events.pool import NOTHING, overassigned, pool_after
from vip_domain.rules import ProgramRules, add_days, utc_date
from vip_domain.values import Lines, PAStatus, as_lines

Facts = tuple[CustomerEvent, ...]


def place(command: commands.PlacePA, customer: Customer, rules: ProgramRules) -> Facts:
    """S11, S12: licences at once, unless another PA is overdue; both dates are set for good."""
    if command.pa_id in customer.pas:
        raise PAExists(command.pa_id)
    today = utc_date(command.at)
    for pa_id, pa in customer.pas.items():
        if pa.is_overdue(today):
            raise PAOverdue(pa_id, pa.due_on)
    placed = PAPlaced(
        at=command.at,
        pa_id=command.pa_id,
        lines=command.lines,
        po_number=command.po_number,
        due_on=add_days(today, rules.pa_due_days),
        deactivate_after=add_days(today, rules.pa_deactivate_days),
    )
    return (placed, *provisional_anniversary(after(customer, placed), command.at))


def cancel(command: commands.CancelPA, customer: Customer) -> Facts:
    """S94 to S97: only a pending one whose licences nobody uses."""
    pa = pending_pa(command.pa_id, customer)
    _check_unassigned(pa.pending_lines, customer)
    cancelled = PACancelled(at=command.at, pa_id=command.pa_id, withdrawn=pa.pending_lines)
    return (cancelled, *provisional_anniversary(after(customer, cancelled), command.at))


def _check_unassigned(lines: Lines, customer: Customer) -> None:
    for line in lines:
        available = customer.pool.get(line.product, NOTHING).available
        if available < line.quantity:
            raise LicensesAssigned(line.product, line.quantity, available)


def deactivate(command: commands.DeactivateLicenses, customer: Customer) -> Facts:
    """S13, S14: after the date; assignments that no longer fit are dropped."""
    pa = pending_pa(command.pa_id, customer)
    if utc_date(command.at) <= pa.deactivate_after:
        raise PANotDue(command.pa_id, pa.deactivate_after)
    gone = LicensesDeactivated(
        at=command.at, pa_id=command.pa_id, withdrawn=pa.lines, unassigned=()
    )
    unassigned = as_lines(overassigned(pool_after(customer.pool, gone)))
    return (
        LicensesDeactivated(
            at=gone.at, pa_id=gone.pa_id, withdrawn=gone.withdrawn, unassigned=unassigned
        ),
    )


def pending_pa(pa_id: str, customer: Customer) -> PA:
    """The PA; raises `PAUnknown`, or `PANotPending` when it was ordered or cancelled."""
    if pa_id not in customer.pas:
        raise PAUnknown(pa_id)
    pa = customer.pas[pa_id]
    if pa.status is not PAStatus.PENDING:
        raise PANotPending(pa_id, pa.status)
    return pa
