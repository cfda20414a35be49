"""A whole log against itself, its stored hashes, and checkpoints that were held elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from vip_domain.audit.checkpoints import Checkpoint, TreeHead
from vip_domain.audit.command_walk import CommandWalk
from vip_domain.audit.event_walk import EventWalk
from vip_domain.audit.findings import MOST, CheckpointVerified, Kind, LogFinding, LogVerified
from vip_domain.audit.locate import Neighbourhood
from vip_domain.audit.notes import PublicKey
from vip_domain.audit.tree_walk import TreeWalk
from vip_domain.errors import AuditError
from vip_domain.store.evidence import Evidence, Snapshot, Tree

_ORIGIN = re.compile(r"vip-domain/[0-9a-f]{32}")


def verify_log(
    evidence: Evidence, checkpoints: Sequence[str] = (), key: PublicKey | None = None
) -> LogVerified:
    """
    Recompute everything of a log; `checkpoints` are texts that were kept elsewhere.

    Raises `AuditError` when one of these is none, or is not signed by `key`.
    """
    given = [_given(number, note, key) for number, note in enumerate(checkpoints, 1)]
    with evidence.snapshot() as snapshot:
        return _Verification(snapshot, given, key).result()


def _given(number: int, note: str, key: PublicKey | None) -> Checkpoint:
    try:
        return Checkpoint.from_note(note, key)
    except AuditError as error:
        raise AuditError(f"checkpoint {number} of those given: {error}") from None


class _Verification:
    def __init__(self, snapshot: Snapshot, given: list[Checkpoint], key: PublicKey | None) -> None:
        self._snapshot = snapshot
        self._key = key
        self._origin = snapshot.origin()
        self._given = given
        self._kept, self._wrong_copies = _kept(snapshot, key)
        said = [*given, *self._kept]
        self._events = EventWalk()
        self._commands = CommandWalk()
        self._trees: dict[Tree, TreeWalk] = {
            "events": TreeWalk(snapshot, "events", [each.size for each in said]),
            "commands": TreeWalk(snapshot, "commands", [each.commands for each in said]),
        }

    def result(self) -> LogVerified:
        self._walk()
        roots = {tree: walk.end() for tree, walk in self._trees.items()}
        verified = self._checkpoints()
        holding = [each.checkpoint for each in verified if each.holds]
        return LogVerified(
            head=self._head(roots),
            covered=max((each.size for each in holding), default=0),
            checkpoints=verified,
            findings=tuple(self._findings(verified, holding))[:MOST],
        )

    def _walk(self) -> None:
        leaves = self._trees["events"]
        for row in self._snapshot.events():
            leaf, fact = self._events.take(row)
            leaves.take(row[0], leaf)
            if fact is not None:
                self._commands.take_event(fact)
        leaves = self._trees["commands"]
        for entry in self._snapshot.commands():
            leaves.take(entry[0], self._commands.take(entry, self._events))

    def _head(self, roots: dict[Tree, bytes | None]) -> TreeHead | None:
        root, commands_root = roots["events"], roots["commands"]
        if root is None or commands_root is None:
            return None
        return TreeHead(
            origin=self._origin,
            size=self._trees["events"].size,
            root=root,
            commands=self._trees["commands"].size,
            commands_root=commands_root,
        )

    # Checkpoints.

    def _checkpoints(self) -> tuple[CheckpointVerified, ...]:
        known = [*self._given, *self._kept]
        newest = max((each.size for each in known), default=0)
        given = {each.note for each in self._given}
        kept = {each.note for each in self._kept}
        unique = {each.note: each for each in known}
        return tuple(
            CheckpointVerified(
                checkpoint=each,
                kept=note in kept,
                given=note in given,
                signed=self._key is not None,
                holds=self._holds(each),
                older=each.size < newest,
            )
            for note, each in sorted(unique.items(), key=lambda pair: pair[1].size)
        )

    def _holds(self, said: Checkpoint) -> bool:
        return (
            said.origin == self._origin
            and self._trees["events"].roots.get(said.size) == said.root
            and self._trees["commands"].roots.get(said.commands) == said.commands_root
        )

    # Findings.

    def _findings(
        self, verified: Sequence[CheckpointVerified], holding: Sequence[Checkpoint]
    ) -> Iterator[LogFinding]:
        for what in self._snapshot.damage():
            yield LogFinding(kind=Kind.DAMAGED, what=f"the database: {what}")
        if _ORIGIN.fullmatch(self._origin) is None:
            yield LogFinding(
                kind=Kind.DAMAGED, what="the origin of the log is not as it is written"
            )
        named = self._events.findings()
        yield from named
        yield from self._by_hashes(named, max((each.size for each in holding), default=0))
        yield from self._commands.findings(self._snapshot)
        covered = max((each.commands for each in holding), default=0)
        yield from self._commands_by_hashes(covered)
        yield from self._of_trees()
        yield from self._wrong_copies
        yield from self._of_checkpoints(verified)

    def _by_hashes(self, named: Sequence[LogFinding], covered: int) -> Iterator[LogFinding]:
        """What stored hashes tell, and links did not; up to `covered` it is the hash that lies."""
        walk = self._trees["events"]
        for place in walk.differing:
            if place <= covered:
                yield LogFinding(
                    kind=Kind.HASHES,
                    what=f"the stored hash of position {place} is not that of its event, which a "
                    "checkpoint covers",
                )
        walk.differing = [each for each in walk.differing if each > covered]
        if walk.differing:
            found = Neighbourhood(self._snapshot, walk).findings()
            yield from (each for each in found if not _is_named(each, named))
        yield from self._cut(walk, named)

    def _cut(self, walk: TreeWalk, named: Sequence[LogFinding]) -> Iterator[LogFinding]:
        used = self._snapshot.last_used()
        last = max(walk.stored_size(), used if type(used) is int else 0)
        if last > walk.size and not any(each.last == last for each in named):
            yield LogFinding(
                kind=Kind.REMOVED,
                what=f"the end of the log is missing: positions {walk.size + 1} to {last}",
                position=walk.size + 1,
                last=last,
            )

    def _commands_by_hashes(self, covered: int) -> Iterator[LogFinding]:
        walk = self._trees["commands"]
        for place in walk.differing:
            if place <= covered:
                yield LogFinding(
                    kind=Kind.HASHES,
                    what=f"the stored hash of entry {place} of the command ids is not that of the "
                    "entry, which a checkpoint covers",
                )
            else:
                yield LogFinding(
                    kind=Kind.COMMAND,
                    what=f"entry {place} of the command ids is not what was stored of it",
                )
        if walk.stored_size() > walk.size:
            yield LogFinding(
                kind=Kind.COMMAND,
                what="the end of the command ids is missing: entries "
                f"{walk.size + 1} to {walk.stored_size()}",
            )

    def _of_trees(self) -> Iterator[LogFinding]:
        for tree, walk in self._trees.items():
            for number in walk.wrong:
                what = f"block {number} of the stored hashes of the {tree} is not whole"
                yield LogFinding(kind=Kind.HASHES, what=what)
            of_tree = [each.size if tree == "events" else each.commands for each in self._kept]
            if walk.stored_size() < max(of_tree, default=0):
                what = f"the stored hashes of the {tree} end before the last checkpoint"
                yield LogFinding(kind=Kind.HASHES, what=what)

    def _of_checkpoints(self, verified: Sequence[CheckpointVerified]) -> Iterator[LogFinding]:
        before = 0
        for each in verified:
            said = each.checkpoint
            if each.holds:
                before = said.size
                if not each.kept:
                    what = f"{_named(said)} is not among the copies that the store keeps"
                    yield LogFinding(kind=Kind.CHECKPOINT, what=what)
                continue
            yield LogFinding(
                kind=Kind.CHECKPOINT,
                what=f"{_named(said)} does not hold: {self._why(said, before)}",
            )

    def _why(self, said: Checkpoint, before: int) -> str:
        events, commands = self._trees["events"], self._trees["commands"]
        if said.origin != self._origin:
            return f"it is of the log {said.origin}, and this one is {self._origin}"
        if said.size > events.size:
            return f"the log has {events.size} events"
        if events.roots.get(said.size) != said.root:
            return f"events from position {before + 1} to {said.size} are not what they were"
        if said.commands > commands.size:
            return f"the log has {commands.size} command ids"
        return f"command ids up to entry {said.commands} are not what they were"


def _kept(snapshot: Snapshot, key: PublicKey | None) -> tuple[list[Checkpoint], list[LogFinding]]:
    """The store's own copies, and what is wrong with them."""
    kept: list[Checkpoint] = []
    wrong: list[str] = []
    for place, (number, size, note) in enumerate(snapshot.checkpoints(), 1):
        if number != place:
            wrong.append(f"copy {place} of a checkpoint has the number {number!r}")
        try:
            checkpoint = Checkpoint.from_note(note if isinstance(note, str) else "", key)
        except AuditError as error:
            wrong.append(f"copy {place} of a checkpoint: {error}")
            continue
        if size != checkpoint.size:
            wrong.append(f"{_named(checkpoint)} is kept as one over {size!r} events")
        kept.append(checkpoint)
    for one, other in pairwise(kept):
        if one.note == other.note or (one.size, one.commands) > (other.size, other.commands):
            wrong.append(f"{_named(other)} was kept after {_named(one)}, which is not older")
    return kept, [LogFinding(kind=Kind.CHECKPOINT, what=each) for each in wrong]


def _named(said: Checkpoint) -> str:
    return f"the checkpoint over {said.size} events of {said.at:%Y-%m-%dT%H:%M:%S}Z"


def _is_named(finding: LogFinding, named: Iterable[LogFinding]) -> bool:
    place = finding.position
    return place is not None and any(
        each.position is not None and each.position <= place <= (each.last or each.position)
        for each in named
    )
