"""How a demo customer's years end: renewed in time, late, in parts, partly or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Enum, auto

from vip_domain.commands import (
    AcceptOrder,
    Command,
    CommitThreeYears,
    ExpireLicenses,
    PlaceOrder,
    RenewAutomatically,
    ReviewSelectLevel,
)
from vip_domain.demo.chance import Weighted
from vip_domain.demo.customer import Customer
from vip_domain.rules import add_days
from vip_domain.values import Lines, OrderType, Quantities, as_lines, by_product


class Habit(Enum):
    """How a customer treats the renewal window."""

    IN_TIME = auto()
    AT_THE_LAST_MOMENT = auto()
    IN_PARTS = auto()
    PARTLY = auto()
    NOT_AT_ALL = auto()


HABITS = Weighted(
    {
        Habit.IN_TIME: 66,
        Habit.AT_THE_LAST_MOMENT: 8,
        Habit.IN_PARTS: 8,
        Habit.PARTLY: 8,
        Habit.NOT_AT_ALL: 10,
    }
)


def any_habit(c: Customer) -> Habit:
    """As customers are on the whole; committed ones keep their word."""
    if c.committed:
        return Habit.IN_TIME
    return c.world.chance.draw(HABITS)


def ends_year(c: Customer, renews_on: date, habit: Habit) -> Iterator[Command]:
    """The term runs out, whatever becomes of its licences."""
    if c.extended:
        yield from _renews_itself(c, renews_on)
        return
    if c.happens(0.2):
        c.about(renews_on, -c.world.rules.select_review_days, -c.world.rules.renewal_opens_days)
        yield ReviewSelectLevel(vip_id=c.vip_id, at=c.at)
    yield from _renews(c, renews_on, habit)


def _renews_itself(c: Customer, renews_on: date) -> Iterator[Command]:
    c.about(renews_on, 0, 2)
    c.rolled(c.fulfilled)
    yield RenewAutomatically(vip_id=c.vip_id, at=c.at)


def _renews(c: Customer, renews_on: date, habit: Habit) -> Iterator[Command]:
    half = _half(c.fulfilled)
    rest = as_lines(_less(c.fulfilled, half))
    match habit:
        case Habit.AT_THE_LAST_MOMENT:
            yield from _orders(c, renews_on, (25, 28), as_lines(c.fulfilled))
        case Habit.IN_PARTS if half and rest:
            yield from _orders(c, renews_on, (-26, -13), half)
            yield from _orders(c, renews_on, (14, 28), rest)
        case Habit.PARTLY if half and rest:
            yield from _orders(c, renews_on, (-20, 10), half)
            yield from _expires(c, renews_on, by_product(half))
            return
        case Habit.NOT_AT_ALL:
            yield from _expires(c, renews_on, {})
            return
        case _:
            yield from _orders(c, renews_on, (-28, 22), as_lines(c.fulfilled))
    c.rolled(c.fulfilled)


def _half(owned: Quantities) -> Lines:
    return as_lines({product: number // 2 for product, number in owned.items()})


def _less(owned: Quantities, taken: Lines) -> dict[str, int]:
    gone = by_product(taken)
    return {product: number - gone.get(product, 0) for product, number in owned.items()}


def _orders(c: Customer, renews_on: date, days: tuple[int, int], lines: Lines) -> Iterator[Command]:
    c.about(renews_on, *days)
    order_id = c.number("R")
    yield PlaceOrder(
        vip_id=c.vip_id, at=c.at, order_id=order_id, order_type=OrderType.RENEWAL, lines=lines
    )
    c.wait(1, 3)
    yield AcceptOrder(vip_id=c.vip_id, at=c.at, order_id=order_id)


def _expires(c: Customer, renews_on: date, kept: Quantities) -> Iterator[Command]:
    closes = c.world.rules.renewal_closes_days
    c.about(renews_on, closes + 1, closes + 5)
    c.rolled(kept)
    yield ExpireLicenses(vip_id=c.vip_id, at=c.at)


def commits(c: Customer) -> Iterator[Command]:
    """Three years are promised, by a customer large enough (S87, S88)."""
    c.committed = True
    most, least = sum(c.fulfilled.values()), c.world.rules.commit_min_licenses
    minimum = c.world.chance.between(least, most)
    yield CommitThreeYears(vip_id=c.vip_id, at=c.at, minimum_licenses=minimum)


def quiet_days(c: Customer, renews_on: date) -> int:
    """How long there is time for other things before the next renewal."""
    busy = c.world.rules.upcoming_opens_days + c.world.rules.pa_due_days + 10
    return (add_days(renews_on, -busy) - c.day).days
