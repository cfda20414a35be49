"""Which event became what, told by the hashes that were stored of them."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from vip_domain.audit.event_walk import UNSOUND
from vip_domain.audit.findings import MOST, Kind, LogFinding
from vip_domain.audit.leaves import event_leaf
from vip_domain.audit.tree_walk import TreeWalk
from vip_domain.chain import EventRow
from vip_domain.store.evidence import Snapshot

NEAR = 64
"""So many places from the first that differs are looked at to see what moved where."""


class Neighbourhood:
    """The events that differ from their stored hashes, and what they could have become."""

    def __init__(self, snapshot: Snapshot, tree: TreeWalk) -> None:
        self._differing = tree.differing
        first = self._differing[0]
        self._few = len(self._differing) <= NEAR
        self._near = [each for each in self._differing if self._few or each < first + NEAR]
        self._size = tree.size
        self._stored = dict(enumerate(tree.stored(first, first + 2 * NEAR), first)) | {
            place: leaf for place in self._near for leaf in tree.stored(place, place)
        }
        self._rows = {row[0]: row for row in snapshot.events(first - 1, first + 2 * NEAR)} | {
            row[0]: row for place in self._near for row in snapshot.events(place - 1, place)
        }

    def findings(self) -> Iterator[LogFinding]:
        """What happened, as precisely as it can be told."""
        shifted = self._shifted()
        if shifted is not None:
            yield shifted
            return
        moved = dict(self._moved()) if self._few else {}
        streams: set[str] = set()
        for place in self._differing[:MOST]:
            row = self._rows.get(place)
            stream_id = row[1] if row is not None and isinstance(row[1], str) else None
            version = row[2] if row is not None and isinstance(row[2], int) else None
            if place in moved:
                kind, what = Kind.MOVED, f"holds what was at position {moved[place]}"
            else:
                kind, what = Kind.CHANGED, "is not what was stored of it"
            if stream_id in streams:
                what += "; it follows a changed one in its stream, and links are all it may lack"
            elif stream_id is not None:
                streams.add(stream_id)
            yield LogFinding(
                kind=kind,
                what=f"position {place} {what}",
                position=place,
                stream_id=stream_id,
                version=version,
            )

    def _shifted(self) -> LogFinding | None:
        """A place from which on everything stands some places nearer to the first, or further."""
        first = self._differing[0]
        for by in range(1, NEAR + 1):
            if self._matches(first, first + by) and self._all_match(self._near, by):
                return _span(Kind.REMOVED, first, by, "was removed, and what followed moved up")
            if self._matches(first + by, first):
                after = [each for each in self._near if each >= first + by]
                if not after or self._all_match(after, -by):
                    return _span(Kind.INSERTED, first, by, "was put in, and what followed moved on")
        return None

    def _all_match(self, places: list[int], by: int) -> bool:
        known = [each for each in places if each in self._rows and each + by in self._stored]
        # Two neighbours that changed places match once too, but then both places are there.
        told = len(known) > 1 or places[0] + by > self._size
        return told and all(self._matches(each, each + by) for each in known)

    def _moved(self) -> Iterator[tuple[int, int]]:
        for place in self._near:
            for other in self._near:
                if other != place and self._matches(place, other):
                    yield place, other

    def _matches(self, place: int, other: int) -> bool:
        """Whether the event at `place` is what was stored of `other`."""
        row, stored = self._rows.get(place), self._stored.get(other)
        return row is not None and stored is not None and _leaf(row, other) == stored


def _leaf(row: EventRow, place: int) -> bytes:
    try:
        return event_leaf((place, *row[1:]))
    except (TypeError, ValueError, AttributeError, struct.error):
        return UNSOUND


def _span(kind: Kind, first: int, count: int, what: str) -> LogFinding:
    last = first + count - 1
    places = f"position {first}" if count == 1 else f"each of the positions {first} to {last}"
    return LogFinding(kind=kind, what=f"{places} {what}", position=first, last=last)
