"""Dialogs: each command can be filled in by hand, and everything wrong is told at once."""

from __future__ import annotations

import re
from datetime import date
from html import escape, unescape
from typing import Any

import pytest
from fastapi import FastAPI

from examples.reseller_console.app import create_app
from examples.reseller_console.dialogs import DIALOGS
from examples.reseller_console.users import KnownUsers, Password, User
from tests.builders import VIP, at, invite, place_pa
from tests.console.conftest import ANNA, PETRA, THEM, TODAY, US, USERS, Clock, Person, signed_in
from vip_domain import VipDomain
from vip_domain.commands import COMMANDS
from vip_domain.events import PAPlaced

INVITED = {
    "organization_name": "Nord AB", "market_segment": "COM", "offer_type": "TEAM",
    "country": "SE", "region": "Skåne", "address": "Storgatan 1", "city": "Lund",
    "postal_code": "222 22", "contact_name": "Eva Ek", "contact_email": "eva.ek@nord.example",
    "managed_by": ANNA, "organization_name_ascii": "", "anniversary_date": "",
}  # fmt: skip
VIP_ID = re.compile(r"/customers/([0-9A-F]{20})")
LINES = {"product": ["Acrobat Pro", ""], "quantity": ["4", ""]}


@pytest.fixture
def app(vip: VipDomain, clock: Clock) -> FastAPI:
    """A console in play: the day is the page's."""
    return create_app(vip, USERS, clock=clock, play=True)


class Hands:
    """Somebody who opens dialogs, fills them in and sends them."""

    def __init__(self, person: Person) -> None:
        self.browser = person.browser
        self.vip_id = ""

    def open(self, name: str, **query: str) -> dict[str, Any]:
        """What a dialog begins with."""
        html = self.browser.get(self._path(name), params=query).text
        inputs = re.findall(r'<input[^>]* name="(\w+)"[^>]*? value="([^"]*)"', html)
        return {field: unescape(value) for field, value in inputs}

    def send(self, name: str, fields: dict[str, Any], **query: str) -> Any:
        answer = self.browser.post(self._path(name), data=fields, params=query)
        found = VIP_ID.search(answer.headers.get("location", ""))
        self.vip_id = found[1] if found else self.vip_id
        return answer

    def do(self, name: str, on: str = "2026-11-25", **fields: Any) -> str:
        """Open, fill in and send; what the page says then."""
        hidden = {key: value for key, value in fields.items() if key in DIALOGS[name].hidden}
        begun = self.open(name, on=on, **hidden)
        answer = self.send(name, begun | fields, on=on)
        assert answer.status_code == 303, errors(answer.text)
        page = self.browser.get(answer.headers["location"]).text
        said = re.search(r'<p role="status">(.*?)</p>', page, re.S)
        return unescape(said[1]) if said else ""

    def _path(self, name: str) -> str:
        where = "" if DIALOGS[name].place == "console" else f"/customers/{self.vip_id}"
        return f"{where}/do/{name}"


def errors(html: str) -> list[str]:
    """What a dialog says is wrong."""
    said = re.findall(r'<(p|div) role="alert"[^>]*>(.*?)</\1>', html, re.S)
    return [" ".join(unescape(re.sub("<[^>]+>", "", each)).split()) for _, each in said]


@pytest.fixture
def hands(anna: Person) -> Hands:
    return Hands(anna)


def test_a_life_from_invitation_to_renewal_is_filled_in_by_hand(
    hands: Hands, vip: VipDomain
) -> None:
    """
    PA, acceptance, order, licences, commitment, return and renewal, each in its dialog.
    """
    hands.do("invite", **INVITED)
    hands.do("accept-terms", on="2026-11-26")
    hands.do("place-pa", on="2026-11-27", product=["Photoshop"], quantity=["12"])
    order = {"pa_ids": "PA-1", "product": ["Photoshop"], "quantity": ["12"]}
    hands.do("place-order", on="2026-11-28", **order)
    hands.do("accept-order", on="2026-11-29", order_id="O-1")
    hands.do("assign-licenses", on="2026-11-30", product="Photoshop", quantity="5")
    back = {"order_id": "O-1", "product": ["Photoshop"], "quantity": ["1"], "reason": "OTHER"}
    hands.do("return", on="2026-12-01", **back)
    hands.do("authorize-return", on="2026-12-02", return_id="RET-1")
    hands.do("commit", on="2026-12-03", minimum_licenses="10")
    hands.do("renew", on="2027-11-20", product=["Photoshop"], quantity=["11"])
    said = hands.do("accept-order", on="2027-11-21", order_id="O-2")
    assert "it renews on 2028-11-27" in said
    details = vip.customer(hands.vip_id, on=date(2027, 11, 22))
    assert (details.renews_on, details.licenses_fulfilled) == (date(2028, 11, 27), 11)


WRONG: dict[str, dict[str, Any]] = {
    "invite": INVITED | {"city": "", "organization_name": "Åker"},
    "send-code": {"vip_id": "0" * 20, "administrator_email": "x@y.example", "managed_by": ANNA},
    "use-code": {"vip_id": "0" * 20, "administrator_email": "x@y.example", "code": "12345678"},
    "place-pa": {"pa_id": "", "product": [""], "quantity": ["x"]},
    "place-order": {"order_id": "O-9", "product": ["Photoshop"], "quantity": ["0"]},
    "renew": {"order_id": "O-9", **LINES},
    "commit": {"minimum_licenses": "many"},
    "assign-manager": {"managed_by": PETRA},
    "resend-invitation": {"contact_email": ""},
    "delete": {},
    "accept-terms": {"administrator_email": " "},
    "assign-licenses": {"product": "Acrobat Pro", "quantity": "1000"},
    "unassign-licenses": {"product": "Acrobat Pro", "quantity": "1"},
    "change-owner": {"email": "", "name": ""},
    "add-administrator": {"email": ""},
    "remove-administrator": {"email": "nobody@nord.example"},
    "review-level": {},
    "renew-automatically": {},
    "expire-licenses": {},
    "cancel-pa": {"pa_id": "PA-9"},
    "deactivate": {"pa_id": "PA-1"},
    "return": {"order_id": "O-9", "return_id": "RET-1", "reason": "OTHER"},
    "accept-order": {"order_id": "O-9"},
    "reject-order": {"order_id": "O-9", "reason": ""},
    "authorize-return": {"return_id": "RET-9"},
    "refuse-return": {"return_id": "RET-9"},
}


def customer_of(vip: VipDomain, reseller_id: str = US, manager: str = ANNA) -> str:
    """A customer with a pending PA, without a form."""
    vip.execute(invite(reseller_id=reseller_id, managed_by=manager, at=at("2026-11-24")), actor="x")
    vip.execute(place_pa("2026-11-24"), actor="x")
    return VIP


@pytest.mark.parametrize("name", DIALOGS)
def test_every_dialog_says_what_is_wrong_and_keeps_what_was_filled_in(
    hands: Hands, vip: VipDomain, name: str
) -> None:
    """
    In the dialog, in the reader's language; nothing is recorded.
    """
    hands.vip_id = customer_of(vip)
    before = vip.history(hands.vip_id)
    form = WRONG[name] | {"form_token": hands.open(name)["form_token"]}
    english, swedish = (hands.send(name, form, lang=language) for language in ("en", "sv"))
    assert {english.status_code, swedish.status_code} in ({409}, {422})
    assert [len(errors(each.text)) for each in (english, swedish)] == [1, 1]
    assert errors(english.text) != errors(swedish.text)
    assert [each for each in texts(WRONG[name]) if not holds(english.text, each)] == []
    assert vip.history(hands.vip_id) == before


def texts(filled_in: dict[str, Any]) -> list[str]:
    """What was filled in; who is chosen of another team is no choice in the dialog."""
    values = (each if isinstance(each, list) else [each] for each in filled_in.values())
    return [text for some in values for text in some if text.strip() and text != PETRA]


def holds(html: str, text: str) -> bool:
    """Whether a field of a dialog has this text."""
    shown = escape(text)
    return f'value="{shown}"' in html or f"<option selected>{shown}</option>" in html


def test_every_command_of_the_contract_has_a_dialog() -> None:
    """
    One that is added to the library is missed here.
    """
    assert {each.command for each in DIALOGS.values()} == set(COMMANDS)


def test_an_invitation_tells_all_its_errors_at_once(hands: Hands) -> None:
    """
    Also those the library judges one after the other: ASCII name and AD.
    """
    begun = hands.open("invite")
    blank = dict.fromkeys(INVITED, "") | {"organization_name": "Åker", "market_segment": "EDU"}
    answer = hands.send("invite", begun | blank | {"anniversary_date": "2027-01-01"})
    (said,) = errors(answer.text)
    wanted = [
        "Organisation in ASCII",
        "Anniversary date: must lie between 2027-12-25 and 2030-11-25",
        *("Country", "Region", "Address", "City", "Postal code", "Contact", "Managed by"),
    ]
    assert [each for each in wanted if each not in said] == []


@pytest.mark.parametrize(
    ("segment", "chosen", "status"),
    [("COM", "2027-12-24", 422), ("COM", "2027-12-25", 303), ("COM", "2029-11-25", 303),
     ("COM", "2029-11-26", 422), ("EDU", "2030-11-25", 303), ("EDU", "2030-11-26", 422)],
)  # fmt: skip
def test_the_chosen_anniversary_lies_within_the_allowed_months(
    hands: Hands, segment: str, chosen: str, status: int
) -> None:
    """
    13 to 36 months for companies, to 48 for schools, to the day (S36 to S42).
    """
    fields = INVITED | {"market_segment": segment, "anniversary_date": chosen}
    answer = hands.send("invite", hands.open("invite") | fields)
    assert answer.status_code == (409 if status == 422 else status)


def test_a_form_that_is_sent_twice_counts_once(hands: Hands, vip: VipDomain) -> None:
    """
    A double click, or a reload of what was sent.
    """
    form = hands.open("invite") | INVITED
    first, again = hands.send("invite", form), hands.send("invite", form)
    assert first.headers["location"] == again.headers["location"]
    assert len(vip.history(hands.vip_id)) == 1


def test_a_form_that_is_changed_and_sent_again_is_another(hands: Hands, vip: VipDomain) -> None:
    """
    Gone back to, for a second PA.
    """
    hands.do("invite", **INVITED)
    form = hands.open("place-pa") | LINES
    hands.send("place-pa", form)
    hands.send("place-pa", form | {"pa_id": "PA-2"})
    events = [each.event for each in vip.history(hands.vip_id)]
    placed = [event.pa_id for event in events if isinstance(event, PAPlaced)]
    assert placed == ["PA-1", "PA-2"]


def test_a_form_without_its_token_is_refused(hands: Hands) -> None:
    """
    Every dialog is one.
    """
    form = hands.open("invite") | INVITED | {"form_token": "0" * 64}
    assert hands.send("invite", form).status_code == 403


@pytest.mark.parametrize("name", DIALOGS)
def test_no_dialog_reaches_a_customer_of_others(hands: Hands, vip: VipDomain, name: str) -> None:
    """
    Neither opened nor sent; those of the console itself are told nothing.
    """
    theirs = hands.vip_id = customer_of(vip, THEM, PETRA)
    before = vip.history(theirs)
    token = hands.open("invite")["form_token"]
    fields = WRONG[name] | {"form_token": token}
    if DIALOGS[name].place == "console":
        fields |= {"vip_id": theirs}
        assert hands.send(name, fields).status_code in (409, 422)
    else:
        assert hands.browser.get(f"/customers/{theirs}/do/{name}").status_code == 404
        assert hands.send(name, fields).status_code == 404
    assert vip.history(theirs) == before


def test_a_customer_changes_hands_by_two_dialogs(hands: Hands, petra: Person) -> None:
    """
    The code is shown where no e-mail is sent; codes left are counted (S62).
    """
    theirs = Hands(petra)
    theirs.do("invite", **INVITED | {"managed_by": PETRA})
    theirs.do("accept-terms")
    about = {"vip_id": theirs.vip_id, "administrator_email": "eva.ek@nord.example"}
    assert "Codes left today: 5" in hands.browser.get("/do/send-code").text
    form = hands.open("send-code") | about | {"managed_by": ANNA}
    sent, again = hands.send("send-code", form), hands.send("send-code", form)
    assert sent.text == again.text
    assert "Codes left today: 4" in hands.browser.get("/do/send-code").text
    code = re.search(r'<code id="code">(.*?)</code>', sent.text)
    assert code
    said = hands.do("use-code", **about, code=code[1])
    assert f"the customer changed to {US}" in said
    assert petra.browser.get(f"/customers/{theirs.vip_id}").status_code == 404


def test_a_deleted_customer_is_told_of_in_the_list(hands: Hands) -> None:
    """
    Its own page is gone.
    """
    hands.do("invite", **INVITED)
    assert hands.do("delete") == "The customer was deleted."
    assert hands.browser.get(f"/customers/{hands.vip_id}").status_code == 404


def test_who_is_no_vendor_plays_neither_customer_nor_vendor(vip: VipDomain, clock: Clock) -> None:
    """
    Without the demo's vendor desk only what a reseller does is offered, opened and done.
    """
    user = User(name="ida", reseller_id=US)
    console = create_app(vip, KnownUsers({"ida": (user, Password.of("x"))}), clock=clock)
    ida = Hands(signed_in(console, "ida"))
    ida.do("invite", **INVITED | {"managed_by": "ida"})
    assert "/do/accept-terms" not in ida.browser.get(f"/customers/{ida.vip_id}").text
    assert ida.browser.get(f"/customers/{ida.vip_id}/do/accept-terms").status_code == 403


def test_without_play_things_happen_now(vip: VipDomain, clock: Clock) -> None:
    """
    Whatever day the page shows.
    """
    hands = Hands(signed_in(create_app(vip, USERS, clock=clock), ANNA))
    hands.do("invite", on="2027-06-01", **INVITED)
    (invited,) = vip.history(hands.vip_id)
    assert invited.event.at.date() == TODAY
