"""Anniversary, term, level and commitment: what followed from orders and from time."""

from __future__ import annotations

from datetime import date

import attrs

from vip_domain.events.fact import Fact
from vip_domain.values import Lines


@attrs.frozen(kw_only=True)
class AnniversaryDateSet(Fact):
    """The AD, recurring on `anchor_day`; `fixed` for good, or provisional still (S75, S76)."""

    anniversary_date: date
    anchor_day: int
    fixed: bool


@attrs.frozen(kw_only=True)
class AnniversaryDateCleared(Fact):
    """The only PA was cancelled before any order counted: there is no AD again."""


@attrs.frozen(kw_only=True)
class TermStarted(Fact):
    """The first accepted order, or the first after a lapse, began a term up to `renews_on`."""

    renews_on: date
    extended: bool


@attrs.frozen(kw_only=True)
class TermRenewed(Fact):
    """The extended term renewed by itself what was not `renewed` yet (S43)."""

    renewed: Lines


@attrs.frozen(kw_only=True)
class LicensesExpired(Fact):
    """The window closed: `expired` was not renewed, and `unassigned` no longer fits."""

    expired: Lines
    unassigned: Lines


@attrs.frozen(kw_only=True)
class TermRolled(Fact):
    """A 12-month term up to `renews_on` began with what was `renewed` into it."""

    renews_on: date
    renewed: Lines


@attrs.frozen(kw_only=True)
class CustomerLapsed(Fact):
    """No fulfilled licence is left: no term, level 1, the commitment is over; the AD stays."""


@attrs.frozen(kw_only=True)
class SelectLevelReached(Fact):
    """One order was large enough for a higher VIP Select level (S86)."""

    select_level: int


@attrs.frozen(kw_only=True)
class SelectLevelReviewed(Fact):
    """The level was set by the `licenses` bought in the whole term (S86)."""

    select_level: int
    licenses: int


@attrs.frozen(kw_only=True)
class ThreeYearCommitStarted(Fact):
    """At least `minimum_licenses` are promised through `ends_on` (S88)."""

    minimum_licenses: int
    ends_on: date
