"""A question to the customer list: checked once, the same for every view that answers it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import attrs

from vip_domain.commands import fields
from vip_domain.errors import InvalidQuery
from vip_domain.projections.customers.filters import FILTERS
from vip_domain.projections.customers.order import ORDERS

MOST_ROWS = 1_000


@attrs.frozen(kw_only=True)
class Question:
    """What is asked of a reseller's customers. Raises `InvalidQuery` with all that is wrong."""

    reseller_id: str
    managed_by: str | None = None

    def __attrs_post_init__(self) -> None:
        refuse(self._problems())

    def _problems(self) -> dict[str, str | None]:
        return {
            "reseller_id": problem_of(fields.text(self.reseller_id)),
            "managed_by": problem_of(fields.optional_text(self.managed_by)),
        }


@attrs.frozen(kw_only=True)
class Scope(Question):
    """Whose customers, at which date, and told by how much of the log: to position `as_of`."""

    on: date
    as_of: int | None = None

    def _problems(self) -> dict[str, str | None]:
        return {
            **super()._problems(),
            "on": date_problem(self.on),
            "as_of": problem_of(self.as_of),
        }


@attrs.frozen
class Cursor:
    """The last row of a page, in its order, and the position the page was as of, if of any."""

    order_by: str
    key: str
    vip_id: str
    as_of: int | None = None

    def __str__(self) -> str:
        parts = (self.order_by, self.key, self.vip_id, self.as_of)
        content = json.dumps(parts[: 3 if self.as_of is None else 4], separators=(",", ":"))
        return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor that was written so; `None` when it is none."""
        try:
            padded = text.encode() + b"=" * (-len(text) % 4)
            content = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            order_by, key, vip_id, *position = content
            (as_of,) = position or [None]
        except (ValueError, TypeError, RecursionError):
            return None
        texts = (order_by, key, vip_id)
        if not all(isinstance(each, str) and fields.storable(each) for each in texts):
            return None
        whole = type(as_of) is int or not position
        return cls(order_by, key, vip_id, as_of) if whole else None


@attrs.frozen(kw_only=True)
class ListQuery(Scope):
    """One page of one filter. Raises `InvalidQuery` with all that is wrong."""

    filter: str
    search: str | None = None
    order_by: str = "organization_name"
    limit: int = 50
    after: str | None = None

    @property
    def cursor(self) -> Cursor | None:
        """Where the page begins."""
        return None if self.after is None else Cursor.parse(self.after)

    def _problems(self) -> dict[str, str | None]:
        return {
            "filter": _one_of(self.filter, FILTERS),
            **super()._problems(),
            "search": None if self.search == "" else problem_of(fields.optional_text(self.search)),
            "order_by": _one_of(self.order_by, ORDERS),
            "limit": self._limit_problem(),
            "after": self._after_problem(),
        }

    def _limit_problem(self) -> str | None:
        read = fields.quantity(self.limit)
        if isinstance(read, int) and read <= MOST_ROWS:
            return None
        return f"must be a whole number from 1 to {MOST_ROWS}"

    def _after_problem(self) -> str | None:
        if self.after is None:
            return None
        cursor = Cursor.parse(self.after) if isinstance(self.after, str) else None
        if cursor is None or cursor.order_by != self.order_by:
            return "must be the cursor of a page in the same order"
        if problem_of(self.as_of) is None and cursor.as_of != self.as_of:
            return "must be the cursor of a page as of the same moment"
        return None


@attrs.frozen(kw_only=True)
class DiffQuery(Question):
    """
    One filter's list at two moments: as of `from_` at the date `from_on`, and of `to` at `on`.

    Both are positions. Raises `InvalidQuery` with all that is wrong.
    """

    filter: str
    from_: int
    to: int
    from_on: date
    on: date

    @property
    def earlier(self) -> ListQuery:
        """The list as it was."""
        return self._list(self.from_, self.from_on)

    @property
    def later(self) -> ListQuery:
        """What it became."""
        return self._list(self.to, self.on)

    def _list(self, as_of: int, on: date) -> ListQuery:
        return ListQuery(
            filter=self.filter,
            reseller_id=self.reseller_id,
            managed_by=self.managed_by,
            as_of=as_of,
            on=on,
        )

    def _problems(self) -> dict[str, str | None]:
        problems = {
            "filter": _one_of(self.filter, FILTERS),
            **super()._problems(),
            "from_": problem_of(self.from_),
            "to": problem_of(self.to),
            # Where none is given the later date is asked about twice, and complained of once.
            "from_on": None if self.from_on is self.on else date_problem(self.from_on),
            "on": date_problem(self.on),
        }
        if not (problems["from_"] or problems["to"]) and self.to < self.from_:
            problems["to"] = f"must not be before from_: the log was {self.from_} events long then"
        if not (problems["from_on"] or problems["on"]) and self.on < self.from_on:
            problems["on"] = f"must not be before from_on, which is {self.from_on}"
        return problems


def refuse(problems: Mapping[str, str | None]) -> None:
    """Raise `InvalidQuery` with all the problems there are, if there are any."""
    found = {name: text for name, text in problems.items() if text is not None}
    if found:
        raise InvalidQuery(found)


def date_problem(on: date) -> str | None:
    """What is wrong with a date asked about."""
    if isinstance(on, date) and not isinstance(on, datetime):
        return None
    return "must be a date"


def problem_of(read: Any) -> str | None:
    """What is wrong with an argument as far as it was read."""
    return read.text if isinstance(read, fields.Problem) else None


def _one_of(word: Any, words: dict[str, Any]) -> str | None:
    if isinstance(word, str) and word in words:
        return None
    return f"must be one of {', '.join(words)}"
