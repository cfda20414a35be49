"""Commands that the benchmarks send: one customer, and what is asked of it again and again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from vip_domain import AssignManager, InviteCustomer, MarketSegment, OfferType

BEGINNING = datetime(2026, 1, 7, 9, tzinfo=UTC)
MANAGERS = ("anna.lindqvist", "sofia.bergman")


def invite(vip_id: str) -> InviteCustomer:
    """The first command of a history."""
    return InviteCustomer(
        vip_id=vip_id,
        at=BEGINNING,
        reseller_id="R-1",
        organization_name="Nord AB",
        market_segment=MarketSegment.COM,
        offer_type=OfferType.TEAM,
        country="SE",
        region="Skåne",
        address="Storgatan 1",
        city="Lund",
        postal_code="222 22",
        contact_name="Eva Ek",
        contact_email="eva.ek@nord.example",
        managed_by=MANAGERS[0],
    )


def assign(vip_id: str, n: int, begin: datetime = BEGINNING) -> AssignManager:
    """The `n`-th of many: another manager each time, so that each records one event."""
    at = begin + timedelta(seconds=n + 1)
    return AssignManager(vip_id=vip_id, at=at, managed_by=MANAGERS[(n + 1) % len(MANAGERS)])
