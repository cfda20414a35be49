"""A piece of work in a process of its own, which may end without warning at any point of it."""

from __future__ import annotations

import multiprocessing
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import attrs

from vip_domain import faults

Say = Callable[[Any], None]
Work = Callable[..., None]
"""Gets a `say` and its arguments; what it says before it is killed has been heard."""

PATIENCE = 60.0
"""Seconds after which a process that does not end counts as one that hangs."""

LOOK = 0.02

# Forked from a process that has imported everything, opened nothing and has no threads: a child
# begins in a hundredth of a second, and nothing of the parent's is in it.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    ["vip_domain.testing.crashes.roles", "vip_domain.views.in_postgres"]
)


@attrs.frozen(kw_only=True)
class Ended:
    """
    How a process ended, and after how many `seconds`.

    What it `said` until then, in order; whether it was `killed`; how often it `reached` which
    point, if nobody killed it; and how it `failed`, if it did, as a traceback.
    """

    said: tuple[Any, ...]
    seconds: float
    killed: bool
    reached: Counter[str]
    failed: str | None


class Child:
    """
    Another process, at `work`, from now on.

    `fault` ends it at a point, such as `append.written:2`. Work and arguments are pickled.
    """

    def __init__(self, work: Work, *arguments: Any, fault: str | None = None) -> None:
        self._heard, pipe = _context.Pipe(duplex=False)
        self._process = _context.Process(target=_live, args=(work, arguments, fault, pipe))
        self._process.start()
        pipe.close()  # so that the other one is the last, and its end is heard

    def hear(self) -> Any:
        """The next that it says, as soon as it does. Raises `EOFError` when it ended instead."""
        kind, said = self._heard.recv()
        if kind != "said":
            raise EOFError(said)
        return said

    def end(
        self, after: float | None = None, meanwhile: Callable[[], None] = lambda: None
    ) -> Ended:
        """Wait for its end, or kill it `after` some seconds; call `meanwhile` all the time."""
        said: list[tuple[str, Any]] = []
        started = time.monotonic()
        hung = False
        while not self._all_heard(said):
            meanwhile()
            lasted = time.monotonic() - started
            hung = hung or lasted > PATIENCE
            if hung or (after is not None and lasted > after):
                self._process.kill()
        self._process.join()
        self._heard.close()
        code = self._process.exitcode
        words = [text for kind, text in said if kind == "failed"]
        words += [f"it hung for {PATIENCE} seconds"] if hung else []
        words += [] if code in {0, -signal.SIGKILL} else [f"it ended with {code}"]
        return Ended(
            said=tuple(each for kind, each in said if kind == "said"),
            seconds=time.monotonic() - started,
            killed=code == -signal.SIGKILL and not hung,
            reached=next((each for kind, each in said if kind == "reached"), Counter()),
            failed="; ".join(words) or None,
        )

    def _all_heard(self, said: list[tuple[str, Any]]) -> bool:
        try:
            if self._heard.poll(LOOK):
                said.append(self._heard.recv())
        except (EOFError, ConnectionResetError):
            return True
        return False


def _live(work: Work, arguments: tuple[Any, ...], fault: str | None, pipe: Connection) -> None:
    reached: Counter[str] = Counter()
    kill = faults.deadly(fault) if fault else None

    def act(point: faults.Point) -> None:
        reached[point] += 1
        if kill is not None:
            kill(point)

    try:
        with faults.listening(act):
            work(lambda said: pipe.send(("said", said)), *arguments)
        pipe.send(("reached", reached))
    except BaseException:  # noqa: BLE001  # whatever it is, the parent tells it
        pipe.send(("failed", traceback.format_exc()))
