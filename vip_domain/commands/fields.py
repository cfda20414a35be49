"""How one field of a command is read: a value of the right type, or the problem with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar, cast

import attrs

from vip_domain.values import Line, MarketSegment, OfferType, OrderType, ReturnReason

MAX_TEXT = 1_000
MAX_QUANTITY = 1_000_000_000
FIRST_YEAR, LAST_YEAR = 1900, 2999
MIN_CODE = 8
SHOWN, FEW = 40, 5

VIP_ID = re.compile(r"[A-Z0-9-]{4,40}")
COUNTRY = re.compile(r"[A-Z]{2}")
LINE_BREAKS = "\t\n\r"

E = TypeVar("E", bound=StrEnum)


@attrs.frozen
class Problem:
    """Stands where a value should be, until the command reports all of them at once."""

    text: str


def _or_problem(problem: str) -> Any:
    """Converters promise a value; `Command` turns what they could not read into one error."""
    return Problem(problem)


def shown(value: object) -> str:
    """What was given, as an error repeats it: printable, and not all of a megabyte."""
    given = ascii(value) if isinstance(value, str) else type(value).__name__
    return given if len(given) <= SHOWN else f"{given[:SHOWN]}…"


def few(problems: Sequence[str]) -> str:
    """The first of many problems, and how many more there are."""
    more = f"; and {len(problems) - FEW} more" if len(problems) > FEW else ""
    return "; ".join(problems[:FEW]) + more


def text(value: str) -> str:
    """Stored as given; not blank, and nothing a file or a database chokes on."""
    if not isinstance(value, str):
        return cast(str, _or_problem("must be text"))
    if not value.strip():
        return cast(str, _or_problem("must not be blank"))
    if len(value) > MAX_TEXT:
        return cast(str, _or_problem(f"must have at most {MAX_TEXT} characters"))
    if not storable(value):
        return cast(str, _or_problem("must not have control characters"))
    return value


def storable(value: str) -> bool:
    """Whether there is nothing in a text that a file or a database chokes on."""
    return value.isprintable() or not any(map(_unstorable, value))


def _unstorable(character: str) -> bool:
    return character not in LINE_BREAKS and unicodedata.category(character) in ("Cc", "Cs")


def vip_id(value: str) -> str:
    """4 to 40 of A-Z, 0-9 and hyphen; judged when inviting."""
    return _matching(VIP_ID, value, "must be 4 to 40 of A-Z, 0-9 and -")


def country(value: str) -> str:
    """ISO 3166-1 alpha-2."""
    return _matching(COUNTRY, value, "must be two capital letters")


def _matching(pattern: re.Pattern[str], value: str, problem: str) -> str:
    read = text(value)
    if isinstance(read, str) and not pattern.fullmatch(read):
        return cast(str, _or_problem(problem))
    return read


def secret(value: str) -> str:
    """A change code: 8 or more characters."""
    read = text(value)
    if isinstance(read, str) and len(read) < MIN_CODE:
        return cast(str, _or_problem(f"must have at least {MIN_CODE} characters"))
    return read


def instant(value: datetime | str) -> datetime:
    """An aware instant, or its ISO 8601 text; kept in UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return cast(datetime, _or_problem("must be an ISO 8601 instant"))
    if not isinstance(value, datetime):
        return cast(datetime, _or_problem("must be an ISO 8601 instant"))
    if value.tzinfo is None or value.utcoffset() is None:
        return cast(datetime, _or_problem("must have an offset from UTC"))
    return _in_business_years(value)


def _in_business_years(value: datetime) -> datetime:
    # The margin keeps every date the rules compute inside the calendar.
    with suppress(OverflowError):
        at = value.astimezone(UTC)
        if FIRST_YEAR < at.year < LAST_YEAR:
            return at
    return cast(datetime, _or_problem(f"must lie between {FIRST_YEAR} and {LAST_YEAR}"))


def day(value: date | str) -> date:
    """A date, or its ISO text."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return cast(date, _or_problem("must be an ISO date"))
    if not isinstance(value, date) or isinstance(value, datetime):
        return cast(date, _or_problem("must be an ISO date"))
    return value


def whole_number(value: int) -> int:
    """A whole number no database overflows on; `True` is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        return cast(int, _or_problem("must be a whole number"))
    if abs(value) > MAX_QUANTITY:
        return cast(int, _or_problem(f"must be at most {MAX_QUANTITY}"))
    return value


def quantity(value: int) -> int:
    """At least one."""
    read = whole_number(value)
    if isinstance(read, int) and read < 1:
        return cast(int, _or_problem("must be 1 or more"))
    return read


def lines(value: Sequence[Line | Mapping[str, Any]]) -> tuple[Line, ...]:
    """Not empty, each product once."""
    if not isinstance(value, list | tuple):
        return cast(tuple[Line, ...], _or_problem("must be a list of lines"))
    if not value:
        return cast(tuple[Line, ...], _or_problem("must not be empty"))
    read = [_line(line) for line in value]
    problems = [f"line {n}: {x.text}" for n, x in enumerate(read, 1) if isinstance(x, Problem)]
    products = [line.product for line in read if isinstance(line, Line)]
    problems += [f"{shown(product)} comes more than once" for product in _repeated(products)]
    if problems:
        return cast(tuple[Line, ...], _or_problem(few(problems)))
    return cast(tuple[Line, ...], tuple(read))


def _line(value: Any) -> Line | Problem:
    if isinstance(value, Line):
        value = {"product": value.product, "quantity": value.quantity}
    if not isinstance(value, Mapping):
        return Problem("must have product and quantity")
    wrong = [f"{shown(name)} is unknown" for name in value if name not in ("product", "quantity")]
    wrong += [f"{name} is missing" for name in ("product", "quantity") if name not in value]
    if wrong:
        return Problem(few(wrong))
    product, number = text(value["product"]), quantity(value["quantity"])
    read = {"product": product, "quantity": number}
    wrong = [f"{name} {x.text}" for name, x in read.items() if isinstance(x, Problem)]
    return Problem(", ".join(wrong)) if wrong else Line(product, number)


def ids(value: Sequence[str]) -> tuple[str, ...]:
    """Any number of ids, each once."""
    if not isinstance(value, list | tuple):
        return cast(tuple[str, ...], _or_problem("must be a list"))
    read = [text(each) for each in value]
    problems = [f"id {n}: {x.text}" for n, x in enumerate(read, 1) if isinstance(x, Problem)]
    problems += [f"{shown(each)} comes more than once" for each in _repeated(read)]
    return cast(tuple[str, ...], _or_problem(few(problems)) if problems else tuple(read))


def _repeated(values: Sequence[str]) -> list[str]:
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for value in values:
        if isinstance(value, str) and value in seen:
            twice[value] = None
        seen.add(value)
    return list(twice)


def optional_text(value: str | None) -> str | None:
    """Text, or nothing; nothing is not blank text."""
    return None if value is None else text(value)


def optional_day(value: date | str | None) -> date | None:
    """A date, or nothing."""
    return None if value is None else day(value)


def optional_lines(
    value: Sequence[Line | Mapping[str, Any]] | None,
) -> tuple[Line, ...] | None:
    """Lines, or nothing."""
    return None if value is None else lines(value)


def market_segment(value: MarketSegment | str) -> MarketSegment:
    """A word of `MarketSegment`."""
    return _word(MarketSegment, value)


def offer_type(value: OfferType | str) -> OfferType:
    """A word of `OfferType`."""
    return _word(OfferType, value)


def order_type(value: OrderType | str) -> OrderType:
    """A word of `OrderType`."""
    return _word(OrderType, value)


def return_reason(value: ReturnReason | str) -> ReturnReason:
    """A word of `ReturnReason`."""
    return _word(ReturnReason, value)


def _word(words: type[E], value: E | str) -> E:
    if isinstance(value, str) and value in words.__members__:
        return words(value)
    return cast("E", _or_problem(f"must be one of {', '.join(words)}"))
