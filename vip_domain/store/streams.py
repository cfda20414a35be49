"""Streams as far as they were read: their states, kept as long as nobody else writes to them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice

from msgspec import Struct

from vip_domain.aggregates import streams
from vip_domain.aggregates.streams import StreamState
from vip_domain.chain import START
from vip_domain.errors import UnreadableEvent
from vip_domain.events import Event
from vip_domain.sealing.people import key_of, opened
from vip_domain.sealing.vault import Vault
from vip_domain.store.log import EventLog

CACHED_STREAMS = 20_000


class Loaded(Struct, frozen=True, gc=False):
    """
    A stream as far as it was read, or decided.

    `head` is the link of the latest event in the log, `position` where that is; `key` is the
    number of that which seals who is named in it, if anybody is.
    """

    state: StreamState
    version: int = 0
    head: bytes = START
    position: int = 0
    key: int | None = None

    def after(self, facts: Sequence[Event], key: int | None) -> Loaded:
        """The stream once `facts` follow that are not in the log yet, sealed with this key."""
        state = streams.fold(self.state, facts)
        return Loaded(state, self.version + len(facts), self.head, self.position, key)

    def appended(self, head: bytes, position: int) -> Loaded:
        """The stream once they are."""
        return Loaded(self.state, self.version, head, position, self.key)


class Streams:
    """Streams read before; those not used for longest go when there are too many."""

    def __init__(self, log: EventLog, vault: Vault) -> None:
        self._log = log
        self._vault = vault
        self._cache: OrderedDict[str, Loaded] = OrderedDict()
        self._position = log.last_position()

    def refresh(self) -> None:
        """Forget what other processes have written to since."""
        last = self._log.last_position()
        if last - self._position > CACHED_STREAMS:
            self._cache.clear()
        elif last > self._position:
            for stream_id in self._log.written_after(self._position):
                self._cache.pop(stream_id, None)
        self._position = last

    def read(self, stream_ids: Iterable[str]) -> None:
        """Read those of these streams that are not known, all at once, as far as they can be."""
        unknown = list(dict.fromkeys(each for each in stream_ids if each not in self._cache))
        try:
            self._read(unknown)
        except UnreadableEvent:
            # Whoever asks for that one will hear of it; the others are read by themselves.
            for stream_id in unknown:
                with suppress(UnreadableEvent):
                    self._read([stream_id])

    def _read(self, stream_ids: Sequence[str]) -> None:
        if not stream_ids:
            return
        found = {each: Loaded(streams.initial(each)) for each in stream_ids}
        read = list(self._log.streams(stream_ids))
        told = iter(opened(self._vault, [each for recorded, _ in read for each in recorded]))
        for recorded, head in read:
            last, facts = recorded[-1], [each.event for each in islice(told, len(recorded))]
            loaded = found[last.stream_id].after(facts, key_of(recorded))
            found[last.stream_id] = loaded.appended(head, last.position)
        for stream_id, loaded in found.items():
            self.keep(stream_id, loaded)

    def known(self, stream_id: str) -> StreamState:
        """The state of a stream if it was read before, and that of an empty one otherwise."""
        loaded = self._cache.get(stream_id)
        return streams.initial(stream_id) if loaded is None else loaded.state

    def load(self, stream_id: str) -> Loaded:
        """The stream as it is now. Raises `UnreadableEvent`."""
        if stream_id not in self._cache:
            self._read([stream_id])
        self._cache.move_to_end(stream_id)
        return self._cache[stream_id]

    def keep(self, stream_id: str, loaded: Loaded) -> None:
        """Remember a stream."""
        self._cache[stream_id] = loaded
        if len(self._cache) > CACHED_STREAMS:
            self._cache.popitem(last=False)

    def appended(self, changed: Iterable[tuple[str, Loaded]], positions: Sequence[int]) -> None:
        """We wrote to these ourselves; if others wrote before, `refresh` will tell."""
        for stream_id, loaded in changed:
            self.keep(stream_id, loaded)
        if positions and positions[0] == self._position + 1:
            self._position = positions[-1]

    def forget(self) -> None:
        """Read everything anew."""
        self._cache.clear()
