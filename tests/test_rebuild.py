"""A rebuild beside the live view: the same rows whatever happens meanwhile, and nothing lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import vip_domain
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
    running,
    tables,
    told,
    vip,
)
from vip_domain import InvalidQuery, Progress, VipDomain
from vip_domain.projections.registered import PROJECTIONS
from vip_domain.views import abreast, shares, switch
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
                Workshop(str(file), follower, str(file), workers=workers).rebuild()
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
    monkeypatch.setattr(shares.FileShares, "folding", None)
    vip.rebuild("customers")
    assert digests(vip) == right()


UNGUARDED = """
import sys
import vip_domain
from vip_domain.views import shares

print("once")
shares.EVENTS_A_SHARE = 40
with vip_domain.open(sys.argv[1], erasable=False) as vip:
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
    kept = ["customer_versions_1", "customers_3", "customers_4", "renewals_1"]
    assert (tables(file), left_behind(file)) == (kept, [])


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


def test_what_comes_at_the_last_moment_is_there(
    vip: VipDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Between any two steps before a comparison, a switch or the way back, others write and read.
    """
    written: list[int] = []

    def then_others(step: Callable[..., Any], *quiet: int) -> Callable[..., Any]:
        calls = count(1)

        def followed(*arguments: Any) -> Any:
            done = step(*arguments)
            if next(calls) not in quiet:
                vip.execute_many(more(len(written)), actor="bo")
                written.append(len(pages(vip)[0]))
            return done

        return followed

    # The third finds both generations at one position; the fourth is that of the switch.
    monkeypatch.setattr(abreast, "follow", then_others(abreast.follow, 3))
    monkeypatch.setattr(switch, "follow_previous", then_others(switch.follow_previous))
    vip.rebuild("customers")
    switched = digests(vip)
    vip.roll_back("customers")
    assert [switched, digests(vip)] == [in_memory(*more(0, 3)), in_memory(*more(0, 4))]


WRITER = """
import select, sys
import vip_domain
from tests.rebuilding import more

number = 0
with vip_domain.open(sys.argv[1], erasable=False) as vip:
    while not select.select([sys.stdin], [], [], 0)[0]:
        vip.execute_many(more(number), actor="writer")
        number += 1
        if number == 1:
            print("writing", flush=True)
print(number)
"""


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
    right = in_memory(*more(0, written), *more(9_999))
    with vip_domain.open("memory:") as copy:
        copy.import_log(vip.export_log())
        # Versions know positions, and whose command came first is chance.
        right["customer_versions"] = copy.digest("customer_versions")
    assert digests(vip) == right
