"""The claim on an agreement owner: one person, one organisation name, one customer (S89)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

import attrs

from vip_domain.errors import OwnerTaken
from vip_domain.events import ClaimEvent, OwnerClaimed, OwnerReleased


@attrs.frozen
class OwnerClaim:
    """The customer that holds the claim, if any does."""

    holder: str | None = None


FREE = OwnerClaim()


def evolve(state: OwnerClaim, event: ClaimEvent) -> OwnerClaim:
    """Who holds the claim after `event`."""
    match event:
        case OwnerClaimed(vip_id=vip_id):
            return OwnerClaim(vip_id)
        case OwnerReleased():
            return FREE
        case _:
            assert_never(event)


def fold(events: Iterable[ClaimEvent], state: OwnerClaim = FREE) -> OwnerClaim:
    """Who holds the claim after all of `events`."""
    for event in events:
        state = evolve(state, event)
    return state


def claim(vip_id: str, at: datetime, state: OwnerClaim) -> tuple[ClaimEvent, ...]:
    """Take the claim for `vip_id`; raises `OwnerTaken` when another customer holds it."""
    if state.holder == vip_id:
        return ()
    if state.holder is not None:
        raise OwnerTaken(state.holder)
    return (OwnerClaimed(at=at, vip_id=vip_id),)


def release(vip_id: str, at: datetime, state: OwnerClaim) -> tuple[ClaimEvent, ...]:
    """Give the claim back, if it is this customer's."""
    if state.holder != vip_id:
        return ()
    return (OwnerReleased(at=at, vip_id=vip_id),)
