"""Licences per product, moved by facts alone; the aggregate and the rows count the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from vip_domain.events.fact import Fact
from vip_domain.events.licences import LicensesAssigned, LicensesUnassigned
from vip_domain.events.purchasing import (
    LicensesDeactivated,
    OrderAccepted,
    PACancelled,
    PAPlaced,
    ReturnAuthorized,
)
from vip_domain.events.terms import LicensesExpired, TermRenewed, TermRolled
from vip_domain.values import Line, Lines


class Licenses(Struct, frozen=True, gc=False):
    """Licences of one product (S91, S92); `renewed` of the fulfilled ones are for the next term."""

    fulfilled: int = 0
    pending: int = 0
    assigned: int = 0
    renewed: int = 0

    @property
    def available(self) -> int:
        """Total available: what could be assigned now."""
        return self.fulfilled + self.pending - self.assigned

    @property
    def unrenewed(self) -> int:
        """Fulfilled licences the next term does not have yet."""
        return self.fulfilled - self.renewed


Pool = Mapping[str, Licenses]

NOTHING = Licenses()


def pool_after(pool: Pool, event: Fact) -> Pool:
    """The pool once `event` happened; the same pool when it moves no licences."""
    match event:
        case OrderAccepted(fulfilled=fulfilled, retired=retired, renewed=renewed):
            return _moved(
                pool, (_fulfilled, 1, fulfilled), (_pending, -1, retired), (_renewed, 1, renewed)
            )
        case PAPlaced(lines=lines):
            return _moved(pool, (_pending, 1, lines))
        case LicensesAssigned(product=product, quantity=quantity):
            return _moved(pool, (_assigned, 1, (Line(product, quantity),)))
        case TermRolled():
            return {product: _renewed(each, -each.renewed) for product, each in pool.items()}
        case PACancelled(withdrawn=withdrawn):
            return _moved(pool, (_pending, -1, withdrawn))
        case LicensesDeactivated(withdrawn=withdrawn, unassigned=unassigned):
            return _moved(pool, (_pending, -1, withdrawn), (_assigned, -1, unassigned))
        case ReturnAuthorized(returned=returned, unrenewed=unrenewed):
            return _moved(pool, (_fulfilled, -1, returned), (_renewed, -1, unrenewed))
        case LicensesUnassigned(product=product, quantity=quantity):
            return _moved(pool, (_assigned, -1, (Line(product, quantity),)))
        case LicensesExpired(expired=expired, unassigned=unassigned):
            return _moved(pool, (_fulfilled, -1, expired), (_assigned, -1, unassigned))
        case TermRenewed(renewed=renewed):
            return _moved(pool, (_renewed, 1, renewed))
        case _:
            return pool


Move = tuple[Callable[[Licenses, int], Licenses], int, Lines]
"""Which licences, whether there are more or fewer (1 or -1), and how many of which product."""


def _moved(pool: Pool, *moves: Move) -> Pool:
    moved = dict(pool)
    for kind, sign, lines in moves:
        for line in lines:
            after = kind(moved.get(line.product, NOTHING), sign * line.quantity)
            if after.fulfilled or after.pending or after.assigned or after.renewed:
                moved[line.product] = after
            else:
                moved.pop(line.product, None)
    return moved


def _fulfilled(held: Licenses, more: int) -> Licenses:
    return Licenses(held.fulfilled + more, held.pending, held.assigned, held.renewed)


def _pending(held: Licenses, more: int) -> Licenses:
    return Licenses(held.fulfilled, held.pending + more, held.assigned, held.renewed)


def _assigned(held: Licenses, more: int) -> Licenses:
    return Licenses(held.fulfilled, held.pending, held.assigned + more, held.renewed)


def _renewed(held: Licenses, more: int) -> Licenses:
    return Licenses(held.fulfilled, held.pending, held.assigned, held.renewed + more)


def totals(pool: Pool) -> Licenses:
    """All products together."""
    fulfilled = pending = assigned = renewed = 0
    for each in pool.values():
        fulfilled += each.fulfilled
        pending += each.pending
        assigned += each.assigned
        renewed += each.renewed
    return Licenses(fulfilled, pending, assigned, renewed)


def unrenewed(pool: Pool) -> dict[str, int]:
    """What the next term does not have yet, per product."""
    return {product: each.unrenewed for product, each in pool.items() if each.unrenewed > 0}


def overassigned(pool: Pool) -> dict[str, int]:
    """Assignments that no longer fit, per product."""
    return {product: -each.available for product, each in pool.items() if each.available < 0}
