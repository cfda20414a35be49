"""As of when a question is asked: a position of the log, or an instant that comes down to one."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from vip_domain.commands.fields import Problem
from vip_domain.store.log import EventLog

AsOf = int | datetime
"""A position, 0 before the first event, or an aware instant: what was recorded by then."""


def position_of(log: EventLog, as_of: object) -> int:
    """
    The position. What is wrong stands in its place, for the question to report with all else.

    An instant after the latest event is as of that event: what will be recorded is not known.
    """
    if isinstance(as_of, datetime):
        if as_of.utcoffset() is None:
            return _or_problem("must have an offset from UTC")
        return log.position_at(as_of)
    if isinstance(as_of, int) and not isinstance(as_of, bool):
        last = log.last_position()
        within = 0 <= as_of <= last
        return (
            as_of
            if within
            else _or_problem(f"must be a position from 0 to {last}, where the log ends")
        )
    return _or_problem("must be a position of the log or an instant")


def _or_problem(problem: str) -> int:
    return cast(int, Problem(problem))
