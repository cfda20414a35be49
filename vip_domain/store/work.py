"""A group of commands, decided one after the other and appended at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

import attrs
from msgspec import Struct

from vip_domain.aggregates import streams
from vip_domain.aggregates.customer import CustomerState, decide
from vip_domain.aggregates.streams import Reservation, customer_stream
from vip_domain.chain import linked
from vip_domain.codec import command_fingerprint, encode, stored_name
from vip_domain.commands import Command, ErasePersonalData
from vip_domain.commands.reseller_change import share_hashes
from vip_domain.errors import (
    CommandIdReused,
    CommandRefused,
    NotErasable,
    StoreError,
    UnreadableEvent,
)
from vip_domain.events import CustomerEvent, Event
from vip_domain.events.sealed import PLAIN
from vip_domain.rules import ProgramRules
from vip_domain.sealing.people import as_recorded, opened
from vip_domain.sealing.vault import Vault, keyed
from vip_domain.store.log import EventLog
from vip_domain.store.recorder import ChainedEvent, CommandEntry
from vip_domain.store.streams import Loaded, Streams


@attrs.frozen(kw_only=True)
class Sender:
    """Who sends commands, and why."""

    actor: str
    correlation_id: str | None = None
    causation_id: str | None = None


# These are made for every command, and cost less than anything else that has names.
class Submission(Struct, frozen=True, gc=False):
    """A command as it was sent."""

    command: Command
    sender: Sender
    command_id: str | None = None


class Receipt(Struct, frozen=True, kw_only=True, gc=False):
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


Outcome = Receipt | CommandRefused | UnreadableEvent
"""The last for a customer whose history this version cannot read: nothing was recorded."""


class Decided(Struct, frozen=True, gc=False):
    """What a command does once the group is appended; `row`: which of its events is the latest."""

    submission: Submission
    facts: tuple[CustomerEvent, ...]
    customer: Loaded
    row: int | None

    def receipt(self, positions: Sequence[int]) -> Receipt:
        """The receipt, now that the group's events have their positions."""
        return Receipt(
            vip_id=self.submission.command.vip_id,
            version=self.customer.version,
            position=self.customer.position if self.row is None else positions[self.row],
            events=self.facts,
            command_id=self.submission.command_id,
        )


Written = tuple[Submission, str, Loaded, Sequence[Event]]
"""What a command records in one stream, and that stream before it."""


class Work:
    """The group: what is known of its streams, and what is to be appended to them."""

    def __init__(
        self, log: EventLog, vault: Vault, known: Streams, rules: ProgramRules, now: datetime
    ) -> None:
        self._log = log
        self._vault = vault
        self._secret = vault.secret
        self._known = known
        self._rules = rules
        self._now = now
        self._streams: dict[str, Loaded] = {}
        self._latest: dict[str, int] = {}
        self._written: list[Written] = []
        self._count = 0
        self._heads: dict[str, bytes] = {}
        self._earlier: dict[str, CommandEntry] = {}
        self._entries: dict[str, CommandEntry] = {}
        self._decided: dict[str, Decided] = {}

    def outcomes(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Decide all, append all, and say what became of each. Raises `Conflict`."""
        self._read_ahead(submissions)
        taken = [self._take(each) for each in submissions]
        positions: Sequence[int] = ()
        if self._written or self._entries:
            entries = [*self._entries.values()]
            positions = self._log.append(self._recorded(self._now), entries, self._recorded)
            self._remember(positions)
        return [each.receipt(positions) if isinstance(each, Decided) else each for each in taken]

    def _read_ahead(self, submissions: Sequence[Submission]) -> None:
        """Read together what would be read one by one; what this misses is."""
        ids = [each.command_id for each in submissions if each.command_id is not None]
        if ids:
            self._earlier = {each.command_id: each for each in self._log.commands(ids)}
        commands = [each.command for each in submissions]
        self._known.read(customer_stream(each.vip_id) for each in commands)
        if len(commands) > 1:
            share_hashes(commands)
            self._known.read(streams.foreseen(commands, self._known.known, self._secret))

    def _take(self, submission: Submission) -> Decided | Outcome:
        try:
            if submission.command_id is None:
                return self._decide(submission)
            return self._once(submission, submission.command_id)
        except (CommandRefused, UnreadableEvent) as refused:
            # An outcome like others: its frames would keep the whole group in memory.
            return refused.with_traceback(None)

    def _once(self, submission: Submission, command_id: str) -> Decided | Receipt:
        """Decide a command, unless its id says that it was."""
        fingerprint = keyed(command_fingerprint(submission.command), self._secret)
        if (earlier := self._earlier.get(command_id)) is not None:
            _check_same(earlier, fingerprint)
            return self._first_receipt(earlier)
        if (entry := self._entries.get(command_id)) is not None:
            _check_same(entry, fingerprint)
            return self._decided[command_id]
        decided = self._decide(submission)
        self._decided[command_id] = decided
        self._entries[command_id] = CommandEntry(
            command_id=command_id,
            fingerprint=fingerprint,
            stream_id=customer_stream(submission.command.vip_id),
            version=decided.customer.version,
            events=len(decided.facts),
        )
        return decided

    def _first_receipt(self, entry: CommandEntry) -> Receipt:
        after = min(entry.version - entry.events, entry.version - 1)
        stored = self._log.stream(entry.stream_id, after)[: max(entry.events, 1)]
        recorded = opened(self._vault, stored)
        if not recorded:
            raise StoreError(
                f"{self._log.where}: event {entry.version} of {entry.stream_id} is not there, "
                f"but command {entry.command_id!r} recorded it"
            )
        return Receipt(
            vip_id=entry.stream_id.removeprefix(streams.CUSTOMER),
            version=entry.version,
            position=recorded[-1].position,
            events=tuple(each.event for each in recorded) if entry.events else (),
            command_id=entry.command_id,
        )

    def _decide(self, submission: Submission) -> Decided:
        """Record what the command does, in all streams or in none."""
        command = submission.command
        stream_id = customer_stream(command.vip_id)
        customer = self._load(stream_id)
        state = cast(CustomerState, customer.state)
        facts = decide(command, state, self._rules)
        if isinstance(command, ErasePersonalData) and customer.key == PLAIN:
            raise NotErasable(command.vip_id)
        reserved = [
            (each.stream_id, self._reserve(each, command))
            for each in streams.reservations(state, facts, self._secret)
        ]
        if facts:
            customer = self._write(submission, stream_id, customer, facts)
        row = self._latest.get(stream_id)
        for other, news in reserved:
            if news:
                self._write(submission, other, self._load(other), news)
        return Decided(submission, facts, customer, row)

    def _reserve(self, reservation: Reservation, command: Command) -> tuple[Event, ...]:
        held = self._load(reservation.stream_id).state
        return streams.reserve(reservation, command, held, self._rules)

    def _write(
        self, submission: Submission, stream_id: str, before: Loaded, facts: Sequence[Event]
    ) -> Loaded:
        """Add to what the group records; the stream with it."""
        stored, key = as_recorded(self._vault, stream_id, facts, before.key)
        self._written.append((submission, stream_id, before, stored))
        self._count += len(facts)
        self._latest[stream_id] = self._count - 1
        self._streams[stream_id] = written = before.after(facts, key)
        return written

    def _recorded(self, now: datetime) -> list[ChainedEvent]:
        """All that the group records as it is stored; bytes and links tell the instant `now`."""
        events: list[ChainedEvent] = []
        self._heads = heads = dict[str, bytes]()
        for submission, stream_id, before, facts in self._written:
            sender, head = submission.sender, heads.get(stream_id, before.head)
            for version, fact in enumerate(facts, before.version + 1):
                state = encode(
                    fact,
                    recorded_at=now,
                    actor=sender.actor,
                    command_id=submission.command_id,
                    correlation_id=sender.correlation_id,
                    causation_id=sender.causation_id,
                )
                topic = stored_name(fact)
                head = linked(head, stream_id, version, topic, state)
                events.append(ChainedEvent(stream_id, version, topic, state, head))
            heads[stream_id] = head
        return events

    def _load(self, stream_id: str) -> Loaded:
        return self._streams.get(stream_id) or self._known.load(stream_id)

    def _remember(self, positions: Sequence[int]) -> None:
        appended = (
            (stream_id, each.appended(self._heads[stream_id], positions[self._latest[stream_id]]))
            for stream_id, each in self._streams.items()
        )
        self._known.appended(appended, positions)


def _check_same(known: CommandEntry, fingerprint: str) -> None:
    if known.fingerprint != fingerprint:
        raise CommandIdReused(known.command_id)
