"""Erasing who a customer's people are: asked for by `forget`, not by name as business is."""

from __future__ import annotations

import attrs

from vip_domain.commands import fields
from vip_domain.commands.intent import Intent


@attrs.frozen(kw_only=True)
class ErasePersonalData(Intent):
    """Make names and addresses of the customer's people unreadable, whatever became of it."""

    reason: str = attrs.field(converter=fields.text)
