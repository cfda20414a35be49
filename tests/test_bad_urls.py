"""A URL that names no store is one clear and short error, at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import vip_domain
from tests.test_bad_input import MEGABYTE, SHORT
from vip_domain import StoreError

LOST = "/no/such/folder/vip.db"
BAD_URLS: list[Any] = [
    None,
    5,
    b"memory:",
    Path("vip.db"),
    "",
    " ",
    "memory",
    "memory:other",
    "vip.db",
    "/tmp/vip.db",
    "sqlite:",
    "sqlite:///",
    "sqlite:////",
    "sqlite://host/vip.db",
    "sqlite:///vip.db?mode=ro",
    "sqlite:///vip.db#part",
    "sqlite3:///vip.db",
    "file:///vip.db",
    "postgresql:",
    "postgresql://",
    "postgresql:///",
    "postgresql://host",
    "postgresql+psycopg://user@host/db",
    "postgresql://user@host/db?schema=",
    "postgresql://user@host/db?schema=Two",
    "postgresql://user@host/db?schema=pg_temp",
    "postgresql://user@host/db?no_such_option=1",
    "postgresql://user@localhost:1/db",
    "postgresql://user@localhost:port/db",
    "postgresql://user@/db?host=/no/such/folder",
    "mysql://user@host/db",
    "http://localhost/vip.db",
    f"sqlite:///{LOST}",
    "sqlite:///.",
]
WRONG_ERRORS = ("sqlite:///a\0b.db", "sqlite:///a%00b.db", "sqlite://[/x", "sqlite:///\ud800.db")
WRONG_FILES = ("sqlite:vip.db", "sqlite:/vip.db", "sqlite:///:memory:", "sqlite:///file:vip.db")
LONG = (f"sqlite:///{MEGABYTE}", MEGABYTE)


@pytest.mark.parametrize(
    "url",
    [
        *BAD_URLS,
        *WRONG_ERRORS,
        *WRONG_FILES,
        *LONG,
    ],
    ids=lambda url: ascii(url)[:40],
)
def test_a_bad_url_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: Any
) -> None:
    """
    Before any command is sent, in a few words, and no file is left behind.
    """
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError) as refused:
        vip_domain.open(url).close()
    assert (len(str(refused.value)) <= SHORT, list(tmp_path.iterdir())) == (True, [])


@pytest.mark.parametrize(
    "url",
    [
        "mysql://anna:s3cret@host/db",
        "postgresql://anna:s3cret@localhost:1/db",
        "postgresql://anna:s3cret%@localhost/db",
        "postgresql://anna:s3cret@localhost/",
        "postgresql://anna@localhost:1/db?password=s3cret",
        "postgresql://anna@localhost:1/db?s3cret=1",
    ],
)
def test_a_password_in_a_url_is_not_repeated(url: str) -> None:
    """
    The error goes to logs, where a password has no business.
    """
    with pytest.raises(StoreError) as refused:
        vip_domain.open(url)
    assert "s3cret" not in str(refused.value)
