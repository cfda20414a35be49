"""Laws that hold for any facts, any commands and any history, whoever wrote them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from operator import attrgetter
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import vip_domain
from tests import strategies
from tests.stores import STORES, url_of
from tests.strategies import VIP, last_position, told
from vip_domain import (
    Command,
    CommandRefused,
    InvalidCommand,
    Licenses,
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
from vip_domain.projections.customers import CUSTOMERS, FILTERS, details
from vip_domain.rules import utc_date
from vip_domain.views import tables

RULES = ProgramRules.current()
SEEDS = st.integers(0, 1_000_000)
FEWER = settings(max_examples=max(settings().max_examples // 5, 1))
"""For tests of one class of many, and for those that need a while; grows with the profile."""


# Facts.


@given(strategies.histories)
def test_any_list_of_facts_is_understood_alike_by_rules_and_rows(
    facts: list[CustomerEvent],
) -> None:
    """
    Neither raises, before an invitation, after a deletion or about things nobody heard of.
    """
    assert told_alike(facts)


@pytest.mark.parametrize("kind", strategies.CUSTOMER_EVENTS, ids=attrgetter("__name__"))
@FEWER
@given(data=st.data())
def test_every_fact_is_understood_alike_by_rules_and_rows(
    kind: type[Any], data: st.DataObject
) -> None:
    """
    Whatever happened before, and for every class of facts.
    """
    facts = data.draw(strategies.lives)
    assert told_alike([*facts, data.draw(strategies.of_event(kind))])


def told_alike(facts: list[CustomerEvent]) -> bool:
    """Whom the rules know, the page shows with the same reseller, licences and level."""
    state, shown = fold(facts), CUSTOMERS.fold(None, strategies.filed(facts))
    both = attrgetter("reseller_id", "managed_by", "pool", "select_level", "fulfilled")
    return not isinstance(state, Customer) or both(state) == both(shown)


@given(strategies.histories, st.dates())
def test_any_list_of_facts_can_be_shown_at_any_date(facts: list[CustomerEvent], on: date) -> None:
    """
    Details are JSON and every filter has an answer, for whatever was recorded.
    """
    shown = CUSTOMERS.fold(None, strategies.filed(facts))
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
    shown = CUSTOMERS.fold(None, strategies.filed(facts))
    assume(shown is not None)
    assert shown is not None
    assert tables.row_of(CUSTOMERS, tables.rows_of(CUSTOMERS, VIP, shown)) == shown


@pytest.mark.parametrize("kind", strategies.EVENTS, ids=attrgetter("__name__"))
@FEWER
@given(data=st.data())
def test_a_fact_is_decoded_as_it_was_encoded(kind: type[Any], data: st.DataObject) -> None:
    """
    Event and envelope come back equal, for every class of facts.
    """
    recorded = replace(data.draw(strategies.recordings), event=data.draw(strategies.of_event(kind)))
    assert decoded(recorded, encoded(recorded)) == recorded


def encoded(recorded: Recorded[Event]) -> bytes:
    return encode(recorded.event, **strategies.envelope(recorded))


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
    content = json.loads(encoded(recorded))
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert encoded(decoded(recorded, encoded(recorded))) == canonical.encode()


# Commands.


@pytest.mark.parametrize("kind", strategies.COMMANDS, ids=attrgetter("__name__"))
@FEWER
@given(data=st.data())
def test_a_command_survives_json(kind: type[Any], data: st.DataObject) -> None:
    """
    From a command to JSON text and back it stays the same.
    """
    command = data.draw(strategies.of_command(kind))
    assert command_from_dict(json.loads(json.dumps(command_to_dict(command)))) == command


@pytest.mark.parametrize("kind", strategies.COMMANDS, ids=attrgetter("__name__"))
@FEWER
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


@pytest.mark.parametrize("store", STORES)
@FEWER
@given(seed=SEEDS)
def test_an_accepted_command_repeated_with_its_id_adds_nothing(
    tmp_path_factory: pytest.TempPathFactory, store: str, seed: int
) -> None:
    """
    At once or much later, it gives the first receipt, and the log stays as long as it was.
    """
    url = url_of(store, tmp_path_factory.mktemp("repeated"))
    with vip_domain.open(url) as vip:
        sent = {f"id-{n}": command for n, command in enumerate(told(seed, 40))}
        first = vip.execute_many(sent.values(), actor="anna", command_ids=sent)
        accepted = [each for each in first if isinstance(each, Receipt)]
        before = last_position(vip)
        again = [
            vip.execute(sent[each.command_id], actor="bo", command_id=each.command_id)
            for each in accepted
            if each.command_id is not None
        ]
        assert (again, last_position(vip)) == (accepted, before)


@FEWER
@given(SEEDS)
def test_licences_always_add_up(seed: int) -> None:
    """
    Per product 0 ≤ assigned ≤ fulfilled + pending and renewed ≤ fulfilled, after every command.
    """
    with vip_domain.open("memory:") as vip:
        wrong = [
            (command, product)
            for command in told(seed, 120)
            for product, licenses in licenses_after(vip, command).items()
            if not adds_up(licenses)
        ]
    assert wrong == []


def licenses_after(vip: VipDomain, command: Command) -> Mapping[str, Licenses]:
    try:
        vip.execute(command, actor="anna")
        return vip.customer(command.vip_id, on=utc_date(command.at)).licenses
    except CommandRefused:
        return {}


def adds_up(each: Licenses) -> bool:
    fits = 0 <= each.assigned <= each.fulfilled + each.pending and each.pending >= 0
    return fits and 0 <= each.renewed <= each.fulfilled
