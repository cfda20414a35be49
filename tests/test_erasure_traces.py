"""After an erasure nothing leads to who it was: files and tables are searched byte by byte."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

import vip_domain
from tests import postgres
from tests.builders import invite
from tests.people import AFTER, PEOPLE, RESELLER, forget, naming_everybody, whatever_names_people
from vip_domain import VipDomain
from vip_domain.aggregates.streams import owner_stream
from vip_domain.codec import command_fingerprint
from vip_domain.sealing.key_file import KeyFile
from vip_domain.testing.postgres_server import PostgresServer


def written(text: str) -> set[bytes]:
    """How a text may be written in files: as it is, in other case, escaped for JSON, in hex."""
    spelt = {text, text.lower(), text.upper(), text.casefold()}
    escaped = {each.encode("ascii", "backslashreplace").decode() for each in spelt}
    plain = {each.encode() for each in spelt | escaped}
    wide = {each.encode("utf-16-le") for each in spelt}
    return plain | wide | {each.hex().encode() for each in plain}


def found(content: bytes, texts: Iterable[str]) -> set[str]:
    """Who is named in these bytes."""
    return {text for text in texts if any(each in content for each in written(text))}


def live(vip: VipDomain) -> None:
    """Everything that can put people somewhere: lists, rebuilds, reports, refusals, ids."""
    commands = naming_everybody()
    vip.execute_many(commands, actor="anna", command_ids=[f"c{n}" for n, _ in enumerate(commands)])
    vip.execute_many(commands, actor="anna", command_ids=[f"c{n}" for n, _ in enumerate(commands)])
    vip.execute_many([*commands, invite(vip_id="VIP-0002")], actor="anna")
    whatever_names_people(vip)
    vip.rebuild()
    vip.verify()


def files(folder: Path) -> bytes:
    """All bytes of a folder."""
    return b"\n".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


def key_of(keys: KeyFile) -> list[bytes]:
    """Pieces of the first customer's key."""
    key = keys.read([1])[1]
    assert key is not None
    return [key[at : at + 8] for at in range(0, len(key), 8)]


def test_no_file_of_sqlite_leads_to_who_was_erased(tmp_path: Path) -> None:
    """
    Neither names nor keys, in database, journal, views, those of before a rebuild, or keys.
    """
    url = f"sqlite:///{tmp_path / 'vip.db'}"
    with vip_domain.open(url) as vip:
        live(vip)
        pieces = key_of(KeyFile(f"{tmp_path / 'vip.db'}-keys"))
        assert [each for each in pieces if each not in files(tmp_path)] == []
        forget(vip)
        vip.customers("all_customers", reseller_id=RESELLER, on=AFTER)
        with closing(sqlite3.connect(tmp_path / "vip.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        content = files(tmp_path)
        assert found(content, PEOPLE) == set()
        assert [each for each in pieces if each in content] == []
    assert found(files(tmp_path), PEOPLE) == set()


def test_who_is_not_sealed_would_be_found(tmp_path: Path) -> None:
    """
    The search would find everybody; without sealing it does.
    """
    with vip_domain.open(f"sqlite:///{tmp_path / 'vip.db'}", erasable=False) as vip:
        live(vip)
    assert found(files(tmp_path), PEOPLE) == PEOPLE


def test_who_guesses_right_cannot_see_it_in_the_log(tmp_path: Path) -> None:
    """
    Nothing in it is a hash that a command, or an owner and an organisation, come to by themselves.
    """
    commands = naming_everybody()
    guesses = {command_fingerprint(each) for each in commands}
    guesses |= {owner_stream(email, "Nord AB") for email in PEOPLE}
    for name, erasable in (("sealed", True), ("plain", False)):
        (tmp_path / name).mkdir()
        url = f"sqlite:///{tmp_path / name / 'vip.db'}"
        with vip_domain.open(url, erasable=erasable) as vip:
            ids = [f"c{number}" for number, _ in enumerate(commands)]
            vip.execute_many(commands, actor="anna", command_ids=ids)
    assert found(files(tmp_path / "sealed"), guesses) == set()
    assert len(found(files(tmp_path / "plain"), guesses)) == len(commands) + 2


def test_no_table_of_postgresql_leads_to_who_was_erased() -> None:
    """
    Neither names nor keys, in any table of the log, its views, or the keys.
    """
    url = postgres.new_url()
    with vip_domain.open(url) as vip:
        live(vip)
        key = bytes(vip._vault.keys.read([1])[1] or b"")
        assert key.hex().encode() in tables(url)
        forget(vip)
        vip.customers("all_customers", reseller_id=RESELLER, on=AFTER)
        content = tables(url)
    assert found(content, PEOPLE) == set()
    assert key.hex().encode() not in content


def tables(url: str) -> bytes:
    """Every row of every table of a store and its keys, as text."""
    schema = url.partition("schema=")[2]
    with psycopg.connect(postgres.server_url()) as connection:
        names = connection.execute(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname IN (%s, %s)",
            (schema, f"{schema}_keys"),
        ).fetchall()
        assert len(names) > 5
        rows = [connection.execute(f"SELECT t::text FROM {name} t").fetchall() for (name,) in names]
    return "\n".join(text for some in rows for (text,) in some).encode()


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that a server's own user can see: pytest keeps what is its to whoever runs it."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.slow
def test_no_file_of_postgresql_has_names_and_no_table_the_key(folder: Path) -> None:
    """
    Nobody was ever written there, so that no dead row and no WAL can have them. Keys were: they
    are cut off from their table at once, and stay in the WAL until the server reuses it.
    """
    server = PostgresServer(folder, postgres.FAST)
    url, data = server.start(), folder / "data"
    try:
        with vip_domain.open(url) as vip:
            vip.execute_many(naming_everybody(), actor="anna")
            whatever_names_people(vip)
            key = bytes(vip._vault.keys.read([1])[1] or b"")
            checkpoint(url)
            assert key in files(data / "base")
            forget(vip)
            checkpoint(url)
            assert key not in files(data / "base")
            assert found(files(data), PEOPLE) == set()
    finally:
        server.stop()


def checkpoint(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
