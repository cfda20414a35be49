"""The lives of demo customers, told forwards; the demo ends all of them on the day it is for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from vip_domain.commands import Command
from vip_domain.demo import membership, purchases, terms
from vip_domain.demo.chance import Weighted
from vip_domain.demo.customer import Customer
from vip_domain.demo.terms import Habit
from vip_domain.rules import add_days, add_months


def looks_around(c: Customer) -> Iterator[Command]:
    """Accepts, maybe, and never buys; tidied away in the end."""
    yield from membership.invited(c)
    if c.happens(0.5):
        c.wait(1, 12)
        yield from membership.accepts(c)
    c.wait(200, 700)
    yield from membership.deleted(c)


def is_mistyped(c: Customer) -> Iterator[Command]:
    """Deleted within days, to be invited anew (S48)."""
    yield from membership.invited(c)
    c.wait(0, 6)
    yield from membership.deleted(c)


def asks_and_thinks(c: Customer) -> Iterator[Command]:
    """Has access at once, and orders when the days are almost over."""
    yield from _asks(c)
    yield from purchases.uses(c)
    c.about(c.buys_on, c.world.rules.pa_due_days - 1, c.world.rules.pa_due_days)
    yield from purchases.orders(c)


def asks_and_cancels(c: Customer) -> Iterator[Command]:
    """The PA was not needed after all; some buy something later."""
    yield from _asks(c)
    c.wait(1, 10)
    yield from purchases.cancels(c)
    if c.happens(0.3):
        c.wait(20, 200)
        yield from purchases.orders(c)
        yield from _goes_on(c)


def asks_and_forgets(c: Customer) -> Iterator[Command]:
    """The PA is overdue and access ends, until somebody wakes up and orders."""
    yield from _asks(c)
    ends = c.world.rules.pa_deactivate_days
    c.wait(ends + 1, ends + 3)
    yield from purchases.loses_access(c)
    c.wait(50, 120)
    if c.happens(0.6):
        yield from purchases.orders(c)
    else:
        yield from purchases.cancels(c)


def waits_for_the_vendor(c: Customer) -> Iterator[Command]:
    """The order stays with the vendor for weeks."""
    yield from _asks(c)
    yield from purchases.orders(c, waits=(12, 20))
    yield from _goes_on(c)


def is_rejected_first(c: Customer) -> Iterator[Command]:
    """The vendor takes the second order only."""
    yield from _asks(c)
    c.wait(1, 6)
    yield from purchases.is_rejected(c)
    c.wait(1, 4)
    yield from purchases.orders(c)
    yield from _goes_on(c)


def stays(c: Customer) -> Iterator[Command]:
    """Renews everything in time, every year."""
    yield from _begins(c)
    yield from _goes_on(c, Habit.IN_TIME)


def is_always_late(c: Customer) -> Iterator[Command]:
    """Renews in the last days of the window."""
    yield from _begins(c)
    yield from _goes_on(c, Habit.AT_THE_LAST_MOMENT)


def renews_in_parts(c: Customer) -> Iterator[Command]:
    """Renews one half before the AD and the other after it."""
    c.least = 2
    yield from _begins(c)
    yield from _goes_on(c, Habit.IN_PARTS)


def does_as_others(c: Customer) -> Iterator[Command]:
    """Buys, and at the end of each year one or the other thing happens."""
    yield from _begins(c)
    yield from _goes_on(c)


def lapses(c: Customer) -> Iterator[Command]:
    """Lets everything expire; some are won back."""
    yield from _begins(c)
    yield from _goes_on(c, Habit.NOT_AT_ALL)


def pays_in_advance(c: Customer) -> Iterator[Command]:
    """An extended term with a chosen AD, which renews by itself once (S36, S43)."""
    chance = c.world.chance
    c.chosen = add_days(add_months(c.day, chance.between(13, 30)), chance.between(0, 27))
    yield from _begins(c)
    yield from _goes_on(c)


def promises_three_years(c: Customer) -> Iterator[Command]:
    """Large enough for a level, and commits itself (S87)."""
    c.least = c.world.rules.commit_min_licenses
    yield from _begins(c)
    c.wait(1, 40)
    yield from terms.commits(c)
    yield from _goes_on(c)


def regrets(c: Customer) -> Iterator[Command]:
    """Sends the first order back, or a part of it (S98)."""
    yield from membership.joins(c)
    c.until(c.buys_on)
    yield from purchases.orders(c)
    c.wait(0, 4)
    yield from purchases.returns(c, whole=c.happens(0.3))
    yield from _goes_on(c)


def arrives(c: Customer) -> Iterator[Command]:
    """Begins with another reseller and is taken over, as far as codes suffice (S50, S62)."""
    ours, manager = c.reseller_id, c.manager
    day = c.world.day_for_a_code(ours, add_days(c.buys_on, 60), 40)
    if day:
        c.reseller_id = c.world.other_reseller()
        c.manager = c.world.member(c.reseller_id)
    yield from _begins(c)
    if day:
        c.until(day)
        yield from membership.moves(c, ours, manager)
    yield from _goes_on(c)


def leaves(c: Customer) -> Iterator[Command]:
    """Goes to another reseller."""
    yield from _begins(c)
    other = c.world.other_reseller()
    day = c.world.day_for_a_code(other, add_days(c.day, 20), 60)
    if day:
        c.until(day)
        yield from membership.moves(c, other, c.world.member(other))
    yield from _goes_on(c)


def _asks(c: Customer) -> Iterator[Command]:
    yield from membership.joins(c)
    c.until(c.buys_on)
    yield from purchases.requests(c)


def _begins(c: Customer) -> Iterator[Command]:
    yield from membership.joins(c)
    c.until(c.buys_on)
    yield from purchases.buys(c)
    if not c.accepted:
        c.wait(0, 3)
        yield from membership.accepts(c)


def _goes_on(c: Customer, habit: Habit | None = None) -> Iterator[Command]:
    if c.happens(0.5):
        c.wait(0, 5)
        yield from purchases.uses(c)
    while renews_on := c.renews_on:
        yield from _meanwhile(c, renews_on)
        yield from terms.ends_year(c, renews_on, habit or terms.any_habit(c))
    c.wait(30, 300)
    if c.happens(0.3):
        yield from purchases.orders(c)
        yield from _goes_on(c)


def _meanwhile(c: Customer, renews_on: date) -> Iterator[Command]:
    quiet = terms.quiet_days(c, renews_on)
    if quiet > 30 and c.happens(0.25):
        c.wait(5, quiet)
        yield from c.world.chance.draw(EVENTS)(c)


EVENTS = Weighted(
    {
        purchases.buys: 6,
        purchases.frees: 2,
        membership.other_manager: 4,
        membership.other_owner: 2,
        membership.another_administrator: 3,
    }
)
