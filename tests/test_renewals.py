"""The renewals calendar says what anybody could count from the details of each customer."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vip_domain
from tests.builders import (
    accept,
    accept_order,
    at,
    authorize_return,
    expire,
    invite,
    on,
    place_order,
    place_renewal,
    request_return,
    send_code,
    use_code,
)
from tests.model.histories import MANAGERS, RESELLERS
from tests.stores import store_url
from tests.strategies import told
from vip_domain import (
    Command,
    CommandRefused,
    CustomerDetails,
    CustomerUnknown,
    InvalidQuery,
    RenewalMonth,
    VipDomain,
)

__all__ = ["store_url"]  # a fixture

FEWER = settings(max_examples=max(settings().max_examples // 5, 1))
EVER: dict[str, Any] = {"first": date(1900, 1, 1), "last": date(2999, 12, 31)}


def counted(
    customers: list[CustomerDetails], reseller_id: str, managed_by: str | None, months: range
) -> tuple[RenewalMonth, ...]:
    """The calendar, from what `customer()` says of everybody; months since the year 0."""
    found: dict[str, list[int]] = defaultdict(list)
    for each in customers:
        left = sum(max(of.fulfilled - of.renewed, 0) for of in each.licenses.values())
        mine = each.reseller_id == reseller_id and managed_by in (None, each.managed_by)
        if mine and left and each.renews_on and month_number(each.renews_on) in months:
            found[f"{each.renews_on:%Y-%m}"].append(left)
    return tuple(
        RenewalMonth(month=month, customers=len(left), licenses=sum(left))
        for month, left in sorted(found.items())
    )


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def everybody(vip: VipDomain, commands: list[Command]) -> list[CustomerDetails]:
    found = []
    for vip_id in sorted({command.vip_id for command in commands}):
        try:
            found.append(vip.customer(vip_id, on=date(2026, 1, 1)))
        except CustomerUnknown:
            continue
    return found


@FEWER
@given(st.integers(0, 1_000_000), st.dates(date(2023, 1, 1), date(2029, 1, 1)), st.integers(0, 40))
def test_the_calendar_is_what_the_details_come_to(
    tmp_path_factory: pytest.TempPathFactory, seed: int, first: date, months: int
) -> None:
    """
    For every reseller and manager, over all time and over some months, in memory and in SQLite.
    """
    commands = told(seed, 150)
    until = month_number(first) + months
    last = date(until // 12, until % 12 + 1, 1)
    url = f"sqlite:///{tmp_path_factory.mktemp('renewals') / 'vip.db'}"
    with vip_domain.open("memory:") as memory, vip_domain.open(url) as sqlite:
        for vip in (memory, sqlite):
            vip.execute_many(commands, actor="anna")
        customers = everybody(memory, commands)
        for reseller_id in RESELLERS:
            for managed_by in (None, *MANAGERS):
                asked: dict[str, Any] = {"reseller_id": reseller_id, "managed_by": managed_by}
                some = counted(customers, **asked, months=range(month_number(first), until + 1))
                ever = counted(customers, **asked, months=range(40_000))
                for vip in (memory, sqlite):
                    assert vip.renewals(**asked, first=first, last=last) == some
                    assert vip.renewals(**asked, **EVER) == ever


def calendar(vip: VipDomain, reseller_id: str = "R-1") -> list[tuple[str, int, int]]:
    found = vip.renewals(reseller_id=reseller_id, **EVER)
    return [(each.month, each.customers, each.licenses) for each in found]


def sent(vip: VipDomain, *commands: Command) -> list[tuple[str, int, int]]:
    """The calendar after these commands, none of which is refused."""
    for outcome in vip.execute_many(commands, actor="anna"):
        assert not isinstance(outcome, CommandRefused), outcome
    return calendar(vip)


BOUGHT = (invite(), accept(), place_order("2026-03-02"), accept_order("2026-03-02"))


def test_a_customer_with_nothing_to_renew_is_not_in_the_calendar(store_url: str) -> None:
    """
    Before anything is bought, and once all of it was returned.
    """
    with vip_domain.open(store_url) as vip:
        seen = [
            sent(vip, *BOUGHT[:3]),
            sent(vip, BOUGHT[3]),
            sent(vip, request_return("2026-03-03"), authorize_return("2026-03-03")),
        ]
    assert seen == [[], [("2027-03", 1, 10)], []]


def test_what_is_renewed_leaves_the_calendar_until_the_next_term(store_url: str) -> None:
    """
    A part first; what the next term does not have expires with the old one.
    """
    with vip_domain.open(store_url) as vip:
        seen = [
            sent(vip, *BOUGHT),
            sent(vip, place_renewal("2027-02-20", quantity=4), accept_order("2027-02-20", "R-1")),
            sent(vip, expire("2027-04-02")),
        ]
    assert seen == [[("2027-03", 1, 10)], [("2027-03", 1, 6)], [("2028-03", 1, 4)]]


def test_a_customer_who_moves_takes_its_renewal_along(store_url: str) -> None:
    """
    It is in the new reseller's calendar, and in the old one's no more.
    """
    with vip_domain.open(store_url) as vip:
        sent(vip, *BOUGHT, send_code(), use_code(at("2026-03-03", "10:00")))
        assert [calendar(vip, "R-1"), calendar(vip, "R-2")] == [[], [("2027-03", 1, 10)]]


@pytest.mark.parametrize(
    ("first", "last", "listed"),
    [
        ("2027-03-01", "2027-03-31", True),
        ("2027-03-31", "2027-03-01", True),
        ("2027-02-28", "2027-03-01", True),
        ("2027-03-31", "2027-04-01", True),
        ("2027-01-01", "2027-02-28", False),
        ("2027-04-01", "2027-12-31", False),
        ("2026-03-01", "2026-12-31", False),
        ("2028-03-01", "2028-03-31", False),
        ("2027-04-01", "2027-02-01", False),
    ],
)
def test_months_are_whole_wherever_they_are_cut(
    store_url: str, first: str, last: str, listed: bool
) -> None:
    """
    The days of `first` and `last` do not count, only their months.
    """
    with vip_domain.open(store_url) as vip:
        sent(vip, *BOUGHT)
        asked = vip.renewals(reseller_id="R-1", first=on(first), last=on(last))
        assert [each.month for each in asked] == ["2027-03"] * listed


def test_everything_wrong_with_a_question_is_said_at_once(store_url: str) -> None:
    """
    By the names that were asked with.
    """
    wrong: dict[str, Any] = {"reseller_id": " ", "first": "2026", "last": None, "managed_by": ""}
    with vip_domain.open(store_url) as vip, pytest.raises(InvalidQuery) as refused:
        vip.renewals(**wrong)
    assert set(refused.value.errors) == set(wrong)
