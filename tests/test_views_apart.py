"""Views in another database than the log: the same answers, and never those of another log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

import vip_domain
from tests.builders import invite
from tests.rebuilding import NAMES
from tests.shell import here
from tests.stores import url_of
from tests.test_following import soon
from vip_domain import StoreError, VipDomain
from vip_domain.demo import demo_commands
from vip_domain.store import postgres_pool
from vip_domain.store.postgres_address import Address
from vip_domain.views import apart

TODAY = date(2026, 11, 24)
KINDS = ("sqlite", "postgres")


@attrs.frozen
class Place:
    """Where a log is, and where its views are."""

    log: str
    views: str

    @property
    def kind(self) -> str:
        return kind_of(self.log)

    def open(self) -> VipDomain:
        return vip_domain.open(self.log, views=self.views)


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Nothing is there yet."""
    for name in ("log", "views"):
        (tmp_path / name).mkdir()
    return Place(*(url_of(request.param, tmp_path / name) for name in ("log", "views")))


@contextmanager
def past_us(url: str) -> Iterator[Any]:
    """A connection of somebody else to one of the two databases."""
    if kind_of(url) == "sqlite":
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file, file:
            yield file
    else:
        with postgres_pool.connect(Address.of(url), autocommit=True) as other:
            yield other


VIEWS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'view'",
    "postgres": "SELECT viewname FROM pg_views WHERE schemaname = current_schema()",
}


def views_in(url: str) -> set[str]:
    """The names that can be asked in a database."""
    with past_us(url) as other:
        return {name for (name,) in other.execute(VIEWS[kind_of(url)]).fetchall()}


def kind_of(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgres"


def asked(vip: VipDomain) -> list[Any]:
    """Lists, counts, also as of a moment, digests, and how far views are."""
    of_whom: dict[str, Any] = {"reseller_id": "R-NORDSOFT", "on": TODAY}
    return [
        vip.customers("all_customers", **of_whom).rows,
        vip.counts(**of_whom),
        vip.counts(**of_whom, as_of=50),
        {name: vip.digest(name) for name in NAMES},
        {each.view: each.position for each in vip.status()},
    ]


def play(vip: VipDomain, customers: int = 30, seed: int = 1) -> None:
    vip.execute_many(demo_commands(customers, today=TODAY, seed=seed), actor="demo")


def test_a_store_answers_the_same_wherever_its_views_are(place: Place) -> None:
    """
    Also once they were folded anew, rolled back and went on; and a check finds them right.
    """
    # Keys are chance, and digests are of what they sealed.
    with (
        vip_domain.open("memory:", erasable=False) as together,
        vip_domain.open(place.log, views=place.views, erasable=False) as vip,
    ):
        play(together)
        play(vip)
        answers = [asked(vip)]
        vip.rebuild()
        answers.append(asked(vip))
        vip.roll_back("customers")
        answers.append(asked(vip))
        assert answers == [asked(together)] * 3
        for each in (together, vip):
            each.execute(invite(), actor="anna")
        assert asked(vip) == asked(together)
        assert not any(each.differences for each in vip.verify())


def test_the_database_of_the_log_has_no_views(place: Place) -> None:
    """
    They are where they were wanted.
    """
    with place.open() as vip:
        play(vip)
        asked(vip)
    assert (views_in(place.log), views_in(place.views)) == (set(), set(NAMES))


def test_who_follows_them_folds_what_others_append(place: Place) -> None:
    """
    Unasked, as ever.
    """
    with place.open() as vip, place.open() as other, other.follow():
        receipt = vip.execute(invite(), actor="anna")
        assert soon(lambda: {each.position for each in vip.status()} == {receipt.position})


def test_what_views_stand_at_is_written_with_their_rows_or_not_at_all(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A disk that is full in the very middle leaves them where they were.
    """
    with place.open() as vip, monkeypatch.context() as trouble:
        play(vip)
        trouble.setattr(apart, "keep", _no_space)
        with pytest.raises(StoreError, match="no space"):
            asked(vip)
        assert {(each.position, each.rows) for each in vip.status()} == {(0, 0)}
        trouble.undo()
        asked(vip)
        assert not any(each.differences for each in vip.verify())


def _no_space(*_: Any) -> None:
    raise StoreError("no space left")


@pytest.mark.parametrize("customers", [20, 30, 40])
def test_views_of_another_log_are_refused(place: Place, tmp_path: Path, customers: int) -> None:
    """
    A shorter one, or a longer one: nobody gets rows that come from both.
    """
    with place.open() as vip:
        play(vip)
        before = asked(vip)
    another = url_of(place.kind, tmp_path)
    with vip_domain.open(another) as vip:
        play(vip, customers, seed=2)
    with pytest.raises(StoreError, match="has followed another log"):
        vip_domain.open(another, views=place.views)
    with place.open() as vip:
        assert asked(vip) == before


def test_a_log_that_is_put_back_while_somebody_reads_is_noticed(place: Place) -> None:
    """
    Its views lie elsewhere, and were not.
    """
    with place.open() as vip:
        play(vip)
        asked(vip)
        with past_us(place.log) as other:
            last = "(SELECT max(position) FROM stored_events)"
            other.execute(f"DELETE FROM stored_events WHERE position = {last}")
        with pytest.raises(StoreError, match="put back to an earlier day"):
            asked(vip)


def test_views_that_were_dropped_are_folded_anew(place: Place, tmp_path: Path) -> None:
    """
    The log is all they are made of.
    """
    with place.open() as vip:
        play(vip)
        before = asked(vip)
    (tmp_path / "new").mkdir()
    with vip_domain.open(place.log, views=url_of(place.kind, tmp_path / "new")) as vip:
        assert asked(vip) == before


def test_a_place_that_cannot_have_views_is_one_clear_error(place: Place, tmp_path: Path) -> None:
    """
    The log's own, memory, a database of another kind, another program's.
    """
    (tmp_path / "other").mkdir()
    foreign = url_of(place.kind, tmp_path / "other")
    with past_us(foreign) as other:
        if place.kind == "postgres":
            other.execute(f"CREATE SCHEMA {Address.of(foreign).schema}")
        other.execute("CREATE TABLE customers (name text)")
    elsewhere = {"sqlite": "postgresql://nobody@nowhere/db", "postgres": "sqlite:///views.db"}
    for views in (place.log, "memory:", elsewhere[place.kind], foreign):
        with pytest.raises(StoreError) as refused:
            vip_domain.open(place.log, views=views)
        assert "\n" not in str(refused.value)
    with pytest.raises(StoreError, match="in memory"):
        vip_domain.open("memory:", views=place.views)
    with pytest.raises(StoreError):
        vip_domain.open(_made(place).views)


def _made(place: Place) -> Place:
    place.open().close()
    return place


def test_the_command_line_keeps_views_where_a_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Every verb does.
    """
    monkeypatch.setenv("VIP_DOMAIN_VIEWS", f"sqlite:///{tmp_path / 'views.db'}")
    here(tmp_path, "demo", "--customers", "5")
    assert here(tmp_path, "verify").code == 0
    log, views = (f"sqlite:///{tmp_path / name}" for name in ("vip.db", "views.db"))
    assert (views_in(log), views_in(views)) == (set(), set(NAMES))
