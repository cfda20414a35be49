"""Facts of the small streams that span customers: an owner's claim, a reseller's day."""

from __future__ import annotations

from datetime import date

import attrs

from vip_domain.events.fact import Fact


@attrs.frozen(kw_only=True)
class OwnerClaimed(Fact):
    """One person owns the agreement of one organisation name through this customer (S89)."""

    vip_id: str


@attrs.frozen(kw_only=True)
class OwnerReleased(Fact):
    """The claim is free again: the owner was replaced or the customer deleted (S89)."""

    vip_id: str


@attrs.frozen(kw_only=True)
class CodeCounted(Fact):
    """One of the codes the reseller may send on `day` (S62)."""

    reseller_id: str
    day: date
    vip_id: str
