"""The customer list as of a position, in a database: of a view of all versions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, Select

from vip_domain.projections.customers import FILTERS, CustomerFacts, CustomerRow
from vip_domain.projections.customers.changes import Step
from vip_domain.projections.customers.query import Cursor, ListQuery, Scope
from vip_domain.projections.customers.versions import CUSTOMER_VERSIONS, place
from vip_domain.projections.versions import nodes_at
from vip_domain.rules import ProgramRules
from vip_domain.store.log import EventLog
from vip_domain.views import parking
from vip_domain.views.customer_questions import (
    FEW,
    list_parameters,
    page_of,
    scope_parameters,
    searched,
)
from vip_domain.views.follower import BATCH, Follower
from vip_domain.views.past_questions import (
    BUCKETS,
    FOUND,
    SOON_FULL,
    Way,
    counts_statement,
    listed_statement,
    merged_statement,
    page_statement,
    total_statement,
)
from vip_domain.views.steps import steps

LATE = 20
"""A position behind the first twentieth of the log is late in it."""


class SQLPastCustomers:
    """
    Answers every question that has an `as_of`; the view follows the log when there is one.

    Each method raises `StoreError` when the database cannot do it; then nothing was changed.
    """

    def __init__(
        self,
        engine: Engine,
        log: EventLog,
        rules: ProgramRules,
        batch: int = BATCH,
        *,
        apart_in: str | None = None,
    ) -> None:
        self.follower = Follower(engine, log, CUSTOMER_VERSIONS, batch, apart_in=apart_in)
        self._log = log
        self._rules = rules

    def page(self, query: ListQuery, as_of: int) -> tuple[list[CustomerRow], Cursor | None]:
        """The rows after the cursor, and the cursor of the next page if there is one."""
        parameters = list_parameters(query, self._rules) | self._place(as_of)
        straight = self._straight(query, parameters)
        if straight is not None:
            return page_of(self.follower.ask(straight, parameters, as_of), query)
        with self.follower.caught_up(as_of) as connection:
            statement = page_statement(
                query.filter,
                query.order_by,
                mine=query.managed_by is not None,
                way=self._way_to_a_page(connection, query, parameters),
                after=query.after is not None,
            )
            columns = connection.execute(statement, parameters).all()
        return page_of(columns, query)

    def total(self, query: ListQuery, as_of: int) -> int:
        """How many customers all pages have."""
        with self.follower.caught_up(as_of) as connection:
            parameters = list_parameters(query, self._rules) | self._place(as_of)
            way = self._way(connection, query, parameters)
            mine = query.managed_by is not None
            statement = total_statement(query.filter, mine=mine, way=way)
            return int(connection.execute(statement, parameters).scalar_one())

    def counts(self, scope: Scope, as_of: int) -> dict[str, int]:
        """How many customers each filter lists."""
        statement = counts_statement(mine=scope.managed_by is not None)
        with self.follower.caught_up(as_of) as connection:
            parameters = scope_parameters(scope, self._rules) | self._place(as_of)
            parameters["buckets"] = connection.execute(BUCKETS, parameters).scalars().all()
            counts = connection.execute(statement, parameters).one()
        return dict(zip(FILTERS, counts, strict=True))

    def listed(self, query: ListQuery, as_of: int) -> dict[str, str]:
        """Everybody in the list, in the order of names: VIP IDs with the names."""
        with self.follower.caught_up(as_of) as connection:
            parameters = list_parameters(query, self._rules) | self._place(as_of)
            way = self._way(connection, query, parameters)
            mine = query.managed_by is not None
            statement = listed_statement(query.filter, mine=mine, way=way)
            found = connection.execute(statement, parameters).all()
        return {vip_id: name for vip_id, name in found}  # noqa: C416  # rows are no pairs to mypy

    def facts(self, vip_id: str, as_of: int) -> CustomerFacts | None:
        """What was known of one customer, folded from its own events."""
        ((_, way),) = self.ways([vip_id], as_of)
        last = deque(way, maxlen=1)
        return last[0][1] if last else None

    def ways(self, vip_ids: Iterable[str], upto: int) -> Iterator[tuple[str, Iterator[Step]]]:
        """What happened to customers up to a position, with what was known after each event."""
        with self.follower.transaction() as connection:
            skipped = parking.skips(connection, CUSTOMER_VERSIONS)
            waiting = parking.parked_of(connection, self.follower.live(connection))
        # Who is parked at an event stays before it until somebody says retry.
        ends = {each.vip_id: each.position - 1 for each in waiting}
        for vip_id in vip_ids:
            yield vip_id, steps(self._log, vip_id, min(upto, ends.get(vip_id, upto)), skipped)

    def _way(self, connection: Connection, query: ListQuery, parameters: dict[str, Any]) -> Way:
        """How all customers of the list are found; what that takes is added to `parameters`."""
        if searched(query):
            parameters["found"] = connection.execute(FOUND, parameters).scalars().all()
            return Way.FOUND if len(parameters["found"]) <= FEW else Way.SEARCH
        known = place(query.filter, query.on, self._rules)
        match known:
            case ("purchases", [value]):
                parameters["purchases"] = value
                return Way.AMONG_PURCHASES
            case (_, values):
                parameters["buckets"] = values
            case None:
                parameters["buckets"] = connection.execute(BUCKETS, parameters).scalars().all()
        return Way.AMONG

    def _straight(self, query: ListQuery, parameters: dict[str, Any]) -> Select[Any] | None:
        """The statement for a page in the order of names that nothing else has to be known for."""
        if query.order_by != "organization_name" or searched(query):
            return None
        known = place(query.filter, query.on, self._rules)
        mine, after = query.managed_by is not None, query.after is not None
        if known is None:
            soon = query.filter == "all_customers" and not mine and parameters["late"]
            ways = {"mine": mine, "way": Way.WALK, "after": after}
            return page_statement(query.filter, query.order_by, **ways) if soon else None
        column, values = known
        nodes = parameters["nodes"]
        parameters |= {f"value_{number}": value for number, value in enumerate(values)}
        parameters |= {f"node_{number}": node for number, node in enumerate(nodes)}
        return merged_statement(
            query.filter, column, values=len(values), nodes=len(nodes), mine=mine, after=after
        )

    def _way_to_a_page(
        self, connection: Connection, query: ListQuery, parameters: dict[str, Any]
    ) -> Way:
        """The same, or the walk in the order of names when that soon fills the page."""
        way = self._way(connection, query, parameters)
        if query.order_by != "organization_name" or searched(query):
            return way
        mine = query.managed_by is not None
        count = total_statement(query.filter, mine=mine, way=way, most=SOON_FULL + 1)
        many = connection.execute(count, parameters).scalar_one() > SOON_FULL
        return Way.WALK if many else way

    def _place(self, as_of: int) -> dict[str, Any]:
        end = self._log.last_position()
        # Early in the log few of all the versions stood: a walk would pass over most of them.
        return {"as_of": as_of, "nodes": nodes_at(as_of, end), "late": as_of * LATE > end}
