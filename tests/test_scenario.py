"""Given, when, then for users: it tells what came instead, and passes when all is as expected."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.builders import accept, at, invite, place_pa
from vip_domain import CommandRefused, ProgramRules
from vip_domain.events import AnniversaryDateSet, ManagerAssigned, PAPlaced
from vip_domain.projections.customers import CUSTOMERS
from vip_domain.testing.scenario import given

PLACED = given(invite(), place_pa("2026-03-02"))
NEW = place_pa("2026-03-03", "PA-2")
LATE = place_pa("2026-03-17", "PA-2")
BO = ManagerAssigned(at=at("2026-03-02"), managed_by="bo")

WRONG: dict[str, tuple[Callable[[], None], str]] = {
    "refused, not recorded": (lambda: PLACED.when(LATE).then(PAPlaced), "PA_OVERDUE"),
    "recorded, not refused": (lambda: PLACED.when(NEW).refused("PA_OVERDUE"), "PAPlaced"),
    "refused otherwise": (lambda: PLACED.when(LATE).refused("PA_EXISTS"), "PA_OVERDUE"),
    "recorded, not already so": (lambda: PLACED.when(NEW).then(), "not nothing"),
    "another fact": (lambda: PLACED.when(NEW).then(AnniversaryDateSet), "not AnniversaryDateSet"),
    "a fact too few": (lambda: given().when(invite()).then(), "records Invited"),
    "a fact too many": (lambda: PLACED.when(NEW).then(PAPlaced, PAPlaced), "PAPlaced, PAPlaced"),
}


@pytest.mark.parametrize(("wrong", "told"), WRONG.values(), ids=WRONG)
def test_what_is_not_as_expected_is_told(wrong: Callable[[], None], told: str) -> None:
    """
    Facts that came, facts that were expected, the refusal.
    """
    with pytest.raises(AssertionError, match=told):
        wrong()


def test_what_is_as_expected_passes() -> None:
    """
    A fact as it is or as its class, no news, a refusal.
    """
    PLACED.when(NEW).then(PAPlaced)
    PLACED.when(NEW).then(*given(invite(), place_pa("2026-03-02"), NEW).facts[-1:])
    PLACED.when(place_pa("2026-03-09")).then()
    PLACED.when(LATE).refused("PA_OVERDUE")


def test_facts_may_be_given_beside_commands() -> None:
    """
    Also such as no command records; what was done before must be accepted.
    """
    row = given(invite(), accept(), BO).row(CUSTOMERS)
    assert row is not None
    assert row.managed_by == "bo"
    with pytest.raises(CommandRefused):
        given(invite(), place_pa("2026-03-02"), LATE)


def test_another_programme_has_its_own_rules() -> None:
    """
    For what was done and for what is asked.
    """
    legacy = given(invite(), place_pa("2026-03-02"), rules=ProgramRules.legacy())
    legacy.when(LATE).then(PAPlaced)
