"""Random commands, and after each the filters computed once more from the details alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import vip_domain
from tests.builders import accept, invite
from vip_domain import (
    AcceptOrder,
    AssignLicenses,
    AuthorizeReturn,
    CancelPA,
    ChangeReseller,
    Command,
    CommandRefused,
    CustomerDetails,
    DeactivateLicenses,
    DeleteCustomer,
    ExpireLicenses,
    Line,
    PlaceOrder,
    PlacePA,
    RejectOrder,
    RenewAutomatically,
    RequestReturn,
    ReviewSelectLevel,
    SendResellerChangeCode,
)

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
vip_ids = st.sampled_from(["VIP-1", "VIP-2", "VIP-3"])
numbers = st.sampled_from(["1", "2", "3", "4"])
lines = st.lists(
    st.builds(Line, st.sampled_from(["Acrobat Pro", "Photoshop"]), st.integers(1, 30)),
    min_size=1,
    max_size=2,
    unique_by=lambda line: line.product,
)
days = st.sampled_from([0, 0, 0, 1, 13, 14, 15, 30, 46, 61, 304, 320, 335, 365, 396])


class CustomerPage(RuleBasedStateMachine):
    """Three customers, two resellers, a clock that jumps to the days that matter."""

    def __init__(self) -> None:
        super().__init__()
        self.vip = vip_domain.open("memory:")
        self.at = START
        self.living: set[str] = set()

    def teardown(self) -> None:
        self.vip.close()

    def send(self, command: Command) -> None:
        try:
            self.vip.execute(command, actor="machine")
        except CommandRefused:
            return
        if isinstance(command, DeleteCustomer):
            self.living.discard(command.vip_id)

    @initialize(extended=st.booleans())
    def invited(self, extended: bool) -> None:
        for vip_id in ("VIP-1", "VIP-2", "VIP-3"):
            chosen = "2027-04-01" if extended and vip_id == "VIP-3" else None
            self.send(invite(vip_id=vip_id, at=self.at, anniversary_date=chosen))
            self.send(accept(vip_id=vip_id, at=self.at, administrator_email=f"{vip_id}@a.example"))
            self.living.add(vip_id)

    @rule(later=days)
    def time_passes(self, later: int) -> None:
        self.at += timedelta(days=later, hours=1)

    @rule(vip_id=vip_ids, n=numbers, lines=lines)
    def pa(self, vip_id: str, n: str, lines: list[Line]) -> None:
        self.send(PlacePA(vip_id=vip_id, at=self.at, pa_id=n, lines=tuple(lines)))

    @rule(vip_id=vip_ids, n=numbers, kind=st.sampled_from([CancelPA, DeactivateLicenses]))
    def pa_ends(self, vip_id: str, n: str, kind: Any) -> None:
        self.send(kind(vip_id=vip_id, at=self.at, pa_id=n))

    @rule(vip_id=vip_ids, n=numbers, lines=lines, pas=st.lists(numbers, max_size=2, unique=True))
    def order(self, vip_id: str, n: str, lines: list[Line], pas: list[str]) -> None:
        new: dict[str, Any] = {"order_type": "NEW", "pa_ids": pas}
        self.send(PlaceOrder(vip_id=vip_id, at=self.at, order_id=n, lines=tuple(lines), **new))

    @rule(vip_id=vip_ids, n=numbers, share=st.sampled_from([1, 2]))
    def renewal(self, vip_id: str, n: str, share: int) -> None:
        if vip_id not in self.living:
            return
        licenses = self.vip.customer(vip_id, on=self.at.date()).licenses
        left = {product: each.unrenewed // share for product, each in licenses.items()}
        renewing = tuple(Line(product, count) for product, count in left.items() if count)
        if renewing:
            what: dict[str, Any] = {"order_type": "RENEWAL", "order_id": f"R{n}{self.at.year}"}
            self.send(PlaceOrder(vip_id=vip_id, at=self.at, lines=renewing, **what))
            if share == 1:
                self.send(AcceptOrder(vip_id=vip_id, at=self.at, order_id=what["order_id"]))

    @rule(vip_id=vip_ids, n=numbers, accepted=st.booleans())
    def decision(self, vip_id: str, n: str, accepted: bool) -> None:
        order: dict[str, Any] = {"vip_id": vip_id, "at": self.at, "order_id": n}
        self.send(AcceptOrder(**order) if accepted else RejectOrder(**order, reason="no"))

    @rule(vip_id=vip_ids, n=numbers, authorized=st.booleans())
    def comes_back(self, vip_id: str, n: str, authorized: bool) -> None:
        which: dict[str, Any] = {"vip_id": vip_id, "at": self.at, "return_id": n}
        self.send(RequestReturn(**which, order_id=n, reason=vip_domain.ReturnReason.OTHER))
        if authorized:
            self.send(AuthorizeReturn(**which))

    @rule(vip_id=vip_ids, quantity=st.integers(1, 20))
    def assigned(self, vip_id: str, quantity: int) -> None:
        what: dict[str, Any] = {"product": "Acrobat Pro", "quantity": quantity}
        self.send(AssignLicenses(vip_id=vip_id, at=self.at, **what))

    @rule(
        vip_id=vip_ids,
        kind=st.sampled_from(
            [RenewAutomatically, ExpireLicenses, ReviewSelectLevel, DeleteCustomer]
        ),
    )
    def a_term_ends(self, vip_id: str, kind: Any) -> None:
        self.send(kind(vip_id=vip_id, at=self.at))

    @rule(vip_id=vip_ids, reseller_id=st.sampled_from(["R-1", "R-2"]))
    def changes_hands(self, vip_id: str, reseller_id: str) -> None:
        who: dict[str, Any] = {"vip_id": vip_id, "at": self.at, "code": f"CODE-{reseller_id}"}
        who["administrator_email"] = f"{vip_id}@a.example"
        sent = {"reseller_id": reseller_id, "managed_by": "petra"}
        self.send(SendResellerChangeCode(**who, **sent))
        self.send(ChangeReseller(**who))

    @invariant()
    def filters_agree_with_the_details(self) -> None:
        for on in (self.at.date(), self.at.date() + timedelta(days=330)):
            details = [self.vip.customer(vip_id, on=on) for vip_id in sorted(self.living)]
            for reseller_id in ("R-1", "R-2"):
                mine = [each for each in details if each.reseller_id == reseller_id]
                assert self.lists(reseller_id, on) == {
                    name: {each.vip_id for each in mine if admits(each, on)}
                    for name, admits in NAIVE.items()
                }

    def lists(self, reseller_id: str, on: date) -> dict[str, set[str]]:
        return {
            name: {r.vip_id for r in self.vip.customers(name, reseller_id=reseller_id, on=on).rows}
            for name in NAIVE
        }

    @invariant()
    def licences_add_up(self) -> None:
        for vip_id in self.living:
            for each in self.vip.customer(vip_id, on=self.at.date()).licenses.values():
                assert 0 <= each.assigned <= each.fulfilled + each.pending
                assert 0 <= each.renewed <= each.fulfilled


def no_products(customer: CustomerDetails, on: date) -> bool:
    pending = any(pa.status == "PENDING" for pa in customer.purchase_authorizations)
    return not pending and all(order.status == "REJECTED" for order in customer.orders)


def due(customer: CustomerDetails) -> list[date]:
    return [pa.due_on for pa in customer.purchase_authorizations if pa.status == "PENDING"]


def days_to_renewal(customer: CustomerDetails, on: date) -> int:
    return 10_000 if customer.renews_on is None else (customer.renews_on - on).days


def ready(customer: CustomerDetails, on: date) -> bool:
    left = any(each.fulfilled > each.renewed for each in customer.licenses.values())
    return left and -30 <= days_to_renewal(customer, on) <= 30


def upcoming(customer: CustomerDetails, on: date) -> bool:
    whole = customer.licenses_fulfilled > 0 and customer.licenses_renewed == 0
    return whole and 30 < days_to_renewal(customer, on) <= 45


NAIVE = {
    "all_customers": lambda customer, on: True,
    "no_products": no_products,
    "pending_requests": lambda customer, on: any(on <= day for day in due(customer)),
    "overdue_requests": lambda customer, on: any(on > day for day in due(customer)),
    "upcoming_renewals": upcoming,
    "ready_for_renewal": ready,
}

TestCustomerPage = CustomerPage.TestCase
