"""A file of an older version is brought up to date whole or not at all."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import vip_domain
from tests.builders import VIP, accept, invite, on, place_pa
from tests.test_chain import recomputed, stored
from vip_domain import StoreError
from vip_domain.chain import linked
from vip_domain.store import sqlite_schema

# Word for word what version 1 made.
VERSION_1 = """
BEGIN;
ALTER TABLE stored_events RENAME TO newer_events;
ALTER TABLE commands RENAME TO newer_commands;
CREATE TABLE stored_events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    originator_id TEXT NOT NULL,
    originator_version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    state BLOB NOT NULL,
    UNIQUE (originator_id, originator_version)
);
CREATE TABLE commands (
    command_id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    stream_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    events INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO stored_events
SELECT position, originator_id, originator_version, topic, state FROM newer_events;
INSERT INTO commands
SELECT command_id, fingerprint, stream_id, version, events FROM newer_commands;
DROP TABLE newer_events;
DROP TABLE newer_commands;
DROP TABLE log_origin;
DROP TABLE log_blocks;
DROP TABLE log_checkpoints;
PRAGMA user_version = 1;
COMMIT;
"""
ADD = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
    "VALUES ('customer-X', 1, 'deleted', x'7b7d')"
)


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A file of version 1 with a few customers."""
    path = tmp_path / "vip.db"
    with vip_domain.open(url_of(path)) as vip:
        vip.execute_many([invite(vip_id=f"VIP-{n:04}") for n in range(50)], actor="anna")
        vip.execute(invite(), actor="anna", command_id="again")
        vip.execute(accept(), actor="eva", command_id="accept")
        vip.counts(reseller_id="R-1", on=on("2026-03-02"))
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
    return path


def known(path: Path) -> tuple[Any, ...]:
    """All that people see of the file."""
    with vip_domain.open(url_of(path)) as vip:
        (first,) = vip.execute_many([invite()], actor="anna", command_ids=["again"])
        return vip.history(VIP), first, vip.digest("customers")


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return int(version)


def upgrade(path: Path) -> None:
    vip_domain.open(url_of(path)).close()


def test_a_file_of_version_1_goes_on_with_every_event_linked(older: Path) -> None:
    """
    What it held is told as before, its links are those of its events, and more is written to it.
    """
    with closing(sqlite3.connect(older)) as connection:
        held = connection.execute("SELECT position, state FROM stored_events").fetchall()
    with vip_domain.open(url_of(older)) as vip:
        receipt = vip.execute(place_pa("2026-03-02"), actor="anna")
        streams = stored(vip)
    assert receipt.position == len(held) + len(receipt.events)
    rows = [(row[0], row[3]) for each in streams.values() for row in each]
    assert sorted(rows)[: len(held)] == held
    for stream_id, each in streams.items():
        assert [row[-1] for row in each] == recomputed(stream_id, each)


def test_its_command_ids_still_give_their_receipts(older: Path) -> None:
    """
    A client that sends again after the upgrade records nothing twice.
    """
    with vip_domain.open(url_of(older)) as vip:
        assert vip.execute(accept(), actor="eva", command_id="accept").version == 2


def test_a_writer_of_the_older_version_can_add_no_event_without_a_link(older: Path) -> None:
    """
    It may still have the file open while the newer one takes it over.
    """
    with closing(sqlite3.connect(older)) as writer:
        writer.execute("SELECT * FROM stored_events").fetchone()
        upgrade(older)
        with pytest.raises(sqlite3.IntegrityError, match="chain"):
            writer.execute(ADD)


def test_a_read_only_file_of_version_1_is_one_clear_error(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    It says what to do about it, and leaves the file as it is.
    """
    connect = sqlite3.connect

    def read_only(path: Any, **options: Any) -> sqlite3.Connection:
        given = path if str(path).startswith("file:") else f"{Path(path).as_uri()}?mode=ro"
        connection: sqlite3.Connection = connect(given, **options | {"uri": True})
        return connection

    monkeypatch.setattr(sqlite3, "connect", read_only)
    with pytest.raises(StoreError, match=r"older version .* cannot be brought up to date: .*read"):
        upgrade(older)
    monkeypatch.undo()
    assert version_of(older) == 1


def test_a_disk_that_fills_up_meanwhile_leaves_the_older_file(older: Path) -> None:
    """
    There is room for what a reader keeps beside the file, and not for all that is written; the
    next attempt, with room, works.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
    try:
        with pytest.raises(StoreError, match="cannot be brought up to date"):
            upgrade(older)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert version_of(older) == 1
    assert len(known(older)[0]) == 2


def _killed_in_the_middle(path: Path) -> None:
    links = 0

    def link(*event: Any) -> bytes:
        nonlocal links
        links += 1
        if links == 25:
            os.kill(os.getpid(), 9)
        return linked(*event)

    pytest.MonkeyPatch().setattr(sqlite_schema, "linked", link)
    upgrade(path)


def test_killed_in_the_middle_the_file_is_of_version_1_still(older: Path) -> None:
    """
    Opened again it is brought up to date from the beginning.
    """
    process = multiprocessing.get_context("spawn").Process(
        target=_killed_in_the_middle, args=(older,)
    )
    process.start()
    process.join()
    assert (process.exitcode, version_of(older)) == (-9, 1)
    assert len(known(older)[0]) == 2
    assert version_of(older) == 2
