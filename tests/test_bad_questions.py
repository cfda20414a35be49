"""A bad question, sender or address is one clear and short error, and nothing has changed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vip_domain
from tests.builders import VIP, invite, place_pa
from tests.stores import STORES, store_url, url_of
from tests.strategies import last_position
from tests.test_bad_input import MEGABYTE, SHORT, any_json
from vip_domain import (
    CustomerUnknown,
    InvalidCommand,
    InvalidQuery,
    Receipt,
    VipDomain,
    command_to_dict,
)

__all__ = ["store_url"]  # a fixture

ON = date(2026, 3, 2)
BAD_TEXTS = ("", " ", 5, True, b"anna", ["anna"], "an\0na", "an\ud800na", MEGABYTE)


@pytest.fixture(scope="module", params=STORES)
def used(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VipDomain]:
    """A store with one customer that has a PA."""
    with vip_domain.open(url_of(request.param, tmp_path_factory.mktemp("used"))) as vip:
        vip.execute_many([invite(), place_pa("2026-03-02")], actor="anna")
        yield vip


@pytest.fixture
def vip(used: VipDomain) -> Iterator[VipDomain]:
    """The store again; every test leaves its history and its last position as they were."""
    before = (used.history(VIP), last_position(used))
    yield used
    assert (used.history(VIP), last_position(used)) == before


@pytest.mark.parametrize(
    "command", [None, {}, command_to_dict(invite()), "DeleteCustomer", vip_domain.PlacePA]
)
def test_what_is_no_command_is_refused(vip: VipDomain, command: Any) -> None:
    """
    JSON has to be read first, and a class is no command yet.
    """
    with pytest.raises(InvalidCommand) as refused:
        vip.execute(command, actor="anna")
    assert refused.value.errors.keys() == {"command"}


@pytest.mark.parametrize("given_text", BAD_TEXTS, ids=lambda value: ascii(value)[:20])
def test_who_and_why_are_texts(vip: VipDomain, given_text: Any) -> None:
    """
    Actor and all three ids are reported together.
    """
    names = ("actor", "command_id", "correlation_id", "causation_id")
    with pytest.raises(InvalidCommand) as refused:
        vip.execute(place_pa("2026-03-03", "PA-2"), **dict.fromkeys(names, given_text))
    assert refused.value.errors.keys() == set(names)
    assert len(str(refused.value)) <= SHORT


def test_one_bad_command_of_many_does_not_stop_the_others(store_url: str) -> None:
    """
    Each has its own result, in its place.
    """
    sent: list[Any] = [None, invite(), {}, place_pa("2026-03-02")]
    with vip_domain.open(store_url) as vip:
        kinds = [type(each) for each in vip.execute_many(sent, actor="anna")]
    assert kinds == [InvalidCommand, Receipt, InvalidCommand, Receipt]


EMPTY = vip_domain.open("memory:")
GOOD: dict[str, Any] = {"filter": "all_customers", "reseller_id": "R-1", "on": ON}
NO_DATES: tuple[Any, ...] = (
    None,
    "2026-03-02",
    20260302,
    True,
    datetime(2026, 3, 2, tzinfo=UTC),
    "",
    [],
)
BAD_ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "filter": (None, "", "ALL_CUSTOMERS", [], {}, 1, MEGABYTE),
    "reseller_id": (None, *BAD_TEXTS),
    "managed_by": BAD_TEXTS[1:],
    "search": BAD_TEXTS[1:],
    "on": NO_DATES,
    "limit": (None, 0, -1, 1_001, 10**4_000, 1.0, True, "10", []),
    "order_by": (None, "", "vip_id; --", [], {}, MEGABYTE),
    "as_of": (
        True,
        -1,
        4,
        10**4_000,
        1.0,
        "1",
        "2026-03-02T12:00Z",
        b"x",
        [],
        ON,
        datetime(2026, 3, 2),  # noqa: DTZ001  # what is refused
    ),
    "after": ("", 5, b"x", MEGABYTE, "é", "W10", "\ud800", "===="),
}
BAD_QUESTIONS = [{name: value} for name, values in BAD_ARGUMENTS.items() for value in values]


@pytest.mark.parametrize("wrong", BAD_QUESTIONS, ids=lambda wrong: ascii(wrong)[:40])
def test_a_bad_question_is_refused(vip: VipDomain, wrong: dict[str, Any]) -> None:
    """
    The bad argument is named, with its problem in words.
    """
    with pytest.raises(InvalidQuery) as refused:
        vip.customers(**GOOD | wrong)
    assert refused.value.errors.keys() == wrong.keys()
    assert all(isinstance(each, str) and each for each in refused.value.errors.values())
    assert len(str(refused.value)) <= SHORT


@pytest.mark.parametrize("name", ["managed_by", "search"])
def test_an_empty_text_is_refused_in_words_or_taken_for_none(name: str) -> None:
    """
    A form that was left empty sends one.
    """
    assert all(problems(GOOD | {name: ""}).values())


def test_everything_wrong_with_a_question_is_told_at_once(vip: VipDomain) -> None:
    """
    Nobody has to find out one by one.
    """
    wrong: dict[str, Any] = dict.fromkeys(BAD_ARGUMENTS, 0) | {"as_of": -1}
    with pytest.raises(InvalidQuery) as refused:
        vip.customers(**wrong)
    assert refused.value.errors.keys() == wrong.keys()


SCOPE: dict[str, Any] = {"reseller_id": "R-1", "on": ON, "managed_by": "anna", "as_of": 1}
BAD_SCOPES = [wrong for wrong in BAD_QUESTIONS if wrong.keys() <= SCOPE.keys()]


@pytest.mark.parametrize("wrong", BAD_SCOPES, ids=lambda wrong: ascii(wrong)[:40])
def test_counts_of_a_bad_scope_are_refused(vip: VipDomain, wrong: dict[str, Any]) -> None:
    """
    As for a list, and before anything is counted.
    """
    with pytest.raises(InvalidQuery) as refused:
        vip.counts(**SCOPE | wrong)
    assert refused.value.errors.keys() == wrong.keys()


@pytest.mark.parametrize("vip_id", [*BAD_TEXTS, None, "VIP-0002", "vip-0001", "'; --", 10**4_000])
def test_nobody_has_a_bad_vip_id(vip: VipDomain, vip_id: Any) -> None:
    """
    Details and history of whatever is no customer: there is none, said shortly.
    """
    with pytest.raises(CustomerUnknown) as unknown:
        vip.customer(vip_id, on=ON)
    with pytest.raises(CustomerUnknown, match="CUSTOMER_UNKNOWN"):
        vip.history(vip_id)
    assert len(str(unknown.value)) <= SHORT


@pytest.mark.parametrize("on", NO_DATES, ids=repr)
def test_details_need_a_date(vip: VipDomain, on: Any) -> None:
    """
    An instant is none: its date would depend on an offset.
    """
    with pytest.raises(InvalidQuery, match="on: must be a date"):
        vip.customer(VIP, on=on)


@pytest.mark.parametrize("as_of", BAD_ARGUMENTS["as_of"], ids=lambda value: ascii(value)[:40])
def test_details_as_of_no_moment_are_refused(vip: VipDomain, as_of: Any) -> None:
    """
    Together with a bad date.
    """
    with pytest.raises(InvalidQuery) as refused:
        vip.customer(VIP, on=None, as_of=as_of)  # type: ignore[arg-type]
    assert refused.value.errors.keys() == {"on", "as_of"}


def test_csv_as_of_no_moment_is_refused_at_once(vip: VipDomain) -> None:
    """
    Before the first line is asked for.
    """
    with pytest.raises(InvalidQuery, match="as_of: must be a position from 0 to"):
        vip.csv(reseller_id="R-1", on=ON, as_of=4)


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    """
    Whatever comes back from a browser, no other error is raised.
    """
    assert problems(GOOD | {"after": text}).keys() <= {"after"}


@given(any_json | st.lists(st.just("organization_name") | st.text(), max_size=4))
def test_any_json_in_a_cursor_is_a_cursor_or_refused(content: Any) -> None:
    """
    Somebody may look inside a cursor, and change it.
    """
    assert problems(GOOD | {"after": cursor_of(json.dumps(content))}).keys() <= {"after"}


@pytest.mark.parametrize("content", ["[" * 100_000, "9" * 100_000, '{"a":' * 100_000])
def test_a_cursor_cannot_exhaust_the_reader(content: str) -> None:
    """
    Deep nesting and long numbers are no cursors either.
    """
    assert problems(GOOD | {"after": cursor_of(content)}).keys() == {"after"}


def test_a_cursor_belongs_to_its_order(vip: VipDomain) -> None:
    """
    In another order its place means nothing.
    """
    vip_order = cursor_of(json.dumps(["vip_id", VIP, VIP]))
    assert vip.customers(**GOOD, order_by="vip_id", after=vip_order).rows == ()
    with pytest.raises(InvalidQuery, match="same order"):
        vip.customers(**GOOD, after=vip_order)


def cursor_of(content: str) -> str:
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def problems(question: dict[str, Any]) -> dict[str, str]:
    """What is wrong with a question, if anything is."""
    try:
        EMPTY.customers(**question)
    except InvalidQuery as refused:
        return refused.errors
    return {}
