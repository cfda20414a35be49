"""Who uses the licences there are."""

from __future__ import annotations

import attrs

from vip_domain.events.fact import Fact


@attrs.frozen(kw_only=True)
class LicensesAssigned(Fact):
    """So many more licences of the product are in use (S92)."""

    product: str
    quantity: int


@attrs.frozen(kw_only=True)
class LicensesUnassigned(Fact):
    """So many licences of the product are free again (S92)."""

    product: str
    quantity: int
