"""Laws of deciding: any command after any facts is decided or refused, whoever wrote the facts."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import reduce
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import vip_domain
from tests import strategies
from tests.builders import OWNER, VIP, accept, accept_order, at, change_owner, invite, send_code
from tests.given import given as given_done
from tests.strategies import of_command
from vip_domain import (
    Command,
    CommandRefused,
    ProgramRules,
    Receipt,
    RenewAutomatically,
    events,
)
from vip_domain.aggregates import owner_claim
from vip_domain.aggregates.customer import INITIAL, CustomerState, decide, evolve, fold
from vip_domain.aggregates.daily_codes import DailyCodes
from vip_domain.aggregates.owner_claim import FREE, OwnerClaim
from vip_domain.aggregates.streams import (
    Claim,
    codes_stream,
    foreseen,
    initial,
    owner_stream,
    reservations,
    reserve,
)
from vip_domain.events import CustomerEvent
from vip_domain.rules import PRESETS
from vip_domain.testing.histories import accepted_commands, accepted_facts
from vip_domain.values import Line, OrderType

AWKWARD = st.text("ab13\n", min_size=1, max_size=8)
FEWER = settings(max_examples=max(settings().max_examples // 20, 3))
RULES = [ProgramRules.preset(name) for name in PRESETS]
LINES = (Line("Acrobat Pro", 10),)


@given(strategies.histories)
def test_a_fold_is_one_step_after_the_other(facts: list[CustomerEvent]) -> None:
    """
    However a fold saves itself copies, it comes to what `evolve` says fact by fact.
    """
    assert fold(facts) == reduce(evolve, facts, INITIAL)


@given(strategies.lives, strategies.lives)
def test_a_fold_leaves_the_state_it_began_with_as_it_was(
    before: list[CustomerEvent], after: list[CustomerEvent]
) -> None:
    """
    A writer decides again from it when somebody overtook it.
    """
    state = fold(before)
    fold(after, state)
    assert state == fold(before)


def decided(command: Command, state: CustomerState, rules: ProgramRules) -> list[Any]:
    """What a command records in all the streams it touches, if it is not refused."""
    try:
        facts = decide(command, state, rules)
        across = [
            reserve(each, command, initial(each.stream_id), rules)
            for each in reservations(state, facts)
        ]
    except CommandRefused:
        return []
    return [fold(facts, state), *across]


@pytest.mark.parametrize("kind", strategies.COMMANDS, ids=attrgetter("__name__"))
@FEWER
@given(st.data())
def test_any_command_after_any_facts_is_decided_or_refused(
    kind: type[Any], data: st.DataObject
) -> None:
    """
    Also after facts that no rule would record: a log may come from elsewhere.
    """
    state = fold(data.draw(strategies.lives))
    command = data.draw(of_command(kind))
    assert isinstance(decided(command, state, data.draw(st.sampled_from(RULES))), list)


def test_an_order_of_a_pa_that_nobody_placed_is_accepted() -> None:
    """
    It retires nothing of that one: a log that came from elsewhere may have such an order.
    """
    state = fold(
        [
            *decide(invite(), INITIAL, ProgramRules.current()),
            events.OrderPlaced(
                at=at("2026-03-02"),
                order_id="O-1",
                order_type=OrderType.NEW,
                lines=(Line("Acrobat Pro", 4),),
                pa_ids=("PA-1",),
                renews_on=None,
            ),
        ]
    )
    accepted, *_ = decide(accept_order("2026-03-03"), state, ProgramRules.current())
    assert accepted == events.OrderAccepted(
        at=at("2026-03-03"),
        order_id="O-1",
        fulfilled=(Line("Acrobat Pro", 4),),
        retired=(),
        renewed=(),
    )


@FEWER
@given(accepted_commands(), accepted_facts())
def test_a_life_that_is_drawn_is_accepted_in_a_store_too(
    commands: list[Command], facts: list[CustomerEvent]
) -> None:
    """
    Each command records something; and its facts begin with the invitation.
    """
    with vip_domain.open("memory:") as vip:
        outcomes = vip.execute_many(commands, actor="anna")
    assert [each for each in outcomes if not isinstance(each, Receipt) or not each.events] == []
    assert isinstance(facts[0], events.Invited)


def test_a_term_without_an_anniversary_renews_and_does_not_roll() -> None:
    """
    No rule records one, and the year after it has no end that anybody knows.
    """
    moment = at("2026-03-02")
    ordered = events.OrderPlaced(
        at=moment,
        order_id="O-1",
        order_type=OrderType.NEW,
        lines=LINES,
        pa_ids=(),
        renews_on=None,
    )
    accepted = events.OrderAccepted(
        at=moment, order_id="O-1", fulfilled=LINES, retired=(), renewed=()
    )
    term = events.TermStarted(at=moment, renews_on=date(2027, 3, 2), extended=True)
    state = fold([ordered, accepted, term], given_done(invite()))
    renewed = decide(RenewAutomatically(vip_id=VIP, at=at("2027-03-02")), state, RULES[0])
    assert renewed == (events.TermRenewed(at=at("2027-03-02"), renewed=LINES),)


@pytest.mark.parametrize("claim", [FREE, OwnerClaim("VIP-0002")])
def test_nobody_gives_back_a_claim_of_somebody_else(claim: OwnerClaim) -> None:
    """
    Not even a customer that once had it.
    """
    assert owner_claim.release(VIP, at("2026-03-02"), claim) == ()


def test_what_a_group_will_need_is_foreseen_where_it_can_be() -> None:
    """
    Of a customer that is invited in the same group too; of one nobody knows there is nothing.
    """
    known = {"customer-VIP-0002": given_done(invite())}
    sent: list[Command] = [
        invite(organization_name=" Ost AB "),
        accept(administrator_email="Ada@a.example"),
        change_owner("bo@a.example", "2026-03-02"),
        accept(vip_id="VIP-0002"),
        accept(vip_id="VIP-0003"),
        send_code(),
    ]
    found = foreseen(sent, lambda stream_id: known.get(stream_id, INITIAL))
    assert list(found) == [
        owner_stream("ada@A.example", "Ost AB"),
        owner_stream("bo@a.example", "Ost AB"),
        owner_stream(accept().administrator_email, "Nord AB"),
        codes_stream("R-2", date(2026, 3, 3)),
    ]


def test_only_facts_that_span_customers_reserve_anything() -> None:
    """
    Those beside them in one command do not.
    """
    moment = at("2026-03-02")
    accepted = events.Accepted(at=moment, owner_name="Eva Ek", owner_email=OWNER)
    assigned = events.ManagerAssigned(at=moment, managed_by="bo")
    state = given_done(invite())
    assert [*reservations(state, [assigned])] == []
    assert [*reservations(state, [assigned, accepted])] == [Claim(owner_stream(OWNER, "Nord AB"))]


@given(st.tuples(AWKWARD, AWKWARD), st.tuples(AWKWARD, AWKWARD))
@example(("x@y", "foo\nBar"), ("x@y\nfoo", "Bar"))
@example(("a\nb", "c"), ("\n3\na\nb", "c"))
def test_two_claims_are_one_only_of_the_same_person_and_name(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    """
    S89: wherever their texts have line breaks.
    """
    assert (owner_stream(*one) == owner_stream(*other)) is (one == other)


def test_a_claim_on_record_is_found_for_ever() -> None:
    """
    What its id is made of stays as it was published.
    """
    known = hashlib.sha256(b"eva@nord.example\nNord AB").hexdigest()
    assert owner_stream("Eva@Nord.example", "Nord AB") == f"owner-{known}"


def test_codes_of_a_day_and_claims_begin_with_nothing() -> None:
    """
    Whatever the stream is called.
    """
    named = [owner_stream("ada@a.example", "Nord AB"), codes_stream("R-1", date(2026, 3, 3))]
    assert [initial(each) for each in named] == [FREE, DailyCodes()]
