"""The change codes a reseller sent on one UTC day, whichever the customer (S62)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import attrs

from vip_domain.errors import CodeLimit
from vip_domain.events import CodeCounted
from vip_domain.rules import ProgramRules


@attrs.frozen
class DailyCodes:
    """How many were sent."""

    sent: int = 0


NONE_SENT = DailyCodes()


def evolve(state: DailyCodes, event: CodeCounted) -> DailyCodes:
    """One more."""
    del event
    return DailyCodes(state.sent + 1)


def fold(events: Iterable[CodeCounted], state: DailyCodes = NONE_SENT) -> DailyCodes:
    """How many after all of `events`."""
    for event in events:
        state = evolve(state, event)
    return state


def count_code(
    reseller_id: str,
    day: date,
    vip_id: str,
    at: datetime,
    state: DailyCodes,
    rules: ProgramRules,
) -> tuple[CodeCounted, ...]:
    """One more code of the day; raises `CodeLimit` when the day's are all sent."""
    if state.sent >= rules.change_codes_per_day:
        raise CodeLimit(reseller_id, day, rules.change_codes_per_day)
    return (CodeCounted(at=at, reseller_id=reseller_id, day=day, vip_id=vip_id),)
