"""Given, when, then: what the rules record, refuse and show, tested without any store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import attrs

from vip_domain.aggregates.customer import INITIAL, CustomerState, decide, fold
from vip_domain.aggregates.streams import customer_stream
from vip_domain.commands import Command, Intent
from vip_domain.errors import CommandRefused
from vip_domain.events import CustomerEvent, Recorded
from vip_domain.projections.projection import Projection
from vip_domain.rules import ProgramRules

R = TypeVar("R")

VIP_ID = "VIP-0001"
"""Whose facts they are where no command says it."""


def filed(
    facts: Iterable[CustomerEvent], *, vip_id: str = VIP_ID, actor: str = "anna"
) -> list[Recorded[CustomerEvent]]:
    """Facts as the log of one customer tells them, each recorded at the instant it happened."""
    return [
        Recorded(
            event=fact,
            stream_id=customer_stream(vip_id),
            version=number,
            position=number,
            recorded_at=fact.at,
            actor=actor,
        )
        for number, fact in enumerate(facts, 1)
    ]


def given(*done: Command | CustomerEvent, rules: ProgramRules | None = None) -> Given:
    """
    A customer after `done`: commands, all of which must be accepted, and facts, in their order.

    Rules that span customers (S62, S89) are not asked: they need a store, such as `memory:`.
    Raises `CommandRefused` for a command that is refused.
    """
    chosen = ProgramRules.current() if rules is None else rules
    so_far = Given(rules=chosen)
    for each in done:
        new = decide(each, so_far.state, chosen) if isinstance(each, Intent) else (each,)
        vip_id = each.vip_id if isinstance(each, Intent) else so_far.vip_id
        so_far = attrs.evolve(
            so_far, vip_id=vip_id, state=fold(new, so_far.state), facts=(*so_far.facts, *new)
        )
    return so_far


@attrs.frozen(kw_only=True)
class Given:
    """What is known of a customer, and the `facts` that it is known by."""

    rules: ProgramRules = attrs.field(repr=False)
    vip_id: str = VIP_ID
    state: CustomerState = INITIAL
    facts: tuple[CustomerEvent, ...] = ()

    def when(self, command: Command) -> When:
        """What the rules say to one more command."""
        try:
            return When(command=command, facts=decide(command, self.state, self.rules))
        except CommandRefused as refused:
            return When(command=command, refusal=refused)

    def row(self, view: Projection[R]) -> R | None:
        """The customer's row in a view; `None` when it has none."""
        return view.fold(None, filed(self.facts, vip_id=self.vip_id))


@attrs.frozen(kw_only=True)
class When:
    """What came of a command: the `facts` it records, or the `refusal`."""

    command: Command
    facts: tuple[CustomerEvent, ...] = ()
    refusal: CommandRefused | None = None

    def then(self, *expected: CustomerEvent | type[CustomerEvent]) -> None:
        """
        It records these facts and no others, in this order; without any: it is already so.

        A fact is given as it is, or as its class. Raises `AssertionError`.
        """
        if self.refusal is not None:
            raise AssertionError(f"{_name(self.command)} is refused: {self.refusal}")
        alike = map(_is, self.facts, expected)
        if len(self.facts) != len(expected) or not all(alike):
            raise AssertionError(
                f"{_name(self.command)} records {_told(self.facts)}, not {_told(expected)}"
            )

    def refused(self, code: str) -> None:
        """It records nothing and is refused with `code`. Raises `AssertionError`."""
        if self.refusal is None:
            raise AssertionError(f"{_name(self.command)} is not refused: {_told(self.facts)}")
        if self.refusal.code != code:
            raise AssertionError(f"{_name(self.command)} is refused otherwise: {self.refusal}")


def _is(fact: CustomerEvent, expected: CustomerEvent | type[CustomerEvent]) -> bool:
    return isinstance(fact, expected) if isinstance(expected, type) else fact == expected


def _told(facts: Iterable[Any]) -> str:
    told = [fact.__name__ if isinstance(fact, type) else repr(fact) for fact in facts]
    return ", ".join(told) or "nothing"


def _name(command: Command) -> str:
    return type(command).__name__
