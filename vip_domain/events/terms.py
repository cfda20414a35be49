"""Anniversary, term, level and commitment: what followed from orders and from time."""

from __future__ import annotations

from datetime import date

from vip_domain.events.fact import Fact
from vip_domain.values import Lines


class AnniversaryDateSet(Fact, frozen=True, kw_only=True):
    """The AD, recurring on `anchor_day`; `fixed` for good, or provisional still (S75, S76)."""

    anniversary_date: date
    anchor_day: int
    fixed: bool


class AnniversaryDateCleared(Fact, frozen=True, kw_only=True):
    """The only PA was cancelled before any order counted: there is no AD again."""


class TermStarted(Fact, frozen=True, kw_only=True):
    """The first accepted order, or the first after a lapse, began a term up to `renews_on`."""

    renews_on: date
    extended: bool


class TermRenewed(Fact, frozen=True, kw_only=True):
    """The extended term renewed by itself what was not `renewed` yet (S43)."""

    renewed: Lines


class LicensesExpired(Fact, frozen=True, kw_only=True):
    """The window closed: `expired` was not renewed, and `unassigned` no longer fits."""

    expired: Lines
    unassigned: Lines


class TermRolled(Fact, frozen=True, kw_only=True):
    """A 12-month term up to `renews_on` began with what was `renewed` into it."""

    renews_on: date
    renewed: Lines


class CustomerLapsed(Fact, frozen=True, kw_only=True):
    """No fulfilled licence is left: no term, level 1, the commitment is over; the AD stays."""


class SelectLevelReached(Fact, frozen=True, kw_only=True):
    """One order was large enough for a higher VIP Select level (S86)."""

    select_level: int


class SelectLevelReviewed(Fact, frozen=True, kw_only=True):
    """The level was set by the `licenses` bought in the whole term (S86)."""

    select_level: int
    licenses: int


class ThreeYearCommitStarted(Fact, frozen=True, kw_only=True):
    """At least `minimum_licenses` are promised through `ends_on` (S88)."""

    minimum_licenses: int
    ends_on: date
