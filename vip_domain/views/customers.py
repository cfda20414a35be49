"""The customer list in a database: the page's questions, asked of a view that follows the log."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, func, select

from vip_domain.projections.customers import CUSTOMERS, FILTERS, CustomerFacts, CustomerRow
from vip_domain.projections.customers.query import Cursor, ListQuery, Scope
from vip_domain.rules import ProgramRules
from vip_domain.store.log import EventLog
from vip_domain.views.customer_questions import (
    CONDITIONS,
    ORDER_KEYS,
    ROW_COLUMNS,
    beyond,
    customers,
    found,
    in_scope,
    row_of,
)
from vip_domain.views.follower import BATCH, Follower


class SQLCustomerList:
    """
    The customer list as a table that follows the log.

    Each method raises `StoreError` when the database cannot do it; then nothing was changed.
    """

    def __init__(
        self, engine: Engine, log: EventLog, rules: ProgramRules, batch: int = BATCH
    ) -> None:
        self.follower = Follower(engine, log, CUSTOMERS, batch)
        self._rules = rules

    def catch_up(self) -> int:
        """Fold what was recorded since; the position it stands at."""
        return self.follower.catch_up()

    def page(self, query: ListQuery) -> tuple[list[CustomerRow], Cursor | None]:
        """The rows after the cursor, and the cursor of the next page if there is one."""
        key = ORDER_KEYS[query.order_by]
        statement = (
            select(key.label("order_key"), *ROW_COLUMNS)
            .where(found(query, self._rules))
            .order_by(key, customers.c.vip_id)
            .limit(query.limit + 1)
        )
        if query.cursor is not None:
            statement = statement.where(beyond(query.cursor))
        with self.follower.transaction() as connection:
            columns = connection.execute(statement).all()
        return _page(columns, query)

    def total(self, query: ListQuery) -> int:
        """How many customers all pages have."""
        counted = select(func.count()).select_from(customers).where(found(query, self._rules))
        with self.follower.transaction() as connection:
            return connection.execute(counted).scalar_one()

    def counts(self, scope: Scope) -> dict[str, int]:
        """How many customers each filter lists, in one query."""
        listed = (
            func.count().filter(CONDITIONS[name](scope.on, self._rules)).label(name)
            for name in FILTERS
        )
        statement = select(*listed).select_from(customers).where(in_scope(scope))
        with self.follower.transaction() as connection:
            return dict(connection.execute(statement).one()._asdict())

    def facts(self, vip_id: str) -> CustomerFacts | None:
        """What is known of one customer."""
        facts: CustomerFacts | None = self.follower.row(vip_id)
        return facts

    def close(self) -> None:
        """Give the connections back."""
        self.follower.close()


def _page(columns: Any, query: ListQuery) -> tuple[list[CustomerRow], Cursor | None]:
    rows = [row_of(each[1:], query.on) for each in columns[: query.limit]]
    if len(columns) <= query.limit:
        return rows, None
    last = columns[query.limit - 1]
    return rows, Cursor(query.order_by, last.order_key, last.vip_id)
