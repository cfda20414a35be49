"""Commands of the contract as JSON Schema, made of their classes, for the API's description."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import attrs

from examples.reseller_console.permissions import OF_OTHERS, OF_RESELLERS
from vip_domain import InviteCustomer, Line

Schema = dict[str, Any]

LINE: Schema = {
    "type": "object",
    "properties": {
        "product": {"type": "string", "minLength": 1, "maxLength": 1000},
        "quantity": {"type": "integer", "minimum": 1, "maximum": 1_000_000_000},
    },
    "required": ["product", "quantity"],
    "additionalProperties": False,
}
PLAIN: dict[Any, Schema] = {
    str: {"type": "string", "minLength": 1, "maxLength": 1000},
    int: {"type": "integer", "minimum": 1, "maximum": 1_000_000_000},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    Line: LINE,
}
OURS = ("reseller_id",)
"""Fields that may be left out: the console knows them."""


def any_command() -> Schema:
    """What `POST /commands` takes: one of all of them."""
    commands = [_command(each) for each in (*OF_RESELLERS, *OF_OTHERS)]
    return {"title": "Command", "oneOf": commands}


def _command(command: type[attrs.AttrsInstance]) -> Schema:
    hints = get_type_hints(command)
    fields = [each for each in attrs.fields(command) if not _is_issued(command, each.name)]
    asked = [each.name for each in fields if each.default is attrs.NOTHING]
    named = {each.name: _value(hints[each.name]) for each in fields}
    return {
        "title": command.__name__,
        "description": " ".join((command.__doc__ or "").split()),
        "type": "object",
        "properties": {"command": {"const": command.__name__}, **named},
        "required": ["command", *(name for name in asked if name not in OURS)],
        "additionalProperties": False,
    }


def _is_issued(command: type, name: str) -> bool:
    return command is InviteCustomer and name == "vip_id"


def _value(hint: Any) -> Schema:
    if isinstance(hint, UnionType):
        return {"anyOf": [_value(each) for each in get_args(hint)]}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _value(get_args(hint)[0])}
    if hint is type(None):
        return {"type": "null"}
    if issubclass(hint, StrEnum):
        return {"enum": [str(each) for each in hint]}
    return PLAIN[hint]
