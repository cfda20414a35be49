"""The domain told as plainly as possible: mutable records, the rest recomputed when asked."""

import calendar
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.model.shapes import NotACommandError, read_command

FILTERS = (
    "all_customers",
    "no_products",
    "pending_requests",
    "overdue_requests",
    "upcoming_renewals",
    "ready_for_renewal",
)
DUE_AND_DEACTIVATE_DAYS = {"current": (14, 60), "legacy": (30, 60), "marketplace": (7, 7)}
LONGEST_TERM_MONTHS = {"COM": 36, "GOV": 48, "EDU": 48}
SHORTEST_TERM_MONTHS = 13
RETURN_DAYS = 14
RENEWAL_DAYS = 30
UPCOMING_DAYS = 45
REVIEW_DAYS = 31
LEVELS = ((4, 100), (3, 50), (2, 10))
COMMIT_LEVEL = 2
COMMIT_MINIMUM = 10
CODES_A_DAY = 5
CODE_LIFE = timedelta(hours=72)

Command = dict[str, Any]
Lines = dict[str, int]


class RefusedError(Exception):
    """A rule of the domain says no, with the contract's code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def refuse_if(condition: object, code: str) -> None:
    """Refuse with `code` when the condition holds."""
    if condition:
        raise RefusedError(code)


def months_later(day: date, months: int) -> date:
    """Count calendar months, clamped to the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def level_for(licenses: int) -> int:
    """Say which VIP Select level so many licences reach."""
    return next((level for level, threshold in LEVELS if licenses >= threshold), 1)


def same_email(one: str, other: str) -> bool:
    """Compare two e-mail addresses without regard to case."""
    return one.lower() == other.lower()


def content(command: Command) -> Command:
    """Take from a command everything that must be equal for it to be the same again."""
    return {name: value for name, value in command.items() if name != "at"}


@dataclass
class PA:
    """A purchase authorization as it was placed, and what was done to it since."""

    said: Command
    placed_on: date
    due_on: date
    deactivates_after: date
    cancelled: bool = False
    deactivated: bool = False

    @property
    def lines(self) -> Lines:
        """Products and quantities."""
        return dict(self.said["lines"])


@dataclass
class Order:
    """An order as placed, the vendor's answer, the term it was bought in or the AD it renews."""

    said: Command
    placed_on: date
    state: str = "PLACED"
    term: int | None = None
    renews_on: date | None = None

    @property
    def lines(self) -> Lines:
        """Products and quantities."""
        return dict(self.said["lines"])

    @property
    def is_renewal(self) -> bool:
        """Whether it renews licences instead of buying new ones."""
        return bool(self.said["order_type"] == "RENEWAL")


@dataclass
class Return:
    """A return as it was requested, with its lines spelled out, and the answer."""

    said: Command
    lines: Lines
    state: str = "REQUESTED"


@dataclass
class Code:
    """One sending of a reseller change code."""

    said: Command
    sent_at: datetime
    state: str = "OPEN"

    def is_live(self, at: datetime) -> bool:
        """Whether it could be used at that instant."""
        return self.state == "OPEN" and at <= self.sent_at + CODE_LIFE


@dataclass
class Term:
    """A term that licences run in, numbered within its customer."""

    number: int
    renews_on: date
    extended: bool
    renewed_into: int = 0
    reviewed: bool = False


@dataclass
class Customer:
    """Everything that happened to one customer."""

    invitation: Command
    latest: datetime
    invited_on: date
    reseller_id: str
    managed_by: str
    contact_name: str
    contact_email: str
    accepted_on: date | None = None
    deleted: bool = False
    administrators: list[str] = field(default_factory=list)
    pas: dict[str, PA] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    returns: dict[str, Return] = field(default_factory=dict)
    codes: list[Code] = field(default_factory=list)
    fulfilled: Counter[str] = field(default_factory=Counter)
    renewed: Counter[str] = field(default_factory=Counter)
    assigned: Counter[str] = field(default_factory=Counter)
    anniversary_fixed: date | None = None
    anniversary_day: int = 0
    term: Term | None = None
    terms_begun: int = 0
    level: int = 1
    commit_minimum: int | None = None
    commit_ends_on: date | None = None

    def administers(self, email: str) -> bool:
        """Whether the address is one of the customer's administrators'."""
        return any(same_email(email, each) for each in self.administrators)

    def is_owner(self, email: str) -> bool:
        """Whether the address is the agreement owner's, whom nobody is before acceptance."""
        return self.accepted_on is not None and same_email(email, self.contact_email)

    def is_ordered(self, pa_id: str) -> bool:
        """Whether a live order names the PA."""
        return any(
            pa_id in order.said["pa_ids"] and order.state != "REJECTED"
            for order in self.orders.values()
        )

    def is_paid(self, pa_id: str) -> bool:
        """Whether an accepted order names the PA."""
        return any(
            pa_id in order.said["pa_ids"] and order.state == "ACCEPTED"
            for order in self.orders.values()
        )

    def pending_pas(self) -> list[PA]:
        """PAs that are neither cancelled nor ordered, deactivated ones among them."""
        return [
            pa for pa_id, pa in self.pas.items() if not pa.cancelled and not self.is_ordered(pa_id)
        ]

    def overdue_pas(self, on: date) -> list[PA]:
        """Pending PAs that are overdue at a date."""
        return [pa for pa in self.pending_pas() if on > pa.due_on]

    def pending(self) -> Counter[str]:
        """Licences that PAs give, until they are cancelled, deactivated or paid for."""
        pool: Counter[str] = Counter()
        for pa_id, pa in self.pas.items():
            if not pa.cancelled and not pa.deactivated and not self.is_paid(pa_id):
                pool.update(pa.lines)
        return pool

    def available(self, product: str) -> int:
        """Licences of a product that are not assigned."""
        return self.fulfilled[product] + self.pending()[product] - self.assigned[product]

    def waiting_renewals(self) -> list[Order]:
        """Renewal orders that wait for the vendor."""
        return [
            order for order in self.orders.values() if order.is_renewal and order.state == "PLACED"
        ]

    def waiting_to_renew(self) -> Counter[str]:
        """Licences in all renewal orders that wait for the vendor."""
        pool: Counter[str] = Counter()
        for order in self.waiting_renewals():
            pool.update(order.lines)
        return pool

    def is_fully_renewed(self) -> bool:
        """Whether no fulfilled licence is left to renew."""
        return all(self.renewed[product] >= count for product, count in self.fulfilled.items())

    def has_no_products(self) -> bool:
        """Whether there is no pending PA, no order waiting, and never was an accepted one."""
        return not self.pending_pas() and all(
            order.state == "REJECTED" for order in self.orders.values()
        )

    def left_to_return(self, order_id: str) -> Counter[str]:
        """Licences of an order that are neither returned nor requested to be."""
        left = Counter(self.orders[order_id].lines)
        for each in self.returns.values():
            if each.said["order_id"] == order_id and each.state != "REFUSED":
                left.subtract(each.lines)
        return +left

    def requested_back(self) -> int:
        """Licences in returns that nobody has decided yet."""
        return sum(
            sum(each.lines.values()) for each in self.returns.values() if each.state == "REQUESTED"
        )

    def bought_in_term(self) -> int:
        """Licences renewed into the current term or bought in it, less the bought ones returned."""
        if self.term is None:
            return 0
        total = self.term.renewed_into
        for order_id, order in self.orders.items():
            if (
                not order.is_renewal
                and order.state == "ACCEPTED"
                and order.term == self.term.number
            ):
                total += sum(order.lines.values()) - self.returned_of(order_id)
        return total

    def returned_of(self, order_id: str) -> int:
        """Licences of an order that went back."""
        returns = [each for each in self.returns.values() if each.said["order_id"] == order_id]
        return sum(sum(each.lines.values()) for each in returns if each.state == "AUTHORIZED")

    def anniversary_date(self) -> date | None:
        """Give the first AD: fixed, chosen, or provisional from the first PA not cancelled."""
        chosen: date | None = self.invitation["anniversary_date"]
        starts = [pa.placed_on for pa in self.pas.values() if not pa.cancelled]
        return (
            self.anniversary_fixed or chosen or (months_later(min(starts), 12) if starts else None)
        )

    def fix_anniversary(self, ordered_on: date) -> None:
        """Fix the AD for good, as the first accepted order does."""
        chosen: date | None = self.invitation["anniversary_date"]
        start = min([ordered_on, *(pa.placed_on for pa in self.pas.values() if not pa.cancelled)])
        self.anniversary_fixed = chosen or months_later(start, 12)
        self.anniversary_day = (chosen or start).day

    def recurrence(self, year: int) -> date:
        """Give the AD of a year, on its anchor day or the last of a shorter month."""
        assert self.anniversary_fixed is not None
        month = self.anniversary_fixed.month
        return date(year, month, min(self.anniversary_day, calendar.monthrange(year, month)[1]))

    def first_anniversary_after(self, day: date) -> date:
        """Give the first recurrence of the AD, itself included, after a day."""
        assert self.anniversary_fixed is not None
        year = self.anniversary_fixed.year
        while self.recurrence(year) <= day:
            year += 1
        return self.recurrence(year)

    def begin_term(self, renews_on: date, *, extended: bool, renewed_into: int = 0) -> None:
        """Begin a term."""
        self.terms_begun += 1
        self.term = Term(self.terms_begun, renews_on, extended, renewed_into)

    def roll(self) -> None:
        """Begin the next term with what was renewed, reviewing the old one if nobody did."""
        assert self.term is not None
        if not self.term.reviewed:
            self.level = level_for(self.bought_in_term())
        next_year = self.recurrence(self.term.renews_on.year + 1)
        self.begin_term(next_year, extended=False, renewed_into=self.renewed.total())
        self.renewed.clear()

    def lapse(self) -> None:
        """Leave nothing but the AD."""
        self.fulfilled.clear()
        self.renewed.clear()
        self.term = None
        self.level = 1
        self.commit_minimum = None
        self.commit_ends_on = None
        self.drop_assignments_that_no_longer_fit()

    def drop_assignments_that_no_longer_fit(self) -> None:
        """Keep no more assignments of a product than there are licences."""
        for product in list(self.assigned):
            self.assigned[product] += min(0, self.available(product))

    def is_committed_on(self, day: date) -> bool:
        """Whether a three-year commit runs on a day."""
        return self.commit_ends_on is not None and day <= self.commit_ends_on


class NaiveModel:
    """All customers, commanded one JSON object at a time."""

    def __init__(self, rules: str = "current") -> None:
        self.due_days, self.deactivate_days = DUE_AND_DEACTIVATE_DAYS[rules]
        self.customers: dict[str, Customer] = {}
        self.changes = 0

    def do(self, command: object) -> str | None:
        """Execute a command and return nothing, or the code of its refusal with nothing changed."""
        try:
            changed = self._execute(read_command(command))
        except NotACommandError:
            return "INVALID_COMMAND"
        except RefusedError as refusal:
            return refusal.code
        self.changes += changed
        return None

    def list(self, filter: str, reseller: str, on: date, managed_by: str | None = None) -> set[str]:
        """List the ids of a reseller's customers that a filter lets through."""
        admits = getattr(self, f"_is_{filter}")
        return {
            vip_id
            for vip_id, customer in self.customers.items()
            if not customer.deleted
            and customer.reseller_id == reseller
            and managed_by in (None, customer.managed_by)
            and admits(customer, on)
        }

    def counts(self, reseller: str, on: date, managed_by: str | None = None) -> dict[str, int]:
        """Count what each filter lists."""
        return {name: len(self.list(name, reseller, on, managed_by)) for name in FILTERS}

    def row(self, vip_id: str, on: date) -> dict[str, Any]:
        """Tell a customer in the columns of the contract; a deleted one has no row."""
        customer = self.customers[vip_id]
        if customer.deleted:
            raise KeyError(vip_id)
        invitation, licenses = customer.invitation, self.licenses(vip_id).values()
        row = {
            "vip_id": vip_id,
            "reseller_id": customer.reseller_id,
            "managed_by": customer.managed_by,
            "organization_name": invitation["organization_name"],
            "organization_name_ascii": invitation["organization_name_ascii"]
            or invitation["organization_name"],
            "market_segment": invitation["market_segment"],
            "offer_type": invitation["offer_type"],
            "invitation_status": "ACCEPTED" if customer.accepted_on else "PENDING",
            "owner_name": customer.contact_name,
            "owner_email": customer.contact_email,
            "country": invitation["country"],
            "region": invitation["region"],
            "address": invitation["address"],
            "city": invitation["city"],
            "postal_code": invitation["postal_code"],
            "invited_on": customer.invited_on,
            "accepted_on": customer.accepted_on,
            "anniversary_date": customer.anniversary_date(),
            "renews_on": customer.term and customer.term.renews_on,
            "term_type": self._term_type(customer),
            "select_level": customer.level,
            "commit_minimum": customer.commit_minimum,
            "commit_ends_on": customer.commit_ends_on,
            "pending_pas": len(customer.pending_pas()) - len(customer.overdue_pas(on)),
            "overdue_pas": len(customer.overdue_pas(on)),
            "next_due_on": min((pa.due_on for pa in customer.pending_pas()), default=None),
            "licenses_fulfilled": sum(each["fulfilled"] for each in licenses),
            "licenses_pending": sum(each["pending"] for each in licenses),
            "licenses_assigned": sum(each["assigned"] for each in licenses),
            "licenses_available": sum(each["available"] for each in licenses),
            "licenses_renewed": customer.renewed.total(),
        }
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in row.items()
        }

    def licenses(self, vip_id: str) -> dict[str, dict[str, int]]:
        """Tell a customer's licences by product, leaving out those with nothing at all."""
        customer, pending = self.customers[vip_id], self.customers[vip_id].pending()
        return {
            product: {
                "fulfilled": customer.fulfilled[product],
                "pending": pending[product],
                "assigned": customer.assigned[product],
                "available": customer.available(product),
            }
            for product in sorted({*customer.fulfilled, *pending, *customer.assigned})
            if customer.fulfilled[product] or pending[product] or customer.assigned[product]
        }

    # The filters.

    def _is_all_customers(self, customer: Customer, on: date) -> bool:
        return True

    def _is_no_products(self, customer: Customer, on: date) -> bool:
        return customer.has_no_products()

    def _is_pending_requests(self, customer: Customer, on: date) -> bool:
        return len(customer.pending_pas()) > len(customer.overdue_pas(on))

    def _is_overdue_requests(self, customer: Customer, on: date) -> bool:
        return bool(customer.overdue_pas(on))

    def _is_upcoming_renewals(self, customer: Customer, on: date) -> bool:
        if customer.term is None or not customer.fulfilled.total() or customer.renewed.total():
            return False
        return RENEWAL_DAYS < (customer.term.renews_on - on).days <= UPCOMING_DAYS

    def _is_ready_for_renewal(self, customer: Customer, on: date) -> bool:
        if customer.term is None or customer.is_fully_renewed():
            return False
        return abs((customer.term.renews_on - on).days) <= RENEWAL_DAYS

    def _term_type(self, customer: Customer) -> str | None:
        if customer.term:
            return "EXTENDED" if customer.term.extended else "ANNUAL"
        never_bought = customer.anniversary_fixed is None
        return "EXTENDED" if customer.invitation["anniversary_date"] and never_bought else None

    # Commands: first what every one has in common, then one method each.

    def _execute(self, command: Command) -> bool:
        name, customer = command["command"], self.customers.get(command["vip_id"])
        if name == "InviteCustomer":
            return self._invite(command, customer)
        if customer is None:
            raise RefusedError("CUSTOMER_UNKNOWN")
        if customer.deleted:
            refuse_if(name != "DeleteCustomer", "CUSTOMER_DELETED")
            return False
        if self._is_already_so(customer, command):
            return False
        refuse_if(command["at"] < customer.latest, "OUT_OF_ORDER")
        handlers: dict[str, Callable[[Customer, Command], None]] = {
            "ResendInvitation": self._resend,
            "DeleteCustomer": self._delete,
            "AcceptTerms": self._accept_terms,
            "ChangeAgreementOwner": self._change_owner,
            "AddAdministrator": self._add_administrator,
            "RemoveAdministrator": self._remove_administrator,
            "AssignManager": self._assign_manager,
            "PlacePA": self._place_pa,
            "CancelPA": self._cancel_pa,
            "DeactivateLicenses": self._deactivate,
            "PlaceOrder": self._place_order,
            "AcceptOrder": self._accept_order,
            "RejectOrder": self._reject_order,
            "RequestReturn": self._request_return,
            "AuthorizeReturn": self._authorize_return,
            "RefuseReturn": self._refuse_return,
            "AssignLicenses": self._assign,
            "UnassignLicenses": self._unassign,
            "RenewAutomatically": self._renew_automatically,
            "ExpireLicenses": self._expire,
            "ReviewSelectLevel": self._review,
            "CommitThreeYears": self._commit,
            "SendResellerChangeCode": self._send_code,
            "ChangeReseller": self._change_reseller,
        }
        handlers[name](customer, command)
        customer.latest = command["at"]
        return True

    def _is_already_so(self, customer: Customer, command: Command) -> bool:
        match command:
            case {"command": "PlacePA", "pa_id": pa_id} if pa_id in customer.pas:
                return customer.pas[pa_id].said == content(command)
            case {"command": "PlaceOrder", "order_id": order_id} if order_id in customer.orders:
                return customer.orders[order_id].said == content(command)
            case {"command": "RequestReturn", "return_id": return_id} if (
                return_id in customer.returns
            ):
                return customer.returns[return_id].said == content(command)
            case {"command": "SendResellerChangeCode", "at": at}:
                return any(
                    code.said == content(command) and code.is_live(at) for code in customer.codes
                )
            case {"command": "AcceptTerms", "administrator_email": email}:
                return customer.is_owner(email)
            case {"command": "ChangeAgreementOwner", "email": email, "name": name}:
                return customer.is_owner(email) and name == customer.contact_name
            case {"command": "AssignManager", "managed_by": manager}:
                return bool(manager == customer.managed_by)
            case {"command": "AddAdministrator", "email": email}:
                return customer.administers(email)
            case {"command": "CancelPA", "pa_id": pa_id} if pa_id in customer.pas:
                return customer.pas[pa_id].cancelled
            case {"command": "DeactivateLicenses", "pa_id": pa_id} if pa_id in customer.pas:
                return (
                    customer.pas[pa_id].deactivated
                    and customer.pas[pa_id] in customer.pending_pas()
                )
            case {"command": "AcceptOrder", "order_id": order_id} if order_id in customer.orders:
                return customer.orders[order_id].state == "ACCEPTED"
            case {"command": "RejectOrder", "order_id": order_id} if order_id in customer.orders:
                return customer.orders[order_id].state == "REJECTED"
            case {"command": "AuthorizeReturn", "return_id": return_id} if (
                return_id in customer.returns
            ):
                return customer.returns[return_id].state == "AUTHORIZED"
            case {"command": "RefuseReturn", "return_id": return_id} if (
                return_id in customer.returns
            ):
                return customer.returns[return_id].state == "REFUSED"
        return False

    # Invitation and people.

    def _invite(self, command: Command, taken_by: Customer | None) -> bool:
        if taken_by is not None:
            refuse_if(
                taken_by.deleted or taken_by.invitation != content(command), "CUSTOMER_EXISTS"
            )
            return False
        name, ascii_name = command["organization_name"], command["organization_name_ascii"]
        refuse_if(not (ascii_name or name).isascii(), "ASCII_NAME_REQUIRED")
        today, chosen = command["at"].date(), command["anniversary_date"]
        if chosen is not None:
            latest = months_later(today, LONGEST_TERM_MONTHS[command["market_segment"]])
            refuse_if(
                not months_later(today, SHORTEST_TERM_MONTHS) <= chosen <= latest,
                "TERM_OUT_OF_RANGE",
            )
        self.customers[command["vip_id"]] = Customer(
            invitation=content(command),
            latest=command["at"],
            invited_on=today,
            reseller_id=command["reseller_id"],
            managed_by=command["managed_by"],
            contact_name=command["contact_name"],
            contact_email=command["contact_email"],
        )
        return True

    def _resend(self, customer: Customer, command: Command) -> None:
        refuse_if(customer.accepted_on, "NOT_PENDING")
        customer.contact_email = command["contact_email"]
        customer.contact_name = command["contact_name"] or customer.contact_name

    def _delete(self, customer: Customer, command: Command) -> None:
        refuse_if(not customer.has_no_products(), "HAS_PRODUCTS")
        customer.deleted = True

    def _accept_terms(self, customer: Customer, command: Command) -> None:
        refuse_if(customer.accepted_on, "NOT_PENDING")
        self._refuse_if_owner_elsewhere(customer, command["administrator_email"])
        customer.accepted_on = command["at"].date()
        self._make_owner(customer, command["administrator_email"], command["administrator_name"])

    def _change_owner(self, customer: Customer, command: Command) -> None:
        refuse_if(not customer.accepted_on, "NOT_ACCEPTED")
        self._refuse_if_owner_elsewhere(customer, command["email"])
        self._make_owner(customer, command["email"], command["name"])

    def _refuse_if_owner_elsewhere(self, customer: Customer, email: str) -> None:
        name = customer.invitation["organization_name"].strip()
        for other in self.customers.values():
            if other is not customer and not other.deleted and other.is_owner(email):
                refuse_if(other.invitation["organization_name"].strip() == name, "OWNER_TAKEN")

    def _make_owner(self, customer: Customer, email: str, name: str | None) -> None:
        customer.contact_email = email
        customer.contact_name = name or customer.contact_name
        if not customer.administers(email):
            customer.administrators.append(email)

    def _add_administrator(self, customer: Customer, command: Command) -> None:
        refuse_if(not customer.accepted_on, "NOT_ACCEPTED")
        customer.administrators.append(command["email"])

    def _remove_administrator(self, customer: Customer, command: Command) -> None:
        email = command["email"]
        refuse_if(not customer.accepted_on, "NOT_ACCEPTED")
        refuse_if(customer.is_owner(email), "OWNER_IS_ADMINISTRATOR")
        refuse_if(not customer.administers(email), "NOT_AN_ADMINISTRATOR")
        customer.administrators = [
            each for each in customer.administrators if not same_email(each, email)
        ]

    def _assign_manager(self, customer: Customer, command: Command) -> None:
        customer.managed_by = command["managed_by"]

    # Purchase authorizations.

    def _place_pa(self, customer: Customer, command: Command) -> None:
        today = command["at"].date()
        refuse_if(command["pa_id"] in customer.pas, "PA_EXISTS")
        refuse_if(customer.overdue_pas(today), "PA_OVERDUE")
        customer.pas[command["pa_id"]] = PA(
            said=content(command),
            placed_on=today,
            due_on=today + timedelta(days=self.due_days),
            deactivates_after=today + timedelta(days=self.deactivate_days),
        )

    def _pending_pa(self, customer: Customer, pa_id: str) -> PA:
        refuse_if(pa_id not in customer.pas, "PA_UNKNOWN")
        refuse_if(customer.pas[pa_id] not in customer.pending_pas(), "PA_NOT_PENDING")
        return customer.pas[pa_id]

    def _cancel_pa(self, customer: Customer, command: Command) -> None:
        pa = self._pending_pa(customer, command["pa_id"])
        if not pa.deactivated:
            short = any(
                customer.available(product) < quantity for product, quantity in pa.lines.items()
            )
            refuse_if(short, "LICENSES_ASSIGNED")
        pa.cancelled = True

    def _deactivate(self, customer: Customer, command: Command) -> None:
        pa = self._pending_pa(customer, command["pa_id"])
        refuse_if(command["at"].date() <= pa.deactivates_after, "PA_NOT_DUE")
        pa.deactivated = True
        customer.drop_assignments_that_no_longer_fit()

    # Orders.

    def _place_order(self, customer: Customer, command: Command) -> None:
        today, order = command["at"].date(), Order(content(command), command["at"].date())
        refuse_if(command["order_id"] in customer.orders, "ORDER_EXISTS")
        refuse_if(any(pa_id not in customer.pas for pa_id in command["pa_ids"]), "PA_UNKNOWN")
        authorized: Counter[str] = Counter()
        for pa_id in command["pa_ids"]:
            authorized.update(self._pending_pa(customer, pa_id).lines)
        uncovered = any(
            order.lines.get(product, 0) < count for product, count in authorized.items()
        )
        refuse_if(uncovered, "ORDER_DOES_NOT_COVER_PA")
        if order.is_renewal:
            self._refuse_renewal(customer, order.lines, today)
            order.renews_on = None if customer.term is None else customer.term.renews_on
        customer.orders[command["order_id"]] = order

    def _refuse_renewal(self, customer: Customer, lines: Lines, today: date) -> None:
        if customer.term is None or abs((customer.term.renews_on - today).days) > RENEWAL_DAYS:
            raise RefusedError("NOT_RENEWABLE")
        together = customer.renewed + customer.waiting_to_renew() + Counter(lines)
        refuse_if(
            any(together[product] > customer.fulfilled[product] for product in lines),
            "NOT_RENEWABLE",
        )
        if customer.is_committed_on(customer.term.renews_on):
            refuse_if(together.total() < (customer.commit_minimum or 0), "COMMIT_MINIMUM")

    def _placed_order(self, customer: Customer, order_id: str) -> Order:
        refuse_if(order_id not in customer.orders, "ORDER_UNKNOWN")
        refuse_if(customer.orders[order_id].state != "PLACED", "ORDER_NOT_PLACED")
        return customer.orders[order_id]

    def _accept_order(self, customer: Customer, command: Command) -> None:
        order = self._placed_order(customer, command["order_id"])
        order.state = "ACCEPTED"
        if order.is_renewal:
            self._renew(customer, order)
        else:
            self._buy(customer, order, command["at"].date())

    def _buy(self, customer: Customer, order: Order, today: date) -> None:
        customer.fulfilled.update(order.lines)
        if customer.anniversary_fixed is None:
            customer.fix_anniversary(order.placed_on)
        if customer.term is None:
            chosen = customer.invitation["anniversary_date"]
            extended = chosen is not None and today < chosen
            customer.begin_term(customer.first_anniversary_after(today), extended=extended)
        order.term = customer.terms_begun
        customer.level = max(customer.level, level_for(sum(order.lines.values())))

    def _renew(self, customer: Customer, order: Order) -> None:
        if customer.term is None or customer.term.renews_on != order.renews_on:
            return
        for product, quantity in order.lines.items():
            left = customer.fulfilled[product] - customer.renewed[product]
            customer.renewed[product] += min(quantity, left)
        if customer.is_fully_renewed():
            customer.roll()

    def _reject_order(self, customer: Customer, command: Command) -> None:
        self._placed_order(customer, command["order_id"]).state = "REJECTED"

    # Returns.

    def _request_return(self, customer: Customer, command: Command) -> None:
        refuse_if(command["return_id"] in customer.returns, "RETURN_EXISTS")
        refuse_if(command["order_id"] not in customer.orders, "ORDER_UNKNOWN")
        order, today = customer.orders[command["order_id"]], command["at"].date()
        refuse_if(order.state != "ACCEPTED" or order.is_renewal, "NOT_RETURNABLE")
        refuse_if(today > order.placed_on + timedelta(days=RETURN_DAYS), "NOT_RETURNABLE")
        left = customer.left_to_return(command["order_id"])
        lines = dict(left) if command["lines"] is None else command["lines"]
        refuse_if(
            not lines or any(left[product] < count for product, count in lines.items()),
            "NOT_RETURNABLE",
        )
        if customer.is_committed_on(today):
            rest = customer.fulfilled.total() - customer.requested_back() - sum(lines.values())
            refuse_if(rest < (customer.commit_minimum or 0), "COMMIT_MINIMUM")
        customer.returns[command["return_id"]] = Return(content(command), lines)

    def _requested_return(self, customer: Customer, return_id: str) -> Return:
        refuse_if(return_id not in customer.returns, "RETURN_UNKNOWN")
        refuse_if(customer.returns[return_id].state != "REQUESTED", "RETURN_NOT_REQUESTED")
        return customer.returns[return_id]

    def _authorize_return(self, customer: Customer, command: Command) -> None:
        asked = self._requested_return(customer, command["return_id"])
        for product, quantity in asked.lines.items():
            free = min(customer.fulfilled[product], customer.available(product))
            refuse_if(quantity > free, "LICENSES_ASSIGNED")
        asked.state = "AUTHORIZED"
        customer.fulfilled.subtract(asked.lines)
        customer.renewed &= customer.fulfilled
        if not customer.fulfilled.total():
            customer.lapse()

    def _refuse_return(self, customer: Customer, command: Command) -> None:
        self._requested_return(customer, command["return_id"]).state = "REFUSED"

    # Licences and terms.

    def _assign(self, customer: Customer, command: Command) -> None:
        product, quantity = command["product"], command["quantity"]
        refuse_if(not customer.accepted_on, "NOT_ACCEPTED")
        refuse_if(quantity > customer.available(product), "LICENSES_UNAVAILABLE")
        customer.assigned[product] += quantity

    def _unassign(self, customer: Customer, command: Command) -> None:
        product, quantity = command["product"], command["quantity"]
        refuse_if(quantity > customer.assigned[product], "LICENSES_UNAVAILABLE")
        customer.assigned[product] -= quantity

    def _renew_automatically(self, customer: Customer, command: Command) -> None:
        if customer.term is None or not customer.term.extended or customer.waiting_renewals():
            raise RefusedError("NOT_RENEWABLE")
        refuse_if(command["at"].date() < customer.term.renews_on, "NOT_RENEWABLE")
        customer.renewed = Counter(customer.fulfilled)
        customer.roll()

    def _expire(self, customer: Customer, command: Command) -> None:
        if customer.term is None or customer.term.extended or customer.waiting_renewals():
            raise RefusedError("NOT_RENEWABLE")
        refuse_if(
            (command["at"].date() - customer.term.renews_on).days <= RENEWAL_DAYS, "NOT_RENEWABLE"
        )
        if not customer.renewed.total():
            customer.lapse()
            return
        customer.fulfilled = Counter(customer.renewed)
        customer.drop_assignments_that_no_longer_fit()
        customer.roll()

    def _review(self, customer: Customer, command: Command) -> None:
        if customer.term is None or customer.term.reviewed:
            raise RefusedError("NOT_REVIEWABLE")
        refuse_if(
            (customer.term.renews_on - command["at"].date()).days > REVIEW_DAYS, "NOT_REVIEWABLE"
        )
        customer.level = level_for(customer.bought_in_term())
        customer.term.reviewed = True

    def _commit(self, customer: Customer, command: Command) -> None:
        term, minimum = customer.term, command["minimum_licenses"]
        if customer.level < COMMIT_LEVEL or term is None:
            raise RefusedError("NOT_SELECT")
        refuse_if(term.extended, "EXTENDED_TERM")
        refuse_if(not COMMIT_MINIMUM <= minimum <= customer.fulfilled.total(), "COMMIT_MINIMUM")
        refuse_if(customer.is_committed_on(command["at"].date()), "COMMIT_EXISTS")
        customer.commit_minimum = minimum
        customer.commit_ends_on = customer.recurrence(term.renews_on.year + 2) - timedelta(days=1)

    # Reseller change.

    def _send_code(self, customer: Customer, command: Command) -> None:
        reseller, today = command["reseller_id"], command["at"].date()
        refuse_if(not customer.accepted_on, "NOT_ACCEPTED")
        refuse_if(not customer.administers(command["administrator_email"]), "NOT_AN_ADMINISTRATOR")
        refuse_if(reseller == customer.reseller_id, "SAME_RESELLER")
        sent_today = [
            code
            for each in self.customers.values()
            for code in each.codes
            if code.said["reseller_id"] == reseller and code.sent_at.date() == today
        ]
        refuse_if(len(sent_today) >= CODES_A_DAY, "CODE_LIMIT")
        for code in customer.codes:
            if code.said["reseller_id"] == reseller and code.state == "OPEN":
                code.state = "REPLACED"
        customer.codes.append(Code(content(command), command["at"]))

    def _change_reseller(self, customer: Customer, command: Command) -> None:
        refuse_if(not customer.accepted_on, "NOT_ACCEPTED")
        refuse_if(not customer.administers(command["administrator_email"]), "NOT_AN_ADMINISTRATOR")
        sendings = [code for code in customer.codes if code.said["code"] == command["code"]]
        live = [code for code in sendings if code.is_live(command["at"])]
        if not live:
            states = {code.state for code in sendings}
            refuse_if("OPEN" in states, "CODE_EXPIRED")
            raise RefusedError("CODE_USED" if "USED" in states else "CODE_INVALID")
        for code in customer.codes:
            code.state = "ENDED" if code.state == "OPEN" else code.state
        live[-1].state = "USED"
        customer.reseller_id = live[-1].said["reseller_id"]
        customer.managed_by = live[-1].said["managed_by"]
