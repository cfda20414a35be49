"""Whatever is sent in, the answer is a command, a row, or one clear and short refusal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.builders import VIP, invite, send_code
from vip_domain import InvalidCommand, PlaceOrder, command_from_dict, command_to_dict

MEGABYTE = "x" * 1_000_000
SHORT = 2_000
"""Characters of an error message that people still read, and logs still hold."""

AT = "2026-03-02T09:00:00Z"
PA = {"command": "PlacePA", "vip_id": VIP, "at": AT, "pa_id": "PA-1"}
LINES = [{"product": "Photoshop", "quantity": 1}]
INVITATION = command_to_dict(invite())
CODE = "SECRET-CODE-1"
NAMES = [kind.__name__ for kind in strategies.COMMANDS]
WORDS = sorted({field.name for kind in strategies.COMMANDS for field in attrs.fields(kind)})
FEWER = settings(max_examples=max(settings().max_examples // 5, 1))

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def problems(said: Any) -> dict[str, str]:
    """What is wrong with a command as it was sent."""
    with pytest.raises(InvalidCommand) as refused:
        command_from_dict(said)
    return refused.value.errors


# Commands.


def test_everything_that_is_wrong_is_reported_at_once() -> None:
    """
    Missing, unknown, ill-typed and blank fields, in one answer.
    """
    wrong = INVITATION | {"at": 5, "country": "se", "city": " ", "colour": "red"}
    del wrong["region"], wrong["managed_by"]
    assert problems(wrong) == {
        "colour": "is unknown",
        "at": "must be an ISO 8601 instant",
        "country": "must be two capital letters",
        "city": "must not be blank",
        "region": "is missing",
        "managed_by": "is missing",
    }


def test_a_constructor_reports_everything_at_once_too() -> None:
    """
    Python callers hear what callers with JSON hear.
    """
    with pytest.raises(InvalidCommand) as refused:
        invite(vip_id="abc", country=None, organization_name="\0", anniversary_date="soon")
    assert refused.value.errors.keys() == {
        "vip_id",
        "country",
        "organization_name",
        "anniversary_date",
    }


def test_what_contradicts_another_field_is_reported_beside_all_else() -> None:
    """
    A renewal names no PAs, also where other fields are wrong, unknown or missing.
    """
    renewal = {"command": "PlaceOrder", "vip_id": VIP, "order_type": "RENEWAL", "pa_ids": ["PA-1"]}
    wrong = renewal | {"order_id": " ", "lines": LINES, "colour": "red"}
    assert problems(wrong) == {
        "colour": "is unknown",
        "at": "is missing",
        "order_id": "must not be blank",
        "pa_ids": "must be empty for RENEWAL",
    }
    with pytest.raises(InvalidCommand) as refused:
        PlaceOrder(vip_id=VIP, at=AT, order_type="RENEWAL", pa_ids=["PA-1"], order_id=" ", lines=[])
    assert {*refused.value.errors} == {"order_id", "lines", "pa_ids"}


@pytest.mark.parametrize(
    "said",
    [
        None,
        "InviteCustomer",
        [],
        {},
        {"command": "DropTables"},
        {"command": "Intent", "vip_id": VIP, "at": AT},
        {"command": None},
        {"command": ["PlacePA"]},
        {"command": "placepa"},
        {"command": MEGABYTE},
    ],
    ids=lambda said: repr(said)[:40],
)
def test_what_names_no_command_is_refused(said: Any) -> None:
    """
    Only the exact class name of a command is one.
    """
    assert problems(said).keys() == {"command"}


@pytest.mark.parametrize(
    "changed",
    [
        {"at": "2026-03-02T09:00:00"},
        {"at": "2026-03-02"},
        {"at": datetime(2026, 3, 2, tzinfo=UTC).replace(tzinfo=None)},
        {"at": date(2026, 3, 2)},
        {"at": "0001-01-01T00:00:00+23:59"},
        {"at": "9999-12-31T23:59:59-23:59"},
        {"at": "1901-01-01T13:59:59+14:00"},
        {"at": "2998-12-31T12:00:00-12:00"},
        {"at": datetime.max.replace(tzinfo=UTC)},
        {"at": "2026-02-30T00:00:00Z"},
        {"at": "2026-03-02T09:00:00+99:00"},
        {"at": 1_772_442_000},
        {"at": MEGABYTE},
        {"vip_id": MEGABYTE},
        {"pa_id": "PA\x001"},
        {"pa_id": "\x1b[31mPA"},
        {"pa_id": "PA\ud800"},
        {"pa_id": "\u0085"},
        {"pa_id": "\u2003"},
        {"pa_id": 1},
        {"pa_id": True},
        {"po_number": ""},
        {"po_number": 4711},
        {"lines": None},
        {"lines": []},
        {"lines": {}},
        {"lines": "Photoshop"},
        {"lines": [LINES]},
        {"lines": LINES * 2},
        {"lines": [{"product": "Photoshop"}]},
        {"lines": [{"product": "Photoshop", "quantity": 1, "price": 2}]},
        {"lines": [{"product": "Photoshop", "quantity": 0}]},
        {"lines": [{"product": "Photoshop", "quantity": -1}]},
        {"lines": [{"product": "Photoshop", "quantity": True}]},
        {"lines": [{"product": "Photoshop", "quantity": 1.0}]},
        {"lines": [{"product": "Photoshop", "quantity": "1"}]},
        {"lines": [{"product": "Photoshop", "quantity": 10**18}]},
        {"lines": [{"product": "Photoshop", "quantity": 10**4_000}]},
        {"lines": [{"product": MEGABYTE, "quantity": 1}]},
    ],
    ids=lambda changed: ascii(changed)[:60],
)
def test_a_bad_field_is_the_only_one_reported(changed: dict[str, Any]) -> None:
    """
    Each problem is told under the name of its field, and nowhere else.
    """
    assert problems(PA | {"lines": LINES} | changed).keys() == changed.keys()


@pytest.mark.parametrize("kind", strategies.COMMANDS, ids=attrgetter("__name__"))
@FEWER
@given(data=st.data())
def test_any_json_in_any_field_is_read_or_reported(kind: type[Any], data: st.DataObject) -> None:
    """
    The field is fine, or it is the one that is reported; nothing else is ever raised.
    """
    said = command_to_dict(data.draw(strategies.of_command(kind)))
    name = data.draw(st.sampled_from([field.name for field in attrs.fields(kind)]))
    wrong = said | {name: data.draw(any_json)}
    assert refused_fields(wrong) <= {name, "pa_ids"}


@given(st.dictionaries(st.sampled_from(WORDS) | st.text(), any_json), st.sampled_from(NAMES))
def test_any_json_object_is_read_or_reported(said: dict[str, Any], name: str) -> None:
    """
    Under the name of a command, too, whatever else is in it.
    """
    assert refused_fields(said) == {"command"}
    assert refused_fields(said | {"command": name}) != {"command"}


def refused_fields(said: dict[str, Any]) -> set[str]:
    try:
        command_from_dict(said)
    except InvalidCommand as refused:
        return set(refused.errors)
    return set()


@pytest.mark.parametrize(
    "changed",
    [
        {MEGABYTE: 1},
        {f"field {n}": n for n in range(10_000)},
        {"\x1b[31m\ud800": 1},
        {"lines": [{}] * 10_000},
        {"lines": [{"product": "x" * 900 + str(n // 2), "quantity": 1} for n in range(1_000)]},
        {"lines": [{"product": "x", "quantity": 1, MEGABYTE: 1}]},
    ],
    ids=lambda changed: ascii(changed)[:40],
)
def test_a_refusal_is_short_and_printable(changed: dict[str, Any]) -> None:
    """
    Whoever sends rubbish gets a line back, not the rubbish.
    """
    with pytest.raises(InvalidCommand) as refused:
        command_from_dict(PA | {"lines": LINES} | changed)
    assert len(refused.value.message) <= SHORT
    assert refused.value.message.isprintable()


@pytest.mark.parametrize("at", ["1901-01-01T14:00:00+14:00", "2998-12-31T11:59:59-12:00"])
def test_a_command_at_the_edge_of_time_can_be_written_and_read_again(at: str) -> None:
    """
    The first and the last instant are the same in any offset.
    """
    command = command_from_dict(PA | {"lines": LINES, "at": at})
    assert command_from_dict(command_to_dict(command)) == command


@pytest.mark.parametrize(
    "changed",
    [
        {"code": CODE[:7]},
        {"code": CODE + "\0"},
        {"code": [CODE]},
        {"code": {CODE: CODE}},
        {"code": CODE * 100},
        {"reseller_id": None},
    ],
    ids=repr,
)
def test_a_change_code_is_never_said_again(changed: dict[str, Any]) -> None:
    """
    Not even a wrong one, for it may be right but for one letter.
    """
    with pytest.raises(InvalidCommand) as refused:
        command_from_dict(command_to_dict(send_code()) | changed)
    assert CODE[:7] not in f"{refused.value} {refused.value!r} {vars(refused.value)}"
