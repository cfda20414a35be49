"""Why a customer is in a filter or not: the filter's own conditions, and what made each so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TypeVar

import attrs

from vip_domain.events import CustomerEvent, Recorded
from vip_domain.projections.customers.conditions import Condition, Finding, Sign
from vip_domain.projections.customers.explanation import Explanation, Reason, Turn
from vip_domain.projections.customers.facts import CustomerFacts, PurchaseAuthorization
from vip_domain.projections.customers.filters import ALL, HAS_PA, Filter
from vip_domain.projections.customers.fold import project
from vip_domain.rules import ProgramRules, utc_date

S = TypeVar("S")
Happened = Recorded[CustomerEvent]


def explain(history: Sequence[Happened], on: date, rules: ProgramRules) -> dict[str, Explanation]:
    """For every filter whether it lists the customer of this history at `on`, and why."""
    question = _Question(_Past(history), on, rules)
    return {each.name: question.answered_for(each) for each in ALL}


class _Past:
    """A history of at least one event, and what was known of its customer after each."""

    def __init__(self, history: Sequence[Happened]) -> None:
        self._history = history
        self._facts: list[CustomerFacts | None] = [None]
        for recorded in history:
            self._facts.append(project(self._facts[-1], recorded))

    @property
    def latest(self) -> CustomerFacts | None:
        """What is known after all of it."""
        return self._facts[-1]

    @property
    def end(self) -> Happened:
        """The event after which nothing is known any more."""
        there = [number for number, facts in enumerate(self._facts) if facts is not None]
        return self._history[there[-1] if there else 0]

    def since(
        self, subject_of: Callable[[CustomerFacts], S | None], same: Callable[[S], bool]
    ) -> Happened:
        """The event that made the subject what it is now, as far as `same` looks."""
        later: S | None = None
        number = len(self._history) - 1
        # Before the first event nothing is known, so this ends there.
        while (then := _subject(self._facts[number], subject_of)) is not None:
            if then is not later and not same(then):
                break
            later, number = then, number - 1
        return self._history[number]


@attrs.frozen
class _Question:
    """One past, asked about one date by one programme's rules."""

    past: _Past
    on: date
    rules: ProgramRules

    def answered_for(self, filter: Filter) -> Explanation:
        """What one filter makes of it."""
        facts, on = self.past.latest, self.on
        reasons = [self._deletion()] if facts is None else self._reasons(filter, facts)
        return Explanation(
            filter=filter.name,
            on=on,
            listed=facts is not None and filter.admits(facts, on, self.rules),
            cites=filter.cites,
            numbers={name: getattr(self.rules, name) for name in filter.numbers},
            reasons=tuple(reasons),
            turns=() if facts is None else tuple(self._turns(filter, facts)),
        )

    def _turns(self, filter: Filter, facts: CustomerFacts) -> Iterator[Turn]:
        for day in filter.turns(facts, self.on, self.rules):
            yield Turn(on=day, listed=filter.admits(facts, day, self.rules))

    def _deletion(self) -> Reason:
        """A customer that is not there is in no filter, whatever the filter asks."""
        deleted = self.past.end
        finding = Finding(
            condition="not_deleted",
            known=utc_date(deleted.event.at),
            sign=Sign.MISSING,
            limit=None,
            holds=False,
        )
        return Reason(finding=finding, events=(deleted,))

    def _reasons(self, filter: Filter, facts: CustomerFacts) -> Iterator[Reason]:
        pas = facts.purchase_authorizations
        asks_in_vain = (HAS_PA,) if filter.some_pa and not pas else ()
        for condition in (*filter.conditions, *asks_in_vain):
            yield from self._reason(condition, _itself, facts)
        for pa in pas.values():
            yield from self._reasons_of_pa(filter, pa)

    def _reasons_of_pa(self, filter: Filter, pa: PurchaseAuthorization) -> Iterator[Reason]:
        """Up to the first that fails: when a PA that was ordered is due does not matter."""
        for condition in filter.some_pa:
            yield from self._reason(condition, _pa_of(pa.pa_id), pa, pa.pa_id)
            if not condition.holds(pa, self.on, self.rules):
                return

    def _reason(
        self,
        condition: Condition[S],
        subject_of: Callable[[CustomerFacts], S | None],
        subject: S,
        pa_id: str | None = None,
    ) -> Iterator[Reason]:
        """What is found, with the events since when it compares so and comes out so."""

        def found(then: S) -> Finding | None:
            return condition.found(then, self.on, self.rules, pa_id)

        def came_out(then: S) -> bool | None:
            return None if (finding := found(then)) is None else finding.holds

        if finding := found(subject):
            since = (
                self.past.since(subject_of, lambda then: found(then) == finding),
                self.past.since(subject_of, lambda then: came_out(then) is finding.holds),
            )
            made = {each.version: each for each in since}
            yield Reason(finding=finding, events=tuple(made[each] for each in sorted(made)))


def _subject(
    facts: CustomerFacts | None, subject_of: Callable[[CustomerFacts], S | None]
) -> S | None:
    return None if facts is None else subject_of(facts)


def _itself(facts: CustomerFacts) -> CustomerFacts:
    return facts


def _pa_of(pa_id: str) -> Callable[[CustomerFacts], PurchaseAuthorization | None]:
    return lambda facts: facts.purchase_authorizations.get(pa_id)
