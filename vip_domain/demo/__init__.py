"""A believable reseller: the commands of three years, for any number of customers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from heapq import heappop, heappush
from itertools import count

from vip_domain.commands import Command
from vip_domain.demo.deck import begin, deal
from vip_domain.demo.world import World
from vip_domain.rules import ProgramRules

__all__ = ["demo_commands"]


def demo_commands(
    customers: int,
    *,
    today: date,
    seed: int = 1,
    reseller_id: str = "R-NORDSOFT",
    rules: ProgramRules | None = None,
) -> Iterator[Command]:
    """
    Commands in the order of their `at`, all before `today`, that no rule refuses.

    The same arguments give the same commands. From 25 customers on every filter has somebody of
    `reseller_id` at `today`; a few begin or end with other resellers. Only customers between
    their invitation and their last command take memory: 1.3 GiB for a million in all. There are
    no reference cycles, so a large demo comes twice as fast with garbage collection off.
    """
    world = World(
        until=today, seed=seed, reseller_id=reseller_id, rules=rules or ProgramRules.current()
    )
    plan = deal(world, customers)
    living = _Living(today)
    for day in sorted(plan):
        yield from living.until(day)
        for beginning in plan.pop(day):
            living.goes_on(begin(world, day, beginning))
    yield from living.until(today)


class _Living:
    """Customers by the moment of their next command."""

    def __init__(self, end: date) -> None:
        self._end = _midnight(end)
        self._next: list[tuple[datetime, int, Command, Iterator[Command]]] = []
        self._tie = count()

    def goes_on(self, life: Iterator[Command]) -> None:
        """Keep a life for its next command, unless that has not happened yet."""
        command = next(life, None)
        if command and command.at < self._end:
            heappush(self._next, (command.at, next(self._tie), command, life))

    def until(self, day: date) -> Iterator[Command]:
        """All that happens before `day`."""
        end = _midnight(day)
        while self._next and self._next[0][0] < end:
            _, _, command, life = heappop(self._next)
            yield command
            self.goes_on(life)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
