"""What every command has: a customer, a business instant, and all its problems told at once."""

from __future__ import annotations

from datetime import datetime

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
        problems = {
            field.name: value.text
            for field in attrs.fields(type(self))
            if isinstance(value := getattr(self, field.name), fields.Problem)
        }
        problems = problems or self._contradictions()
        if problems:
            raise InvalidCommand(problems)

    def _contradictions(self) -> dict[str, str]:
        """Problems between fields that are each right by themselves."""
        return {}
