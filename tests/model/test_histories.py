"""Histories are worth comparing on: repeatable, lawful, using every word of the contract."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.model.histories import history
from tests.model.naive import DUE_AND_DEACTIVATE_DAYS, Customer, NaiveModel
from tests.model.shapes import SHAPES

REFUSALS = {
    "ASCII_NAME_REQUIRED",
    "CODE_EXPIRED",
    "CODE_INVALID",
    "CODE_LIMIT",
    "CODE_USED",
    "COMMIT_EXISTS",
    "COMMIT_MINIMUM",
    "CUSTOMER_DELETED",
    "CUSTOMER_EXISTS",
    "CUSTOMER_UNKNOWN",
    "EXTENDED_TERM",
    "HAS_PRODUCTS",
    "INVALID_COMMAND",
    "LICENSES_ASSIGNED",
    "LICENSES_UNAVAILABLE",
    "NOT_ACCEPTED",
    "NOT_AN_ADMINISTRATOR",
    "NOT_PENDING",
    "NOT_RENEWABLE",
    "NOT_RETURNABLE",
    "NOT_REVIEWABLE",
    "NOT_SELECT",
    "ORDER_DOES_NOT_COVER_PA",
    "ORDER_EXISTS",
    "ORDER_NOT_PLACED",
    "ORDER_UNKNOWN",
    "OUT_OF_ORDER",
    "OWNER_IS_ADMINISTRATOR",
    "OWNER_TAKEN",
    "PA_EXISTS",
    "PA_NOT_DUE",
    "PA_NOT_PENDING",
    "PA_OVERDUE",
    "PA_UNKNOWN",
    "RETURN_EXISTS",
    "RETURN_NOT_REQUESTED",
    "RETURN_UNKNOWN",
    "SAME_RESELLER",
    "TERM_OUT_OF_RANGE",
}


def lived(
    seed: int, rules: str = "current"
) -> Iterator[tuple[dict[str, Any], str | None, NaiveModel]]:
    """Live a history, telling each command, its refusal and the model after it."""
    model = NaiveModel(rules)
    for command in history(seed, 150, rules):
        yield command, model.do(command), model


def is_lawful(customer: Customer) -> bool:
    """Say whether what must always hold of a customer holds."""
    has_term = customer.term is not None
    return (
        all(count >= 0 for count in customer.assigned.values())
        and all(customer.available(product) >= 0 for product in customer.assigned)
        and customer.renewed <= customer.fulfilled
        and has_term == (customer.fulfilled.total() > 0)
        and (has_term or (customer.level == 1 and customer.commit_minimum is None))
    )


@pytest.mark.parametrize("rules", DUE_AND_DEACTIVATE_DAYS)
def test_a_history_is_the_same_every_time(rules: str) -> None:
    """
    A seed is enough to tell somebody else which history went wrong.
    """
    assert list(history(7, 80, rules)) == list(history(7, 80, rules))


def test_every_command_succeeds_and_every_refusal_occurs() -> None:
    """
    Three hundred histories use the whole contract but the command ids, which are above the model.
    """
    heard = {
        (command.get("command"), code) for seed in range(300) for command, code, _ in lived(seed)
    }
    unused = SHAPES.keys() - {name for name, code in heard if code is None}
    unheard = REFUSALS ^ {code for _, code in heard if code is not None}
    assert not unused | unheard


@pytest.mark.parametrize("seed", range(40))
def test_what_must_always_hold_holds(seed: int) -> None:
    """
    Never more assigned than there is, never more renewed than fulfilled, a term only with licences.
    """
    unlawful = [
        command
        for command, _, model in lived(seed, list(DUE_AND_DEACTIVATE_DAYS)[seed % 3])
        if not all(is_lawful(customer) for customer in model.customers.values())
    ]
    assert unlawful == []


@pytest.mark.parametrize("seed", range(5))
def test_a_refused_command_changes_nothing(seed: int) -> None:
    """
    The model is the same before and after a refusal, its count of changes too.
    """
    model = NaiveModel()
    changed = []
    for command in history(seed, 120):
        before = copy.deepcopy(vars(model))
        if model.do(command) is not None and vars(model) != before:
            changed.append(command)
    assert changed == []
