"""Who follows a view in PostgreSQL: advisory locks, which end with their connection."""

from __future__ import annotations

from typing import Any

import psycopg

from vip_domain.errors import StoreError
from vip_domain.store.log import one_line
from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import connect

DEAD_AFTER = """
SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3
"""
"""The server hears at once of a process that ended; of a machine that vanished in 11 seconds."""


class AdvisoryLeases:
    """One connection that has the locks, and has lost them all when it breaks."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._connection: psycopg.Connection[Any] | None = None
        self._held: set[str] = set()

    def take(self, view: str) -> bool:
        """Whether it is ours, now or since before. Raises `StoreError`."""
        try:
            connection = self._connected()
            if view not in self._held:
                key = self._address.lock_key(f"follow {view}")
                taken = connection.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchone()
                self._held |= {view} if taken == (True,) else set()
        except psycopg.Error as error:
            self.close()
            raise StoreError(f"{self._address.shown}: {one_line(error)}") from error
        return view in self._held

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            self._connection = connect(self._address, autocommit=True)
            self._connection.execute(DEAD_AFTER)
        # It asks the socket, not the server; the second look finds what follows the last words.
        self._connection.pgconn.consume_input()
        self._connection.pgconn.consume_input()
        return self._connection

    def give_back(self, view: str) -> None:
        """Let somebody else have it."""
        if view in self._held and self._connection is not None:
            self._held.remove(view)
            key = self._address.lock_key(f"follow {view}")
            try:
                self._connection.execute("SELECT pg_advisory_unlock(%s)", (key,))
            except psycopg.Error:
                self.close()  # and so it is free

    def close(self) -> None:
        """Give all back."""
        self._held.clear()
        if self._connection is not None:
            self._connection.close()
            self._connection = None
