"""Read what you wrote, across processes: wait until views stand at a position."""

from __future__ import annotations

import time
from collections.abc import Mapping

from vip_domain.store.log import EventLog
from vip_domain.views.following import LOOK, ViewFollower
from vip_domain.views.reports import ViewsBehind


def wait_for(
    log: EventLog, followers: Mapping[str, ViewFollower], position: int, timeout: float
) -> None:
    """
    Return once all these views stand at `position` or beyond; whoever waits folds too.

    Raises `ViewsBehind` when they do not in `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    behind = _behind(log, followers, position, deadline)
    if not behind:
        return
    with log.watch() as watch:
        while behind := _behind(log, followers, position, deadline):
            left = deadline - time.monotonic()
            if left <= 0:
                raise ViewsBehind(position, behind, timeout)
            watch.wait(min(left, LOOK))


def _behind(
    log: EventLog, followers: Mapping[str, ViewFollower], position: int, deadline: float
) -> dict[str, int]:
    """Which views stand where, of those that do not stand at `position` in time."""
    stand = {
        name: each.catch_up(lambda: time.monotonic() < deadline) for name, each in followers.items()
    }
    return {name: stands for name, stands in stand.items() if stands < position}
