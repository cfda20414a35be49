"""Many commands together come to what they come to one by one, whatever is among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import vip_domain
from tests.builders import (
    OWNER,
    VIP,
    accept,
    assign,
    at,
    cancel_pa,
    change_owner,
    delete,
    invite,
    lines,
    place_pa,
    send_code,
    use_code,
)
from tests.rebuilding import unsealed
from tests.stopped import log_of
from tests.stores import store_url
from tests.strategies import told
from tests.troubles import UNREADABLE, write_unreadable
from vip_domain import (
    Command,
    CommandRefused,
    PlacePA,
    ProgramRules,
    Receipt,
    VipDomain,
    command_to_dict,
)
from vip_domain.commands.codes import code_hash
from vip_domain.errors import UnreadableEvent
from vip_domain.events import PAPlaced
from vip_domain.store.log import EventLog
from vip_domain.store.work import Outcome, Sender, Submission
from vip_domain.store.writer import Writer

__all__ = ["store_url"]

FEWER = settings(max_examples=max(settings().max_examples // 4, 1))
ANNA = Sender(actor="anna")
PA = place_pa("2026-03-02")


@pytest.fixture
def vip(store_url: str) -> Iterator[VipDomain]:
    with vip_domain.open(store_url) as vip:
        yield vip


def shown(outcome: Outcome) -> Any:
    """A receipt as it is, a refusal by its code."""
    return outcome if isinstance(outcome, Receipt) else outcome.code


def one_by_one(
    vip: VipDomain, commands: list[Command], ids: list[str | None]
) -> Iterator[Receipt | str]:
    for command, command_id in zip(commands, ids, strict=True):
        try:
            yield vip.execute(command, actor="anna", command_id=command_id)
        except CommandRefused as refused:
            yield refused.code


def written(vip: VipDomain) -> list[Any]:
    """The whole log, but for the instants at which it was written."""
    return [replace(each, recorded_at=at("2026-01-01")) for each in log_of(vip)]


def some_twice(commands: list[Command], chance: Random) -> list[tuple[Command, str | None]]:
    """Some with an id, some sent again with theirs, some with another's."""
    sent: list[tuple[Command, str | None]] = []
    for number, command in enumerate(commands):
        sent.append((command, chance.choice((None, f"id-{number}"))))
        if chance.random() < 0.3:
            again, command_id = chance.choice(sent)
            sent.append((chance.choice((again, again, command)), command_id))
    return sent


@FEWER
@given(st.integers(0, 1_000_000), st.integers(1, 80))
def test_many_come_to_what_they_come_to_one_by_one(seed: int, size: int) -> None:
    """
    Receipts, refusals and every stored event, for groups of any size, ids repeated or reused.
    Nothing is sealed: keys are chance.
    """
    sent = some_twice(told(seed, 60), Random(seed))
    commands, ids = [each for each, _ in sent], [each for _, each in sent]
    with unsealed("memory:") as singly, unsealed("memory:") as together:
        outcomes: list[Outcome] = []
        for start in range(0, len(sent), size):
            some = slice(start, start + size)
            outcomes += together.execute_many(commands[some], actor="anna", command_ids=ids[some])
        assert [shown(each) for each in outcomes] == [*one_by_one(singly, commands, ids)]
        assert written(together) == written(singly)


def test_two_commands_to_one_customer_are_decided_one_after_the_other(vip: VipDomain) -> None:
    """
    Each on what the ones before it did; each receipt tells the history as it left it.
    """
    commands: list[Command] = [invite(), accept(), PA, PA, place_pa("2026-03-02", quantity=6)]
    commands += [assign("2026-03-03", 6), assign("2026-03-03", 5)]
    outcomes = vip.execute_many(commands, actor="anna")
    assert [
        (each.version, each.position, len(each.events)) if isinstance(each, Receipt) else each.code
        for each in outcomes
    ] == [
        (1, 1, 1),
        (2, 2, 1),
        (4, 5, 2),
        (4, 5, 0),
        "PA_EXISTS",
        "LICENSES_UNAVAILABLE",
        (5, 6, 1),
    ]


def test_a_claim_and_a_code_of_the_same_group_count(vip: VipDomain) -> None:
    """
    One owner, freed and claimed again; five codes a day, not six; all before anything is written.
    """
    other, third = {"vip_id": "VIP-0002"}, {"vip_id": "VIP-0003"}
    codes = [send_code(code=f"SECRET-CODE-{n}") for n in range(6)]
    outcomes = vip.execute_many(
        [
            *(invite(), invite(**other), invite(**third)),
            *(accept(), accept(**other), change_owner("bo@nord.example", "2026-03-02")),
            *(accept(**other), accept(**third, administrator_email="bo@nord.example")),
            *codes,
            use_code(at("2026-03-03", "10:00"), "SECRET-CODE-4"),
        ],
        actor="anna",
    )
    recorded = "recorded"
    assert [recorded if isinstance(each, Receipt) else each.code for each in outcomes] == [
        *(recorded, recorded, recorded),
        *(recorded, "OWNER_TAKEN", recorded),
        *(recorded, "OWNER_TAKEN"),
        *[recorded] * 5,
        "CODE_LIMIT",
        recorded,
    ]


def test_an_id_repeated_within_a_group_counts_once(vip: VipDomain) -> None:
    """
    The second time it gives the first receipt; for another command it is refused.
    """
    vip.execute(invite(), actor="anna")
    other = place_pa("2026-03-02", "PA-2")
    first, again, reused = vip.execute_many(
        [PA, PA, other], actor="anna", command_ids=["1", "1", "1"]
    )
    assert isinstance(first, Receipt)
    assert again == first
    assert shown(reused) == "COMMAND_ID_REUSED"
    assert len(vip.history(VIP)) == first.version == 3
    assert vip.execute_many([PA], actor="bo", command_ids=["1"]) == [first]


def test_a_refused_command_leaves_its_id_free_within_a_group(vip: VipDomain) -> None:
    """
    The next one with it is recorded.
    """
    outcomes = vip.execute_many(
        [PA, invite(), cancel_pa("2026-03-02")], actor="anna", command_ids=["1", "1", "2"]
    )
    assert [shown(each) for each in outcomes][::2] == ["CUSTOMER_UNKNOWN", "PA_UNKNOWN"]
    assert isinstance(outcomes[1], Receipt)


def test_an_unknown_customer_stops_no_other(vip: VipDomain) -> None:
    """
    Nor one that was deleted; the others are recorded around them.
    """
    vip.execute_many([invite(vip_id="VIP-GONE"), invite()], actor="anna")
    gone = attrs.evolve(delete("2026-03-02"), vip_id="VIP-GONE")
    nobody = attrs.evolve(PA, vip_id="VIP-NOBODY")
    late = attrs.evolve(PA, vip_id="VIP-GONE")
    outcomes = vip.execute_many([gone, nobody, PA, late], actor="anna")
    assert [shown(each) for each in outcomes][1::2] == ["CUSTOMER_UNKNOWN", "CUSTOMER_DELETED"]
    assert [each.position for each in outcomes if isinstance(each, Receipt)] == [3, 5]


@pytest.mark.parametrize("trouble", UNREADABLE)
def test_a_history_that_cannot_be_read_spoils_none_that_is_read_with_it(
    store_url: str, tmp_path: Path, trouble: str
) -> None:
    """
    Those before and after it in the log's order have the version they have, and go on from there.
    """
    if store_url == "memory:":
        store_url = f"sqlite:///{tmp_path / 'vip.db'}"
    names = ("VIP-AAAA", "VIP-BBBB", "VIP-CCCC")
    with vip_domain.open(store_url) as vip:
        for name in names:
            vip.execute_many([invite(vip_id=name), pa_of(name, "PA-1")], actor="anna")
        write_unreadable(vip, "VIP-BBBB", trouble)
    with vip_domain.open(store_url) as vip:
        outcomes = vip.execute_many(
            [*(pa_of(name, "PA-2") for name in names), accept(vip_id="VIP-BBBB")], actor="anna"
        )
        versions = [each.version for each in outcomes if isinstance(each, Receipt)]
        assert versions == [4, 4]
        assert [type(each) for each in outcomes][1::2] == [UnreadableEvent, UnreadableEvent]
        assert [each.version for each in vip.history("VIP-CCCC")] == [1, 2, 3, 4]


def pa_of(vip_id: str, pa_id: str) -> PlacePA:
    return PlacePA(vip_id=vip_id, at=at("2026-03-02"), pa_id=pa_id, lines=lines(5))


def test_codes_hashed_together_are_recorded_as_those_hashed_alone(vip: VipDomain) -> None:
    """
    And a command that made its hash says and is what it was before.
    """
    sent = [send_code(code=f"SECRET-CODE-{n}") for n in range(3)]
    before = [(command_to_dict(each), repr(each)) for each in sent]
    vip.execute_many([invite(), accept(), *sent], actor="anna")
    recorded = [each.event for each in vip.history(VIP)[2:]]
    alone = [code_hash(VIP, f"SECRET-CODE-{n}") for n in range(3)]
    assert [each.code_hash for each in recorded if hasattr(each, "code_hash")] == alone
    assert [(command_to_dict(each), repr(each)) for each in sent] == before
    assert sent == [send_code(code=f"SECRET-CODE-{n}") for n in range(3)]


def test_a_code_that_a_group_sends_and_uses_is_recorded_as_the_same_for_its_customer(
    vip: VipDomain,
) -> None:
    """
    The same text for another customer is another code, and another text is refused.
    """
    other = {"vip_id": "VIP-0002"}
    group: list[Command] = [
        invite(),
        accept(),
        invite(**other, organization_name="Syd AB"),
        accept(**other),
    ]
    used = use_code(at("2026-03-04"), code="SECRET-CODE-1")
    wrong = use_code(at("2026-03-05"), code="SECRET-CODE-2")
    outcomes = vip.execute_many([*group, send_code(), send_code(**other), used, wrong], actor="eva")
    recorded = [*vip.history(VIP)[2:], *vip.history("VIP-0002")[2:]]
    mine, others = code_hash(VIP, "SECRET-CODE-1"), code_hash("VIP-0002", "SECRET-CODE-1")
    assert [getattr(each.event, "code_hash", None) for each in recorded] == [mine, mine, others]
    assert isinstance(outcomes[-1], CommandRefused)


def test_cycles_are_looked_for_again_once_a_group_is_done() -> None:
    """
    Not while it is decided; afterwards as before, also when its end was an error.
    """
    running: list[bool] = []

    def clock() -> datetime:
        running.append(gc.isenabled())
        if len(running) > 1:
            raise RuntimeError
        return at("2026-03-02")

    with vip_domain.open("memory:") as vip:
        writer = Writer(vip._log, ProgramRules.current(), clock)
        writer.submit([Submission(invite(), ANNA)])
        running.append(gc.isenabled())
        with pytest.raises(RuntimeError):
            writer.submit([Submission(accept(), ANNA)])
    assert [*running, gc.isenabled()] == [False, True, False, True]


# Somebody else writes between a group's reading and its append.

OTHER = "VIP-0002"
READ: list[Command] = [
    *(invite(), invite(vip_id=OTHER), accept(vip_id=OTHER)),
    attrs.evolve(change_owner("bo@nord.example", "2026-03-01"), vip_id=OTHER),
]
"""Two customers and two claims, of which one is free again; the writer knows all of them."""


def overtaken(vip: VipDomain, sent: list[Submission], *others: Submission) -> list[Outcome]:
    """What becomes of a group that has read its streams, when `others` are recorded first."""
    meanwhile, instants = list[Submission](), list[datetime]()

    def clock() -> datetime:
        while meanwhile:
            other = meanwhile.pop(0)
            vip.execute(other.command, actor="bo", command_id=other.command_id)
        instants.append(datetime.now(UTC))
        return instants[-1]

    writer = Writer(vip._log, ProgramRules.current(), clock)
    writer.submit([Submission(each, ANNA) for each in READ])
    meanwhile += others
    outcomes = writer.submit(sent)
    assert len(instants) == 1 + 2, "the group was not decided twice"
    return outcomes


def numbered(command: Command, command_id: str | None = None) -> Submission:
    return Submission(command, ANNA, command_id)


def pa_ids(vip: VipDomain) -> list[str]:
    events = (each.event for each in vip.history(VIP))
    return [event.pa_id for event in events if isinstance(event, PAPlaced)]


def test_a_group_that_was_overtaken_is_decided_anew(vip: VipDomain) -> None:
    """
    All of it, behind what the other recorded: nothing twice, no version and no position left out.
    """
    first, second = pa_of(VIP, "PA-1"), pa_of(VIP, "PA-2")
    group = [numbered(first), numbered(pa_of(OTHER, "PA-1")), numbered(second)]
    outcomes = overtaken(vip, group, numbered(pa_of(VIP, "PA-9")))
    assert [each.version for each in outcomes if isinstance(each, Receipt)] == [4, 5, 5]
    assert pa_ids(vip) == ["PA-9", "PA-1", "PA-2"]
    positions = [each.position for each in log_of(vip)]
    assert positions == list(range(1, 14))


def test_what_the_other_did_already_is_no_news(vip: VipDomain) -> None:
    """
    In the middle of a group too; the others in it are recorded.
    """
    group = [numbered(pa_of(VIP, "PA-1")), numbered(PA), numbered(pa_of(VIP, "PA-2"))]
    outcomes = overtaken(vip, group, numbered(PA))
    assert [len(each.events) for each in outcomes if isinstance(each, Receipt)] == [0, 0, 1]
    assert pa_ids(vip) == ["PA-1", "PA-2"]


def test_an_id_somebody_took_meanwhile_gives_their_receipt(vip: VipDomain) -> None:
    """
    The command counts once, and is the other's; for another command the id is refused.
    """
    group = [numbered(accept(), "1"), numbered(PA, "2"), numbered(pa_of(VIP, "PA-2"), "3")]
    outcomes = overtaken(vip, group, numbered(PA, "2"), numbered(pa_of(VIP, "PA-8"), "3"))
    theirs = vip.execute(PA, actor="anna", command_id="2")
    assert [shown(each) for each in outcomes][1:] == [theirs, "COMMAND_ID_REUSED"]
    assert pa_ids(vip) == ["PA-1", "PA-8"]


def test_an_id_somebody_took_for_another_customer_leaves_nothing(
    vip: VipDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Taken at the last moment, when nothing stands in the way of the events: they go with their id.
    """
    append = EventLog.append

    def late(log: EventLog, *what: Any) -> Sequence[int]:
        monkeypatch.undo()
        vip.execute(pa_of(OTHER, "PA-1"), actor="bo", command_id="1")
        return append(log, *what)

    writer = Writer(vip._log, ProgramRules.current(), lambda: datetime.now(UTC))
    writer.submit([Submission(each, ANNA) for each in READ])
    monkeypatch.setattr(EventLog, "append", late)
    (refused,) = writer.submit([numbered(pa_of(VIP, "PA-1"), "1")])
    assert (shown(refused), pa_ids(vip)) == ("COMMAND_ID_REUSED", [])


def test_an_owner_somebody_claimed_meanwhile_is_taken(vip: VipDomain) -> None:
    """
    The one that is refused leaves nothing; the one after it is recorded.
    """
    group = [numbered(accept()), numbered(PA)]
    again = attrs.evolve(change_owner(OWNER, "2026-03-01"), vip_id=OTHER)
    refused, placed = overtaken(vip, group, numbered(again))
    assert shown(refused) == "OWNER_TAKEN"
    assert isinstance(placed, Receipt)
    assert placed.version == 3
