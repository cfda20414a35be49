"""What stays on record of people whose names and addresses were erased."""

from __future__ import annotations

import attrs

from vip_domain.events.fact import Fact


@attrs.frozen(kw_only=True)
class PersonalDataErased(Fact):
    """Names and addresses of the customer's people in the history so far are to be read no more."""

    reason: str
