"""Hypothesis strategies for every command and every fact, made of their attrs fields."""

from __future__ import annotations

import types
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
from hypothesis import strategies as st

from tests.model.histories import MANAGERS, RESELLERS, history
from vip_domain import InvalidCommand, VipDomain, command_from_dict, commands, events
from vip_domain.aggregates.streams import customer_stream
from vip_domain.commands import Command
from vip_domain.events import CustomerEvent, Event, Recorded
from vip_domain.projections.customers import FILTERS, ORDERS
from vip_domain.values import Line, OrderType

VIP = "VIP-0001"
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
storable = st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\t\n\r")


def texts(shortest: int = 1) -> st.SearchStrategy[str]:
    """Any text that is not blank."""
    odd = st.sampled_from([text for text in ODD_TEXTS if len(text) >= shortest])
    return odd | st.text(storable, min_size=shortest, max_size=30).filter(str.strip)


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
NAMED: dict[str, st.SearchStrategy[Any]] = {
    "vip_id": st.just(VIP),
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


def _fields(kind: type[Any], fewest_lines: int) -> dict[str, st.SearchStrategy[Any]]:
    hints = get_type_hints(kind)
    return {
        name: NAMED[name] if name in NAMED else values_of(hints[name], fewest_lines)
        for name in (field.name for field in attrs.fields(kind))
    }


def of_event(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Any fact of this class."""
    return st.builds(kind, **_fields(kind, fewest_lines=0))


def of_command(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Any valid command of this class."""
    fields = _fields(kind, fewest_lines=1)
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


def filed(facts: Iterable[CustomerEvent]) -> list[Recorded[CustomerEvent]]:
    """The facts as the log would tell them."""
    return [
        Recorded(
            event=fact,
            stream_id=customer_stream(VIP),
            version=version,
            position=version,
            recorded_at=fact.at,
            actor="anna",
        )
        for version, fact in enumerate(facts, 1)
    ]


ids = st.none() | texts()
recordings: st.SearchStrategy[Recorded[Event]] = st.builds(
    Recorded,
    event=any_event,
    stream_id=st.just(customer_stream(VIP)),
    version=st.integers(1, 1_000_000),
    position=st.integers(1, 10**12),
    recorded_at=instants,
    actor=texts(),
    command_id=ids,
    correlation_id=ids,
    causation_id=ids,
)


def envelope(recorded: Recorded[Event]) -> dict[str, Any]:
    """What is stored of a fact beside the event itself."""
    filed = ("recorded_at", "actor", "command_id", "correlation_id", "causation_id")
    return {name: getattr(recorded, name) for name in filed}


NAMES = st.lists(texts(), min_size=1, max_size=4)


def told(seed: int, steps: int, names: Sequence[str] = ()) -> list[Command]:
    """The valid commands of a history; with `names` its organisations are called so."""
    commands = []
    for number, said in enumerate(history(seed, steps)):
        called = {}
        if names and said.get("command") == "InviteCustomer":
            called["organization_name"] = names[number % len(names)]
            called["organization_name_ascii"] = f"Nord {number}"
        with suppress(InvalidCommand):
            commands.append(command_from_dict(said | called))
    return commands


def last_position(vip: VipDomain) -> int:
    """How long the log is, told without changing anything."""
    view, *_ = vip.status()
    return view.position + view.lag_events


def questions(names: Sequence[str], days: Sequence[date]) -> st.SearchStrategy[dict[str, Any]]:
    """What can be asked of the customer list, of organisations called so, on such days."""
    beginnings = [name.strip()[:length] for name in names for length in (1, 2, 5, 1_000)]
    odd = ("%", "_", "'", "VIP-1", "ß", "SS", "{", "\\", "[", " å ", "*")
    return st.fixed_dictionaries(
        {
            "filter": st.just("all_customers") | st.sampled_from(list(FILTERS)),
            "reseller_id": st.sampled_from(RESELLERS),
            "on": st.sampled_from(days) | st.dates(),
            "managed_by": st.sampled_from((None, None, *MANAGERS)),
            "search": st.none()
            | st.sampled_from(("no", "NORD 1", "vip-"))
            | st.sampled_from([*beginnings, *odd])
            | texts(),
            "order_by": st.just("organization_name") | st.sampled_from(list(ORDERS)),
            "limit": st.sampled_from((1, 2, 1_000)),
        }
    )
