"""What every fact has: the business instant it happened at; and how personal fields are marked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, get_type_hints

from msgspec import Meta, Struct

PERSONAL = Meta(extra={"personal": True})

Personal = Annotated[str, PERSONAL]
"""Names and e-mail addresses of people: they are erasable apart from the rest."""


class Fact(Struct, frozen=True, kw_only=True, gc=False):
    """`at`: the aware UTC instant it happened at in the business."""

    at: datetime


def personal_fields(fact: type[Fact]) -> tuple[str, ...]:
    """The names of the fields of `fact` that tell who a person is."""
    hints = get_type_hints(fact, include_extras=True)
    return tuple(
        name
        for name in fact.__struct_fields__
        if PERSONAL in getattr(hints[name], "__metadata__", ())
    )
