"""A question to the renewals calendar, checked once for every view that answers it."""

from __future__ import annotations

from datetime import date

import attrs

from vip_domain.projections.customers.query import Scope, date_problem


@attrs.frozen(kw_only=True)
class MonthsQuery(Scope):
    """The months from that of `on` to that of `last`. Raises `InvalidQuery`."""

    last: date

    @property
    def first_month(self) -> str:
        """As the calendar has it: `2027-03`."""
        return self.on.isoformat()[:7]

    @property
    def last_month(self) -> str:
        """As the calendar has it: `2027-03`."""
        return self.last.isoformat()[:7]

    def _problems(self) -> dict[str, str | None]:
        return {**super()._problems(), "last": date_problem(self.last)}
