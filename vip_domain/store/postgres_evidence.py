"""Proofs from PostgreSQL: its own connections, which take as long as it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from typing import Any

import psycopg
from psycopg import IsolationLevel
from psycopg.rows import tuple_row

from vip_domain.errors import StoreError
from vip_domain.faults import reach
from vip_domain.store.evidence import NOT_EMPTY, Block, Evidence, Incoming, Snapshot, SQLSnapshot
from vip_domain.store.log import one_line
from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import connect

AT_ONCE = 5_000
"""Rows that are fetched together."""

PATIENT = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
KEEP_BLOCK = """
INSERT INTO log_blocks AS kept (tree, number, hash, leaves) VALUES (%s, %s, %s, %s)
ON CONFLICT (tree, number) DO UPDATE SET hash = excluded.hash, leaves = excluded.leaves
WHERE length(excluded.leaves) > length(kept.leaves)
"""
KEEP_CHECKPOINT = """
INSERT INTO log_checkpoints (number, size, note) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""
USED = "SELECT EXISTS (SELECT FROM stored_events), EXISTS (SELECT FROM commands)"
EVENTS = ("int8", "text", "int8", "text", "bytea", "bytea")
COMMANDS = ("int8", "text", "text", "text", "int8", "int8")
CHECKPOINTS = ("int8", "int8", "text")
BLOCKS = ("text", "int8", "bytea", "bytea")
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(%s)"


class PostgresEvidence(Evidence):
    """The evidence in this schema."""

    def __init__(self, address: Address) -> None:
        self._address = address

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The log as it is now; writers go on meanwhile."""
        with self._connection() as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            connection.execute(PATIENT)
            numbers = count(1)

            def run(statement: str, *values: Any) -> Iterable[Any]:
                name = f"evidence_{next(numbers)}"
                with connection.cursor(name, row_factory=tuple_row) as cursor:
                    cursor.itersize = AT_ONCE
                    cursor.execute(statement.replace("?", "%s"), values, binary=True)
                    yield from cursor

            yield SQLSnapshot(run)

    def keep_blocks(self, blocks: Iterable[Block]) -> None:
        """Store hashes that were computed; one of a longer block stays."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.executemany(KEEP_BLOCK, map(_values, blocks))
            connection.commit()

    def keep_checkpoint(self, number: int, size: int, note: str) -> bool:
        """Store a copy of a checkpoint, unless somebody else's has this number by now."""
        with self._connection() as connection:
            kept = connection.execute(KEEP_CHECKPOINT, (number, size, note)).rowcount
            reach("checkpoint.written")
            connection.commit()
            return kept == 1

    def load(self, origin: str, incoming: Incoming) -> None:
        """All of it or nothing, into an empty store. Raises `StoreError` when it is not empty."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute(PATIENT)
            cursor.execute(ONE_AT_A_TIME, (self._address.lock_key("append"),))
            if cursor.execute(USED).fetchone() != (False, False):
                raise StoreError(f"{self._address.shown}: {NOT_EMPTY}")
            cursor.execute("UPDATE log_origin SET origin = %s", (origin,))
            for table, columns, rows in (
                ("stored_events", EVENTS, incoming.events()),
                ("commands", COMMANDS, incoming.commands()),
                ("log_checkpoints", CHECKPOINTS, incoming.checkpoints()),
                ("log_blocks", BLOCKS, map(_values, incoming.blocks())),
            ):
                with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copy:
                    copy.set_types(columns)
                    for row in rows:
                        copy.write_row(row)
            reach("import.written")
            connection.commit()

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            with closing(connect(self._address, autocommit=False)) as connection:
                yield connection
        except psycopg.Error as error:
            raise StoreError(f"{self._address.shown}: {one_line(error)}") from error


def _values(block: Block) -> tuple[str, int, bytes, bytes]:
    return block.tree, block.number, block.root, block.leaves
