"""Licences per product, moved by facts alone; the aggregate and the rows count the same way."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

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


@attrs.frozen(slots=False)
class Licenses:
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
            pool = _moved(_moved(pool, fulfilled, fulfilled=1), retired, pending=-1)
            return _moved(pool, renewed, renewed=1)
        case PAPlaced(lines=lines):
            return _moved(pool, lines, pending=1)
        case LicensesAssigned(product=product, quantity=quantity):
            return _moved(pool, (Line(product, quantity),), assigned=1)
        case TermRolled():
            return {product: attrs.evolve(each, renewed=0) for product, each in pool.items()}
        case PACancelled(withdrawn=withdrawn):
            return _moved(pool, withdrawn, pending=-1)
        case LicensesDeactivated(withdrawn=withdrawn, unassigned=unassigned):
            return _moved(_moved(pool, withdrawn, pending=-1), unassigned, assigned=-1)
        case ReturnAuthorized(returned=returned, unrenewed=unrenewed):
            return _moved(_moved(pool, returned, fulfilled=-1), unrenewed, renewed=-1)
        case LicensesUnassigned(product=product, quantity=quantity):
            return _moved(pool, (Line(product, quantity),), assigned=-1)
        case LicensesExpired(expired=expired, unassigned=unassigned):
            return _moved(_moved(pool, expired, fulfilled=-1), unassigned, assigned=-1)
        case TermRenewed(renewed=renewed):
            return _moved(pool, renewed, renewed=1)
        case _:
            return pool


def _moved(
    pool: Pool,
    lines: Lines,
    fulfilled: int = 0,
    pending: int = 0,
    assigned: int = 0,
    renewed: int = 0,
) -> Pool:
    if not lines:
        return pool
    moved = dict(pool)
    for line in lines:
        n = line.quantity
        held = moved.get(line.product, NOTHING)
        numbers = (
            held.fulfilled + fulfilled * n,
            held.pending + pending * n,
            held.assigned + assigned * n,
            held.renewed + renewed * n,
        )
        if any(numbers):
            moved[line.product] = Licenses(*numbers)
        else:
            moved.pop(line.product, None)
    return moved


def totals(pool: Pool) -> Licenses:
    """All products together."""
    every = pool.values()
    return Licenses(
        sum(each.fulfilled for each in every),
        sum(each.pending for each in every),
        sum(each.assigned for each in every),
        sum(each.renewed for each in every),
    )


def unrenewed(pool: Pool) -> dict[str, int]:
    """What the next term does not have yet, per product."""
    return {product: each.unrenewed for product, each in pool.items() if each.unrenewed > 0}


def overassigned(pool: Pool) -> dict[str, int]:
    """Assignments that no longer fit, per product."""
    return {product: -each.available for product, each in pool.items() if each.available < 0}
