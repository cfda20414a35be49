"""The words of the domain: small values that commands, facts and rows share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import attrs
from msgspec import Struct


class MarketSegment(StrEnum):
    """Who buys: companies, public bodies, or schools (S29)."""

    COM = "COM"
    GOV = "GOV"
    EDU = "EDU"


class OfferType(StrEnum):
    """What the VIP was created as; both kinds of licences can be bought under it (S34)."""

    TEAM = "TEAM"
    ENTERPRISE = "ENTERPRISE"


class OrderType(StrEnum):
    """Whether an order buys licences or renews those there are (S99)."""

    NEW = "NEW"
    RENEWAL = "RENEWAL"


class ReturnReason(StrEnum):
    """Why an order is returned (S98)."""

    WRONG_PRODUCT = "WRONG_PRODUCT"
    WRONG_QUANTITY = "WRONG_QUANTITY"
    DUPLICATE_ORDER = "DUPLICATE_ORDER"
    WRONG_CUSTOMER = "WRONG_CUSTOMER"
    WRONG_TERM = "WRONG_TERM"
    CUSTOMER_CANCELLED = "CUSTOMER_CANCELLED"
    OTHER = "OTHER"


class InvitationStatus(StrEnum):
    """Pending until the contact accepts the terms (S26)."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"


class TermType(StrEnum):
    """How long the current term is: chosen at the invitation, or a year (S36)."""

    EXTENDED = "EXTENDED"
    ANNUAL = "ANNUAL"


class PAStatus(StrEnum):
    """Pending until an order names the PA or it is cancelled; overdue is still pending (S94)."""

    PENDING = "PENDING"
    ORDERED = "ORDERED"
    CANCELLED = "CANCELLED"


class OrderStatus(StrEnum):
    """What the vendor said of an order."""

    PLACED = "PLACED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


class ReturnStatus(StrEnum):
    """What the vendor said of a return."""

    REQUESTED = "REQUESTED"
    AUTHORIZED = "AUTHORIZED"
    REFUSED = "REFUSED"


class Line(Struct, frozen=True, gc=False):
    """So many licences of one product; `quantity` is at least 1 wherever a line is recorded."""

    product: str
    quantity: int


Lines = tuple[Line, ...]


def field_names(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a struct or of an attrs class, in order."""
    if issubclass(kind, Struct):
        return kind.__struct_fields__
    return tuple(field.name for field in attrs.fields(kind))


Quantities = Mapping[str, int]


def total(lines: Iterable[Line]) -> int:
    """All licences of `lines`, whatever the product."""
    return sum(line.quantity for line in lines)


def by_product(lines: Iterable[Line]) -> dict[str, int]:
    """Licences per product, summed where a product comes more than once."""
    quantities: dict[str, int] = {}
    for line in lines:
        quantities[line.product] = quantities.get(line.product, 0) + line.quantity
    return quantities


def as_lines(quantities: Quantities) -> Lines:
    """Back to lines, without the products of which there are none."""
    return tuple(Line(product, number) for product, number in quantities.items() if number > 0)


def same_lines(some: Iterable[Line], others: Iterable[Line]) -> bool:
    """Whether both say the same, in whichever order."""
    return by_product(some) == by_product(others)


def email_key(email: str) -> str:
    """What is compared of an e-mail address: everything but its case."""
    return email.casefold()
