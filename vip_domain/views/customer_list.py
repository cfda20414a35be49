"""What a view of the customer list answers; memory and databases answer alike."""

from __future__ import annotations

from typing import Protocol

from vip_domain.projections.customers import CustomerFacts, CustomerRow
from vip_domain.projections.customers.query import Cursor, ListQuery, Scope


class CustomerList(Protocol):
    """The customer list as far as it has followed the log."""

    def catch_up(self) -> int:
        """Fold what was recorded since; the position it stands at."""

    def rebuild(self) -> int:
        """Fold everything anew; the position it stands at."""

    def page(self, query: ListQuery) -> tuple[list[CustomerRow], Cursor | None]:
        """The rows after the cursor, and the cursor of the next page if there is one."""

    def total(self, query: ListQuery) -> int:
        """How many customers all pages have."""

    def counts(self, scope: Scope) -> dict[str, int]:
        """How many customers each filter lists."""

    def facts(self, vip_id: str) -> CustomerFacts | None:
        """What is known of one customer."""

    def close(self) -> None:
        """Give what it holds back."""
