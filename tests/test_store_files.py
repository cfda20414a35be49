"""A file that is no store is refused in one line, left as it is, and not remembered."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import vip_domain
from tests.builders import VIP, invite, on
from vip_domain import StoreError

ON = on("2026-03-02")


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def content(folder: Path) -> dict[str, bytes]:
    """Every file, byte for byte; SQLite may leave an empty log and its index beside one."""
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    return {name: it for name, it in files.items() if it and not name.endswith("-shm")}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A file with one customer."""
    with vip_domain.open(url_of(tmp_path / "vip.db")) as vip:
        vip.execute(invite(), actor="anna")
        vip.counts(reseller_id="R-1", on=ON)
    return tmp_path / "vip.db"


# Files that cannot be opened.


def text(path: Path) -> None:
    path.write_text("customer;licences\nNord AB;5\n" * 100)


def almost_a_database(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 8_000)


def half_of_ours(path: Path) -> None:
    with vip_domain.open(url_of(path)):
        pass
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE stored_events (id)")


def of_another_program_by_its_mark(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url)")
        other.execute("PRAGMA application_id = 77")


def of_another_program_that_writes_ahead(path: Path) -> None:
    of_another_program(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = WAL")


def of_a_newer_version(path: Path) -> None:
    with vip_domain.open(url_of(path)):
        pass
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 99")


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (text, "not a database"),
        (almost_a_database, "not a database|malformed"),
        (half_of_ours, "malformed"),
        (of_another_program, "another program's database"),
        (of_another_program_by_its_mark, "another program's database"),
        (of_another_program_that_writes_ahead, "another program's database"),
        (of_a_newer_version, "newer version"),
        (a_folder, "unable to open|disk I/O error"),
    ],
)
def test_a_file_that_is_no_store_is_refused_and_left_as_it_is(
    tmp_path: Path, cause: Callable[[Path], None], reason: str
) -> None:
    """
    The error names the file and the reason; not one byte changes, and no file appears beside it.
    """
    cause(tmp_path / "vip.db")
    before = content(tmp_path)
    with pytest.raises(StoreError, match=rf"vip\.db(:| is| was) .*({reason})"):
        vip_domain.open(url_of(tmp_path / "vip.db"))
    assert content(tmp_path) == before


@pytest.mark.parametrize("cause", [text, of_another_program, of_a_newer_version, a_folder])
def test_once_the_wrong_file_is_gone_the_store_opens(
    tmp_path: Path, cause: Callable[[Path], None]
) -> None:
    """
    Nothing is remembered of the failed attempt.
    """
    cause(tmp_path / "vip.db")
    with pytest.raises(StoreError):
        vip_domain.open(url_of(tmp_path / "vip.db"))
    (tmp_path / "vip.db").rename(tmp_path / "away")
    with vip_domain.open(url_of(tmp_path / "vip.db")) as vip:
        assert vip.execute(invite(), actor="anna").position == 1


def test_an_empty_file_is_a_new_store(tmp_path: Path) -> None:
    """
    `touch vip.db`, or a temporary file made first, is fine.
    """
    (tmp_path / "vip.db").touch()
    with vip_domain.open(url_of(tmp_path / "vip.db")) as vip:
        assert vip.execute(invite(), actor="anna").position == 1


def test_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    """
    A typing error in a path must not look like an empty store.
    """
    with pytest.raises(StoreError, match=r"no/vip\.db: unable to open"):
        vip_domain.open(url_of(tmp_path / "no" / "vip.db"))
    (tmp_path / "no").mkdir()
    with vip_domain.open(url_of(tmp_path / "no" / "vip.db")) as vip:
        assert vip.counts(reseller_id="R-1", on=ON)["all_customers"] == 0


@pytest.mark.parametrize("damage", ["topic = 'from-the-future'", "state = x'7b'"])
def test_an_event_that_cannot_be_read_is_an_error_of_the_store(store: Path, damage: str) -> None:
    """
    A newer version wrote it, or the disk lost it; either way a caller catches `StoreError`.
    """
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(f"UPDATE stored_events SET {damage}")
    with vip_domain.open(url_of(store)) as vip, pytest.raises(StoreError):
        vip.history(VIP)
