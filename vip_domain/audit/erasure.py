"""The other half of an erasure: keys go once it is on record, whoever was killed in between."""

from __future__ import annotations

from contextlib import suppress

from vip_domain.aggregates.streams import customer_stream
from vip_domain.codec import NAMES
from vip_domain.errors import StoreError
from vip_domain.events import PersonalDataErased, Recorded
from vip_domain.sealing.people import sealed_in
from vip_domain.sealing.vault import Vault
from vip_domain.store.log import EventLog

FAR = 10_000
"""Events one opening looks through without saying so; of more, the next one need not."""


def destroy_keys(log: EventLog, vault: Vault, vip_id: str) -> None:
    """Destroy the keys of a customer whose erasure is on record. Raises `StoreError`."""
    stream_id = customer_stream(vip_id)
    erased = [
        each.position
        for each in log.stream(stream_id)
        if isinstance(each.event, PersonalDataErased)
    ]
    if erased:
        vault.keys.destroy(_numbers(log, vault, stream_id, erased[-1]))


def sweep(log: EventLog, vault: Vault) -> None:
    """
    Destroy the keys of everybody whose erasure is on record and perhaps was not brought to its end.

    Looks from where the last sweep ended: erasures follow the log as a view does. Raises
    `StoreError` when a key cannot be destroyed; then the next sweep tries again.
    """
    try:
        if not vault.begun:
            return
    except StoreError:  # who cannot read the keys can show nobody's name
        return
    last, swept = log.last_position(), vault.keys.swept()
    # A log that ends before that was brought back from a backup.
    erased = [*log.named(NAMES[PersonalDataErased], swept if swept <= last else 0)]
    if erased:
        pairs = (_numbers(log, vault, each.stream_id, each.position) for each in erased)
        vault.keys.destroy(set().union(*pairs))
    if erased or not last - FAR <= swept <= last:
        with suppress(StoreError):  # whoever may only read looks through it again
            vault.keys.keep_swept(last)


def _numbers(log: EventLog, vault: Vault, stream_id: str, upto: int) -> set[int]:
    """The keys, not destroyed yet, of who is named in a history up to a position."""
    history = log.read_stream(stream_id, upto)
    texts = {text for each in history if isinstance(each, Recorded) for text in sealed_in(each)}
    return vault.numbers_of(texts)
