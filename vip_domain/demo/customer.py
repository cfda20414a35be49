"""One customer of the demo, who foresees what its commands lead to, so that none is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import attrs

from vip_domain.demo.chance import Weighted
from vip_domain.demo.organisations import Person
from vip_domain.demo.words import COUNTRIES, PRODUCTS, Country
from vip_domain.demo.world import World, working_day
from vip_domain.rules import Anniversary, add_days
from vip_domain.values import Line, Lines, Quantities, as_lines, by_product

HOW_MUCH = Weighted({4: 5, 9: 5, 30: 3, 80: 1})
HOW_MANY = Weighted({1: 6, 2: 3, 3: 1})
PRODUCTS_IN_A_ROW = PRODUCTS * 2
NOBODY = Person("", "")


@attrs.define(kw_only=True, eq=False)
class Customer:
    """
    Time stands at `at` and only moves on; the first purchase is on `buys_on`.

    With `chosen` the inviter chose the AD; `renews_on` is null without a term; `least` is the
    smallest number of one product it buys.
    """

    world: World
    vip_id: str
    reseller_id: str
    manager: str
    at: datetime
    buys_on: date
    country: Country = COUNTRIES[0]
    domain: str = ""
    owner: Person = NOBODY
    chosen: date | None = None
    extended: bool = False
    accepted: bool = False
    committed: bool = False
    anniversary: Anniversary | None = None
    renews_on: date | None = None
    requests: dict[str, Lines] = attrs.Factory(dict)
    first_request: date | None = None
    fulfilled: dict[str, int] = attrs.Factory(dict)
    assigned: dict[str, int] = attrs.Factory(dict)
    last_order: tuple[str, Lines] = ("", ())
    least: int = 1
    numbers: int = 0

    @property
    def day(self) -> date:
        """The date of the moment."""
        return self.at.date()

    def wait(self, least: int, most: int) -> None:
        """Let some days go by."""
        self.until(add_days(self.day, self.world.chance.between(least, most)))

    def until(self, day: date) -> None:
        """Move on to `day` or the Monday after it, or a little on when that is past."""
        if day > self.day:
            self.at = self.world.moment(working_day(day))
        else:
            self.at += timedelta(minutes=self.world.chance.between(3, 40))

    def about(self, day: date, least: int, most: int) -> None:
        """Move on to a day from `least` to `most` days after `day`."""
        self.until(add_days(day, self.world.chance.between(least, most)))

    def happens(self, often: float) -> bool:
        """Whether something takes place that does so in `often` of all cases."""
        return self.world.chance.random() < often

    def number(self, prefix: str) -> str:
        """A new id of a PA, an order or a return."""
        self.numbers += 1
        return f"{prefix}-{self.at.year}-{self.numbers:02}"

    def colleague(self) -> Person:
        """Somebody who works there."""
        return self.world.directory.person(self.country, self.domain)

    def wanted(self) -> Lines:
        """What the next order is for: the PAs there are, or else something new."""
        return as_lines(by_product(self._pending())) or self._basket()

    def _basket(self) -> Lines:
        chance, least = self.world.chance, self.least
        most = max(least, chance.draw(HOW_MUCH))
        first = chance.between(0, len(PRODUCTS) - 1)
        products = PRODUCTS_IN_A_ROW[first : first + chance.draw(HOW_MANY)]
        return tuple(Line(product, chance.between(least, most)) for product in products)

    def requested(self, pa_id: str, lines: Lines) -> None:
        """A PA runs."""
        self.requests[pa_id] = lines
        self.first_request = self.first_request or self.day

    def cancelled(self) -> str:
        """The only PA is void, as if it had never been (S75); its id."""
        pa_id, _ = self.requests.popitem()
        self.first_request = None
        return pa_id

    def received(self, order_id: str, lines: Lines, ordered_on: date) -> None:
        """An accepted order fixes the AD and starts a term where there is none (S75)."""
        self.last_order = (order_id, lines)
        for product, number in by_product(lines).items():
            self.fulfilled[product] = self.fulfilled.get(product, 0) + number
        if self.anniversary is None:
            self.anniversary = self._anniversary(ordered_on)
        if self.renews_on is None:
            self.renews_on = self.anniversary.after(self.day)
            self.extended = self.chosen is not None and self.day < self.chosen
        self.requests.clear()

    def _anniversary(self, ordered_on: date) -> Anniversary:
        if self.chosen:
            return Anniversary.chosen(self.chosen)
        return Anniversary.twelve_months_after(min(ordered_on, self.first_request or ordered_on))

    def returned(self, lines: Lines) -> None:
        """Licences went back; with the last of them the term (S98)."""
        for line in lines:
            self.fulfilled[line.product] -= line.quantity
        if not any(self.fulfilled.values()):
            self._lapsed()

    def rolled(self, kept: Quantities) -> None:
        """A term ended with `kept` renewed; with nothing the customer lapsed."""
        self.fulfilled = {product: number for product, number in kept.items() if number}
        self.assigned = {
            product: min(number, self.fulfilled.get(product, 0))
            for product, number in self.assigned.items()
        }
        self.extended = False
        anniversary, ended = self.anniversary, self.renews_on
        self.renews_on = anniversary.after(ended) if anniversary and ended else None
        if not self.fulfilled:
            self._lapsed()

    def _lapsed(self) -> None:
        self.fulfilled, self.renews_on, self.committed = {}, None, False

    def available(self) -> Lines:
        """Licences nobody uses yet, pending ones among them (S92)."""
        owned = by_product([*as_lines(self.fulfilled), *self._pending()])
        return as_lines({each: owned[each] - self.assigned.get(each, 0) for each in owned})

    def _pending(self) -> list[Line]:
        return [line for lines in self.requests.values() for line in lines]
