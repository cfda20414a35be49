"""Who uses what: what is asked of the licences there are."""

from __future__ import annotations

import attrs

from vip_domain.commands import fields
from vip_domain.commands.intent import Intent


@attrs.frozen(kw_only=True)
class AssignLicenses(Intent):
    """Give available licences of one product to people (S91, S92)."""

    product: str = attrs.field(converter=fields.text)
    quantity: int = attrs.field(converter=fields.quantity)


@attrs.frozen(kw_only=True)
class UnassignLicenses(Intent):
    """Take assigned licences of one product back (S91, S92)."""

    product: str = attrs.field(converter=fields.text)
    quantity: int = attrs.field(converter=fields.quantity)
