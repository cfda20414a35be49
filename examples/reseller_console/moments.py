"""Moments of the log, for the time slider: where it ends, and what a position means to people."""

from __future__ import annotations

import time
from datetime import date
from threading import Lock
from typing import Any

import attrs
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request

from examples.reseller_console.door import page_desk
from examples.reseller_console.language import language_of
from examples.reseller_console.words import say
from vip_domain import UnreadableEvent, VipDomain
from vip_domain.words import Language

moments = APIRouter(include_in_schema=False)

FRESH = 1.0
"""Seconds for which the end of the log may be an old one: the slider goes so far."""


@attrs.frozen(kw_only=True)
class Moment:
    """A position: the day its event happened on, and the minute it was recorded in, in UTC."""

    position: int
    on: date
    recorded: str

    def said(self, language: Language) -> str:
        """For the slider."""
        return say("moment", language, position=self.position, on=self.on, recorded=self.recorded)


def last_position(vip: VipDomain) -> int:
    """Where the log ends."""
    first, *_ = vip.status()
    return first.position + first.lag_events


def moment_of(vip: VipDomain, position: int) -> Moment | None:
    """What was recorded at a position; `None` where there is nothing, or nothing that is read."""
    try:
        with vip.subscribe(after=position - 1) as subscription:
            for recorded in subscription.batch(timeout=0)[:1]:
                return Moment(
                    position=recorded.position,
                    on=recorded.event.at.date(),
                    recorded=recorded.recorded_at.isoformat(" ", "minutes")[:16],
                )
    except UnreadableEvent:
        return None
    return None


@attrs.define
class LogEnd:
    """Where the log ends, asked of the store once in a while."""

    vip: VipDomain
    _position: int = 0
    _asked: float = float("-inf")
    _lock: Lock = attrs.field(factory=Lock)

    @property
    def position(self) -> int:
        """The end, or the one of a moment ago."""
        with self._lock:
            if time.monotonic() - self._asked > FRESH:
                self._position = last_position(self.vip)
                self._asked = time.monotonic()
            return self._position


@moments.get("/moments/{position}")
def moment(request: Request, position: int) -> dict[str, Any]:
    """What the slider says where it stands."""
    desk = page_desk(request)
    if not 1 <= position <= last_position(desk.vip):
        raise HTTPException(404)
    found = moment_of(desk.vip, position)
    if found is None:
        raise HTTPException(404)
    return {"on": found.on.isoformat(), "text": found.said(language_of(request))}
