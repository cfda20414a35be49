"""Processes are killed at work, at points and at any moment: what is promised holds afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from random import Random

import pytest

import vip_domain
from tests.crash_bugs import FOUND, Bug
from tests.stores import url_of
from vip_domain.testing.crashes import CrashRun, promises
from vip_domain.testing.crashes.roles import IMPORT, nothing
from vip_domain.testing.crashes.trial import Crash, Trial
from vip_domain.testing.crashes.undisturbed import Undisturbed


def new_stores(store: str, folder: Path) -> Callable[[], str]:
    """Empty stores of a kind, one after the other."""
    numbers = count(1)

    def new() -> str:
        (folder / str(number := next(numbers))).mkdir()
        return url_of(store, folder / str(number))

    return new


@pytest.mark.slow
@pytest.mark.parametrize(("store", "kills"), [("sqlite", 30), ("postgres", 20)])
def test_whoever_is_killed_leaves_a_store_that_keeps_its_promises(
    tmp_path: Path, store: str, kills: int
) -> None:
    """
    The log is whole, what was acknowledged is there once, views are right, all locks are free.
    """
    summary = CrashRun(new_url=new_stores(store, tmp_path), kills=kills).run()
    assert (summary.broken, summary.kills) == ((), kills)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["import.written", "import.committed"])
def test_whoever_imports_an_empty_log_and_is_killed_breaks_no_promise(
    tmp_path: Path, fault: str
) -> None:
    """
    It has nothing to tell whether it is there but its origin; done again it is there.
    """
    with closing(Undisturbed(CrashRun(new_url=str, kills=0).commands[:1])) as told:
        trial = Trial(new_stores("sqlite", tmp_path), told, Random(1), nothing)
        outcome = trial.crash(Crash(role=IMPORT, fault=fault))
    assert (outcome.killed, outcome.broken) == (True, [])


@pytest.mark.slow
@pytest.mark.parametrize(("bug", "crash", "words"), FOUND, ids=[each[0].__name__ for each in FOUND])
def test_a_bug_that_was_put_back_is_found_by_a_kill(
    tmp_path: Path, bug: Bug, crash: Crash, words: str
) -> None:
    """
    The same kill finds nothing without the bug.
    """
    assert broken(tmp_path / "without", crash, nothing) == []
    assert [each for each in broken(tmp_path / "with", crash, bug) if words in each]


def broken(folder: Path, crash: Crash, prepare: Bug) -> list[str]:
    """What is broken after a process wrote, and another one died."""
    folder.mkdir()
    commands = CrashRun(new_url=str, kills=0).commands[:60]
    with closing(Undisturbed(commands)) as undisturbed:
        trial = Trial(new_stores("sqlite", folder), undisturbed, Random(1), prepare)
        before = trial.crash(Crash(role="execute_many"))
        after = trial.crash(crash)
    assert (before.killed, after.killed) == (False, True)
    return [*before.broken, *after.broken]


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_a_lock_that_somebody_still_has_is_found(
    tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    One that outlived its holder would keep all others from following for ever.
    """
    monkeypatch.setattr(promises, "PATIENCE", 0.01)
    url = url_of(store, tmp_path)
    with vip_domain.open(url) as vip, closing(vip._views.leases()) as leases:
        assert leases.take("customers")
        assert [*promises.broken(url)] == ["customers is followed by somebody who is gone"]
    assert [*promises.broken(url)] == []


def test_what_a_rebuild_left_is_found(tmp_path: Path) -> None:
    """
    A file beside the store, and a generation that is neither live nor the one before.
    """
    url = url_of("sqlite", tmp_path)
    with vip_domain.open(url):
        pass
    (tmp_path / "vip.db-verify-old.db").touch()
    assert [*promises.left_over(url)] == ["vip.db-verify-old.db is left over"]
