"""Whole lives of a customer, drawn command by command: the rules accept each after those before."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
from hypothesis import strategies as st

from vip_domain import commands
from vip_domain.aggregates.customer import INITIAL, Customer, CustomerState, decide, fold
from vip_domain.commands import Command
from vip_domain.errors import CommandRefused
from vip_domain.events import CustomerEvent
from vip_domain.rules import ProgramRules
from vip_domain.testing.scenario import VIP_ID
from vip_domain.testing.strategies import emails, fields_of
from vip_domain.values import Line, OrderStatus, OrderType

_steps = st.sampled_from((0, 0, 0, 1, 3, 13, 14, 15, 31, 46, 61, 304, 320, 335, 365, 396))
"""Days from one command to the next: those on which rules begin or end."""

FIRST_DAYS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
PRODUCTS = ("Acrobat Pro", "Photoshop")
ENDS = (commands.InviteCustomer, commands.DeleteCustomer)
LATER = [kind for kind in commands.COMMANDS if kind not in ENDS]
FIELDS = {kind: fields_of(kind) for kind in commands.COMMANDS}
RESELLERS = st.sampled_from(("R-1", "R-2", "R-3"))
_lines = st.lists(
    st.builds(Line, st.sampled_from(PRODUCTS), st.integers(1, 60)),
    min_size=1,
    max_size=2,
    unique_by=lambda line: line.product,
)


@st.composite
def accepted_commands(
    draw: st.DrawFn,
    *,
    vip_id: str = VIP_ID,
    most: int = 30,
    rules: ProgramRules | None = None,
) -> list[Command]:
    """
    Commands of one customer from its invitation on, in order, each of which records something.

    At most so many; they shrink to the few that matter. Rules that span customers (S62, S89) are
    not asked.
    """
    chosen = ProgramRules.current() if rules is None else rules
    at = draw(FIRST_DAYS)
    invited = _command(
        draw,
        commands.InviteCustomer,
        vip_id,
        at,
        organization_name_ascii="Nord AB",
        anniversary_date=None,
    )
    told: list[Command] = [invited]
    state = fold(decide(invited, INITIAL, chosen))
    for _ in range(draw(st.integers(0, most - 1) | st.just(most - 1))):
        if not isinstance(state, Customer):
            break
        kind = draw(st.sampled_from(_likely(state)) | st.sampled_from(LATER))
        at += timedelta(days=draw(_steps), minutes=1)
        known = {
            name: draw(some)
            for name, some in _known(state, told).items()
            if name in attrs.fields_dict(kind)
        }
        command = _command(draw, kind, vip_id, at, **known)
        with suppress(CommandRefused):
            if facts := decide(command, state, chosen):
                told.append(command)
                state = fold(facts, state)
    return told


def _command(draw: st.DrawFn, kind: type[Any], vip_id: str, at: datetime, **known: Any) -> Any:
    """Any command of this class, as far as it is not settled."""
    settled = {"vip_id": vip_id, "at": at, **known}
    if settled.get("pa_ids"):
        settled["order_type"] = OrderType.NEW
    drawn = {name: draw(some) for name, some in FIELDS[kind].items() if name not in settled}
    return kind(**drawn, **settled)


def accepted_facts(
    *, vip_id: str = VIP_ID, most: int = 30, rules: ProgramRules | None = None
) -> st.SearchStrategy[list[CustomerEvent]]:
    """The facts that such commands record."""
    chosen = ProgramRules.current() if rules is None else rules
    return accepted_commands(vip_id=vip_id, most=most, rules=rules).map(
        lambda told: _facts(told, chosen)
    )


def _facts(told: list[Command], rules: ProgramRules) -> list[CustomerEvent]:
    state: CustomerState = INITIAL
    facts: list[CustomerEvent] = []
    for command in told:
        new = decide(command, state, rules)
        state = fold(new, state)
        facts += new
    return facts


def _likely(customer: Customer) -> list[type[Any]]:
    """What people do most: buy, and go on with what was begun."""
    waiting = any(order.status is OrderStatus.PLACED for order in customer.orders.values())
    return [
        commands.PlaceOrder,
        commands.AcceptOrder if waiting else commands.PlacePA,
        commands.AssignLicenses if customer.accepted else commands.AcceptTerms,
    ]


def _known(customer: Customer, told: list[Command]) -> Mapping[str, st.SearchStrategy[Any]]:
    """What commands may speak of: what there is, and one thing more."""
    codes = [each.code for each in told if isinstance(each, commands.SendResellerChangeCode)]
    left = [Line(product, each.unrenewed) for product, each in customer.pool.items()]
    renewed = tuple(line for line in left if line.quantity > 0)
    return {
        "pa_id": _ids("PA", customer.pas),
        "order_id": _ids("O", customer.orders),
        "return_id": _ids("RT", customer.returns),
        "pa_ids": st.just(()) | st.lists(_ids("PA", customer.pas), max_size=2, unique=True),
        "lines": _lines | st.just(renewed) if renewed else _lines,
        "product": st.sampled_from(PRODUCTS),
        "quantity": st.integers(1, 30),
        "minimum_licenses": st.integers(10, 40),
        "reseller_id": RESELLERS,
        "administrator_email": st.sampled_from(sorted(customer.administrators)) | emails
        if customer.administrators
        else emails,
        "code": st.sampled_from(codes or ["CODE-0001"])
        | st.sampled_from(("CODE-0001", "CODE-0002")),
    }


def _ids(prefix: str, there: Mapping[str, Any]) -> st.SearchStrategy[str]:
    new = st.just(f"{prefix}-{len(there) + 1}")
    return st.sampled_from(list(there)) | new if there else new
