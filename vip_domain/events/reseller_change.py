"""How a customer changes hands; codes are on record only as hashes."""

from __future__ import annotations

from datetime import datetime

import attrs

from vip_domain.events.fact import PERSONAL, Fact


@attrs.frozen(kw_only=True)
class ResellerChangeCodeSent(Fact):
    """`reseller_id` sent a code, good through `expires_at`; an older one of it is void (S61)."""

    reseller_id: str
    administrator_email: str = attrs.field(metadata=PERSONAL)
    managed_by: str
    code_hash: str = attrs.field(repr=False)
    expires_at: datetime


@attrs.frozen(kw_only=True)
class ResellerChanged(Fact):
    """An administrator used the code, and all other codes ended (S54, S60)."""

    reseller_id: str
    managed_by: str
    administrator_email: str = attrs.field(metadata=PERSONAL)
    code_hash: str = attrs.field(repr=False)
    code_sent_at: datetime
