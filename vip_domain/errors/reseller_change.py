"""Why a change of reseller is refused."""

from __future__ import annotations

from datetime import date, datetime

from vip_domain.errors.refused import CommandRefused, refusal


@refusal
class SameReseller(CommandRefused):
    """The customer is served by this reseller already (S50)."""

    code = "SAME_RESELLER"
    _text = "reseller {reseller_id!r} serves this customer already"
    reseller_id: str


@refusal
class CodeLimit(CommandRefused):
    """S62: a reseller sends so many codes a day and no more."""

    code = "CODE_LIMIT"
    _text = "reseller {reseller_id!r} has sent its {limit} codes of {day}"
    reseller_id: str
    day: date
    limit: int


@refusal
class CodeUsed(CommandRefused):
    """S60: a code works once."""

    code = "CODE_USED"
    _text = "the code was used already"


@refusal
class CodeInvalid(CommandRefused):
    """Never sent, replaced by a newer one, or ended by another's use."""

    code = "CODE_INVALID"
    _text = "the code is not valid for this customer"


@refusal
class CodeExpired(CommandRefused):
    """S53: older than its hours."""

    code = "CODE_EXPIRED"
    _text = "the code expired at {expires_at}"
    expires_at: datetime
