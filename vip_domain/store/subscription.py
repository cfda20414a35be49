"""The log as it grows: each event once, in the order of positions, without a hole."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from threading import Event as Flag
from types import TracebackType
from typing import Self

from vip_domain.errors import StoreError, UnreadableEvent
from vip_domain.events import Event, Logged, Recorded, Unreadable
from vip_domain.sealing.people import opened
from vip_domain.sealing.vault import Vault
from vip_domain.store.log import EventLog

LOOK = 0.5
"""Seconds after which it looks at the log though nothing woke it."""

BATCH = 1_000


class Subscription:
    """
    The events later than a position, as they are appended in whatever process; for one thread.

    As an iterator it waits for the next event, until it is stopped; `batch` waits for some of
    them, for so long. What was not taken is not lost: `position` is that of the last event given,
    and another subscription can begin there.

    Both raise `StoreError` when the store cannot be read, and can be asked again. An event that
    this version cannot read raises `UnreadableEvent`, again and again: nothing is left out
    unnoticed. Who wants to go on without it subscribes anew, after that error's `position`.
    """

    def __init__(self, log: EventLog, vault: Vault, after: int) -> None:
        self.position = after
        self._log = log
        self._vault = vault
        self._read: deque[Logged] = deque()
        self._watch = log.watch()
        self._stopped = Flag()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Recorded[Event]:
        self._wait(None)
        if self._stopped.is_set():
            raise StopIteration
        return self._take()

    def batch(self, timeout: float | None = None) -> tuple[Recorded[Event], ...]:
        """
        The next events, up to a thousand, as soon as there are any.

        None when there are none in `timeout` seconds, or when it was stopped.
        """
        self._wait(timeout)
        if self._stopped.is_set() or not self._read:
            return ()
        taken = [self._take()]
        while self._read and isinstance(self._read[0], Recorded):
            taken.append(self._take())
        return tuple(taken)

    def _take(self) -> Recorded[Event]:
        first = self._read[0]
        if isinstance(first, Unreadable):
            raise UnreadableEvent(first.problem, first.position)
        self._read.popleft()
        self.position = first.position
        return first

    def _wait(self, timeout: float | None) -> None:
        """Return once something is read, or after `timeout` seconds, or when it was stopped."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self._read and not self._stopped.is_set():
            self._look()
            left = LOOK if deadline is None else deadline - time.monotonic()
            if self._read or left <= 0:
                return
            self._watch.wait(min(left, LOOK))

    def _look(self) -> None:
        """Read what there is by now."""
        try:
            self._read.extend(self._opened(self._log.read(self.position, BATCH)))
        except StoreError:
            # Whoever closes a store stops this first, and may do so in the middle of reading.
            if not self._stopped.is_set():
                raise

    def _opened(self, read: list[Logged]) -> Iterator[Logged]:
        """What was read, with the people in it as they were told."""
        told = iter(opened(self._vault, [each for each in read if isinstance(each, Recorded)]))
        return (each if isinstance(each, Unreadable) else next(told) for each in read)

    def stop(self) -> None:
        """End it, from whichever thread: what waits for the next event waits no longer."""
        self._stopped.set()
        self._log.bell.ring()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._watch.close()
