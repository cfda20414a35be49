"""Statements for the driver itself: compiled once, where SQLAlchemy would take longer than it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Self

import attrs
from sqlalchemy import Dialect, Select


@attrs.frozen
class Plain:
    """A statement as a database understands it; `order` names its values where it wants a row."""

    text: str
    constants: Mapping[str, Any]
    order: Sequence[str] | None

    @classmethod
    def compiled(cls, statement: Select[Any], dialect: Dialect) -> Self:
        """The statement for this kind of database."""
        compiled = statement.compile(dialect=dialect)
        order = compiled.positiontup if compiled.positional else None
        return cls(str(compiled), compiled.params, order)

    def values(self, parameters: Mapping[str, Any]) -> Any:
        """What the driver takes beside the text."""
        values = {**self.constants, **parameters}
        return values if self.order is None else [values[name] for name in self.order]


@lru_cache(maxsize=512)
def plain(statement: Select[Any], dialect: Dialect) -> Plain:
    """The same, compiled the first time it is asked for."""
    return Plain.compiled(statement, dialect)
