"""What all customers of one demo share: its rules, its team, chance, and every reseller's codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from vip_domain.demo.chance import Chance
from vip_domain.demo.organisations import Directory
from vip_domain.demo.words import OTHER_RESELLERS, TEAM
from vip_domain.rules import ProgramRules, add_days

OPENS, CLOSES = 7 * 3600, 16 * 3600
SATURDAY = 5
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class World:
    """One demo: `until` is the first day that has not happened yet."""

    def __init__(self, *, until: date, seed: int, reseller_id: str, rules: ProgramRules) -> None:
        self.chance = Chance(seed)
        self.until = until
        self.rules = rules
        self.reseller_id = reseller_id
        self.directory = Directory(self.chance)
        self.teams: Mapping[str, tuple[str, ...]] = {**OTHER_RESELLERS, reseller_id: TEAM}
        self._sent: Counter[tuple[str, date]] = Counter()

    def vip_id(self) -> str:
        """Twenty capital hexadecimal digits."""
        return f"{self.chance.getrandbits(80):020X}"

    def code(self) -> str:
        """A secret as people read it out on the phone."""
        letters = "".join(self.chance.choices(CODE_LETTERS, k=12))
        return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"

    def other_reseller(self) -> str:
        """One that customers come from and go to."""
        return self.chance.one_of([each for each in self.teams if each != self.reseller_id])

    def member(self, reseller_id: str, *, but: str = "") -> str:
        """Somebody of the reseller's team, `but` not this one."""
        return self.chance.one_of([each for each in self.teams[reseller_id] if each != but])

    def day_for_a_code(self, reseller_id: str, first: date, days: int) -> date | None:
        """The first working day on which the reseller has a code left to send today (S62)."""
        for later in range(days):
            day = working_day(add_days(first, later))
            if self._sent[reseller_id, day] < self.rules.change_codes_per_day:
                self._sent[reseller_id, day] += 1
                return day
        return None

    def moment(self, day: date) -> datetime:
        """Some moment of the day's working hours."""
        seconds = self.chance.between(OPENS, CLOSES)
        return datetime.combine(day, time.min, UTC) + timedelta(seconds=seconds)


def working_day(day: date) -> date:
    """`day`, or the Monday after it."""
    return day if day.weekday() < SATURDAY else add_days(day, 7 - day.weekday())
