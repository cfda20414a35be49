"""
What somebody with every right on the database can do to a log, one thing at a time, at random.

`python -m tests.tampering 10000` tries that many on either database, `10000 10000` as many others.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import attrs
import psycopg

import vip_domain
from tests import postgres
from tests.rebuilding import told
from vip_domain import Checkpoint, LogFinding, LogVerified, SigningKey, VipDomain
from vip_domain.audit.leaves import event_leaf
from vip_domain.audit.merkle import root
from vip_domain.audit.tree import BLOCK
from vip_domain.chain import START, EventRow, linked
from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import connect

KEY = SigningKey("audit.example", bytes(range(32)))
LOG_TABLES = ("stored_events", "commands", "log_origin", "log_blocks", "log_checkpoints")
EVENT = "position, originator_id, originator_version, topic, state, chain"
OUT_OF_THE_WAY = 1_000_000


class Database(ABC):
    """A log that is whole, its checkpoints, and a way past the library into its tables."""

    vip: VipDomain
    checkpoints: tuple[Checkpoint, ...]

    def _fill(self) -> None:
        commands = told()
        ids = [f"command-{number}" for number, _ in enumerate(commands)]
        half = len(commands) // 2
        self.vip.execute_many(commands[:half], actor="anna", command_ids=ids[:half])
        earlier = self.vip.checkpoint(KEY)
        # Some have no id: what is said of the others must be right beside these.
        mixed = [each if n % 4 else None for n, each in enumerate(ids[half:])]
        self.vip.execute_many(commands[half:], actor="eva", command_ids=mixed)
        self.checkpoints = earlier, self.vip.checkpoint(KEY)

    def verified(self) -> LogVerified:
        """What an auditor finds who kept the last checkpoint."""
        return self.vip.verify_log(checkpoints=self.checkpoints[-1:], public_key=KEY.public)

    @abstractmethod
    def do(self, statement: str, *values: Any) -> list[Any]:
        """Run a statement; its rows."""

    @abstractmethod
    def restore(self) -> None:
        """The log as it was."""

    def events(self, where: str = "TRUE", *values: Any) -> list[EventRow]:
        """The events, by position."""
        found = self.do(
            f"SELECT {EVENT} FROM stored_events WHERE {where} ORDER BY position", *values
        )
        return [tuple(each) for each in found]


class File(Database):
    """In SQLite: the whole file is copied back."""

    def __init__(self, folder: Path) -> None:
        self._whole, self._file = folder / "whole.db", folder / "vip.db"
        with vip_domain.open(f"sqlite:///{self._whole}") as self.vip:
            self._fill()
        shutil.copy(self._whole, self._file)
        self.vip = vip_domain.open(f"sqlite:///{self._file}")

    def do(self, statement: str, *values: Any) -> list[Any]:
        with closing(sqlite3.connect(self._file, isolation_level=None)) as connection:
            return connection.execute(statement, values).fetchall()

    def restore(self) -> None:
        with (
            closing(sqlite3.connect(self._whole)) as whole,
            closing(sqlite3.connect(self._file)) as file,
        ):
            whole.backup(file)


class Schema(Database):
    """In PostgreSQL: the tables are filled anew from copies beside them."""

    def __init__(self) -> None:
        url = postgres.new_url()
        self.vip = vip_domain.open(url)
        self._fill()
        self._connection: psycopg.Connection[Any] = connect(Address.of(url), autocommit=True)
        for table in LOG_TABLES:
            self._connection.execute(f"CREATE TABLE whole_{table} AS TABLE {table}".encode())

    def do(self, statement: str, *values: Any) -> list[Any]:
        cursor = self._connection.execute(statement.replace("?", "%s").encode(), values)
        return cursor.fetchall() if cursor.description else []

    def restore(self) -> None:
        for table in LOG_TABLES:
            self._connection.execute(
                f"DELETE FROM {table}; INSERT INTO {table} TABLE whole_{table}".encode()
            )

    def close(self) -> None:
        self._connection.close()
        self.vip.close()


@contextmanager
def database(kind: str) -> Iterator[Database]:
    """A log of some five hundred events."""
    if kind == "postgres":
        with closing(Schema()) as schema:
            yield schema
        return
    with tempfile.TemporaryDirectory() as folder:
        file = File(Path(folder))
        with file.vip:
            yield file


# What is done.


@attrs.frozen(kw_only=True)
class Done:
    """
    What was done; a finding must name one of `positions`, or one of `streams`, or say one of
    `words`. With none of these it is enough that something is found.
    """

    what: str
    positions: frozenset[int] = frozenset()
    streams: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()

    def is_named(self, findings: Sequence[LogFinding]) -> bool:
        """Whether it was found, and named."""
        if not (self.positions or self.streams or self.words):
            return bool(findings)
        return any(map(self._is_named_in, findings))

    def _is_named_in(self, finding: LogFinding) -> bool:
        first = finding.position or 0
        places = range(first, (finding.last or first) + 1)
        return (
            any(each in places for each in self.positions)
            or finding.stream_id in self.streams
            or any(each in finding.what for each in self.words)
        )


Change = Callable[[Database, Random], Done]


def _event(db: Database, chance: Random) -> EventRow:
    (last,) = db.do("SELECT max(position) FROM stored_events")[0]
    (row,) = db.events("position = ?", chance.randint(1, last))
    return row


def _flipped(value: Any, chance: Random) -> Any:
    """One bit of it is another; text stays text."""
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(8)
    raw = bytearray(value if isinstance(value, bytes) else value.encode())
    plain = [n for n, each in enumerate(raw) if each < 128]
    at = chance.choice(plain if isinstance(value, str) else range(len(raw)))
    bits = range(8)
    if isinstance(value, str):
        bits = [bit for bit in range(7) if raw[at] ^ 1 << bit]  # type: ignore[assignment]
    raw[at] ^= 1 << chance.choice(bits)
    return bytes(raw) if isinstance(value, bytes) else raw.decode()


def flip_a_bit_of_an_event(db: Database, chance: Random) -> Done:
    row = _event(db, chance)
    columns = "originator_id", "originator_version", "topic", "state", "chain"
    at = chance.randrange(len(columns))
    value = _flipped(row[at + 1], chance)
    taken = db.do(
        "SELECT * FROM stored_events WHERE originator_id = ? AND originator_version = ?",
        *(value if n == at else row[n + 1] for n in range(2)),
    )
    if at < 2 and taken:
        return flip_a_bit_of_an_event(db, chance)
    db.do(f"UPDATE stored_events SET {columns[at]} = ? WHERE position = ?", value, row[0])
    return Done(what=f"a bit of {columns[at]}", positions=frozenset({row[0]}))


def remove_an_event(db: Database, chance: Random) -> Done:
    row = _event(db, chance)
    db.do("DELETE FROM stored_events WHERE position = ?", row[0])
    return Done(what="removed", positions=frozenset({row[0]}))


def remove_the_last_events(db: Database, chance: Random) -> Done:
    last = len(db.events())
    first = last - chance.randrange(20)
    db.do("DELETE FROM stored_events WHERE position >= ?", first)
    return Done(what="the end removed", positions=frozenset({last}))


def remove_an_event_and_close_the_gap(db: Database, chance: Random) -> Done:
    position, stream_id, *_ = _event(db, chance)
    db.do("DELETE FROM stored_events WHERE position = ?", position)
    _shift(db, position, -1)
    return Done(
        what="removed, gap closed", positions=frozenset({position}), streams=frozenset({stream_id})
    )


def _shift(db: Database, after: int, by: int) -> None:
    away = "UPDATE stored_events SET position = position + ? WHERE position > ?"
    db.do(away, OUT_OF_THE_WAY, after)
    db.do(away, by - OUT_OF_THE_WAY, OUT_OF_THE_WAY)


def swap_two_events(db: Database, chance: Random) -> Done:
    one, other = _event(db, chance)[0], _event(db, chance)[0]
    if chance.random() < 0.5:
        other = one + 1 if one < len(db.events()) else one - 1
    if one == other:
        return swap_two_events(db, chance)
    move = "UPDATE stored_events SET position = ? WHERE position = ?"
    for to, at in ((-1, one), (one, other), (other, -1)):
        db.do(move, to, at)
    return Done(what="two changed places", positions=frozenset({one, other}))


def swap_what_two_events_say(db: Database, chance: Random) -> Done:
    one, other = _event(db, chance), _event(db, chance)
    if one[3:5] == other[3:5]:
        return swap_what_two_events_say(db, chance)
    for (position, *_), (_, _, _, topic, state, _) in ((one, other), (other, one)):
        statement = "UPDATE stored_events SET topic = ?, state = ? WHERE position = ?"
        db.do(statement, topic, state, position)
    return Done(what="two say what the other said", positions=frozenset({one[0], other[0]}))


def move_an_event_to_the_end(db: Database, chance: Random) -> Done:
    position, *_ = _event(db, chance)
    last = len(db.events())
    move = "UPDATE stored_events SET position = ? WHERE position = ?"
    db.do(move, last + 1, position)
    return Done(what="moved to the end", positions=frozenset({position, last + 1}))


def insert_an_event_again(db: Database, chance: Random) -> Done:
    """
    Beside itself or at the end, with a link that follows or its own.

    At the end with a link that follows it would be an append like any other, and no change.
    """
    position, stream_id, _, topic, state, chain = _event(db, chance)
    *_, latest = db.events("originator_id = ?", stream_id)
    version, last = latest[2] + 1, len(db.events())
    place = chance.choice([position + 1, last + 1])
    if place <= last and chance.random() < 0.5:
        chain = linked(latest[5], stream_id, version, topic, state)
    _shift(db, place - 1, 1)
    db.do(
        f"INSERT INTO stored_events ({EVENT}) VALUES (?, ?, ?, ?, ?, ?)",
        *(place, stream_id, version, topic, state, chain),
    )
    return Done(what="inserted", positions=frozenset({place}), streams=frozenset({stream_id}))


def forge_an_event_and_its_links(db: Database, chance: Random) -> Done:
    """Whatever it may say, all that follows in its stream is linked to it."""
    position, stream_id = _forged(db, chance)
    return Done(what="forged", positions=frozenset({position}), streams=frozenset({stream_id}))


def forge_an_event_and_everything(db: Database, chance: Random) -> Done:
    """Links and stored hashes too: only the checkpoint is left, which tells between which."""
    _forged(db, chance)
    leaves = [event_leaf(row) for row in db.events()]
    for number in range(0, len(leaves), BLOCK):
        block = leaves[number : number + BLOCK]
        db.do(
            "UPDATE log_blocks SET hash = ?, leaves = ? WHERE tree = 'events' AND number = ?",
            *(root(block), b"".join(block), number // BLOCK),
        )
    return Done(what="forged with all hashes", words=("are not what they were",))


def _forged(db: Database, chance: Random) -> tuple[int, str]:
    position, stream_id, version, *_ = _event(db, chance)
    link = START
    for row in db.events("originator_id = ?", stream_id):
        state = row[4]
        if row[2] == version:
            state = state.replace(b'"actor":"', b'"actor":"m')
        link = linked(link, stream_id, row[2], row[3], state)
        db.do(
            "UPDATE stored_events SET state = ?, chain = ? WHERE position = ?", state, link, row[0]
        )
    return position, stream_id


def restore_an_older_log(db: Database, chance: Random) -> Done:
    """As of the earlier checkpoint, hashes and all: as a backup would."""
    del chance
    said = db.checkpoints[0]
    db.do("DELETE FROM stored_events WHERE position > ?", said.size)
    db.do("DELETE FROM commands WHERE number > ?", said.commands)
    db.do("DELETE FROM log_checkpoints WHERE number > 1")
    db.do("DELETE FROM log_blocks")
    return Done(what="an older log", words=(f"the log has {said.size} events",))


def replay_an_old_checkpoint(db: Database, chance: Random) -> Done:
    """In the place of the last one, or nothing there."""
    if chance.random() < 0.5:
        db.do("DELETE FROM log_checkpoints WHERE number = 2")
    else:
        size, note = db.checkpoints[0].size, db.checkpoints[0].note
        db.do("UPDATE log_checkpoints SET size = ?, note = ? WHERE number = 2", size, note)
    return Done(what="an old checkpoint", words=("is not among the copies",))


def flip_a_bit_of_a_checkpoint(db: Database, chance: Random) -> Done:
    number = chance.choice([1, 2])
    ((note,),) = db.do("SELECT note FROM log_checkpoints WHERE number = ?", number)
    flipped = _flipped(note, chance)
    db.do("UPDATE log_checkpoints SET note = ? WHERE number = ?", flipped, number)
    return Done(what="a bit of a checkpoint", words=(f"copy {number} of a checkpoint",))


def flip_a_bit_of_a_command_id(db: Database, chance: Random) -> Done:
    entries = db.do(
        "SELECT command_id, fingerprint, stream_id, version, events, number FROM commands"
    )
    entry = chance.choice(entries)
    columns = "command_id", "fingerprint", "stream_id", "version", "events"
    at = chance.randrange(len(columns))
    value = _flipped(entry[at], chance)
    if at == 0 and any(value == each[0] for each in entries):
        return flip_a_bit_of_a_command_id(db, chance)
    db.do(f"UPDATE commands SET {columns[at]} = ? WHERE number = ?", value, entry[5])
    return Done(what=f"a bit of a command's {columns[at]}", words=(f"entry {entry[5]} ",))


def remove_a_command_id(db: Database, chance: Random) -> Done:
    count = db.do("SELECT max(number) FROM commands")[0][0]
    number = chance.randint(1, count)
    db.do("DELETE FROM commands WHERE number = ?", number)
    words = f"entry {number} ", f"numbers {number} to", f"entries {number} to"
    return Done(what="a command id removed", words=words)


def swap_two_command_ids(db: Database, chance: Random) -> Done:
    count = db.do("SELECT max(number) FROM commands")[0][0]
    one, other = chance.sample(range(1, count + 1), 2)
    for to, at in ((-1, one), (one, other), (other, -1)):
        db.do("UPDATE commands SET number = ? WHERE number = ?", to, at)
    return Done(what="two command ids swapped", words=(f"entry {one} ", f"entry {other} "))


def insert_a_command_id(db: Database, chance: Random) -> Done:
    """One that nobody sent: it would be taken for done."""
    count = db.do("SELECT max(number) FROM commands")[0][0]
    row = _event(db, chance)
    db.do(
        "INSERT INTO commands (number, command_id, fingerprint, stream_id, version, events) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        *(count + 1, "made up", "f" * 64, row[1], row[2], 1),
    )
    return Done(what="a command id inserted", words=("made up",))


def flip_a_bit_of_a_hash(db: Database, chance: Random) -> Done:
    blocks = db.do("SELECT tree, number, hash, leaves FROM log_blocks")
    tree, number, *hashes = chance.choice(blocks)
    at = chance.randrange(2)
    column, value = ("hash", "leaves")[at], _flipped(hashes[at], chance)
    where = "WHERE tree = ? AND number = ?"
    db.do(f"UPDATE log_blocks SET {column} = ? {where}", value, tree, number)
    return Done(what="a bit of a hash", words=("stored hash",))


def remove_a_block(db: Database, chance: Random) -> Done:
    tree, number = chance.choice(db.do("SELECT tree, number FROM log_blocks"))
    db.do("DELETE FROM log_blocks WHERE tree = ? AND number = ?", tree, number)
    return Done(what="a block removed", words=("stored hashes",))


def change_the_origin(db: Database, chance: Random) -> Done:
    ((origin,),) = db.do("SELECT origin FROM log_origin")
    db.do("UPDATE log_origin SET origin = ?", _flipped(origin, chance))
    return Done(what="another origin", words=("is of the log",))


CHANGES: tuple[Change, ...] = (
    flip_a_bit_of_an_event,
    flip_a_bit_of_an_event,
    flip_a_bit_of_an_event,
    remove_an_event,
    remove_the_last_events,
    remove_an_event_and_close_the_gap,
    swap_two_events,
    swap_what_two_events_say,
    move_an_event_to_the_end,
    insert_an_event_again,
    forge_an_event_and_its_links,
    forge_an_event_and_everything,
    restore_an_older_log,
    replay_an_old_checkpoint,
    flip_a_bit_of_a_checkpoint,
    flip_a_bit_of_a_command_id,
    flip_a_bit_of_a_command_id,
    remove_a_command_id,
    swap_two_command_ids,
    insert_a_command_id,
    flip_a_bit_of_a_hash,
    remove_a_block,
    change_the_origin,
)


def missed(db: Database, change: Change, seed: int) -> str | None:
    """What is wrong with how one change was found, if anything."""
    done = change(db, Random(seed))
    try:
        findings = db.verified().findings
        if done.is_named(findings):
            return None
        said = "; ".join(each.what for each in findings[:5]) or "nothing"
        return f"{change.__name__}({seed}), {done}: found {said}"
    finally:
        db.restore()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    keeper = postgres.begin()
    wrong = 0
    try:
        for kind in ("sqlite", "postgres"):
            with database(kind) as db:
                for seed in range(first, first + count):
                    problem = missed(db, CHANGES[seed % len(CHANGES)], seed)
                    if problem is not None:
                        wrong += 1
                        sys.stdout.write(f"{kind}: {problem}\n")
                whole = db.verified().whole
            sys.stdout.write(f"{kind}: {count} changes, {wrong} missed; whole again: {whole}\n")
    finally:
        if keeper is not None:
            keeper.communicate()
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
