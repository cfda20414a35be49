"""Texts that are sealed: the same under the same key, opened by it alone, compared without it."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.strategies import FIRST, VIP, any_customer_event, emails, filed, of_event, texts
from vip_domain.aggregates.customer import Customer, fold
from vip_domain.errors import StoreError
from vip_domain.events import (
    Accepted,
    AdministratorAdded,
    AdministratorRemoved,
    AgreementOwnerChanged,
    CustomerEvent,
    Invited,
    PersonalDataErased,
    personal_fields,
)
from vip_domain.events.sealed import (
    ERASED,
    PLAIN,
    SEALED,
    address_key,
    as_plain,
    from_plain,
    token_parts,
)
from vip_domain.projections.customers import CUSTOMERS
from vip_domain.sealing.cipher import Cipher
from vip_domain.sealing.keys import KEY_BYTES, MemoryKeys
from vip_domain.sealing.people import number_after, opened, sealed
from vip_domain.sealing.vault import Vault
from vip_domain.values import email_key

ONE = Cipher(1, bytes(range(KEY_BYTES)))
LOOKS_SEALED = st.builds(str.__add__, st.sampled_from((SEALED, f"{SEALED}0:")), texts())
anything = texts() | LOOKS_SEALED


def vault(*, seals: bool = True) -> Vault:
    """A vault with keys of its own."""
    made = Vault(MemoryKeys(), seals=seals)
    made.begin(0)
    return made


def new_key(keys: Vault) -> Cipher:
    """What somebody new is sealed with."""
    made = keys.in_use(None)
    assert made is not None
    return made


def content(token: str) -> str:
    parts = token_parts(token)
    assert parts is not None
    return parts[1]


@given(anything)
def test_a_sealed_text_is_opened_as_it_was(text: str) -> None:
    """
    Whatever it is, also one that looks sealed itself.
    """
    assert ONE.open(content(ONE.seal(text, VIP)), VIP) == text


@given(anything)
def test_one_key_makes_one_token_of_a_text(text: str) -> None:
    """
    Bytes of events are canonical, and rows compare; another key makes another.
    """
    other = Cipher(1, secrets.token_bytes(KEY_BYTES))
    assert ONE.seal(text, VIP) == ONE.seal(text, VIP) != other.seal(text, VIP)


@given(anything, anything)
def test_two_texts_never_share_a_nonce(one: str, other: str) -> None:
    """
    AES-GCM would tell both; texts that differ in case alone are no exception.
    """
    told = {one, other, one.upper(), one.lower()}
    assert len({content(ONE.seal(text, VIP))[12:28] for text in told}) == len(told)


@given(emails, emails)
def test_tokens_compare_as_their_addresses_do(one: str, other: str) -> None:
    """
    Folds hold tokens, rules hold addresses, and both come to the same administrators.
    """
    alike = email_key(one) == email_key(other)
    tokens = [ONE.seal(each, VIP) for each in (one, other)]
    assert (address_key(tokens[0]) == address_key(tokens[1])) is alike


def test_a_token_is_bound_to_its_customer() -> None:
    """
    Copied into another history it does not open.
    """
    assert ONE.open(content(ONE.seal("Eva Ek", VIP)), "VIP-0002") is None


@given(st.integers(0, 59), st.integers(1, 255))
def test_a_changed_token_does_not_open(at: int, bits: int) -> None:
    """
    Not a byte of it, the part that compares included.
    """
    token = bytearray(urlsafe_b64decode(content(ONE.seal("eva.ek@nord.example, 60 bytes", VIP))))
    token[at] ^= bits
    assert ONE.open(urlsafe_b64encode(token).decode(), VIP) is None


@given(anything)
def test_a_text_that_is_not_sealed_survives_too(text: str) -> None:
    """
    Where nothing is sealed, one that looks sealed is marked as plain.
    """
    assert from_plain(as_plain(text)) == text
    assert token_parts(as_plain(text)) is None


def test_old_texts_are_what_they_were() -> None:
    """
    Before there were tokens nobody was stopped from being called so.
    """
    old = "sealed: by hand"
    assert vault().texts([(VIP, old)]) == {(VIP, old): old}


@given(st.lists(any_customer_event, max_size=8), st.booleans())
def test_facts_are_opened_as_they_were_sealed(facts: list[CustomerEvent], seals: bool) -> None:
    """
    Every class of facts, sealed or plain; nothing but names and addresses is changed.
    """
    keys = vault(seals=seals)
    cipher = keys.in_use(None)
    recorded = filed([sealed(cipher, VIP, fact) for fact in facts])
    assert [each.event for each in opened(keys, recorded)] == facts


@given(st.lists(any_customer_event, max_size=8))
def test_a_destroyed_key_leaves_nothing_but_that_it_was(facts: list[CustomerEvent]) -> None:
    """
    Also for somebody who had read it before.
    """
    keys = vault()
    cipher = new_key(keys)
    recorded = filed([sealed(cipher, VIP, fact) for fact in facts])
    opened(keys, recorded)
    keys.keys.destroy([cipher.number])
    assert [each.event for each in opened(keys, recorded)] == [erased(fact) for fact in facts]


def erased(fact: CustomerEvent) -> CustomerEvent:
    gone: dict[str, Any] = dict.fromkeys(personal_fields(type(fact)), ERASED)
    return replace(fact, **gone)


def test_nothing_is_sealed_with_a_destroyed_key() -> None:
    """
    Another takes its place, and is the one in use from then on.
    """
    store = MemoryKeys()
    store.begin(b"", 0)
    store.create(1)
    store.destroy([1])
    keys = Vault(store, seals=True)
    cipher = keys.in_use(1)
    assert (cipher and cipher.number, keys.in_use(2)) == (2, cipher)


def test_without_its_key_a_text_is_an_error_and_not_erased() -> None:
    """
    Keys that were left behind are no erasure: nothing must look like one.
    """
    keys = vault()
    token = new_key(keys).seal("Eva Ek", VIP)
    with pytest.raises(StoreError, match="not among the keys"):
        vault().texts([(VIP, token)])


def test_keys_of_another_log_are_an_error() -> None:
    """
    The number is there, the key is another.
    """
    keys, other = vault(), vault()
    token = new_key(keys).seal("Eva Ek", VIP)
    other.in_use(None)
    with pytest.raises(StoreError, match="not opened by its key"):
        other.texts([(VIP, token)])


class Counted(MemoryKeys):
    """Keys that know how often they were made."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[int] = []

    def create(self, count: int) -> Mapping[int, bytes]:
        self.made.append(count)
        return super().create(count)


def test_many_customers_cost_few_writes_of_keys() -> None:
    """
    Every key has a number of its own; in the end 1,024 are made at a time.
    """
    counted = Counted()
    keys = Vault(counted, seals=True)
    numbers = {new_key(keys).number for _ in range(1_000)}
    assert (len(numbers), counted.made) == (1_000, [1, 4, 16, 64, 256, 1_024])


def test_the_key_in_use_is_told_by_the_history() -> None:
    """
    None before anybody is named and after an erasure; plain for good once anybody is not sealed.
    """
    keys = vault()
    at = Accepted(at=FIRST, owner_name="Eva", owner_email="eva@nord.example")
    erased = PersonalDataErased(at=FIRST, reason="asked for")
    one, two = new_key(keys), new_key(keys)
    history = [sealed(one, VIP, at), erased, sealed(two, VIP, at), at, erased]
    told, number = list[int | None](), None
    for fact in history:
        number = number_after(number, fact)
        told.append(number)
    assert told == [one.number, None, two.number, PLAIN, PLAIN]


ABOUT_PEOPLE = (
    Accepted,
    AgreementOwnerChanged,
    AdministratorAdded,
    AdministratorRemoved,
    PersonalDataErased,
)
people: st.SearchStrategy[CustomerEvent] = st.one_of([of_event(kind) for kind in ABOUT_PEOPLE])


@given(of_event(Invited), st.lists(people, max_size=12))
def test_rules_and_rows_come_to_the_same_administrators(
    invited: Invited, facts: list[CustomerEvent]
) -> None:
    """
    Rules read addresses and rows compare tokens, whatever the case they are written in.
    """
    keys, number = vault(), None
    history = list[CustomerEvent]()
    for fact in (invited, *facts):
        history.append(sealed(keys.in_use(number), VIP, fact))
        number = number_after(number, history[-1])
    state, shown = fold([invited, *facts]), CUSTOMERS.fold(None, filed(history))
    assert isinstance(state, Customer)
    assert shown is not None
    told = keys.texts([(VIP, each) for each in shown.administrators])
    addresses = [email_key(told[VIP, each]) for each in shown.administrators]
    assert sorted(addresses) == sorted(state.administrators)
