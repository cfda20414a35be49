"""What the views of a store answer; memory and databases answer alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from vip_domain.projections.customers import CustomerFacts, CustomerRow
from vip_domain.projections.customers.changes import Step
from vip_domain.projections.customers.query import Cursor, ListQuery, Scope
from vip_domain.projections.renewals import RenewalMonth
from vip_domain.projections.renewals.query import MonthsQuery
from vip_domain.views.following import ViewFollower
from vip_domain.views.lease import Leases
from vip_domain.views.reports import (
    Listener,
    ParkedCustomer,
    Rebuilt,
    Retried,
    SkippedEvent,
    Verified,
    ViewStatus,
    quiet,
)


class CustomerList(Protocol):
    """
    The customer list; every answer has all that was recorded before.

    Or, for a question as of a position, all that was recorded up to it.
    """

    def catch_up(self) -> int:
        """Fold what was recorded since; the position it stands at."""

    def page(self, query: ListQuery) -> tuple[list[CustomerRow], Cursor | None]:
        """The rows after the cursor, and the cursor of the next page if there is one."""

    def total(self, query: ListQuery) -> int:
        """How many customers all pages have."""

    def counts(self, scope: Scope) -> dict[str, int]:
        """How many customers each filter lists."""

    def facts(self, vip_id: str, as_of: int | None = None) -> CustomerFacts | None:
        """What is known of one customer, or was as of a position."""

    def listed(self, query: ListQuery, as_of: int) -> dict[str, str]:
        """Everybody in a list as of a position, in the order of names: VIP IDs with the names."""

    def ways(self, vip_ids: Iterable[str], upto: int) -> Iterator[tuple[str, Iterator[Step]]]:
        """What happened to customers up to a position, with what was known after each event."""


class Views(Protocol):
    """Every view of a store, and what operators do with one."""

    @property
    def customers(self) -> CustomerList:
        """The customer page."""

    def months(self, query: MonthsQuery) -> list[RenewalMonth]:
        """The months in which somebody renews, in order."""

    def rebuild(
        self, name: str, *, listener: Listener = quiet, despite_differences: bool = False
    ) -> Rebuilt:
        """Fold a view anew beside the live one, compare, and switch to it."""

    def roll_back(self, name: str) -> int:
        """Make the generation before the last rebuild live again; its position."""

    def verify(self, name: str, *, listener: Listener = quiet) -> Verified:
        """Fold a view anew and compare it with the live rows."""

    def digest(self, name: str) -> str:
        """One hash of all rows of a view that has caught up."""

    def parked(self, name: str) -> list[ParkedCustomer]:
        """Customers whose rows stopped before an event that the view cannot take, by VIP ID."""

    def skipped(self, name: str) -> list[SkippedEvent]:
        """The events that the view passes over, in the order of the log."""

    def retry(self, name: str, vip_id: str | None = None) -> list[Retried]:
        """Fold parked customers again, all or one."""

    def skip(
        self, name: str, vip_id: str, *, version: int | None, actor: str, reason: str
    ) -> Retried:
        """Pass over the event a customer is parked at, for good."""

    def followers(self) -> Mapping[str, ViewFollower]:
        """What brings each view up to date, by name."""

    def leases(self) -> Leases:
        """What one who follows views holds of them."""

    def status(self) -> list[ViewStatus]:
        """How each view stands; nothing is folded for it."""

    def close(self) -> None:
        """Give what they hold back."""
