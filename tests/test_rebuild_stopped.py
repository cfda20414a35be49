"""One rebuild of a view at a time; one that is told to stop, or cannot go on, changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.rebuilding import (
    digests,
    file,
    following,
    left_behind,
    log_of,
    many_shares,
    opened,
    pages,
    right,
    running,
    tables,
    vip,
)
from vip_domain import Progress, StoreError, VipDomain
from vip_domain.projections.customers import CUSTOMERS
from vip_domain.views import switch

__all__ = ["file", "many_shares", "vip"]  # fixtures


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

with vip_domain.open(sys.argv[1], erasable=False) as vip:
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

    switched = switch.switch

    def interrupted(*arguments: Any) -> None:
        switched(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(switch, "switch", interrupted)
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
                    writer.update(held, version=CUSTOMERS.version)

            with pytest.raises(StoreError, match="locked"):
                vip.rebuild("customers", on_progress=lock)
        vip.rebuild("customers")
        assert digests(vip) == right()


@pytest.mark.usefixtures("many_shares")
def test_a_share_that_a_power_cut_left_broken_is_folded_again(vip: VipDomain, file: Path) -> None:
    """
    It stops one rebuild with a clear error; the next one does without it.
    """

    def stop(progress: Progress) -> None:
        if progress.phase == "index":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        vip.rebuild("customers", on_progress=stop)
    next(Path(f"{file}-rebuild-customers").glob("*.db")).write_bytes(b"half of it" * 1_000)
    with pytest.raises(StoreError, match="not a database"):
        vip.rebuild("customers")
    vip.rebuild("customers")
    assert digests(vip) == right()
