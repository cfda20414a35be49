"""What can go wrong beside a refusal: stores, questions, papers of an audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class VipDomainError(Exception):
    """Everything this package raises on purpose."""


class StoreError(VipDomainError):
    """The store cannot be used: a bad URL, no database, locked, read-only, full, gone."""


class OutcomeUnknown(StoreError):
    """
    The connection was lost while something was recorded: all of it was, or nothing.

    A command that has a `command_id` can be sent again without a doubt.
    """

    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where}: the connection was lost while recording: all of it was recorded, or "
            "nothing; what has a command_id can be sent again"
        )


class UnreadableEvent(StoreError):
    """
    The log holds an event this version cannot read, at `.position` (0 when not known).

    As the outcome of a command it has a `.code` and a `.message`, as refusals have.
    """

    code: ClassVar[str] = "UNREADABLE_EVENT"

    def __init__(self, problem: str, position: int = 0) -> None:
        super().__init__(problem)
        self.position = position

    @property
    def message(self) -> str:
        """Which event it is, and what is wrong with it."""
        return str(self)


class AuditError(VipDomainError):
    """A key, a checkpoint, a proof or an export is not what it is given as."""


class InvalidQuery(VipDomainError, ValueError):
    """A question that cannot be asked; `.errors` maps each argument to its problem."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(dict(errors))
        self.errors = dict(errors)

    def __str__(self) -> str:
        return "; ".join(f"{name}: {problem}" for name, problem in self.errors.items())
