"""Why a customer is in a filter: never another answer than the filter's, and made by its events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import vip_domain
from tests import strategies
from tests.builders import (
    VIP,
    accept_order,
    cancel_pa,
    delete,
    invite,
    on,
    place_order,
    place_pa,
    reject_order,
)
from tests.model.histories import RESELLERS
from tests.stores import STORES, url_of
from tests.strategies import told
from vip_domain import (
    Command,
    CustomerUnknown,
    Explanation,
    Finding,
    InvalidQuery,
    ProgramRules,
    Reason,
    Recorded,
    VipDomain,
)
from vip_domain.events import CustomerEvent, PAPlaced
from vip_domain.projections.customers import FILTERS, CustomerFacts, explain, project_facts
from vip_domain.projections.customers.conditions import COMPARE
from vip_domain.projections.customers.filters import HAS_PA
from vip_domain.testing import scenario

RULES = ProgramRules.current()
SEEDS = st.integers(0, 1_000_000)
FEWER = settings(max_examples=max(settings().max_examples // 5, 1))
YEARS = 900
"""Days looked ahead one by one: more than any term of these histories."""


TWO_PAS = [
    *scenario.given(invite(), place_pa("2026-03-02", "PA-1"), place_pa("2026-03-10", "PA-2")).facts
]
"""The first is overdue on 17 March, the second is not."""


# It agrees.


@given(strategies.histories.filter(bool), strategies.dates)
@example(TWO_PAS, date(2026, 3, 17))
def test_an_explanation_says_what_the_filter_says(facts: list[CustomerEvent], day: date) -> None:
    """
    For any list of events, any date and every filter.
    """
    known = known_after(strategies.filed(facts))
    said = explain(strategies.filed(facts), day, RULES)
    assert {name: each.listed for name, each in said.items()} == {
        name: known is not None and each.admits(known, day, RULES) for name, each in FILTERS.items()
    }


@given(strategies.histories.filter(bool), strategies.dates)
@example(TWO_PAS, date(2026, 3, 17))
def test_the_reasons_come_to_the_answer(facts: list[CustomerEvent], day: date) -> None:
    """
    Listed is who meets every condition of the customer and, if PAs are asked, all of one PA's.
    """
    said = explain(strategies.filed(facts), day, RULES)
    assert {name: each.listed for name, each in said.items()} == {
        name: concluded(each.reasons) for name, each in said.items()
    }


def known_after(history: Sequence[Recorded[CustomerEvent]]) -> CustomerFacts | None:
    return project_facts(None, [(each.version, each.event) for each in history])


def concluded(reasons: Sequence[Reason]) -> bool:
    met: dict[str | None, list[bool]] = {None: []}
    for each in reasons:
        met.setdefault(each.finding.pa_id, []).append(each.finding.holds)
    of_customer = all(met.pop(None))
    return of_customer and (not met or any(map(all, met.values())))


@given(strategies.histories.filter(bool), strategies.dates)
def test_a_finding_holds_when_its_numbers_compare_so(facts: list[CustomerEvent], day: date) -> None:
    """
    What is shown as compared is all that was.
    """
    findings = [
        reason.finding
        for each in explain(strategies.filed(facts), day, RULES).values()
        for reason in each.reasons
    ]
    assert [each.holds for each in findings] == [
        COMPARE[each.sign](each.known, each.limit) for each in findings
    ]


@pytest.mark.parametrize("store", STORES)
@FEWER
@given(seed=SEEDS, data=st.data())
def test_who_is_listed_is_explained_as_listed(
    tmp_path_factory: pytest.TempPathFactory, store: str, seed: int, data: st.DataObject
) -> None:
    """
    On every store, for every reseller's customer and every filter; deleted ones are in none.
    """
    commands = told(seed, 60)
    with vip_domain.open(url_of(store, tmp_path_factory.mktemp("listed"))) as vip:
        vip.execute_many(commands, actor="anna")
        for day in data.draw(st.lists(st.sampled_from(edges(vip)), min_size=1, max_size=3)):
            assert explained(vip, commands, day) == listed(vip, day)


def explained(vip: VipDomain, commands: Iterable[Command], day: date) -> set[tuple[str, str]]:
    """Each filter with each customer whose explanation says that it is in it."""
    found = set()
    for vip_id in {command.vip_id for command in commands}:
        try:
            said = vip.explain(vip_id, on=day)
        except CustomerUnknown:
            continue
        found |= {(name, vip_id) for name, each in said.items() if each.listed}
    return found


def listed(vip: VipDomain, day: date) -> set[tuple[str, str]]:
    return {
        (name, row.vip_id)
        for name in FILTERS
        for reseller_id in RESELLERS
        for row in vip.customers(name, reseller_id=reseller_id, on=day, limit=1_000).rows
    }


def edges(vip: VipDomain) -> list[date]:
    """The days on which some customer's list turns, with those before and after."""
    days = {date(2024, 6, 1)}
    for reseller_id in RESELLERS:
        for row in vip.customers("all_customers", reseller_id=reseller_id, on=min(days)).rows:
            for each in vip.explain(row.vip_id, on=date(2000, 1, 1)).values():
                days |= {turn.on for turn in each.turns}
    return sorted({day + timedelta(n) for day in days for n in (-1, 0, 1)})


# It names the events.


@FEWER
@given(SEEDS, st.dates(date(2023, 1, 1), date(2027, 1, 1)))
def test_the_events_that_are_named_made_the_finding_what_it_is(seed: int, day: date) -> None:
    """
    The last one made the numbers what they are, the first one that it holds or not: just before
    it was otherwise, and ever after it is so.
    """
    with vip_domain.open("memory:") as vip:
        vip.execute_many(told(seed, 40), actor="anna")
        for vip_id in {vip_id for _, vip_id in listed(vip, day)}:
            history = vip.history(vip_id)
            for name, said in explain(history, day, RULES).items():
                for reason in said.reasons:
                    ever = [found(history[:n], name, reason.finding, day) for n in counted(history)]
                    versions = [event.version for event in reason.events]
                    assert (versions[0], versions[-1]) == (
                        since([each and each.holds for each in ever]),
                        since(ever),
                    )


def counted(history: Sequence[Any]) -> range:
    return range(1, len(history) + 1)


def found(
    history: Sequence[Recorded[CustomerEvent]], name: str, now: Finding, day: date
) -> Finding | None:
    """What the same condition of the filter found after this much of the history."""
    facts = known_after(history)
    if facts is None:
        return None
    if now.pa_id is None:
        asked = (*FILTERS[name].conditions, HAS_PA)
        (condition,) = (each for each in asked if each.name == now.condition)
        return condition.found(facts, day, RULES)
    pa = facts.purchase_authorizations.get(now.pa_id)
    (of_pa,) = (each for each in FILTERS[name].some_pa if each.name == now.condition)
    return None if pa is None else of_pa.found(pa, day, RULES, now.pa_id)


def since(ever: Sequence[object]) -> int:
    """Which of them, from one, began the run that the last one ends."""
    version = len(ever)
    while version > 1 and ever[version - 2] == ever[-1]:
        version -= 1
    return version


def test_a_pa_that_was_rejected_with_its_order_is_pending_because_of_both() -> None:
    """
    Pending again since the rejection, due on the day that was set when it was placed.
    """
    pending = ("pending_requests", on("2026-03-10"))
    done = (place_pa("2026-03-02"), place_order("2026-03-03", pa_ids=("PA-1",)))
    said = explained_after(*pending, invite(), *done, reject_order("2026-03-04"))
    assert [(reason.finding.condition, made_by(reason)) for reason in said.reasons] == [
        ("pa_is_pending", ["OrderRejected"]),
        ("pa_not_overdue", ["PAPlaced"]),
    ]


def made_by(reason: Reason) -> list[str]:
    return [type(each.event).__name__ for each in reason.events]


def explained_after(name: str, day: date, *done: Command) -> Explanation:
    """How a filter is explained after `done`, all of which is accepted."""
    with vip_domain.open("memory:") as vip:
        for command in done:
            vip.execute(command, actor="anna")
        return vip.explain(VIP, on=day)[name]


def test_a_customer_has_products_since_its_first_order_and_as_many_as_since_its_last() -> None:
    """
    Two events are named where the answer came earlier than the number.
    """
    orders = [
        command
        for n in (1, 2, 3)
        for command in (
            place_order(f"2026-03-0{n}", f"O-{n}"),
            accept_order(f"2026-03-0{n}", f"O-{n}"),
        )
    ]
    said = explained_after("no_products", on("2026-03-10"), invite(), *orders)
    (reason,) = said.deciding
    assert [each.event.order_id for each in reason.events] == ["O-1", "O-3"]  # type: ignore[union-attr]


# It says what comes next.


@FEWER
@given(SEEDS, st.dates(date(2023, 1, 1), date(2027, 1, 1)))
def test_the_days_that_are_foretold_are_those_on_which_the_lists_turn(seed: int, day: date) -> None:
    """
    Looked at day by day for years, nothing else happening: no turn is missing, none is made up.
    """
    with vip_domain.open("memory:") as vip:
        vip.execute_many(told(seed, 60), actor="anna")
        vip_ids = sorted({vip_id for _, vip_id in listed(vip, day)})[:2]
        for vip_id in vip_ids:
            facts = known_after(vip.history(vip_id))
            assert facts is not None
            for name, said in vip.explain(vip_id, on=day).items():
                admits = [FILTERS[name].admits(facts, day + timedelta(n), RULES) for n in DAYS]
                turned = [day + timedelta(n) for n in DAYS[1:] if admits[n] is not admits[n - 1]]
                foretold = [turn.on for turn in said.turns if turn.on <= day + timedelta(YEARS)]
                assert (name, foretold) == (name, turned)


DAYS = range(YEARS + 1)


def test_a_pending_pa_is_overdue_from_the_day_after_its_due_date() -> None:
    """
    One filter is left as the other is entered.
    """
    with vip_domain.open("memory:") as vip:
        vip.execute_many([invite(), place_pa("2026-03-02")], actor="anna")
        said = vip.explain(VIP, on=on("2026-03-10"))
    assert [
        turn.text.en
        for name in ("pending_requests", "overdue_requests")
        for turn in said[name].turns
    ] == [
        "Leaves the list on 2026-03-17 if nothing else happens",
        "Enters the list on 2026-03-17 if nothing else happens",
    ]


# Whom it is asked of.


def test_a_deleted_customer_is_in_none_because_it_was_deleted() -> None:
    """
    Every filter names the deletion and nothing else.
    """
    with vip_domain.open("memory:") as vip:
        vip.execute_many([invite(), delete("2026-03-05")], actor="anna")
        said = vip.explain(VIP, on=on("2026-03-10"))
    assert {
        (each.listed, each.reasons[0].text.en, *made_by(each.reasons[0])) for each in said.values()
    } == {(False, "The customer was deleted on 2026-03-05", "Deleted")}


@pytest.mark.parametrize("store", STORES)
def test_as_of_a_moment_it_is_explained_by_what_was_recorded_by_then(
    store: str, tmp_path: Path
) -> None:
    """
    From the event that placed the PA until it was cancelled it was pending; a position says when
    as well as an instant does.
    """
    with vip_domain.open(url_of(store, tmp_path)) as vip:
        vip.execute_many([invite(), place_pa("2026-03-02")], actor="anna")
        (placed,) = [each for each in vip.history(VIP) if isinstance(each.event, PAPlaced)]
        vip.execute(cancel_pa("2026-03-03"), actor="anna")
        then = [
            vip.explain(VIP, on=on("2026-03-10"), as_of=each)["pending_requests"].listed
            for each in (placed.position - 1, placed.position, placed.recorded_at, None)
        ]
    assert then == [False, True, True, False]


def test_before_the_invitation_there_is_nobody_to_explain() -> None:
    """
    As of then the customer is unknown.
    """
    with vip_domain.open("memory:") as vip:
        vip.execute(invite(), actor="anna")
        with pytest.raises(CustomerUnknown):
            vip.explain(VIP, on=on("2026-03-10"), as_of=0)


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"on": "2026-03-10"}, {"on"}),
        ({"on": None, "as_of": -1}, {"on", "as_of"}),
        ({"on": date(2026, 3, 10), "as_of": True}, {"as_of"}),
    ],
)
def test_what_cannot_be_asked_is_named(wrong: dict[str, Any], names: set[str]) -> None:
    """
    All of it at once.
    """
    with vip_domain.open("memory:") as vip, pytest.raises(InvalidQuery) as raised:
        vip.explain(VIP, **wrong)
    assert set(raised.value.errors) == names


def test_nobody_knows_why_of_a_customer_that_never_was() -> None:
    """
    It is refused with the contract's code.
    """
    with vip_domain.open("memory:") as vip, pytest.raises(CustomerUnknown) as raised:
        vip.explain("VIP-NEVER", on=on("2026-03-10"))
    assert raised.value.code == "CUSTOMER_UNKNOWN"


@given(strategies.histories.filter(bool), strategies.dates, st.sampled_from(("en", "sv")))
def test_an_explanation_is_json(facts: list[CustomerEvent], day: date, language: Any) -> None:
    """
    Values and sentences alike, in every language.
    """
    said = explain(strategies.filed(facts), day, RULES)
    as_json = {name: each.to_dict(language) for name, each in said.items()}
    assert json.loads(json.dumps(as_json)) == as_json
