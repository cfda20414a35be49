"""What every fact has: the business instant it happened at; and how personal fields are marked."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import attrs

PERSONAL: Final = {"personal": True}
"""Marks names and e-mail addresses of people: they are erasable apart from the rest."""


@attrs.frozen(kw_only=True)
class Fact:
    """`at`: the aware UTC instant it happened at in the business."""

    at: datetime


def personal_fields(fact: type[Fact]) -> tuple[str, ...]:
    """The names of the fields of `fact` that tell who a person is."""
    return tuple(
        field.name for field in attrs.fields(fact) if field.metadata.get("personal", False)
    )
