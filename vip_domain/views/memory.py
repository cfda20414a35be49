"""Views in memory: every row looked at, so that anybody sees the answers are right."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock

import attrs

from vip_domain.errors import StoreError
from vip_domain.projections.customers import (
    CUSTOMERS,
    FILTERS,
    ORDERS,
    CustomerFacts,
    CustomerRow,
    name_key,
    row,
)
from vip_domain.projections.customers.changes import Step
from vip_domain.projections.customers.order import matches
from vip_domain.projections.customers.query import Cursor, ListQuery, Scope
from vip_domain.projections.registered import PROJECTIONS
from vip_domain.projections.renewals import RENEWALS, RenewalMonth
from vip_domain.projections.renewals.query import MonthsQuery
from vip_domain.rules import ProgramRules
from vip_domain.store.log import EventLog
from vip_domain.views.compare import digest, parked_differences, row_differences
from vip_domain.views.following import ViewFollower
from vip_domain.views.lease import Leases, MemoryLeases
from vip_domain.views.memory_follower import BATCH, MemoryFollower
from vip_domain.views.reports import (
    Difference,
    Listener,
    ParkedCustomer,
    Rebuilt,
    Retried,
    SkippedEvent,
    Verified,
    ViewDiffers,
    ViewStatus,
    quiet,
)
from vip_domain.views.steps import steps


class MemoryCustomerList:
    """The specification of the customer list; other views answer the same, faster."""

    def __init__(self, log: EventLog, rules: ProgramRules, batch: int = BATCH) -> None:
        self.follower = MemoryFollower(log, CUSTOMERS, batch)
        self._log = log
        self._rules = rules

    def catch_up(self) -> int:
        """Fold what was recorded since; the position it stands at."""
        return self.follower.catch_up()

    def page(self, query: ListQuery) -> tuple[list[CustomerRow], Cursor | None]:
        """The rows after the cursor, and the cursor of the next page if there is one."""
        key = ORDERS[query.order_by]
        found = sorted(self._found(query), key=lambda facts: (key(facts), facts.vip_id))
        if query.cursor is not None:
            start = (query.cursor.key, query.cursor.vip_id)
            found = [facts for facts in found if (key(facts), facts.vip_id) > start]
        rows = [row(facts, query.on) for facts in found[: query.limit]]
        if len(found) <= query.limit:
            return rows, None
        last = found[query.limit - 1]
        return rows, Cursor(query.order_by, key(last), last.vip_id, query.as_of)

    def total(self, query: ListQuery) -> int:
        """How many customers all pages have."""
        return sum(1 for _ in self._found(query))

    def _found(self, query: ListQuery) -> Iterator[CustomerFacts]:
        admits = FILTERS[query.filter].admits
        for facts in self._in_scope(query):
            if admits(facts, query.on, self._rules) and matches(facts, query.search or ""):
                yield facts

    def _in_scope(self, scope: Scope) -> Iterator[CustomerFacts]:
        for facts in list(self._standing(scope.as_of).rows.values()):
            mine = scope.managed_by is None or facts.managed_by == scope.managed_by
            if facts.reseller_id == scope.reseller_id and mine:
                yield facts

    def counts(self, scope: Scope) -> dict[str, int]:
        """How many customers each filter lists."""
        found = list(self._in_scope(scope))
        return {
            name: sum(each.admits(facts, scope.on, self._rules) for facts in found)
            for name, each in FILTERS.items()
        }

    def facts(self, vip_id: str, as_of: int | None = None) -> CustomerFacts | None:
        """What is known of one customer, or was as of a position."""
        return self._standing(as_of).rows.get(vip_id)

    def listed(self, query: ListQuery, as_of: int) -> dict[str, str]:
        """Everybody in a list as of a position, in the order of names: VIP IDs with the names."""
        found = self._found(attrs.evolve(query, as_of=as_of))
        named = sorted(found, key=lambda facts: (name_key(facts.organization_name), facts.vip_id))
        return {facts.vip_id: facts.organization_name for facts in named}

    def ways(self, vip_ids: Iterable[str], upto: int) -> Iterator[tuple[str, Iterator[Step]]]:
        """What happened to customers up to a position, with what was known after each event."""
        for vip_id in vip_ids:
            yield vip_id, steps(self._log, vip_id, upto, self.follower.skipped)

    def _standing(self, as_of: int | None) -> MemoryFollower:
        """The view at the end of the log; or as of a position, folded from the first event."""
        if as_of is None:
            self.catch_up()
            return self.follower
        return self.follower.anew(as_of)


class MemoryViews:
    """All views of a store in memory."""

    def __init__(self, log: EventLog, rules: ProgramRules) -> None:
        self.customers = MemoryCustomerList(log, rules)
        self._followers = {
            each.name: MemoryFollower(log, each) for each in PROJECTIONS if each is not CUSTOMERS
        } | {CUSTOMERS.name: self.customers.follower}
        self._locks = {name: Lock() for name in self._followers}
        self._log = log

    def months(self, query: MonthsQuery) -> list[RenewalMonth]:
        """The months in which somebody renews, in order."""
        follower = self._followers[RENEWALS.name]
        follower.catch_up()
        found: dict[str, list[int]] = {}
        for renewal in follower.rows.values():
            _, _, _, month, left = RENEWALS.columns(renewal)
            mine = query.managed_by is None or renewal.managed_by == query.managed_by
            if renewal.reseller_id != query.reseller_id or month is None or not mine:
                continue
            if query.first_month <= str(month) <= query.last_month:
                found.setdefault(str(month), []).append(int(left or 0))
        return [
            RenewalMonth(month=month, customers=len(each), licenses=sum(each))
            for month, each in sorted(found.items())
        ]

    def rebuild(
        self, name: str, *, listener: Listener = quiet, despite_differences: bool = False
    ) -> Rebuilt:
        """Fold a view anew and take its rows over."""
        del listener
        started, follower = time.monotonic(), self._followers[name]
        with follower.standing:
            follower.catch_up()
            follower.retry()
            folded, found = _folded_anew(follower)
            if found and not despite_differences:
                raise ViewDiffers(name, found)
            follower.rows, follower.parked = folded.rows, folded.parked
            return Rebuilt(
                view=name,
                position=follower.position,
                generation=1,
                events=follower.position,
                seconds=time.monotonic() - started,
                differences=found,
            )

    def roll_back(self, name: str) -> int:
        """Memory keeps no earlier generation: raises `StoreError`."""
        raise StoreError(f"memory: {name} has no earlier generation")

    def verify(self, name: str, *, listener: Listener = quiet) -> Verified:
        """Fold a view anew and compare."""
        del listener
        follower = self._followers[name]
        with follower.standing:
            folded, found = _folded_anew(follower)
            return Verified(
                view=name,
                position=follower.position,
                digest=digest(folded.stored()),
                differences=found,
            )

    def digest(self, name: str) -> str:
        """One hash of all rows of a view that has caught up."""
        follower = self._followers[name]
        follower.catch_up()
        return digest(follower.stored())

    def parked(self, name: str) -> list[ParkedCustomer]:
        """Who is parked, by VIP ID."""
        parked = self._followers[name].parked
        return [parked[vip_id] for vip_id in sorted(parked)]

    def skipped(self, name: str) -> list[SkippedEvent]:
        """The events that the view passes over, in the order of the log."""
        return sorted(self._followers[name].skipped.values(), key=lambda each: each.position)

    def retry(self, name: str, vip_id: str | None = None) -> list[Retried]:
        """Fold parked customers again, all or one."""
        return self._followers[name].retry(vip_id)

    def skip(
        self, name: str, vip_id: str, *, version: int | None, actor: str, reason: str
    ) -> Retried:
        """Pass over the event a customer is parked at."""
        follower = self._followers[name]
        return follower.skip(vip_id, version=version, actor=actor, reason=reason)

    def followers(self) -> Mapping[str, ViewFollower]:
        """What brings each view up to date, by name."""
        return self._followers

    def leases(self) -> Leases:
        """What one who follows views holds of them."""
        return MemoryLeases(self._locks)

    def status(self) -> list[ViewStatus]:
        """How each view stands."""
        last = self._log.last_position()
        return [
            ViewStatus(
                view=name,
                version=follower.projection.version,
                generation=1,
                position=follower.position,
                lag_events=last - follower.position,
                lag_seconds=self._log.age_after(follower.position),
                rows=len(follower.rows),
                parked=len(follower.parked),
                skipped=len(follower.skipped),
                rebuilt_at=None,
                rebuilt_events=None,
                rebuilt_seconds=None,
            )
            for name, follower in self._followers.items()
        ]

    def close(self) -> None:
        """Nothing to give back."""


def _folded_anew(follower: MemoryFollower) -> tuple[MemoryFollower, tuple[Difference, ...]]:
    follower.catch_up()
    folded = follower.anew()
    rows = row_differences(follower.projection, follower.stored(), folded.stored())
    return folded, (*parked_differences(follower.parked, folded.parked), *rows)
