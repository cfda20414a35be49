"""Which lives there are and when they begin: a deck of 25 cards, dealt again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

import attrs

from vip_domain.commands import Command
from vip_domain.demo import lives
from vip_domain.demo.customer import Customer
from vip_domain.demo.words import TEAM
from vip_domain.demo.world import World, working_day
from vip_domain.rules import add_days, add_months

LEAD = (14, 28)
"""Days from the invitation to the first purchase: time enough to send it twice and accept."""

Life = Callable[[Customer], Iterator[Command]]
When = Callable[[World], date]


@attrs.frozen
class Card:
    """A life, and the day of its first purchase."""

    life: Life
    when: When


@attrs.frozen
class Beginning:
    """What is settled of a customer before it is invited."""

    life: Life
    lead: int
    manager: str


def ago(least: int, most: int) -> When:
    """So many days back."""
    return lambda world: _days_from(world, -most, -least)


def anniversary_in(least: int, most: int, years: int) -> When:
    """Up to so many years back, such that the AD comes so many days after the demo's day."""
    return lambda world: add_months(
        _days_from(world, least, most), -12 * world.chance.between(1, years)
    )


def pa_is_due(world: World) -> date:
    """A PA of that day is pending on the demo's day."""
    return _days_from(world, -max(3, world.rules.pa_due_days - 3), -3)


def pa_is_overdue(world: World) -> date:
    """A PA of that day is overdue on the demo's day."""
    return _days_from(world, -world.rules.pa_due_days - 40, -world.rules.pa_due_days - 4)


def pa_is_deactivated(world: World) -> date:
    """A PA of that day was deactivated some weeks ago."""
    ends = world.rules.pa_deactivate_days
    return _days_from(world, -ends - 48, -ends - 10)


def _days_from(world: World, least: int, most: int) -> date:
    return add_days(world.until, world.chance.between(least, most))


# Days leave room for a weekend, which moves what falls on it to the Monday after.
DECK = (
    Card(lives.looks_around, ago(3, 20)),
    Card(lives.looks_around, ago(3, 1000)),
    Card(lives.is_mistyped, ago(10, 1060)),
    Card(lives.asks_and_thinks, pa_is_due),
    Card(lives.asks_and_thinks, pa_is_due),
    Card(lives.asks_and_cancels, ago(5, 1060)),
    Card(lives.asks_and_forgets, pa_is_overdue),
    Card(lives.asks_and_forgets, pa_is_deactivated),
    Card(lives.waits_for_the_vendor, ago(4, 20)),
    Card(lives.is_rejected_first, ago(5, 700)),
    Card(lives.stays, anniversary_in(33, 43, years=3)),
    Card(lives.stays, anniversary_in(33, 43, years=2)),
    Card(lives.is_always_late, anniversary_in(-22, 24, years=2)),
    Card(lives.renews_in_parts, anniversary_in(-9, 6, years=2)),
    Card(lives.does_as_others, ago(10, 200)),
    Card(lives.does_as_others, ago(10, 500)),
    Card(lives.does_as_others, ago(200, 800)),
    Card(lives.does_as_others, ago(400, 1060)),
    Card(lives.pays_in_advance, ago(20, 700)),
    Card(lives.pays_in_advance, ago(400, 1060)),
    Card(lives.promises_three_years, ago(60, 700)),
    Card(lives.arrives, ago(110, 900)),
    Card(lives.leaves, ago(110, 900)),
    Card(lives.regrets, ago(20, 600)),
    Card(lives.lapses, ago(450, 1000)),
)


def deal(world: World, customers: int) -> dict[date, list[Beginning]]:
    """The beginnings of so many lives by the day of their invitation."""
    plan: dict[date, list[Beginning]] = defaultdict(list)
    for number in range(customers):
        round_, place = divmod(number, len(DECK))
        card = DECK[place]
        lead = world.chance.between(*LEAD)
        invited_on = working_day(add_days(card.when(world), -lead))
        # Each card goes round the team, so that every manager gets every kind of customer.
        plan[invited_on].append(_beginning(card.life, lead, TEAM[(round_ + place) % len(TEAM)]))
    return plan


# A million of them are a few thousand different ones.
_beginning = cache(Beginning)


def begin(world: World, invited_on: date, beginning: Beginning) -> Iterator[Command]:
    """The commands of one life, from the invitation on and without an end."""
    customer = Customer(
        world=world,
        vip_id=world.vip_id(),
        reseller_id=world.reseller_id,
        manager=beginning.manager,
        at=world.moment(invited_on),
        buys_on=add_days(invited_on, beginning.lead),
    )
    return beginning.life(customer)
