"""What stands on the report, and the template it is put into."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from vip_domain.events import CustomerEvent, Recorded
from vip_domain.projections.customers import (
    CustomerFacts,
    details,
    explain,
    project,
    timeline,
)
from vip_domain.report import chart as drawing
from vip_domain.report.levels import levels
from vip_domain.rules import ProgramRules
from vip_domain.values import Line
from vip_domain.words import Language, Text, labels
from vip_domain.words.report import REPORT
from vip_domain.words.text import lines
from vip_domain.words.values import word

_templates = Environment(
    loader=PackageLoader("vip_domain.report"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def report(
    history: Sequence[Recorded[CustomerEvent]],
    *,
    on: date,
    language: Language,
    as_of: int | None,
    rules: ProgramRules,
) -> str:
    """The page about the customer of a history of at least one event, at `on`."""
    facts, deleted = _last_known(history)
    steps = levels(history)

    def say(text: Text) -> str:
        return text.said(language)

    def label(name: str, **values: object) -> str:
        return say(REPORT[name].filled(**values))

    def cell(value: Any) -> str:
        return _cell(value, language)

    return _templates.get_template("report.html").render(
        language=language,
        say=say,
        t=label,
        cell=cell,
        yes_or_no=labels.yes_or_no,
        on=on,
        as_of=as_of,
        deleted=deleted,
        customer=None if facts is None else details(facts, on),
        explanations=explain(history, on, rules).values(),
        levels=steps,
        chart=drawing.chart(steps, on) if steps else None,
        box=drawing,
        moments=timeline(history),
    )


def _cell(value: Any, language: Language) -> str:
    """A value of the domain for people; nothing where nothing is known."""
    match value:
        case None | ():
            return ""
        case StrEnum():
            return word(value).said(language)
        case (Line(), *_):
            return lines(value).said(language)
        case tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _last_known(history: Sequence[Recorded[CustomerEvent]]) -> tuple[CustomerFacts | None, bool]:
    """What is known, or was before the customer was deleted, and whether it was."""
    known: CustomerFacts | None = None
    facts: CustomerFacts | None = None
    for each in history:
        facts = project(facts, each)
        known = facts or known
    return known, facts is None
