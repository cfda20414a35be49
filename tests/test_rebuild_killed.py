"""A rebuild that is killed: the old view serves on, and the rebuild is taken up again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import attrs
import pytest

from tests.rebuilding import (
    REPOSITORY,
    digests,
    file,
    in_memory,
    left_behind,
    many_shares,
    more,
    opened,
    pages,
    right,
    told,
    unsealed,
    vip,
)
from vip_domain import Progress, VipDomain
from vip_domain.projections.registered import PROJECTIONS
from vip_domain.views import shares

__all__ = ["file", "many_shares", "vip"]  # fixtures

DOOMED = """
import os, shutil, signal, sys
from itertools import count

import vip_domain
from vip_domain.views import (
    abreast, follower, generations, leftovers, rebuild, shares, switch, workers
)

url, verb, moment, call, cores = sys.argv[1:]
*owner, name = moment.split(".")
owner = {
    "abreast": abreast,
    "follower": follower.Follower,
    "generations": generations,
    "leftovers": leftovers,
    "rebuild": rebuild,
    "shares": shares,
    "shutil": shutil,
    "switch": switch,
    "workers": workers.Worker,
    "workshop": rebuild.Workshop,
}[owner[0]]
calls, alive = count(1), getattr(owner, name)

def deadly(*arguments, **named):
    if next(calls) == int(call):
        os.kill(os.getpid(), signal.SIGKILL)
    return alive(*arguments, **named)

setattr(owner, name, deadly)
shares.EVENTS_A_SHARE = 40
os.cpu_count = lambda: int(cores)
with vip_domain.open(url, erasable=False) as vip:
    getattr(vip, verb)("customers")
"""


def doomed(file: Path, moment: str, call: int, verb: str = "rebuild") -> list[str]:
    """The command of a process that kills itself when it calls this for the so-many-th time."""
    cores = "2" if moment.startswith("workers") else "1"
    return [sys.executable, "-c", DOOMED, f"sqlite:///{file}", verb, moment, str(call), cores]


def killed(file: Path, moment: str, call: int, verb: str = "rebuild") -> None:
    """Let a rebuild be killed at this moment."""
    command = doomed(file, moment, call, verb)
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, "")


MOMENTS = [
    ("shares._shares", 1),  # before there is a plan
    ("rebuild.unfinished", 1),  # with one
    ("shares.fold_streams", 1),  # with an empty file for the first share
    ("shares.fold_streams", 7),
    ("leftovers.clear", 1),  # before there is a table
    ("rebuild.load_share", 1),
    ("rebuild.load_share", 9),
    ("workers.fold", 1),  # its workers are on their own
    ("workers.fold", 8),
    ("workshop._tell", 1),
    ("workshop._tell", 2),
    ("workshop._tell", 6),
    ("workshop._tell", 12),
    ("workshop._tell", 14),
    ("workshop._index", 1),
    ("workshop._compare", 1),
    ("rebuild.differences", 1),
    ("switch.switch", 1),
    ("abreast.follow_to_end", 1),  # in the transaction of the switch
    ("generations.make_live", 1),
    ("follower.update", 1),  # when it is all but committed
    ("shutil.rmtree", 2),  # when it is
]


@pytest.mark.slow
@pytest.mark.parametrize(("moment", "call"), MOMENTS)
def test_a_killed_rebuild_is_as_if_nothing_had_been(file: Path, moment: str, call: int) -> None:
    """
    Pages are the same, events are followed, and run again it comes to the same digest.
    """
    with opened(file) as vip:
        before = pages(vip)
    killed(file, moment, call)
    with opened(file) as vip:
        assert (pages(vip), digests(vip)) == (before, right())
        vip.execute_many(more(1), actor="bo")
        vip.rebuild("customers")
        assert (digests(vip), left_behind(file)) == (in_memory(*more(1)), [])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_rebuild_killed_at_any_moment_is_taken_up(file: Path, seed: int) -> None:
    """
    Twice in a row, at moments nobody chose, while the log goes on.
    """
    chance = random.Random(seed)
    for number in range(2):
        with subprocess.Popen(doomed(file, "workers.fold", 999), cwd=REPOSITORY) as child:
            time.sleep(chance.uniform(0.2, 1))
            child.kill()
        with opened(file) as vip:
            vip.execute_many(more(number), actor="bo")
            assert digests(vip) == in_memory(*more(0, number + 1))
    with opened(file) as vip:
        vip.rebuild("customers")
        assert (digests(vip), left_behind(file)) == (in_memory(*more(0, 2)), [])


@pytest.mark.slow
def test_workers_end_with_the_process_that_was_killed(file: Path) -> None:
    """
    Nobody is left waiting for shares to fold: a pipe they hold open comes to its end.
    """
    read, write = os.pipe()
    command = doomed(file, "workers.fold", 8)
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=write, stderr=write) as child:
        os.close(write)
        with os.fdopen(read) as said:
            assert (said.read(), child.wait()) == ("", -signal.SIGKILL)


# What is taken up.


def kept(file: Path) -> dict[str, tuple[int, int]]:
    """Which file each folded share is, and when it was written."""
    stats = {path.name: path.stat() for path in Path(f"{file}-rebuild-customers").glob("*.db")}
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in stats.items()}


def used(vip: VipDomain, file: Path) -> dict[str, tuple[int, int]]:
    """The shares that a rebuild loaded."""
    seen: dict[str, tuple[int, int]] = {}

    def look(progress: Progress) -> None:
        if progress.phase == "index":
            seen.update(kept(file))

    vip.rebuild("customers", on_progress=look)
    return seen


@pytest.fixture
def begun(file: Path) -> dict[str, tuple[int, int]]:
    """The shares that a killed rebuild leaves."""
    killed(file, "workshop._tell", 6)
    return kept(file)


@pytest.mark.usefixtures("many_shares")
def test_shares_that_are_folded_are_not_folded_again(
    file: Path, begun: dict[str, tuple[int, int]]
) -> None:
    """
    The files that a killed rebuild left are the ones that are loaded, untouched.
    """
    with opened(file) as vip:
        vip.execute_many(more(1), actor="bo")
        taken = used(vip, file)
        assert (len(begun), begun.items() <= taken.items(), len(taken)) == (5, True, 12)
        assert digests(vip) == in_memory(*more(1))


@pytest.mark.usefixtures("many_shares")
def test_shares_of_other_code_are_not_taken_up(
    file: Path, begun: dict[str, tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    After an upgrade of the package everything is folded anew.
    """
    monkeypatch.setattr(shares, "code_in_use", lambda: "of tomorrow")
    with opened(file) as vip:
        assert begun.keys() <= (taken := used(vip, file)).keys()
    assert not begun.items() & taken.items()


@pytest.mark.usefixtures("begun")
def test_shares_of_another_version_of_the_view_are_not_taken_up(
    file: Path,
) -> None:
    """
    Its rows have another shape.
    """
    customers = PROJECTIONS[0]
    plan = shares.Plan.load(Path(f"{file}-rebuild-customers"))
    assert plan is not None
    with closing(shares.open_log(str(file))) as log:
        taken_up = [
            plan.continues(log, attrs.evolve(customers, version=version), ())
            for version in (customers.version, customers.version + 1)
        ]
    assert taken_up == [True, False]


@pytest.mark.usefixtures("many_shares")
def test_shares_of_a_log_that_was_put_back_are_not_taken_up(tmp_path: Path) -> None:
    """
    A copy from before that goes on differently began alike, but it is another log.
    """
    file, copy, half = tmp_path / "vip.db", tmp_path / "copy.db", len(told()) // 2
    with opened(file) as vip:
        vip.execute_many(told()[:half], actor="anna")
    shutil.copy(file, copy)
    with opened(file) as vip:
        vip.execute_many(told()[half:], actor="anna")
    killed(file, "workshop._tell", 6)
    for left in (f"{file}-wal", f"{file}-shm"):  # as whoever puts a copy back has to
        Path(left).unlink(missing_ok=True)
    shutil.copy(copy, file)
    with opened(file) as vip, unsealed("memory:") as memory:
        vip.execute_many(more(0, len(told())), actor="bo")
        memory.execute_many([*told()[:half], *more(0, len(told()))], actor="bo")
        vip.rebuild("customers")
        assert digests(vip) == digests(memory)
