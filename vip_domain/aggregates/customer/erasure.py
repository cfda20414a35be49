"""Erasing who the people of a customer are; everything else about it stays and goes on."""

from __future__ import annotations

from vip_domain.aggregates.customer.state import Customer, Deleted
from vip_domain.commands import ErasePersonalData
from vip_domain.events import PersonalDataErased

Facts = tuple[PersonalDataErased, ...]


def erase(command: ErasePersonalData, state: Customer | Deleted) -> Facts:
    """
    Nothing when nobody was named since the last time.

    Never refused for coming late: the fact is as late as the history, if that is later.
    """
    if state.erased:
        return ()
    return (PersonalDataErased(at=max(command.at, state.latest_at), reason=command.reason),)
