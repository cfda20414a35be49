"""The customer list in a database: the page's questions, asked of a view that follows the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, Select

from vip_domain.projections.customers import CUSTOMERS, FILTERS, CustomerFacts, CustomerRow
from vip_domain.projections.customers.changes import Step
from vip_domain.projections.customers.query import Cursor, ListQuery, Scope
from vip_domain.rules import ProgramRules
from vip_domain.store.log import EventLog
from vip_domain.views.customer_questions import (
    FEW,
    FOUND,
    Search,
    counts_statement,
    list_parameters,
    page_of,
    page_statement,
    scope_parameters,
    searched,
    total_statement,
)
from vip_domain.views.follower import BATCH, Follower
from vip_domain.views.past_customers import SQLPastCustomers


class SQLCustomerList:
    """
    The customer list as a table that follows the log.

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
        self.follower = Follower(engine, log, CUSTOMERS, batch, apart_in=apart_in)
        self.past = SQLPastCustomers(engine, log, rules, batch, apart_in=apart_in)
        self._log = log
        self._rules = rules

    @property
    def followers(self) -> tuple[Follower, Follower]:
        """Of the list as it is, and of all it ever was."""
        return self.follower, self.past.follower

    def catch_up(self) -> int:
        """Fold what was recorded since; the position it stands at."""
        return self.follower.catch_up()

    def page(self, query: ListQuery) -> tuple[list[CustomerRow], Cursor | None]:
        """The rows after the cursor, and the cursor of the next page if there is one."""
        if query.as_of is not None:
            return self.past.page(query, query.as_of)
        if not searched(query):
            statement = _page(query, Search.NONE)
            columns = self.follower.ask(statement, list_parameters(query, self._rules))
            return page_of(columns, query)
        with self.follower.caught_up() as connection:
            search, parameters = self._search(connection, query)
            found = connection.execute(_page(query, search), parameters).all()
        return page_of(found, query)

    def total(self, query: ListQuery) -> int:
        """How many customers all pages have."""
        if query.as_of is not None:
            return self.past.total(query, query.as_of)
        with self.follower.caught_up() as connection:
            search, parameters = self._search(connection, query)
            mine = query.managed_by is not None
            statement = total_statement(query.filter, mine=mine, search=search)
            return int(connection.execute(statement, parameters).scalar_one())

    def _search(self, connection: Connection, query: ListQuery) -> tuple[Search, dict[str, Any]]:
        parameters = list_parameters(query, self._rules)
        if not searched(query):
            return Search.NONE, parameters
        found = connection.execute(FOUND, parameters).scalars().all()
        if len(found) > FEW:
            return Search.MANY, parameters
        return Search.FEW, parameters | {"found": found}

    def counts(self, scope: Scope) -> dict[str, int]:
        """How many customers each filter lists, in one statement."""
        if scope.as_of is not None:
            return self.past.counts(scope, scope.as_of)
        statement = counts_statement(mine=scope.managed_by is not None)
        with self.follower.caught_up() as connection:
            counts = connection.execute(statement, scope_parameters(scope, self._rules)).one()
        return dict(zip(FILTERS, counts, strict=True))

    def facts(self, vip_id: str, as_of: int | None = None) -> CustomerFacts | None:
        """What is known of one customer, or was as of a position."""
        if as_of is not None:
            return self.past.facts(vip_id, as_of)
        facts: CustomerFacts | None = self.follower.row(vip_id)
        return facts

    def listed(self, query: ListQuery, as_of: int) -> dict[str, str]:
        """Everybody in a list as of a position, in the order of names: VIP IDs with the names."""
        return self.past.listed(query, as_of)

    def ways(self, vip_ids: Iterable[str], upto: int) -> Iterator[tuple[str, Iterator[Step]]]:
        """What happened to customers up to a position, with what was known after each event."""
        return self.past.ways(vip_ids, upto)


def _page(query: ListQuery, search: Search) -> Select[Any]:
    return page_statement(
        query.filter,
        query.order_by,
        mine=query.managed_by is not None,
        search=search,
        after=query.after is not None,
    )
