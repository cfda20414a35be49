"""Views that follow the log by themselves: woken by each append, one follower a view at a time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Protocol, Self

import attrs

from vip_domain.errors import StoreError
from vip_domain.faults import reach
from vip_domain.store.log import EventLog
from vip_domain.views.lease import Leases
from vip_domain.views.reports import FollowedView, KeepOn, always

LOOK = 0.5
"""Seconds after which it looks at the log though nothing woke it, and whether it may take over."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds it leaves a store alone that is in trouble, the longer the longer that lasts."""


class ViewFollower(Protocol):
    """A view that can be brought to the end of the log."""

    def catch_up(self, keep_on: KeepOn = always) -> int:
        """Fold what was recorded by now, in batches, while it may; the position it stands at."""


class Following:
    """
    A thread that brings views up to date as events are appended, in whatever process.

    For each view one follower is active; others stand by, and one takes over within seconds when
    it ends. A store in trouble is tried again, and `views` tell the error meanwhile.
    """

    def __init__(
        self, log: EventLog, followers: Mapping[str, ViewFollower], leases: Leases
    ) -> None:
        self._log = log
        self._leases = leases
        self._stopped = Event()
        self._failure: BaseException | None = None
        self._ones = [_One(name, each) for name, each in followers.items()]
        self._watch = log.watch()
        self._thread = Thread(target=self._run, name="vip-domain-follow", daemon=True)
        self._thread.start()

    @property
    def views(self) -> tuple[FollowedView, ...]:
        """How it goes, view by view."""
        return tuple(one.state for one in self._ones)

    def _run(self) -> None:
        try:
            with self._watch as watch:
                while not self._stopped.is_set():
                    for one in self._ones:
                        self._step(one)
                    watch.wait(LOOK)
        except BaseException as failure:  # noqa: BLE001  # raised to who joins the thread
            self._failure = failure
        finally:
            self._leases.close()
            reach("lease.freed")

    def _step(self, one: _One) -> None:
        if time.monotonic() < one.rests_until:
            return
        try:
            self._follow(one)
            one.pause = FIRST_PAUSE
        except StoreError as error:
            with suppress(StoreError):
                self._leases.give_back(one.name)
            one.state = attrs.evolve(one.state, active=False, position=None, error=str(error))
            one.rests_until = time.monotonic() + one.pause
            one.pause = min(one.pause * 2, LONGEST_PAUSE)

    def _follow(self, one: _One) -> None:
        last = self._log.last_position()
        active, position = self._leases.take(one.name), one.state.position
        if active and not one.state.active:
            reach("lease.taken")
        if not active:
            position = None
        elif position is None or position < last:
            position = one.follower.catch_up(lambda: not self._stopped.is_set())
        one.state = FollowedView(
            view=one.name,
            active=active,
            position=position,
            last=max(last, position or 0),
            error=None,
        )

    def stop(self) -> None:
        """End it, after the batch it is at; raises what ended it before, if something did."""
        self._stopped.set()
        self._log.bell.ring()
        self.join()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until it ended; whether it did in `timeout` seconds. Raises what ended it."""
        self._thread.join(timeout)
        if self._failure is not None:
            raise self._failure
        return not self._thread.is_alive()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class _One:
    """A view, and how following it goes."""

    def __init__(self, name: str, follower: ViewFollower) -> None:
        self.name = name
        self.follower = follower
        self.state = FollowedView(view=name, active=False, position=None, last=0, error=None)
        self.rests_until = 0.0
        self.pause = FIRST_PAUSE
