"""What a filter compares: each condition knows a fact, how it compares, and with what."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

import attrs

from vip_domain.rules import ProgramRules, add_days
from vip_domain.words import Text
from vip_domain.words.filters import CONDITIONS
from vip_domain.words.values import word

S = TypeVar("S")

Value = date | int | str | None
Known = Callable[[S, ProgramRules], Value]


class Sign(StrEnum):
    """How the fact compares with the limit, read from left to right."""

    BEFORE = "<"
    UP_TO = "<="
    IS = "="
    FROM = ">="
    AFTER = ">"
    EXISTS = "exists"
    MISSING = "missing"


def _exists(known: Value, _: Value) -> bool:
    return known is not None


def _missing(known: Value, _: Value) -> bool:
    return known is None


COMPARE: Mapping[Sign, Callable[[Any, Any], bool]] = {
    Sign.BEFORE: operator.lt,
    Sign.UP_TO: operator.le,
    Sign.IS: operator.eq,
    Sign.FROM: operator.ge,
    Sign.AFTER: operator.gt,
    Sign.EXISTS: _exists,
    Sign.MISSING: _missing,
}


@attrs.frozen(kw_only=True)
class Finding:
    """
    A condition as it was met: what was `known`, compared with the `limit`, and whether it holds.

    `pa_id` says whose it is when it was asked of a purchase authorization.
    """

    condition: str
    known: Value
    sign: Sign
    limit: Value
    holds: bool
    pa_id: str | None = None

    @property
    def text(self) -> Text:
        """What was compared, in words."""
        judged = CONDITIONS[self.condition]
        known = word(self.known) if isinstance(self.known, StrEnum) else self.known
        return judged.said(self.holds).filled(known=known, limit=self.limit, pa_id=self.pa_id)


@attrs.frozen(kw_only=True)
class Condition(Generic[S]):
    """
    One comparison, under the `name` that words know it by.

    Without a `limit` it compares with the date asked about. What is not known meets none.
    """

    name: str
    known: Known[S]
    sign: Sign
    limit: Callable[[S], Value] | None = None
    _compare: Callable[[Any, Any], bool] = attrs.field(init=False, repr=False, eq=False)

    @_compare.default
    def _of_sign(self) -> Callable[[Any, Any], bool]:
        return COMPARE[self.sign]

    def holds(self, subject: S, on: date, rules: ProgramRules) -> bool:
        """Whether the subject meets it at `on`."""
        known = self.known(subject, rules)
        if known is None:
            return self.sign is Sign.MISSING
        return self._compare(known, on if self.limit is None else self.limit(subject))

    def found(
        self, subject: S, on: date, rules: ProgramRules, pa_id: str | None = None
    ) -> Finding | None:
        """The same with what was compared; `None` when nothing is known that could be."""
        known = self.known(subject, rules)
        if known is None and self.sign not in (Sign.EXISTS, Sign.MISSING):
            return None
        return Finding(
            condition=self.name,
            known=known,
            sign=self.sign,
            limit=on if self.limit is None else self.limit(subject),
            holds=self.holds(subject, on, rules),
            pa_id=pa_id,
        )

    def edges(self, subject: S, rules: ProgramRules) -> tuple[date, ...]:
        """The days on which the answer can turn without anything happening."""
        known = self.known(subject, rules)
        if self.limit is not None or not isinstance(known, date):
            return ()
        return known, add_days(known, 1)
