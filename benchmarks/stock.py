"""What the `eventsourcing` package does by itself, with an aggregate as its manual has them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event


class StockCustomer(Aggregate):
    """As much of a customer as the comparison takes."""

    @event("Invited")
    def __init__(self, managed_by: str) -> None:
        self.managed_by = managed_by

    @event("ManagerAssigned")
    def assign(self, managed_by: str) -> None:
        """Somebody else looks after it."""
        self.managed_by = managed_by


@contextmanager
def stock_application(path: Path) -> Iterator[Application[UUID]]:
    """The stock application in a file; it sets WAL itself, and `synchronous=FULL` is built in."""
    environment = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    application = Application[UUID](environment)
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    yield application
    application.close()
