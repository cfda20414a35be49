"""An event that a view cannot take stops that customer's row only: parked, retried, skipped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import invite
from tests.rebuilding import NAMES, digests, following, log_of, named, opened, unsealed
from tests.stores import STORES, url_of
from tests.troubles import BOOM, BUGS, UNREADABLE, buggy, write_unreadable
from vip_domain import (
    AssignManager,
    Command,
    Receipt,
    StoreError,
    UnreadableEvent,
    ViewDiffers,
    VipDomain,
)
from vip_domain.projections.customers import CUSTOMERS
from vip_domain.views.compare import digest
from vip_domain.views.follower import Follower
from vip_domain.views.generations import all_rows
from vip_domain.views.parking import parked_of
from vip_domain.views.tables import live

BAD, GOOD, NEW = "VIP-BAD", "VIP-GOOD", "VIP-NEW"
TROUBLES = (*BUGS, *UNREADABLE)
every_trouble = pytest.mark.parametrize("trouble", TROUBLES)
every_bug = pytest.mark.parametrize("trouble", BUGS)
one_of_each = pytest.mark.parametrize("trouble", ["columns raise", "a newer version's event"])


def managed(vip_id: str, managed_by: str, day: int) -> Command:
    return AssignManager(vip_id=vip_id, at=f"2026-04-{day:02}T10:00Z", managed_by=managed_by)


BEFORE = [invite(vip_id=GOOD), invite(vip_id=BAD), managed(BAD, "bo", 1)]
AFTER = [managed(GOOD, "eva", 3), invite(vip_id=NEW)]


@pytest.fixture(params=STORES)
def vip(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VipDomain]:
    with unsealed(url_of(request.param, tmp_path)) as vip:
        vip.execute_many(BEFORE, actor="anna")
        yield vip


def meet(vip: VipDomain, trouble: str) -> AbstractContextManager[None]:
    """The customer BAD has an event that the views cannot take, as long as this lasts."""
    if trouble in UNREADABLE:
        write_unreadable(vip, BAD, trouble)
        return nullcontext()
    vip.execute(managed(BAD, BOOM, 2), actor="anna")
    return buggy(trouble)


def managers(vip: VipDomain, as_of: int | None = None) -> dict[str, str]:
    """Who looks after whom, as the list says."""
    asked: dict[str, Any] = {"reseller_id": "R-1", "on": datetime(2026, 5, 1, tzinfo=UTC).date()}
    rows = vip.customers("all_customers", **asked, as_of=as_of).rows
    return {row.vip_id: row.managed_by for row in rows}


def parked(vip: VipDomain) -> set[tuple[str, str, int, int]]:
    """Who waits in which view before which event, at which position."""
    return {(each.view, each.vip_id, each.version, each.position) for each in vip.parked()}


def differing(vip: VipDomain) -> list[tuple[str, str]]:
    """What a check finds and then a rebuild."""
    verified = [each for one in vip.verify() for each in one.differences]
    rebuilt = [each for one in vip.rebuild() for each in one.differences]
    return named([*verified, *rebuilt])


WAITING = {(name, BAD, 3, 4) for name in NAMES}


@every_trouble
def test_a_customer_with_an_event_that_no_view_takes_waits_and_all_others_go_on(
    vip: VipDomain, trouble: str
) -> None:
    """
    Its row is what it was before that event, and everybody else's is up to date.
    """
    with meet(vip, trouble):
        vip.execute_many(AFTER, actor="anna")
        assert managers(vip) == {GOOD: "eva", BAD: "bo", NEW: "anna"}
        digests(vip)
        assert parked(vip) == WAITING
        assert {each.position for each in vip.status()} == {6}


@every_trouble
def test_as_of_any_position_all_others_are_what_they_were(vip: VipDomain, trouble: str) -> None:
    """
    And who waits is, before that event as after it, what its row says.
    """
    with meet(vip, trouble):
        vip.execute_many(AFTER, actor="anna")
        assert [managers(vip, position) for position in range(7)] == [
            {},
            {GOOD: "anna"},
            {GOOD: "anna", BAD: "anna"},
            {GOOD: "anna", BAD: "bo"},
            {GOOD: "anna", BAD: "bo"},
            {GOOD: "eva", BAD: "bo"},
            {GOOD: "eva", BAD: "bo", NEW: "anna"},
        ]


def test_an_instant_is_found_although_an_event_tells_none(vip: VipDomain) -> None:
    """
    As of now, the log ends where it ends.
    """
    write_unreadable(vip, BAD, "bytes that are no JSON")
    later = datetime.now(UTC) + timedelta(days=1)
    assert vip._log.position_at(later) == vip._log.last_position()


@pytest.mark.parametrize(
    ("trouble", "together"),
    [("columns raise", False), ("a newer version's event", False), ("project raises", True)],
)
def test_later_events_of_a_parked_customer_wait(
    vip: VipDomain, trouble: str, together: bool
) -> None:
    """
    The error and the event it stopped at stay the first one's, whatever comes after or with it.
    """
    with meet(vip, trouble):
        if not together:
            digests(vip)
        before = vip.parked()
        if trouble in BUGS:
            vip.execute(managed(BAD, "eva", 4), actor="anna")
        vip.execute_many(AFTER, actor="anna")
        digests(vip)
        assert (managers(vip)[BAD], parked(vip)) == ("bo", WAITING)
        assert before == (() if together else vip.parked())
        assert {each.parked for each in vip.status()} == {1}


def test_who_is_parked_is_told_with_the_error_and_the_moment(vip: VipDomain) -> None:
    """
    By name of the error, for whoever has to mend it.
    """
    with meet(vip, "project raises"):
        vip.digest("customers")
        (told,) = vip.parked("customers")
    assert told.error == "ZeroDivisionError: boom"
    assert timedelta(0) <= datetime.now(UTC) - told.parked_at < timedelta(minutes=1)
    assert vip.parked("renewals") == ()


@every_bug
def test_a_retry_after_the_fix_is_as_if_nothing_had_been(vip: VipDomain, trouble: str) -> None:
    """
    What waited is folded, and the digests are those of a store that never had the bug.
    """
    with meet(vip, trouble):
        digests(vip)
        vip.execute_many(AFTER, actor="anna")
        digests(vip)
    retried = vip.retry()
    assert [(each.view, each.vip_id, each.parked) for each in retried] == [
        (name, BAD, None) for name in NAMES
    ]
    with unsealed("memory:") as right:
        right.execute_many([*BEFORE, managed(BAD, BOOM, 2), *AFTER], actor="anna")
        assert (digests(vip), vip.parked(), vip.retry()) == (digests(right), (), ())


@one_of_each
def test_a_retry_before_the_fix_changes_nothing(vip: VipDomain, trouble: str) -> None:
    """
    It says so, and the row is still what it was.
    """
    with meet(vip, trouble):
        before = digests(vip)
        (retried,) = vip.retry("customers", BAD)
        assert retried.parked is not None
        assert (digests(vip), parked(vip)) == (before, WAITING)


@one_of_each
def test_a_skipped_event_is_passed_over_for_good(vip: VipDomain, trouble: str) -> None:
    """
    What waited behind it is folded; rebuilt and verified, the view passes over it again.
    """
    with meet(vip, trouble):
        digests(vip)
        vip.execute_many(AFTER, actor="anna")
        for name in NAMES:
            skipped = vip.skip(name, BAD, actor="ole", reason="Wrong by hand.")
            assert skipped.parked is None
        with unsealed("memory:") as right:
            right.execute_many([*BEFORE, *AFTER], actor="anna")
            expected = managers(right)
        told = digests(vip)
        assert (managers(vip), vip.parked()) == (expected, ())
        assert differing(vip) == []
    assert (digests(vip), managers(vip)) == (told, expected)


def test_who_skipped_which_event_and_why_is_kept(vip: VipDomain) -> None:
    """
    For whoever wonders later why a row is not what its history says.
    """
    with meet(vip, "project raises"):
        digests(vip)
        vip.skip("customers", BAD, actor="ole", reason="Wrong by hand.")
    (event,) = vip.skipped()
    assert (event.view, event.vip_id, event.version, event.position) == ("customers", BAD, 3, 4)
    assert (event.error, event.actor, event.reason) == (
        "ZeroDivisionError: boom",
        "ole",
        "Wrong by hand.",
    )
    assert timedelta(0) <= datetime.now(UTC) - event.skipped_at < timedelta(minutes=1)
    assert [(each.view, each.skipped) for each in vip.status() if each.skipped] == [
        ("customers", 1)
    ]


def test_behind_a_skipped_event_the_next_one_parks_again(vip: VipDomain) -> None:
    """
    A skip is for one event, not for a customer.
    """
    with meet(vip, "project raises"):
        digests(vip)
        vip.execute_many([managed(BAD, "eva", 4), managed(BAD, BOOM, 5)], actor="anna")
        digests(vip)
        skipped = vip.skip("customers", BAD, actor="ole", reason="Wrong by hand.")
        assert skipped.parked is not None
        assert (skipped.parked.version, managers(vip)[BAD]) == (5, "eva")


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (("customers", GOOD, {}), "VIP-GOOD is not parked in customers"),
        (("customers", BAD, {"version": 2}), "VIP-BAD is parked in customers at event 3"),
        (("customers", BAD, {"reason": " "}), "reason: must not be blank"),
        (("customers", BAD, {"actor": ""}), "actor: must not be blank"),
        (("nothing", BAD, {}), f"name: must be one of {', '.join(NAMES)}"),
    ],
)
def test_what_cannot_be_skipped_is_one_clear_error(
    vip: VipDomain, asked: tuple[str, str, dict[str, Any]], error: str
) -> None:
    """
    Nothing is passed over then.
    """
    name, vip_id, said = asked
    with meet(vip, "project raises"):
        digests(vip)
        with pytest.raises((StoreError, ValueError)) as raised:
            vip.skip(name, vip_id, **{"actor": "ole", "reason": "Wrong."} | said)
        assert (str(raised.value), vip.skipped(), parked(vip)) == (error, (), WAITING)


def test_what_cannot_be_retried_is_one_clear_error(vip: VipDomain) -> None:
    """
    A customer that waits for nothing, and one whose view is not said.
    """
    with pytest.raises(StoreError, match="VIP-GOOD is not parked in customers"):
        vip.retry("customers", GOOD)
    with pytest.raises(ValueError, match="name: must be one of customers, renewals"):
        vip.retry(vip_id=GOOD)


# Rebuilding and checking.


@every_trouble
def test_a_rebuild_and_a_check_park_as_following_does(vip: VipDomain, trouble: str) -> None:
    """
    The same customer before the same event; nothing differs.
    """
    with meet(vip, trouble):
        vip.execute_many(AFTER, actor="anna")
        before = digests(vip)
        assert differing(vip) == []
        assert (digests(vip), parked(vip)) == (before, WAITING)


@every_bug
def test_a_check_names_who_needs_not_wait_any_longer(vip: VipDomain, trouble: str) -> None:
    """
    The bug is gone, the row is still the old one: that is a difference, until it is retried.
    """
    with meet(vip, trouble):
        digests(vip)
    (verified,) = vip.verify("customers")
    assert (BAD, "parked") in named(verified.differences)
    assert (BAD, "managed_by") in named(verified.differences)
    vip.retry("customers")
    assert vip.verify("customers")[0].differences == ()


@every_bug
def test_a_rebuild_after_the_fix_lets_everybody_go_on(vip: VipDomain, trouble: str) -> None:
    """
    Nobody has to be retried first.
    """
    with meet(vip, trouble):
        digests(vip)
    vip.rebuild()
    assert (vip.parked(), managers(vip)[BAD]) == ((), BOOM)
    assert [each.differences for each in vip.verify()] == [()] * len(NAMES)


@every_bug
def test_a_rebuild_with_a_new_bug_does_not_switch(tmp_path: Path, trouble: str) -> None:
    """
    Who goes on in the live rows and would wait in the rebuilt ones is named.
    """
    with opened(tmp_path / "vip.db") as vip:
        vip.execute_many([*BEFORE, managed(BAD, BOOM, 2)], actor="anna")
        before = digests(vip)
        with buggy(trouble), pytest.raises(ViewDiffers) as stopped:
            vip.rebuild("customers")
        assert (BAD, "parked") in named(stopped.value.differences)
        assert (digests(vip), vip.parked()) == (before, ())


def test_each_generation_knows_who_is_parked_in_it(tmp_path: Path) -> None:
    """
    Rolled back to rows in which a customer waited, the view tries whether it still has to.
    """
    with opened(tmp_path / "vip.db") as vip:
        vip.execute_many(BEFORE, actor="anna")
        with meet(vip, "project raises"):
            digests(vip)
            vip.rebuild("customers")
            vip.skip("customers", BAD, actor="ole", reason="Wrong by hand.")
            vip.execute_many(AFTER, actor="anna")
            told = vip.digest("customers")
            vip.roll_back("customers")
            assert (vip.digest("customers"), vip.parked("customers")) == (told, ())


@one_of_each
@pytest.mark.parametrize("batch", [1, 7, 1_000])
def test_batches_of_any_size_park_the_same(tmp_path: Path, trouble: str, batch: int) -> None:
    """
    The same customer before the same event, and the same rows.
    """
    with opened(tmp_path / "vip.db") as vip:
        vip.execute_many(BEFORE, actor="anna")
        with meet(vip, trouble):
            vip.execute_many(AFTER, actor="anna")
            told = vip.digest("customers")
            with (
                log_of(tmp_path / "vip.db") as log,
                following(tmp_path / "views.db", log, CUSTOMERS, batch) as follower,
            ):
                follower.catch_up()
                with follower.transaction() as connection:
                    (found,) = parked_of(connection, follower.live(connection))
                    rows = digest(all_rows(connection, live(CUSTOMERS)))
                assert (found.vip_id, found.version, rows) == (BAD, 3, told)


def test_who_is_parked_is_written_with_rows_and_position_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A follower that ends in between leaves neither, and the next one writes both.
    """
    with opened(tmp_path / "vip.db") as vip:
        vip.execute_many(BEFORE, actor="anna")
        with meet(vip, "project raises"):
            with monkeypatch.context() as ending:
                ending.setattr(Follower, "update", _end)
                with pytest.raises(KeyboardInterrupt):
                    vip.digest("customers")
            left = vip.parked("customers"), [each.position for each in vip.status()]
            digests(vip)
            assert (left, parked(vip)) == (((), [0] * len(NAMES)), WAITING)


def _end(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


# Commands.


@pytest.mark.parametrize("trouble", UNREADABLE)
def test_a_command_to_a_customer_that_nobody_can_read_is_one_clear_error(
    vip: VipDomain, trouble: str
) -> None:
    """
    It is refused as long as that is so; commands to others go on.
    """
    write_unreadable(vip, BAD, trouble)
    with pytest.raises(StoreError, match="event 3 of customer-VIP-BAD: "):
        vip.execute(managed(BAD, "eva", 4), actor="anna")
    assert vip.execute(managed(GOOD, "eva", 4), actor="anna").events


@pytest.mark.parametrize("trouble", UNREADABLE)
def test_of_many_commands_only_those_to_such_a_customer_fail(vip: VipDomain, trouble: str) -> None:
    """
    Each with the error in its place; the others are recorded, also those read with it.
    """
    write_unreadable(vip, BAD, trouble)
    outcomes = vip.execute_many(
        [managed(GOOD, "eva", 4), managed(BAD, "eva", 4), invite(vip_id=NEW)], actor="anna"
    )
    good, bad, new = outcomes
    assert isinstance(bad, UnreadableEvent)
    assert (bad.code, bad.position) == ("UNREADABLE_EVENT", 4)
    assert [isinstance(each, Receipt) for each in (good, new)] == [True, True]
    assert managers(vip) == {GOOD: "eva", BAD: "bo", NEW: "anna"}
