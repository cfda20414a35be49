"""Whatever somebody does to a stored log is found and named; what nobody did is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any, cast

import pytest
from msgspec.structs import replace

import vip_domain
from tests.builders import accept, invite, place_pa
from tests.rebuilding import told
from tests.stores import store_url
from tests.tampering import CHANGES, KEY, Change, Database, database, missed
from vip_domain import AuditError, SigningKey, VipDomain, check_proof
from vip_domain.audit.findings import Kind
from vip_domain.audit.signing import sign_checkpoint
from vip_domain.audit.tree import LogTrees
from vip_domain.faults import Point, listening

__all__ = ["store_url"]

SEEDS = 10 * len(CHANGES)
IDS = [f"c{number}" for number, _ in enumerate(told())]
STRANGER = SigningKey("audit.example", bytes(range(1, 33)))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def log(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A log of some five hundred events with two checkpoints, for everybody's bad intentions."""
    with database(request.param) as db:
        yield db


@pytest.fixture
def vip(store_url: str) -> Iterator[VipDomain]:
    """A store of each kind with three events."""
    with vip_domain.open(store_url) as vip:
        vip.execute_many([invite(), accept()], actor="anna", command_ids=["one", "two"])
        vip.execute(place_pa("2026-03-02"), actor="anna")
        yield vip


@pytest.mark.slow
@pytest.mark.parametrize("change", dict.fromkeys(CHANGES), ids=lambda change: change.__name__)
def test_every_change_to_a_log_is_found_and_named(log: Database, change: Change) -> None:
    """
    Bits, removals, insertions, swaps, forged links and hashes, backups and old checkpoints, of
    events, command ids and the hashes themselves: 230 at random. Ten thousand more are
    `python -m tests.tampering 10000`.
    """
    assert log.verified().whole
    seeds = [seed for seed in range(SEEDS) if CHANGES[seed % len(CHANGES)] is change]
    problems = [missed(log, change, seed) for seed in seeds]
    assert [each for each in problems if each] == []


def test_nothing_is_found_in_a_log_that_nobody_changed(vip: VipDomain) -> None:
    """
    In any store, with checkpoints and without, also when it went on since the last of them.
    """
    assert vip.verify_log().whole
    checkpoints = [vip.checkpoint(KEY)]
    vip.execute_many(told(), actor="anna", command_ids=IDS)
    checkpoints.append(vip.checkpoint(KEY))
    vip.execute(place_pa("2026-03-03", pa_id="PA-9"), actor="anna")
    verified = vip.verify_log(checkpoints=checkpoints, public_key=KEY.public)
    assert verified.findings == ()
    assert [each.holds for each in verified.checkpoints] == [True, True]
    assert verified.covered == checkpoints[1].size == vip._log.last_position() - 1


def test_an_empty_log_has_a_checkpoint_too(store_url: str) -> None:
    """
    It says that there was nothing yet.
    """
    with vip_domain.open(store_url) as vip:
        empty = vip.checkpoint(KEY)
        vip.execute(invite(), actor="anna")
        assert (empty.size, empty.commands) == (0, 0)
        assert vip.verify_log(checkpoints=[empty], public_key=KEY.public).whole


def test_hashes_that_were_stored_come_to_what_the_events_come_to(vip: VipDomain) -> None:
    """
    However many checkpoints there were before: the last says what a recomputation says.
    """
    last = vip.checkpoint(KEY)
    for first in range(0, len(told()), 70):
        vip.execute_many(told()[first : first + 70], actor="anna")
        last = vip.checkpoint(KEY)
    head = vip.verify_log().head
    assert head is not None
    assert (head.size, head.root) == (last.size, last.root)
    assert (head.commands, head.commands_root) == (last.commands, last.commands_root)


def test_in_memory_a_change_is_found_and_named_too() -> None:
    """
    There is nobody who could make one, but for a bug.
    """
    with vip_domain.open("memory:") as vip:
        vip.execute_many(told(), actor="anna")
        checkpoint = vip.checkpoint(KEY)
        events = cast(Any, vip._log._recorder)._stored_events
        events[99] = replace(events[99], state=events[99].state.replace(b"anna", b"eva"))
        verified = vip.verify_log(checkpoints=[checkpoint], public_key=KEY.public)
    assert verified.findings[0].position == 100
    assert {each.kind for each in verified.findings} == {Kind.CHANGED, Kind.CHECKPOINT}


def test_a_checkpoint_of_another_log_does_not_hold(vip: VipDomain) -> None:
    """
    Also when its events are the same.
    """
    with vip_domain.open("memory:") as other:
        checkpoint = other.checkpoint(KEY)
    (finding,) = vip.verify_log(checkpoints=[checkpoint], public_key=KEY.public).findings
    assert finding.kind == Kind.CHECKPOINT
    assert checkpoint.origin in finding.what


def test_a_checkpoint_that_somebody_else_signed_is_refused(vip: VipDomain) -> None:
    """
    It is named; and the store's own copy, signed by a stranger, is a finding.
    """
    checkpoint = vip.checkpoint(STRANGER)
    with pytest.raises(AuditError, match="checkpoint 1 of those given: the note is not signed"):
        vip.verify_log(checkpoints=[checkpoint], public_key=KEY.public)
    assert [each.kind for each in vip.verify_log(public_key=KEY.public).findings] == [
        Kind.CHECKPOINT
    ]


@pytest.mark.parametrize("hashes", ["kept", "gone"])
def test_nobody_signs_a_log_that_does_not_go_on_from_its_last_checkpoint(
    log: Database, hashes: str
) -> None:
    """
    What was cut off would be forgotten, also when its hashes are and the checkpoint alone tells.
    """
    log.do("DELETE FROM stored_events WHERE position > 300")
    if hashes == "gone":
        log.do("DELETE FROM log_blocks")
    try:
        with pytest.raises(AuditError, match="verify tells more"):
            log.vip.checkpoint(KEY)
    finally:
        log.restore()


def test_a_checkpoint_asked_for_again_at_once_is_the_same_one(vip: VipDomain) -> None:
    """
    Whoever did not hear of the first asks again: the store keeps it once, and nothing is found.
    """
    at = datetime(2026, 3, 3, tzinfo=UTC)
    first, again = (sign_checkpoint(vip._log.evidence, KEY, at) for _ in range(2))
    assert (again, vip.verify_log().findings) == (first, ())
    assert len(vip.verify_log().checkpoints) == 1


def test_who_signs_while_somebody_else_does_signs_what_comes_after(vip: VipDomain) -> None:
    """
    Overtaken between looking and keeping, it looks again: copies are kept in their order.
    """
    others: list[Callable[[], object]] = [
        lambda: vip.execute_many(told()[:50], actor="eva"),
        lambda: vip.checkpoint(KEY),
    ]

    def overtake(point: Point) -> None:
        while point == "checkpoint.hashed" and others:
            others.pop(0)()

    with listening(overtake):
        mine = vip.checkpoint(KEY)
    assert vip.verify_log(checkpoints=[mine], public_key=KEY.public).findings == ()


def test_a_stranger_can_check_that_an_event_is_in_a_log(vip: VipDomain) -> None:
    """
    Every event, against any checkpoint after it, with the public key alone.
    """
    earlier = vip.checkpoint(KEY)
    vip.execute_many(told()[:150], actor="anna")
    later = vip.checkpoint(KEY)
    proofs = [vip.proof(each) for each in range(1, later.size + 1)]
    proofs += [vip.proof(each, checkpoint=earlier) for each in range(1, earlier.size + 1)]
    assert [check_proof(str(each), KEY.public) for each in proofs] == proofs


def test_a_stranger_can_check_that_a_log_goes_on_from_another(vip: VipDomain) -> None:
    """
    From every checkpoint to every later one.
    """
    checkpoints = [vip.checkpoint(KEY)]
    for first in range(0, 150, 30):
        some = slice(first, first + 30)
        vip.execute_many(told()[some], actor="anna", command_ids=IDS[some])
        checkpoints.append(vip.checkpoint(KEY))
    for n, earlier in enumerate(checkpoints):
        for later in checkpoints[n:]:
            proof = vip.proof_of_growth(earlier, later)
            assert check_proof(str(proof), KEY.public) == proof


def test_no_bit_of_a_proof_can_be_changed(vip: VipDomain) -> None:
    """
    But for the blanks of its JSON and the case of its hexadecimal digits, which say the same. Two
    bits of each byte: with one alone a number could only become one that none has.
    """
    earlier = vip.checkpoint(KEY)
    vip.execute_many(told()[:20], actor="anna", command_ids=IDS[:20])
    later = vip.checkpoint(KEY)
    for proof in (vip.proof(3), vip.proof_of_growth(earlier, later)):
        raw = str(proof).encode()
        for at, bit in product(range(len(raw)), (1, 2)):
            changed = bytes([*raw[:at], raw[at] ^ bit, *raw[at + 1 :]]).decode(errors="replace")
            try:
                assert check_proof(changed, KEY.public) == proof
            except AuditError:
                continue


def test_a_proof_of_what_is_not_in_the_log_is_refused(log: Database) -> None:
    """
    A position that the checkpoint does not reach, and an event that was changed since.
    """
    with pytest.raises(AuditError, match="not over 10000"):
        log.vip.proof(10_000)
    log.do("UPDATE stored_events SET topic = 'manager-assigned' WHERE position = 5")
    try:
        with pytest.raises(AuditError, match="verify tells more"):
            log.vip.proof(5)
    finally:
        log.restore()


def test_a_root_over_many_blocks_is_that_over_their_leaves(log: Database) -> None:
    """
    With the stored roots of full blocks and without them.
    """
    evidence = log.vip._log.evidence
    with evidence.snapshot() as snapshot:
        stored = LogTrees(snapshot).head()
    log.do("DELETE FROM log_blocks")
    try:
        with evidence.snapshot() as snapshot:
            assert LogTrees(snapshot).head() == stored
    finally:
        log.restore()
