"""What became of a list between two moments: who entered it, who left it, and what made it so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import attrs

from vip_domain.events import CustomerEvent, Recorded
from vip_domain.projections.customers.facts import CustomerFacts
from vip_domain.projections.customers.filters import FILTERS
from vip_domain.projections.customers.query import DiffQuery
from vip_domain.rules import ProgramRules, utc_date

Step = tuple[Recorded[CustomerEvent], CustomerFacts | None]
"""An event, and what was known of its customer once it had happened."""


@attrs.frozen(kw_only=True)
class ByEvent:
    """
    An event made it so: the `version`-th of its customer, at a `position` of the log.

    `event` is the name of its class; `at` and `recorded_at` are aware UTC instants.
    """

    event: str
    version: int
    position: int
    at: datetime
    recorded_at: datetime
    actor: str

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON; instants are ISO texts."""
        instants = {"at": self.at.isoformat(), "recorded_at": self.recorded_at.isoformat()}
        return {"by": "event", **attrs.asdict(self), **instants}


@attrs.frozen(kw_only=True)
class ByTime:
    """Nothing happened: time passed, and from the day `on` the answer was another."""

    on: date

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON; the day is an ISO text."""
        return {"by": "time", "on": self.on.isoformat()}


Cause = ByEvent | ByTime


@attrs.frozen(kw_only=True)
class Change:
    """A customer that entered a list or left it, and what made it so."""

    vip_id: str
    organization_name: str
    cause: Cause

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        named = {"vip_id": self.vip_id, "organization_name": self.organization_name}
        return {**named, **self.cause.to_dict()}


@attrs.frozen(kw_only=True)
class ListDiff:
    """
    What became of a filter's list from one moment to another, in the order of names.

    The moments: the list as of the log position `from_` at the date `from_on`, and as of `to` at
    `on`. Who `entered` is in the later list alone, who `left` in the earlier one.
    """

    filter: str
    reseller_id: str
    managed_by: str | None
    from_: int
    to: int
    from_on: date
    on: date
    entered: tuple[Change, ...]
    left: tuple[Change, ...]

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON; dates are ISO texts."""
        return {
            "filter": self.filter,
            "reseller_id": self.reseller_id,
            "managed_by": self.managed_by,
            "from": self.from_,
            "to": self.to,
            "from_on": self.from_on.isoformat(),
            "on": self.on.isoformat(),
            "entered": [each.to_dict() for each in self.entered],
            "left": [each.to_dict() for each in self.left],
        }


@attrs.frozen
class Way:
    """
    The way of one customer from the earlier moment to the later, through all that happened.

    Each event is met on the day on which it happened, and days pass between two. What turned the
    answer last on that way is why it is another in the end; where both moments ask about the same
    date it is an event.
    """

    query: DiffQuery
    rules: ProgramRules

    def cause(self, steps: Iterable[Step]) -> Cause | None:
        """What turned the answer last, if anything did."""
        facts: CustomerFacts | None = None
        cause: Cause | None = None
        day = self.query.from_on
        for recorded, after in steps:
            if recorded.position > self.query.from_:
                happened = max(day, min(utc_date(recorded.event.at), self.query.on))
                cause = self._passing(facts, day, happened) or cause
                day = happened
                if self._lists(facts, day) is not self._lists(after, day):
                    cause = _by(recorded)
            facts = after
        return self._passing(facts, day, self.query.on) or cause

    def _passing(self, facts: CustomerFacts | None, day: date, until: date) -> ByTime | None:
        """The last day up to `until` on which the answer turned by itself."""
        if facts is None or day == until or not self._in_scope(facts):
            return None
        turns = FILTERS[self.query.filter].turns(facts, day, self.rules)
        passed = [turn for turn in turns if turn <= until]
        return ByTime(on=passed[-1]) if passed else None

    def _lists(self, facts: CustomerFacts | None, day: date) -> bool:
        if facts is None or not self._in_scope(facts):
            return False
        return FILTERS[self.query.filter].admits(facts, day, self.rules)

    def _in_scope(self, facts: CustomerFacts) -> bool:
        mine = self.query.managed_by in (None, facts.managed_by)
        return facts.reseller_id == self.query.reseller_id and mine


def _by(recorded: Recorded[CustomerEvent]) -> ByEvent:
    return ByEvent(
        event=type(recorded.event).__name__,
        version=recorded.version,
        position=recorded.position,
        at=recorded.event.at,
        recorded_at=recorded.recorded_at,
        actor=recorded.actor,
    )
