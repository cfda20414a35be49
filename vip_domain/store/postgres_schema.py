"""The log's tables in PostgreSQL: what they hold, whose schema it is, and how it comes to be."""

from __future__ import annotations

import secrets
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from vip_domain.errors import StoreError
from vip_domain.store.postgres_address import Address

VERSION = 2
"""The same number as in a SQLite file: both have the same tables."""

MARKER = "vip_domain_store"
"""The table that marks a schema as ours."""

TABLES = """
CREATE TABLE stored_events (
    position bigint PRIMARY KEY,
    originator_id text COLLATE "C" NOT NULL,
    originator_version bigint NOT NULL,
    topic text COLLATE "C" NOT NULL,
    state bytea NOT NULL,
    chain bytea NOT NULL,
    UNIQUE (originator_id, originator_version)
);
CREATE TABLE commands (
    number bigint PRIMARY KEY,
    command_id text COLLATE "C" NOT NULL UNIQUE,
    fingerprint text NOT NULL,
    stream_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    events bigint NOT NULL
);
CREATE TABLE log_origin (origin text NOT NULL);
CREATE TABLE log_blocks (
    tree text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL,
    leaves bytea NOT NULL,
    PRIMARY KEY (tree, number)
);
CREATE TABLE log_checkpoints (
    number bigint PRIMARY KEY,
    size bigint NOT NULL,
    note text NOT NULL
);
CREATE TABLE vip_domain_store (version bigint NOT NULL)
"""
VIEWS_MARKER = "vip_domain_views"
"""The table that marks a schema as that of views which lie apart from their log."""

VIEWS_VERSION = 1
MARK_VIEWS = f"CREATE TABLE {VIEWS_MARKER} AS SELECT {VIEWS_VERSION}::bigint AS version"
ORIGIN = "INSERT INTO log_origin VALUES (%s)"
MARK = f"INSERT INTO {MARKER} VALUES (%s)"
LOCK = "SELECT pg_advisory_xact_lock(%s)"
FOUND = """
SELECT to_regclass(%(marker)s) IS NOT NULL,
       EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace(%(schema)s)),
       to_regnamespace(%(schema)s) IS NOT NULL
"""
WHOLE = """
SELECT EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = 'leaves'
)
"""
COMPLETE = "ALTER TABLE log_blocks ADD COLUMN leaves bytea NOT NULL"
"""For stores of before anything was kept in that table; there are no others without the column."""


def prepare(cursor: psycopg.Cursor[Any], address: Address) -> None:
    """
    Make schema and tables, unless they are there: who may only read can do that.

    Two that begin at once do it one after the other. Raises `StoreError` for another program's
    schema, and for one of another version.
    """
    if is_ours(cursor, address) and _is_whole(cursor, address):
        return
    cursor.execute(LOCK, (address.lock_key("schema"),))
    if not is_ours(cursor, address):
        _create(cursor, address)
    elif not _is_whole(cursor, address):
        cursor.execute(COMPLETE)


def prepare_views(cursor: psycopg.Cursor[Any], address: Address) -> None:
    """
    Make a schema for views that lie apart from their log, unless it is there.

    Raises `StoreError` for another program's schema, a log's, and one of another version.
    """
    if _is(cursor, address, VIEWS_MARKER, VIEWS_VERSION):
        return
    cursor.execute(LOCK, (address.lock_key("schema"),))
    if not _is(cursor, address, VIEWS_MARKER, VIEWS_VERSION):
        _create_schema(cursor, address)
        cursor.execute(MARK_VIEWS)


def is_ours(cursor: psycopg.Cursor[Any], address: Address) -> bool:
    """Whether our tables are there. Raises `StoreError` as `prepare` does."""
    return _is(cursor, address, MARKER, VERSION)


def _is(cursor: psycopg.Cursor[Any], address: Address, marker: str, version: int) -> bool:
    cursor.row_factory = tuple_row
    marked, used, _ = _found(cursor, address, marker)
    if marked:
        (found,) = cursor.execute(f"SELECT version FROM {marker}").fetchone() or (0,)
        if found != version:
            age = "a newer" if found > version else "an older"
            raise StoreError(f"{address.shown} was written by {age} version of vip_domain")
    elif used:
        whose = "another program's" if marker == MARKER else "in use, and not for views"
        raise StoreError(f"{address.shown}: the schema {address.schema} is {whose}")
    return marked


def _is_whole(cursor: psycopg.Cursor[Any], address: Address) -> bool:
    (whole,) = cursor.execute(WHOLE, (f"{address.schema}.log_blocks",)).fetchone() or (False,)
    return bool(whole)


def _found(cursor: psycopg.Cursor[Any], address: Address, marker: str) -> tuple[bool, bool, bool]:
    names = {"schema": address.schema, "marker": f"{address.schema}.{marker}"}
    marked, used, exists = cursor.execute(FOUND, names).fetchone() or (False, False, False)
    return marked, used, exists


def _create(cursor: psycopg.Cursor[Any], address: Address) -> None:
    _create_schema(cursor, address)
    cursor.execute(TABLES)
    cursor.execute(ORIGIN, (f"vip-domain/{secrets.token_hex(16)}",))
    cursor.execute(MARK, (VERSION,))


def _create_schema(cursor: psycopg.Cursor[Any], address: Address) -> None:
    encoding = cursor.connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StoreError(f"{address.shown}: a database in {encoding} cannot hold every text")
    _, _, exists = _found(cursor, address, MARKER)
    if not exists:
        # IF NOT EXISTS would ask for the right to make one also where an administrator did.
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(address.schema)))
