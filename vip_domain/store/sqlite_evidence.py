"""Proofs from a SQLite file: its own connections, which look at values without trusting types."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from vip_domain.errors import StoreError
from vip_domain.faults import reach
from vip_domain.store.evidence import NOT_EMPTY, Block, Evidence, Incoming, Snapshot, SQLSnapshot
from vip_domain.store.sqlite_schema import LOCK_TIMEOUT, TABLES

KEEP_BLOCK = """
INSERT INTO log_blocks (tree, number, hash, leaves) VALUES (?, ?, ?, ?)
ON CONFLICT (tree, number) DO UPDATE SET hash = excluded.hash, leaves = excluded.leaves
WHERE length(excluded.leaves) > length(leaves)
"""
KEEP_CHECKPOINT = "INSERT OR IGNORE INTO log_checkpoints (number, size, note) VALUES (?, ?, ?)"
USED = "SELECT EXISTS (SELECT * FROM stored_events), EXISTS (SELECT * FROM commands)"
LOAD_EVENT = """
INSERT INTO stored_events (position, originator_id, originator_version, topic, state, chain)
VALUES (?, ?, ?, ?, ?, ?)
"""
LOAD_COMMAND = """
INSERT INTO commands (number, command_id, fingerprint, stream_id, version, events)
VALUES (?, ?, ?, ?, ?, ?)
"""
LOAD_CHECKPOINT = "INSERT INTO log_checkpoints (number, size, note) VALUES (?, ?, ?)"
LAST_USED = "SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'"


class SQLiteSnapshot(SQLSnapshot):
    """One read transaction."""

    def last_used(self) -> int | None:
        """The position that AUTOINCREMENT remembers."""
        found = list(self._run(LAST_USED))
        return found[0][0] if found else None

    def damage(self) -> list[str]:
        """What SQLite finds in the pages of the log's tables and their indexes."""
        found = (
            row[0] for table in TABLES for row in self._run(f"PRAGMA integrity_check({table})")
        )
        return [each for each in found if each != "ok"]


class SQLiteEvidence(Evidence):
    """The evidence in this file."""

    def __init__(self, path: str) -> None:
        self._path = path

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The file as it is now; writers go on meanwhile."""
        uri = f"{Path(self._path).absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=LOCK_TIMEOUT, isolation_level=None)
        with closing(connection):
            connection.text_factory = _text
            connection.execute("BEGIN")

            def run(statement: str, *values: Any) -> Iterable[Any]:
                return connection.execute(statement, values)

            yield SQLiteSnapshot(run)

    def keep_blocks(self, blocks: Iterable[Block]) -> None:
        """Store hashes that were computed; one of a longer block stays."""
        with self._transaction() as connection:
            connection.executemany(KEEP_BLOCK, map(_values, blocks))

    def keep_checkpoint(self, number: int, size: int, note: str) -> bool:
        """Store a copy of a checkpoint, unless somebody else's has this number by now."""
        with self._transaction() as connection:
            kept = connection.execute(KEEP_CHECKPOINT, (number, size, note)).rowcount
            reach("checkpoint.written")
            return kept == 1

    def load(self, origin: str, incoming: Incoming) -> None:
        """All of it or nothing, into an empty store. Raises `StoreError` when it is not empty."""
        with self._transaction() as connection:
            if connection.execute(USED).fetchone() != (0, 0):
                raise StoreError(f"{self._path}: {NOT_EMPTY}")
            connection.execute("UPDATE log_origin SET origin = ?", (origin,))
            connection.executemany(LOAD_EVENT, incoming.events())
            connection.executemany(LOAD_COMMAND, incoming.commands())
            connection.executemany(LOAD_CHECKPOINT, incoming.checkpoints())
            connection.executemany(KEEP_BLOCK, map(_values, incoming.blocks()))
            reach("import.written")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=LOCK_TIMEOUT, isolation_level=None)
        with closing(connection):
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")


def _values(block: Block) -> tuple[str, int, bytes, bytes]:
    return block.tree, block.number, block.root, block.leaves


def _text(raw: bytes) -> str:
    """Also what is no UTF-8, each such byte as a surrogate that no text has."""
    return raw.decode("utf-8", "surrogateescape")
