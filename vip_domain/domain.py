"""What services hold: send it commands, ask it for lists."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice, repeat
from pathlib import Path
from types import TracebackType
from typing import Self, cast
from weakref import WeakSet

import attrs

from vip_domain.aggregates.streams import customer_stream
from vip_domain.arguments import (
    VIEWS,
    Numbered,
    paired,
    position_problem,
    problem_of_command,
    problems_of_sender,
    seconds_problem,
    text_of_customer,
    view_named,
    views_named,
)
from vip_domain.audit.checkpoints import Checkpoint, TreeHead
from vip_domain.audit.erasure import destroy_keys
from vip_domain.audit.findings import LogVerified
from vip_domain.audit.lines import Lines, as_line, numbered
from vip_domain.audit.notes import PublicKey, SigningKey
from vip_domain.audit.proofs import ConsistencyProof, InclusionProof
from vip_domain.audit.signing import (
    last_checkpoint,
    prove_event,
    prove_growth,
    sign_checkpoint,
)
from vip_domain.audit.transfer import export_log, import_log
from vip_domain.audit.verify import verify_log
from vip_domain.commands import Command, ErasePersonalData, fields
from vip_domain.errors import (
    CustomerUnknown,
    InvalidCommand,
)
from vip_domain.events import CustomerEvent, Recorded
from vip_domain.projections.customers import (
    CustomerDetails,
    CustomerRow,
    Explanation,
    ListDiff,
    details,
    explain,
)
from vip_domain.projections.customers.query import (
    MOST_ROWS,
    Cursor,
    DiffQuery,
    ListQuery,
    Scope,
    date_problem,
    problem_of,
    refuse,
)
from vip_domain.projections.customers.report import csv_lines
from vip_domain.projections.renewals import RenewalMonth
from vip_domain.projections.renewals.query import MonthsQuery
from vip_domain.rules import ProgramRules
from vip_domain.sealing.people import opened, opened_rows
from vip_domain.sealing.vault import Vault, unsealed
from vip_domain.store.as_of import AsOf, position_of
from vip_domain.store.log import EventLog, store_errors
from vip_domain.store.subscription import Subscription
from vip_domain.store.work import Outcome, Receipt, Sender, Submission
from vip_domain.store.writer import Writer
from vip_domain.views.differing import difference
from vip_domain.views.following import Following
from vip_domain.views.reports import (
    Listener,
    ParkedCustomer,
    Rebuilt,
    Retried,
    SkippedEvent,
    Verified,
    ViewStatus,
    quiet,
)
from vip_domain.views.views import Views
from vip_domain.views.waiting import wait_for
from vip_domain.words import Language
from vip_domain.words.text import language_problem

GROUP = 1_000
"""Commands of one `execute_many` that are recorded together."""


@attrs.frozen(kw_only=True)
class Page:
    """
    `rows` of a list in its order, and the cursor of the `next` page, null on the last.

    `as_of`: the log position all of it is as of, if one was asked for.
    """

    rows: tuple[CustomerRow, ...]
    next: str | None
    as_of: int | None = None
    _count: Callable[[], int] = attrs.field(repr=False, eq=False)

    @property
    def total(self) -> int:
        """How many customers all pages have; counted when asked for."""
        return self._count()


class VipDomain:
    """
    A store with its views; any number of threads may share one.

    Every method raises `StoreError` when the store cannot be used; then nothing was changed.
    """

    def __init__(
        self,
        log: EventLog,
        views: Views,
        writer: Writer,
        rules: ProgramRules,
        vault: Vault | None = None,
    ) -> None:
        self._log = log
        self._vault = vault or unsealed()
        self._views = views
        self._writer = writer
        self._rules = rules
        self._live: WeakSet[Following | Subscription] = WeakSet()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give all connections back; what still follows the log ends first."""
        for live in [*self._live]:
            live.stop()
        self._views.close()
        self._log.close()
        self._vault.keys.close()

    def execute(
        self,
        command: Command,
        *,
        actor: str,
        command_id: str | None = None,
        correlation_id: str | None = None,
        causation_id: str | None = None,
    ) -> Receipt:
        """
        Record what `command` does; with a `command_id` as often as you like, it counts once.

        Raises `CommandRefused`, and `InvalidCommand` for an actor or an id that is no text.
        """
        sender = Sender(actor=actor, correlation_id=correlation_id, causation_id=causation_id)
        (outcome,) = self._submit(sender, [(command, command_id)])
        if not isinstance(outcome, Receipt):
            raise outcome
        return outcome

    def execute_many(
        self,
        commands: Iterable[Command],
        *,
        actor: str,
        command_ids: Iterable[str | None] | None = None,
        correlation_id: str | None = None,
        causation_id: str | None = None,
    ) -> list[Outcome]:
        """
        One receipt or refusal per command, in order; a refused one does not stop the others.

        Nor does a customer whose history cannot be read: its outcome is the `UnreadableEvent`.
        `command_ids` gives each its own id, or `None`. Groups of commands are recorded together:
        what a `StoreError` interrupts was recorded up to some group, so send it again with ids.
        """
        pairs: Iterator[Numbered] = zip(commands, repeat(None), strict=False)
        if command_ids is not None:
            pairs = paired(list(commands), list(command_ids))
        sender = Sender(actor=actor, correlation_id=correlation_id, causation_id=causation_id)
        outcomes: list[Outcome] = []
        for group in _groups(pairs):
            outcomes += self._submit(sender, group)
        return outcomes

    def forget(
        self,
        vip_id: str,
        *,
        actor: str,
        reason: str,
        correlation_id: str | None = None,
        causation_id: str | None = None,
    ) -> Receipt:
        """
        Erase the names and e-mail addresses of a customer's people, for good.

        They are read as `(erased)` from then on; that they were erased, by whom and why, is on
        record, and the customer goes on. It may be repeated: nothing is recorded when nobody was
        named since the last time. Raises `CustomerUnknown`, `NotErasable` for a customer that was
        named where nothing is sealed, and `InvalidCommand`. After a `StoreError` it may be on
        record already; repeated, or when the store is opened next, it is brought to its end.
        """
        sender = Sender(actor=actor, correlation_id=correlation_id, causation_id=causation_id)
        if problems := problems_of_sender(sender):
            raise InvalidCommand(problems)
        command = ErasePersonalData(vip_id=vip_id, at=now(), reason=reason)
        (outcome,) = self._writer.submit([Submission(command, sender)])
        if not isinstance(outcome, Receipt):
            raise outcome
        destroy_keys(self._log, self._vault, vip_id)
        return outcome

    def fingerprint(self, command: Command) -> str:
        """64 hexadecimal digits, the same for the same command in this store."""
        return self._writer.fingerprint(command)

    def _submit(self, sender: Sender, group: Sequence[Numbered]) -> list[Outcome]:
        unknown_sender = problems_of_sender(sender)
        wrong = [
            problem_of_command(command, command_id, unknown_sender) for command, command_id in group
        ]
        right = [
            Submission(command, sender, command_id)
            for (command, command_id), problem in zip(group, wrong, strict=True)
            if problem is None
        ]
        if len(right) == len(group):
            return self._writer.submit(right)
        outcomes = iter(self._writer.submit(right))
        return [next(outcomes) if problem is None else problem for problem in wrong]

    def customers(
        self,
        filter: str,  # the contract's name
        *,
        reseller_id: str,
        on: date,
        managed_by: str | None = None,
        search: str | None = None,
        order_by: str = "organization_name",
        limit: int = 50,
        after: str | None = None,
        as_of: AsOf | None = None,
    ) -> Page:
        """
        One page of a filter (section 6) at the date `on`, with everything written before.

        `search`: the beginning of a name or VIP ID; `limit`: 1 to 1,000 rows; `after`: the
        cursor of the page before. The order is total: ties fall to the VIP ID. `as_of`: a log
        position or an aware instant; then the page says what it would have said with what was
        recorded by then, and the pages after it are as of the same position. Raises
        `InvalidQuery` with all that is wrong.
        """
        query = ListQuery(
            filter=filter,
            reseller_id=reseller_id,
            on=on,
            managed_by=managed_by,
            search=search,
            order_by=order_by,
            limit=limit,
            after=after,
            as_of=self._position(as_of, after),
        )
        rows, cursor = self._views.customers.page(query)
        return Page(
            rows=tuple(opened_rows(self._vault, rows)),
            next=None if cursor is None else str(cursor),
            as_of=query.as_of,
            count=lambda: self._views.customers.total(query),
        )

    def _position(self, as_of: AsOf | None, after: str | None = None) -> int | None:
        """What `as_of` comes down to; an instant's next page stays where its first one was."""
        if as_of is None:
            return None
        position = position_of(self._log, as_of)
        begun = Cursor.parse(after) if isinstance(after, str) else None
        moved_on = isinstance(as_of, datetime) and problem_of(position) is None
        if moved_on and begun is not None and begun.as_of is not None:
            return min(position, begun.as_of)
        return position

    def counts(
        self,
        *,
        reseller_id: str,
        on: date,
        managed_by: str | None = None,
        as_of: AsOf | None = None,
    ) -> dict[str, int]:
        """
        How many customers each filter lists at `on`, or did as of a position or instant.

        Raises `InvalidQuery`.
        """
        scope = Scope(
            reseller_id=reseller_id, on=on, managed_by=managed_by, as_of=self._position(as_of)
        )
        return self._views.customers.counts(scope)

    def diff(
        self,
        filter: str,  # the contract's name
        from_: AsOf,
        to: AsOf | None = None,
        *,
        reseller_id: str,
        on: date,
        from_on: date | None = None,
        managed_by: str | None = None,
    ) -> ListDiff:
        """
        Who entered a filter's list between two moments, who left it, and what made it so.

        The list as of `from_` at the date `from_on` (`on` when left out) is compared with the list
        as of `to` (now when left out) at `on`; moments are log positions or aware instants. Each
        change has its cause: `ByEvent`, the event that turned the answer last, or `ByTime`, the
        day on which it turned by itself. Raises `InvalidQuery` with all that is wrong, also when
        the later moment or date is before the earlier one.
        """
        query = DiffQuery(
            filter=filter,
            reseller_id=reseller_id,
            managed_by=managed_by,
            from_=position_of(self._log, from_),
            to=self._log.last_position() if to is None else position_of(self._log, to),
            from_on=on if from_on is None else from_on,
            on=on,
        )
        return difference(self._views.customers, query, self._rules)

    def csv(
        self,
        *,
        reseller_id: str,
        on: date,
        filter: str = "all_customers",  # the contract's name
        managed_by: str | None = None,
        as_of: AsOf | None = None,
    ) -> Iterator[str]:
        """The list as lines of CSV (S7, S8), header first. Raises `InvalidQuery` at once."""
        query = ListQuery(
            filter=filter,
            reseller_id=reseller_id,
            on=on,
            managed_by=managed_by,
            limit=MOST_ROWS,
            as_of=self._position(as_of),
        )
        return csv_lines(self._all_rows(query))

    def _all_rows(self, query: ListQuery) -> Iterator[CustomerRow]:
        cursor: Cursor | None = None
        while True:
            after = None if cursor is None else str(cursor)
            rows, cursor = self._views.customers.page(attrs.evolve(query, after=after))
            yield from opened_rows(self._vault, rows)
            if cursor is None:
                return

    def customer(self, vip_id: str, *, on: date, as_of: AsOf | None = None) -> CustomerDetails:
        """
        A customer's details at `on` (S63 to S92), or as they were as of a position or instant.

        Raises `CustomerUnknown`, also when nobody knew of the customer then, and `InvalidQuery`.
        """
        position = self._position(as_of)
        refuse({"on": date_problem(on), "as_of": problem_of(position)})
        facts = self._views.customers.facts(text_of_customer(vip_id), position)
        if facts is None:
            raise CustomerUnknown(vip_id)
        (told,) = opened_rows(self._vault, [details(facts, on)])
        return told

    def history(self, vip_id: str) -> tuple[Recorded[CustomerEvent], ...]:
        """
        Every event of a customer, deleted or not, in order. Raises `CustomerUnknown`.

        Names and addresses that were erased are `(erased)`.
        """
        recorded = opened(self._vault, self._log.stream(customer_stream(text_of_customer(vip_id))))
        if not recorded:
            raise CustomerUnknown(vip_id)
        return cast(tuple[Recorded[CustomerEvent], ...], tuple(recorded))

    def explain(
        self, vip_id: str, *, on: date, as_of: AsOf | None = None
    ) -> dict[str, Explanation]:
        """
        For each filter whether it lists the customer at `on`, by which rule, and what made it so.

        `as_of`: a log position or an aware instant; then it is explained by what was recorded by
        then. A deleted customer is in none, because of its deletion. Raises `CustomerUnknown`,
        also when nobody knew of the customer then, and `InvalidQuery`.
        """
        known, _ = self._history_by(vip_id, on, as_of)
        return explain(known, on, self._rules)

    def report(
        self, vip_id: str, *, on: date, language: Language = "en", as_of: AsOf | None = None
    ) -> str:
        """
        One page of HTML about a customer at `on`, which needs nothing beside itself.

        Its timeline, its licences over time, its PAs, orders and returns, and why it is in which
        list; in `language`, `en` or `sv`, and with what was recorded by `as_of`. A deleted
        customer has one too. Raises `CustomerUnknown`, `InvalidQuery`.
        """
        from vip_domain.report import report  # noqa: PLC0415  # templates are for those who ask

        refuse({"language": language_problem(language)})
        known, position = self._history_by(vip_id, on, as_of)
        return report(known, on=on, language=language, as_of=position, rules=self._rules)

    def _history_by(
        self, vip_id: str, on: date, as_of: AsOf | None
    ) -> tuple[tuple[Recorded[CustomerEvent], ...], int | None]:
        """What was recorded of a customer by `as_of`, and the position that comes down to."""
        position = self._position(as_of)
        refuse({"on": date_problem(on), "as_of": problem_of(position)})
        known = self.history(vip_id)
        if position is not None:
            known = tuple(each for each in known if each.position <= position)
        if not known:
            raise CustomerUnknown(vip_id)
        return known, position

    def renewals(
        self, *, reseller_id: str, first: date, last: date, managed_by: str | None = None
    ) -> tuple[RenewalMonth, ...]:
        """
        The calendar from the month of `first` to that of `last`: who renews, and how much.

        Licences are those not renewed yet. Raises `InvalidQuery`.
        """
        query = MonthsQuery(reseller_id=reseller_id, first=first, last=last, managed_by=managed_by)
        return tuple(self._views.months(query))

    def rebuild(
        self,
        name: str | None = None,
        *,
        on_progress: Listener = quiet,
        despite_differences: bool = False,
    ) -> tuple[Rebuilt, ...]:
        """
        Fold a view anew, or all, beside the live one; compare, and switch.

        Readers and writers go on meanwhile. Killed, it is taken up where it was. Raises
        `ViewDiffers`, and then nothing was switched; `StoreError` when another rebuild of the
        view is under way; `InvalidQuery` for a name that is no view's.
        """
        return tuple(
            self._views.rebuild(each, listener=on_progress, despite_differences=despite_differences)
            for each in views_named(name)
        )

    def roll_back(self, name: str) -> int:
        """
        Make the rows before the last rebuild live again; the position they stand at.

        Raises `StoreError` when there are none, `InvalidQuery` for a name that is no view's.
        """
        return self._views.roll_back(view_named(name))

    def verify(
        self, name: str | None = None, *, on_progress: Listener = quiet
    ) -> tuple[Verified, ...]:
        """
        Recompute a view from the log, or all, and compare it row by row with the live one.

        Raises `InvalidQuery` for a name that is no view's.
        """
        return tuple(self._views.verify(each, listener=on_progress) for each in views_named(name))

    def digest(self, name: str) -> str:
        """One hash of all rows of a view; the same events give the same in any store."""
        return self._views.digest(view_named(name))

    def parked(self, name: str | None = None) -> tuple[ParkedCustomer, ...]:
        """
        Customers whose rows stopped before an event that a view cannot take, of it or of all.

        Raises `InvalidQuery` for a name that is no view's.
        """
        return tuple(parked for view in views_named(name) for parked in self._views.parked(view))

    def skipped(self, name: str | None = None) -> tuple[SkippedEvent, ...]:
        """
        The events that a view passes over, or each of them: who said so, when and why.

        Raises `InvalidQuery` for a name that is no view's.
        """
        return tuple(event for view in views_named(name) for event in self._views.skipped(view))

    def retry(self, name: str | None = None, vip_id: str | None = None) -> tuple[Retried, ...]:
        """
        Fold parked customers again, once what was wrong is mended; what became of each.

        Of one view or all, one customer or all. Raises `StoreError` for a customer that is not
        parked, `InvalidQuery` for a name that is no view's, or a customer without a view.
        """
        if vip_id is not None:
            refuse({"vip_id": problem_of(fields.text(vip_id))})
            view_named(name)
        return tuple(each for view in views_named(name) for each in self._views.retry(view, vip_id))

    def skip(
        self, name: str, vip_id: str, *, actor: str, reason: str, version: int | None = None
    ) -> Retried:
        """
        Pass over the event a customer is parked at, for good, and fold what waited behind it.

        Rebuilds and checks pass over it too; `skipped` tells who said so and why. Raises
        `StoreError` when the customer is not parked, or not at its `version`-th event;
        `InvalidQuery` for a name that is no view's, and for an actor or a reason that is no text.
        """
        view = view_named(name)
        given = {"vip_id": vip_id, "actor": actor, "reason": reason}
        refuse({each: problem_of(fields.text(value)) for each, value in given.items()})
        refuse({"version": None if version is None else problem_of(fields.quantity(version))})
        return self._views.skip(view, vip_id, version=version, actor=actor, reason=reason)

    def follow(self, *names: str) -> Following:
        """
        Bring views up to date as events are appended, in a thread that runs until it is stopped.

        Of these views or all. Use it in a `with` block, or `stop` it; `close` does too. However
        many processes follow, one does the work for each view; when it ends, another goes on.
        Raises `InvalidQuery` for a name that is no view's.
        """
        views = {view: None for name in names or VIEWS for view in views_named(name)}
        followers = self._views.followers()
        chosen = {name: followers[name] for name in views}
        following = Following(self._log, chosen, self._views.leases())
        self._live.add(following)
        return following

    def wait_for(self, position: int, *, timeout: float = 10.0, name: str | None = None) -> None:
        """
        Return once a view, or each of them, stands at `position` or beyond, such as a receipt's.

        Also when its event changed no row. Whoever reads the tables themselves then sees what was
        written, in whatever process; questions asked of this object see it anyway. Raises
        `ViewsBehind` after `timeout` seconds, `InvalidQuery`.
        """
        refuse({"position": position_problem(position), "timeout": seconds_problem(timeout)})
        followers = self._views.followers()
        chosen = {view: followers[view] for view in views_named(name)}
        wait_for(self._log, chosen, position, timeout)

    def subscribe(self, *, after: int = 0) -> Subscription:
        """
        Every event later than position `after`, once and in order, and each new one at once.

        An iterator that waits, for one thread, until it is stopped; `close` stops it too. Keep
        the position of what you have dealt with, and begin after it the next time. Raises
        `InvalidQuery`.
        """
        last = self._log.last_position()
        refuse({"after": position_problem(after, last)})
        subscription = Subscription(self._log, self._vault, after)
        self._live.add(subscription)
        return subscription

    def checkpoint(self, key: SigningKey) -> Checkpoint:
        """
        What the log is at this moment, in a few signed lines; keep them where others cannot write.

        `verify_log` finds whatever was changed behind one. Raises `AuditError` when the log does
        not go on from its last checkpoint.
        """
        with store_errors(self._log.where):
            return sign_checkpoint(self._log.evidence, key, now())

    def verify_log(
        self,
        *,
        checkpoints: Iterable[Checkpoint | str] = (),
        public_key: PublicKey | None = None,
    ) -> LogVerified:
        """
        Recompute links, hashes and roots of the whole log; `findings` names what is not as it was.

        `checkpoints` are those kept elsewhere. With a `public_key` these, and the store's own
        copies, must be signed by it. Raises `AuditError` when one that is given is not.
        """
        notes = [str(each) for each in checkpoints]
        with store_errors(self._log.where):
            return verify_log(self._log.evidence, notes, public_key)

    def proof(self, position: int, *, checkpoint: Checkpoint | None = None) -> InclusionProof:
        """
        What shows a stranger that an event is in the log of a checkpoint, or of the last one.

        Its text is for `check_proof`, which needs no store. Raises `AuditError`.
        """
        with store_errors(self._log.where):
            chosen = last_checkpoint(self._log.evidence) if checkpoint is None else checkpoint
            return prove_event(self._log.evidence, position, chosen)

    def proof_of_growth(
        self, earlier: Checkpoint, later: Checkpoint | None = None
    ) -> ConsistencyProof:
        """
        Shows a stranger that the log of `later`, or of the last checkpoint, grew from `earlier`.

        Raises `AuditError` when it did not.
        """
        with store_errors(self._log.where):
            chosen = last_checkpoint(self._log.evidence) if later is None else later
            return prove_growth(self._log.evidence, earlier, chosen)

    def export_log(self) -> Iterator[str]:
        """
        The whole log as it is now, as lines of JSON with the attribute names of CloudEvents.

        Events with their stored bytes, positions and links, command ids, checkpoints. Raises
        `AuditError` when the log is not what its hashes say: an export that ends early is none.
        """
        with store_errors(self._log.where):
            yield from map(as_line, export_log(self._log.evidence))

    def import_log(self, lines: Iterable[str | bytes]) -> TreeHead:
        """
        Fill this empty store, of whatever kind, with an exported log: all of it or nothing.

        It is the same log then, with the same origin, positions, roots, digests and checkpoints.
        Raises `AuditError` for lines that are not a whole export, `StoreError` when there are
        events already.
        """
        return self._imported(Lines(numbered(lines)))

    def _imported(self, lines: Lines) -> TreeHead:
        with store_errors(self._log.where):
            head = import_log(self._log.evidence, lines)
        self._log.bell.ring()
        return head

    def export_parquet(self, file: Path | str) -> None:
        """
        Write the whole log to a Parquet file: what `export_log` gives, with a column an attribute.

        The file is there when it is whole, and not before. Raises `AuditError` as `export_log`
        does, `StoreError` when the file cannot be written, or `pyarrow` is not installed.
        """
        from vip_domain.audit.parquet import write  # noqa: PLC0415  # an extra, and slow to import

        with store_errors(self._log.where):
            write(export_log(self._log.evidence), Path(file))

    def import_parquet(self, file: Path | str) -> TreeHead:
        """
        Fill this empty store with what `export_parquet` wrote, as `import_log` does with lines.

        Raises `AuditError` for a file that is not a whole export, `OSError` when there is none
        that can be read, `StoreError` when there are events already, or no `pyarrow` here.
        """
        from vip_domain.audit.parquet import opened  # noqa: PLC0415  # an extra, and slow to import

        with opened(Path(file)) as rows:
            return self._imported(Lines(rows, "row"))

    def status(self) -> tuple[ViewStatus, ...]:
        """How each view stands: position, lag, rows, last rebuild."""
        return tuple(self._views.status())


def _groups(pairs: Iterator[Numbered]) -> Iterator[list[Numbered]]:
    while group := list(islice(pairs, GROUP)):
        yield group


def now() -> datetime:
    """The clock of those who record, and of nobody else: UTC."""
    return datetime.now(UTC)


def new_vip_id() -> str:
    """A VIP ID nobody has: 20 upper-case hexadecimal characters."""
    return secrets.token_hex(10).upper()
