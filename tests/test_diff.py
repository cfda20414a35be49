"""What became of a list between two moments: who entered, who left, by which event or by time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vip_domain
from tests.builders import VIP, accept, cancel_pa, delete, invite, on, place_pa, send_code, use_code
from tests.builders import at as at_
from tests.model.histories import MANAGERS, RESELLERS
from tests.shell import here
from tests.stores import STORES, store_url, url_of
from tests.strategies import NAMES, told
from tests.test_laws_of_lists import SEEDS, edges
from vip_domain import (
    AssignManager,
    ByEvent,
    ByTime,
    Change,
    Command,
    InvalidQuery,
    ListDiff,
    ProgramRules,
    VipDomain,
)
from vip_domain.projections.customers import CUSTOMERS, FILTERS

__all__ = ["store_url"]  # a fixture

FEWER = settings(max_examples=max(settings().max_examples // 5, 1))
DAY = timedelta(days=1)
MIN, MAX = date(2020, 1, 1), date(2040, 1, 1)
RULES = ProgramRules.current()
R1: dict[str, Any] = {"reseller_id": "R-1"}


# Any history.


def listed(vip: VipDomain, question: dict[str, Any], as_of: int, day: date) -> list[str]:
    """The VIP IDs of a list, in the order of names."""
    page = vip.customers(**question, as_of=as_of, on=day, limit=1_000)
    return [row.vip_id for row in page.rows]


def moments(vip: VipDomain) -> st.SearchStrategy[tuple[int, date, int, date]]:
    """Two positions of a log, and two dates on which somebody may enter or leave."""
    positions = st.integers(0, vip._log.last_position())
    days = [day for day in edges(vip) if MIN < day < MAX]

    def pair(day: date) -> st.SearchStrategy[tuple[date, date]]:
        later = [each for each in days if day <= each <= day + 90 * DAY]
        return st.tuples(st.just(day), st.just(day) | st.sampled_from(later))

    either = st.tuples(positions, positions).map(sorted), st.sampled_from(days).flatmap(pair)
    return st.tuples(*either).map(lambda both: (both[0][0], both[1][0], both[0][1], both[1][1]))


questions: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "filter": st.sampled_from(list(FILTERS)),
        "reseller_id": st.sampled_from(RESELLERS),
        "managed_by": st.sampled_from((None, None, *MANAGERS)),
    }
)


@pytest.mark.parametrize("store", STORES)
@FEWER
@given(SEEDS, NAMES, st.data())
def test_the_difference_is_that_of_the_two_lists_and_each_cause_the_last_turn_on_the_way(
    store: str,
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    names: list[str],
    data: st.DataObject,
) -> None:
    """
    For any filter, moments and dates, whoever goes through every event and every day in between.
    """
    with vip_domain.open(url_of(store, tmp_path_factory.mktemp("diff"))) as vip:
        vip.execute_many(told(seed, 100, names), actor="anna")
        for asked in data.draw(st.lists(questions, min_size=4, max_size=8)):
            from_, from_on, to, day = data.draw(moments(vip))
            said = vip.diff(**asked, from_=from_, to=to, on=day, from_on=from_on)
            before = listed(vip, asked, from_, from_on)
            after = listed(vip, asked, to, day)
            assert [each.vip_id for each in said.entered] == [v for v in after if v not in before]
            assert [each.vip_id for each in said.left] == [v for v in before if v not in after]
            for change in (*said.entered, *said.left):
                assert change.cause == last_turn(vip, asked, said, change)


def last_turn(
    vip: VipDomain, asked: dict[str, Any], said: ListDiff, change: Change
) -> ByEvent | ByTime:
    """Found by asking at every event and on every day, one after the other."""
    answers = list(way(vip, asked, said, change.vip_id))
    turned = [
        cause
        for (_, before), (cause, after) in pairwise(answers)
        if before is not after and cause is not None
    ]
    return turned[-1]


def way(
    vip: VipDomain, asked: dict[str, Any], said: ListDiff, vip_id: str
) -> Iterator[tuple[ByEvent | ByTime | None, bool]]:
    """Whether the list has the customer, at each step from the one moment to the other."""
    history, day = vip.history(vip_id), said.from_on

    def answer(position: int) -> bool:
        facts = CUSTOMERS.fold(None, [each for each in history if each.position <= position])
        if facts is None or facts.reseller_id != asked["reseller_id"]:
            return False
        mine = asked["managed_by"] in (None, facts.managed_by)
        return mine and FILTERS[said.filter].admits(facts, day, RULES)

    yield None, answer(said.from_)
    for recorded in history:
        if not said.from_ < recorded.position <= said.to:
            continue
        until = min(recorded.event.at.date(), said.on)
        while day < until:
            day += DAY
            yield ByTime(on=day), answer(recorded.position - 1)
        by = ByEvent(
            event=type(recorded.event).__name__,
            version=recorded.version,
            position=recorded.position,
            at=recorded.event.at,
            recorded_at=recorded.recorded_at,
            actor=recorded.actor,
        )
        yield by, answer(recorded.position)
    while day < said.on:
        day += DAY
        yield ByTime(on=day), answer(said.to)


# By which event, or by time.


def test_who_entered_is_told_with_the_event_that_made_it_so(store_url: str) -> None:
    """
    Its position, what it was, when it happened and was recorded, and who did it.
    """
    with vip_domain.open(store_url) as vip:
        before = vip.execute(invite(), actor="anna").position
        last = vip.execute(place_pa("2026-03-02"), actor="bo").position
        _, recorded, *_ = vip.history(VIP)
        said = vip.diff("pending_requests", before, **R1, on=on("2026-03-10"))
        cause = ByEvent(
            event="PAPlaced",
            version=2,
            position=recorded.position,
            at=at_("2026-03-02"),
            recorded_at=recorded.recorded_at,
            actor="bo",
        )
        entered = Change(vip_id=VIP, organization_name="Nord AB", cause=cause)
        assert (said.entered, said.left) == ((entered,), ())
        day = on("2026-03-10")
        assert (said.from_, said.to, said.from_on, said.on) == (before, last, day, day)
        gone = vip.diff("no_products", before, last, **R1, on=on("2026-03-10"))
        assert (gone.entered, gone.left) == ((), (entered,))


def test_who_moved_because_time_passed_is_told_with_the_day(store_url: str) -> None:
    """
    Nothing was recorded, yet a PA that was due is overdue: from the day after its due date on.
    """
    with vip_domain.open(store_url) as vip:
        vip.execute_many([invite(), place_pa("2026-03-02")], actor="anna")
        asked = {**R1, "from_": 2, "to": 2, "from_on": on("2026-03-10"), "on": on("2026-04-10")}
        left, entered = (
            vip.diff(each, **asked) for each in ("pending_requests", "overdue_requests")
        )
        (change,) = entered.entered
        assert change.cause == ByTime(on=on("2026-03-17"))
        assert (left.left, left.entered, entered.left) == ((change,), (), ())


@pytest.mark.parametrize(
    ("cancelled", "cause"), [("2026-03-12", "PACancelled"), ("2026-03-20", date(2026, 3, 17))]
)
def test_what_came_first_on_the_way_is_the_cause(
    store_url: str, cancelled: str, cause: str | date
) -> None:
    """
    A PA cancelled in time left the pending ones by that; one cancelled later had left by itself.
    """
    with vip_domain.open(store_url) as vip:
        vip.execute_many([invite(), place_pa("2026-03-02"), cancel_pa(cancelled)], actor="anna")
        said = vip.diff("pending_requests", 2, **R1, from_on=on("2026-03-10"), on=on("2026-04-10"))
    (left,) = said.left
    told = left.cause.event if isinstance(left.cause, ByEvent) else left.cause.on
    assert told == cause


def test_the_last_of_several_turns_is_the_cause(store_url: str) -> None:
    """
    Assigned to Bo, away from him and to him again: it is his by the last of the three.
    """
    with vip_domain.open(store_url) as vip:
        vip.execute(invite(), actor="anna")
        assigned: list[Command] = [
            AssignManager(vip_id=VIP, at=at_(f"2026-03-0{day}"), managed_by=name)
            for day, name in enumerate(("bo", "eva", "bo"), 2)
        ]
        vip.execute_many(assigned, actor="anna")
        said = vip.diff("all_customers", 1, **R1, on=on("2026-04-01"), managed_by="bo")
        again = vip.diff("all_customers", 2, **R1, on=on("2026-04-01"), managed_by="bo")
    ((entered,), none) = said.entered, (again.entered, again.left)
    assert isinstance(entered.cause, ByEvent)
    assert (entered.cause.position, none) == (4, ((), ()))


def test_a_customer_that_moved_left_one_reseller_and_entered_the_other(store_url: str) -> None:
    """
    By the same event; and one that was deleted left by its deletion.
    """
    with vip_domain.open(store_url) as vip:
        done: list[Command] = [
            invite(),
            accept(),
            send_code(),
            use_code(at_("2026-03-04")),
            delete("2026-03-05"),
        ]
        vip.execute_many(done, actor="anna")
        *_, moved, deleted = [each.position for each in vip.history(VIP)]
        day = on("2026-04-01")

        def causes(reseller: str, from_: int, to: int) -> list[list[str]]:
            said = vip.diff("all_customers", from_, to, reseller_id=reseller, on=day)
            both = said.entered, said.left
            return [[each.cause.to_dict()["event"] for each in changes] for changes in both]

        assert causes("R-1", moved - 1, moved) == [[], ["ResellerChanged"]]
        assert causes("R-2", moved - 1, moved) == [["ResellerChanged"], []]
        assert causes("R-2", moved, deleted) == [[], ["Deleted"]]
        assert causes("R-2", 0, deleted) == [[], []]


def test_moments_may_be_instants(store_url: str) -> None:
    """
    Each comes down to the position of the last event by then; without the later one it is now.
    """
    begun = datetime.now(UTC) - timedelta(hours=1)
    with vip_domain.open(store_url) as vip:
        vip.execute(invite(), actor="anna")
        said = vip.diff("all_customers", begun, **R1, on=on("2026-04-01"))
        same = vip.diff("all_customers", begun, datetime.now(UTC), **R1, on=on("2026-04-01"))
    assert (said, said.from_, said.to, len(said.entered)) == (same, 0, 1, 1)


# What makes no sense.


def test_every_problem_of_a_diff_is_told_at_once(store_url: str) -> None:
    """
    By the names of the arguments; a moment or date that is before the earlier one too.
    """
    with vip_domain.open(store_url) as vip:
        vip.execute_many([invite(vip_id=f"VIP-{n}") for n in range(3)], actor="anna")
        wrong: dict[str, Any] = {
            "filter": "nobody",
            "from_": -1,
            "to": datetime(2026, 3, 1),  # noqa: DTZ001  # it is refused
            "reseller_id": "",
            "managed_by": " ",
            "on": "2026-03-01",
            "from_on": None,
        }
        with pytest.raises(InvalidQuery) as refused:
            vip.diff(**wrong)
        assert refused.value.errors.keys() == wrong.keys() - {"from_on"}
        with pytest.raises(InvalidQuery) as refused:
            vip.diff("all_customers", 3, 2, **R1, on=on("2026-03-01"), from_on=on("2026-03-02"))
        assert refused.value.errors == {
            "to": "must not be before from_: the log was 3 events long then",
            "on": "must not be before from_on, which is 2026-03-02",
        }


# The command line.


def test_the_command_line_tells_a_diff_as_a_table_and_as_json(tmp_path: Path) -> None:
    """
    The same as Python; by an event with its position and actor, by time with the day.
    """
    with vip_domain.open(url_of("sqlite", tmp_path)) as vip:
        vip.execute(invite(), actor="anna")
        vip.execute(place_pa("2026-03-02"), actor="bo")
        asked: dict[str, Any] = {**R1, "from_on": on("2026-03-01"), "on": on("2026-04-10")}
        python = vip.diff("overdue_requests", 1, **asked).to_dict()
    dates = ("--reseller", "R-1", "--from-on", "2026-03-01", "--on", "2026-04-10")
    machine = here(tmp_path, "diff", "overdue_requests", "--from", "1", *dates, "--json")
    by_time = here(tmp_path, "diff", "overdue_requests", "--from", "1", *dates)
    by_event = here(tmp_path, "diff", "no_products", "--from", "1", "--to", "2", *dates)
    assert (machine.code, machine.json) == (0, python)
    assert by_time.out.splitlines() == [
        "change\tvip_id\torganization_name\tcause\twhen\tactor\tposition",
        f"entered\t{VIP}\tNord AB\ttime passed\t2026-03-17\t\t",
    ]
    assert by_event.out.splitlines()[1:] == [
        f"left\t{VIP}\tNord AB\tPAPlaced\t2026-03-02T09:00:00+00:00\tbo\t2"
    ]
