"""When the store fails it says so in one line, writes nothing by halves, and works again after."""

from __future__ import annotations

import os
import resource
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

import vip_domain
from tests.builders import VIP, invite, on, place_pa
from tests.strategies import last_position
from vip_domain import Command, Receipt, StoreError, VipDomain
from vip_domain.domain import GROUP

ON = on("2026-03-02")
PA = place_pa("2026-03-02")
NOBODY = 65_534


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def recorded(vip: VipDomain) -> tuple[Any, ...]:
    """All that was ever written: the customer's events, the rows, the last position."""
    return vip.history(VIP), vip.customer(VIP, on=ON), last_position(vip)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A file with one customer."""
    with vip_domain.open(url_of(tmp_path / "vip.db")) as vip:
        vip.execute(invite(), actor="anna")
        vip.counts(reseller_id="R-1", on=ON)
    return tmp_path / "vip.db"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits ten seconds for a lock here."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **k | {"timeout": 0.05}))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else writes, and takes long."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """No file of this process can grow."""
    del path
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


Trouble = Callable[[Path], AbstractContextManager[None]]
TROUBLES = [
    pytest.param(locked, "database is locked", id="locked"),
    pytest.param(full_disk, "disk I/O error|disk is full", id="full"),
]
WRITES: list[Callable[[VipDomain], Any]] = [
    lambda vip: vip.execute(PA, actor="anna", command_id="1"),
    lambda vip: vip.execute_many([PA] * 3, actor="anna", command_ids=["1", "2", "3"]),
    lambda vip: vip.rebuild("customers"),
]


@pytest.mark.parametrize("write", WRITES, ids=["execute", "execute_many", "rebuild"])
@pytest.mark.parametrize(("trouble", "reason"), TROUBLES)
def test_a_store_in_trouble_is_one_error_and_nothing_is_written(
    store: Path, trouble: Trouble, reason: str, write: Callable[[VipDomain], Any]
) -> None:
    """
    The error says which file and why; through the same object all is as it was before.
    """
    with vip_domain.open(url_of(store)) as vip:
        before = recorded(vip)
        with trouble(store), pytest.raises(StoreError, match=rf"vip\.db: ({reason})"):
            write(vip)
        assert recorded(vip) == before


@pytest.mark.parametrize(("trouble", "reason"), TROUBLES)
def test_when_the_trouble_is_over_the_next_attempt_counts(
    store: Path, trouble: Trouble, reason: str
) -> None:
    """
    The same command with the same id goes through the same object.
    """
    with vip_domain.open(url_of(store)) as vip:
        with trouble(store), pytest.raises(StoreError, match=reason):
            vip.execute(PA, actor="anna", command_id="1")
        vip.execute(PA, actor="anna", command_id="1")
        assert vip.customer(VIP, on=ON).pending_pas == 1


@pytest.mark.parametrize(("trouble", "reason"), TROUBLES)
def test_a_list_that_cannot_catch_up_is_an_error_and_catches_up_later(
    store: Path, trouble: Trouble, reason: str
) -> None:
    """
    A read never shows less than was written before it.
    """
    with vip_domain.open(url_of(store)) as vip:
        vip.execute(PA, actor="anna")
        with trouble(store), pytest.raises(StoreError, match=reason):
            vip.counts(reseller_id="R-1", on=ON)
        assert vip.counts(reseller_id="R-1", on=ON)["pending_requests"] == 1


def test_what_was_recorded_can_be_read_while_somebody_writes(store: Path) -> None:
    """
    A reader that has nothing to catch up does not wait for the writer.
    """
    with vip_domain.open(url_of(store)) as vip, locked(store):
        assert (len(vip.history(VIP)), vip.customer(VIP, on=ON).vip_id) == (1, VIP)


def test_a_new_file_somebody_locked_is_an_error(tmp_path: Path) -> None:
    """
    Also before there are any tables.
    """
    with locked(tmp_path / "vip.db"), pytest.raises(StoreError, match="database is locked"):
        vip_domain.open(url_of(tmp_path / "vip.db"))
    with vip_domain.open(url_of(tmp_path / "vip.db")) as vip:
        assert vip.execute(invite(), actor="anna").position == 1


def test_a_batch_that_does_not_fit_is_written_in_whole_groups(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    All commands of a group are there or none; sent again with their ids, the rest follows.
    """
    commands = [invite(vip_id=f"VIP-A{number}") for number in range(2 * GROUP)]
    ids = [f"id-{number}" for number in range(2 * GROUP)]
    with vip_domain.open(url_of(store)) as vip:
        vip.execute_many(commands[:GROUP], actor="anna", command_ids=ids[:GROUP])
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", with_pages_left(60))
        with pytest.raises(StoreError, match="disk is full"):
            send(store, commands, ids)
    with closing(sqlite3.connect(store)) as connection:
        last = connection.execute("SELECT max(position) FROM stored_events").fetchone()
        assert last == (GROUP + 1,)
    assert [each.position for each in send(store, commands, ids)] == [*range(2, 2 * GROUP + 2)]


def with_pages_left(pages: int) -> Callable[..., sqlite3.Connection]:
    """A disk with room for so many pages."""
    connect = sqlite3.connect

    def limited(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)
        (now,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {now + pages}")
        return connection

    return limited


def send(store: Path, commands: Sequence[Command], ids: list[str]) -> list[Receipt]:
    with vip_domain.open(url_of(store)) as vip:
        outcomes = vip.execute_many(commands, actor="anna", command_ids=ids)
        return [each for each in outcomes if isinstance(each, Receipt)]


# A file that must not be written to.


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that anybody can look into, as those of pytest are not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        with vip_domain.open(url_of(Path(name) / "vip.db")) as vip:
            vip.execute(invite(), actor="anna")
            vip.counts(reseller_id="R-1", on=ON)
        yield Path(name)


@contextmanager
def read_only(*paths: Path) -> Iterator[None]:
    """Nobody may write to these; root may always, so be somebody else."""
    modes = {path: path.stat().st_mode for path in paths}
    root = os.geteuid() == 0
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    try:
        if root:
            os.seteuid(NOBODY)
        yield
    except PermissionError:
        pytest.skip("root cannot become somebody else here")
    finally:
        if root:
            os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode)


def test_a_read_only_file_can_be_read(folder: Path) -> None:
    """
    Lists and histories are there; a command is one error, and nothing was written.
    """
    (folder / "vip.db-keys").chmod(0o444)  # whoever may not read them is told nobody's name
    with read_only(folder / "vip.db"), vip_domain.open(url_of(folder / "vip.db")) as vip:
        assert vip.counts(reseller_id="R-1", on=ON)["all_customers"] == 1
        with pytest.raises(StoreError, match=r"vip\.db: attempt to write a readonly database"):
            vip.execute(PA, actor="anna")
        assert len(vip.history(VIP)) == 1


def test_a_read_only_folder_is_an_error_until_it_is_not(folder: Path) -> None:
    """
    SQLite needs to write beside the file even to read it.
    """
    with (
        read_only(folder / "vip.db", folder),
        pytest.raises(StoreError, match=r"vip\.db: (attempt to write|unable to open)"),
    ):
        vip_domain.open(url_of(folder / "vip.db"))
    with vip_domain.open(url_of(folder / "vip.db")) as vip:
        assert vip.execute(PA, actor="anna").version == 3


def test_a_list_whose_rows_are_gone_is_one_clear_error(store: Path) -> None:
    """
    Pages and counts say so, and where; the log has everything still.
    """
    with vip_domain.open(url_of(store)) as vip:
        with closing(sqlite3.connect(store)) as other:
            other.execute("DROP VIEW customers")
        questions: list[Callable[[], object]] = [
            lambda: vip.customers("all_customers", reseller_id="R-1", on=ON),
            lambda: vip.customers("all_customers", reseller_id="R-1", on=ON, search="a"),
            lambda: vip.counts(reseller_id="R-1", on=ON),
        ]
        for question in questions:
            with pytest.raises(StoreError, match=r"^\S*vip\.db: no such table: customers$"):
                question()
        assert len(vip.history(VIP)) == 1
