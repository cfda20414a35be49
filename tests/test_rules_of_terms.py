"""Anniversary, renewal, expiry, levels, commitment: the corners that no case of the rules turns."""

from __future__ import annotations

from datetime import date, datetime

import attrs
import pytest

from tests.builders import (
    PRODUCT,
    VIP,
    accept,
    accept_order,
    assign,
    at,
    authorize_return,
    cancel_pa,
    commit,
    expire,
    invite,
    lines,
    place_order,
    place_pa,
    place_renewal,
    reject_order,
    request_return,
    review,
)
from tests.given import customer, given, names, refusal, when
from vip_domain import AcceptOrder, Command, RenewAutomatically
from vip_domain.events import TermRenewed, TermRolled
from vip_domain.rules import Anniversary, add_months, utc_date


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-01-31", 13, "2027-02-28"),
        ("2027-01-31", 13, "2028-02-29"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-03-15", 36, "2029-03-15"),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(
    day: str, months: int, later: str
) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(later)


@pytest.mark.parametrize(
    ("after", "recurs"),
    [
        ("2024-01-01", "2025-02-28"),
        ("2025-02-27", "2025-02-28"),
        ("2025-02-28", "2026-02-28"),
        ("2027-02-28", "2028-02-29"),
        ("2028-02-28", "2028-02-29"),
        ("2028-02-29", "2029-02-28"),
    ],
)
def test_an_anniversary_of_29_february_keeps_its_day(after: str, recurs: str) -> None:
    """
    S74: 28 February in common years, 29 again in leap years, never before the first AD.
    """
    anniversary = Anniversary.twelve_months_after(date(2024, 2, 29))
    assert anniversary.after(date.fromisoformat(after)) == date.fromisoformat(recurs)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-01T23:30:00-05:00", "2026-03-02"),
        ("2026-03-02T01:00:00+02:00", "2026-03-01"),
        ("2026-03-02T00:00:00+00:00", "2026-03-02"),
    ],
)
def test_the_date_of_an_instant_is_that_of_utc(moment: str, day: str) -> None:
    """
    Dates are UTC dates of `at`, wherever its offset is from.
    """
    assert utc_date(datetime.fromisoformat(moment)) == date.fromisoformat(day)


def test_the_only_pa_cancelled_leaves_no_anniversary() -> None:
    """
    S75: before any order was accepted a cancelled PA does not count.
    """
    placed = (invite(), place_pa("2026-03-04"))
    cancelled = when(cancel_pa("2026-03-05"), given(*placed))
    assert customer(*placed, cancel_pa("2026-03-05")).pool == {}
    assert names(cancelled) == ["PACancelled", "AnniversaryDateCleared"]


def test_a_cancelled_first_pa_gives_way_to_the_second() -> None:
    anniversary = customer(
        invite(),
        place_pa("2026-03-04", "PA-1"),
        place_pa("2026-03-10", "PA-2"),
        cancel_pa("2026-03-11", "PA-1"),
    ).anniversary
    assert anniversary == Anniversary(date(2027, 3, 10), 10)


def test_the_first_accepted_order_fixes_the_anniversary_by_the_day_it_was_placed() -> None:
    """
    S75, S79: of two waiting orders the one accepted first counts, whenever it was placed.
    """
    anniversary = customer(
        invite(),
        place_order("2026-03-04", "O-1"),
        place_order("2026-03-09", "O-2"),
        accept_order("2026-03-10", "O-2"),
        accept_order("2026-03-11", "O-1"),
    ).anniversary
    assert anniversary == Anniversary(date(2027, 3, 9), 9)


def test_an_order_accepted_after_its_first_anniversary_renews_a_year_later() -> None:
    """
    `renews_on` is the first recurrence after the day of acceptance.
    """
    term = customer(invite(), place_order("2026-03-04"), accept_order("2027-03-04")).term
    assert term is not None
    assert term.renews_on == date(2028, 3, 4)


@pytest.mark.parametrize(
    ("accepted", "extended"), [("2027-06-01", False), ("2027-05-31", True), ("2027-06-02", False)]
)
def test_a_term_is_extended_when_it_began_before_the_chosen_anniversary(
    accepted: str, extended: bool
) -> None:
    """
    S36: on the chosen day itself the term is an annual one to the next year.
    """
    term = customer(
        invite(anniversary_date="2027-06-01"), place_order("2027-05-20"), accept_order(accepted)
    ).term
    assert term is not None
    assert term.extended is extended


BOUGHT = (invite(), accept(), place_order("2026-03-10"), accept_order("2026-03-10"))
"""Ten licences, to be renewed on 10 March 2027."""


def test_a_term_renewed_by_one_order_is_reviewed_and_rolls() -> None:
    """
    S86: a term that rolls without a review is reviewed as it rolls.
    """
    facts = when(accept_order("2027-03-01", "R-1"), given(*BOUGHT, place_renewal("2027-02-20")))
    assert names(facts) == ["OrderAccepted", "SelectLevelReviewed", "TermRolled"]


def test_a_reviewed_term_is_not_reviewed_again_as_it_rolls() -> None:
    done = (*BOUGHT, review("2027-02-10"), place_renewal("2027-02-20"))
    assert names(when(accept_order("2027-03-01", "R-1"), given(*done))) == [
        "OrderAccepted",
        "TermRolled",
    ]


def test_a_renewal_after_a_return_renews_what_is_left_and_rolls() -> None:
    """
    What a return took meanwhile is not renewed, and nothing is left unrenewed.
    """
    facts = when(
        accept_order("2027-03-05", "R-1"),
        given(
            *BOUGHT,
            place_order("2027-03-01", "O-2", 4),
            accept_order("2027-03-01", "O-2"),
            place_renewal("2027-03-02", quantity=14),
            request_return("2027-03-03", "O-2"),
            authorize_return("2027-03-04"),
        ),
    )
    assert facts[0].renewed[0].quantity == 10  # type: ignore[union-attr]
    assert names(facts)[-1] == "TermRolled"


def test_a_renewal_of_which_one_licence_is_left_renews_it() -> None:
    """
    D: what a return took meanwhile is not renewed, and everything else is.
    """
    returned = (
        *BOUGHT,
        place_order("2027-03-01", "O-2", 4),
        accept_order("2027-03-01", "O-2"),
        place_renewal("2027-03-02", "R-1", 9),
        place_renewal("2027-03-02", "R-2", 5),
        request_return("2027-03-03", "O-2"),
        authorize_return("2027-03-04"),
        accept_order("2027-03-05", "R-1"),
    )
    facts = when(accept_order("2027-03-06", "R-2"), given(*returned))
    assert facts[0].renewed == lines(1)  # type: ignore[union-attr]
    assert names(facts)[-1] == "TermRolled"


def test_a_renewal_of_which_nothing_is_left_renews_nothing_and_the_term_goes_on() -> None:
    """
    Of the other product there is still something to renew.
    """
    returned = (
        *BOUGHT,
        attrs.evolve(place_order("2026-03-11", "O-P"), lines=lines(5, "Photoshop")),
        accept_order("2026-03-11", "O-P"),
        place_order("2027-03-01", "O-2", 4),
        accept_order("2027-03-01", "O-2"),
        place_renewal("2027-03-02", "R-1", 10),
        place_renewal("2027-03-02", "R-2", 4),
        request_return("2027-03-03", "O-2"),
        authorize_return("2027-03-04"),
        accept_order("2027-03-05", "R-1"),
    )
    (accepted,) = when(accept_order("2027-03-06", "R-2"), given(*returned))
    assert accepted.renewed == ()  # type: ignore[union-attr]


def test_a_renewal_of_a_term_that_rolled_meanwhile_renews_nothing() -> None:
    """
    A return left one order enough to roll the term; the other was for that term, not the next.
    """
    rolled = (
        *BOUGHT,
        place_order("2027-03-01", "O-2", 4),
        accept_order("2027-03-01", "O-2"),
        place_renewal("2027-03-02", "R-1", 10),
        place_renewal("2027-03-02", "R-2", 4),
        request_return("2027-03-03", "O-2"),
        authorize_return("2027-03-04"),
        accept_order("2027-03-05", "R-1"),
    )
    assert [
        (type(fact).__name__, fact.renewed)  # type: ignore[union-attr]
        for fact in when(accept_order("2027-03-06", "R-2"), given(*rolled))
    ] == [("OrderAccepted", ())]


def test_a_return_that_leaves_only_renewed_licences_does_not_roll_the_term() -> None:
    """
    A return moves neither AD nor term; closing the window does.
    """
    done = (
        *BOUGHT,
        place_order("2027-03-01", "O-2", 4),
        accept_order("2027-03-01", "O-2"),
        place_renewal("2027-03-02", "R-1", 10),
        accept_order("2027-03-03", "R-1"),
        request_return("2027-03-03", "O-2"),
    )
    returned = (*done, authorize_return("2027-03-04"))
    assert names(when(authorize_return("2027-03-04"), given(*done))) == ["ReturnAuthorized"]
    assert names(when(expire("2027-04-10"), given(*returned))) == [
        "LicensesExpired",
        "SelectLevelReviewed",
        "TermRolled",
    ]


def test_more_renewed_than_left_drops_with_the_return() -> None:
    done = (
        *BOUGHT,
        place_order("2027-03-01", "O-2", 4),
        accept_order("2027-03-01", "O-2"),
        place_renewal("2027-03-02", "R-1", 12),
        accept_order("2027-03-03", "R-1"),
        request_return("2027-03-03", "O-2"),
        authorize_return("2027-03-04"),
    )
    pool = customer(*done).pool[PRODUCT]
    assert (pool.fulfilled, pool.renewed) == (10, 10)


def test_the_last_licences_returned_is_a_lapse() -> None:
    """
    No term, level 1, and the anniversary stays.
    """
    lapsed = customer(*BOUGHT, request_return("2026-03-11"), authorize_return("2026-03-12"))
    assert (lapsed.term, lapsed.select_level) == (None, 1)
    assert lapsed.anniversary == Anniversary(date(2027, 3, 10), 10)


def test_a_renewal_order_that_waits_keeps_licences_from_expiring() -> None:
    waiting = given(*BOUGHT, place_renewal("2027-03-20", quantity=3))
    assert refusal(expire("2027-04-10"), waiting) == "NOT_RENEWABLE"
    rejected = given(
        *BOUGHT, place_renewal("2027-03-20", quantity=3), reject_order("2027-04-09", "R-1")
    )
    assert names(when(expire("2027-04-10"), rejected)) == ["LicensesExpired", "CustomerLapsed"]


def test_expiry_drops_the_assignments_that_no_longer_fit() -> None:
    done = (
        *BOUGHT,
        assign("2026-04-01", 8),
        place_renewal("2027-03-01", quantity=3),
        accept_order("2027-03-01", "R-1"),
        expire("2027-04-10"),
    )
    pool = customer(*done).pool[PRODUCT]
    assert (pool.fulfilled, pool.assigned, pool.renewed) == (3, 3, 0)


def test_only_an_extended_term_renews_by_itself() -> None:
    renewing = RenewAutomatically(vip_id=VIP, at=at("2027-06-01"))
    extended = (
        invite(anniversary_date="2027-06-01"),
        place_order("2026-03-10"),
        accept_order("2026-03-10"),
    )
    assert refusal(renewing, given(*BOUGHT)) == "NOT_RENEWABLE"
    assert names(when(renewing, given(*extended))) == [
        "TermRenewed",
        "SelectLevelReviewed",
        "TermRolled",
    ]


def test_what_renews_by_itself_counts_in_the_next_term() -> None:
    """
    S43, S86: every licence is renewed, and the new term begins with them.
    """
    extended = given(
        invite(anniversary_date="2027-06-01"),
        place_order("2026-03-10"),
        accept_order("2026-03-10"),
    )
    facts = when(RenewAutomatically(vip_id=VIP, at=at("2027-06-01")), extended)
    begun = [fact.renewed for fact in facts if isinstance(fact, TermRenewed | TermRolled)]
    assert begun == [lines(10), lines(10)]


def test_an_order_of_the_same_level_says_nothing_of_levels() -> None:
    """
    S85: level 2 from ten licences, and ten more by another order are level 2 again.
    """
    again = given(*BOUGHT, place_order("2026-03-11", "O-2", 10))
    assert names(when(accept_order("2026-03-11", "O-2"), again)) == ["OrderAccepted"]


def test_a_commitment_ends_the_day_before_the_third_anniversary() -> None:
    """
    S88: the current term and two more.
    """
    (started,) = when(commit("2026-03-11", 10), given(*BOUGHT))
    assert started.ends_on == date(2029, 3, 9)  # type: ignore[union-attr]


def test_a_commitment_can_be_renewed_after_its_last_day() -> None:
    done: list[Command] = [*BOUGHT, commit("2026-03-11", 10)]
    for year in (2027, 2028, 2029):
        done += [
            place_renewal(f"{year}-03-08", f"R-{year}"),
            AcceptOrder(vip_id=VIP, at=at(f"{year}-03-09"), order_id=f"R-{year}"),
        ]
    assert refusal(commit("2029-03-09", 10), given(*done)) == "COMMIT_EXISTS"
    assert names(when(commit("2029-03-10", 10), given(*done))) == ["ThreeYearCommitStarted"]


@pytest.mark.parametrize("minimum", [-1, 0, 9, 11])
def test_a_commitment_takes_ten_licences_up_to_all_of_them(minimum: int) -> None:
    assert refusal(commit("2026-03-11", minimum), given(*BOUGHT)) == "COMMIT_MINIMUM"


@pytest.mark.parametrize("decided", [(), (accept_order("2027-02-21", "R-1"),)])
def test_a_commitment_is_renewed_part_by_part(decided: tuple[Command, ...]) -> None:
    """
    S88: a part is judged together with what waits for the vendor and what is renewed already.
    """
    done = (*BOUGHT, place_order("2026-03-11", "O-2", 5), accept_order("2026-03-11", "O-2"))
    first = (commit("2026-03-12", 12), place_renewal("2027-02-20", "R-1", 12), *decided)
    rest = place_renewal("2027-02-22", "R-2", 3)
    assert names(when(rest, given(*done, *first))) == ["OrderPlaced"]


def test_what_is_renewed_stays_so_when_a_pa_or_an_assignment_comes() -> None:
    """
    D: renewed licences are counted beside the pending and the assigned ones.
    """
    done = (
        *BOUGHT,
        place_renewal("2027-02-20", "R-1", 4),
        accept_order("2027-02-21", "R-1"),
        place_pa("2027-02-22"),
        assign("2027-02-23", 2),
    )
    pool = customer(*done).pool[PRODUCT]
    assert (pool.fulfilled, pool.pending, pool.assigned, pool.renewed) == (10, 5, 2, 4)


def test_what_was_bought_in_the_term_before_does_not_count_in_the_next() -> None:
    """
    S86: a term counts what was renewed into it and its own NEW orders.
    """
    rolled = given(
        *BOUGHT,
        place_order("2026-03-11", "O-2", 50),
        accept_order("2026-03-11", "O-2"),
        place_renewal("2027-02-20"),
        accept_order("2027-02-20", "R-1"),
        expire("2027-04-10"),
    )
    (reviewed,) = when(review("2028-03-01"), rolled)
    assert (reviewed.licenses, reviewed.select_level) == (10, 2)  # type: ignore[union-attr]


def test_what_is_renewed_into_the_next_term_does_not_count_in_this_one() -> None:
    """
    S86: only NEW orders do.
    """
    renewed = given(
        *BOUGHT, place_renewal("2027-02-20", "R-1", 4), accept_order("2027-02-20", "R-1")
    )
    (reviewed,) = when(review("2027-02-21"), renewed)
    assert reviewed.licenses == 10  # type: ignore[union-attr]


def test_a_level_that_was_reviewed_down_is_the_level_from_then_on() -> None:
    """
    S86, S87: half of ten was returned; there is no commitment at level 1.
    """
    reviewed = given(
        *BOUGHT,
        request_return("2026-03-11", quantity=5),
        authorize_return("2026-03-12"),
        review("2027-02-07"),
    )
    assert refusal(commit("2027-02-08", 5), reviewed) == "NOT_SELECT"


def test_a_lapse_ends_the_commitment() -> None:
    """
    D: with the first order after it there may be another one.
    """
    back = given(
        *BOUGHT,
        commit("2026-03-11", 10),
        expire("2027-04-10"),
        place_order("2027-05-01", "O-2"),
        accept_order("2027-05-01", "O-2"),
    )
    assert names(when(commit("2027-05-02", 10), back)) == ["ThreeYearCommitStarted"]


def test_a_pa_of_the_same_day_as_a_cancelled_one_sets_the_anniversary_anew() -> None:
    """
    S75: cancelled, there was none.
    """
    cancelled = given(invite(), place_pa("2026-03-04"), cancel_pa("2026-03-04"))
    assert names(when(place_pa("2026-03-04", "PA-2"), cancelled)) == [
        "PAPlaced",
        "AnniversaryDateSet",
    ]
