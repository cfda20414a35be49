"""Licences over time as the numbers of a drawing: steps, for licences come and go in a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

import attrs

from vip_domain.report.levels import Level

WIDTH, HEIGHT = 760, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 14, 30
MOST_TICKS = 8
MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)


@attrs.frozen
class Tick:
    """A mark on an axis: how far along it, and what stands there."""

    at: float
    text: str


@attrs.frozen(kw_only=True)
class Chart:
    """
    Paths in a box of `WIDTH` by `HEIGHT`, from the day of the first licences to `last`.

    `fulfilled` is an area, `pending` the area on top of it, `assigned` a line; `today`: where the
    date asked about is.
    """

    first: date
    last: date
    most: int
    fulfilled: str
    pending: str
    assigned: str
    today: float
    days: tuple[Tick, ...]
    numbers: tuple[Tick, ...]


def chart(levels: Sequence[Level], on: date) -> Chart:
    """What to draw of at least one level, up to `on` or the last change, whichever is later."""
    first, last = levels[0].day, max(on, levels[-1].day)
    most = max(max(each.held, each.licenses.assigned) for each in levels)
    step = _round_step(most)
    top = -(-max(most, 1) // step) * step

    def x(day: date) -> float:
        span = max((last - first).days, 1)
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span, 1)

    def y(number: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * number / top, 1)

    def steps(number: Callable[[Level], int]) -> list[str]:
        return _steps([(x(each.day), y(number(each))) for each in levels], x(last))

    held = steps(lambda each: each.held)
    fulfilled = steps(lambda each: each.licenses.fulfilled)
    floor = [f"{x(first)},{y(0)}", f"{x(last)},{y(0)}"]
    return Chart(
        first=first,
        last=last,
        most=most,
        fulfilled=_closed([floor[0], *fulfilled, floor[1]]),
        pending=_closed([*fulfilled, *reversed(held)]),
        assigned="M" + " L".join(steps(lambda each: each.licenses.assigned)),
        today=x(min(max(on, first), last)),
        days=tuple(Tick(x(day), f"{day:%Y-%m}") for day in _month_starts(first, last)),
        numbers=tuple(Tick(y(number), str(number)) for number in range(0, top + 1, step)),
    )


def _steps(points: Sequence[tuple[float, float]], end: float) -> list[str]:
    corners = [points[0]]
    for (_, before), (x, y) in pairwise(points):
        corners += [(x, before), (x, y)]
    return [f"{x},{y}" for x, y in (*corners, (end, points[-1][1]))]


def _closed(points: Sequence[str]) -> str:
    return "M" + " L".join(points) + " Z"


def _round_step(most: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, ... of which four or fewer make `most`."""
    step = 1
    while step * 4 < most:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step


def _month_starts(first: date, last: date) -> list[date]:
    """The first days of months, evenly apart, as many as can be read."""
    begin, end = first.year * 12 + first.month, last.year * 12 + last.month - 1
    apart = next((each for each in MONTHS if (end - begin) // each < MOST_TICKS), MONTHS[-1])
    return [
        date(each // 12, each % 12 + 1, 1) for each in range(begin, end + 1) if not each % apart
    ]
