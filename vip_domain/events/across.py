"""Facts of the small streams that span customers: an owner's claim, a reseller's day."""

from __future__ import annotations

from datetime import date

from vip_domain.events.fact import Fact


class OwnerClaimed(Fact, frozen=True, kw_only=True):
    """One person owns the agreement of one organisation name through this customer (S89)."""

    vip_id: str


class OwnerReleased(Fact, frozen=True, kw_only=True):
    """The claim is free again: the owner was replaced or the customer deleted (S89)."""

    vip_id: str


class CodeCounted(Fact, frozen=True, kw_only=True):
    """One of the codes the reseller may send on `day` (S62)."""

    reseller_id: str
    day: date
    vip_id: str
