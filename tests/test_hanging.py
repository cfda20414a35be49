"""A process that hangs at its work holds others up no longer than they want to wait."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import vip_domain
from tests.builders import invite, on
from tests.stores import url_of
from vip_domain import StoreError, VipDomain
from vip_domain.faults import Point, listen
from vip_domain.store import postgres_pool
from vip_domain.testing.crashes import Child
from vip_domain.testing.crashes.child import Say

IMPATIENCE = 0.05


def hang(say: Say, url: str, where: Point) -> None:
    """Record a customer and read the list, but stop at a point until somebody says to go on."""

    def stop(point: Point) -> None:
        if point == where:
            say(os.getpid())
            os.kill(os.getpid(), signal.SIGSTOP)

    listen(stop)
    with vip_domain.open(url) as vip:
        vip.execute(invite(vip_id="VIP-HUNG"), actor="bo")
        say(listed(vip))


def listed(vip: VipDomain) -> int:
    return vip.counts(reseller_id="R-1", on=on("2026-03-02"))["all_customers"]


def write(vip: VipDomain) -> Any:
    return vip.execute(invite(vip_id="VIP-NEXT"), actor="anna", command_id="next")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("store", "where"),
    [("sqlite", "append.written"), ("sqlite", "fold.rows"), ("postgres", "fold.rows")],
)
@pytest.mark.parametrize("end", [signal.SIGCONT, signal.SIGKILL], ids=["goes on", "is killed"])
def test_who_waits_for_a_process_that_hangs_hears_so_and_goes_on_afterwards(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    store: str,
    where: Point,
    end: signal.Signals,
) -> None:
    """
    It has a lock: one clear error in time, histories can be read; then everything works again.
    """
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *a, **k: connect(*a, **k | {"timeout": IMPATIENCE})
    )
    monkeypatch.setattr(postgres_pool, "LOCK_TIMEOUT", IMPATIENCE)
    url = url_of(store, tmp_path)
    with vip_domain.open(url) as vip:
        vip.execute(invite(), actor="anna")
        child = Child(hang, url, where)
        pid = child.hear()
        with killed_on_failure(pid):
            with pytest.raises(StoreError, match=r"locked|lock timeout"):
                write(vip) if where == "append.written" else listed(vip)
            assert len(vip.history("VIP-0001")) == 1
        os.kill(pid, end)
        ended = child.end()
        assert (ended.killed, ended.failed) == (end == signal.SIGKILL, None)
        before = vip._log.last_position()
        patiently(vip)
        assert (vip._log.last_position(), listed(vip)) == (before + 1, before + 1)


@contextmanager
def killed_on_failure(pid: int) -> Iterator[None]:
    """A test run that failed would wait for ever for a process that hangs."""
    try:
        yield
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        raise


def patiently(vip: VipDomain) -> None:
    """A server needs a moment to notice that somebody is gone."""
    for _ in range(200):
        try:
            write(vip)
            listed(vip)
        except StoreError:
            time.sleep(0.02)
        else:
            return
