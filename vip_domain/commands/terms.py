"""Renewal, expiry, levels, commitments: what is asked of a term."""

from __future__ import annotations

import attrs

from vip_domain.commands import fields
from vip_domain.commands.intent import Intent


@attrs.frozen(kw_only=True)
class RenewAutomatically(Intent):
    """An extended term has ended and renews by itself (S43)."""


@attrs.frozen(kw_only=True)
class ExpireLicenses(Intent):
    """The renewal window has closed: what was not renewed goes."""


@attrs.frozen(kw_only=True)
class ReviewSelectLevel(Intent):
    """Set the VIP Select level by what the whole term bought (S86)."""


@attrs.frozen(kw_only=True)
class CommitThreeYears(Intent):
    """Promise so many licences for three terms (S87, S88)."""

    minimum_licenses: int = attrs.field(converter=fields.whole_number)
