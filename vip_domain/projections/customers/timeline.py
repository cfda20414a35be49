"""A history as people read it: what happened, who did it, when, for whom, and because of what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from vip_domain.events import CustomerEvent, Recorded
from vip_domain.projections.customers.facts import CustomerFacts
from vip_domain.projections.customers.fold import project
from vip_domain.rules import utc_date
from vip_domain.words import Language, Text, labels
from vip_domain.words.happened import minute, sentence
from vip_domain.words.text import NOTHING


@attrs.frozen(kw_only=True)
class Moment:
    """
    An event of a customer's timeline.

    `reseller_id` and `managed_by`: whose customer it was once this had happened, or until it was
    deleted. `follows`: the version of the first event of the same command, when that is another;
    known of commands that had a `command_id`.
    """

    filed: Recorded[CustomerEvent]
    reseller_id: str | None
    managed_by: str | None
    follows: int | None

    @property
    def text(self) -> Text:
        """What happened, in words; never a secret."""
        return sentence(self.filed.event)

    @property
    def when(self) -> str:
        """When it happened: a minute in UTC."""
        return minute(self.filed.event.at)

    @property
    def recorded(self) -> str:
        """When it was recorded: a minute in UTC."""
        return minute(self.filed.recorded_at)

    @property
    def filed_later(self) -> bool:
        """Whether it was recorded on a later day than it happened."""
        return utc_date(self.filed.recorded_at) > utc_date(self.filed.event.at)

    @property
    def on_behalf_of(self) -> Text:
        """Whose customer it was, and who looks after it there: the actor acted for them."""
        if self.reseller_id is None:
            return NOTHING
        return labels.ON_BEHALF.filled(reseller_id=self.reseller_id, managed_by=self.managed_by)

    @property
    def causes(self) -> tuple[Text, ...]:
        """What it came of and belongs to, as far as whoever sent the command said so."""
        given = (
            (labels.SAME_COMMAND, {"version": self.follows}),
            (labels.CAUSED_BY, {"id": self.filed.causation_id}),
            (labels.PART_OF, {"id": self.filed.correlation_id}),
        )
        return tuple(text.filled(**what) for text, what in given if any(what.values()))

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Ready for JSON, with all sentences in `language`."""
        recorded = self.filed
        return {
            "version": recorded.version,
            "position": recorded.position,
            "event": type(recorded.event).__name__,
            "at": recorded.event.at.isoformat(),
            "recorded_at": recorded.recorded_at.isoformat(),
            "actor": recorded.actor,
            "on_behalf_of": self.on_behalf_of.said(language),
            "text": self.text.said(language),
            "causes": [each.said(language) for each in self.causes],
        }


def timeline(history: Sequence[Recorded[CustomerEvent]]) -> tuple[Moment, ...]:
    """The events of one customer, in their order, as people read them."""
    facts: CustomerFacts | None = None
    first: dict[str, int] = {}
    told = []
    for recorded in history:
        after = project(facts, recorded)
        served = after or facts
        begun = first.setdefault(recorded.command_id or "", recorded.version)
        told.append(
            Moment(
                filed=recorded,
                reseller_id=None if served is None else served.reseller_id,
                managed_by=None if served is None else served.managed_by,
                follows=begun if recorded.command_id and begun != recorded.version else None,
            )
        )
        facts = after
    return tuple(told)
