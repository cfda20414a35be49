"""The made-up reseller: believable, repeatable, and never refused."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import attrs
import pytest

import vip_domain
from vip_domain import (
    AcceptTerms,
    ChangeAgreementOwner,
    ChangeReseller,
    CommandRefused,
    InviteCustomer,
    ProgramRules,
    Receipt,
    SendResellerChangeCode,
    VipDomain,
)
from vip_domain.commands import COMMANDS
from vip_domain.demo import demo_commands
from vip_domain.demo.words import TEAM
from vip_domain.rules import PRESETS

DAY = date(2026, 11, 24)
RESELLER = "R-NORDSOFT"
# A leap day, ends of months and years, each day of a week.
DAYS = [
    date(2024, 2, 29),
    date(2026, 12, 31),
    date(2027, 3, 1),
    *(DAY + timedelta(days=days) for days in range(7)),
]


def played(vip: VipDomain, customers: int, **arguments: Any) -> list[str]:
    """The codes of all refusals of a demo that was sent to `vip`."""
    outcomes = vip.execute_many(demo_commands(customers, **arguments), actor="demo")
    return [outcome.code for outcome in outcomes if isinstance(outcome, CommandRefused)]


def invitations(customers: int, seed: int = 1) -> list[InviteCustomer]:
    commands = demo_commands(customers, today=DAY, seed=seed)
    return [each for each in commands if isinstance(each, InviteCustomer)]


@pytest.mark.parametrize("today", DAYS)
def test_no_rule_refuses_what_the_demo_sends(today: date) -> None:
    """
    On whatever day, each command fits what the commands before it led to.
    """
    with vip_domain.open("memory:") as vip:
        assert played(vip, 150, today=today, seed=today.day) == []


@pytest.mark.parametrize("preset", PRESETS)
def test_the_demo_keeps_the_rules_of_any_programme(preset: str) -> None:
    """
    Played under the rules it was made for, nothing is refused and every filter has somebody.
    """
    rules = ProgramRules.preset(preset)
    with vip_domain.open("memory:", rules=rules) as vip:
        refused = played(vip, 100, today=DAY, rules=rules)
        assert (refused, min(vip.counts(reseller_id=RESELLER, on=DAY).values()) > 0) == ([], True)


@pytest.mark.parametrize("seed", range(12))
def test_every_filter_has_somebody_from_25_customers_on(seed: int) -> None:
    """
    Whatever the seed and the day, there is something to look at.
    """
    today = DAY + timedelta(days=37 * seed)
    with vip_domain.open("memory:") as vip:
        played(vip, 25, today=today, seed=seed)
        assert min(vip.counts(reseller_id=RESELLER, on=today).values()) > 0


def test_every_manager_has_somebody_in_every_filter() -> None:
    """
    Narrowing a list to one member of the team does not empty it.
    """
    with vip_domain.open("memory:") as vip:
        played(vip, 200, today=DAY)
        fewest = [
            min(vip.counts(reseller_id=RESELLER, on=DAY, managed_by=manager).values())
            for manager in TEAM
        ]
    assert min(fewest) > 0


def test_a_seed_gives_the_same_demo_again() -> None:
    """
    Arguments are all that chance depends on.
    """
    assert list(demo_commands(50, today=DAY, seed=7)) == list(demo_commands(50, today=DAY, seed=7))


def test_another_seed_gives_other_customers() -> None:
    """
    No VIP ID of one is in the other.
    """
    one, other = ({each.vip_id for each in invitations(100, seed)} for seed in (1, 2))
    assert one & other == set()


def test_commands_come_in_the_order_they_happened() -> None:
    """
    All customers are interleaved, as in the log of a real reseller.
    """
    moments = [command.at for command in demo_commands(500, today=DAY)]
    assert moments == sorted(moments)


def test_the_demo_covers_the_three_years_before_its_day() -> None:
    """
    Nothing happens on the day itself or later, nor more than three years ago.
    """
    days = [command.at.date() for command in demo_commands(500, today=DAY)]
    assert date(2023, 11, 24) <= min(days) <= max(days) < DAY


def test_there_are_as_many_customers_as_asked_for() -> None:
    """
    Each has a VIP ID of its own, 20 upper-case hexadecimal characters.
    """
    ids = {each.vip_id for each in invitations(123)}
    assert (len(ids), {len(each) for each in ids}, set("".join(ids))) == (
        123,
        {20},
        set("0123456789ABCDEF"),
    )


def test_no_organisation_comes_twice() -> None:
    """
    So nobody can own the agreements of two organisations of one name (S89).
    """
    names = Counter(each.organization_name for each in invitations(5_000))
    assert names.most_common(1)[0][1] == 1


def test_names_have_the_letters_of_europe() -> None:
    """
    What breaks on them breaks in the demo, not at a customer's.
    """
    letters = {letter for each in invitations(500) for letter in each.organization_name.lower()}
    assert set("åäöøüéłñ") <= letters


def test_every_kind_of_command_comes_up() -> None:
    """
    The mix leaves nothing out that a reseller does.
    """
    assert {type(command) for command in demo_commands(1_000, today=DAY)} == set(COMMANDS)


def test_a_customer_has_about_eight_events() -> None:
    """
    What benchmarks rely on.
    """
    with vip_domain.open("memory:") as vip:
        outcomes = vip.execute_many(demo_commands(500, today=DAY), actor="demo")
    events = sum(len(each.events) for each in outcomes if isinstance(each, Receipt))
    assert 7.5 < events / 500 < 9.5


def test_customers_of_a_reseller_named_like_another_come_from_somebody_else() -> None:
    """
    Any reseller can have a demo.
    """
    with vip_domain.open("memory:") as vip:
        assert played(vip, 100, today=DAY, reseller_id="R-KONTUR") == []


def test_where_nobody_may_send_a_code_nobody_changes_hands() -> None:
    """
    The codes of a day are the programme's, and those who come and go need one (S62).
    """
    rules = ProgramRules(change_codes_per_day=0)
    kinds = {type(command) for command in demo_commands(200, today=DAY, rules=rules)}
    assert kinds == set(COMMANDS) - {SendResellerChangeCode, ChangeReseller}


def test_who_has_not_accepted_has_no_owner_to_change() -> None:
    """
    A customer may buy for years before anybody accepts the terms (S24).
    """
    accepted = set()
    for command in demo_commands(300, today=DAY, seed=3):
        if isinstance(command, AcceptTerms):
            accepted.add(command.vip_id)
        assert not isinstance(command, ChangeAgreementOwner) or command.vip_id in accepted


def test_a_demo_of_nobody_is_empty() -> None:
    """
    No customers, no commands.
    """
    assert list(demo_commands(0, today=DAY)) == []


def test_a_code_is_not_shown_by_its_command() -> None:
    """
    The demo makes secrets, and they print as little as any other.
    """
    sent = [each for each in demo_commands(100, today=DAY) if hasattr(each, "code")]
    assert not any(attrs.asdict(each)["code"] in repr(each) for each in sent)
