"""Named points at which a process can be made to end, so that tests see what it leaves behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, get_args

VARIABLE = "VIP_DOMAIN_FAULT"
"""Names the point, such as `append.written`, or `fold.committed:3` for the third time."""

Point = Literal[
    "schema.made",
    "append.begun",
    "append.written",
    "append.committed",
    "keys.made",
    "keys.erased",
    "keys.destroyed",
    "views.made",
    "fold.rows",
    "fold.written",
    "fold.committed",
    "rebuild.begun",
    "rebuild.planned",
    "share.folded",
    "share.kept",
    "load.written",
    "load.committed",
    "index.made",
    "beside.written",
    "beside.committed",
    "rebuild.compared",
    "switch.begun",
    "switch.named",
    "switch.written",
    "switch.committed",
    "drop.piece",
    "drop.done",
    "retry.written",
    "retry.committed",
    "skip.written",
    "lease.taken",
    "lease.freed",
    "checkpoint.hashed",
    "checkpoint.written",
    "checkpoint.kept",
    "import.event",
    "import.command",
    "import.written",
    "import.committed",
]
"""Before and after every write that matters; `docs/survival.md` says what each one means."""

POINTS: tuple[Point, ...] = get_args(Point)

Act = Callable[[Point], None]

_act: Act | None = None


def reach(point: Point) -> None:
    """Say that this process is here; nobody listens unless it is tested."""
    if _act is not None:
        _act(point)


def listen(act: Act | None) -> None:
    """Call `act` at every point from here on, in the thread that is there."""
    global _act  # noqa: PLW0603  # one process, one listener
    _act = act


@contextmanager
def listening(act: Act) -> Iterator[None]:
    """The same for a while."""
    before = _act
    listen(act)
    try:
        yield
    finally:
        listen(before)


def deadly(fault: str) -> Act:
    """What ends this process without warning at `name`, or at `name:3` the third time."""
    name, _, nth = fault.partition(":")
    left = int(nth or 1) if (nth or "1").isdecimal() else 0
    if name not in POINTS or not left:
        raise ValueError(f"{VARIABLE}: {fault!r} is no point such as append.written:2")

    def act(point: Point) -> None:
        nonlocal left
        left -= point == name
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    return act


if VARIABLE in os.environ:
    listen(deadly(os.environ[VARIABLE]))
