"""Opening a store: what a URL names, and the log, the views and the keys that belong to it."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike, fspath
from urllib.parse import unquote

import attrs

from vip_domain.audit.erasure import sweep
from vip_domain.commands import fields
from vip_domain.domain import VipDomain, now
from vip_domain.errors import StoreError
from vip_domain.rules import ProgramRules
from vip_domain.sealing.key_file import KeyFile
from vip_domain.sealing.keys import KeyStore, MemoryKeys
from vip_domain.sealing.vault import Vault
from vip_domain.store.log import EventLog
from vip_domain.store.writer import Writer
from vip_domain.views.in_sqlite import sqlite_views
from vip_domain.views.memory import MemoryViews
from vip_domain.views.views import Views

SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql://", "postgres://")


def open(
    url: str,
    *,
    rules: ProgramRules | None = None,
    views: str | None = None,
    keys: str | PathLike[str] | None = None,
    erasable: bool = True,
) -> VipDomain:
    """
    Open a store, made when it is not there.

    `memory:`; `sqlite:///vip.db` (four slashes for an absolute path); or
    `postgresql://user@host/database` with whatever libpq knows, and perhaps `?schema=name`.
    `views`: the URL of another database of that kind, or another schema, for everything that is
    folded from the log. `keys`: where those are that names and addresses of people are sealed
    with, a file or a `postgresql://` URL; without, the file `vip.db-keys` beside the database, or
    the same database. There they are in a schema of their own, `name_keys`. With `erasable=False`
    the people of customers invited from here on are not sealed, and nothing can erase them. Raises
    `StoreError` at once for a bad URL or a store that cannot be used.
    """
    chosen = ProgramRules.current() if rules is None else rules
    log, views_of = _opened(url, chosen, views)
    try:
        vault = Vault(_keys(url, keys), seals=erasable)
    except StoreError:
        log.close()
        raise
    try:
        sweep(log, vault)
        return VipDomain(log, views_of(), Writer(log, chosen, now, vault), chosen, vault)
    except StoreError:
        vault.keys.close()
        log.close()
        raise


def _keys(url: str, keys: str | PathLike[str] | None) -> KeyStore:
    place = keys if keys is None else fspath(keys)
    if place is None and url == "memory:":
        return MemoryKeys()
    if (place or url).startswith(POSTGRESQL):
        return _keys_in_postgres(place or url)
    return KeyFile(f"{_sqlite_path(url)}-keys" if place is None else place)


def _keys_in_postgres(url: str) -> KeyStore:
    from vip_domain.store.postgres_address import Address  # noqa: PLC0415  # as `_in_postgres`
    from vip_domain.store.postgres_keys import PostgresKeys  # noqa: PLC0415

    address = Address.of(url)
    return PostgresKeys(attrs.evolve(address, schema=f"{address.schema}_keys"))


Opened = tuple[EventLog, Callable[[], Views]]


def _opened(url: str, rules: ProgramRules, views: str | None) -> Opened:
    if url == "memory:":
        if views is not None:
            raise StoreError("the views of a log in memory are in memory")
        log = EventLog.in_memory()
        return log, lambda: MemoryViews(log, rules)
    if isinstance(url, str) and url.startswith(POSTGRESQL):
        return _in_postgres(url, rules, views)
    path, apart = _sqlite_path(url), None if views is None else _sqlite_path(views)
    file = EventLog.in_sqlite(path)
    return file, lambda: sqlite_views(path, file, rules, apart)


def _in_postgres(url: str, rules: ProgramRules, views: str | None) -> Opened:
    # The driver takes a tenth of a second to import: it is for those who use it.
    from vip_domain.store.postgres import postgres_log  # noqa: PLC0415
    from vip_domain.store.postgres_address import Address  # noqa: PLC0415
    from vip_domain.views.in_postgres import postgres_views  # noqa: PLC0415

    address, apart = Address.of(url), None if views is None else Address.of(views)
    log = postgres_log(address)
    return log, lambda: postgres_views(address, log, rules, apart)


def _sqlite_path(url: str) -> str:
    """The file a URL names. The error does not repeat it: there may be a password in it."""
    path = unquote(url.removeprefix(SQLITE)) if _is_sqlite(url) else ""
    # SQLite itself gives these a meaning of their own.
    special = path.startswith((":memory:", "file:"))
    if special or isinstance(fields.text(path), fields.Problem):
        raise StoreError("the URL names no store: use memory:, sqlite:///file or postgresql://")
    return path


def _is_sqlite(url: object) -> bool:
    return isinstance(url, str) and url.startswith(SQLITE) and not {"?", "#"} & set(url)
