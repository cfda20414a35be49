"""What is asked of lists, read and refused before any store is asked; and what a store is told."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from tests.builders import (
    INVITED_AT,
    OWNER,
    PRODUCT,
    accept,
    accept_order,
    invite,
    place_order,
    place_pa,
    request_return,
)
from tests.given import given as given_done
from tests.given import when
from tests.strategies import filed
from vip_domain import (
    InvalidCommand,
    InvalidQuery,
    OutcomeUnknown,
    UnreadableEvent,
    command_from_dict,
    command_to_dict,
)
from vip_domain.commands.fields import LAST_YEAR
from vip_domain.errors import CustomerUnknown
from vip_domain.events import Unreadable
from vip_domain.projections.customers import CUSTOMERS, ORDERS, CustomerFacts, row
from vip_domain.projections.customers.changes import ByEvent, ByTime, Change, ListDiff
from vip_domain.projections.customers.query import Cursor, ListQuery
from vip_domain.projections.customers.report import csv_lines
from vip_domain.projections.customers.row import details
from vip_domain.projections.renewals.query import MonthsQuery
from vip_domain.testing import scenario

ON = date(2026, 3, 2)
GOOD: dict[str, Any] = {"filter": "all_customers", "reseller_id": "R-1", "on": ON}


def known(*commands: Any, **changes: Any) -> CustomerFacts:
    """What the page knows of a customer after an invitation and these."""
    facts = [*when(invite(**changes), given_done())]
    for command in commands:
        facts += when(command, given_done(invite(**changes)))
    found = CUSTOMERS.fold(None, filed(facts))
    assert found is not None
    return found


@given(
    st.sampled_from(list(ORDERS)),
    strategies.texts(),
    strategies.texts(),
    st.none() | st.integers(0, 10**12),
)
def test_a_cursor_is_read_as_it_was_written(
    order_by: str, key: str, vip_id: str, as_of: int | None
) -> None:
    """
    Whatever the names of customers are.
    """
    cursor = Cursor(order_by, key, vip_id, as_of)
    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize("content", ["W10", "WzEsMiwzXQ", "WyJhIiwiYiIsImMiLCJkIl0", "e30", "é"])
def test_what_is_no_cursor_is_none(content: str) -> None:
    """
    A list of too few, of numbers, with a text for its position; an object; no base64.
    """
    assert Cursor.parse(content) is None


def test_everything_wrong_with_a_list_is_told_at_once() -> None:
    """
    Each under its argument's name.
    """
    wrong = {"filter": "none", "limit": 0, "order_by": "city", "on": "today", "after": "x"}
    with pytest.raises(InvalidQuery) as refused:
        ListQuery(**GOOD | wrong)
    assert refused.value.errors.keys() == wrong.keys()


def test_a_cursor_belongs_to_the_order_and_the_moment_of_its_page() -> None:
    """
    On another list its place means nothing.
    """
    cursor = Cursor("organization_name", "nord ab", "VIP-1", 5)
    assert ListQuery(**GOOD, after=str(cursor), as_of=5).cursor == cursor
    for changed, problem in (({"order_by": "vip_id", "as_of": 5}, "order"), ({}, "moment")):
        with pytest.raises(InvalidQuery, match=f"same {problem}"):
            ListQuery(**GOOD | changed, after=str(cursor))


def test_a_calendar_goes_by_whole_months() -> None:
    """
    Both ends included; dates that are none are told together.
    """
    query = MonthsQuery(reseller_id="R-1", first=date(2026, 3, 31), last=date(2027, 1, 1))
    assert (query.first_month, query.last_month) == ("2026-03", "2027-01")
    with pytest.raises(InvalidQuery) as refused:
        MonthsQuery(reseller_id="R-1", first="x", last=None)  # type: ignore[arg-type]
    assert refused.value.errors.keys() == {"first", "last"}


def test_customers_without_a_date_come_after_all_who_have_one() -> None:
    """
    By renewal and by due date; everybody has a place in every order.
    """
    without, overdue = known(), known(place_pa("2026-03-02"))
    for name in ("renews_on", "next_due_on"):
        assert ORDERS[name](without) > f"{LAST_YEAR}-12-31"
    assert ORDERS["next_due_on"](overdue) == "2026-03-16"
    assert all(isinstance(key(without), str) for key in ORDERS.values())


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_of_a_list_is_never_a_formula(name: str) -> None:
    """
    Spreadsheets run what begins so (section 8).
    """
    header, line = csv_lines([row(known(organization_name=name), ON)])
    assert header.startswith("vip_id,reseller_id,")
    assert f"'{name}" in line


def test_a_difference_of_two_lists_is_json() -> None:
    """
    Whoever entered or left because something happened, or because time passed.
    """
    by_event = ByEvent(
        event="Deleted", version=2, position=7, at=INVITED_AT, recorded_at=INVITED_AT, actor="anna"
    )
    named = {"vip_id": "VIP-1", "organization_name": "Nord AB"}
    told = ListDiff(
        filter="all_customers",
        reseller_id="R-1",
        managed_by=None,
        from_=1,
        to=7,
        from_on=ON,
        on=ON,
        entered=(Change(**named, cause=ByTime(on=ON)),),
        left=(Change(**named, cause=by_event),),
    ).to_dict()
    assert json.loads(json.dumps(told)) == told
    assert told["entered"] == [named | {"by": "time", "on": "2026-03-02"}]
    assert [each["by"] for each in told["left"]] == ["event"]


def test_a_word_that_is_none_is_told_with_those_there_are() -> None:
    """
    Of segments, kinds of offers and orders, and reasons.
    """
    with pytest.raises(InvalidCommand, match="must be one of COM, GOV, EDU"):
        invite(market_segment="NGO")


def test_pas_of_an_order_are_a_list() -> None:
    """
    A text is one of many letters, none of which was meant.
    """
    order = command_to_dict(place_order("2026-03-02"))
    with pytest.raises(InvalidCommand) as refused:
        command_from_dict(order | {"pa_ids": "PA-1"})
    assert refused.value.errors == {"pa_ids": "must be a list"}


def test_errors_say_what_can_be_done() -> None:
    """
    A lost connection leaves a doubt that a command id ends; an event nobody reads has its place.
    """
    assert "can be sent again" in str(OutcomeUnknown("postgresql://host/db"))
    unreadable = Unreadable(stream_id="customer-V", version=1, position=7, problem="no JSON")
    with pytest.raises(UnreadableEvent) as raised:
        _ = unreadable.event
    assert (raised.value.message, raised.value.position) == ("no JSON", 7)
    assert str(CustomerUnknown("VIP-1")) == "CUSTOMER_UNKNOWN: there is no customer 'VIP-1'"


def test_the_details_are_json_with_everything_that_belongs_to_a_customer() -> None:
    """
    Licences per product, and each PA, order and return with its lines and dates (S63 to S92).
    """
    facts = scenario.given(
        invite(),
        accept(),
        place_pa("2026-03-04", quantity=2),
        place_order("2026-03-10"),
        accept_order("2026-03-10"),
        request_return("2026-03-11", quantity=3),
    ).row(CUSTOMERS)
    assert facts is not None
    told = json.loads(json.dumps(details(facts, ON).to_dict()))
    belonging = ("administrators", "licenses", "purchase_authorizations", "orders", "returns")
    assert {name: told[name] for name in belonging} == {
        "administrators": [OWNER],
        "licenses": {
            PRODUCT: {"fulfilled": 10, "pending": 2, "assigned": 0, "available": 12, "renewed": 0}
        },
        "purchase_authorizations": [
            {
                "pa_id": "PA-1",
                "po_number": None,
                "lines": [{"product": PRODUCT, "quantity": 2}],
                "placed_on": "2026-03-04",
                "due_on": "2026-03-18",
                "deactivate_after": "2026-05-03",
                "status": "PENDING",
                "deactivated": False,
            }
        ],
        "orders": [
            {
                "order_id": "O-1",
                "order_type": "NEW",
                "lines": [{"product": PRODUCT, "quantity": 10}],
                "pa_ids": [],
                "placed_on": "2026-03-10",
                "decided_on": "2026-03-10",
                "status": "ACCEPTED",
                "rejection": None,
            }
        ],
        "returns": [
            {
                "return_id": "RT-1",
                "order_id": "O-1",
                "lines": [{"product": PRODUCT, "quantity": 3}],
                "reason": "OTHER",
                "requested_on": "2026-03-11",
                "decided_on": None,
                "status": "REQUESTED",
            }
        ],
    }
