"""Who waits for news of the log wakes at once, whoever appended; and looks now and then anyway."""

from __future__ import annotations

import time
from threading import Condition
from types import TracebackType
from typing import Protocol, Self


class Bell:
    """Rung after each append of this process, and by whatever hears of others' appends."""

    def __init__(self) -> None:
        self._condition = Condition()
        self.rings = 0
        """How often it was rung: one that rang since a look at the log is never missed."""

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._condition:
            self.rings += 1
            self._condition.notify_all()

    def wait(self, heard: int, timeout: float) -> None:
        """Return once it rang more often than `heard`, or after `timeout` seconds."""
        with self._condition:
            self._condition.wait_for(lambda: self.rings != heard, timeout)


class Others(Protocol):
    """What tells of appends that the bell does not ring for: look at it every `pause` seconds."""

    pause: float

    def changed(self) -> bool:
        """Whether somebody may have appended since it was asked last."""

    def close(self) -> None:
        """Give back what it holds."""


class Nobody:
    """There are no others, or the bell rings for them too."""

    pause = 60.0

    def changed(self) -> bool:
        """Never."""
        return False

    def close(self) -> None:
        """Nothing to give back."""


class Watch:
    """
    One who waits for news, in one thread.

    A wake-up can be lost on the way from another process: look at the log after every `wait`,
    also when nothing woke it.
    """

    def __init__(self, bell: Bell, others: Others) -> None:
        self._bell = bell
        self._others = others
        self._heard = bell.rings

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back what it holds."""
        self._others.close()

    def wait(self, timeout: float) -> None:
        """Return once there is news since it woke last, or after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while True:
            rings = self._bell.rings
            if rings != self._heard or self._others.changed():
                self._heard = rings
                return
            left = deadline - time.monotonic()
            if left <= 0:
                return
            self._bell.wait(rings, min(left, self._others.pause))
