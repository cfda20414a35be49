"""Laws that hold for any facts, any commands and any history, whoever wrote them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import vip_domain
from tests import strategies
from tests.model.histories import MANAGERS, RESELLERS, history
from tests.strategies import VIP
from vip_domain import (
    Command,
    CommandRefused,
    CustomerRow,
    InvalidCommand,
    ProgramRules,
    Receipt,
    Recorded,
    VipDomain,
    command_from_dict,
    command_to_dict,
)
from vip_domain.aggregates.customer import Customer, fold
from vip_domain.codec import command_fingerprint, decode, encode, stored_name
from vip_domain.events import CustomerEvent, Event
from vip_domain.projections.customers import FILTERS, ORDERS, details, project_all
from vip_domain.projections.customers.query import ListQuery
from vip_domain.store.log import EventLog
from vip_domain.views.customer_table import facts_of, stored
from vip_domain.views.memory import MemoryCustomerList
from vip_domain.views.sql import SQLCustomerList, sqlite_engine

RULES = ProgramRules.current()
SEEDS = st.integers(0, 1_000_000)
READ_ON = date(2026, 1, 15)
NAMES = st.lists(strategies.texts(), min_size=1, max_size=4)


def told(seed: int, steps: int, names: list[str] | None = None) -> list[Command]:
    """The valid commands of a history; with `names` the organisations are called so."""
    commands = []
    for number, said in enumerate(history(seed, steps)):
        if names and said.get("command") == "InviteCustomer":
            called = {"organization_name": names[number % len(names)][:500]}
            said |= called | {"organization_name_ascii": f"Nord {number}"}
        try:
            commands.append(command_from_dict(said))
        except InvalidCommand:
            continue
    return commands


def vip_ids(commands: Iterable[Command]) -> list[str]:
    return sorted({command.vip_id for command in commands})


# Facts.


@given(strategies.histories)
def test_any_list_of_facts_is_understood_alike_by_rules_and_rows(
    facts: list[CustomerEvent],
) -> None:
    """
    Neither raises, and whom the rules know, the page shows with the same licences and level.
    """
    state, shown = fold(facts), project_all(None, strategies.filed(facts))
    told_alike = attrgetter("reseller_id", "managed_by", "pool", "select_level", "fulfilled")
    assert not isinstance(state, Customer) or told_alike(state) == told_alike(shown)


@given(strategies.histories, st.dates())
def test_any_list_of_facts_can_be_shown_at_any_date(facts: list[CustomerEvent], on: date) -> None:
    """
    Details are JSON and every filter has an answer, for whatever was recorded.
    """
    shown = project_all(None, strategies.filed(facts))
    assume(shown is not None)
    assert shown is not None
    answers = {each.admits(shown, on, RULES) for each in FILTERS.values()}
    assert json.loads(json.dumps(details(shown, on).to_dict()))["vip_id"] == VIP
    assert answers <= {True, False}


@given(strategies.histories)
def test_the_table_keeps_the_facts_of_a_customer_exactly(facts: list[CustomerEvent]) -> None:
    """
    What the list's table stores of a customer reads back equal.
    """
    shown = project_all(None, strategies.filed(facts))
    assume(shown is not None)
    assert shown is not None
    assert facts_of(stored(shown)["facts"]) == shown


@pytest.mark.parametrize("kind", strategies.EVENTS, ids=attrgetter("__name__"))
@given(data=st.data())
def test_a_fact_is_decoded_as_it_was_encoded(kind: type[Any], data: st.DataObject) -> None:
    """
    Event and envelope come back equal, for every class of facts.
    """
    recorded = attrs.evolve(
        data.draw(strategies.recordings), event=data.draw(strategies.of_event(kind))
    )
    assert decoded(recorded, encode(recorded)) == recorded


def decoded(recorded: Recorded[Event], content: bytes) -> Recorded[Event]:
    return decode(
        stored_name(recorded.event),
        content,
        stream_id=recorded.stream_id,
        version=recorded.version,
        position=recorded.position,
    )


@given(strategies.recordings)
def test_the_bytes_of_a_fact_are_canonical(recorded: Recorded[Event]) -> None:
    """
    They are what any JSON writer gives with sorted keys, no spaces and UTF-8.
    """
    content = json.loads(encode(recorded))
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert encode(decoded(recorded, encode(recorded))) == canonical.encode()


# Commands.


@pytest.mark.parametrize("kind", strategies.COMMANDS, ids=attrgetter("__name__"))
@given(data=st.data())
def test_a_command_survives_json(kind: type[Any], data: st.DataObject) -> None:
    """
    From a command to JSON text and back it stays the same.
    """
    command = data.draw(strategies.of_command(kind))
    assert command_from_dict(json.loads(json.dumps(command_to_dict(command)))) == command


@pytest.mark.parametrize("kind", strategies.COMMANDS, ids=attrgetter("__name__"))
@given(data=st.data())
def test_a_fingerprint_differs_with_any_field(kind: type[Any], data: st.DataObject) -> None:
    """
    Commands that differ in one field have different fingerprints, unless only in some order.
    """
    some, other = data.draw(strategies.of_command(kind)), data.draw(strategies.of_command(kind))
    name = data.draw(st.sampled_from([field.name for field in attrs.fields(kind)]))
    try:
        changed = attrs.evolve(some, **{name: getattr(other, name)})
    except InvalidCommand:
        assume(False)
    alike = unordered(changed) == unordered(some)
    assert (command_fingerprint(changed) == command_fingerprint(some)) == alike


def unordered(command: Command) -> dict[str, Any]:
    fields = attrs.asdict(command, recurse=False)
    sets = {name: frozenset(fields[name]) for name in ("lines", "pa_ids") if fields.get(name)}
    return fields | sets


@given(strategies.any_command, st.randoms(use_true_random=False))
def test_a_fingerprint_ignores_the_order_of_lines_and_pas(command: Command, chance: Any) -> None:
    """
    The same lines and PAs in another order are the same command.
    """
    lists = {
        name: chance.sample(value, len(value))
        for name in ("lines", "pa_ids")
        if (value := getattr(command, name, None))
    }
    assert command_fingerprint(attrs.evolve(command, **lists)) == command_fingerprint(command)


# Histories.
