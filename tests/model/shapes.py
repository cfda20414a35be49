"""What is a command at all: the shapes of the contract, judged without knowing any customer."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any


class NotACommandError(ValueError):
    """The input has not the shape of any command."""


class Optional:
    """A field that may be left out or null, and what it is then."""

    def __init__(
        self, reader: Callable[[Any], Any], default: Any = None, *, nullable: bool = True
    ) -> None:
        self.reader = reader
        self.default = default
        self.nullable = nullable


def _require(condition: object) -> None:
    if not condition:
        raise NotACommandError


def text(value: Any) -> str:
    """Read text, which is never blank and stays as it is given."""
    _require(isinstance(value, str) and value.strip())
    return str(value)


def instant(value: Any) -> datetime:
    """Read an ISO 8601 instant, which always names its offset, as UTC."""
    _require(isinstance(value, str))
    try:
        moment = datetime.fromisoformat(value)
        _require(moment.tzinfo is not None)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotACommandError from None


def day(value: Any) -> date:
    """Read an ISO date."""
    _require(isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII))
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise NotACommandError from None


def whole_number(value: Any) -> int:
    """Read an integer, which `true` is not."""
    _require(isinstance(value, int) and not isinstance(value, bool))
    return int(value)


def quantity(value: Any) -> int:
    """Read a number of licences, at least one."""
    number = whole_number(value)
    _require(number >= 1)
    return number


def lines(value: Any) -> dict[str, int]:
    """Read the lines of an order as quantities by product, so that their order does not matter."""
    _require(isinstance(value, list) and value)
    found: dict[str, int] = {}
    for line in value:
        _require(isinstance(line, dict) and line.keys() == {"product", "quantity"})
        product = text(line["product"])
        _require(product not in found)
        found[product] = quantity(line["quantity"])
    return found


def ids(value: Any) -> frozenset[str]:
    """Read a list of different ids, whose order does not matter."""
    _require(isinstance(value, list))
    found = [text(each) for each in value]
    _require(len(set(found)) == len(found))
    return frozenset(found)


def pattern(expression: str) -> Callable[[Any], str]:
    """Read text that looks like `expression`."""

    def read(value: Any) -> str:
        _require(isinstance(value, str) and re.fullmatch(expression, value, re.DOTALL))
        return text(value)

    return read


def one_of(*words: str) -> Callable[[Any], str]:
    """Read one of a few words."""

    def read(value: Any) -> str:
        _require(isinstance(value, str) and value in words)
        return str(value)

    return read


CODE = pattern(r".{8,}")
RETURN_REASON = one_of(
    "WRONG_PRODUCT",
    "WRONG_QUANTITY",
    "DUPLICATE_ORDER",
    "WRONG_CUSTOMER",
    "WRONG_TERM",
    "CUSTOMER_CANCELLED",
    "OTHER",
)

SHAPES: dict[str, dict[str, Any]] = {
    "InviteCustomer": {
        "vip_id": pattern(r"[A-Z0-9-]{4,40}"),
        "reseller_id": text,
        "organization_name": text,
        "organization_name_ascii": Optional(text),
        "market_segment": one_of("COM", "GOV", "EDU"),
        "offer_type": one_of("TEAM", "ENTERPRISE"),
        "country": pattern(r"[A-Z]{2}"),
        "region": text,
        "address": text,
        "city": text,
        "postal_code": text,
        "contact_name": text,
        "contact_email": text,
        "managed_by": text,
        "anniversary_date": Optional(day),
    },
    "ResendInvitation": {"contact_email": text, "contact_name": Optional(text)},
    "DeleteCustomer": {},
    "AcceptTerms": {"administrator_email": text, "administrator_name": Optional(text)},
    "ChangeAgreementOwner": {"email": text, "name": text},
    "AddAdministrator": {"email": text},
    "RemoveAdministrator": {"email": text},
    "AssignManager": {"managed_by": text},
    "PlacePA": {"pa_id": text, "lines": lines, "po_number": Optional(text)},
    "CancelPA": {"pa_id": text},
    "DeactivateLicenses": {"pa_id": text},
    "PlaceOrder": {
        "order_id": text,
        "order_type": one_of("NEW", "RENEWAL"),
        "lines": lines,
        "pa_ids": Optional(ids, frozenset(), nullable=False),
    },
    "AcceptOrder": {"order_id": text},
    "RejectOrder": {"order_id": text, "reason": text},
    "RequestReturn": {
        "return_id": text,
        "order_id": text,
        "lines": Optional(lines),
        "reason": RETURN_REASON,
    },
    "AuthorizeReturn": {"return_id": text},
    "RefuseReturn": {"return_id": text},
    "AssignLicenses": {"product": text, "quantity": quantity},
    "UnassignLicenses": {"product": text, "quantity": quantity},
    "RenewAutomatically": {},
    "ExpireLicenses": {},
    "ReviewSelectLevel": {},
    "CommitThreeYears": {"minimum_licenses": whole_number},
    "SendResellerChangeCode": {
        "reseller_id": text,
        "administrator_email": text,
        "managed_by": text,
        "code": CODE,
    },
    "ChangeReseller": {"code": CODE, "administrator_email": text},
}


def read_command(raw: object) -> dict[str, Any]:
    """Say what a command means, defaults filled in, or raise `NotACommandError`."""
    _require(isinstance(raw, Mapping))
    given = dict(raw) if isinstance(raw, Mapping) else {}
    name = given.pop("command", None)
    _require(isinstance(name, str) and name in SHAPES)
    shape = {"vip_id": text, "at": instant} | SHAPES[str(name)]
    _require(given.keys() <= shape.keys())
    command = {"command": name} | {
        field: _read_field(given, field, reader) for field, reader in shape.items()
    }
    _require(not (command.get("order_type") == "RENEWAL" and command["pa_ids"]))
    return command


def _read_field(given: Mapping[str, Any], field: str, reader: Any) -> Any:
    if not isinstance(reader, Optional):
        _require(field in given)
        return reader(given[field])
    if field not in given or (given[field] is None and reader.nullable):
        return reader.default
    return reader.reader(given[field])
