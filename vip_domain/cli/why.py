"""`explain`: for each filter whether it lists a customer, by which rule, and what made it so."""

from __future__ import annotations

from vip_domain import Explanation
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
from vip_domain.cli.output import Outline, say_json, say_outline
from vip_domain.words import Language, labels
from vip_domain.words.happened import minute, sentence


def explain(
    vip_id: VipId,
    on: On = None,
    as_of: AsOfOption = None,
    language: LanguageOption = DEFAULT_LANGUAGE,
    json: Json = False,
    db: Db = DEFAULT_DB,
    rules: Rules = DEFAULT_RULES,
) -> None:
    """Explain for each filter why a customer is in it or not, by which rule and which events."""
    with reading(db, rules) as vip:
        said = vip.explain(vip_id, on=on or today(), as_of=as_of)
    if json:
        say_json({name: each.to_dict(language) for name, each in said.items()})
        return
    for number, each in enumerate(said.values()):
        say_outline(_outline(each, language), apart=number > 0)


def _outline(said: Explanation, language: Language) -> Outline:
    name, verdict = said.name.said(language), said.verdict.said(language)
    yield 0, f"{name}: {verdict[0].lower()}{verdict[1:]}"
    rule = f"{labels.RULE.said(language)} ({', '.join(said.cites)})"
    yield 1, f"{rule}: {said.rule.said(language)}"
    for reason in said.reasons:
        answer = labels.yes_or_no(reason.finding.holds).said(language)
        cited = "".join(f" [{each.version}]" for each in reason.events if reason in said.deciding)
        yield 1, f"{answer + ':':<4} {reason.text.said(language)}{cited}"
    for each in said.events:
        what = sentence(each.event).said(language)
        yield 1, f"[{each.version}] {minute(each.event.at)} UTC, {each.actor}: {what}"
    for turn in said.turns:
        yield 1, turn.text.said(language)
