"""Pictures of the list, drawn here as SVG: who renews when, and how old requests are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import attrs

from examples.reseller_console.desk import Desk
from vip_domain.rules import add_days, add_months

WIDTH, HEIGHT, FLOOR, ROOF = 720, 260, 40, 30
GAP = 0.28
"""Of a bar's place."""

MONTHS = 12
SOON, LATE = 7, (14, 30)
"""Days before and after a due date at which steps end; the last ends as PAs are deactivated."""

FAR = date(2999, 1, 1)
"""When everything pending will be overdue."""


@attrs.frozen(kw_only=True)
class Bar:
    """A bar in a box of `WIDTH` by `HEIGHT`; `kind` has its colour, `to` is its list."""

    label: str
    number: int
    more: int
    x: float
    y: float
    width: float
    height: float
    kind: str = ""
    to: str = ""

    @property
    def middle(self) -> float:
        """Where its texts are centred."""
        return round(self.x + self.width / 2, 1)


@attrs.frozen(kw_only=True)
class Step:
    """What a bar is made of."""

    label: str
    number: int
    more: int = 0
    kind: str = ""
    to: str = ""


def bars(steps: Sequence[Step]) -> list[Bar]:
    """Side by side, the highest as high as there is room."""
    place = WIDTH / max(len(steps), 1)
    most = max((step.number for step in steps), default=0) or 1
    room = HEIGHT - FLOOR - ROOF
    return [
        Bar(
            label=step.label,
            number=step.number,
            more=step.more,
            kind=step.kind,
            to=step.to,
            x=round(place * (n + GAP / 2), 1),
            y=round(HEIGHT - FLOOR - room * step.number / most, 1),
            width=round(place * (1 - GAP), 1),
            height=round(room * step.number / most, 1),
        )
        for n, step in enumerate(steps)
    ]


def renewals(desk: Desk, on: date, *, mine: bool) -> list[Step]:
    """Licences that are not renewed yet, and their customers, for the months around a day."""
    first = add_months(on.replace(day=1), -1)
    last = add_months(first, MONTHS)
    known = {each.month: each for each in desk.renewals(first=first, last=last, mine=mine)}
    steps = []
    for month in (f"{add_months(first, n):%Y-%m}" for n in range(MONTHS + 1)):
        found = known.get(month)
        number, customers = (0, 0) if found is None else (found.licenses, found.customers)
        steps.append(Step(label=month, number=number, more=customers))
    return steps


def ages(desk: Desk, on: date, *, mine: bool) -> list[Step]:
    """
    Customers by the due date of their oldest pending PA, from far ahead to long past.

    A filter at another day says who is overdue then; the difference of two says whose oldest PA
    is due in between.
    """
    rules = desk.rules
    grace = rules.pa_deactivate_days - rules.pa_due_days
    ends = (SOON + 1, 0, *sorted({-days for days in (*LATE, grace) if days <= grace}, reverse=True))
    days = [FAR, *(add_days(on, end) for end in ends)]
    known = [desk.counts(on=day, mine=mine)["overdue_requests"] for day in days]
    lists = ["pending_requests"] * 2 + ["overdue_requests"] * (len(known) - 2)
    labels = [f"{SOON + 1}+", f"0–{SOON}", *_late([-end for end in ends[1:]])]
    return [
        Step(label=label, number=here - beyond, kind=name, to=name)
        for label, name, here, beyond in zip(labels, lists, known, [*known[1:], 0], strict=True)
    ]


def _late(ends: Sequence[int]) -> list[str]:
    """`1–14`, `15–30`, `31–46`, `47+`: days since the oldest PA was due."""
    between = [f"{first + 1}–{last}" for first, last in pairwise(ends)]
    return [*between, f"{ends[-1] + 1}+"]
