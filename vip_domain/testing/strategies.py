"""
Hypothesis strategies: any valid command, any fact, any list of facts, and lives that rules accept.

All are made of the classes' own fields, so that a new field or fact is there without a line here.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from vip_domain import commands, events
from vip_domain.aggregates.streams import customer_stream
from vip_domain.commands import Command
from vip_domain.events import CustomerEvent, Event, Recorded
from vip_domain.testing.scenario import VIP_ID
from vip_domain.values import Line, OrderType, field_names

COMMANDS: tuple[type[Any], ...] = commands.COMMANDS
EVENTS: tuple[type[Any], ...] = get_args(events.Event)
CUSTOMER_EVENTS: tuple[type[Any], ...] = get_args(events.CustomerEvent)

ODD_TEXTS = (
    "Åkeri Öst & Söner AB",
    "Smålands Glas",
    "👩\u200d👩\u200d👧 Förlag",
    "Straße 1",
    'Bo "Bosse" O\'Berg; DROP TABLE customers',
    "=1+1",
    "@SUM(A1)",
    "-2",
    "\tTab\tand\r\nline",
    "Non\u00a0breaking\u200bspace",
    "100 % _sure_ \\ {braces} [x]*",
    "  wide margins  ",
    "İstanbul ﬁn ǅ",
    "\u202eright to left",
    "文字",
    "x" * 1_000,
)

# Lone surrogates and control characters are refused at the door, so no fact holds them.
_storable = st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\t\n\r")


def texts(shortest: int = 1) -> st.SearchStrategy[str]:
    """Any text that is not blank."""
    odd = st.sampled_from([text for text in ODD_TEXTS if len(text) >= shortest])
    return odd | st.text(_storable, min_size=shortest, max_size=30).filter(str.strip)


dates = st.dates(date(1900, 1, 1), date(2999, 12, 31))
FIRST = datetime(1901, 1, 1, tzinfo=UTC)
LAST = datetime(2998, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
instants = st.datetimes(
    FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC)
)
quantities = st.integers(1, 30) | st.integers(1, 1_000_000_000)
products = st.sampled_from(("Acrobat Pro", "Photoshop")) | texts()
emails = st.sampled_from(("ada@a.example", "ADA@A.example", "bö@b.example")) | texts()
few_ids = st.sampled_from(("1", "2", "3"))
line = st.builds(Line, products, quantities)


def lines(fewest: int = 0) -> st.SearchStrategy[tuple[Line, ...]]:
    """Lines with each product once."""
    found = st.lists(line, min_size=fewest, max_size=4, unique_by=lambda each: each.product)
    return found.map(tuple)


# Few ids, so that facts of one history speak of the same things; and some nobody has heard of.
_NAMED: dict[str, st.SearchStrategy[Any]] = {
    "vip_id": st.just(VIP_ID),
    "country": st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
    "product": products,
    "pa_id": few_ids | texts(),
    "order_id": few_ids | texts(),
    "return_id": few_ids | texts(),
    "pa_ids": st.lists(few_ids | texts(), max_size=3, unique=True).map(tuple),
    "email": emails,
    "owner_email": emails,
    "administrator_email": emails,
    "code": texts(shortest=8),
    "code_hash": st.text("0123456789abcdef", min_size=64, max_size=64),
    "quantity": quantities,
    "minimum_licenses": quantities,
    "anchor_day": st.integers(1, 31),
    "select_level": st.integers(1, 4),
}


def values_of(kind: Any, fewest_lines: int) -> st.SearchStrategy[Any]:
    """Any value of a field's type."""
    if kind == tuple[Line, ...]:
        return lines(fewest_lines)
    if get_origin(kind) in (Union, types.UnionType):
        return st.one_of([values_of(each, fewest_lines) for each in get_args(kind)])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    by_type: dict[Any, st.SearchStrategy[Any]] = {
        str: texts(),
        int: st.integers(0, 1_000_000),
        bool: st.booleans(),
        date: dates,
        datetime: instants,
        type(None): st.none(),
    }
    return by_type[kind]


def fields_of(kind: type[Any]) -> Mapping[str, st.SearchStrategy[Any]]:
    """Any value for each field of a fact or of a valid command."""
    fewest_lines = 1 if kind in COMMANDS else 0
    hints = get_type_hints(kind)
    return {
        name: _NAMED[name] if name in _NAMED else values_of(hints[name], fewest_lines)
        for name in field_names(kind)
    }


def of_event(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Any fact of this class."""
    return st.builds(kind, **fields_of(kind))


def of_command(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Any valid command of this class."""
    fields = dict(fields_of(kind))
    if kind is not commands.PlaceOrder:
        return st.builds(kind, **fields)
    new = st.builds(kind, **fields | {"order_type": st.just(OrderType.NEW)})
    renewal = fields | {"order_type": st.just(OrderType.RENEWAL), "pa_ids": st.just(())}
    return new | st.builds(kind, **renewal)


any_event: st.SearchStrategy[Event] = st.one_of([of_event(kind) for kind in EVENTS])
any_command: st.SearchStrategy[Command] = st.one_of([of_command(kind) for kind in COMMANDS])
any_customer_event: st.SearchStrategy[CustomerEvent] = st.one_of(
    [of_event(kind) for kind in CUSTOMER_EVENTS]
)
any_but_the_end: st.SearchStrategy[CustomerEvent] = st.one_of(
    [of_event(kind) for kind in CUSTOMER_EVENTS if kind is not events.Deleted]
)


def _after_an_invitation(invited: events.Invited, rest: list[CustomerEvent]) -> list[CustomerEvent]:
    return [invited, *rest]


# Most lists begin as histories do; the others show that nothing depends on it.
lives: st.SearchStrategy[list[CustomerEvent]] = st.builds(
    _after_an_invitation,
    of_event(events.Invited),
    st.lists(any_but_the_end) | st.lists(any_but_the_end, min_size=8),
)
histories: st.SearchStrategy[list[CustomerEvent]] = lives | st.lists(any_customer_event)


ids = st.none() | texts()
recordings: st.SearchStrategy[Recorded[Event]] = st.builds(
    Recorded,
    event=any_event,
    stream_id=st.just(customer_stream(VIP_ID)),
    version=st.integers(1, 1_000_000),
    position=st.integers(1, 10**12),
    recorded_at=instants,
    actor=texts(),
    command_id=ids,
    correlation_id=ids,
    causation_id=ids,
)
