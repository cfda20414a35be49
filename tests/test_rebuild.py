"""A rebuild beside the live view: the same rows whatever happens meanwhile, and nothing lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.rebuilding import (
    NAMES,
    REPOSITORY,
    digests,
    file,
    following,
    in_memory,
    left_behind,
    log_of,
    many_shares,
    more,
    opened,
    pages,
    right,
    tables,
    told,
    vip,
)
from vip_domain import InvalidQuery, Progress, StoreError, VipDomain
from vip_domain.projections.customers import CUSTOMERS
from vip_domain.projections.registered import PROJECTIONS
from vip_domain.views import rebuild
from vip_domain.views.rebuild import Workshop

__all__ = ["file", "many_shares", "vip"]  # fixtures


# The same rows.


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("events_a_share", [40, 1_000_000])
def test_shares_and_workers_do_not_change_the_rows(
    file: Path, monkeypatch: pytest.MonkeyPatch, workers: int, events_a_share: int
) -> None:
    """
    One share or many, one process or two: the digest is that of memory.
    """
    monkeypatch.setattr("vip_domain.views.shares.EVENTS_A_SHARE", events_a_share)
    with log_of(file) as log:
        for projection in PROJECTIONS:
            with following(file, log, projection) as follower:
                Workshop(str(file), follower, workers=workers).rebuild()
    with opened(file) as vip:
        assert digests(vip) == right()


@pytest.mark.usefixtures("many_shares")
def test_many_shares_are_folded_by_other_processes(
    vip: VipDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    With two workers, no share is folded in this process, which could not do it here.
    """
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(rebuild, "fold_share", None)
    vip.rebuild("customers")
    assert digests(vip) == right()


UNGUARDED = """
import sys
import vip_domain
from vip_domain.views import shares

print("once")
shares.EVENTS_A_SHARE = 40
with vip_domain.open(sys.argv[1]) as vip:
    vip.rebuild("customers")
"""


def test_a_plain_script_may_rebuild(file: Path, tmp_path: Path) -> None:
    """
    One that does not look at `__name__` is not run again by the processes that fold.
    """
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    command = [sys.executable, str(script), f"sqlite:///{file}"]
    environment = {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "once\n", "")


@pytest.mark.usefixtures("many_shares")
def test_a_rebuild_is_what_was_there_and_follows_on(vip: VipDomain) -> None:
    """
    After it, after what was appended then, after the way back, and after the next: as in memory.
    """
    vip.rebuild()
    seen = [digests(vip)]
    vip.execute_many(more(1, 5), actor="bo")
    seen.append(digests(vip))
    for name in NAMES:
        vip.roll_back(name)
    seen.append(digests(vip))
    vip.execute_many(more(5, 9), actor="bo")
    vip.rebuild()
    grown, grown_again = in_memory(*more(1, 5)), in_memory(*more(1, 9))
    assert [*seen, digests(vip)] == [right(), grown, grown, grown_again]


def test_a_new_store_can_be_rebuilt(tmp_path: Path) -> None:
    """
    Without any event, and with the first that comes then.
    """
    with opened(tmp_path / "vip.db") as vip:
        vip.rebuild()
        vip.execute_many(told(), actor="anna")
        assert digests(vip) == right()


def test_a_view_that_never_followed_is_built_in_bulk(tmp_path: Path) -> None:
    """
    Its rows are nothing yet, which is no difference.
    """
    with opened(tmp_path / "vip.db") as vip:
        vip.execute_many(told(), actor="anna")
        rebuilt = vip.rebuild("renewals")
        assert (rebuilt[0].differences, vip.digest("renewals")) == ((), right()["renewals"])


def test_only_the_live_rows_and_those_before_are_kept(vip: VipDomain, file: Path) -> None:
    """
    Two generations of a view after any number of rebuilds, and no files.
    """
    for _ in range(3):
        vip.rebuild("customers")
    assert (tables(file), left_behind(file)) == (["customers_3", "customers_4", "renewals_1"], [])


def test_a_view_nobody_has_cannot_be_rebuilt(vip: VipDomain) -> None:
    """
    The views there are are named.
    """
    with pytest.raises(InvalidQuery, match="customers, renewals"):
        vip.rebuild("customer")


# Beside the live view.


@pytest.mark.usefixtures("many_shares")
def test_pages_answer_and_writers_append_all_the_while(vip: VipDomain) -> None:
    """
    At every step of a rebuild somebody is invited and seen at once; in the end all are there.
    """
    seen: list[int] = []

    def meanwhile(_: Progress) -> None:
        vip.execute_many(more(len(seen)), actor="bo")
        seen.append(len(pages(vip)[0]))

    before = len(pages(vip)[0])
    vip.rebuild("customers", on_progress=meanwhile)
    assert seen == list(range(before + 1, before + 1 + len(seen)))
    assert digests(vip) == in_memory(*more(0, len(seen)))


WRITER = """
import select, sys
import vip_domain
from tests.rebuilding import more

number = 0
with vip_domain.open(sys.argv[1]) as vip:
    while not select.select([sys.stdin], [], [], 0)[0]:
        vip.execute_many(more(number), actor="writer")
        number += 1
        if number == 1:
            print("writing", flush=True)
print(number)
"""


@contextmanager
def running(program: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that is at it; it ends when its input does."""
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        yield child


@pytest.mark.slow
def test_nothing_is_lost_while_another_process_appends_all_the_time(
    vip: VipDomain, file: Path
) -> None:
    """
    Each view is rebuilt and rolled back beside a writer that never rests.
    """
    with running(WRITER, f"sqlite:///{file}") as child:
        begun = vip.execute(more(9_999)[0], actor="bo").position
        rebuilt = vip.rebuild()
        for name in NAMES:
            vip.roll_back(name)
        written = int(child.communicate()[0])
    assert min(each.position for each in rebuilt) > begun + 1
    assert digests(vip) == in_memory(*more(0, written), *more(9_999))


# One at a time.


def test_one_rebuild_of_a_view_is_under_way_at_a_time(vip: VipDomain) -> None:
    """
    A second one, or a way back, is one clear error; other views and checks are free.
    """
    tried: list[str] = []

    def meanwhile(progress: Progress) -> None:
        if progress.phase == "compare" and not tried:
            for again in (vip.rebuild, vip.roll_back):
                with pytest.raises(StoreError) as refused:
                    again("customers")
                tried.append(str(refused.value).partition(": ")[2])
            vip.rebuild("renewals")
            vip.verify("customers")

    vip.rebuild("customers", on_progress=meanwhile)
    assert tried == ["a rebuild of customers is under way"] * 2
    assert digests(vip) == right()


HOLDER = """
import sys
import vip_domain

def wait(progress):
    print("rebuilding", flush=True)
    sys.stdin.read()

with vip_domain.open(sys.argv[1]) as vip:
    vip.rebuild("customers", on_progress=wait)
"""


def test_the_lock_is_free_once_the_process_that_had_it_was_killed(
    vip: VipDomain, file: Path
) -> None:
    """
    Two processes do not rebuild a view at once, and a dead one is in nobody's way.
    """
    with running(HOLDER, f"sqlite:///{file}") as child:
        with pytest.raises(StoreError, match="a rebuild of customers is under way"):
            vip.rebuild("customers")
        (other,) = vip.rebuild("renewals")
        child.kill()
        child.wait()
        (rebuilt,) = vip.rebuild("customers")
    assert (other.generation, rebuilt.generation, digests(vip)) == (2, 2, right())


# When it is told to stop, or something breaks.


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("phase", ["fold", "index", "compare"])
@pytest.mark.parametrize("reason", [KeyboardInterrupt, ZeroDivisionError])
@pytest.mark.usefixtures("many_shares")
def test_a_cancelled_rebuild_leaves_everything_as_it_was(
    vip: VipDomain,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    reason: type[BaseException],
    phase: str,
    workers: int,
) -> None:
    """
    Rows, tables and status are the same, and the next one takes up what was folded.
    """
    monkeypatch.setattr("os.cpu_count", lambda: workers if phase == "fold" else 1)

    def cancel(progress: Progress) -> None:
        if progress.phase == phase and progress.done:
            raise reason

    def state() -> list[Any]:
        return [pages(vip), tables(file), vip.status()]

    before = state()
    with pytest.raises(reason):
        vip.rebuild("customers", on_progress=cancel)
    assert state() == before
    vip.rebuild("customers")
    assert (digests(vip), left_behind(file)) == (right(), [])


def test_an_interruption_right_after_the_switch_takes_nothing_back(
    vip: VipDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    What was switched to stays, and is whole.
    """

    class Interrupted(Workshop):
        def _switch(self, *arguments: Any) -> None:
            super()._switch(*arguments)
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("vip_domain.views.in_sqlite.Workshop", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            vip.rebuild("customers")
    generations = [each.generation for each in vip.status() if each.view == "customers"]
    assert (generations, digests(vip)) == ([2], right())


def test_a_store_that_is_locked_too_long_is_one_clear_error(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Whatever SQLite says while rows are loaded is a `StoreError`, and the next attempt works.
    """
    monkeypatch.setattr("vip_domain.views.sqlite.LOCK_TIMEOUT", 0)
    with opened(file) as vip, log_of(file) as log, following(file, log, CUSTOMERS) as writer:
        with writer.transaction() as held:

            def lock(progress: Progress) -> None:
                if not progress.done:
                    writer.update(held, version=1)

            with pytest.raises(StoreError, match="locked"):
                vip.rebuild("customers", on_progress=lock)
        vip.rebuild("customers")
        assert digests(vip) == right()
