"""`vip-domain demo`: there is something to look at, and nobody's customers are touched."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.shell import here, shell, started
from vip_domain.projections.customers import FILTERS

DEMO = ("demo", "--customers", "60", "--today", "2026-11-24")


def test_a_demo_shows_somebody_in_every_filter(tmp_path: Path) -> None:
    """
    The counts, and the first customers of each filter.
    """
    shown = here(tmp_path, *DEMO, "--json").json
    assert {name for name in FILTERS if shown["counts"][name] and shown["customers"][name]} == set(
        FILTERS
    )


def test_the_same_demo_again_only_shows_it(tmp_path: Path) -> None:
    """
    Word for word, with nothing recorded.
    """
    first, again = ((here(tmp_path, *DEMO), _events(tmp_path / "vip.db")) for _ in range(2))
    assert first == again


@pytest.mark.slow
def test_a_demo_can_have_a_postgresql_server_of_its_own(tmp_path: Path) -> None:
    """
    It shows what the demo in a file shows, and makes no file.
    """
    own = here(tmp_path, *DEMO, "--postgres").out
    assert [*tmp_path.iterdir()] == []
    assert own == here(tmp_path, *DEMO).out


def test_a_demo_spares_a_store_with_customers_of_its_reseller(tmp_path: Path) -> None:
    """
    Another demo is refused in one line and leaves everything as it was.
    """
    here(tmp_path, *DEMO)
    before = here(tmp_path, "counts", "--reseller", "R-NORDSOFT", "--json").json
    other = here(tmp_path, *DEMO, "--seed", "2")
    after = here(tmp_path, "counts", "--reseller", "R-NORDSOFT", "--json").json
    assert (other.code, other.err.count("\n"), after) == (1, 1, before)


def test_a_demo_that_was_killed_is_played_to_its_end(tmp_path: Path) -> None:
    """
    Kill -9, then the same demo again: what it would have shown at once.
    """
    demo = ("demo", "--customers", "400", "--today", "2026-11-24", "--json")
    with started(tmp_path, *demo) as running:
        while running.poll() is None and not _events(tmp_path / "vip.db"):
            time.sleep(0.01)
        running.kill()
    resumed = shell(tmp_path, *demo)
    (tmp_path / "whole").mkdir()
    assert resumed.stdout == shell(tmp_path / "whole", *demo).stdout


def _events(file: Path) -> int:
    """How many events a store has that may not be there yet."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            (events,) = connection.execute("SELECT count(*) FROM stored_events").fetchone()
    except sqlite3.Error:
        return 0
    return int(events)
