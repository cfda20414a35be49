"""A history as people read it: who, when, for whom, what, and because of what."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

import vip_domain
from tests import strategies
from tests.builders import (
    VIP,
    accept,
    accept_order,
    at,
    delete,
    invite,
    place_order,
    send_code,
    use_code,
)
from tests.stores import STORES, url_of
from vip_domain import Command, Moment, Text, timeline
from vip_domain.events import CustomerEvent
from vip_domain.words import LANGUAGES


def told_after(*done: Command, url: str = "memory:") -> tuple[Moment, ...]:
    """The timeline of a customer to whom all of this happened, each by a command with an id."""
    with vip_domain.open(url) as vip:
        for number, command in enumerate(done):
            vip.execute(
                command,
                actor="eva",
                command_id=f"c-{number}",
                correlation_id="ticket 7",
                causation_id=f"click {number}",
            )
        return timeline(vip.history(VIP))


@pytest.mark.parametrize("store", STORES)
def test_a_timeline_says_who_did_what_when_and_for_whom(store: str, tmp_path: Path) -> None:
    """
    Alike on every store.
    """
    invited, accepted = told_after(invite(), accept(), url=url_of(store, tmp_path))
    assert (invited.when, invited.filed.actor, invited.on_behalf_of) == (
        "2026-03-01 09:00",
        "eva",
        Text("for R-1 (anna)", "för R-1 (anna)"),
    )
    assert accepted.text.en.endswith("accepted the terms and owns the agreement")


def test_events_of_one_command_say_whose_they_are() -> None:
    """
    An order that is accepted begins a term: that event names the one it came with.
    """
    done = (invite(), accept(), place_order("2026-03-02"), accept_order("2026-03-03"))
    told = told_after(*done)
    accepted = next(each for each in told if type(each.filed.event).__name__ == "OrderAccepted")
    later = [each.follows for each in told if each.filed.version > accepted.filed.version]
    assert (accepted.follows, set(later)) == (None, {accepted.filed.version})


def test_a_cause_is_told_as_it_was_given() -> None:
    """
    What the command was caused by, and what it was part of.
    """
    (invited,) = told_after(invite())
    assert [each.en for each in invited.causes] == ["caused by click 0", "part of ticket 7"]


def test_without_ids_nothing_is_said_of_causes() -> None:
    """
    Two events that were recorded together need not be of one command.
    """
    with vip_domain.open("memory:") as vip:
        vip.execute_many([invite(), accept()], actor="eva")
        assert [each.causes for each in timeline(vip.history(VIP))] == [(), ()]


def test_who_is_served_by_another_reseller_is_so_from_the_change_on() -> None:
    """
    The change itself was done for the new one; a deletion for the one that had the customer.
    """
    changed = told_after(invite(), accept(), send_code(), use_code(at("2026-03-04")))
    deleted = told_after(invite(), delete("2026-03-02"))
    assert [each.reseller_id for each in (*changed, *deleted)] == [
        *("R-1", "R-1", "R-1", "R-2"),
        *("R-1", "R-1"),
    ]


@given(strategies.histories)
def test_any_history_can_be_told(facts: list[CustomerEvent]) -> None:
    """
    An event a moment, in every language, also of histories that no rule would record.
    """
    told = timeline(strategies.filed(facts))
    said = [each.to_dict(language)["text"] for each in told for language in LANGUAGES]
    assert (len(told), all(said)) == (len(facts), True)
