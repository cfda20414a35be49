"""Keys in PostgreSQL: a schema of their own, in the log's database or in another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from vip_domain.errors import StoreError
from vip_domain.faults import reach
from vip_domain.sealing.keys import new_keys
from vip_domain.store.log import one_line
from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import Pool

VERSION = 1
THERE = """
SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = %(schema)s AND tablename = 'key_place'),
       EXISTS (SELECT FROM pg_namespace WHERE nspname = %(schema)s)
"""
"""Asked of tables: `to_regclass` would not notice what another made while we waited for it."""
LOCK = "SELECT pg_advisory_xact_lock(%s)"
TABLES = """
CREATE TABLE key_place (
    version bigint NOT NULL,
    secret bytea NOT NULL,
    given bigint NOT NULL,
    destroyed bigint NOT NULL,
    swept bigint NOT NULL
);
CREATE TABLE keys (number bigint PRIMARY KEY, key bytea)
"""
BEGIN = "INSERT INTO key_place VALUES (%s, %s, 0, 0, %s)"
NUMBERS = "UPDATE key_place SET given = given + %s RETURNING given"
INSERT = "INSERT INTO keys SELECT * FROM unnest(%s::bigint[], %s::bytea[])"
READ = "SELECT number, key FROM keys WHERE number = ANY(%s)"
DESTROY = """
SET LOCAL statement_timeout = 0;
ALTER TABLE keys ALTER COLUMN key TYPE bytea USING CASE WHEN number IN ({}) THEN NULL ELSE key END
"""
"""
Writes the table anew, without them, into another file; that of before is cut off at the commit.

A row that is updated or deleted stays in its page until something else is written there, and
VACUUM, even FULL, keeps it for any transaction that is older.
"""


class PostgresKeys:
    """The keys in a schema; each transaction is on the disk when it is over."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._pool = Pool(address, autocommit=True, row_factory=tuple_row)
        self._there = False

    def begin(self, secret: bytes, swept: int) -> None:
        """Make the schema and its tables, unless they are there."""
        with self._transaction() as connection:
            connection.execute(LOCK, (self._address.lock_key("keys"),))
            marked, exists = self._found(connection)
            if marked:
                return
            if not exists:
                named = sql.Identifier(self._address.schema)
                connection.execute(sql.SQL("CREATE SCHEMA {}").format(named))
            connection.execute(TABLES)
            connection.execute(BEGIN, (VERSION, secret, swept))

    def secret(self) -> bytes | None:
        """The secret it was begun with; `None` while there is no such schema."""
        secret = self._of_place("secret")
        return None if secret is None else bytes(secret)

    def create(self, count: int) -> Mapping[int, bytes]:
        """New keys with their numbers, on the disk when this returns."""
        with self._transaction() as connection:
            ((last,),) = connection.execute(NUMBERS, (count,)).fetchall()
            made = new_keys(last - count + 1, count)
            connection.execute(INSERT, ([*made], [*made.values()]))
        reach("keys.made")
        return made

    def read(self, numbers: Collection[int]) -> Mapping[int, bytes | None]:
        """The keys of these numbers: `None` for one that was destroyed, nothing for an unknown."""
        if not numbers or not self._is_there():
            return {}
        with self._connection() as connection:
            found = connection.execute(READ, ([*numbers],), binary=True).fetchall()
        return dict(found)

    def destroy(self, numbers: Collection[int]) -> None:
        """Write the table anew without these keys, and count it."""
        with self._transaction() as connection:
            # The place first, as `create` does: else each could wait for the other.
            connection.execute("UPDATE key_place SET destroyed = destroyed + 1")
            if numbers:
                some = sql.SQL(", ").join(map(sql.Literal, sorted(numbers)))
                connection.execute(sql.SQL(DESTROY).format(some))
            reach("keys.erased")
        reach("keys.destroyed")

    def destroyed(self) -> int:
        """How often keys were destroyed."""
        return self._of_place("destroyed") or 0

    def keep_swept(self, position: int) -> None:
        """Keep this log position."""
        with self._transaction() as connection:
            connection.execute("UPDATE key_place SET swept = %s", (position,))

    def swept(self) -> int:
        """The position that was kept last."""
        return self._of_place("swept") or 0

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _of_place(self, column: LiteralString) -> Any:
        """What is kept beside the keys; `None` while there is no place for them."""
        if not self._is_there():
            return None
        with self._connection() as connection:
            found = connection.execute(f"SELECT version, {column} FROM key_place").fetchall()
        if len(found) != 1 or found[0][0] > VERSION:
            raise StoreError(f"{self._address.shown}: a newer version wrote these keys")
        return found[0][1]

    def _is_there(self) -> bool:
        if not self._there:
            with self._connection() as connection:
                self._there, _ = self._found(connection)
        return self._there

    def _found(self, connection: psycopg.Connection[Any]) -> tuple[bool, bool]:
        named = {"schema": self._address.schema}
        marked, exists = connection.execute(THERE, named).fetchone() or (False, False)
        return marked, exists

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection[Any]]:
        with self._connection() as connection, connection.transaction():
            yield connection

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            with self._pool.connection() as connection:
                yield connection
        except psycopg.Error as error:
            where = f"{self._address.shown}, keys in schema {self._address.schema}"
            raise StoreError(f"{where}: {one_line(error)}") from error
