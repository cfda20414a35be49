"""Every event against the one before it: positions, versions, links, and what the bytes say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vip_domain import codec
from vip_domain.audit.findings import MOST, Kind, LogFinding
from vip_domain.audit.leaves import event_leaf
from vip_domain.audit.merkle import leaf_hash
from vip_domain.chain import LENGTH, START, EventRow, linked
from vip_domain.errors import UnreadableEvent
from vip_domain.events import Event, Recorded

UNSOUND = leaf_hash(b"no event")
"""What stands for a row that cannot be hashed: no event has this leaf."""

MOST_SEARCHES = 20
_TYPES = (int, str, int, str, bytes, bytes)


class _Head(NamedTuple):
    """A stream as far as it was walked; `other` is the link its latest event should have had."""

    version: int
    link: bytes
    position: int
    other: bytes | None = None


class _Gap(NamedTuple):
    """Versions that are missing between two positions."""

    stream_id: str
    first: int
    last: int
    after: int
    before: int


_UNBEGUN = _Head(0, START, 0)


class EventWalk:
    """
    Takes the rows of a log in the order of their positions.

    What stored links tell is enough to name most changes; whether somebody computed all of them
    anew is for a checkpoint to say.
    """

    def __init__(self) -> None:
        self.last = 0
        self._heads: dict[str, _Head] = {}
        self._gaps: list[_Gap] = []
        self._holes: list[tuple[int, int]] = []
        self._strays: set[tuple[str, int]] = set()
        self._found: list[LogFinding] = []
        self._searches = 0

    def take(self, row: EventRow) -> tuple[bytes, Recorded[Event] | None]:
        """Look at the next row; the hash of its leaf, and the fact if it is one."""
        position, stream_id, version, topic, state, chain = row
        if tuple(map(type, row)) != _TYPES or len(chain) != LENGTH or version < 1:
            self._unsound(position)
            return UNSOUND, None
        if position != self.last + 1:
            if position < 1:
                return self._before_all(position, stream_id, version)
            self._holes.append((self.last + 1, position - 1))
        self.last = position
        try:
            head = self._heads.get(stream_id, _UNBEGUN)
            link = linked(head.link, stream_id, version, topic, state)
            leaf = event_leaf(row)
        except UnicodeEncodeError:
            self._unsound(position)
            return UNSOUND, None
        if version == head.version + 1 and link == chain:
            self._heads[stream_id] = _Head(version, chain, position)
        else:
            self._astray(row, head, link)
        return leaf, self._fact(row)

    def _fact(self, row: EventRow) -> Recorded[Event] | None:
        position, stream_id, version, topic, state, _ = row
        try:
            fact = codec.decode(
                topic, state, stream_id=stream_id, version=version, position=position
            )
        except UnreadableEvent as error:
            self._find(Kind.UNREADABLE, f"cannot be read: {error}", row)
            return None
        if _bytes(fact) != state:
            self._find(Kind.UNREADABLE, "its bytes are not those that are written for it", row)
        return fact

    # What does not follow.

    def _astray(self, row: EventRow, head: _Head, link: bytes) -> None:
        position, stream_id, version, topic, state, chain = row
        expected = head.version + 1
        links = [each for each in (head.link, head.other) if each is not None]
        if version == expected:
            if chain in [linked(each, stream_id, version, topic, state) for each in links]:
                self._heads[stream_id] = _Head(version, chain, position)
                return
            if not self._elsewhere(row):
                self._find(Kind.CHANGED, "its link does not follow from what it says", row)
                self._heads[stream_id] = _Head(version, chain, position, link)
            return
        if chain in [linked(each, stream_id, expected, topic, state) for each in links]:
            what = f"its version was {expected}, and is {version}"
            self._find(Kind.CHANGED, what, row, version=expected)
            self._heads[stream_id] = _Head(expected, chain, position)
        elif version > expected:
            if not self._elsewhere(row):
                gap = _Gap(stream_id, expected, version - 1, head.position, position)
                self._gaps.append(gap)
                self._heads[stream_id] = _Head(version, chain, position)
        elif self._is_missing(stream_id, version):
            self._strays.add((stream_id, version))
            self._find(Kind.MOVED, "it stands behind events of its stream that follow it", row)
        else:
            self._find(Kind.INSERTED, f"version {head.version} of its stream was before it", row)

    def _elsewhere(self, row: EventRow) -> bool:
        """Whether the event follows in another stream, and says so."""
        position, stream_id, version, topic, state, chain = row
        if self._searches == MOST_SEARCHES or version == 1:
            return False
        self._searches += 1
        for other, head in self._heads.items():
            follows = head.version + 1 == version and other != stream_id
            if follows and linked(head.link, other, version, topic, state) == chain:
                what = f"its stream was {other}, and is {stream_id}"
                self._find(Kind.CHANGED, what, row, stream_id=other)
                self._heads[other] = _Head(version, chain, position)
                return True
        return False

    def _is_missing(self, stream_id: str, version: int) -> bool:
        return any(
            each.stream_id == stream_id and each.first <= version <= each.last
            for each in self._gaps
        )

    def _before_all(self, position: int, stream_id: str, version: int) -> tuple[bytes, None]:
        self._strays.add((stream_id, version))
        what = f"{stream_id}, version {version}, stands at {position}, where no event can be"
        self._add(LogFinding(kind=Kind.MOVED, what=what, position=position, stream_id=stream_id))
        return UNSOUND, None

    def _unsound(self, position: object) -> None:
        number = position if type(position) is int else None
        if number is not None and number > self.last:
            if number != self.last + 1:
                self._holes.append((self.last + 1, number - 1))
            self.last = number
        what = f"position {position!r} holds values of a kind that nobody writes"
        self._add(LogFinding(kind=Kind.CHANGED, what=what, position=number))

    def _find(
        self,
        kind: Kind,
        what: str,
        row: EventRow,
        *,
        stream_id: str | None = None,
        version: int | None = None,
    ) -> None:
        position, of_stream, of_version, *_ = row
        stream_id = stream_id or of_stream
        version = version or of_version
        sentence = f"position {position} ({stream_id}, version {version}): {what}"
        self._add(
            LogFinding(
                kind=kind, what=sentence, position=position, stream_id=stream_id, version=version
            )
        )

    def _add(self, finding: LogFinding) -> None:
        if len(self._found) < MOST:
            self._found.append(finding)

    # What is told in the end.

    def version_of(self, stream_id: str) -> int:
        """How far a stream goes."""
        return self._heads.get(stream_id, _UNBEGUN).version

    def findings(self) -> list[LogFinding]:
        """Everything found, by position."""
        removed = [*self._missing_positions(), *self._missing_versions()]
        found = [*self._found, *removed]
        return sorted(found, key=lambda each: each.position or 0)[:MOST]

    def _missing_positions(self) -> Iterator[LogFinding]:
        for first, last in self._holes:
            inside = [
                each
                for each in self._gaps
                if each.after < first and last < each.before
                and each.last - each.first == last - first
            ]  # fmt: skip
            # One gap that this hole alone explains: that is the event that was here.
            gap = inside[0] if len(inside) == len(self._holes) == 1 else None
            if gap is not None and first == last:
                self._strays.add((gap.stream_id, gap.first))
                what = f"position {first} ({gap.stream_id}, version {gap.first}) is missing"
                yield LogFinding(
                    kind=Kind.REMOVED,
                    what=what,
                    position=first,
                    last=last,
                    stream_id=gap.stream_id,
                    version=gap.first,
                )
            else:
                what = f"positions {first} to {last} are missing"
                what = f"position {first} is missing" if first == last else what
                yield LogFinding(kind=Kind.REMOVED, what=what, position=first, last=last)

    def _missing_versions(self) -> Iterator[LogFinding]:
        changed = [each.position for each in self._found if each.position is not None]
        for gap in self._gaps:
            known = all(
                (gap.stream_id, version) in self._strays
                for version in range(gap.first, gap.last + 1)
            )
            if known or any(gap.after < each < gap.before for each in changed):
                continue
            versions = f"version {gap.first}"
            if gap.last > gap.first:
                versions = f"versions {gap.first} to {gap.last}"
            yield LogFinding(
                kind=Kind.REMOVED,
                what=f"{versions} of {gap.stream_id} should stand between the positions "
                f"{gap.after} and {gap.before}",
                stream_id=gap.stream_id,
                version=gap.first,
            )


def _bytes(fact: Recorded[Event]) -> bytes:
    return codec.encode(
        fact.event,
        recorded_at=fact.recorded_at,
        actor=fact.actor,
        command_id=fact.command_id,
        correlation_id=fact.correlation_id,
        causation_id=fact.causation_id,
    )
