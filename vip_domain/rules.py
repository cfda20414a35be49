"""The numbers another programme may choose differently, and the calendar they count in."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Self

import attrs

from vip_domain.values import MarketSegment


@attrs.frozen(kw_only=True)
class ProgramRules:
    """Every D-number of the domain that is a choice; days are whole UTC dates."""

    pa_due_days: int = 14
    pa_deactivate_days: int = 60
    return_window_days: int = 14
    renewal_opens_days: int = 30
    renewal_closes_days: int = 30
    upcoming_opens_days: int = 45
    extended_min_months: int = 13
    extended_max_months_com: int = 36
    extended_max_months_other: int = 48
    select_thresholds: tuple[int, ...] = (10, 50, 100)
    select_review_days: int = 31
    commit_min_licenses: int = 10
    commit_terms: int = 3
    change_code_hours: int = 72
    change_codes_per_day: int = 5

    @classmethod
    def current(cls) -> Self:
        """PAs due after 14 days, deactivated after 60."""
        return cls()

    @classmethod
    def legacy(cls) -> Self:
        """PAs due after 30 days, deactivated after 60."""
        return cls(pa_due_days=30)

    @classmethod
    def marketplace(cls) -> Self:
        """PAs due and deactivated after 7 days."""
        return cls(pa_due_days=7, pa_deactivate_days=7)

    @classmethod
    def preset(cls, name: str) -> Self:
        """The preset called `name`; raises `KeyError` when there is none."""
        presets = {"current": cls.current, "legacy": cls.legacy, "marketplace": cls.marketplace}
        return presets[name]()

    def extended_max_months(self, segment: MarketSegment) -> int:
        """How far away an AD may be chosen (S38, S39)."""
        if segment is MarketSegment.COM:
            return self.extended_max_months_com
        return self.extended_max_months_other

    def select_level(self, licenses: int) -> int:
        """The VIP Select level, from 1, of so many licences (S85)."""
        return 1 + sum(licenses >= threshold for threshold in self.select_thresholds)


PRESETS = ("current", "legacy", "marketplace")


SHORTEST = 28
"""Every month has so many days."""


def utc_date(at: datetime) -> date:
    """The business date of an instant."""
    return at.date() if at.tzinfo is UTC else at.astimezone(UTC).date()


def add_days(day: date, days: int) -> date:
    """`day` moved by `days`, held at the ends of the calendar instead of falling off."""
    ordinal = day.toordinal() + days
    return date.fromordinal(min(max(ordinal, date.min.toordinal()), date.max.toordinal()))


def add_hours(at: datetime, hours: int) -> datetime:
    """The instant `hours` later."""
    return at + timedelta(hours=hours)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month (S36)."""
    years, month0 = divmod(day.month - 1 + months, 12)
    return _clamped(day.year + years, month0 + 1, day.day)


def _clamped(year: int, month: int, day: int) -> date:
    return date(year, month, day if day <= SHORTEST else min(day, monthrange(year, month)[1]))


@attrs.frozen
class Anniversary:
    """An AD that recurs every year on its `anchor_day`, clamped in shorter Februaries (S74)."""

    first: date
    anchor_day: int

    @classmethod
    def chosen(cls, day: date) -> Self:
        """The AD the inviter chose (S36)."""
        return cls(day, day.day)

    @classmethod
    def twelve_months_after(cls, day: date) -> Self:
        """The AD that follows from the first order or PA (S75, S76)."""
        return cls(add_months(day, 12), day.day)

    def after(self, day: date) -> date:
        """The first recurrence later than `day`, never one before the first AD."""
        if day < self.first:
            return self.first
        recurrence = _clamped(day.year, self.first.month, self.anchor_day)
        if recurrence > day:
            return recurrence
        return _clamped(day.year + 1, self.first.month, self.anchor_day)
