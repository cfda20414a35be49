"""Random histories at the boundaries: mostly acceptable, every fifth time wrong on purpose."""

import calendar
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import partial
from random import Random
from typing import Any

from tests.model.naive import CODE_LIFE, Code, Customer, NaiveModel, Order, months_later
from tests.model.shapes import SHAPES

Command = dict[str, Any]
Play = Callable[[], Command | None]
Ask = Callable[[str], Command]

RESELLERS = ("R-NORD", "R-KONTUR", "R-RHEIN")
MANAGERS = ("anna", "petra", "jens")
PRODUCTS = ("Acrobat Pro", "Creative Cloud", "Photoshop")
EMAILS = ("ada@a.example", "bo@a.example", "Cia@A.example", "dan@b.example")
ORGANISATIONS = (
    ("Nord AB", None),
    ("Nord AB ", None),
    ("Smålands Glas", "Smalands Glas"),
    ("Smålands Glas", "Smalands Glas AB"),
    ("Kontur GmbH", "Kontur"),
)
CODES = ("CODE-AAAA", "CODE-BBBB", "CODE-CCCC", "Ⅷ-code-é-9")
BEGINNINGS = (
    date(2023, 1, 31),
    date(2023, 8, 31),
    date(2024, 1, 31),
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 12, 31),
    date(2025, 2, 28),
    date(2025, 5, 19),
)
REASONS = ("WRONG_PRODUCT", "WRONG_QUANTITY", "DUPLICATE_ORDER", "OTHER")
OFFSETS = (0, 120, -330, 840, -720)
MICROSECOND = timedelta(microseconds=1)
WRONG_SHARE = 0.2


def history(seed: int, steps: int, rules: str = "current") -> Iterator[Command]:
    """Tell a history of so many commands, always the same for the same arguments."""
    author = _Author(seed, rules)
    for _ in range(steps):
        yield author.next_command()


class _Author:
    """Writes the next command with an eye on the state of a naive model."""

    def __init__(self, seed: int, rules: str) -> None:
        self.rng = Random(f"{rules} {seed}")
        self.model = NaiveModel(rules)
        self.plan: deque[Play] = deque()
        self.said: list[Command] = []
        self.vips = [f"VIP-{number}" for number in range(1, self.rng.randint(3, 6) + 1)]
        self.favourite = self.rng.choice(self.vips)
        self.born = len(self.vips)
        self.one_clock = self.chance(0.4)
        self.begins = datetime.combine(self.rng.choice(BEGINNINGS), time(8), UTC)
        self.still = self.rng.choice((0, 0, 15, 30))
        self.clocks: dict[str, datetime] = {}

    def next_command(self) -> Command:
        command = self.planned() or self.written_for(self.pick_vip())
        self.model.do(command)
        self.said.append(command)
        return command

    def planned(self) -> Command | None:
        while self.plan:
            command = self.plan.popleft()()
            if command:
                return command
        return None

    def pick_vip(self) -> str:
        return self.favourite if self.chance(0.4) else self.rng.choice(self.vips)

    def written_for(self, vip: str) -> Command:
        customer = self.model.customers.get(vip)
        self.move_clock(vip, customer)
        if customer is None:
            return self.wrong_invitation(vip) if self.chance(0.3) else self.invite(vip)
        if customer.deleted:
            return self.after_deletion(vip)
        if self.chance(WRONG_SHARE):
            return self.wrong(vip, customer)
        if self.chance(0.3):
            return self.at_an_edge(vip, customer) or self.sensible(vip, customer)
        return self.sensible(vip, customer)

    def after_deletion(self, vip: str) -> Command:
        if self.chance(0.6):
            self.born += 1
            heir = f"VIP-{self.born}"
            self.vips = [heir if each == vip else each for each in self.vips]
            self.favourite = heir if self.favourite == vip else self.favourite
            self.clocks[heir] = self.now(vip)
            return self.invite(heir)
        return self.rng.choice((self.any_command, self.invite, self.delete, self.again))(vip)

    # Chance and time.

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def weighted(self, options: list[tuple[int, Any]]) -> Any:
        return self.rng.choices([each for _, each in options], [weight for weight, _ in options])[0]

    def clock_of(self, vip: str) -> str:
        return "" if self.one_clock else vip

    def now(self, vip: str) -> datetime:
        return self.clocks.setdefault(self.clock_of(vip), self.begins)

    def today(self, vip: str) -> date:
        return self.now(vip).date()

    def set_clock(self, vip: str, moment: datetime) -> None:
        self.clocks[self.clock_of(vip)] = max(self.now(vip), moment)

    def move_clock(self, vip: str, customer: Customer | None) -> None:
        now = self.now(vip)
        if len(self.said) < self.still:
            self.set_clock(vip, now + timedelta(seconds=self.rng.choice((0, 1, 60))))
        elif self.chance(0.004):
            self.set_clock(vip, now + timedelta(self.rng.randint(200, 1200)))
        elif self.chance(0.3):
            self.set_clock(vip, self.at_some_time(now.date() + timedelta(self.rng.randint(1, 4))))
        else:
            seconds = self.rng.choice((0, 1e-6, 1, 60, 3600, 30000))
            self.set_clock(vip, now + timedelta(seconds=seconds))

    def leap(self, vip: str, day: date) -> None:
        self.set_clock(vip, self.at_some_time(day))

    def at_some_time(self, day: date) -> datetime:
        clock = self.rng.choice((time.min, time.max, time(9, self.rng.randrange(60))))
        return datetime.combine(day, clock, UTC)

    def at_an_edge(self, vip: str, customer: Customer) -> Command | None:
        """Jump to a moment where a rule begins or ends, and ask there for what it rules."""
        edges = self.edges(vip, customer)
        edges = sorted(
            (edge for edge in edges if edge[0] > self.now(vip)), key=lambda edge: edge[0]
        )
        if not edges or len(self.said) < self.still:
            return None
        moment, play = self.rng.choice(edges[:5] if self.chance(0.7) else edges)
        self.set_clock(vip, moment)
        return play(vip) if self.chance(0.8) else self.sensible(vip, customer)

    def edges(self, vip: str, customer: Customer) -> list[tuple[datetime, Ask]]:
        today = self.today(vip)
        days = self.pa_edges(customer) + self.order_edges(customer) + self.term_edges(customer)
        if customer.has_no_products():
            days += [(_month_end(today), self.beginning), (_leap_day_after(today), self.beginning)]
        return [(self.at_some_time(day), play) for day, play in days] + self.code_edges(customer)

    def beginning(self, vip: str) -> Command:
        return self.rng.choice((self.place_pa, self.new_order))(vip)

    def code_edges(self, customer: Customer) -> list[tuple[datetime, Ask]]:
        return [
            (code.sent_at + CODE_LIFE + late * MICROSECOND, self.use(str(code.said["code"])))
            for code in customer.codes
            if code.state == "OPEN"
            for late in (-1, 0, 1)
        ]

    def pa_edges(self, customer: Customer) -> list[tuple[date, Ask]]:
        days: list[tuple[date, Ask]] = []
        for pa in customer.pending_pas():
            pa_id = str(pa.said["pa_id"])
            days += [(pa.due_on + timedelta(offset), self.place_pa) for offset in (0, 1)]
            deactivate = self.plain("DeactivateLicenses", pa_id=pa_id)
            days += [(pa.deactivates_after + timedelta(offset), deactivate) for offset in (0, 1)]
        return days

    def order_edges(self, customer: Customer) -> list[tuple[date, Ask]]:
        return [
            (order.placed_on + timedelta(offset), self.return_of(order_id))
            for order_id, order in customer.orders.items()
            if order.state == "ACCEPTED" and not order.is_renewal
            for offset in (13, 14, 15)
        ]

    def term_edges(self, customer: Customer) -> list[tuple[date, Ask]]:
        if customer.term is None:
            return self.edges_without_term(customer)
        review, expire = self.plain("ReviewSelectLevel"), self.plain("ExpireLicenses")
        renew = self.plain("RenewAutomatically")
        plays: list[tuple[int, Ask]] = [(-32, review), (-31, review), (-30, review)]
        plays += [(offset, self.renewal_order) for offset in (-31, -30, -1, 0, 29, 30, 31)]
        plays += [(offset, self.renew_all) for offset in (-30, -15, 5)]
        plays += [(offset, self.stale) for offset in (-20, 10)]
        plays += [(offset, expire) for offset in (29, 30, 31, 32)]
        if customer.term.extended:
            plays += [(offset, renew) for offset in (-1, 0, 1)] * 2
        days = [(customer.term.renews_on + timedelta(offset), play) for offset, play in plays]
        if customer.commit_ends_on:
            ends_on = customer.commit_ends_on
            days += [(ends_on + timedelta(offset), self.commit) for offset in (0, 1)]
            days += [(ends_on - timedelta(8), self.return_as_commitment_ends)] * 2
            days += [(ends_on - timedelta(20), self.renewal_order)]
        return days

    def edges_without_term(self, customer: Customer) -> list[tuple[date, Ask]]:
        anniversary = customer.anniversary_date()
        if customer.anniversary_fixed:
            anniversary = customer.first_anniversary_after(customer.latest.date())
        if anniversary is None:
            return []
        plays: list[tuple[int, Ask]] = [
            (-30, self.new_order),
            (-20, self.stale),
            (-8, self.new_order),
        ]
        plays += [(offset, self.accept_order) for offset in (-1, 0, 1)]
        return [(anniversary + timedelta(offset), play) for offset, play in plays]

    def stamp(self, moment: datetime) -> str:
        if self.chance(0.7):
            return moment.isoformat().replace("+00:00", "Z")
        zone = timezone(timedelta(minutes=self.rng.choice(OFFSETS)))
        return moment.astimezone(zone).isoformat()

    def say(self, vip: str, name: str, /, **fields: Any) -> Command:
        return {"command": name, "vip_id": vip, "at": self.stamp(self.now(vip)), **fields}

    # Words.

    def quantity(self) -> int:
        return int(
            self.weighted(
                [
                    (12, self.rng.randint(1, 8)),
                    (4, 10),
                    (2, 9),
                    (2, 11),
                    (2, 25),
                    (1, 49),
                    (2, 50),
                    (1, 99),
                    (1, 100),
                ]
            )
        )

    def lines(self) -> list[Command]:
        products = self.rng.sample(PRODUCTS, self.weighted([(5, 1), (3, 2), (1, 3)]))
        return [{"product": product, "quantity": self.quantity()} for product in products]

    def listed(self, lines: Counter[str]) -> list[Command]:
        listed = [
            {"product": product, "quantity": count} for product, count in lines.items() if count
        ]
        self.rng.shuffle(listed)
        return listed

    def email(self) -> str:
        email = self.rng.choice(EMAILS)
        return email.upper() if self.chance(0.15) else email

    def administrator(self, customer: Customer) -> str:
        email = self.rng.choice(customer.administrators or list(EMAILS))
        return email.swapcase() if self.chance(0.15) else email

    def new_id(self, prefix: str, known: dict[str, Any]) -> str:
        return f"{prefix}-{len(known) + 1}"

    # Invitation and people.

    def invite(self, vip: str, **changed: Any) -> Command:
        name, ascii_name = self.rng.choice(ORGANISATIONS)
        segment = self.rng.choice(("COM", "COM", "GOV", "EDU"))
        command = self.say(
            vip,
            "InviteCustomer",
            reseller_id=self.rng.choice(RESELLERS),
            organization_name=name,
            organization_name_ascii=ascii_name,
            market_segment=segment,
            offer_type=self.rng.choice(("TEAM", "ENTERPRISE")),
            country=self.rng.choice(("SE", "DK", "DE")),
            region="Skåne",
            address="Storgatan 1",
            city="Malmö",
            postal_code="211 30",
            contact_name="Ada",
            contact_email=self.email(),
            managed_by=self.rng.choice(MANAGERS),
        )
        if self.chance(0.4):
            command["anniversary_date"] = self.chosen_anniversary(vip, segment).isoformat()
        return command | changed

    def chosen_anniversary(self, vip: str, segment: str) -> date:
        first = months_later(self.today(vip), 13)
        last = months_later(self.today(vip), 36 if segment == "COM" else 48)
        between = first + timedelta(self.rng.randint(0, (last - first).days))
        leap_day = min(last, _leap_day_after(first))
        return date.fromisoformat(
            str(self.weighted([(6, first), (3, last), (2, between), (2, leap_day)]))
        )

    def wrong_invitation(self, vip: str) -> Command:
        segment = self.rng.choice(("COM", "GOV", "EDU"))
        last = months_later(self.today(vip), 36 if segment == "COM" else 48)
        wrong: Command = self.rng.choice(
            (
                {"organization_name": "Ångström"},
                {"organization_name": "Ångström", "organization_name_ascii": "Ångström AB"},
                {"organization_name_ascii": "Nörd"},
                {"anniversary_date": months_later(self.today(vip), 12).isoformat()},
                {
                    "anniversary_date": (
                        months_later(self.today(vip), 13) - timedelta(1)
                    ).isoformat()
                },
                {"anniversary_date": (last + timedelta(1)).isoformat(), "market_segment": segment},
                {"vip_id": "abc"},
                {"country": "se"},
            )
        )
        if "organization_name" in wrong:
            wrong = {"organization_name_ascii": None} | wrong
        return self.invite(vip, **wrong)

    def resend(self, vip: str) -> Command:
        command = self.say(vip, "ResendInvitation", contact_email=self.email())
        return (
            command
            if self.chance(0.4)
            else command | {"contact_name": self.rng.choice(("Eva", "Per"))}
        )

    def accept_terms(self, vip: str) -> Command:
        customer = self.model.customers[vip]
        email = customer.contact_email if self.chance(0.6) else self.email()
        name = self.rng.choice((None, "Ada", "Bo"))
        return self.say(vip, "AcceptTerms", administrator_email=email, administrator_name=name)

    def change_owner(self, vip: str) -> Command:
        return self.say(
            vip, "ChangeAgreementOwner", email=self.email(), name=self.rng.choice(("Ada", "Bo"))
        )

    def delete(self, vip: str) -> Command:
        return self.say(vip, "DeleteCustomer")

    def add_administrator(self, vip: str) -> Command:
        return self.say(vip, "AddAdministrator", email=self.email())

    def remove_administrator(self, vip: str) -> Command:
        customer = self.model.customers[vip]
        others = [each for each in customer.administrators if not customer.is_owner(each)]
        email = self.rng.choice(others) if others and self.chance(0.9) else self.email()
        return self.say(vip, "RemoveAdministrator", email=email)

    def assign_manager(self, vip: str) -> Command:
        return self.say(vip, "AssignManager", managed_by=self.rng.choice(MANAGERS))

    # What is sensible now.

    def sensible(self, vip: str, customer: Customer) -> Command:
        options: list[tuple[int, Ask]] = [(1, self.assign_manager), (2, self.new_order)]
        options += self.sensible_about_people(customer)
        options += self.sensible_about_pas(vip, customer)
        options += self.sensible_about_orders(vip, customer)
        options += self.sensible_about_terms(vip, customer)
        play: Ask = self.weighted(options)
        return play(vip)

    def sensible_about_people(self, customer: Customer) -> list[tuple[int, Ask]]:
        nothing_bought = 2 if customer.has_no_products() else 0
        if not customer.accepted_on:
            return [(8, self.accept_terms), (2, self.resend), (nothing_bought // 2, self.delete)]
        options: list[tuple[int, Ask]] = [
            (1, self.add_administrator),
            (1 if len(customer.administrators) > 1 else 0, self.remove_administrator),
            (1, self.change_owner),
            (2, self.send_code),
            (nothing_bought, self.delete),
        ]
        if any(code.state == "OPEN" for code in customer.codes):
            live = any(
                code.is_live(self.now(customer.invitation["vip_id"])) for code in customer.codes
            )
            options.append((6 if live else 1, self.use_code))
        return options

    def sensible_about_pas(self, vip: str, customer: Customer) -> list[tuple[int, Ask]]:
        options: list[tuple[int, Ask]] = []
        if not customer.overdue_pas(self.today(vip)):
            options.append((3 if len(customer.pending_pas()) < 3 else 1, self.place_pa))
        if customer.pending_pas():
            options += [(2, self.cancel_pa), (3, self.order_pas)]
        if self.to_deactivate(vip):
            options.append((6, self.deactivate))
        if customer.accepted_on and any(self.licenses(customer).values()):
            options.append((3, self.assign))
        if customer.assigned.total():
            options.append((1, self.unassign))
        return options

    def sensible_about_orders(self, vip: str, customer: Customer) -> list[tuple[int, Ask]]:
        options: list[tuple[int, Ask]] = []
        if any(order.state == "PLACED" for order in customer.orders.values()):
            options += [(7, self.accept_order), (1, self.reject_order)]
        if self.returnable(vip, customer):
            options.append((4, self.request_return))
        if any(each.state == "REQUESTED" for each in customer.returns.values()):
            options += [(4, self.authorize_return), (1, self.refuse_return)]
        return options

    def sensible_about_terms(self, vip: str, customer: Customer) -> list[tuple[int, Ask]]:
        term = customer.term
        if term is None:
            return []
        options: list[tuple[int, Ask]] = []
        left = (term.renews_on - self.today(vip)).days
        if abs(left) <= 30 and not customer.is_fully_renewed():
            options += [(6, self.renewal_order), (3, self.squeeze)]
        if left <= 31 and not term.reviewed:
            options.append((3, self.plain("ReviewSelectLevel")))
        if left <= 0 and term.extended:
            options.append((6, self.plain("RenewAutomatically")))
        if left < -30:
            options.append((6, self.expire_with_nothing_waiting))
        if customer.level > 1 and not term.extended and customer.commit_minimum is None:
            options += [(4, self.commit), (2, self.commitment_to_its_end)]
        return options

    def plain(self, name: str, **fields: Any) -> Ask:
        return lambda vip: self.say(vip, name, **fields)

    def return_of(self, order_id: str) -> Ask:
        return lambda vip: self.request_return(vip, order_id)

    def licenses(self, customer: Customer) -> Counter[str]:
        return +Counter({product: customer.available(product) for product in PRODUCTS})

    def returnable(self, vip: str, customer: Customer) -> list[str]:
        return [
            order_id
            for order_id, order in customer.orders.items()
            if order.state == "ACCEPTED"
            and not order.is_renewal
            and (self.today(vip) - order.placed_on).days <= 14
            and customer.left_to_return(order_id)
        ]

    # Purchase authorizations, orders, returns.

    def place_pa(self, vip: str) -> Command:
        pa_id = self.new_id("PA", self.model.customers[vip].pas)
        command = self.say(vip, "PlacePA", pa_id=pa_id, lines=self.lines())
        return command | {"po_number": "4500"} if self.chance(0.3) else command

    def pending_pa_id(self, vip: str) -> str:
        return str(self.rng.choice(self.model.customers[vip].pending_pas()).said["pa_id"])

    def about_pa(self, vip: str, name: str) -> Command:
        known = [*self.model.customers[vip].pas] or ["PA-0"]
        return self.say(vip, name, pa_id=self.rng.choice(known))

    def cancel_pa(self, vip: str) -> Command:
        return self.say(vip, "CancelPA", pa_id=self.pending_pa_id(vip))

    def deactivate(self, vip: str) -> Command:
        pa_id = self.rng.choice(self.to_deactivate(vip))
        return self.say(vip, "DeactivateLicenses", pa_id=pa_id)

    def to_deactivate(self, vip: str) -> list[str]:
        return [
            str(pa.said["pa_id"])
            for pa in self.model.customers[vip].pending_pas()
            if self.today(vip) > pa.deactivates_after and not pa.deactivated
        ]

    def order(self, vip: str, kind: str, lines: list[Command], **more: Any) -> Command:
        order_id = self.new_id("O", self.model.customers[vip].orders)
        return self.say(vip, "PlaceOrder", order_id=order_id, order_type=kind, lines=lines, **more)

    def new_order(self, vip: str) -> Command:
        return self.order(vip, "NEW", self.lines(), **({"pa_ids": []} if self.chance(0.3) else {}))

    def order_pas(self, vip: str) -> Command:
        pending = self.model.customers[vip].pending_pas()
        named = self.rng.sample(pending, self.rng.randint(1, len(pending)))
        lines: Counter[str] = Counter()
        for pa in named:
            lines.update(pa.lines)
        product = self.rng.choice(PRODUCTS)
        lines[product] += self.weighted([(6, 0), (2, 1), (1, 10), (1, -1)])
        pa_ids = [str(pa.said["pa_id"]) for pa in named]
        return self.order(vip, "NEW", self.listed(+lines) or self.lines(), pa_ids=pa_ids)

    def unrenewed(self, customer: Customer) -> Counter[str]:
        return customer.fulfilled - customer.renewed - customer.waiting_to_renew()

    def renewal_order(self, vip: str) -> Command:
        left = self.unrenewed(self.model.customers[vip])
        share = self.weighted([(5, "all"), (4, "part"), (1, "more")])
        if share == "part" and left:
            product = self.rng.choice(sorted(left))
            left = Counter({product: self.rng.randint(1, left[product])})
        if share == "more" and left:
            left[self.rng.choice(sorted(left))] += 1
        return self.order(vip, "RENEWAL", self.listed(left) or self.lines())

    def decision(self, vip: str, name: str, **more: Any) -> Command:
        orders = self.model.customers[vip].orders
        placed = [order_id for order_id, order in orders.items() if order.state == "PLACED"]
        if not placed and self.chance(0.8):
            return self.new_order(vip)
        return self.say(vip, name, order_id=self.rng.choice(placed or ["O-0"]), **more)

    def accept_order(self, vip: str) -> Command:
        return self.decision(vip, "AcceptOrder")

    def reject_order(self, vip: str) -> Command:
        return self.decision(
            vip, "RejectOrder", reason=self.rng.choice(("No purchase order", "Typo"))
        )

    def request_return(self, vip: str, order_id: str | None = None) -> Command:
        customer = self.model.customers[vip]
        order_id = order_id or self.rng.choice(self.returnable(vip, customer) or ["O-0"])
        return_id = self.new_id("RT", customer.returns)
        command = self.say(
            vip,
            "RequestReturn",
            return_id=return_id,
            order_id=order_id,
            reason=self.rng.choice(REASONS),
        )
        if order_id not in customer.orders or self.chance(0.4):
            return command | ({"lines": None} if self.chance(0.5) else {})
        left = customer.left_to_return(order_id)
        if not left:
            return command
        product = self.rng.choice(sorted(left))
        count = self.rng.randint(1, left[product]) + (1 if self.chance(0.1) else 0)
        if customer.commit_minimum and self.chance(0.5):
            spare = customer.fulfilled.total() - customer.requested_back() - customer.commit_minimum
            count = max(1, min(spare + self.rng.randint(0, 1), left[product]))
        return command | {"lines": [{"product": product, "quantity": count}]}

    def about_return(self, vip: str, name: str) -> Command:
        requested = [
            return_id
            for return_id, each in self.model.customers[vip].returns.items()
            if each.state == "REQUESTED"
        ]
        return self.say(vip, name, return_id=self.rng.choice(requested or ["RT-0"]))

    def authorize_return(self, vip: str) -> Command:
        return self.about_return(vip, "AuthorizeReturn")

    def refuse_return(self, vip: str) -> Command:
        return self.about_return(vip, "RefuseReturn")

    # Licences and terms.

    def assign(self, vip: str) -> Command:
        free = self.licenses(self.model.customers[vip])
        product = self.rng.choice(sorted(free) or list(PRODUCTS))
        count = (
            max(1, free[product])
            if self.chance(0.4)
            else self.rng.randint(1, max(1, free[product]))
        )
        return self.say(vip, "AssignLicenses", product=product, quantity=count)

    def unassign(self, vip: str) -> Command:
        assigned = +self.model.customers[vip].assigned
        product = self.rng.choice(sorted(assigned) or list(PRODUCTS))
        count = self.rng.randint(1, max(1, assigned[product]))
        return self.say(vip, "UnassignLicenses", product=product, quantity=count)

    def commit(self, vip: str) -> Command:
        total = self.model.customers[vip].fulfilled.total()
        minimum = self.weighted(
            [(4, 10), (2, max(10, total)), (3, max(10, total // 2)), (1, total + 1), (1, 9)]
        )
        return self.say(vip, "CommitThreeYears", minimum_licenses=minimum)

    def expire_with_nothing_waiting(self, vip: str) -> Command:
        waiting = self.model.customers[vip].waiting_renewals()
        if waiting and self.chance(0.7):
            order_id = self.rng.choice(waiting).said["order_id"]
            return self.say(vip, "AcceptOrder", order_id=order_id)
        return self.say(vip, "ExpireLicenses")

    def squeeze(self, vip: str) -> Command:
        """Let renewal orders wait while returns take their licences, and accept them then."""
        steps: list[Play] = []
        if self.chance(0.5):
            steps += [lambda: self.new_order(vip), lambda: self.accept_order(vip)]
        steps += [lambda: self.renewal_order(vip)] * self.rng.randint(1, 3)
        steps += [
            lambda: self.return_something(vip),
            lambda: self.free_and_authorize(vip),
        ] * self.rng.randint(1, 3)
        steps += [lambda: self.answer_renewal(vip)] * self.rng.randint(0, 3)
        if self.chance(0.3):
            steps += [lambda: self.new_order(vip), lambda: self.accept_order(vip)]
            steps += [lambda: self.answer_renewal(vip)] * 2
        self.plan.extend(self.unless_deleted(vip, step) for step in steps[1:])
        return steps[0]() or self.renewal_order(vip)

    def renew_all(self, vip: str) -> Command:
        """Renew whatever is left, by one order that the vendor accepts at once."""
        command = self.order(
            vip, "RENEWAL", self.listed(self.unrenewed(self.model.customers[vip])) or self.lines()
        )
        self.plan.append(self.accepted(vip, str(command["order_id"])))
        return command

    def accepted(self, vip: str, order_id: str) -> Play:
        def step() -> Command | None:
            order = self.model.customers[vip].orders.get(order_id)
            waits = order is not None and order.state == "PLACED"
            return self.say(vip, "AcceptOrder", order_id=order_id) if waits else None

        return step

    def stale(self, vip: str) -> Command:
        """Let a renewal order wait until the term it was to renew is over."""
        bought, part, rest, more = (
            f"O-{len(self.model.customers[vip].orders) + n}" for n in (1, 2, 3, 4)
        )
        lines = self.lines()
        steps: list[Play] = [
            self.accepted(vip, bought),
            lambda: self.order(vip, "RENEWAL", lines),
            lambda: self.order(
                vip, "RENEWAL", self.listed(self.unrenewed(self.model.customers[vip])) or lines
            ),
            lambda: self.request_return(vip, bought) | {"lines": None},
            lambda: self.free_and_authorize(vip),
            self.accepted(vip, rest),
        ]
        if self.chance(0.3):
            steps += [
                lambda: self.order(vip, "NEW", lines),
                self.accepted(vip, more),
                self.accepted(vip, rest),
            ]
        if self.chance(0.5):
            steps.append(lambda: self.near_renewal(vip, self.rng.choice((-30, -5, 31, 31))))
        steps.append(self.accepted(vip, part))
        self.plan.extend(self.unless_deleted(vip, step) for step in steps)
        return self.order(vip, "NEW", lines)

    def near_renewal(self, vip: str, days: int) -> Command | None:
        term = self.model.customers[vip].term
        if term is None:
            return None
        self.leap(vip, term.renews_on + timedelta(days))
        return self.say(vip, "ExpireLicenses") if days > 0 else self.renew_all(vip)

    def return_as_commitment_ends(self, vip: str) -> Command:
        """Ask for a return on the last day of a commitment, or the day after."""
        command = self.new_order(vip)
        order_id, ends_on = str(command["order_id"]), self.model.customers[vip].commit_ends_on
        self.plan.append(self.accepted(vip, order_id))
        days = self.rng.choice((0, 1))
        self.plan.append(lambda: self.leap(vip, ends_on + timedelta(days)) if ends_on else None)
        self.plan.append(lambda: self.return_everything(vip))
        return command

    def commitment_to_its_end(self, vip: str) -> Command:
        """Commit and renew in full, but not so much into the first term that is free again."""
        steps: list[Play] = [
            lambda: self.near_renewal(vip, -5),
            lambda: self.near_renewal(vip, -20),
            lambda: self.freely_renewed(vip),
        ]
        self.plan.extend(self.unless_deleted(vip, step) for step in steps)
        return self.say(vip, "CommitThreeYears", minimum_licenses=10)

    def freely_renewed(self, vip: str) -> Command | None:
        customer = self.model.customers[vip]
        if customer.term is None or self.chance(0.2):
            return None
        if self.chance(0.4) and customer.commit_ends_on:
            self.leap(vip, customer.commit_ends_on - timedelta(8))
            return self.return_as_commitment_ends(vip)
        self.leap(vip, customer.term.renews_on + timedelta(self.rng.choice((-10, -1, 0, 3))))
        product = self.rng.choice(sorted(self.unrenewed(customer)) or list(PRODUCTS))
        return self.order(
            vip, "RENEWAL", [{"product": product, "quantity": self.rng.randint(1, 9)}]
        )

    def return_everything(self, vip: str) -> Command | None:
        returnable = self.returnable(vip, self.model.customers[vip])
        for order_id in returnable[1:]:
            self.plan.appendleft(partial(self.return_of(order_id), vip))
        return self.request_return(vip, returnable[0]) | {"lines": None} if returnable else None

    def unless_deleted(self, vip: str, step: Play) -> Play:
        return lambda: None if self.model.customers[vip].deleted else step()

    def return_something(self, vip: str) -> Command | None:
        return self.request_return(vip) if self.returnable(vip, self.model.customers[vip]) else None

    def free_and_authorize(self, vip: str) -> Command | None:
        customer = self.model.customers[vip]
        requested = [each for each in customer.returns.values() if each.state == "REQUESTED"]
        if not requested:
            return None
        asked = self.rng.choice(requested)
        for product, count in asked.lines.items():
            short = min(count - customer.available(product), customer.assigned[product])
            if short > 0:
                self.plan.appendleft(lambda: self.authorize_return(vip))
                return self.say(vip, "UnassignLicenses", product=product, quantity=short)
        return self.say(vip, "AuthorizeReturn", return_id=asked.said["return_id"])

    def answer_renewal(self, vip: str) -> Command | None:
        waiting: list[Order] = self.model.customers[vip].waiting_renewals()
        if not waiting:
            return None
        order_id = self.rng.choice(waiting).said["order_id"]
        if self.chance(0.15):
            return self.say(vip, "RejectOrder", order_id=order_id, reason="Late")
        return self.say(vip, "AcceptOrder", order_id=order_id)

    # Reseller change.

    def send_code(self, vip: str) -> Command:
        customer = self.model.customers[vip]
        others = [each for each in RESELLERS if each != customer.reseller_id]
        reseller = self.rng.choice(others)
        if self.chance(0.08):
            self.plan.extend([lambda: self.code_from(vip, reseller)] * 5)
        if self.chance(0.3):
            self.plan.append(lambda: self.code_from(vip, self.rng.choice(others)))
        return self.code_from(vip, reseller)

    def code_from(self, vip: str, reseller: str) -> Command:
        return self.say(
            vip,
            "SendResellerChangeCode",
            reseller_id=reseller,
            administrator_email=self.administrator(self.model.customers[vip]),
            managed_by=self.rng.choice(MANAGERS),
            code=self.code_text(vip),
        )

    def code_text(self, vip: str) -> str:
        sent = [str(code.said["code"]) for code in self.model.customers[vip].codes[-2:]]
        if sent and self.chance(0.3):
            return self.rng.choice(sent)
        return (
            self.rng.choice(CODES) if self.chance(0.2) else f"CODE-{self.rng.randrange(10**6):06}"
        )

    def use_code(self, vip: str) -> Command:
        unused = [each for each in self.model.customers[vip].codes if each.state == "OPEN"]
        live = [each for each in unused if each.is_live(self.now(vip))]
        code: Code = self.rng.choice(live or unused)
        others = [str(each.said["code"]) for each in self.model.customers[vip].codes[-4:]]
        if self.chance(0.5):
            self.plan.extend(
                self.unless_deleted(vip, lambda: self.use(self.rng.choice(others))(vip))
                for _ in range(2)
            )
        return self.use(str(code.said["code"]))(vip)

    def use(self, code: str) -> Ask:
        return lambda vip: self.say(
            vip,
            "ChangeReseller",
            code=code,
            administrator_email=self.administrator(self.model.customers[vip]),
        )

    # Wrong on purpose.

    def wrong(self, vip: str, customer: Customer) -> Command:
        ask: Ask = self.weighted(
            [
                (4, self.again),
                (3, self.with_other_content),
                (2, self.too_early),
                (2, self.damaged),
                (1, self.to_nobody),
                (8, self.any_command),
                (8 if customer.accepted_on else 2, self.just_beyond),
            ]
        )
        return ask(vip)

    def earlier(self, vip: str, *names: str) -> Command:
        found = [
            each
            for each in self.said
            if each.get("vip_id") == vip and isinstance(each.get("at"), str)
        ]
        named = [each for each in found if not names or each.get("command") in names]
        return dict(self.rng.choice(named)) if named else self.any_command(vip)

    def again(self, vip: str) -> Command:
        if self.chance(0.6):
            names = (
                "InviteCustomer",
                "PlacePA",
                "PlaceOrder",
                "RequestReturn",
                "SendResellerChangeCode",
                "AcceptTerms",
                "CancelPA",
                "DeactivateLicenses",
                "AcceptOrder",
                "RejectOrder",
            )
            command = self.earlier(vip, self.rng.choice(names))
        else:
            command = self.earlier(vip)
        for field in ("lines", "pa_ids"):
            if isinstance(command.get(field), list):
                command[field] = self.rng.sample(command[field], len(command[field]))
        return command if self.chance(0.3) else command | {"at": self.stamp(self.now(vip))}

    def with_other_content(self, vip: str) -> Command:
        names = "InviteCustomer", "PlacePA", "PlaceOrder", "RequestReturn"
        command = self.earlier(vip, self.rng.choice(names)) | {"at": self.stamp(self.now(vip))}
        changes: dict[str, list[Command]] = {
            "InviteCustomer": [
                {"city": "Lund"},
                {"managed_by": "somebody"},
                {"offer_type": "TEAM"},
            ],
            "PlacePA": [{"po_number": "4711"}, {"lines": self.lines()}],
            "PlaceOrder": [{"lines": self.lines()}, {"order_type": "NEW", "pa_ids": ["PA-1"]}],
            "RequestReturn": [
                {"reason": "WRONG_TERM"},
                {"order_id": "O-1"},
                {"lines": self.lines()},
            ],
        }
        return command | self.rng.choice(changes.get(str(command.get("command")), [{}]))

    def too_early(self, vip: str) -> Command:
        command = self.sensible(vip, self.model.customers[vip])
        self.plan.clear()
        before = self.rng.choice((MICROSECOND, timedelta(hours=1), timedelta(days=40)))
        return command | {"at": self.stamp(self.model.customers[vip].latest - before)}

    def to_nobody(self, vip: str) -> Command:
        nobody = {"vip_id": self.rng.choice(("VIP-NOBODY", "no vip id"))}
        return self.rng.choice((self.assign_manager, self.delete))(vip) | nobody

    def any_command(self, vip: str) -> Command:
        """Say any command with plausible words and no regard to the state."""
        customer = self.model.customers[vip]
        pa_id = self.rng.choice([*customer.pas, "PA-99"])
        order_id = self.rng.choice([*customer.orders, "O-99"])
        return_id = self.rng.choice([*customer.returns, "RT-99"])
        name = self.rng.choice(sorted(SHAPES))
        words: dict[str, Callable[[], Command]] = {
            "InviteCustomer": lambda: self.invite(vip),
            "ResendInvitation": lambda: self.resend(vip),
            "AcceptTerms": lambda: {"administrator_email": self.email()},
            "ChangeAgreementOwner": lambda: {"email": self.email(), "name": "Cia"},
            "AddAdministrator": lambda: {"email": self.email()},
            "RemoveAdministrator": lambda: {"email": self.email()},
            "AssignManager": lambda: {"managed_by": self.rng.choice(MANAGERS)},
            "PlacePA": lambda: {"pa_id": pa_id, "lines": self.lines()},
            "CancelPA": lambda: {"pa_id": pa_id},
            "DeactivateLicenses": lambda: {"pa_id": pa_id},
            "PlaceOrder": lambda: self.any_order(vip, pa_id),
            "AcceptOrder": lambda: {"order_id": order_id},
            "RejectOrder": lambda: {"order_id": order_id, "reason": "Typo"},
            "RequestReturn": lambda: self.request_return(vip, order_id),
            "AuthorizeReturn": lambda: {"return_id": return_id},
            "RefuseReturn": lambda: {"return_id": return_id},
            "AssignLicenses": lambda: {
                "product": self.rng.choice(PRODUCTS),
                "quantity": self.quantity(),
            },
            "UnassignLicenses": lambda: {
                "product": self.rng.choice(PRODUCTS),
                "quantity": self.quantity(),
            },
            "CommitThreeYears": lambda: {"minimum_licenses": self.rng.choice((1, 9, 10, 15, 1000))},
            "SendResellerChangeCode": lambda: self.any_code(vip),
            "ChangeReseller": lambda: {
                "code": self.rng.choice(self.texts(customer)),
                "administrator_email": self.administrator(customer),
            },
        }
        return self.say(vip, name, **(words[name]() if name in words else {})) | {
            "at": self.stamp(self.now(vip))
        }

    def any_order(self, vip: str, pa_id: str) -> Command:
        if self.chance(0.4):
            return self.order(vip, "RENEWAL", self.lines())
        return self.order(vip, "NEW", self.lines(), pa_ids=[pa_id])

    def any_code(self, vip: str) -> Command:
        return self.code_from(vip, self.rng.choice(RESELLERS)) | {
            "administrator_email": self.email()
        }

    def texts(self, customer: Customer) -> list[str]:
        return [*(str(code.said["code"]) for code in customer.codes), *CODES]

    def just_beyond(self, vip: str) -> Command:
        """Ask for one more than there is."""
        customer = self.model.customers[vip]
        product = self.rng.choice(PRODUCTS)
        free, assigned = customer.available(product), customer.assigned[product]
        asks: list[Callable[[], Command]] = [
            lambda: self.say(vip, "AssignLicenses", product=product, quantity=free + 1),
            lambda: self.say(vip, "UnassignLicenses", product=product, quantity=assigned + 1),
            lambda: self.say(
                vip, "CommitThreeYears", minimum_licenses=customer.fulfilled.total() + 1
            ),
            lambda: self.order(
                vip, "RENEWAL", [{"product": product, "quantity": customer.fulfilled[product] + 1}]
            ),
            lambda: self.code_from(vip, customer.reseller_id),
            lambda: self.code_from(vip, RESELLERS[0]) | {"administrator_email": "nobody@a.example"},
            lambda: self.say(vip, "RemoveAdministrator", email=customer.contact_email),
            lambda: self.say(vip, "DeleteCustomer"),
            lambda: self.say(vip, "RenewAutomatically"),
            lambda: self.say(vip, "ExpireLicenses"),
            lambda: self.say(vip, "ReviewSelectLevel"),
            lambda: self.say(vip, "CommitThreeYears", minimum_licenses=10),
            lambda: self.place_pa(vip),
            lambda: self.about_pa(vip, "DeactivateLicenses"),
            lambda: self.about_pa(vip, "CancelPA"),
        ]
        return self.rng.choice(asks)()

    def damaged(self, vip: str) -> Command:
        command = self.any_command(vip)
        field = self.rng.choice(sorted(command))
        dropped = {name: value for name, value in command.items() if name != field}
        damages: list[Command] = [
            dropped
            if field not in ("lines", "pa_ids", "anniversary_date")
            else dropped | {"at": None},
            command | {field: "  "},
            command | {field: None, "surprise": 1},
            command | {field: True},
            command | {"at": str(command["at"])[:10] + "T08:00:00"},
            command | {"at": "yesterday"},
            command | {"command": "DoSomething"},
            command | {"colour": "red"},
            self.order(vip, "RENEWAL", self.lines(), pa_ids=["PA-1"]),
            self.order(vip, "RETURN", self.lines()),
            self.order(vip, "NEW", []),
            self.order(vip, "NEW", self.lines(), pa_ids=["PA-1", "PA-1"]),
            self.order(
                vip,
                "NEW",
                [{"product": "Photoshop", "quantity": self.rng.choice((0, -1, True, "1", 1.5))}],
            ),
            self.order(vip, "NEW", [{"product": "Photoshop", "quantity": 1}] * 2),
            self.say(vip, "ChangeReseller", code="SHORT-7", administrator_email=EMAILS[0]),
        ]
        return self.rng.choice(damages)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _leap_day_after(day: date) -> date:
    year = day.year if day < date(day.year, 2, 28) else day.year + 1
    while not calendar.isleap(year):
        year += 1
    return date(year, 2, 29)
