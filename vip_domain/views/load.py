"""Folded shares into a table, and its indexes: the part of a rebuild that a file's driver does."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from vip_domain.faults import reach
from vip_domain.views.generations import Generation
from vip_domain.views.shares import MAPPED
from vip_domain.views.sqlite import connect

LOAD_PARKED = """
INSERT INTO parked_customers (view, generation, vip_id, version, position, error, parked_at)
SELECT ?, ?, vip_id, version, position, error, ? FROM share.parked
"""


def load_share(path: str, share: Path, generation: Generation) -> None:
    """Put a share's rows into a generation, and those who are parked beside them, all or none."""
    now = datetime.now(UTC).isoformat()
    try:
        with closing(connect(path)) as connection:
            connection.execute("ATTACH ? AS share", (str(share),))
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(f"INSERT INTO {generation.name} SELECT * FROM share.rows")
            connection.execute(LOAD_PARKED, (*generation.key.values(), now))
            reach("load.written")
            connection.execute("COMMIT")
            reach("load.committed")
            checkpoint(connection)
    except sqlite3.Error:
        share.unlink(missing_ok=True)  # a power cut may have left half of it: fold it again
        raise


def make_index(path: str, statement: str) -> None:
    """One index, in a transaction of its own."""
    with closing(connect(path)) as connection:
        connection.execute(f"PRAGMA mmap_size={MAPPED}")  # a sixth less to read the rows through
        connection.execute(statement)
        checkpoint(connection)


def checkpoint(connection: sqlite3.Connection) -> None:
    """Bring what was written into the file here, lest the next writer has to do it all."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
