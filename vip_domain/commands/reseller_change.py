"""Another reseller takes over: the two steps that are asked for."""

from __future__ import annotations

import attrs

from vip_domain.commands import fields
from vip_domain.commands.intent import Intent


@attrs.frozen(kw_only=True)
class SendResellerChangeCode(Intent):
    """Send the customer's administrator a code that moves the customer to `reseller_id` (S50)."""

    reseller_id: str = attrs.field(converter=fields.text)
    administrator_email: str = attrs.field(converter=fields.text)
    managed_by: str = attrs.field(converter=fields.text)
    code: str = attrs.field(converter=fields.secret, repr=False)


@attrs.frozen(kw_only=True)
class ChangeReseller(Intent):
    """An administrator uses a code, and the customer changes hands (S53, S54)."""

    code: str = attrs.field(converter=fields.secret, repr=False)
    administrator_email: str = attrs.field(converter=fields.text)
