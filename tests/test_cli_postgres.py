"""Every verb of the command line on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import postgres
from tests.builders import VIP, invite, place_pa
from tests.shell import OF_R1, Said, as_file, here

VERBS = {
    "customers": ("customers", "all_customers", *OF_R1),
    "counts": ("counts", *OF_R1),
    "show": ("show", VIP),
    "history": ("history", VIP),
    "explain": ("explain", VIP),
    "rebuild": ("rebuild",),
    "status": ("status",),
    "verify": ("verify",),
}


def at(url: str, folder: Path, *arguments: str) -> Said:
    """What the command line says of the store at `url`."""
    return here(folder, *arguments, "--db", url, db=None)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A store with one customer, made by `run`."""
    url, file = postgres.new_url(), as_file(tmp_path, [invite(), place_pa("2026-03-02")])
    assert at(url, tmp_path, "run", str(tmp_path / file)).code == 0
    return url


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_works_on_postgresql(url: str, tmp_path: Path, verb: str) -> None:
    """
    And has something to say.
    """
    said = at(url, tmp_path, *VERBS[verb], "--json")
    assert (said.code, bool(said.json)) == (0, True)


def test_the_same_file_again_changes_nothing_in_postgresql(url: str, tmp_path: Path) -> None:
    """
    Every line gets the receipt it got before, and the log stays as long as it was.
    """
    before = at(url, tmp_path, "history", VIP, "--json").out
    again = at(url, tmp_path, "run", str(tmp_path / "commands.jsonl"), "--json")
    assert (again.code, at(url, tmp_path, "history", VIP, "--json").out) == (0, before)


@pytest.mark.parametrize("verb", VERBS)
def test_reading_makes_no_store_in_postgresql(tmp_path: Path, verb: str) -> None:
    """
    A mistyped schema is an error, not an empty store of that name; twice, for none was made.
    """
    url = postgres.new_url()
    codes = [at(url, tmp_path, *VERBS[verb]).code for _ in range(2)]
    assert codes == [2, 2]


def test_the_demo_plays_on_postgresql(tmp_path: Path) -> None:
    """
    As anywhere else: the same demo again only shows it.
    """
    url = postgres.new_url()
    demo = ("demo", "--customers", "8", "--today", "2026-11-24", "--json")
    first, again = at(url, tmp_path, *demo), at(url, tmp_path, *demo)
    assert (first.code, first.json) == (0, again.json)
