"""Given what was done, when this is asked, then these facts: rules tested without any store."""

from __future__ import annotations

from vip_domain import Command, CommandRefused, ProgramRules
from vip_domain.aggregates.customer import Customer, CustomerState, decide
from vip_domain.events import CustomerEvent
from vip_domain.testing import scenario

RULES = ProgramRules.current()


def given(*done: Command, rules: ProgramRules = RULES) -> CustomerState:
    """A customer after `done`, all of which must be accepted."""
    return scenario.given(*done, rules=rules).state


def customer(*done: Command) -> Customer:
    """The same, known to be a living customer."""
    state = given(*done)
    assert isinstance(state, Customer)
    return state


def when(
    command: Command, state: CustomerState, rules: ProgramRules = RULES
) -> tuple[CustomerEvent, ...]:
    """The facts the command records."""
    return decide(command, state, rules)


def names(facts: tuple[CustomerEvent, ...]) -> list[str]:
    """The names of facts."""
    return [type(fact).__name__ for fact in facts]


def refusal(command: Command, state: CustomerState, rules: ProgramRules = RULES) -> str:
    """The code the command is refused with."""
    try:
        decide(command, state, rules)
    except CommandRefused as refused:
        return refused.code
    return "not refused"
