"""What can be returned, and what a return asked for again comes to."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from tests.builders import (
    VIP,
    accept,
    accept_order,
    at,
    authorize_return,
    commit,
    invite,
    place_order,
    place_renewal,
    request_return,
)
from tests.given import given, names, refusal, when
from vip_domain import Line, ProgramRules, RequestReturn, ReturnReason

BOUGHT = (invite(), accept(), place_order("2026-03-02"), accept_order("2026-03-02"))
TWO = (Line("Acrobat Pro", 1), Line("Photoshop", 2))
MIXED = (
    invite(),
    accept(),
    attrs.evolve(place_order("2026-03-02"), lines=(Line("Photoshop", 9), Line("Acrobat Pro", 9))),
    accept_order("2026-03-02"),
)


def returning(day: str = "2026-03-03", lines: tuple[Line, ...] | None = TWO) -> RequestReturn:
    return RequestReturn(
        vip_id=VIP,
        at=at(day),
        return_id="RT-1",
        order_id="O-1",
        lines=lines,
        reason=ReturnReason.OTHER,
    )


def test_a_return_of_the_same_lines_is_no_news_in_whichever_order_they_come() -> None:
    """
    A double click, or another program that sorts.
    """
    asked = given(*MIXED, returning())
    assert when(returning("2026-03-04", TWO[::-1]), asked) == ()


@pytest.mark.parametrize(
    "other",
    [
        {"lines": TWO[:1]},
        {"lines": None},
        {"order_id": "O-2"},
        {"reason": ReturnReason.WRONG_TERM},
    ],
    ids=["other lines", "all of it", "of another order", "for another reason"],
)
def test_a_return_of_something_else_under_the_same_id_is_refused(other: dict[str, Any]) -> None:
    """
    Also of all that is left, which says no lines.
    """
    asked = attrs.evolve(returning("2026-03-04"), **other)
    assert refusal(asked, given(*MIXED, returning())) == "RETURN_EXISTS"


def test_a_renewal_order_cannot_be_returned() -> None:
    """
    Only NEW orders can (section 4).
    """
    renewed = given(
        *BOUGHT, place_renewal("2027-03-01", "R-1", 5), accept_order("2027-03-01", "R-1")
    )
    assert refusal(request_return("2027-03-02", "R-1"), renewed) == "NOT_RETURNABLE"


BY_TWELVE = (
    *BOUGHT,
    place_order("2026-03-03", "O-2", quantity=10),
    accept_order("2026-03-03", "O-2"),
    commit("2026-03-04", 12),
    request_return("2026-03-05", "O-1", "RT-1", 5),
)
"""Twenty licences and a commitment to twelve; five of them are asked back."""


def test_returns_together_leave_what_was_committed_to() -> None:
    """
    S88: a return is judged with the others that are requested; all of the minimum may be left.
    """
    assert names(when(request_return("2026-03-06", "O-2", "RT-2", 3), given(*BY_TWELVE))) == [
        "ReturnRequested"
    ]
    assert refusal(request_return("2026-03-06", "O-2", "RT-2", 4), given(*BY_TWELVE)) == (
        "COMMIT_MINIMUM"
    )


def test_a_return_that_was_decided_does_not_count_twice() -> None:
    """
    S88: what an authorized one took is gone already, and a refused one took nothing.
    """
    authorized = given(*BY_TWELVE, authorize_return("2026-03-06"))
    assert names(when(request_return("2026-03-06", "O-2", "RT-2", 3), authorized)) == [
        "ReturnRequested"
    ]


@pytest.mark.parametrize(
    ("day", "code"), [("2027-03-01", "COMMIT_MINIMUM"), ("2027-03-02", "not refused")]
)
def test_a_commitment_holds_through_its_last_day(day: str, code: str) -> None:
    """
    S88: here it runs for one term only, to the day before 2 March.
    """
    rules = ProgramRules(commit_terms=1)
    bought_late = (place_order("2027-02-20", "O-2", 5), accept_order("2027-02-20", "O-2"))
    done = given(*BOUGHT, *bought_late, commit("2027-02-20", 15), rules=rules)
    assert refusal(request_return(day, "O-2", quantity=1), done, rules) == code
