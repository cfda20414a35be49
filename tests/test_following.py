"""Views follow by themselves, readers wait for what they wrote, subscribers get each event once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from eventsourcing.persistence import ConnectionPoolClosedError
from sqlalchemy import func, select

from tests.builders import VIP, invite
from tests.rebuilding import NAMES
from tests.stores import STORES, store_url, url_of
from tests.troubles import write_unreadable
from vip_domain import InvalidQuery, Recorded, UnreadableEvent, ViewsBehind, VipDomain
from vip_domain import open as open_store
from vip_domain.events import Logged
from vip_domain.projections.customers import CUSTOMERS
from vip_domain.store.log import EventLog
from vip_domain.views.follower import Follower
from vip_domain.views.tables import live

__all__ = ["store_url"]  # a fixture

PATIENCE = 20.0
"""Seconds until a test gives up; nothing takes nearly as long."""
ONCE = [1] * len(NAMES)
"""Where views stand after one event."""


@pytest.fixture(params=STORES)
def vip(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VipDomain]:
    with open_store(url_of(request.param, tmp_path)) as vip:
        yield vip


def soon(holds: Callable[[], bool]) -> bool:
    """Whether it comes true."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)
    return True


def positions(vip: VipDomain) -> set[int]:
    return {each.position for each in vip.status()}


def listed(vip: VipDomain) -> list[str]:
    page = vip.customers("all_customers", reseller_id="R-1", on=date(2026, 3, 2))
    return sorted(each.vip_id for each in page.rows)


def customers(first: int, past: int) -> list[Any]:
    return [invite(vip_id=f"VIP-{number}") for number in range(first, past)]


def test_views_follow_without_being_asked(vip: VipDomain) -> None:
    """
    What is appended is in the tables, though nobody read a list; before and after it began.
    """
    vip.execute_many(customers(1000, 1003), actor="anna")
    with vip.follow():
        assert soon(lambda: positions(vip) == {3})
        vip.execute(invite(vip_id="VIP-2000"), actor="anna")
        assert soon(lambda: positions(vip) == {4})


def test_only_the_views_that_are_named_follow(vip: VipDomain) -> None:
    """
    The others stay where they were.
    """
    vip.execute_many(customers(1000, 1003), actor="anna")
    with vip.follow("renewals") as following:
        assert soon(lambda: [each.position for each in following.views] == [3])
    stand = {each.view: each.position for each in vip.status()}
    assert stand == dict.fromkeys(NAMES, 0) | {"renewals": 3}


def test_nothing_follows_any_more_once_it_is_stopped(vip: VipDomain) -> None:
    """
    It ends after the batch it is at.
    """
    following = vip.follow()
    following.stop()
    vip.execute(invite(), actor="anna")
    assert following.join(0)
    assert positions(vip) == {0}


def test_closing_the_store_ends_whoever_follows(store_url: str) -> None:
    """
    Threads too that nobody stopped.
    """
    with open_store(store_url) as vip:
        following, subscription = vip.follow(), vip.subscribe()
        reader = Thread(target=lambda: list(subscription))
        reader.start()
    reader.join(PATIENCE)
    assert (following.join(0), reader.is_alive()) == (True, False)


def test_closing_a_file_leaves_whoever_reads_it_to_finish(tmp_path: Path) -> None:
    """
    A connection closed under a thread that uses it would end the whole process.
    """
    log = EventLog.in_sqlite(str(tmp_path / "vip.db"))
    datastore = cast(Any, log._recorder).datastore
    found: list[int] = []
    with datastore.transaction(commit=False) as cursor:
        log.close()
        cursor.execute("SELECT 7")
        found.extend(cursor.fetchone())
    assert found == [7]


def test_who_waits_to_write_to_a_file_that_is_closed_is_told_so(tmp_path: Path) -> None:
    """
    At once, when the one before is done; no connection is made to what is closed.
    """
    log = EventLog.in_sqlite(str(tmp_path / "vip.db"))
    datastore = cast(Any, log._recorder).datastore
    told: list[bool] = []

    def write() -> None:
        with pytest.raises(ConnectionPoolClosedError), datastore.transaction(commit=True):
            pass
        told.append(True)

    waiting = Thread(target=write)
    with datastore.transaction(commit=True):
        waiting.start()
        # It has passed the look at whether it is closed, and keeps others from taking its turn.
        assert soon(lambda: datastore.pool._get_semaphore._value == 0)
        log.close()
    waiting.join(PATIENCE)
    assert told == [True]


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_who_is_overtaken_between_two_looks_at_the_log_goes_on(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Rows that others brought further than the log went a moment ago are no other log's rows.
    """
    url = url_of(store, tmp_path)
    with open_store(url) as ours, open_store(url) as theirs:
        ours.execute(invite(), actor="anna")
        stand = Follower.position

        def overtaken(follower: Follower) -> int:
            monkeypatch.undo()
            theirs.execute(invite(vip_id="VIP-0002"), actor="bo")
            assert listed(theirs) == [VIP, "VIP-0002"]
            return stand(follower)

        monkeypatch.setattr(Follower, "position", overtaken)
        assert listed(ours) == [VIP, "VIP-0002"]


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_a_read_of_several_statements_is_of_one_moment(store: str, tmp_path: Path) -> None:
    """
    What is folded meanwhile is seen by the next one.
    """
    url = url_of(store, tmp_path)
    with open_store(url) as ours, open_store(url) as theirs:
        ours.execute(invite(), actor="anna")
        follower = cast(Follower, ours._views.followers()["customers"])
        rows = select(func.count()).select_from(live(CUSTOMERS))
        with follower.caught_up() as connection:
            before = connection.execute(rows).scalar_one()
            theirs.execute(invite(vip_id="VIP-0002"), actor="bo")
            assert listed(theirs) == [VIP, "VIP-0002"]
            assert (before, connection.execute(rows).scalar_one()) == (1, 1)
        assert listed(ours) == [VIP, "VIP-0002"]


def test_a_store_that_is_closed_while_somebody_looks_at_it_ends_the_looking(
    vip: VipDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    No error is raised where nobody waits for one.
    """
    read = EventLog.read

    def closed_meanwhile(log: EventLog, after: int, limit: int) -> list[Logged]:
        vip.close()
        return read(log, after, limit)

    subscription = vip.subscribe()
    monkeypatch.setattr(EventLog, "read", closed_meanwhile)
    assert list(subscription) == []


def test_one_follower_is_active_and_the_next_one_takes_over(vip: VipDomain) -> None:
    """
    For each view; it tells which one it is.
    """
    first = vip.follow()
    assert soon(lambda: all(each.active for each in first.views))
    with vip.follow() as second:
        vip.execute(invite(), actor="anna")
        assert soon(lambda: [each.position for each in first.views] == ONCE)
        assert soon(lambda: [each.last for each in second.views] == ONCE)
        assert [(each.active, each.position) for each in second.views] == [(False, None)] * len(
            NAMES
        )
        first.stop()
        assert soon(lambda: all(each.active for each in second.views))


def test_a_customer_that_cannot_be_folded_ends_no_following(vip: VipDomain) -> None:
    """
    It is parked, and the views stand at the end of the log.
    """
    vip.execute(invite(vip_id="VIP-1000"), actor="anna")
    with vip.follow():
        write_unreadable(vip, "VIP-1000", "a newer version's event")
        vip.execute(invite(vip_id="VIP-2000"), actor="anna")
        assert soon(lambda: positions(vip) == {3})
    assert {each.vip_id for each in vip.parked()} == {"VIP-1000"}


def test_a_name_that_is_no_views_is_not_followed(vip: VipDomain) -> None:
    """
    It is one clear error, and nothing runs.
    """
    with pytest.raises(InvalidQuery, match="name: must be one of customers, renewals"):
        vip.follow("customers", "nothing")


# Waiting.


def test_a_receipts_position_can_be_waited_for(vip: VipDomain) -> None:
    """
    Then the tables have it, whether or not anybody follows.
    """
    receipt = vip.execute(invite(), actor="anna")
    vip.wait_for(receipt.position)
    assert positions(vip) == {receipt.position}


def test_a_position_can_be_waited_for_though_no_row_changed(vip: VipDomain) -> None:
    """
    An event that no view can take moves every view on.
    """
    with vip.follow():
        vip.execute_many(customers(1000, 1002), actor="anna")
        vip.wait_for(2)
        write_unreadable(vip, "VIP-1000", "a newer version's event")
        vip.wait_for(3)
    assert positions(vip) == {3}


def test_a_position_is_waited_for_until_it_is_there(vip: VipDomain) -> None:
    """
    Also one that nobody has written yet.
    """
    waiting = Thread(target=lambda: vip.wait_for(1, timeout=PATIENCE))
    waiting.start()
    vip.execute(invite(), actor="anna")
    waiting.join()
    assert positions(vip) == {1}


@pytest.mark.parametrize("timeout", [0, 0.05])
def test_a_position_that_does_not_come_in_time_is_one_clear_error(
    vip: VipDomain, timeout: float
) -> None:
    """
    It says where the views stand instead.
    """
    vip.execute(invite(), actor="anna")
    vip.wait_for(1)
    with pytest.raises(ViewsBehind) as behind:
        vip.wait_for(2, timeout=timeout)
    assert behind.value.views == dict.fromkeys(NAMES, 1)
    assert str(behind.value) == (
        f"not at position 2 after {timeout} s: {', '.join(f'{name} at 1' for name in NAMES)}"
    )


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"position": -1}, {"position"}),
        ({"position": True, "timeout": -1}, {"position", "timeout"}),
        ({"position": "1", "timeout": float("nan")}, {"position", "timeout"}),
        ({"position": 0, "name": "nothing"}, {"name"}),
    ],
)
def test_what_cannot_be_waited_for_is_named(
    vip: VipDomain, asked: dict[str, Any], wrong: set[str]
) -> None:
    """
    Everything that is wrong, at once.
    """
    with pytest.raises(InvalidQuery) as refused:
        vip.wait_for(**asked)
    assert set(refused.value.errors) == wrong


# Subscribing.


def test_a_subscriber_gets_every_event_once_and_in_order(vip: VipDomain) -> None:
    """
    Those of before, and each new one as it comes.
    """
    vip.execute_many(customers(1000, 1005), actor="anna")
    got: list[Recorded[Any]] = []
    with vip.subscribe() as subscription:
        reader = Thread(target=lambda: got.extend(subscription))
        reader.start()
        for number in range(10):
            vip.execute(invite(vip_id=f"VIP-2{number:03}"), actor="anna")
        assert soon(lambda: subscription.position == 15)
    reader.join()
    assert [each.position for each in got] == list(range(1, 16))
    assert [each.event.vip_id for each in got[5:]] == [f"VIP-2{n:03}" for n in range(10)]


def test_a_subscriber_begins_after_a_position(vip: VipDomain) -> None:
    """
    And has nothing lost when it goes on from where another stopped.
    """
    vip.execute_many(customers(1000, 1005), actor="anna")
    with vip.subscribe(after=2) as subscription:
        got = [next(subscription).position, next(subscription).position]
    with vip.subscribe(after=subscription.position) as rest:
        assert (got, [each.position for each in rest.batch(0)]) == ([3, 4], [5])
        assert rest.batch(0) == ()


def test_a_subscriber_hears_of_an_event_it_cannot_read(vip: VipDomain) -> None:
    """
    Until it says that it goes on behind it.
    """
    vip.execute_many(customers(1000, 1002), actor="anna")
    write_unreadable(vip, "VIP-1000", "bytes that are no JSON")
    vip.execute(invite(vip_id="VIP-2000"), actor="anna")
    with vip.subscribe() as subscription:
        assert [each.position for each in subscription.batch(0)] == [1, 2]
        with pytest.raises(UnreadableEvent):
            next(subscription)
        with pytest.raises(UnreadableEvent) as again:
            next(subscription)
    with vip.subscribe(after=again.value.position) as rest:
        assert next(rest).position == 4


@pytest.mark.parametrize("after", [-1, 2, True, "1", None])
def test_a_subscription_begins_within_the_log(vip: VipDomain, after: Any) -> None:
    """
    Anything else is a mistake, and one clear error.
    """
    vip.execute(invite(), actor="anna")
    with pytest.raises(InvalidQuery, match="after: must be a position of the log, which ends at 1"):
        vip.subscribe(after=after)
