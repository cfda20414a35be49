"""Several processes write, follow and subscribe, some are killed: nobody misses anything."""

from __future__ import annotations

import pytest

from tests.soak.run import Soak


def quietly(line: str) -> None:
    del line


@pytest.mark.slow
@pytest.mark.parametrize(("store", "kills"), [("sqlite", 3), ("postgres", 4)])
def test_every_event_reaches_everybody_once_and_in_order(store: str, kills: int) -> None:
    """
    Each follower, the subscriber, and on PostgreSQL the server, is killed while others go on.
    """
    soak = Soak(store=store, writers=2, followers=2, subscribers=1, kills=kills, pause=0.2)
    assert soak.run(quietly) == []


@pytest.mark.slow
def test_a_reader_that_passes_what_is_not_committed_yet_is_found_out() -> None:
    """
    The classic bug put back: positions of a sequence, readers that take a gap for nothing.
    """
    soak = Soak(
        store="postgres", writers=3, followers=1, subscribers=1, kills=0, growth=200, gap=True
    )
    found = soak.run(quietly)
    assert [each for each in found if each.startswith("the view customers misses")]
    assert [each for each in found if each.startswith("subscribe-0 misses")]
