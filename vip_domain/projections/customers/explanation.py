"""What is said of a customer and a filter: listed or not, for which reasons, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from vip_domain.events import CustomerEvent, Recorded
from vip_domain.projections.customers.conditions import Finding
from vip_domain.words import Language, Text
from vip_domain.words import filters as words
from vip_domain.words.happened import sentence


@attrs.frozen(kw_only=True)
class Reason:
    """A condition as it was met, and the events since which it is so, the latest last."""

    finding: Finding
    events: tuple[Recorded[CustomerEvent], ...]

    @property
    def text(self) -> Text:
        """What was compared, in words."""
        return self.finding.text

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Ready for JSON; dates are ISO texts."""
        return {
            **{name: _plain(value) for name, value in attrs.asdict(self.finding).items()},
            "text": self.text.said(language),
            "events": [_event_json(each, language) for each in self.events],
        }


@attrs.frozen(kw_only=True)
class Turn:
    """From this day `on` the customer is `listed` or not, if nothing else happens."""

    on: date
    listed: bool

    @property
    def text(self) -> Text:
        """It enters or it leaves."""
        return words.TURNS.said(self.listed).filled(on=self.on)


@attrs.frozen(kw_only=True)
class Explanation:
    """
    Whether a customer is `listed` by a filter at `on`, and why.

    `cites`: the S-numbers of the rule, `D` for what the domain decided itself; `numbers`: the
    fields of `ProgramRules` it counts with; `turns`: the days after `on` at which it enters or
    leaves while nothing else happens.
    """

    filter: str
    on: date
    listed: bool
    cites: tuple[str, ...]
    numbers: Mapping[str, int]
    reasons: tuple[Reason, ...]
    turns: tuple[Turn, ...]

    @property
    def name(self) -> Text:
        """The filter's name for people."""
        return words.NAMES[self.filter]

    @property
    def rule(self) -> Text:
        """The rule in words."""
        return words.RULES[self.filter].filled(**self.numbers)

    @property
    def verdict(self) -> Text:
        """In the list or not."""
        return words.LISTED.said(self.listed).filled(on=self.on)

    @property
    def deciding(self) -> tuple[Reason, ...]:
        """The reasons that decide: of a listed customer those that hold, else those that fail."""
        failing = {each.finding.pa_id for each in self.reasons if not each.finding.holds}
        if self.listed:
            # A PA that fails one condition decides nothing with the others it meets.
            return tuple(each for each in self.reasons if each.finding.pa_id not in failing)
        return tuple(each for each in self.reasons if not each.finding.holds)

    @property
    def events(self) -> tuple[Recorded[CustomerEvent], ...]:
        """The events that made it so, in their order."""
        made = {each.version: each for reason in self.deciding for each in reason.events}
        return tuple(made[version] for version in sorted(made))

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Ready for JSON, with all sentences in `language`."""
        return {
            "filter": self.filter,
            "name": self.name.said(language),
            "on": self.on.isoformat(),
            "listed": self.listed,
            "verdict": self.verdict.said(language),
            "rule": self.rule.said(language),
            "cites": list(self.cites),
            "numbers": dict(self.numbers),
            "reasons": [each.to_dict(language) for each in self.reasons],
            "events": [each.version for each in self.events],
            "turns": [
                {"on": turn.on.isoformat(), "listed": turn.listed, "text": turn.text.said(language)}
                for turn in self.turns
            ],
        }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _event_json(recorded: Recorded[CustomerEvent], language: Language) -> dict[str, Any]:
    return {
        "version": recorded.version,
        "position": recorded.position,
        "event": type(recorded.event).__name__,
        "at": recorded.event.at.isoformat(),
        "recorded_at": recorded.recorded_at.isoformat(),
        "actor": recorded.actor,
        "text": sentence(recorded.event).said(language),
    }
