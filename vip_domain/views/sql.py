"""The customer list in a database: rows and position in one transaction, questions as SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError

from vip_domain.errors import StoreError
from vip_domain.events import Event, Recorded
from vip_domain.projections.customers import FILTERS, CustomerFacts, CustomerRow
from vip_domain.projections.customers.batch import fold_batch
from vip_domain.projections.customers.query import Cursor, ListQuery, Scope
from vip_domain.rules import ProgramRules
from vip_domain.store.log import EventLog
from vip_domain.store.sqlite import LOCK_TIMEOUT
from vip_domain.views.customer_table import (
    CONDITIONS,
    ORDER_KEYS,
    ROW_COLUMNS,
    VIEW_VERSION,
    beyond,
    customers,
    facts_of,
    found,
    in_scope,
    metadata,
    row_of,
    stored,
    view_positions,
)

NAME = "customers"
BATCH = 1_000
CHUNK = 500


def sqlite_engine(path: str) -> Engine:
    """Connections that begin transactions themselves, and wait for other writers."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            path, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        # The log is the truth and durable by itself; a view can always be folded again.
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    engine = create_engine("sqlite://", creator=connect)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class SQLCustomerList:
    """
    The customer list as a table that follows the log.

    Each method raises `StoreError` when the database cannot do it; then nothing was changed.
    """

    def __init__(
        self, engine: Engine, log: EventLog, rules: ProgramRules, batch: int = BATCH
    ) -> None:
        self._engine = engine
        self._log = log
        self._rules = rules
        self._batch = batch
        self._create()

    @classmethod
    def in_sqlite(cls, path: str, log: EventLog, rules: ProgramRules) -> Self:
        """The list in the log's own file."""
        return cls(sqlite_engine(path), log, rules)

    def _create(self) -> None:
        with self._transaction() as connection:
            if connection.dialect.has_table(connection, view_positions.name):
                return
        with self._transaction(writes=True) as connection:
            metadata.create_all(connection)

    @contextmanager
    def _transaction(self, *, writes: bool = False) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                chosen = connection.execution_options(writes=writes)
                with chosen.begin():
                    yield chosen
        except DBAPIError as error:
            raise StoreError(f"{self._log.where}: {error.orig}") from error

    def catch_up(self) -> int:
        """Fold what was recorded since; the position it stands at."""
        position = self._position()
        while position < self._log.last_position():
            position = self._fold_next()
        return position

    def _position(self) -> int:
        with self._transaction() as connection:
            return _position_of(connection)

    def _fold_next(self) -> int:
        with self._transaction(writes=True) as connection:
            position = _position_of(connection)
            if position == 0:
                connection.execute(delete(customers))
            batch = self._log.read(position, self._batch)
            if not batch:
                return position
            _fold(connection, batch)
            _set_position(connection, batch[-1].position)
            return batch[-1].position

    def rebuild(self) -> int:
        """Fold everything anew; the position it stands at."""
        with self._transaction(writes=True) as connection:
            connection.execute(delete(customers))
            _set_position(connection, 0)
        return self.catch_up()

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
        with self._transaction() as connection:
            columns = connection.execute(statement).all()
        return _page(columns, query)

    def total(self, query: ListQuery) -> int:
        """How many customers all pages have."""
        counted = select(func.count()).select_from(customers).where(found(query, self._rules))
        with self._transaction() as connection:
            return connection.execute(counted).scalar_one()

    def counts(self, scope: Scope) -> dict[str, int]:
        """How many customers each filter lists, in one query."""
        listed = (
            func.count().filter(CONDITIONS[name](scope.on, self._rules)).label(name)
            for name in FILTERS
        )
        statement = select(*listed).select_from(customers).where(in_scope(scope))
        with self._transaction() as connection:
            return dict(connection.execute(statement).one()._asdict())

    def facts(self, vip_id: str) -> CustomerFacts | None:
        """What is known of one customer."""
        with self._transaction() as connection:
            return _known(connection, [vip_id]).get(vip_id)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def _position_of(connection: Connection) -> int:
    statement = select(view_positions).where(view_positions.c.view == NAME)
    row = connection.execute(statement).one_or_none()
    if row is None or row.version != VIEW_VERSION:
        return 0
    return int(row.position)


def _set_position(connection: Connection, position: int) -> None:
    connection.execute(delete(view_positions).where(view_positions.c.view == NAME))
    connection.execute(
        insert(view_positions), {"view": NAME, "version": VIEW_VERSION, "position": position}
    )


def _fold(connection: Connection, batch: list[Recorded[Event]]) -> None:
    changed = fold_batch(batch, lambda vip_ids: _known(connection, vip_ids))
    gone = [{"gone": vip_id} for vip_id in changed]
    rows = [stored(facts) for facts in changed.values() if facts is not None]
    if gone:
        connection.execute(delete(customers).where(customers.c.vip_id == bindparam("gone")), gone)
    if rows:
        connection.execute(insert(customers), rows)


def _known(connection: Connection, vip_ids: Collection[str]) -> Mapping[str, CustomerFacts]:
    wanted, known = list(vip_ids), {}
    for start in range(0, len(wanted), CHUNK):
        statement = select(customers.c.vip_id, customers.c.facts).where(
            customers.c.vip_id.in_(wanted[start : start + CHUNK])
        )
        for vip_id, content in connection.execute(statement):
            known[vip_id] = facts_of(content)
    return known


def _page(columns: Any, query: ListQuery) -> tuple[list[CustomerRow], Cursor | None]:
    rows = [row_of(each[1:], query.on) for each in columns[: query.limit]]
    if len(columns) <= query.limit:
        return rows, None
    last = columns[query.limit - 1]
    return rows, Cursor(query.order_by, last.order_key, last.vip_id)
