"""A question to the customer list: checked once, the same for every view that answers it."""

from __future__ import annotations

import base64
import json
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
        problems = {name: text for name, text in self._problems().items() if text is not None}
        if problems:
            raise InvalidQuery(problems)

    def _problems(self) -> dict[str, str | None]:
        return {
            "reseller_id": _problem(fields.text(self.reseller_id)),
            "managed_by": _problem(fields.optional_text(self.managed_by)),
        }


@attrs.frozen(kw_only=True)
class Scope(Question):
    """Whose customers, and at which date."""

    on: date

    def _problems(self) -> dict[str, str | None]:
        return {**super()._problems(), "on": date_problem(self.on)}


@attrs.frozen
class Cursor:
    """The last row of a page, in its order."""

    order_by: str
    key: str
    vip_id: str

    def __str__(self) -> str:
        content = json.dumps(attrs.astuple(self), separators=(",", ":"))
        return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor that was written so; `None` when it is none."""
        try:
            padded = text.encode() + b"=" * (-len(text) % 4)
            content = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            order_by, key, vip_id = content
        except (ValueError, TypeError, RecursionError):
            return None
        if not all(isinstance(each, str) and fields.storable(each) for each in content):
            return None
        return cls(order_by, key, vip_id)


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
            "search": None if self.search == "" else _problem(fields.optional_text(self.search)),
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
        return None


def date_problem(on: date) -> str | None:
    """What is wrong with a date asked about."""
    if isinstance(on, date) and not isinstance(on, datetime):
        return None
    return "must be a date"


def _problem(read: Any) -> str | None:
    return read.text if isinstance(read, fields.Problem) else None


def _one_of(word: Any, words: dict[str, Any]) -> str | None:
    if isinstance(word, str) and word in words:
        return None
    return f"must be one of {', '.join(words)}"
