"""Laws of the customer list: views, batches, pages and stores never change what is answered."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vip_domain
from tests import strategies
from tests.builders import invite
from tests.model.histories import MANAGERS, RESELLERS
from tests.stores import STORES, url_of
from tests.strategies import NAMES, told
from vip_domain import Command, ProgramRules, VipDomain
from vip_domain.projections.customers import ORDERS, CustomerFacts
from vip_domain.store.log import EventLog
from vip_domain.store.work import Sender, Submission
from vip_domain.store.writer import Writer
from vip_domain.views.customers import SQLCustomerList
from vip_domain.views.memory import MemoryCustomerList
from vip_domain.views.sqlite import sqlite_engine

RULES = ProgramRules.current()
ANNA = Sender(actor="anna")
SEEDS = st.integers(0, 1_000_000)
FEWER = settings(max_examples=max(settings().max_examples // 5, 1))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
READ_ON = date(2026, 3, 1)
SIZES = (1, 7, 1_000)
few_or_many = st.sampled_from((1_000, 0))
"""A database answers a search in two ways, for few customers found and for many."""


class Following:
    """Six views of one log, in memory and in SQLite, that fold it in batches of three sizes."""

    def __init__(self, folder: Path) -> None:
        self.log = EventLog.in_memory()
        self.memory = [MemoryCustomerList(self.log, RULES, batch=size) for size in SIZES]
        self.sqlite = [
            SQLCustomerList(
                sqlite_engine(quick(folder / f"{size}.db")), self.log, RULES, batch=size
            )
            for size in SIZES
        ]

    def told(self, commands: list[Command]) -> list[list[CustomerFacts | None]]:
        """What each view knows of every customer, caught up twice on the way."""
        writer = Writer(self.log, RULES, lambda: NOON)
        views: list[MemoryCustomerList | SQLCustomerList] = [*self.memory, *self.sqlite]
        for some in (commands[:60], commands[60:]):
            writer.submit([Submission(command, ANNA) for command in some])
            for view in views:
                view.catch_up()
        vip_ids = sorted({command.vip_id for command in commands})
        known = [[view.facts(vip_id) for vip_id in vip_ids] for view in views]
        for view in self.sqlite:
            view.follower.close()
        return known


def quick(file: Path) -> str:
    """A file that writes ahead, as the log's own does: a commit does not wait for the disk."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    return str(file)


@FEWER
@given(SEEDS)
def test_batches_of_any_size_give_the_same_customers(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """
    Folded in batches of 1, 7 and 1,000 events, in memory and in SQLite, a history is the same.
    """
    known = Following(tmp_path_factory.mktemp("views")).told(told(seed, 120))
    assert known == known[:1] * 6


in_every_database = pytest.mark.parametrize("store", ["sqlite", "postgres"])


@in_every_database
@FEWER
@given(seed=SEEDS, names=NAMES, data=st.data())
def test_every_database_answers_as_memory_does(
    tmp_path_factory: pytest.TempPathFactory,
    store: str,
    seed: int,
    names: list[str],
    data: st.DataObject,
) -> None:
    """
    Rows, order, cursors, totals and counts are equal, for any history and any question.
    """
    url = url_of(store, tmp_path_factory.mktemp("alike"))
    with vip_domain.open("memory:") as memory, vip_domain.open(url) as database:
        for vip in (memory, database):
            vip.execute_many(told(seed, 100, names), actor="anna")
        asked = strategies.questions(names, edges(memory))
        for question in data.draw(st.lists(asked, min_size=8, max_size=20)):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("vip_domain.views.customers.FEW", data.draw(few_or_many))
                assert answers(database, question) == answers(memory, question), question


@in_every_database
@FEWER
@given(seed=SEEDS)
def test_every_database_counts_as_memory_does_at_every_edge(
    tmp_path_factory: pytest.TempPathFactory, store: str, seed: int
) -> None:
    """
    On each day that somebody enters or leaves a filter, and on the days around it.
    """
    url = url_of(store, tmp_path_factory.mktemp("edges"))
    with vip_domain.open("memory:") as memory, vip_domain.open(url) as database:
        for vip in (memory, database):
            vip.execute_many(told(seed, 60), actor="anna")
        scopes: list[dict[str, Any]] = [
            {"reseller_id": reseller_id, "on": day, "managed_by": manager}
            for reseller_id in RESELLERS
            for day in edges(memory)
            for manager in (None, MANAGERS[0])
        ]
        assert [database.counts(**scope) for scope in scopes] == [
            memory.counts(**scope) for scope in scopes
        ]


def edges(vip: VipDomain) -> list[date]:
    """The days around those on which a customer enters or leaves a filter."""
    days = {READ_ON}
    for reseller_id in RESELLERS:
        for row in vip.customers("all_customers", reseller_id=reseller_id, on=READ_ON).rows:
            details = vip.customer(row.vip_id, on=READ_ON)
            days |= {pa.due_on for pa in details.purchase_authorizations}
            if row.renews_on is not None:
                days |= {row.renews_on + timedelta(days) for days in (-45, -30, 30)}
    around = {day + timedelta(days) for day in days for days in (-1, 0, 1)}
    return sorted(around | {date.min, date.max} | {date.max - timedelta(d) for d in (1, 30, 45)})


def answers(vip: VipDomain, question: dict[str, Any]) -> list[Any]:
    """Every page with its cursor and total, and the counts."""
    names = ("reseller_id", "on", "managed_by", "as_of")
    scope = {name: question[name] for name in names if name in question}
    said: list[Any] = [vip.counts(**scope)]
    after: str | None = None
    for _ in range(100):
        page = vip.customers(**question, after=after)
        said.append((page.rows, page.next, page.total))
        after = page.next
        if after is None:
            return said
    pytest.fail("the pages have no end")


@FEWER
@given(SEEDS, NAMES, st.data())
def test_pages_joined_are_the_whole_list(seed: int, names: list[str], data: st.DataObject) -> None:
    """
    Whatever the limit, following the cursors lists every customer once, in one order.
    """
    question = data.draw(strategies.questions(names, [READ_ON]))
    with vip_domain.open("memory:") as vip:
        vip.execute_many(told(seed, 80, names), actor="anna")
        whole = vip.customers(**question | {"limit": 1_000})
        _, *pages = answers(vip, question)
    assert [row for rows, _, _ in pages for row in rows] == list(whole.rows)


@pytest.mark.parametrize("order_by", ORDERS)
def test_customers_with_odd_names_are_paged_through(tmp_path: Path, order_by: str) -> None:
    """
    A cursor carries any name that can be stored, with joiners, tabs and no-break spaces too.
    """
    one = {"filter": "all_customers", "reseller_id": "R-1", "on": READ_ON, "managed_by": None}
    said = []
    for store in STORES:
        with vip_domain.open(url_of(store, tmp_path)) as vip:
            vip.execute_many(oddly_named(), actor="anna")
            said.append(answers(vip, one | {"order_by": order_by, "limit": 1}))
    assert said == [said[0]] * len(STORES)
    assert len(said[0]) == 1 + len(strategies.ODD_TEXTS)


def oddly_named() -> list[Command]:
    """Odd names of organisations and of managers, in other orders."""
    names = strategies.ODD_TEXTS
    return [
        invite(
            vip_id=f"VIP-{number}",
            organization_name=name,
            organization_name_ascii="N",
            managed_by=manager,
        )
        for number, (name, manager) in enumerate(zip(names, reversed(names), strict=True))
    ]


@pytest.mark.parametrize("search", ["\U0010ffff", "nord\U0010ffff"])
def test_the_last_character_of_all_can_be_searched_for(tmp_path: Path, search: str) -> None:
    """
    Nothing follows it, and a database that looks for beginnings between two texts must not care.
    """
    with vip_domain.open(url_of("sqlite", tmp_path)) as vip:
        named = invite(organization_name=f"{search} AB", organization_name_ascii="N")
        vip.execute(named, actor="anna")
        found = vip.customers("all_customers", reseller_id="R-1", on=READ_ON, search=search)
        assert [row.vip_id for row in found.rows] == ["VIP-0001"]
