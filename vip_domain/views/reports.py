"""What views tell operators: how far one is, how a rebuild goes, what a check found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import attrs

from vip_domain.errors import StoreError
from vip_domain.projections.projection import Cell


@attrs.frozen
class Difference:
    """A field that two tables tell differently; a row that is missing has no value."""

    vip_id: str
    field: str
    live: Cell
    rebuilt: Cell


@attrs.frozen(kw_only=True)
class Progress:
    """How far a rebuild is: `done` of `total` in a phase that has taken `seconds`."""

    view: str
    phase: str
    done: int
    total: int
    seconds: float

    @property
    def rate(self) -> float:
        """Done a second, 0 before the first."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """An estimate, once there is a rate."""
        return (self.total - self.done) / self.rate if self.rate else None


Listener = Callable[[Progress], None]


def quiet(progress: Progress) -> None:
    """Tell nobody."""
    del progress


KeepOn = Callable[[], bool]


def always() -> bool:
    """Go on to the end."""
    return True


@attrs.frozen(kw_only=True)
class Rebuilt:
    """What a rebuild came to: the `generation` that is live now, at `position`."""

    view: str
    position: int
    generation: int
    events: int
    seconds: float
    differences: tuple[Difference, ...] = ()


class ViewDiffers(StoreError):
    """The rebuilt rows are not the live ones; nothing was switched. `.differences` says where."""

    def __init__(self, view: str, differences: tuple[Difference, ...]) -> None:
        first = differences[0]
        super().__init__(
            f"the rebuilt {view} differs from the live one in {len(differences)} places, first "
            f"in {first.field} of {first.vip_id}; nothing was switched"
        )
        self.view = view
        self.differences = differences


@attrs.frozen(kw_only=True)
class Verified:
    """A view recomputed from the log and compared row by row; without differences it is right."""

    view: str
    position: int
    digest: str
    differences: tuple[Difference, ...]


@attrs.frozen(kw_only=True)
class FollowedView:
    """
    How following a view goes: whether this follower is the `active` one, or stands by for another.

    The `position` it brought the view to, null while it stands by, beside the `last` one of the
    log when it looked; and the `error` that keeps it from going on, null without.
    """

    view: str
    active: bool
    position: int | None
    last: int
    error: str | None


class ViewsBehind(StoreError):
    """Views do not stand at a position yet; `.views` says where each of those stands instead."""

    def __init__(self, position: int, views: Mapping[str, int], timeout: float) -> None:
        where = ", ".join(f"{view} at {stands}" for view, stands in views.items())
        super().__init__(f"not at position {position} after {timeout:g} s: {where}")
        self.position = position
        self.views = dict(views)


@attrs.frozen
class ParkedCustomer:
    """
    A customer whose row in a view stopped before an event that the view cannot take.

    The event is its `version`-th, at `position` of the log; later ones wait behind it.
    """

    view: str
    vip_id: str
    version: int
    position: int
    error: str
    parked_at: datetime

    def passed_over(self, version: int | None, actor: str, reason: str) -> SkippedEvent:
        """
        The event it waits at, skipped now.

        Raises `StoreError` when `version` is another's: then somebody else was there before.
        """
        if version not in (None, self.version):
            raise StoreError(f"{self.vip_id} is parked in {self.view} at event {self.version}")
        return SkippedEvent(
            view=self.view,
            vip_id=self.vip_id,
            version=self.version,
            position=self.position,
            error=self.error,
            actor=actor,
            reason=reason,
            skipped_at=datetime.now(UTC),
        )


@attrs.frozen
class SkippedEvent:
    """An event that a view passes over for good: who said so, why, and what was wrong with it."""

    view: str
    vip_id: str
    version: int
    position: int
    error: str
    actor: str
    reason: str
    skipped_at: datetime


@attrs.frozen
class Retried:
    """A parked customer that was folded again; `parked` says where it stopped, if it did."""

    view: str
    vip_id: str
    parked: ParkedCustomer | None


@attrs.frozen(kw_only=True)
class ViewStatus:
    """
    How a view stands: what it has folded, and how far it is behind the log.

    `lag_seconds` is the age of the oldest event it has not folded, 0 when it has all. So many
    customers are `parked` before an event it cannot take, so many events were `skipped`.
    """

    view: str
    version: int
    generation: int
    position: int
    lag_events: int
    lag_seconds: float
    rows: int
    parked: int
    skipped: int
    rebuilt_at: datetime | None
    rebuilt_events: int | None
    rebuilt_seconds: float | None
