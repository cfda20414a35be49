"""What people are told is whole in every language, and keeps its secrets."""

from __future__ import annotations

from enum import StrEnum
from operator import attrgetter
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests import strategies
from vip_domain import InvalidQuery, Line, ProgramRules, Text, events, values
from vip_domain.projections.customers import FILTERS, Finding
from vip_domain.projections.customers.conditions import Sign
from vip_domain.projections.customers.filters import HAS_PA
from vip_domain.words import LANGUAGES
from vip_domain.words import filters as words
from vip_domain.words.happened import sentence
from vip_domain.words.text import joined, licenses, lines
from vip_domain.words.values import WORDS, word

FEWER = settings(max_examples=max(settings().max_examples // 5, 1))
CONDITIONS = {
    "not_deleted",
    HAS_PA.name,
    *(condition.name for each in FILTERS.values() for condition in each.conditions),
    *(condition.name for each in FILTERS.values() for condition in each.some_pa),
}

LEFT_OUT: dict[type[Any], set[str]] = {
    events.Invited: {"organization_name_ascii", "region", "address", "postal_code", "vip_id"},
    events.OrderPlaced: {"renews_on", "pa_ids", "order_type"},
    events.ReturnRequested: {"whole"},
}
"""Fields that a sentence need not tell, or tells with another; a new field has to be told."""

SECRETS = {"code_hash"}


def in_every_language(text: Text) -> bool:
    return all(text.said(language).strip() for language in LANGUAGES)


# Filters.


def test_every_filter_has_a_name_and_a_rule_in_words() -> None:
    """
    And no name is left over from a filter that is gone.
    """
    assert (words.NAMES.keys(), words.RULES.keys()) == (FILTERS.keys(), FILTERS.keys())


def test_every_condition_has_words_for_both_answers() -> None:
    """
    And no words are left over.
    """
    assert words.CONDITIONS.keys() == CONDITIONS


@pytest.mark.parametrize("name", FILTERS)
def test_a_rule_in_words_names_the_numbers_of_the_programme(name: str) -> None:
    """
    Those the filter counts with, none of them forgotten in any language.
    """
    numbers = {field: 90_000 + n for n, field in enumerate(FILTERS[name].numbers)}
    told = words.RULES[name].filled(**numbers)
    assert all(
        str(each) in told.said(language) for each in numbers.values() for language in LANGUAGES
    )


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_the_numbers_of_a_filter_are_fields_of_the_programme(name: str) -> None:
    """
    Which another programme can choose otherwise.
    """
    assert {field.name for field in attrs.fields(ProgramRules)} >= set(FILTERS[name].numbers)


@pytest.mark.parametrize("holds", [True, False])
@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_a_finding_can_be_said(name: str, holds: bool) -> None:
    """
    Every place in its sentence has something to stand there, in every language.
    """
    finding = Finding(condition=name, known=7, sign=Sign.IS, limit=8, holds=holds, pa_id="PA-1")
    assert in_every_language(finding.text)


# Words and numbers.


def enums() -> list[type[StrEnum]]:
    classes = [each for each in vars(values).values() if isinstance(each, type)]
    return [each for each in classes if issubclass(each, StrEnum) and each is not StrEnum]


@pytest.mark.parametrize("kind", enums(), ids=attrgetter("__name__"))
def test_every_word_of_the_domain_has_one_for_people(kind: type[StrEnum]) -> None:
    """
    Each member of each class, in every language.
    """
    assert (list(WORDS[kind]), all(in_every_language(word(each)) for each in kind)) == (
        list(kind),
        True,
    )


def test_numbers_of_one_are_said_as_one() -> None:
    """
    And lists end in `and`.
    """
    assert (licenses(1), licenses(2), lines([]), lines([Line("A", 1), Line("B", 2)])) == (
        Text("1 licence", "1 licens"),
        Text("2 licences", "2 licenser"),
        Text("no licences", "inga licenser"),
        Text("1 A and 2 B", "1 A och 2 B"),
    )


def test_three_of_a_list_are_joined() -> None:
    """
    With commas but for the last.
    """
    assert joined(["A", "B", "C"]).en == "A, B and C"


@pytest.mark.parametrize("language", ["de", "", None, ["en"]])
def test_a_language_that_is_not_spoken_is_named(language: Any) -> None:
    """
    With those that are.
    """
    with pytest.raises(InvalidQuery) as raised:
        Text("yes", "ja").said(language)
    assert raised.value.errors == {"language": "must be one of en, sv"}


# Events.


@pytest.mark.parametrize("kind", strategies.CUSTOMER_EVENTS, ids=attrgetter("__name__"))
@FEWER
@given(data=st.data())
def test_every_event_is_a_sentence(kind: type[Any], data: st.DataObject) -> None:
    """
    In every language, of one line where its fields are, and without any secret.
    """
    event = data.draw(strategies.of_event(kind))
    told = sentence(event)
    secrets = [str(getattr(event, name)) for name in SECRETS if hasattr(event, name)]
    assert in_every_language(told)
    assert not any(secret in told.said(language) for secret in secrets for language in LANGUAGES)


@pytest.mark.parametrize("kind", strategies.CUSTOMER_EVENTS, ids=attrgetter("__name__"))
@FEWER
@given(data=st.data())
def test_a_sentence_tells_every_field(kind: type[Any], data: st.DataObject) -> None:
    """
    Events that differ in a field are told differently, whichever field and language it is.
    """
    some, other = data.draw(strategies.of_event(kind)), data.draw(strategies.of_event(kind))
    for name in told_fields(kind):
        changed = replace(some, **{name: getattr(other, name)})
        alike = [sentence(some).said(each) == sentence(changed).said(each) for each in LANGUAGES]
        told = not differ(getattr(some, name), getattr(other, name))
        assert (name, alike) == (name, [told] * len(LANGUAGES))


def told_fields(kind: type[Any]) -> list[str]:
    left_out = LEFT_OUT.get(kind, set()) | SECRETS | {"at"}
    return [name for name in kind.__struct_fields__ if name not in left_out]


def differ(some: Any, other: Any) -> bool:
    """Texts that look alike to people are no difference; nor are moments of one minute."""
    return f"{some:%Y%m%d%H%M}" != f"{other:%Y%m%d%H%M}" if hasattr(some, "hour") else some != other


def test_the_sentences_of_events_leave_out_only_what_they_say_they_do() -> None:
    """
    So that a field that is gone is not excused for ever.
    """
    known = {kind: set(kind.__struct_fields__) for kind in LEFT_OUT}
    assert all(LEFT_OUT[kind] <= known[kind] for kind in LEFT_OUT)


def test_a_renewal_order_and_a_whole_return_say_what_they_are() -> None:
    """
    With the term it renews, and that all went back.
    """
    at = strategies.FIRST
    renewal = events.OrderPlaced(
        at=at,
        order_id="R-1",
        order_type=values.OrderType.RENEWAL,
        lines=(Line("A", 2),),
        pa_ids=(),
        renews_on=strategies.FIRST.date(),
    )
    back = events.ReturnRequested(
        at=at,
        return_id="RT-1",
        order_id="O-1",
        lines=(Line("A", 2),),
        whole=True,
        reason=values.ReturnReason.OTHER,
    )
    assert [sentence(renewal).en, sentence(back).en] == [
        "Renewal order R-1 was placed: 2 A for the term from 1901-01-01 on",
        "Return RT-1 of all that is left, 2 A, of order O-1 was requested: another reason",
    ]
