"""A refusal: its reason as data, and the text for people made of it; those of any command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import attrs

from vip_domain.errors.kinds import VipDomainError

refusal = attrs.define(eq=False, slots=False)
"""A refusal compares by identity, as exceptions do, and can be pickled."""


class CommandRefused(VipDomainError):
    """Nothing was recorded; `.code` is the contract's, the facts are attributes."""

    code: ClassVar[str]
    _text: ClassVar[str]

    @property
    def message(self) -> str:
        """What happened, for people."""
        return self._text.format_map(vars(self))

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class InvalidCommand(CommandRefused):
    """The input is not a command at all; `.errors` maps each field to its problem."""

    code = "INVALID_COMMAND"

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(dict(errors))
        self.errors = dict(errors)

    @property
    def message(self) -> str:
        """Every field with its problem, on one line."""
        return "; ".join(f"{name}: {problem}" for name, problem in self.errors.items())


@refusal
class CommandIdReused(CommandRefused):
    """The id names another command already."""

    code = "COMMAND_ID_REUSED"
    _text = "command id {command_id!r} was used for a different command"
    command_id: str


@refusal
class CustomerUnknown(CommandRefused):
    """There is no such customer."""

    code = "CUSTOMER_UNKNOWN"
    _text = "there is no customer {vip_id!r}"
    vip_id: str


@refusal
class CustomerExists(CommandRefused):
    """The VIP ID is taken, also when its customer was deleted."""

    code = "CUSTOMER_EXISTS"
    _text = "the VIP ID {vip_id!r} is taken"
    vip_id: str


@refusal
class CustomerDeleted(CommandRefused):
    """Deletion is final (S20)."""

    code = "CUSTOMER_DELETED"
    _text = "customer {vip_id!r} is deleted"
    vip_id: str


@refusal
class OutOfOrder(CommandRefused):
    """A step back in the customer's history."""

    code = "OUT_OF_ORDER"
    _text = "{at} is earlier than {latest_at}, the latest moment of this customer's history"
    at: datetime
    latest_at: datetime
