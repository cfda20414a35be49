"""What operators do with parked customers: fold them again, or pass over the event they wait at."""

from __future__ import annotations

from sqlalchemy import Connection

from vip_domain.errors import StoreError
from vip_domain.faults import reach
from vip_domain.views import parking
from vip_domain.views.feeding import refold
from vip_domain.views.follower import Follower
from vip_domain.views.generations import Generation
from vip_domain.views.reports import ParkedCustomer, Retried

TOGETHER = 100
"""Customers of one transaction: others want to write too."""


def retry(follower: Follower, vip_id: str | None = None) -> list[Retried]:
    """
    Fold the parked customers of the live generation again, or one; what became of each.

    Raises `StoreError` for a customer that is not parked.
    """
    retried: list[Retried] = []
    while True:
        after = retried[-1].vip_id if retried else ""
        with follower.transaction(writes=True) as connection:
            entry = follower.entry(connection)
            live = Generation(follower.projection, entry.generation)
            some = parking.parked_of(connection, live, vip_id=vip_id, after=after, limit=TOGETHER)
            if some:
                retried += _again(connection, follower, live, some, entry.position)
                reach("retry.written")
        reach("retry.committed")
        if not retried and vip_id is not None:
            raise not_parked(follower, vip_id)
        if not some or vip_id is not None:
            return retried


def retry_beside(follower: Follower, generation: Generation, position: int) -> None:
    """Fold the parked customers of another generation again, which stands at `position`."""
    after, some = "", True
    while some:
        with follower.transaction(writes=True) as connection:
            found = parking.parked_of(connection, generation, after=after, limit=TOGETHER)
            some = bool(found)
            if found:
                _again(connection, follower, generation, found, position)
                after = found[-1].vip_id


def _again(
    connection: Connection,
    follower: Follower,
    generation: Generation,
    some: list[ParkedCustomer],
    position: int,
) -> list[Retried]:
    vip_ids = [each.vip_id for each in some]
    refold(connection, generation, follower.log, vip_ids, position)
    still = {
        vip_id: parked
        for vip_id in vip_ids
        for parked in parking.parked_of(connection, generation, vip_id=vip_id)
    }
    return [Retried(generation.projection.name, each, still.get(each)) for each in vip_ids]


def skip(
    follower: Follower, vip_id: str, *, version: int | None, actor: str, reason: str
) -> Retried:
    """
    Pass over the event a customer is parked at, for good, and fold what waited behind it.

    Raises `StoreError` when it is not parked, or not at its `version`-th event.
    """
    with follower.transaction(writes=True) as connection:
        entry = follower.entry(connection)
        live = Generation(follower.projection, entry.generation)
        found = parking.parked_of(connection, live, vip_id=vip_id)
        if not found:
            raise not_parked(follower, vip_id)
        parking.skip(connection, found[0].passed_over(version, actor, reason))
        (retried,) = _again(connection, follower, live, found, entry.position)
        reach("skip.written")
        return retried


def not_parked(follower: Follower, vip_id: str) -> StoreError:
    """Nothing to do for this customer."""
    return StoreError(f"{vip_id} is not parked in {follower.projection.name}")
