"""The way of a command: load, decide, append at once; on conflict load and decide anew."""

from __future__ import annotations

import random
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from threading import RLock
from typing import cast

import attrs

from vip_domain.aggregates import streams
from vip_domain.aggregates.customer import CustomerState, decide
from vip_domain.aggregates.streams import StreamState, customer_stream
from vip_domain.chain import START
from vip_domain.codec import command_fingerprint
from vip_domain.commands import Command
from vip_domain.errors import CommandIdReused, CommandRefused, StoreError
from vip_domain.events import Event, Recorded
from vip_domain.rules import ProgramRules
from vip_domain.store.log import Conflict, EventLog
from vip_domain.store.recorder import CommandEntry
from vip_domain.values import changed

ATTEMPTS = 50
LONGEST_PAUSE = 0.05
CACHED_STREAMS = 20_000


@attrs.frozen(kw_only=True)
class Submission:
    """A command with who sends it and why."""

    command: Command
    actor: str
    command_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None


@attrs.frozen(kw_only=True)
class Receipt:
    """
    What a command did.

    `events` it recorded in the customer's history (none when it was already so), the `version`
    of that history afterwards and the log `position` of its latest event.
    """

    vip_id: str
    version: int
    position: int
    events: tuple[Event, ...]
    command_id: str | None


Outcome = Receipt | CommandRefused


@attrs.frozen
class Loaded:
    """A stream as far as it was read."""

    state: StreamState
    version: int = 0
    position: int = 0
    head: bytes = START

    def after(self, recorded: Sequence[Recorded[Event]], head: bytes) -> Loaded:
        """The stream once `recorded` follow, the last of them with the link `head`."""
        if not recorded:
            return self
        state = streams.fold(self.state, (each.event for each in recorded))
        return Loaded(state, recorded[-1].version, recorded[-1].position, head)


class Streams:
    """Streams read before, kept as long as nobody else writes to them."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
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

    def load(self, stream_id: str) -> Loaded:
        """The stream as it is now."""
        loaded = self._cache.get(stream_id)
        if loaded is None:
            empty = Loaded(streams.initial(stream_id))
            loaded = empty.after(*self._log.stream_and_head(stream_id))
            self.keep(stream_id, loaded)
        self._cache.move_to_end(stream_id)
        return loaded

    def keep(self, stream_id: str, loaded: Loaded) -> None:
        """Remember a stream; the one not used for longest goes when there are too many."""
        self._cache[stream_id] = loaded
        if len(self._cache) > CACHED_STREAMS:
            self._cache.popitem(last=False)

    def appended(self, changed: Iterable[tuple[str, Loaded]], first: int, last: int) -> None:
        """We wrote `first` to `last` ourselves; if others wrote before, `refresh` will tell."""
        for stream_id, loaded in changed:
            self.keep(stream_id, loaded)
        if first == self._position + 1:
            self._position = last

    def forget(self) -> None:
        """Read everything anew."""
        self._cache.clear()


class Work:
    """A group of commands, decided one after the other and appended at once."""

    def __init__(self, log: EventLog, known: Streams, rules: ProgramRules, now: datetime) -> None:
        self._log = log
        self._known = known
        self._rules = rules
        self._now = now
        self._streams: dict[str, Loaded] = {}
        self._heads: dict[str, bytes] = {}
        self._events: list[Recorded[Event]] = []
        self._entries: dict[str, CommandEntry] = {}
        self._taken: list[CommandEntry | CommandRefused] = []

    def take(self, submission: Submission) -> None:
        """Decide one command; its facts wait for `commit`."""
        try:
            self._taken.append(self._entry(submission))
        except CommandRefused as refused:
            self._taken.append(refused)

    def _entry(self, submission: Submission) -> CommandEntry:
        command_id, fingerprint = submission.command_id, ""
        if command_id is not None:
            fingerprint = command_fingerprint(submission.command)
            known = self._entries.get(command_id) or self._log.command(command_id)
            if known is not None:
                return _same(known, fingerprint)
        events = self._decide(submission)
        stream_id = customer_stream(submission.command.vip_id)
        version = self._load(stream_id).version
        entry = CommandEntry(command_id or "", fingerprint, stream_id, version, events)
        if command_id is not None:
            self._entries[command_id] = entry
        return entry

    def _decide(self, submission: Submission) -> int:
        """Record what the command does, in all streams or in none; how many facts it was."""
        command = submission.command
        stream_id = customer_stream(command.vip_id)
        state = cast(CustomerState, self._load(stream_id).state)
        facts = decide(command, state, self._rules)
        written: list[tuple[str, tuple[Event, ...]]] = [(stream_id, facts)]
        for reservation in streams.reservations(state, facts):
            held = self._load(reservation.stream_id).state
            reserved = streams.reserve(reservation, command, held, self._rules)
            written.append((reservation.stream_id, reserved))
        for each, events in written:
            self._write(submission, each, events)
        return len(facts)

    def _write(self, submission: Submission, stream_id: str, facts: tuple[Event, ...]) -> None:
        loaded = self._load(stream_id)
        recorded = [
            Recorded(
                event=fact,
                stream_id=stream_id,
                version=version,
                position=0,
                recorded_at=self._now,
                actor=submission.actor,
                command_id=submission.command_id,
                correlation_id=submission.correlation_id,
                causation_id=submission.causation_id,
            )
            for version, fact in enumerate(facts, loaded.version + 1)
        ]
        self._events += recorded
        self._heads.setdefault(stream_id, loaded.head)
        self._streams[stream_id] = loaded.after(recorded, loaded.head)

    def _load(self, stream_id: str) -> Loaded:
        return self._streams.get(stream_id) or self._known.load(stream_id)

    def commit(self) -> list[Outcome]:
        """Append everything and say what became of each command. Raises `Conflict`."""
        entries = list(self._entries.values())
        if not self._events and not entries:
            return [self._outcome(each, {}) for each in self._taken]
        positions = self._log.append(self._events, self._heads, entries)
        placed = {
            (each.stream_id, each.version): changed(each, {"position": position})
            for each, position in zip(self._events, positions, strict=True)
        }
        self._remember(placed, positions)
        return [self._outcome(each, placed) for each in self._taken]

    def _remember(
        self, placed: dict[tuple[str, int], Recorded[Event]], positions: Sequence[int]
    ) -> None:
        if not positions:
            return
        appended = (
            (stream_id, Loaded(each.state, each.version, last.position, self._heads[stream_id]))
            for stream_id, each in self._streams.items()
            if (last := placed.get((stream_id, each.version))) is not None
        )
        self._known.appended(appended, positions[0], positions[-1])

    def _outcome(
        self,
        taken: CommandEntry | CommandRefused,
        placed: dict[tuple[str, int], Recorded[Event]],
    ) -> Outcome:
        if isinstance(taken, CommandRefused):
            return taken
        first = taken.version - taken.events
        versions = range(first + 1, taken.version + 1)
        keys = [(taken.stream_id, version) for version in versions or [taken.version]]
        if not all(key in placed for key in keys):
            earlier = self._log.stream(taken.stream_id, keys[0][1] - 1)
            placed = {(each.stream_id, each.version): each for each in earlier}
        recorded = [placed[key] for key in keys]
        return Receipt(
            vip_id=taken.stream_id.removeprefix(streams.CUSTOMER),
            version=taken.version,
            position=recorded[-1].position,
            events=tuple(each.event for each in recorded) if taken.events else (),
            command_id=taken.command_id or None,
        )


def _same(known: CommandEntry, fingerprint: str) -> CommandEntry:
    if known.fingerprint != fingerprint:
        raise CommandIdReused(known.command_id)
    return known


class Writer:
    """Takes commands of any number of threads; other processes may write at the same time."""

    def __init__(self, log: EventLog, rules: ProgramRules, clock: Callable[[], datetime]) -> None:
        self._log = log
        self._rules = rules
        self._clock = clock
        self._streams = Streams(log)
        self._lock = RLock()

    def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """
        One outcome a submission, in order; what is recorded is recorded together.

        Raises `StoreError` when the store cannot be used, or others write all the time.
        """
        with self._lock:
            for attempt in range(ATTEMPTS):
                try:
                    return self._attempt(submissions)
                except Conflict:
                    self._streams.forget()
                    time.sleep(random.uniform(0, LONGEST_PAUSE * attempt / ATTEMPTS))
        raise StoreError(f"{self._log.where}: others wrote first, {ATTEMPTS} times in a row")

    def _attempt(self, submissions: Sequence[Submission]) -> list[Outcome]:
        self._streams.refresh()
        work = Work(self._log, self._streams, self._rules, self._clock())
        for submission in submissions:
            work.take(submission)
        return work.commit()
