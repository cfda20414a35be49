"""Which texts of a fact or a row tell who a person is, and how they are sealed and opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from vip_domain.aggregates.streams import CUSTOMER
from vip_domain.codec import STORED_NAMES
from vip_domain.events import Fact, PersonalDataErased, Recorded, personal_fields
from vip_domain.events.sealed import PLAIN, SEALED, as_plain, token_parts
from vip_domain.projections.customers import CustomerDetails, CustomerRow
from vip_domain.projections.customers.row import changed
from vip_domain.sealing.cipher import Cipher
from vip_domain.sealing.vault import Sealed, Vault

E = TypeVar("E", bound=Fact)
R = TypeVar("R", bound=CustomerRow)

PERSONAL_FIELDS = {fact: personal_fields(fact) for fact in STORED_NAMES.values()}
ABOUT_PEOPLE = {fact for fact, names in PERSONAL_FIELDS.items() if names} | {PersonalDataErased}
"""Facts that name people, or say that they are named no more; most do neither."""


def number_after(number: int | None, fact: Fact) -> int | None:
    """
    The key in use in a history after `fact`, as it is recorded.

    `None` while nobody is named; `PLAIN` for good where anybody was who is not sealed.
    """
    if number == PLAIN:
        return PLAIN
    if isinstance(fact, PersonalDataErased):
        return None
    names = PERSONAL_FIELDS[type(fact)]
    if not names:
        return number
    parts = token_parts(getattr(fact, names[0]))
    return PLAIN if parts is None else parts[0]


def key_of(history: Iterable[Recorded[E]]) -> int | None:
    """The key in use at the end of a history, as it is recorded."""
    number: int | None = None
    for recorded in history:
        number = number_after(number, recorded.event)
    return number


def as_recorded(
    vault: Vault, stream_id: str, facts: Sequence[E], number: int | None
) -> tuple[Sequence[E], int | None]:
    """Facts as they are recorded where key `number` is in use, and the key in use after them."""
    for fact in facts:
        if type(fact) in ABOUT_PEOPLE:
            break
    else:
        return facts, number
    stored: list[E] = []
    for fact in facts:
        if PERSONAL_FIELDS[type(fact)]:
            cipher = vault.in_use(number)
            number = PLAIN if cipher is None else cipher.number
            stored.append(sealed(cipher, stream_id.removeprefix(CUSTOMER), fact))
        else:
            number = number_after(number, fact)
            stored.append(fact)
    return stored, number


def sealed(cipher: Cipher | None, vip_id: str, fact: E) -> E:
    """The fact as it is recorded; without a cipher in plain text."""
    texts: dict[str, Any] = {}
    for name in PERSONAL_FIELDS[type(fact)]:
        text = getattr(fact, name)
        texts[name] = as_plain(text) if cipher is None else cipher.seal(text, vip_id)
    return replace(fact, **texts)


def opened(vault: Vault, history: Sequence[Recorded[E]]) -> list[Recorded[E]]:
    """Recorded facts as they were told, in which `(erased)` stands for what is gone."""
    wanted = {each for recorded in history for each in sealed_in(recorded)}
    if not wanted:
        return list(history)
    texts = vault.texts(wanted)
    return [_opened(each, texts) for each in history]


def sealed_in(recorded: Recorded[E]) -> Iterator[Sealed]:
    """The texts of a fact on record that have to be opened."""
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
    return replace(recorded, event=replace(fact, **told)) if told else recorded


def opened_rows(vault: Vault, rows: Sequence[R]) -> Sequence[R]:
    """Rows with the people of each customer as they were told."""
    wanted = [
        (row.vip_id, text) for row in rows for text in _people(row) if text.startswith(SEALED)
    ]
    if not wanted:
        return rows
    texts = vault.texts(wanted)
    return [_opened_row(row, texts) for row in rows]


def _people(row: CustomerRow) -> Sequence[str]:
    people = (row.owner_name, row.owner_email)
    return (*people, *row.administrators) if isinstance(row, CustomerDetails) else people


def _opened_row(row: R, texts: Mapping[Sealed, str]) -> R:
    vip_id, name, email = row.vip_id, row.owner_name, row.owner_email
    people: dict[str, object] = {
        "owner_name": texts.get((vip_id, name), name),
        "owner_email": texts.get((vip_id, email), email),
    }
    if isinstance(row, CustomerDetails):
        people["administrators"] = tuple(texts.get((vip_id, x), x) for x in row.administrators)
    return changed(row, people)
