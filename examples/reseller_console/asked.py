"""What a page is asked for by its address: which list, of which day, as of which moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from urllib.parse import urlencode

import attrs

from examples.reseller_console.desk import AsOf
from vip_domain import InvalidQuery

FIRST_YEAR, LAST_YEAR = 1900, 2999
MOST_DIGITS = 18

KEPT = ("filter", "on", "as_of", "mine", "search", "order_by")
"""What stays as it is from page to page; where a page begins does not."""


@attrs.frozen(kw_only=True)
class Asked:
    """A question of the page; texts are those of the address, so that links repeat them."""

    today: date
    filter: str = "all_customers"
    on_text: str = ""
    as_of_text: str = ""
    mine: bool = False
    search: str = ""
    order_by: str = "organization_name"
    after: str | None = None

    @classmethod
    def of(cls, query: Mapping[str, str], today: date) -> Asked:
        """What the address says. Raises `InvalidQuery` for a date or a moment that is none."""
        asked = cls(
            today=today,
            filter=query.get("filter") or "all_customers",
            on_text=query.get("on", ""),
            as_of_text=query.get("as_of", ""),
            mine=query.get("mine") == "true",
            search=query.get("search", ""),
            order_by=query.get("order_by") or "organization_name",
            after=query.get("after") or None,
        )
        problems = {"on": _day_problem(asked.on_text), "as_of": _moment_problem(asked.as_of_text)}
        if found := {name: text for name, text in problems.items() if text}:
            raise InvalidQuery(found)
        return asked

    @property
    def on(self) -> date:
        """The day filters compare with."""
        return date.fromisoformat(self.on_text) if self.on_text else self.today

    @property
    def as_of(self) -> AsOf:
        """A log position, or an instant that is UTC unless it says otherwise."""
        if not self.as_of_text:
            return None
        if self.as_of_text.isdecimal():
            return int(self.as_of_text)
        read = datetime.fromisoformat(self.as_of_text)
        return read if read.tzinfo else read.replace(tzinfo=UTC)

    def link(self, path: str, **changes: object) -> str:
        """An address that asks the same but for some of it; without what says nothing."""
        now: dict[str, object] = {
            "filter": self.filter,
            "on": self.on_text,
            "as_of": self.as_of_text,
            "mine": "true" if self.mine else "",
            "search": self.search,
            "order_by": self.order_by,
        }
        plain = {"filter": "all_customers", "order_by": "organization_name"}
        asked = {
            name: str(value)
            for name, value in (now | changes).items()
            if value not in (None, "") and plain.get(name) != value
        }
        return f"{path}?{urlencode(asked)}" if asked else path

    def of_customer(self, vip_id: str, more: str = "", **changes: object) -> str:
        """The address of a customer's page, on the same day and as of the same moment."""
        when = {"on": self.on_text, "as_of": self.as_of_text} | changes
        asked = {name: str(value) for name, value in when.items() if value not in (None, "")}
        path = f"/customers/{vip_id}{more}"
        return f"{path}?{urlencode(asked)}" if asked else path


def _day_problem(text: str) -> str | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "must be an ISO date"
    right = FIRST_YEAR < day.year < LAST_YEAR
    return None if right else f"must lie between {FIRST_YEAR} and {LAST_YEAR}"


def _moment_problem(text: str) -> str | None:
    if not text:
        return None
    if text.isdecimal():
        return None if len(text) <= MOST_DIGITS else "must be a position of the log"
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return "must be a position of the log or an ISO instant"
    return None
