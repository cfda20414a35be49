"""`show` and `history`: everything about one customer, now and how it came to be."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from vip_domain import CustomerDetails, Moment, Recorded, timeline
from vip_domain.cli.options import (
    DEFAULT_DB,
    DEFAULT_LANGUAGE,
    DEFAULT_RULES,
    AsOfOption,
    Db,
    Json,
    LanguageOption,
    On,
    Rules,
    VipId,
    reading,
    today,
)
from vip_domain.cli.output import (
    Cell,
    Outline,
    json_text,
    say_json,
    say_next_table,
    say_outline,
    say_table,
)
from vip_domain.codec import event_to_dict
from vip_domain.events import CustomerEvent
from vip_domain.words import Language, labels

TIMELINE = ("version", "at", "recorded", "actor", "for", "what", "because")


def show(
    vip_id: VipId,
    on: On = None,
    as_of: AsOfOption = None,
    json: Json = False,
    db: Db = DEFAULT_DB,
    rules: Rules = DEFAULT_RULES,
) -> None:
    """Show everything that is known of a customer, or was as of a moment."""
    with reading(db, rules) as vip:
        details = vip.customer(vip_id, on=on or today(), as_of=as_of)
    if json:
        say_json(details.to_dict())
    else:
        _say_details(details)


def _say_details(details: CustomerDetails) -> None:
    known = details.to_dict()
    belongings = {name: value for name, value in known.items() if isinstance(value, list | dict)}
    facts = [(name, value) for name, value in known.items() if name not in belongings]
    say_table(details.organization_name, ("field", "value"), facts)
    for name, value in belongings.items():
        if value:
            _say_belongings(name, value)


def _say_belongings(name: str, value: Mapping[str, Any] | list[Any]) -> None:
    if isinstance(value, Mapping):
        value = [{"product": product, **numbers} for product, numbers in value.items()]
    rows = [each if isinstance(each, dict) else {name: each} for each in value]
    say_next_table(name, list(rows[0]), [[_cell(cell) for cell in row.values()] for row in rows])


def _cell(value: Any) -> Cell:
    match value:
        case [{"product": _, "quantity": _}, *_]:
            return ", ".join(f"{line['quantity']} {line['product']}" for line in value)
        case list():
            return ", ".join(map(str, value))
        case str() | int() | None:
            return value
        case _:
            return json_text(value)


def history(
    vip_id: VipId,
    language: LanguageOption = DEFAULT_LANGUAGE,
    json: Json = False,
    db: Db = DEFAULT_DB,
    rules: Rules = DEFAULT_RULES,
) -> None:
    """Tell a customer's history: what happened, when, who did it for whom, and why."""
    with reading(db, rules) as vip:
        recorded = vip.history(vip_id)
    if json:
        say_json([_as_json(each) for each in recorded])
    elif sys.stdout.isatty():
        say_outline(_timeline(vip_id, timeline(recorded), language))
    else:
        say_table(vip_id, TIMELINE, [_cells(each, language) for each in timeline(recorded)])


def _as_json(recorded: Recorded[CustomerEvent]) -> dict[str, Any]:
    return {
        "version": recorded.version,
        "position": recorded.position,
        "recorded_at": recorded.recorded_at.isoformat(),
        "actor": recorded.actor,
        "command_id": recorded.command_id,
        "correlation_id": recorded.correlation_id,
        "causation_id": recorded.causation_id,
        **event_to_dict(recorded.event),
    }


def _cells(moment: Moment, language: Language) -> list[Cell]:
    return [
        moment.filed.version,
        moment.when,
        moment.recorded,
        moment.filed.actor,
        moment.on_behalf_of.said(language),
        moment.text.said(language),
        ", ".join(each.said(language) for each in moment.causes),
    ]


def _timeline(vip_id: str, told: Iterable[Moment], language: Language) -> Outline:
    yield 0, vip_id
    for moment in told:
        recorded, notes = moment.filed, list(moment.causes)
        if moment.filed_later:
            notes.append(labels.RECORDED.filled(at=moment.recorded))
        behalf = moment.on_behalf_of.said(language)
        yield 0, f"{recorded.version}. {moment.when} UTC, {recorded.actor} {behalf}"
        yield 2, moment.text.said(language)
        if notes:
            yield 2, f"({', '.join(each.said(language) for each in notes)})"
