"""PAs, orders, returns: what is asked of purchases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from vip_domain.commands import fields
from vip_domain.commands.intent import Intent
from vip_domain.values import Lines, OrderType, ReturnReason


@attrs.frozen(kw_only=True)
class PlacePA(Intent):
    """Give access at once, before the order that pays (S11)."""

    pa_id: str = attrs.field(converter=fields.text)
    lines: Lines = attrs.field(converter=fields.lines)
    po_number: str | None = attrs.field(default=None, converter=fields.optional_text)


@attrs.frozen(kw_only=True)
class CancelPA(Intent):
    """Take a pending PA and its licences back (S94 to S97)."""

    pa_id: str = attrs.field(converter=fields.text)


@attrs.frozen(kw_only=True)
class DeactivateLicenses(Intent):
    """End the access of a PA that nobody ordered in time (S13, S14)."""

    pa_id: str = attrs.field(converter=fields.text)


@attrs.frozen(kw_only=True)
class PlaceOrder(Intent):
    """Send an order to the vendor; a NEW one may pay for PAs (S24, S77, S99)."""

    order_id: str = attrs.field(converter=fields.text)
    order_type: OrderType = attrs.field(converter=fields.order_type)
    lines: Lines = attrs.field(converter=fields.lines)
    pa_ids: tuple[str, ...] = attrs.field(default=(), converter=fields.ids)

    @classmethod
    def _contradictions(cls, given: Mapping[str, Any]) -> dict[str, str]:
        if given.get("order_type") is OrderType.RENEWAL and given.get("pa_ids"):
            return {"pa_ids": "must be empty for RENEWAL"}
        return {}


@attrs.frozen(kw_only=True)
class AcceptOrder(Intent):
    """The vendor accepts a placed order (S79)."""

    order_id: str = attrs.field(converter=fields.text)


@attrs.frozen(kw_only=True)
class RejectOrder(Intent):
    """The vendor rejects a placed order; its PAs are pending again."""

    order_id: str = attrs.field(converter=fields.text)
    reason: str = attrs.field(converter=fields.text)


@attrs.frozen(kw_only=True)
class RequestReturn(Intent):
    """Ask to give an accepted order back; null lines mean all that is left (S98)."""

    return_id: str = attrs.field(converter=fields.text)
    order_id: str = attrs.field(converter=fields.text)
    lines: Lines | None = attrs.field(default=None, converter=fields.optional_lines)
    reason: ReturnReason = attrs.field(converter=fields.return_reason)


@attrs.frozen(kw_only=True)
class AuthorizeReturn(Intent):
    """The vendor takes the licences back (S98)."""

    return_id: str = attrs.field(converter=fields.text)


@attrs.frozen(kw_only=True)
class RefuseReturn(Intent):
    """The vendor does not take the licences back."""

    return_id: str = attrs.field(converter=fields.text)
