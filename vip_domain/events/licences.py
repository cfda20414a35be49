"""Who uses the licences there are."""

from __future__ import annotations

from vip_domain.events.fact import Fact


class LicensesAssigned(Fact, frozen=True, kw_only=True):
    """So many more licences of the product are in use (S92)."""

    product: str
    quantity: int


class LicensesUnassigned(Fact, frozen=True, kw_only=True):
    """So many licences of the product are free again (S92)."""

    product: str
    quantity: int
