"""Where a PostgreSQL store is: how to connect to it, its schema, and a name without secrets."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any, Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import attrs
import psycopg
from psycopg.conninfo import conninfo_to_dict

from vip_domain.commands import fields
from vip_domain.errors import StoreError

SCHEMES = ("postgresql://", "postgres://")
SCHEMA = "vip_domain"
"""Ours, unless the URL says `?schema=…`: a service has a table `customers` of its own."""

SCHEMA_NAME = re.compile(r"(?!pg_|information_schema)[a-z_][a-z0-9_]{0,39}")

DEFAULTS: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "fallback_application_name": "vip_domain",
}
"""What libpq is told unless the URL says otherwise: a dead server is noticed within a minute."""


UNREADABLE = "the URL cannot be read: use postgresql://user@host/database"


@attrs.frozen
class Address:
    """`conninfo` is for the driver; errors say `shown`, which has no user and no password."""

    conninfo: dict[str, Any] = attrs.field(repr=False)
    schema: str
    shown: str

    @classmethod
    def of(cls, url: str) -> Self:
        """
        The store that a URL names: `postgresql://user@host/database`, perhaps `?schema=name`.

        Whatever else libpq knows may follow too, `sslmode` for one. Raises `StoreError`, which
        does not repeat the URL: there may be a password in it.
        """
        if isinstance(fields.text(url), fields.Problem):
            raise StoreError(UNREADABLE)
        try:
            conninfo, schema = _read(url)
        except (ValueError, psycopg.Error):
            raise StoreError(UNREADABLE) from None
        if not conninfo.get("dbname"):
            raise StoreError("the URL names no database: use postgresql://user@host/database")
        if not SCHEMA_NAME.fullmatch(schema):
            raise StoreError("the URL's schema must be a name of a-z, 0-9 and _, at most 40")
        where = conninfo.get("host") or conninfo.get("hostaddr") or "localhost"
        shown = f"postgresql://{where}/{conninfo['dbname']}"
        return cls({**DEFAULTS, **conninfo}, schema, shown)

    @property
    def channel(self) -> str:
        """Where an append notifies those who listen; the payload is the log's last position."""
        return f"{self.schema}_events"

    def lock_key(self, purpose: str) -> int:
        """The number of an advisory lock: they are shared by all schemas of a database."""
        digest = sha256(f"vip_domain {self.schema} {purpose}".encode()).digest()
        return int.from_bytes(digest[:8], signed=True)


def _read(url: str) -> tuple[dict[str, Any], str]:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    schema = dict(query).get("schema", SCHEMA)
    rest = urlencode([each for each in query if each[0] != "schema"], quote_via=quote)
    return conninfo_to_dict(urlunsplit(parts._replace(query=rest))), schema
