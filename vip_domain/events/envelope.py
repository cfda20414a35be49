"""The envelope of a fact: which, when recorded, by whom and why; and one nobody can open."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, NoReturn, TypeVar

from msgspec import Struct

from vip_domain.errors import UnreadableEvent
from vip_domain.events.fact import Fact

E = TypeVar("E", bound=Fact, covariant=True)


class Recorded(Struct, Generic[E], frozen=True, kw_only=True, gc=False):
    """
    A fact on record.

    `stream_id` and `version` (from 1) say whose and which; `position` (from 1) is its place in
    the log, 0 while it is not there yet; `recorded_at` is an aware UTC instant.
    """

    event: E
    stream_id: str
    version: int
    position: int
    recorded_at: datetime
    actor: str
    command_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None


class Unreadable(Struct, frozen=True, kw_only=True, gc=False):
    """
    A fact on record that this version cannot read: one of a newer version, or broken bytes.

    It takes the place of a `Recorded`, so that nothing is lost of its being there; asked for its
    `event` it raises the `problem` as `UnreadableEvent`.
    """

    stream_id: str
    version: int
    position: int
    problem: str

    @property
    def event(self) -> NoReturn:
        """Nobody knows."""
        raise UnreadableEvent(self.problem, self.position)
