"""How views stand: how far behind the log, how many rows, and when they were rebuilt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.rebuilding import (
    NAMES,
    digests,
    file,
    many_shares,
    more,
    vip,
)
from tests.stores import STORES, url_of
from vip_domain import VipDomain
from vip_domain import open as open_store

__all__ = ["file", "many_shares", "vip"]  # fixtures


@pytest.mark.parametrize("store", STORES)
def test_status_tells_how_far_a_view_is_behind(store: str, tmp_path: Path) -> None:
    """
    In events, and in seconds since the first that it does not know was recorded.
    """
    with open_store(url_of(store, tmp_path)) as vip:
        recorded = len(vip.execute(more(1)[0], actor="anna").events)
        vip.execute_many(more(2, 6), actor="anna")
        behind = {each.view: each for each in vip.status()}
        digests(vip)
        caught_up = {each.view: each for each in vip.status()}
    for name in NAMES:
        lags = (behind[name].lag_events, caught_up[name].lag_events, caught_up[name].lag_seconds)
        assert (recorded, lags) == (1, (5, 0, 0))
        assert 0 < behind[name].lag_seconds < 60
        assert (behind[name].position, behind[name].rows) == (0, 0)
        assert (caught_up[name].position, caught_up[name].rows) == (5, 5)


def test_status_tells_of_the_last_rebuild(vip: VipDomain) -> None:
    """
    When it was, how many events it folded, how long it took, and which rows are live.
    """
    never = {each.view: each for each in vip.status()}["customers"]
    (rebuilt,) = vip.rebuild("customers")
    after = {each.view: each for each in vip.status()}
    once, other = after["customers"], after["renewals"]
    assert (never.rebuilt_at, never.rebuilt_events, never.rebuilt_seconds) == (None, None, None)
    assert (never.generation, once.generation, other.generation) == (1, 2, 1)
    assert (once.rebuilt_events, once.position) == (rebuilt.position, rebuilt.position)
    assert once.rebuilt_seconds == pytest.approx(rebuilt.seconds, abs=0.001)
    assert once.rebuilt_at is not None
    assert timedelta(0) <= datetime.now(UTC) - once.rebuilt_at < timedelta(minutes=1)
    assert other.rebuilt_at is None
