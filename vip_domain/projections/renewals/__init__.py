"""The renewals calendar: for each reseller and month, which customers renew and how much."""

from __future__ import annotations

from typing import Any

import attrs
from msgspec import Struct, field
from msgspec.structs import replace

from vip_domain import events
from vip_domain.events import CustomerEvent, Recorded
from vip_domain.events import pool as pools
from vip_domain.events.pool import Pool, pool_after
from vip_domain.projections.projection import Cell, Projection


class Renewal(Struct, frozen=True, kw_only=True):
    """What one customer has to renew, and when."""

    reseller_id: str
    managed_by: str
    renews_on: str | None = None
    pool: Pool = field(default_factory=dict)


@attrs.frozen(kw_only=True)
class RenewalMonth:
    """The calendar's line: customers whose term ends in `month` (`2027-03`), and licences."""

    month: str
    customers: int
    licenses: int


def project(row: Renewal | None, recorded: Recorded[CustomerEvent]) -> Renewal | None:
    """The row after `recorded`; `None` before the invitation and after the deletion."""
    event = recorded.event
    if isinstance(event, events.Invited):
        return row or Renewal(reseller_id=event.reseller_id, managed_by=event.managed_by)
    if row is None or isinstance(event, events.Deleted):
        return None
    pool = pool_after(row.pool, event)
    changes = _changes(event) | ({} if pool is row.pool else {"pool": pool})
    return replace(row, **changes) if changes else row


def _changes(event: CustomerEvent) -> dict[str, Any]:
    match event:
        case events.TermStarted(renews_on=renews_on) | events.TermRolled(renews_on=renews_on):
            return {"renews_on": renews_on.isoformat()}
        case events.CustomerLapsed():
            return {"renews_on": None}
        case events.ManagerAssigned(managed_by=managed_by):
            return {"managed_by": managed_by}
        case events.ResellerChanged(reseller_id=reseller_id, managed_by=managed_by):
            return {"reseller_id": reseller_id, "managed_by": managed_by}
        case _:
            return {}


def columns(row: Renewal) -> tuple[Cell, ...]:
    """The reseller, its member, the day and its month, and the licences not renewed yet."""
    left = sum(pools.unrenewed(row.pool).values())
    month = None if row.renews_on is None or not left else row.renews_on[:7]
    return (row.reseller_id, row.managed_by, row.renews_on, month, left)


RENEWALS = Projection(
    name="renewals",
    version=2,
    row=Renewal,
    project=project,
    columns=columns,
    schema={
        "reseller_id": str,
        "managed_by": str,
        "renews_on": str,
        "month": str,
        "licenses": int,
    },
    indexes=(("reseller_id", "month", "managed_by", "licenses"),),
)
