"""Which texts of a fact or a row tell who a person is, and how they are sealed and opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import attrs

from vip_domain.aggregates.streams import CUSTOMER
from vip_domain.codec import STORED_NAMES
from vip_domain.events import Fact, PersonalDataErased, Recorded, personal_fields
from vip_domain.events.sealed import PLAIN, SEALED, token_parts
from vip_domain.projections.customers import CustomerDetails, CustomerRow
from vip_domain.sealing.vault import Sealed, Vault
from vip_domain.values import changed

E = TypeVar("E", bound=Fact)
R = TypeVar("R", bound=CustomerRow)

PERSONAL_FIELDS = {fact: personal_fields(fact) for fact in STORED_NAMES.values()}


def number_after(number: int | None, fact: Fact) -> int | None:
    """
    The key in use in a history after `fact`, as it is recorded.

    `None` while nobody is named; `PLAIN` where people are named and nothing is sealed.
    """
    if isinstance(fact, PersonalDataErased):
        return None
    names = PERSONAL_FIELDS[type(fact)]
    if not names:
        return number
    parts = token_parts(getattr(fact, names[0]))
    return PLAIN if parts is None else parts[0]


def sealed(vault: Vault, vip_id: str, fact: E, number: int) -> E:
    """The fact as it is recorded. Raises `KeyGone`."""
    names = PERSONAL_FIELDS[type(fact)]
    texts: dict[str, Any] = {
        name: vault.seal(getattr(fact, name), vip_id, number) for name in names
    }
    return attrs.evolve(fact, **texts)


def opened(vault: Vault, history: Sequence[Recorded[E]]) -> list[Recorded[E]]:
    """Recorded facts as they were told, in which `(erased)` stands for what is gone."""
    wanted = {each for recorded in history for each in _sealed_in(recorded)}
    if not wanted:
        return list(history)
    texts = vault.texts(wanted)
    return [_opened(each, texts) for each in history]


def _sealed_in(recorded: Recorded[E]) -> Iterator[Sealed]:
    for name in PERSONAL_FIELDS[type(recorded.event)]:
        text = getattr(recorded.event, name)
        if text.startswith(SEALED):
            yield _customer(recorded), text


def _customer(recorded: Recorded[E]) -> str:
    return recorded.stream_id.removeprefix(CUSTOMER)


def _opened(recorded: Recorded[E], texts: Mapping[Sealed, str]) -> Recorded[E]:
    fact, vip_id = recorded.event, _customer(recorded)
    told: dict[str, Any] = {
        name: texts[vip_id, text]
        for name in PERSONAL_FIELDS[type(fact)]
        if (text := getattr(fact, name)).startswith(SEALED)
    }
    return changed(recorded, {"event": attrs.evolve(fact, **told)}) if told else recorded


def opened_rows(vault: Vault, rows: Iterable[R]) -> list[R]:
    """Rows with the people of each customer as they were told."""
    given = list(rows)
    wanted = {
        (row.vip_id, text) for row in given for text in _people(row) if text.startswith(SEALED)
    }
    if not wanted:
        return given
    texts = vault.texts(wanted)
    return [_opened_row(row, texts) for row in given]


def _people(row: CustomerRow) -> Sequence[str]:
    people = (row.owner_name, row.owner_email)
    return (*people, *row.administrators) if isinstance(row, CustomerDetails) else people


def _opened_row(row: R, texts: Mapping[Sealed, str]) -> R:
    def told(text: str) -> str:
        return texts.get((row.vip_id, text), text)

    people: dict[str, object] = {
        "owner_name": told(row.owner_name),
        "owner_email": told(row.owner_email),
    }
    if isinstance(row, CustomerDetails):
        people["administrators"] = tuple(map(told, row.administrators))
    return changed(row, people)
