"""Erasing the people of a customer: they are read no more, and everything else goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

import vip_domain
from tests.builders import INVITED_AT, OWNER, VIP, accept, delete, invite, on
from tests.people import (
    AFTER,
    LATER,
    NEW,
    PEOPLE,
    RESELLER,
    add,
    assign_manager,
    forget,
    naming_everybody,
    opened_beside,
    texts_of,
    whatever_names_people,
)
from tests.stores import store_url
from tests.tampering import KEY
from vip_domain import CommandRefused, InvalidCommand, VipDomain
from vip_domain.commands import ErasePersonalData, Intent
from vip_domain.events import PersonalDataErased
from vip_domain.projections.customers import FILTERS, Explanation

__all__ = ["store_url"]  # a fixture


@pytest.fixture
def vip(store_url: str) -> Iterator[VipDomain]:
    """A customer with whom everybody was named who can be, and one more."""
    with vip_domain.open(store_url) as vip:
        vip.execute_many(naming_everybody(), actor="anna")
        vip.execute(invite(vip_id="VIP-0002", reseller_id=RESELLER), actor="anna")
        yield vip


@pytest.mark.parametrize(
    "no_command",
    [
        ErasePersonalData(vip_id=VIP, at=INVITED_AT, reason="asked for"),
        Intent(vip_id=VIP, at=INVITED_AT),
    ],
    ids=lambda each: type(each).__name__,
)
def test_an_erasure_is_no_command(store_url: str, no_command: Intent) -> None:
    """
    Recorded as one it would say that people were erased, and erase nobody.
    """
    with vip_domain.open(store_url) as vip:
        vip.execute(invite(), actor="anna")
        with pytest.raises(InvalidCommand) as refused:
            vip.execute(no_command, actor="anna")  # type: ignore[arg-type]
        (told,) = vip.execute_many([no_command], actor="anna")  # type: ignore[list-item]
        assert isinstance(told, InvalidCommand)
        assert told.errors == refused.value.errors == {"command": "must be a command"}
        assert len(vip.history(VIP)) == 1


def test_whoever_was_told_is_read_until_they_are_erased(vip: VipDomain) -> None:
    """
    In pages, details, CSV, histories, reports, subscriptions and receipts; then nowhere.
    """
    before = {name: texts_of(said) for name, said in whatever_names_people(vip).items()}
    assert [name for name, named in before.items() if not named] == []
    assert before["history"] == before["subscription"] == PEOPLE
    forget(vip)
    after = {name: texts_of(said) for name, said in whatever_names_people(vip).items()}
    assert after == {name: set() for name in before}


def test_an_export_names_nobody(vip: VipDomain) -> None:
    """
    It is as sealed as the log is.
    """
    assert texts_of("".join(vip.export_log())) == set()


def test_the_other_customers_are_who_they_were(vip: VipDomain) -> None:
    """
    A key is one customer's.
    """
    forget(vip)
    assert vip.customer("VIP-0002", on=on("2026-03-20")).owner_email == OWNER


def test_as_of_before_they_are_erased_too(vip: VipDomain) -> None:
    """
    What a list said on that day is known, but for who they were.
    """
    position = vip._log.last_position()
    forget(vip)
    then, now = vip.customer(VIP, on=AFTER, as_of=position), vip.customer(VIP, on=AFTER)
    assert then.owner_name == then.owner_email == now.owner_email == "(erased)"
    assert then.accepted_on == now.accepted_on == date(2026, 3, 2)


def test_lists_counts_and_reasons_stay_what_they_were(vip: VipDomain) -> None:
    """
    Filters never looked at who somebody was; who looks after the customer is nobody of its people.
    """
    manager = vip.customer(VIP, on=AFTER).managed_by
    asked: list[dict[str, Any]] = [
        {"reseller_id": RESELLER, "on": AFTER, "managed_by": each} for each in (None, manager)
    ]

    def said() -> object:
        lists = [
            [row.vip_id for row in vip.customers(name, **each).rows]
            for name in FILTERS
            for each in asked
        ]
        why = {name: reasons(each) for name, each in vip.explain(VIP, on=AFTER).items()}
        return lists, why, [vip.counts(**each) for each in asked]

    before = said()
    forget(vip)
    assert said() == before


def reasons(explained: Explanation) -> object:
    """All of an explanation but the words of its events, for these have names in them."""
    found = [
        (each.finding, [event.position for event in each.events]) for each in explained.reasons
    ]
    return explained.listed, found, explained.turns


def test_digests_links_checkpoints_and_proofs_still_hold(vip: VipDomain) -> None:
    """
    Nothing of the log is written anew: a stranger's checkpoint of before holds after.
    """
    checkpoint = vip.checkpoint(KEY)
    proof = vip.proof(1, checkpoint=checkpoint)
    forget(vip)
    told = vip_domain.check_proof(str(proof), KEY.public)
    assert vip.verify_log(checkpoints=[checkpoint], public_key=KEY.public).whole
    assert told is not None
    assert {each.differences for each in vip.verify()} == {()}


def test_a_rebuild_gives_the_same_rows(vip: VipDomain) -> None:
    """
    Also one from a log most of which was recorded before.
    """
    forget(vip)
    before, row = vip.digest("customers"), vip.customer(VIP, on=AFTER)
    assert {each.differences for each in vip.rebuild()} == {()}
    assert (vip.digest("customers"), vip.customer(VIP, on=AFTER)) == (before, row)


def test_an_erasure_is_on_record(vip: VipDomain) -> None:
    """
    Who did it, and why.
    """
    vip.forget(VIP, actor="dpo", reason="asked for", correlation_id="case 7")
    last = vip.history(VIP)[-1]
    assert isinstance(last.event, PersonalDataErased)
    assert (last.actor, last.event.reason, last.correlation_id) == ("dpo", "asked for", "case 7")


def test_an_erasure_repeated_adds_nothing(vip: VipDomain) -> None:
    """
    The second time there is nobody left to erase.
    """
    first, end = forget(vip), vip._log.last_position()
    again = forget(vip)
    assert (again.events, again.version, again.position) == ((), first.version, first.position)
    assert vip._log.last_position() == end


def test_who_is_named_afterwards_has_a_new_key(vip: VipDomain) -> None:
    """
    They are read, whoever was erased is not; and they can be erased as well.
    """
    forget(vip)
    vip.execute(add(NEW, LATER), actor="anna")
    known = vip.customer(VIP, on=LATER)
    assert (known.administrators, known.owner_email) == ((NEW,), "(erased)")
    assert forget(vip).events != ()
    assert vip.customer(VIP, on=LATER).administrators == ()
    assert NEW not in str(vip.history(VIP))


def test_a_command_repeated_after_an_erasure_gives_its_first_receipt(store_url: str) -> None:
    """
    But for who was named by it.
    """
    with vip_domain.open(store_url) as vip:
        first = vip.execute(invite(), actor="anna", command_id="one")
        forget(vip)
        again = vip.execute(invite(), actor="anna", command_id="one")
        assert (again.version, again.position) == (first.version, first.position)
        assert OWNER in str(first)
        assert OWNER not in str(again)
        with pytest.raises(CommandRefused) as refused:
            vip.execute(invite(contact_name="Eva Ek-Berg"), actor="anna", command_id="one")
        assert refused.value.code == "COMMAND_ID_REUSED"


def test_a_claim_holds_until_its_owner_is_erased(store_url: str) -> None:
    """
    S89, whichever process asks; nobody could say whose it was afterwards.
    """
    other = {"vip_id": "VIP-0002"}
    with vip_domain.open(store_url) as vip, opened_beside(vip, store_url) as second:
        vip.execute_many([invite(), accept(), invite(**other)], actor="anna")
        with pytest.raises(CommandRefused) as refused:
            second.execute(accept(**other), actor="anna")
        assert refused.value.code == "OWNER_TAKEN"
        forget(vip)
        assert second.execute(accept(**other), actor="anna").version == 2


@pytest.mark.parametrize(
    ("vip_id", "given", "problem"),
    [
        ("VIP-9999", {"actor": "dpo", "reason": "asked for"}, "CUSTOMER_UNKNOWN"),
        (VIP, {"actor": "dpo", "reason": " "}, "INVALID_COMMAND"),
        (VIP, {"actor": "", "reason": "asked for"}, "INVALID_COMMAND"),
        ("", {"actor": "dpo", "reason": "asked for"}, "INVALID_COMMAND"),
    ],
)
def test_a_bad_erasure_is_refused(
    vip: VipDomain, vip_id: str, given: dict[str, str], problem: str
) -> None:
    """
    One clear error, and nothing is recorded.
    """
    before = vip._log.last_position()
    with pytest.raises(CommandRefused) as refused:
        vip.forget(vip_id, **given)
    assert (refused.value.code, vip._log.last_position()) == (problem, before)


def test_a_deleted_customer_can_be_erased(store_url: str) -> None:
    """
    The end of a customer is not the end of who its people are.
    """
    with vip_domain.open(store_url) as vip:
        vip.execute_many([invite(), delete("2026-03-02")], actor="anna")
        forget(vip)
        assert OWNER not in str(vip.history(VIP))


def test_business_goes_on_after_an_erasure(vip: VipDomain) -> None:
    """
    Licences, orders and dates are the organisation's.
    """
    forget(vip)
    vip.execute(assign_manager("bo"), actor="anna")
    assert vip.customer(VIP, on=LATER).managed_by == "bo"
