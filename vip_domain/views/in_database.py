"""All views of a database, each with the operations that operators need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Engine, func, select

from vip_domain.projections.customers import CUSTOMERS
from vip_domain.projections.customers.versions import CUSTOMER_VERSIONS
from vip_domain.projections.registered import PROJECTIONS
from vip_domain.projections.renewals import RENEWALS, RenewalMonth
from vip_domain.projections.renewals.query import MonthsQuery
from vip_domain.rules import ProgramRules
from vip_domain.store.log import EventLog
from vip_domain.views import generations, parking, renewals, repair, tables
from vip_domain.views.compare import digest
from vip_domain.views.customers import SQLCustomerList
from vip_domain.views.follower import Follower
from vip_domain.views.following import ViewFollower
from vip_domain.views.lease import Leases
from vip_domain.views.rebuild import Workshop
from vip_domain.views.reports import (
    Listener,
    ParkedCustomer,
    Rebuilt,
    Retried,
    SkippedEvent,
    Verified,
    ViewStatus,
    quiet,
)


class DatabaseViews:
    """
    The views in one database.

    `workshop` is where that kind of database folds one anew, `leases` what its followers hold.
    `apart_in` names the database when the log is in another one.

    Each method raises `StoreError` when the database cannot be used; then nothing was changed.
    """

    def __init__(
        self,
        engine: Engine,
        log: EventLog,
        rules: ProgramRules,
        workshop: Callable[[Follower, Listener], Workshop],
        leases: Callable[[], Leases],
        apart_in: str | None = None,
    ) -> None:
        self._log = log
        self._engine = engine
        self._workshop = workshop
        self._leases = leases
        try:
            self.customers = SQLCustomerList(engine, log, rules, apart_in=apart_in)
            self._followers = {
                each.name: Follower(engine, log, each, apart_in=apart_in)
                for each in PROJECTIONS
                if each not in (CUSTOMERS, CUSTOMER_VERSIONS)
            } | {each.projection.name: each for each in self.customers.followers}
        except BaseException:
            engine.dispose()
            raise

    def months(self, query: MonthsQuery) -> list[RenewalMonth]:
        """The months in which somebody renews, in order."""
        return renewals.months(self._followers[RENEWALS.name], query)

    def rebuild(
        self, name: str, *, listener: Listener = quiet, despite_differences: bool = False
    ) -> Rebuilt:
        """Fold a view anew beside the live one, compare, and switch to it."""
        workshop = self._workshop(self._followers[name], listener)
        return workshop.rebuild(despite_differences=despite_differences)

    def roll_back(self, name: str) -> int:
        """Make the generation before the last rebuild live again."""
        return self._workshop(self._followers[name], quiet).roll_back()

    def verify(self, name: str, *, listener: Listener = quiet) -> Verified:
        """Fold a view anew beside the live rows, and compare."""
        return self._workshop(self._followers[name], listener).verify()

    def digest(self, name: str) -> str:
        """One hash of all rows of a view that has caught up."""
        follower = self._followers[name]
        with follower.caught_up() as connection:
            return digest(generations.all_rows(connection, tables.live(follower.projection)))

    def parked(self, name: str) -> list[ParkedCustomer]:
        """Who is parked, by VIP ID."""
        follower = self._followers[name]
        with follower.transaction() as connection:
            return parking.parked_of(connection, follower.live(connection))

    def skipped(self, name: str) -> list[SkippedEvent]:
        """The events that the view passes over, in the order of the log."""
        follower = self._followers[name]
        with follower.transaction() as connection:
            return parking.skipped_of(connection, follower.projection)

    def retry(self, name: str, vip_id: str | None = None) -> list[Retried]:
        """Fold parked customers again, all or one."""
        return repair.retry(self._followers[name], vip_id)

    def skip(
        self, name: str, vip_id: str, *, version: int | None, actor: str, reason: str
    ) -> Retried:
        """Pass over the event a customer is parked at."""
        follower = self._followers[name]
        return repair.skip(follower, vip_id, version=version, actor=actor, reason=reason)

    def followers(self) -> Mapping[str, ViewFollower]:
        """What brings each view up to date, by name."""
        return self._followers

    def leases(self) -> Leases:
        """What one who follows views holds of them."""
        return self._leases()

    def status(self) -> list[ViewStatus]:
        """How each view stands; nothing is folded for it."""
        last = self._log.last_position()
        return [self._status(follower, last) for follower in self._followers.values()]

    def _status(self, follower: Follower, last: int) -> ViewStatus:
        rows = select(func.count()).select_from(tables.live(follower.projection))
        with follower.transaction() as connection:
            entry = follower.entry(connection)
            count = connection.execute(rows).scalar_one()
            parked, skipped = parking.counts(connection, follower.live(connection))
        took = entry.rebuilt_milliseconds
        return ViewStatus(
            view=follower.projection.name,
            version=entry.version,
            generation=entry.generation,
            position=entry.position,
            lag_events=max(last - entry.position, 0),
            lag_seconds=self._log.age_after(entry.position),
            rows=count,
            parked=parked,
            skipped=skipped,
            rebuilt_at=_instant(entry.rebuilt_at),
            rebuilt_events=entry.rebuilt_events,
            rebuilt_seconds=None if took is None else took / 1000,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
