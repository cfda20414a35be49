"""Invitation, acceptance, PAs and change codes: the corners that no case of the rules turns."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from tests.builders import (
    INVITED_AT,
    OWNER,
    VIP,
    accept,
    accept_order,
    assign,
    at,
    cancel_pa,
    change_owner,
    deactivate,
    delete,
    invite,
    place_order,
    place_pa,
    reject_order,
    send_code,
    use_code,
)
from tests.given import customer, given, names, refusal, when
from vip_domain import (
    AddAdministrator,
    AssignManager,
    ProgramRules,
    RemoveAdministrator,
    ResendInvitation,
)
from vip_domain.aggregates.owner_claim import OwnerClaim
from vip_domain.aggregates.streams import fold
from vip_domain.errors import AsciiNameRequired, TermOutOfRange

SENT = at("2026-03-03")


@pytest.mark.parametrize(
    ("name", "ascii_name", "code"),
    [
        ("Åkeri AB", None, "ASCII_NAME_REQUIRED"),
        ("Åkeri AB", "Åkeri AB", "ASCII_NAME_REQUIRED"),
        ("Nord AB", "Nörd AB", "ASCII_NAME_REQUIRED"),
        ("Åkeri AB", "Akeri AB", "not refused"),
        ("Nord AB", None, "not refused"),
    ],
)
def test_a_name_with_other_characters_needs_one_in_ascii(
    name: str, ascii_name: str | None, code: str
) -> None:
    command = invite(organization_name=name, organization_name_ascii=ascii_name)
    assert refusal(command, given()) == code


def test_a_bad_name_in_ascii_is_told_as_it_was_given() -> None:
    with pytest.raises(AsciiNameRequired) as refused:
        when(invite(organization_name_ascii="Nörd AB"), given())
    assert refused.value.organization_name_ascii == "Nörd AB"


@pytest.mark.parametrize(
    ("segment", "chosen", "code"),
    [
        ("COM", "2027-03-31", "TERM_OUT_OF_RANGE"),
        ("COM", "2027-04-01", "not refused"),
        ("COM", "2029-03-01", "not refused"),
        ("COM", "2029-03-02", "TERM_OUT_OF_RANGE"),
        ("GOV", "2030-03-01", "not refused"),
        ("EDU", "2030-03-02", "TERM_OUT_OF_RANGE"),
        ("EDU", "9999-12-31", "TERM_OUT_OF_RANGE"),
    ],
)
def test_a_chosen_anniversary_lies_within_the_months_to_the_day(
    segment: str, chosen: str, code: str
) -> None:
    command = invite(market_segment=segment, anniversary_date=chosen)
    assert refusal(command, given()) == code


def test_a_bad_anniversary_is_told_as_it_was_given() -> None:
    with pytest.raises(TermOutOfRange) as refused:
        when(invite(anniversary_date="2027-03-31"), given())
    assert refused.value.anniversary_date == date(2027, 3, 31)


def test_the_invitation_repeated_is_compared_with_the_first_one() -> None:
    """
    A resent invitation changed the contact; the invitation is what it was.
    """
    resent = ResendInvitation(vip_id=VIP, at=INVITED_AT, contact_email="new@nord.example")
    assert when(invite(at=INVITED_AT + timedelta(days=9)), given(invite(), resent)) == ()


def test_whoever_accepts_without_a_name_has_the_latest_contacts_name() -> None:
    resent = ResendInvitation(
        vip_id=VIP, at=INVITED_AT, contact_email="bo@nord.example", contact_name="Bo Berg"
    )
    (accepted,) = when(accept(administrator_email="cia@nord.example"), given(invite(), resent))
    assert (accepted.owner_name, accepted.owner_email) == (  # type: ignore[union-attr]
        "Bo Berg",
        "cia@nord.example",
    )


def test_a_new_owner_is_an_administrator_and_the_old_one_stays_one() -> None:
    """
    S67: until somebody removes it.
    """
    changed = customer(invite(), accept(), change_owner("bo@nord.example", "2026-03-02"))
    assert changed.administrators == {OWNER, "bo@nord.example"}


def test_addresses_compare_without_regard_to_case() -> None:
    accepted = given(invite(), accept())
    added = AddAdministrator(vip_id=VIP, at=SENT, email=OWNER.upper())
    removed = RemoveAdministrator(vip_id=VIP, at=SENT, email=OWNER.upper())
    assert when(added, accepted) == ()
    assert refusal(removed, accepted) == "OWNER_IS_ADMINISTRATOR"


def test_a_step_back_in_time_is_refused_unless_it_is_already_so() -> None:
    later = given(invite(), accept(at=SENT))
    assert refusal(place_pa("2026-03-02"), later) == "OUT_OF_ORDER"
    assert when(accept(at=INVITED_AT), later) == ()


def test_deletion_is_final_and_may_be_repeated() -> None:
    deleted = given(invite(), delete("2026-03-02"))
    assert when(delete("2026-03-01"), deleted) == ()
    assert refusal(invite(), deleted) == "CUSTOMER_EXISTS"
    assert refusal(place_pa("2026-03-03"), deleted) == "CUSTOMER_DELETED"


@pytest.mark.parametrize(
    ("rules", "last_day"),
    [
        (ProgramRules.current(), "2026-03-18"),
        (ProgramRules.legacy(), "2026-04-03"),
        (ProgramRules.marketplace(), "2026-03-11"),
    ],
)
def test_a_pa_blocks_the_next_from_the_day_after_its_due_date(
    rules: ProgramRules, last_day: str
) -> None:
    placed = given(invite(), place_pa("2026-03-04"), rules=rules)
    day_after = at(last_day) + timedelta(days=1)
    assert refusal(place_pa(last_day, "PA-2"), placed, rules) == "not refused"
    assert refusal(place_pa(day_after.date().isoformat(), "PA-2"), placed) == "PA_OVERDUE"


def test_a_pa_is_on_record_with_its_purchase_order() -> None:
    asked = attrs.evolve(place_pa("2026-03-04"), po_number="PO-77")
    placed, _ = when(asked, given(invite()))
    assert placed.po_number == "PO-77"  # type: ignore[union-attr]


def test_a_deactivated_pa_is_still_pending_and_cancelled_without_any_check() -> None:
    """
    S13: its assignments went with it; nothing is left to check.
    """
    done = (invite(), accept(), place_pa("2026-03-04"), assign("2026-03-05", 5))
    deactivated = given(*done, deactivate("2026-05-04"))
    assert refusal(deactivate("2026-05-03"), given(*done)) == "PA_NOT_DUE"
    assert names(when(cancel_pa("2026-05-05"), deactivated)) == [
        "PACancelled",
        "AnniversaryDateCleared",
    ]


def test_a_rejected_order_gives_a_deactivated_pa_back_deactivated() -> None:
    rejected = customer(
        invite(),
        place_pa("2026-03-04"),
        deactivate("2026-05-04"),
        place_order("2026-05-05", pa_ids=("PA-1",)),
        reject_order("2026-05-06"),
    )
    assert rejected.pas["PA-1"].deactivated
    assert rejected.pool == {}
    assert when(deactivate("2026-05-07"), rejected) == ()


def test_a_deactivated_pa_that_was_ordered_is_no_longer_pending() -> None:
    ordered = given(
        invite(),
        place_pa("2026-03-04"),
        deactivate("2026-05-04"),
        place_order("2026-05-05", pa_ids=("PA-1",)),
        accept_order("2026-05-06"),
    )
    assert refusal(deactivate("2026-05-07"), ordered) == "PA_NOT_PENDING"


def test_a_code_is_good_to_its_last_instant() -> None:
    """
    S53: at exactly 72 hours it still works.
    """
    sent = given(invite(), accept(), send_code())
    last = SENT + timedelta(hours=72)
    assert names(when(use_code(last), sent)) == ["ResellerChanged"]
    assert refusal(use_code(last + timedelta(microseconds=1)), sent) == "CODE_EXPIRED"


def test_a_code_sent_again_is_no_news_while_it_lives() -> None:
    """
    S61: after it expired the same text is a new sending.
    """
    sent = given(invite(), accept(), send_code())
    assert when(send_code(at=SENT + timedelta(hours=72)), sent) == ()
    assert names(when(send_code(at=SENT + timedelta(hours=73)), sent)) == ["ResellerChangeCodeSent"]


def test_of_two_sendings_of_one_text_the_one_that_stands_counts() -> None:
    """
    Replaced by itself after it expired, then expired again: expired, not invalid.
    """
    again = SENT + timedelta(hours=100)
    sent = given(invite(), accept(), send_code(), send_code(at=again))
    assert refusal(use_code(again + timedelta(hours=80)), sent) == "CODE_EXPIRED"
    assert names(when(use_code(again), sent)) == ["ResellerChanged"]


def test_a_used_code_stays_used_and_all_others_end() -> None:
    """
    S60: also those of other resellers.
    """
    done = given(
        invite(),
        accept(),
        send_code(),
        send_code(reseller_id="R-3", code="OTHER-CODE-3"),
        use_code(SENT),
    )
    assert refusal(use_code(SENT), done) == "CODE_USED"
    assert refusal(use_code(SENT, "OTHER-CODE-3"), done) == "CODE_INVALID"


def test_a_code_is_never_shown() -> None:
    """
    Neither a command, a fact nor the state tells the text.
    """
    sent = given(invite(), accept(), send_code())
    shown = repr((send_code(), use_code(SENT), sent, when(use_code(SENT), sent)))
    assert "SECRET" not in shown


def test_a_manager_may_be_assigned_back() -> None:
    """
    S82: what is already so is judged by the latest assignment.
    """
    given_to_bo = given(invite(), AssignManager(vip_id=VIP, at=SENT, managed_by="bo"))
    back = AssignManager(vip_id=VIP, at=SENT, managed_by="anna")
    assert names(when(back, given_to_bo)) == ["ManagerAssigned"]


def test_the_sender_of_a_used_code_is_the_manager() -> None:
    """
    S54: and assigning them is no news.
    """
    moved = given(invite(), accept(), send_code(), use_code(SENT))
    assert when(AssignManager(vip_id=VIP, at=SENT, managed_by="petra"), moved) == ()


def test_a_pa_with_another_purchase_order_is_another_pa() -> None:
    asked = attrs.evolve(place_pa("2026-03-04"), po_number="PO-77")
    placed = given(invite(), asked)
    assert when(asked, placed) == ()
    assert refusal(place_pa("2026-03-04"), placed) == "PA_EXISTS"


def test_a_claim_that_nothing_happened_to_is_what_it_was() -> None:
    """
    S89: whoever reads on from what is known finds the owner still.
    """
    held = OwnerClaim(holder=VIP)
    assert fold(held, ()) == held
