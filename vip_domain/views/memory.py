"""The customer list in memory: every customer looked at, so that anybody sees it is right."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from threading import RLock

from vip_domain.projections.customers import FILTERS, ORDERS, CustomerFacts, CustomerRow, row
from vip_domain.projections.customers.batch import fold_batch
from vip_domain.projections.customers.order import matches
from vip_domain.projections.customers.query import Cursor, ListQuery, Scope
from vip_domain.rules import ProgramRules
from vip_domain.store.log import EventLog

BATCH = 1_000


class MemoryCustomerList:
    """The specification of the customer list; other views answer the same, faster."""

    def __init__(self, log: EventLog, rules: ProgramRules, batch: int = BATCH) -> None:
        self._log = log
        self._rules = rules
        self._batch = batch
        self._facts: dict[str, CustomerFacts] = {}
        self._position = 0
        self._lock = RLock()

    def catch_up(self) -> int:
        """Fold what was recorded since; the position it stands at."""
        with self._lock:
            while batch := self._log.read(self._position, self._batch):
                changed = fold_batch(batch, self._known)
                for vip_id, facts in changed.items():
                    self._keep(vip_id, facts)
                self._position = batch[-1].position
            return self._position

    def _keep(self, vip_id: str, facts: CustomerFacts | None) -> None:
        if facts is None:
            self._facts.pop(vip_id, None)
        else:
            self._facts[vip_id] = facts

    def _known(self, vip_ids: Collection[str]) -> Mapping[str, CustomerFacts]:
        return {vip_id: self._facts[vip_id] for vip_id in vip_ids if vip_id in self._facts}

    def rebuild(self) -> int:
        """Fold everything anew."""
        with self._lock:
            self._facts, self._position = {}, 0
            return self.catch_up()

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
        return rows, Cursor(query.order_by, key(last), last.vip_id)

    def total(self, query: ListQuery) -> int:
        """How many customers all pages have."""
        return sum(1 for _ in self._found(query))

    def _found(self, query: ListQuery) -> Iterator[CustomerFacts]:
        admits = FILTERS[query.filter].admits
        for facts in self._in_scope(query):
            if admits(facts, query.on, self._rules) and matches(facts, query.search or ""):
                yield facts

    def _in_scope(self, scope: Scope) -> Iterator[CustomerFacts]:
        for facts in self._facts.values():
            mine = scope.managed_by is None or facts.managed_by == scope.managed_by
            if facts.reseller_id == scope.reseller_id and mine:
                yield facts

    def counts(self, scope: Scope) -> dict[str, int]:
        """How many customers each filter lists."""
        return {
            name: sum(each.admits(facts, scope.on, self._rules) for facts in self._in_scope(scope))
            for name, each in FILTERS.items()
        }

    def facts(self, vip_id: str) -> CustomerFacts | None:
        """What is known of one customer."""
        return self._facts.get(vip_id)

    def close(self) -> None:
        """Nothing to give back."""
