"""Many kills, one after the other: after each of them every promise is looked at."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from random import Random

import attrs

from vip_domain import Command
from vip_domain.demo import demo_commands
from vip_domain.testing.crashes.roles import IMPORT, ROLES, Prepare, nothing
from vip_domain.testing.crashes.trial import Crash, Outcome, Trial
from vip_domain.testing.crashes.undisturbed import Undisturbed

CUSTOMERS, TODAY = 40, date(2026, 11, 24)
AT_A_POINT = 0.75
"""The others die at a moment that nobody chose."""

COMPANIONS = (None, None, "execute", "execute_many", "follow")
ENOUGH = 20
"""Broken promises after which it is clear, and survivors in a row after which nothing kills."""


def quietly(line: str) -> None:
    """Tell nobody."""
    del line


@attrs.frozen
class Summary:
    """What a run came to: how many were killed, in which role and where, and what was `broken`."""

    seconds: float = 0.0
    roles: Counter[str] = attrs.field(factory=Counter)
    points: Counter[str] = attrs.field(factory=Counter)
    survived: int = 0
    broken: tuple[str, ...] = ()

    @property
    def kills(self) -> int:
        """How many processes were killed."""
        return self.roles.total()


@attrs.frozen(kw_only=True)
class CrashRun:
    """
    Kills so many processes that write, follow, rebuild or import, and looks at what they leave.

    `new_url` names an empty store whenever it is asked. `commands` are what is recorded: give
    yours to have the rows that matter to you among what is killed and checked. `prepare` is called
    in every process before it opens the store, by its name in its module. The same `seed` makes
    the same choices; when a process really dies is for the machine to say.
    """

    new_url: Callable[[], str]
    kills: int
    seed: int = 1
    prepare: Prepare = nothing
    commands: Sequence[Command] = attrs.field(
        factory=lambda: tuple(demo_commands(CUSTOMERS, today=TODAY)), repr=False
    )
    say: Callable[[str], None] = quietly

    def run(self) -> Summary:
        """Do it; what it came to."""
        started, chance = time.monotonic(), Random(self.seed)
        plan, broken = Plan(chance), list[str]()
        with closing(Undisturbed(self.commands)) as undisturbed:
            while not self._is_enough(plan, broken):
                undisturbed.begin()
                trial = Trial(self.new_url, undisturbed, chance, self.prepare)
                while not (trial.over or self._is_enough(plan, broken)):
                    crash = plan.next()
                    outcome = trial.crash(crash)
                    plan.learn(crash, outcome)
                    broken += [f"{each}, after {crash}" for each in outcome.broken]
                    self.say(f"{plan.killed} killed; {crash}")
        if plan.survivors == ENOUGH:
            broken.append(f"{ENOUGH} processes in a row reached no point to die at")
        return Summary(
            seconds=time.monotonic() - started,
            roles=plan.roles,
            points=plan.points,
            survived=plan.survived,
            broken=tuple(broken),
        )

    def _is_enough(self, plan: Plan, broken: list[str]) -> bool:
        return plan.killed >= self.kills or len(broken) >= ENOUGH or plan.survivors >= ENOUGH


class Plan:
    """Who dies next, and where: first where nobody did yet."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.roles: Counter[str] = Counter()
        self.points: Counter[str] = Counter()
        self.survived = self.survivors = 0
        self._unknown = [*ROLES, IMPORT]
        self._reached: dict[str, Counter[str]] = {}
        self._lasted: dict[str, float] = {}

    @property
    def killed(self) -> int:
        """How many died."""
        return self.roles.total()

    def next(self) -> Crash:
        """A role that nobody played yet is played to its end first, to see what it reaches."""
        if self._unknown:
            return Crash(role=self._unknown[0])
        if self.chance.random() > AT_A_POINT:
            role = self.chance.choice([*self._reached])
            after = self.chance.uniform(0, self._lasted[role])
            return Crash(role=role, after=after, companion=self._beside(role))
        point = self._rarest()
        role = self.chance.choice([name for name, each in self._reached.items() if point in each])
        nth = self.chance.randint(1, self._reached[role][point])
        return Crash(role=role, fault=f"{point}:{nth}", companion=self._beside(role))

    def _beside(self, role: str) -> str | None:
        return None if role == IMPORT else self.chance.choice(COMPANIONS)

    def _rarest(self) -> str:
        known = sorted({point for each in self._reached.values() for point in each})
        fewest = min(self.points[point] for point in known)
        return self.chance.choice([each for each in known if self.points[each] == fewest])

    def learn(self, crash: Crash, outcome: Outcome) -> None:
        """What became of it."""
        if outcome.killed:
            self.roles[crash.role] += 1
            self.points[(crash.fault or "a moment").partition(":")[0]] += 1
            self.survivors = 0
            return
        self._reached[crash.role] = outcome.reached
        if self._unknown[:1] == [crash.role]:
            self._lasted[crash.role] = outcome.seconds
            del self._unknown[0]
        else:
            self.survived += 1
            self.survivors += 1
