"""PostgreSQL on bad days: one clear error, nothing by halves, and the next attempt works."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import OperationalError, sql
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError

import vip_domain
from tests import postgres
from tests.builders import VIP, invite, on, place_pa
from tests.shell import ROOT
from tests.strategies import last_position
from vip_domain import OutcomeUnknown, Receipt, SigningKey, StoreError, VipDomain
from vip_domain.store import postgres_pool
from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import Pool
from vip_domain.testing.postgres_server import PostgresServer

ON = on("2026-03-02")
PA = place_pa("2026-03-02")


@pytest.fixture
def url() -> str:
    """An empty store."""
    return postgres.new_url()


@pytest.fixture
def vip(url: str) -> Iterator[VipDomain]:
    """A store with one customer, its views caught up."""
    with vip_domain.open(url) as vip:
        vip.execute(invite(), actor="anna")
        vip.counts(reseller_id="R-1", on=ON)
        yield vip


@contextmanager
def past_us(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of somebody else, to the same schema."""
    with postgres_pool.connect(Address.of(url), autocommit=True) as connection:
        yield connection


OURS = "FROM pg_stat_activity WHERE application_name = %s"


def named(url: str) -> str:
    """The same store; its connections can be told from those of other tests."""
    return f"{url}&application_name={Address.of(url).schema}"


def recorded(vip: VipDomain) -> tuple[Any, ...]:
    """All that was ever written: the customer's events, the rows, the last position."""
    return vip.history(VIP), vip.customer(VIP, on=ON), last_position(vip)


USES: dict[str, Callable[[VipDomain], Any]] = {
    "execute": lambda vip: vip.execute(PA, actor="anna").position,
    "history": lambda vip: vip.history(VIP),
    "counts": lambda vip: vip.counts(reseller_id="R-1", on=ON),
    "digest": lambda vip: vip.digest("customers"),
    "rebuild": lambda vip: vip.rebuild("customers"),
}


@pytest.mark.parametrize("use", USES)
def test_idle_connections_that_were_cut_are_replaced_unseen(url: str, use: str) -> None:
    """
    The server restarted, or a firewall forgot them: whoever comes next notices nothing.
    """
    with vip_domain.open(named(url)) as vip:
        vip.execute(invite(), actor="anna")
        vip.counts(reseller_id="R-1", on=ON)
        with past_us(url) as other:
            cut = other.execute(
                f"SELECT pg_terminate_backend(pid, 10000) {OURS}", (Address.of(url).schema,)
            )
            assert len(cut.fetchall()) == 3
        assert USES[use](vip)


def test_a_connection_cut_while_recording_leaves_a_doubt_that_a_command_id_ends(url: str) -> None:
    """
    It waits for its turn when it is cut; sent again with its id it is recorded, once.
    """
    with (
        vip_domain.open(named(url)) as vip,
        past_us(url) as other,
        ThreadPoolExecutor(1) as thread,
    ):
        vip.execute(invite(), actor="anna")
        key = (Address.of(url).lock_key("append"),)
        other.execute("SELECT pg_advisory_lock(%s)", key)
        sent = thread.submit(vip.execute, PA, actor="anna", command_id="c-1")
        cut = f"SELECT pg_terminate_backend(pid) {OURS} AND wait_event = 'advisory'"
        while not other.execute(cut, (Address.of(url).schema,)).fetchall():
            assert not sent.done()
        with pytest.raises(OutcomeUnknown):
            sent.result()
        other.execute("SELECT pg_advisory_unlock(%s)", key)
        receipts = [vip.execute(PA, actor="anna", command_id="c-1") for _ in range(2)]
        assert [each.version for each in receipts] == [3, len(vip.history(VIP))]


@contextmanager
def appending(url: str) -> Iterator[None]:
    """Somebody else appends, and takes long."""
    with past_us(url) as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s)", (Address.of(url).lock_key("append"),))
        yield


@contextmanager
def folding(url: str) -> Iterator[None]:
    """Somebody else folds into the view, and takes long."""
    key = Address.of(url).lock_key("view customers")
    with past_us(url) as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s)", (key,))
        yield


@contextmanager
def no_table(url: str) -> Iterator[None]:
    """An administrator has a table elsewhere for a while."""
    with past_us(url) as other:
        other.execute("ALTER TABLE stored_events RENAME TO away")
        try:
            yield
        finally:
            other.execute("ALTER TABLE away RENAME TO stored_events")


@contextmanager
def another_name(url: str) -> Iterator[None]:
    """An administrator calls a column otherwise for a while; the server has a hint at it."""
    with past_us(url) as other:
        other.execute("ALTER TABLE stored_events RENAME COLUMN position TO positions")
        try:
            yield
        finally:
            other.execute("ALTER TABLE stored_events RENAME COLUMN positions TO position")


@contextmanager
def table_in_use(url: str) -> Iterator[None]:
    """An administrator has the log's table to himself for a while."""
    with past_us(url) as other, other.transaction():
        other.execute("LOCK TABLE stored_events IN ACCESS EXCLUSIVE MODE")
        yield


TROUBLES = {
    "another writer": (appending, "execute"),
    "another follower": (folding, "counts"),
    "a table that is gone": (no_table, "execute"),
    "an error of several lines": (another_name, "execute"),
    "a statement that takes long": (table_in_use, "execute"),
}
TIMEOUTS = {"a statement that takes long": ("STATEMENT_TIMEOUT", 2)}
"""Which limit is so many seconds: no other statement takes as long, also on a busy machine."""


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_is_one_error_in_one_line_and_nothing_is_written(
    url: str, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """
    When it is over, the next attempt works.
    """
    monkeypatch.setattr(postgres_pool, *TIMEOUTS.get(trouble, ("LOCK_TIMEOUT", 0.2)))
    during, use = TROUBLES[trouble]
    with vip_domain.open(url) as vip:
        vip.execute(invite(), actor="anna")
        before = recorded(vip)
        if use == "counts":
            vip.execute(PA, actor="anna")
        with during(url), pytest.raises(StoreError) as refused:
            USES[use](vip)
        assert "\n" not in str(refused.value)
        if use == "execute":
            assert recorded(vip) == before
        assert USES[use](vip)


@pytest.mark.parametrize("trouble", ["another writer", "a table that is gone"])
def test_trouble_at_any_use_of_a_connection_leaves_the_next_one_working(
    url: str, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """
    Also at the one at which the driver prepares its statement, which the server never came to see.
    """
    monkeypatch.setattr(postgres_pool, "LOCK_TIMEOUT", 0.02)
    during, _ = TROUBLES[trouble]
    with vip_domain.open(url) as vip:
        for number in range(12):
            with during(url), pytest.raises(StoreError):
                vip.execute(invite(vip_id=f"VIP-{number:04}"), actor="anna")
            assert vip.execute(invite(vip_id=f"VIP-{number:04}"), actor="anna").version == 1


OPENS = """
import sys
import vip_domain
from tests.builders import invite
from vip_domain.store import postgres_pool
postgres_pool.LOCK_TIMEOUT = 60
print("ready", flush=True)
vip_id = sys.stdin.readline().strip()
with vip_domain.open(sys.argv[1]) as vip:
    print(vip.execute(invite(vip_id=vip_id), actor="anna").position)
"""


@contextmanager
def all_at_once(url: str, number: int, done: Callable[[], bool]) -> Iterator[None]:
    """So many begin in the block, and go on once all of them have seen that there are no tables."""
    begins, name = (Address.of(url).lock_key("schema"),), (Address.of(url).schema,)
    with past_us(url) as other:
        other.execute("SELECT pg_advisory_lock(%s)", begins)
        yield
        waiting = f"SELECT count(*) {OURS} AND wait_event = 'advisory'"
        while other.execute(waiting, name).fetchall() != [(number,)]:
            assert not done()
        other.execute("SELECT pg_advisory_unlock(%s)", begins)


@pytest.mark.slow
def test_processes_that_open_an_empty_database_at_once_get_one_store(url: str) -> None:
    """
    Four processes, all loaded and waiting for the word: one makes the tables, the others use them.
    """
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    command = [sys.executable, "-c", OPENS, named(url)]
    with ExitStack() as stack:
        opening: list[Any] = [
            stack.enter_context(subprocess.Popen(command, cwd=ROOT, text=True, **pipes))
            for _ in range(4)
        ]
        assert [each.stdout.readline() for each in opening] == ["ready\n"] * 4
        with all_at_once(url, 4, lambda: any(each.poll() is not None for each in opening)):
            for number, each in enumerate(opening):
                each.stdin.write(f"VIP-{number}\n")
                each.stdin.flush()
        assert sorted(each.stdout.read() for each in opening) == ["1\n", "2\n", "3\n", "4\n"]


def test_threads_that_open_an_empty_database_at_once_get_one_store(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Eight, each with a store of its own.
    """
    monkeypatch.setattr(postgres_pool, "LOCK_TIMEOUT", 60)

    def opened(number: int) -> int:
        with vip_domain.open(named(url)) as vip:
            return vip.execute(invite(vip_id=f"VIP-{number:04}"), actor="anna").position

    opening: list[Future[int]] = []
    with ThreadPoolExecutor(8) as threads:
        with all_at_once(url, 8, lambda: any(each.done() for each in opening)):
            opening += [threads.submit(opened, number) for number in range(8)]
        assert sorted(each.result() for each in opening) == list(range(1, 9))


def test_another_programs_schema_is_left_alone(url: str) -> None:
    """
    One table in it is enough.
    """
    schema = Address.of(url).schema
    with past_us(url) as other:
        other.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        other.execute("CREATE TABLE customers (name text)")
        with pytest.raises(StoreError, match="another program's"):
            vip_domain.open(url)
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = %s"
        assert other.execute(tables, (schema,)).fetchall() == [(1,)]


@pytest.mark.parametrize(("step", "age"), [(1, "a newer"), (-1, "an older")])
def test_a_database_of_another_version_is_refused(
    url: str, vip: VipDomain, step: int, age: str
) -> None:
    """
    What it holds is not known here; nobody ever made an older one.
    """
    del vip
    with past_us(url) as other:
        other.execute("UPDATE vip_domain_store SET version = version + %s", (step,))
    with pytest.raises(StoreError, match=f"was written by {age} version"):
        vip_domain.open(url)


def test_a_store_from_before_there_were_checkpoints_can_be_given_them(
    url: str, vip: VipDomain
) -> None:
    """
    The table of stored hashes, in which nothing was, gets the column that it lacks.
    """
    vip.close()
    with past_us(url) as other:
        other.execute("ALTER TABLE log_blocks DROP COLUMN leaves")
    with vip_domain.open(url) as again:
        again.checkpoint(SigningKey.generate("test"))
        assert again.verify_log().whole


def test_an_administrators_empty_schema_is_used(url: str) -> None:
    """
    Whoever may not make schemas can be given one.
    """
    with past_us(url) as other:
        name = sql.Identifier(Address.of(url).schema)
        other.execute(sql.SQL("CREATE SCHEMA {}").format(name))
    with vip_domain.open(url) as vip:
        assert vip.execute(invite(), actor="anna").position == 1


def test_a_receipt_holds_whatever_the_server_says_by_default(url: str) -> None:
    """
    A database that does not wait for its disk would lose the last receipts in a power cut.
    """
    with postgres_pool.connect(
        Address.of(f"{url}&options=-csynchronous_commit%3Doff"), autocommit=True
    ) as connection:
        assert connection.execute("SHOW synchronous_commit").fetchall() == [("on",)]


def test_a_store_that_was_closed_says_so(url: str) -> None:
    """
    And makes no connection that nobody would close.
    """
    vip = vip_domain.open(url)
    vip.close()
    with pytest.raises(StoreError, match="closed"):
        vip.counts(reseller_id="R-1", on=ON)


@pytest.mark.slow
def test_a_server_that_stops_and_starts_again_loses_nothing() -> None:
    """
    Ten times while somebody writes, every other time as if killed; it would wait for no disk.
    """
    # Not in a folder of pytest's: another run of it closes those to the server's user.
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), "synchronous_commit = off") as (server, url),
        vip_domain.open(url) as vip,
        ThreadPoolExecutor(1) as thread,
    ):
        receipts = [
            receipt
            for turn in range(10)
            for receipt in written_until(thread.submit(restarted, server, turn), vip, turn)
        ]
        held = [vip.history(each.vip_id)[0].position for each in receipts]
        positions, end = [each.position for each in receipts], last_position(vip)
        assert (held, sorted(positions)) == (positions, list(range(1, end + 1)))
        assert vip.verify("customers")[0].differences == ()


@contextmanager
def running(folder: Path, settings: str = "") -> Iterator[tuple[PostgresServer, str]]:
    """A server of one's own."""
    server = PostgresServer(folder, postgres.FAST + settings)
    try:
        yield server, server.start()
    finally:
        server.stop()


@pytest.mark.slow
def test_a_server_that_starts_slowly_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Longer than the wheel does, which gives up while the server goes on starting.
    """
    wheel = postgres.wheel("postgres_server")
    execute = wheel.pgexec
    hurried: list[str] = []

    def hurry(command: str, arguments: Any, **options: Any) -> Any:
        if arguments[-1] == "start" and not hurried:
            hurried.append(command)
            options["timeout"] = 0.01
        return execute(command, arguments, **options)

    monkeypatch.setattr(wheel, "pgexec", hurry)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as (_, url):
        vip_domain.open(url).close()
    assert hurried == ["pg_ctl"]


@pytest.mark.slow
def test_a_server_that_cannot_start_is_one_clear_error() -> None:
    """
    At once.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.raises(StoreError, match="did not start"),
    ):
        PostgresServer(Path(folder), "no_such_setting = 1\n").start()


def restarted(server: PostgresServer, turn: int) -> None:
    (server.crash if turn % 2 else server.stop)()
    server.start()


def written_until(over: Future[Any], vip: VipDomain, turn: int) -> Iterator[Receipt]:
    """Customers invited while something goes on, each again until there is a receipt, and one."""
    for number in count():
        last, vip_id = over.done(), f"VIP-{turn}-{number}"
        receipt = None
        while receipt is None:
            with suppress(StoreError):
                receipt = vip.execute(invite(vip_id=vip_id), actor="anna", command_id=vip_id)
        yield receipt
        if last:
            over.result()
            return


@pytest.mark.slow
def test_a_dump_taken_while_somebody_writes_is_a_whole_store(url: str) -> None:
    """
    As `docs/operations.md` says: restored into another database it verifies, without a hole.
    """
    tools = postgres.wheel("utils").POSTGRES_VERSIONS[18]
    bare, schema = postgres.server_url(), Address.of(url).schema
    with another_database(url) as restored, tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "vip.dump"
        arguments = ("--format=custom", f"--schema={schema}", f"--file={dump}", bare)
        keys = Path(folder) / "keys.dump"
        of_keys = ("--format=custom", f"--schema={schema}_keys", f"--file={keys}", bare)
        with vip_domain.open(url) as vip, ThreadPoolExecutor(1) as thread:
            vip.execute(invite(), actor="anna")
            dumped = thread.submit(subprocess.run, [tools / "pg_dump", *arguments], check=True)
            receipts = [*written_until(dumped, vip, 0)]
            subprocess.run([tools / "pg_dump", *of_keys], check=True)
        for each in (dump, keys):
            subprocess.run([tools / "pg_restore", f"--dbname={restored}", each], check=True)
        with vip_domain.open(postgres.in_schema(restored, schema)) as again:
            kept, end = again.verify("customers")[0], last_position(again)
            assert (kept.differences, kept.position) == ((), end)
            assert 1 <= end <= len(receipts) + 1
            assert again.execute(invite(vip_id="VIP-NEW"), actor="anna").position == end + 1


def test_connections_that_break_as_soon_as_they_are_made_are_one_error(url: str) -> None:
    """
    As while a server restarts again and again: the pool gives up, and works once it is over.
    """

    def broken(*_: object) -> None:
        raise InvalidatePoolError

    with closing(Pool(Address.of(url), autocommit=True)) as pool:
        event.listen(pool.queue, "checkout", broken)
        with pytest.raises(OperationalError, match="break as soon as they are made"):
            pool.connection().__enter__()
        event.remove(pool.queue, "checkout", broken)
        with pool.connection() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


@contextmanager
def another_database(url: str) -> Iterator[str]:
    """An empty database in the same server, named as our schema, and gone afterwards."""
    schema = Address.of(url).schema
    name = sql.Identifier(schema)
    with past_us(url) as other:
        other.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield urlunsplit(urlsplit(postgres.server_url())._replace(path=f"/{schema}"))
        finally:
            other.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
