"""How a customer changes hands; codes are on record only as hashes."""

from __future__ import annotations

from datetime import datetime

from vip_domain.events.fact import Fact, Personal


class OfACode(Fact, frozen=True, kw_only=True):
    """Shown without the hash of the code: who has a dictionary undoes it."""

    code_hash: str

    def __repr__(self) -> str:
        names = [name for name in self.__struct_fields__ if name != "code_hash"]
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__name__}({shown})"


class ResellerChangeCodeSent(OfACode, frozen=True, kw_only=True):
    """`reseller_id` sent a code, good through `expires_at`; an older one of it is void (S61)."""

    reseller_id: str
    administrator_email: Personal
    managed_by: str
    expires_at: datetime


class ResellerChanged(OfACode, frozen=True, kw_only=True):
    """An administrator used the code, and all other codes ended (S54, S60)."""

    reseller_id: str
    managed_by: str
    administrator_email: Personal
    code_sent_at: datetime
