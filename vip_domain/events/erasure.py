"""What stays on record of people whose names and addresses were erased."""

from __future__ import annotations

from vip_domain.events.fact import Fact


class PersonalDataErased(Fact, frozen=True, kw_only=True):
    """Names and addresses of the customer's people in the history so far are to be read no more."""

    reason: str
