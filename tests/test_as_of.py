"""As of a position, or an instant: every question is answered as if the log had ended there."""

from __future__ import annotations

import random
import sqlite3
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vip_domain
from tests import strategies
from tests.builders import VIP, accept, delete, invite, place_order, place_pa, send_code, use_code
from tests.builders import at as at_
from tests.stopped import log_of, stopped
from tests.stores import STORES, store_url, url_of
from tests.strategies import NAMES, told
from tests.test_laws_of_lists import SEEDS, answers, edges, few_or_many
from vip_domain import (
    Command,
    CustomerDetails,
    CustomerUnknown,
    Explanation,
    InvalidQuery,
    VipDomain,
)
from vip_domain.aggregates.streams import CUSTOMER
from vip_domain.demo import demo_commands
from vip_domain.projections.customers import FILTERS, ORDERS

__all__ = ["store_url"]  # a fixture

FEWER = settings(max_examples=max(settings().max_examples // 5, 1))
ON = date(2026, 3, 20)
ALL: dict[str, Any] = {"filter": "all_customers", "reseller_id": "R-1", "on": ON}


def everything(
    vip: VipDomain, vip_ids: list[str], asked: list[dict[str, Any]], as_of: int | None
) -> list[Any]:
    """Every page, total and count of some questions, their CSV; details and why of everybody."""
    said: list[Any] = [details(vip, vip_id, as_of) for vip_id in vip_ids]
    said += [explained(vip, vip_id, as_of) for vip_id in vip_ids]
    for question in asked:
        pages = answers(vip, question | {"as_of": as_of})
        said += [(rows, total) for rows, _, total in pages[1:]] + pages[:1]
        scope = {name: question[name] for name in ("filter", "reseller_id", "on", "managed_by")}
        said.append(list(vip.csv(**scope, as_of=as_of)))
    return said


def customers_of(vip: VipDomain) -> list[str]:
    """The VIP IDs of everybody there is or was."""
    streams = {each.stream_id for each in log_of(vip)}
    return sorted(each.removeprefix(CUSTOMER) for each in streams if each.startswith(CUSTOMER))


def details(vip: VipDomain, vip_id: str, as_of: int | None) -> CustomerDetails | str:
    """What is known of a customer, or that nobody knows it."""
    try:
        return vip.customer(vip_id, on=ON, as_of=as_of)
    except CustomerUnknown as unknown:
        return unknown.code


def explained(vip: VipDomain, vip_id: str, as_of: int | None) -> dict[str, Explanation] | str:
    """Why a customer is in which list, or that nobody knows it."""
    try:
        return vip.explain(vip_id, on=ON, as_of=as_of)
    except CustomerUnknown as unknown:
        return unknown.code


@pytest.mark.parametrize("store", STORES)
@FEWER
@given(SEEDS, NAMES, st.data())
def test_as_of_a_position_is_what_a_store_that_ended_there_says(
    store: str,
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    names: list[str],
    data: st.DataObject,
) -> None:
    """
    Rows, order, totals, counts, CSV, details and explanations, at any position of any history.
    """
    folder = tmp_path_factory.mktemp("as-of")
    with vip_domain.open(url_of(store, folder)) as vip:
        vip.execute_many(told(seed, 100, names), actor="anna")
        events, vip_ids = log_of(vip), customers_of(vip)
        asked = st.lists(strategies.questions(names, edges(vip)), min_size=1, max_size=4)
        for position in data.draw(st.lists(st.integers(0, len(events)), min_size=2, max_size=4)):
            then = stopped(events[:position], vip)
            with pytest.MonkeyPatch.context() as patch:
                for most in ("FEW", "SOON_FULL", "LATE"):
                    patch.setattr(f"vip_domain.views.past_customers.{most}", data.draw(few_or_many))
                drawn = data.draw(asked)
                assert everything(vip, vip_ids, drawn, position) == everything(
                    then, vip_ids, drawn, None
                )


@pytest.mark.slow
def test_as_of_two_hundred_positions_every_filter_and_order_is_right(tmp_path: Path) -> None:
    """
    Positions at random of a believable reseller's log, asked as of in any order of any database.
    """
    chance, today = random.Random(5), date(2026, 11, 24)
    questions: list[dict[str, Any]] = [
        {"filter": name, "reseller_id": "R-DEMO", "managed_by": None, "on": day, "order_by": order}
        for name in FILTERS
        for order in ORDERS
        for day in (today, today - timedelta(days=200), today + timedelta(days=40))
    ]
    with ExitStack() as stack:
        keys = tmp_path / "keys"
        stores = [
            stack.enter_context(vip_domain.open(url_of(store, tmp_path), keys=keys))
            for store in ("sqlite", "postgres")
        ]
        first, second = stores
        commands = demo_commands(40, today=today, seed=5, reseller_id="R-DEMO")
        first.execute_many(commands, actor="demo")
        second.import_log(first.export_log())
        events, vip_ids = log_of(first), customers_of(first)
        for position in chance.choices(range(len(events) + 1), k=200):
            asked = [each | {"limit": 20} for each in chance.sample(questions, 3)]
            some = chance.sample(vip_ids, 2)
            said = everything(stopped(events[:position], first), some, asked, None)
            for vip in stores:
                assert everything(vip, some, asked, position) == said


def test_a_file_of_before_there_were_versions_is_asked_as_of_a_position(tmp_path: Path) -> None:
    """
    The view is made when the file is opened, and folds what it needs when somebody asks.
    """
    url = url_of("sqlite", tmp_path)
    with vip_domain.open(url) as vip:
        vip.execute_many([invite(vip_id=f"VIP-{n}") for n in range(1, 4)], actor="anna")
        assert vip.customers(**ALL, as_of=2).total == 2
    with closing(sqlite3.connect(tmp_path / "vip.db", isolation_level=None)) as past_us:
        past_us.execute("DROP VIEW customer_versions")
        past_us.execute("DROP TABLE customer_versions_1")
        past_us.execute("DELETE FROM views WHERE name = 'customer_versions'")
    with vip_domain.open(url) as vip:
        assert [vip.customers(**ALL, as_of=position).total for position in range(4)] == [0, 1, 2, 3]


def test_as_of_position_0_there_is_nothing(store_url: str) -> None:
    """
    Nothing was recorded, so nobody is in a list, and nobody is known.
    """
    with vip_domain.open(store_url) as vip:
        vip.execute(invite(), actor="anna")
        assert vip.customers(**ALL, as_of=0).rows == ()
        assert set(vip.counts(reseller_id="R-1", on=ON, as_of=0).values()) == {0}
        with pytest.raises(CustomerUnknown):
            vip.customer(VIP, on=ON, as_of=0)


def test_what_was_known_then_and_the_date_asked_about_are_two_times(store_url: str) -> None:
    """
    Before the order was on record the PA was overdue, on the same day on which it is none now.
    """
    with vip_domain.open(store_url) as vip:
        vip.execute(invite(), actor="anna")
        placed = vip.execute(place_pa("2026-03-02"), actor="anna").position
        vip.execute(place_order("2026-03-10", quantity=5, pa_ids=("PA-1",)), actor="anna")
        overdue: dict[str, Any] = {"filter": "overdue_requests", "reseller_id": "R-1"}
        assert [row.vip_id for row in vip.customers(**overdue, on=ON, as_of=placed).rows] == [VIP]
        assert vip.customers(**overdue, on=ON).rows == ()
        assert vip.customers(**overdue, on=date(2026, 3, 3), as_of=placed).rows == ()


def test_a_deleted_customer_is_in_the_lists_of_its_time(store_url: str) -> None:
    """
    As of the position before its deletion, and in none as of a later one.
    """
    with vip_domain.open(store_url) as vip:
        vip.execute(invite(), actor="anna")
        deleted = vip.execute(delete("2026-03-02"), actor="anna").position
        assert vip.customers(**ALL, as_of=deleted - 1).total == 1
        assert vip.customers(**ALL, as_of=deleted).total == 0
        assert vip.customer(VIP, on=ON, as_of=deleted - 1).vip_id == VIP
        with pytest.raises(CustomerUnknown):
            vip.customer(VIP, on=ON, as_of=deleted)


def test_a_customer_that_moved_is_its_old_resellers_before(store_url: str) -> None:
    """
    The change of reseller is an event like any other.
    """
    with vip_domain.open(store_url) as vip:
        done: list[Command] = [invite(), accept(), send_code(), use_code(at_("2026-03-04"))]
        *_, moved = vip.execute_many(done, actor="anna")
        assert isinstance(moved, vip_domain.Receipt)
        for reseller, as_of, total in (
            ("R-1", moved.position - 1, 1),
            ("R-2", moved.position - 1, 0),
            ("R-1", moved.position, 0),
            ("R-2", moved.position, 1),
        ):
            assert vip.customers(**ALL | {"reseller_id": reseller}, as_of=as_of).total == total


def test_the_pages_as_of_a_position_are_of_one_list(store_url: str) -> None:
    """
    Whatever is recorded between two pages, and also when a name came to lie before the cursor.
    """
    with vip_domain.open(store_url) as vip:
        invited = [invite(vip_id=f"VIP-{n}", organization_name=f"{n} AB") for n in range(1, 6)]
        vip.execute_many(invited, actor="anna")
        position = log_of(vip)[-1].position
        first = vip.customers(**ALL, limit=2, as_of=position)
        vip.execute(invite(vip_id="VIP-9", organization_name="3 b"), actor="anna")
        second = vip.customers(**ALL, limit=2, as_of=position, after=first.next)
        third = vip.customers(**ALL, limit=2, as_of=position, after=second.next)
    rows = [row.vip_id for page in (first, second, third) for row in page.rows]
    assert (rows, third.next) == ([f"VIP-{n}" for n in range(1, 6)], None)


def test_the_pages_as_of_an_instant_stay_where_the_first_one_was(store_url: str) -> None:
    """
    An instant that is not over yet lets events in meanwhile; the next page leaves them out.
    """
    then = datetime.now(UTC) + timedelta(hours=1)
    with vip_domain.open(store_url) as vip:
        vip.execute_many([invite(vip_id=f"VIP-{n}") for n in range(1, 4)], actor="anna")
        first = vip.customers(**ALL, limit=2, as_of=then)
        vip.execute(invite(vip_id="VIP-9"), actor="anna")
        second = vip.customers(**ALL, limit=2, as_of=then, after=first.next)
    assert (first.as_of, second.as_of, [row.vip_id for row in second.rows]) == (3, 3, ["VIP-3"])


@pytest.mark.parametrize("others", [None, 1, 3])
def test_a_cursor_belongs_to_its_moment(store_url: str, others: int | None) -> None:
    """
    In a list as of another position its place means nothing.
    """
    with vip_domain.open(store_url) as vip:
        vip.execute_many([invite(vip_id=f"VIP-{n}") for n in range(1, 4)], actor="anna")
        cursor = vip.customers(**ALL, limit=1, as_of=2).next
        with pytest.raises(
            InvalidQuery, match="must be the cursor of a page as of the same moment"
        ):
            vip.customers(**ALL, limit=1, as_of=others, after=cursor)
        now = vip.customers(**ALL, limit=1).next
        with pytest.raises(
            InvalidQuery, match="must be the cursor of a page as of the same moment"
        ):
            vip.customers(**ALL, limit=1, as_of=2, after=now)


@pytest.mark.parametrize("offset", [0, 9, -7])
def test_as_of_an_instant_is_as_of_the_last_event_by_then(store_url: str, offset: int) -> None:
    """
    The instant itself counted in, whatever its offset from UTC; before the first there is none.
    """
    zone, moment = timezone(timedelta(hours=offset)), timedelta(microseconds=1)
    with vip_domain.open(store_url) as vip:
        for number in range(20):
            vip.execute_many([invite(vip_id=f"VIP-{number}-{n}") for n in range(3)], actor="anna")
        recorded = [each.recorded_at for each in log_of(vip)]
        for instant in (near for at in recorded for near in (at - moment, at, at + moment)):
            by_then = sum(each <= instant for each in recorded)
            asked = instant.astimezone(zone)
            assert vip.customers(**ALL, as_of=asked).as_of == by_then
            assert vip.counts(reseller_id="R-1", on=ON, as_of=asked)["all_customers"] == by_then
        assert vip.customers(**ALL, as_of=datetime.max.replace(tzinfo=zone)).as_of == len(recorded)
        assert vip.customers(**ALL, as_of=datetime.min.replace(tzinfo=zone)).as_of == 0
