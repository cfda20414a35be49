"""Views rebuilt in PostgreSQL come to what memory says, in shares, beside writers, and killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
import pytest

from tests import postgres
from tests.rebuilding import (
    NAMES,
    REPOSITORY,
    digests,
    in_memory,
    more,
    pages,
    right,
    told,
    unsealed,
)
from vip_domain import Progress, StoreError, VipDomain
from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import connect
from vip_domain.views import leftovers, rebuild_postgres, shares_postgres
from vip_domain.views.reports import ViewDiffers

FIRST = sorted(f"{name}_1" for name in NAMES)
"""The tables of views that were never rebuilt."""


@pytest.fixture
def url() -> str:
    """A store of what was told, its views caught up."""
    url = postgres.new_url()
    with unsealed(url) as vip:
        vip.execute_many(told(), actor="anna")
        digests(vip)
    return url


@pytest.fixture
def vip(url: str) -> Iterator[VipDomain]:
    """That store, opened."""
    with unsealed(url) as vip:
        yield vip


@pytest.fixture(autouse=True)
def many_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small log has many shares."""
    monkeypatch.setattr(shares_postgres, "EVENTS_A_SHARE", 40)


@contextmanager
def past_us(url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect(Address.of(url), autocommit=True) as connection:
        yield connection


def generations(url: str) -> list[str]:
    """The tables of generations there are."""
    found = "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename ~ '_[0-9]+$'"
    with past_us(url) as other:
        return sorted(name for (name,) in other.execute(found, (Address.of(url).schema,)))


@pytest.mark.parametrize("workers", [1, 2])
def test_postgresql_comes_to_what_memory_says(
    vip: VipDomain, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """
    Followed, rebuilt in many shares by one process or two, and recomputed to be checked.
    """
    monkeypatch.setattr("os.cpu_count", lambda: workers)
    if workers > 1:
        monkeypatch.setattr(shares_postgres.PostgresShares, "folding", None)  # not in this one
    followed, shown = digests(vip), pages(vip)
    rebuilt = [each.differences for each in vip.rebuild()]
    verified = {each.view: (each.digest, each.differences) for each in vip.verify()}
    assert (followed, digests(vip), pages(vip)) == (right(), right(), shown)
    assert verified == {name: (digest, ()) for name, digest in right().items()}
    assert rebuilt == [()] * len(NAMES)


def test_writers_go_on_while_a_view_is_rebuilt_in_postgresql(vip: VipDomain) -> None:
    """
    Customers invited meanwhile, by another thread and in the middle of each step, are in the new
    generation.
    """
    invited: dict[int, Any] = {}
    numbers = count()

    def write(_: Progress | None = None) -> None:
        (command,) = more(next(numbers))
        invited[vip.execute(command, actor="bo").position] = command

    with ThreadPoolExecutor(1) as thread:
        rebuilt = thread.submit(vip.rebuild, on_progress=write)
        while not rebuilt.done():
            write()
        assert [each.differences for each in rebuilt.result()] == [()] * len(NAMES)
    assert digests(vip) == in_memory(*(invited[position] for position in sorted(invited)))


def test_the_planner_knows_the_rows_of_a_new_generation(url: str, vip: VipDomain) -> None:
    """
    Before the first page is asked: without statistics it would sort all rows for each.
    """
    vip.rebuild("customers")
    known = "SELECT count(*) > 0 FROM pg_stats WHERE schemaname = %s AND tablename = 'customers_2'"
    with past_us(url) as other:
        assert other.execute(known, (Address.of(url).schema,)).fetchall() == [(True,)]


def test_the_generation_before_comes_back_in_postgresql(url: str, vip: VipDomain) -> None:
    """
    With what was recorded since; what is neither live nor the one before is gone.
    """
    vip.rebuild("customers")
    vip.rebuild("customers")
    new = more(0)
    vip.execute_many(new, actor="bo")
    vip.roll_back("customers")
    kept = [name for name in generations(url) if name.startswith("customers_")]
    assert (vip.digest("customers"), kept) == (
        in_memory(*new)["customers"],
        ["customers_2", "customers_3"],
    )


def test_a_changed_row_is_found_in_postgresql_and_stops_a_switch(url: str, vip: VipDomain) -> None:
    """
    Named by customer and field; nothing is left of what was folded.
    """
    with past_us(url) as other:
        other.execute(
            "UPDATE customers_1 SET city = 'Ystad' "
            "WHERE vip_id = (SELECT min(vip_id) FROM customers_1)"
        )
    (verified,) = vip.verify("customers")
    with pytest.raises(ViewDiffers) as differs:
        vip.rebuild("customers")
    found = [each.field for each in verified.differences]
    assert (found, differs.value.differences) == (["city"], verified.differences)
    assert generations(url) == FIRST
    vip.rebuild("customers", despite_differences=True)
    assert vip.digest("customers") == right()["customers"]


def test_one_rebuild_of_a_view_at_a_time_in_postgresql(url: str, vip: VipDomain) -> None:
    """
    A second is refused at once; another view is another matter.
    """
    refused: list[str] = []

    def meanwhile(progress: Progress) -> None:
        if progress.phase == "compare" and not refused:
            with unsealed(url) as other:
                other.rebuild("renewals")
                with pytest.raises(StoreError, match="under way") as error:
                    other.rebuild("customers")
                refused.append(str(error.value))

    vip.rebuild("customers", on_progress=meanwhile)
    assert len(refused) == 1


def test_a_check_may_follow_another_at_once_in_postgresql(
    vip: VipDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Also where the server is slow to notice that a connection was closed; here it never does.
    """
    open_still: list[psycopg.Connection[Any]] = []

    def connect_for_long(address: Address, **options: Any) -> psycopg.Connection[Any]:
        connection = connect(address, **options)
        monkeypatch.setattr(connection, "close", lambda: open_still.append(connection))
        return connection

    monkeypatch.setattr(rebuild_postgres, "connect", connect_for_long)
    found = [vip.verify("customers")[0].differences for _ in range(2)]
    monkeypatch.undo()
    for connection in open_still:
        connection.close()
    assert (found, len(open_still)) == ([(), ()], 2)


def test_a_rebuild_that_is_stopped_in_postgresql_leaves_nothing(url: str, vip: VipDomain) -> None:
    """
    Ctrl-C in the middle of folding, comparing or indexing: the live rows stay as they were.
    """
    for phase in ("fold", "index", "compare"):

        def stop(progress: Progress, phase: str = phase) -> None:
            if progress.phase == phase and progress.done:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            vip.rebuild("customers", on_progress=stop)
        assert (generations(url), digests(vip)) == (FIRST, right())


def test_who_still_folds_for_a_killed_rebuild_leaves_the_next_one_alone(
    url: str, vip: VipDomain
) -> None:
    """
    The table has the same name; it is another.
    """
    follower = vip._views.customers.follower  # type: ignore[attr-defined]
    generation = leftovers.new_generation(follower)
    with follower.transaction() as connection:
        table = connection.exec_driver_sql(shares_postgres.OID, (generation.name,)).scalar_one()
    shares = shares_postgres.PostgresShares(
        log=Address.of(url),
        address=Address.of(url),
        projection=follower.projection,
        generation=generation.number,
        table=table,
        position=vip.status()[0].position,
        skipped=(),
        bounds=shares_postgres.bounds(Address.of(url)),
    )
    with shares.folding() as fold:
        fold(0)
    leftovers.new_generation(follower)
    with shares.folding() as late, pytest.raises(StoreError, match="another rebuild has begun"):
        late(0)
    with past_us(url) as other:
        assert other.execute("SELECT count(*) FROM customers_2").fetchall() == [(0,)]


def test_what_goes_wrong_in_another_process_is_one_clear_error(
    url: str, vip: VipDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    As in this one: somebody drops the table that is being filled, and the live rows stay.
    """
    monkeypatch.setattr("os.cpu_count", lambda: 2)

    def drop(progress: Progress) -> None:
        if progress.phase == "fold" and not progress.done:
            with past_us(url) as other:
                other.execute("DROP TABLE customers_2")

    with pytest.raises(StoreError, match=r'^postgresql://.*"customers_2" does not exist'):
        vip.rebuild("customers", on_progress=drop)
    assert digests(vip) == right()


KILLED = """
import os, signal, sys
import vip_domain
from vip_domain.views import shares_postgres

shares_postgres.EVENTS_A_SHARE = 40

def kill(progress):
    if progress.phase == sys.argv[2] and progress.done:
        os.kill(os.getpid(), signal.SIGKILL)

with vip_domain.open(sys.argv[1], erasable=False) as vip:
    vip.rebuild("customers", on_progress=kill)
"""


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["fold", "index", "compare"])
def test_a_rebuild_that_was_killed_in_postgresql_is_done_again(url: str, phase: str) -> None:
    """
    Kill -9: the live rows stay, the lock is free, and the next rebuild clears what was left.
    """
    command = [sys.executable, "-c", KILLED, url, phase]
    assert subprocess.run(command, cwd=REPOSITORY, check=False).returncode == -9
    with unsealed(url) as vip:
        before = digests(vip)
        vip.rebuild("customers")
        assert (before, digests(vip)) == (right(), right())
    assert len([name for name in generations(url) if name.startswith("customers_")]) == 2
