"""A question to the renewals calendar, checked once for every view that answers it."""

from __future__ import annotations

from datetime import date

import attrs

from vip_domain.projections.customers.query import Question, date_problem


@attrs.frozen(kw_only=True)
class MonthsQuery(Question):
    """The months from that of `first` to that of `last`. Raises `InvalidQuery`."""

    first: date
    last: date

    @property
    def first_month(self) -> str:
        """As the calendar has it: `2027-03`."""
        return self.first.isoformat()[:7]

    @property
    def last_month(self) -> str:
        """As the calendar has it: `2027-03`."""
        return self.last.isoformat()[:7]

    def _problems(self) -> dict[str, str | None]:
        dates = {"first": date_problem(self.first), "last": date_problem(self.last)}
        return {**super()._problems(), **dates}
