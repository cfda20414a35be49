"""Several actors on one store, one step at a time, in an order that is chosen: no clock decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from threading import Semaphore, Thread, current_thread
from typing import TypeVar

from vip_domain import StoreError
from vip_domain.faults import listening
from vip_domain.store.log import EventLog

PATIENCE = 60.0
"""Seconds after which an actor that neither pauses nor ends is stuck."""

TRIES = 200

Part = Callable[[], None]
T = TypeVar("T")


class _Sent(BaseException):
    """The play is over; an actor that is still in it leaves."""


class _Actor(Thread):
    """A thread that goes on when it is told, until it pauses or ends."""

    def __init__(self, part: Part) -> None:
        super().__init__(daemon=True)
        self._part = part
        self._go, self._rests = Semaphore(0), Semaphore(0)
        self._over = False
        self.ended = False
        self.error: BaseException | None = None

    def run(self) -> None:
        self._go.acquire()
        try:
            self._part()
        except _Sent:
            pass
        except BaseException as error:  # noqa: BLE001  # raised to who plays it
            self.error = error
        self.ended = True
        self._rests.release()

    def step(self) -> None:
        """Let it go on to its next pause, or its end."""
        self._go.release()
        if not self._rests.acquire(timeout=PATIENCE):
            raise TimeoutError("somebody waits for an actor who may not go on")

    def pause(self) -> None:
        """Wait until it is told to go on."""
        if not self._over:
            self._rests.release()
            self._go.acquire()
            if self._over:
                raise _Sent

    def leave(self) -> None:
        """End it, wherever it is."""
        self._over = True
        if not self.ended:
            self.step()


def pause() -> None:
    """Here somebody else may go on first; of interest to actors alone."""
    actor = current_thread()
    if isinstance(actor, _Actor):
        actor.pause()


def play(parts: Sequence[Part], chance: Random) -> None:
    """Play all parts to their end, a step of one and then of another. Raises what one raises."""
    actors = [_Actor(part) for part in parts]
    for each in actors:
        each.start()
    try:
        with listening(lambda point: pause()):
            while on_stage := [each for each in actors if not each.ended]:
                actor = chance.choice(on_stage)
                actor.step()
                if actor.error is not None:
                    raise actor.error
    finally:
        for each in actors:
            each.leave()


def persistently(part: Callable[[], T]) -> T:
    """Try until nobody who was stopped has a lock that is needed; others go on in between."""
    for _ in range(TRIES):
        try:
            return part()
        except StoreError:
            pause()
    return part()


def far_apart() -> dict[str, Callable[..., object]]:
    """How a log appends and reads when an actor pauses before the one and after the other."""
    append, read = EventLog.append, EventLog.read

    def append_later(self: EventLog, *arguments: object) -> object:
        pause()
        return append(self, *arguments)  # type: ignore[arg-type]

    def read_before(self: EventLog, after: int, limit: int) -> object:
        found = read(self, after, limit)
        pause()
        return found

    return {"append": append_later, "read": read_before}
