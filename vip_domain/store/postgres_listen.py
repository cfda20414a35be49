"""How a process hears of appends in PostgreSQL: one connection listens, and rings for all."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from threading import Event, Thread
from typing import Any

import psycopg
from psycopg import sql

from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import FIRST_PAUSE, LONGEST_PAUSE, connect

SILENCE = 30.0
"""After so many seconds without a notification it asks whether the server is still there."""


class Listener:
    """
    A thread that listens, however often its connection breaks, until it is closed.

    What is notified while it is not connected is lost: those who wait look at the log now and
    then anyway.
    """

    def __init__(self, address: Address, ring: Callable[[], None]) -> None:
        self._address = address
        self._ring = ring
        self._ended = Event()
        self._wake_up, self._woken = os.pipe()
        self._thread = Thread(target=self._run, name="vip-domain-listen", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._ended.is_set():
            with suppress(psycopg.Error), connect(self._address, autocommit=True) as connection:
                channel = sql.Identifier(self._address.channel)
                connection.execute(sql.SQL("LISTEN {}").format(channel))
                self._ring()  # for what was appended before it listened
                pause = FIRST_PAUSE
                self._listen(connection)
            self._ended.wait(random.uniform(pause / 2, pause))
            pause = min(pause * 2, LONGEST_PAUSE)

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        with DefaultSelector() as selector:
            selector.register(connection.fileno(), EVENT_READ)
            selector.register(self._wake_up, EVENT_READ)
            while not self._ended.is_set():
                heard = not selector.select(SILENCE)
                if heard:
                    # Waiting for the answer it may take notifications in: then it rings anyway.
                    connection.execute("SELECT 1")
                connection.pgconn.consume_input()
                while connection.pgconn.notifies() is not None:
                    heard = True
                if heard:
                    self._ring()

    def close(self) -> None:
        """End the thread, and its connection."""
        self._ended.set()
        os.write(self._woken, b"!")
        self._thread.join()
        os.close(self._woken)
        os.close(self._wake_up)
