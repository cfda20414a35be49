"""What every command has: a customer, a business instant, and all its problems told at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from vip_domain.commands import fields
from vip_domain.errors import InvalidCommand


@attrs.frozen(kw_only=True)
class Intent:
    """
    `vip_id`: the customer; `at`: an aware instant, when it happened in the business.

    Raises `InvalidCommand` with every field that is wrong.
    """

    vip_id: str = attrs.field(converter=fields.text)
    at: datetime = attrs.field(converter=fields.instant)

    def __attrs_post_init__(self) -> None:
        given = {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}
        if problems := self.problems(given):
            raise InvalidCommand(problems)

    @classmethod
    def problems(cls, given: Mapping[str, Any]) -> dict[str, str]:
        """What is wrong with fields as they were read, each by itself and beside the others."""
        each = {n: value.text for n, value in given.items() if isinstance(value, fields.Problem)}
        return cls._contradictions(given) | each

    @classmethod
    def _contradictions(cls, given: Mapping[str, Any]) -> dict[str, str]:
        """Problems between fields, of which some may be missing or wrong by themselves."""
        del given
        return {}
