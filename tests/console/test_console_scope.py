"""Nobody sees or commands another reseller's customers, whatever is tried."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from tests.console.conftest import ANNA, PETRA, THEM, US, Person
from tests.console.test_console_api import INVITATION, NOW, ON, pa_of, send
from vip_domain import VipDomain, command_from_dict, command_to_dict
from vip_domain.commands import COMMANDS

CODE = "SECRET-CODE-77"


def invited_by(person: Person, manager: str, **changes: Any) -> str:
    """A customer of somebody's reseller, accepted by Eva."""
    invitation = INVITATION | {"managed_by": manager} | changes
    vip_id = str(send(person, invitation).json()["vip_id"])
    send(person, {"command": "AcceptTerms", "vip_id": vip_id, "at": NOW,
                  "administrator_email": "eva.ek@nord.example"})  # fmt: skip
    return vip_id


FIELDS: dict[str, Any] = {
    "contact_email": "eva@nord.example", "administrator_email": "eva.ek@nord.example",
    "email": "bo@nord.example", "name": "Bo Ek", "managed_by": ANNA, "pa_id": "PA-1",
    "order_id": "O-1", "order_type": "NEW", "lines": [{"product": "Photoshop", "quantity": 1}],
    "return_id": "RT-1", "reason": "OTHER", "product": "Photoshop", "quantity": 1,
    "minimum_licenses": 10, "reseller_id": US, "code": CODE,
}  # fmt: skip


def command_to(kind: type, vip_id: str) -> dict[str, Any]:
    """A command of this kind with every field filled."""
    names = [field.name for field in attrs.fields(kind)]
    filled = {name: FIELDS[name] for name in names if name in FIELDS}
    if kind.__name__ == "InviteCustomer":
        filled = {name: value for name, value in INVITATION.items() if name != "command"}
    return {"command": kind.__name__, **filled, "vip_id": vip_id, "at": NOW}


PATHS = (
    "/customers/{}", "/customers/{}?as_of=1", "/customers/{}?on=2020-01-01",
    "/api/v1/customers/{}?on=" + ON, "/api/v1/customers/{}/history",
    "/api/v1/customers/{}/explanations?on=" + ON,
    "/api/v1/customers/{}?on=" + ON + "&known_at=2999-01-01T00:00:00Z",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_customer_of_others_is_as_unknown_as_one_that_nobody_has(
    anna: Person, petra: Person, path: str
) -> None:
    """
    Status and words are the same, so that nobody learns which VIP IDs there are.
    """
    theirs = invited_by(petra, PETRA)
    client = anna.program if path.startswith("/api") else anna.browser
    answers = [client.get(path.format(vip_id)) for vip_id in (theirs, "0" * 20)]
    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].text.replace(theirs, "0" * 20) == answers[1].text


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
def test_no_command_reaches_a_customer_of_others(
    anna: Person, petra: Person, vip: VipDomain, kind: type
) -> None:
    """
    And the answer is that for a customer that nobody has.
    """
    theirs = invited_by(petra, PETRA)
    before = vip.history(theirs)
    answers = [send(anna, command_to(kind, vip_id)) for vip_id in (theirs, "0" * 20)]
    if kind.__name__ != "SendResellerChangeCode":  # the one that is for customers of others
        assert vip.history(theirs) == before
        assert answers[0].text.replace(theirs, "0" * 20) == answers[1].text
        assert answers[0].status_code >= 400


def test_lists_and_counts_and_files_have_ones_own_alone(anna: Person, petra: Person) -> None:
    """
    Also for a cursor that others were given.
    """
    name = "AAA Their Customer"
    theirs = invited_by(petra, PETRA, organization_name=name)
    cursor = petra.program.get("/api/v1/customers", params={"on": ON, "limit": 1}).json()["next"]
    pages = [
        anna.browser.get("/customers.csv").text,
        anna.browser.get("/customers", params={"search": "AAA"}).text,
        anna.browser.get("/customers", params={"search": theirs}).text,
        anna.program.get("/api/v1/customers", params={"on": ON, "limit": 1000}).text,
        anna.program.get("/api/v1/customers", params={"on": ON, "after": cursor}).text,
    ]
    assert [name in page for page in pages] == [False] * 5


@pytest.mark.parametrize("name", ["InviteCustomer", "SendResellerChangeCode"])
def test_nobody_commands_in_the_name_of_another_reseller(anna: Person, name: str) -> None:
    """
    The reseller is the session's, whatever a command says.
    """
    (kind,) = (each for each in COMMANDS if each.__name__ == name)
    command = command_to(kind, "0" * 20) | {"reseller_id": THEM}
    answer = send(anna, command)
    assert (answer.status_code, answer.json()["code"]) == (403, "NOT_ALLOWED")


def test_nobody_hands_a_customer_to_another_team(anna: Person) -> None:
    """
    Assigning or inviting.
    """
    ours = invited_by(anna, ANNA)
    command = {"command": "AssignManager", "vip_id": ours, "at": NOW, "managed_by": PETRA}
    answer = send(anna, command)
    assert [*answer.json()["errors"]] == ["managed_by"]


def test_a_vip_id_is_not_chosen(anna: Person, petra: Person) -> None:
    """
    Inviting under an ID would tell whether somebody has it.
    """
    theirs = invited_by(petra, PETRA)
    answers = [send(anna, INVITATION | {"vip_id": each}) for each in (theirs, "0" * 20)]
    assert answers[0].json() == answers[1].json()
    assert [*answers[0].json()["errors"]] == ["vip_id"]


def test_a_key_of_others_is_free(anna: Person, petra: Person) -> None:
    """
    Resellers do not use up each other's idempotency keys, nor see their receipts.
    """
    theirs = send(petra, INVITATION | {"managed_by": PETRA}, key="k").json()["vip_id"]
    ours = send(anna, INVITATION, key="k").json()["vip_id"]
    assert ours != theirs


def test_an_owner_of_another_agreement_is_told_of_without_its_id(
    anna: Person, petra: Person
) -> None:
    """
    S89 holds between resellers; which customer it is stays there.
    """
    theirs = invited_by(petra, PETRA)
    ours = send(anna, INVITATION).json()["vip_id"]
    accept = {"command": "AcceptTerms", "vip_id": ours, "at": NOW,
              "administrator_email": "eva.ek@nord.example"}  # fmt: skip
    answer = send(anna, accept)
    assert answer.json()["code"] == "OWNER_TAKEN"
    assert theirs not in answer.text


def change_hands(anna: Person, theirs: str) -> None:
    """Anna sends Petra's customer a code, and Eva uses it."""
    code = {"vip_id": theirs, "at": NOW, "administrator_email": "eva.ek@nord.example", "code": CODE}
    sent = send(anna, {"command": "SendResellerChangeCode", "managed_by": ANNA, **code})
    used = send(anna, {"command": "ChangeReseller", **code})
    assert (sent.status_code, used.status_code) == (200, 200)


def test_a_customer_that_changed_hands_is_its_new_resellers_alone(
    anna: Person, petra: Person
) -> None:
    """
    It left the old reseller's lists and enters the new one's (S54).
    """
    theirs = invited_by(petra, PETRA)
    change_hands(anna, theirs)
    path, on = f"/api/v1/customers/{theirs}", {"on": ON}
    answers = [each.program.get(path, params=on).status_code for each in (anna, petra)]
    assert answers == [200, 404]
    assert send(petra, pa_of(theirs)).status_code == 404


def test_names_of_the_old_team_stay_with_it(anna: Person, petra: Person) -> None:
    """
    Facts go with the customer; who of the other team did what does not.
    """
    theirs = invited_by(petra, PETRA)
    send(
        petra,
        {"command": "AssignManager", "vip_id": theirs, "at": NOW, "managed_by": "lars.nygren"},
    )
    change_hands(anna, theirs)
    shown = [
        anna.browser.get(f"/customers/{theirs}").text,
        anna.program.get(f"/api/v1/customers/{theirs}/history").text,
    ]
    assert [name in page for page in shown for name in (PETRA, "lars.nygren")] == [False] * 4


@pytest.mark.parametrize("command", ["SendResellerChangeCode", "ChangeReseller"])
def test_guessing_at_customers_of_others_tells_nothing(
    anna: Person, petra: Person, command: str
) -> None:
    """
    A customer there is not, one that did not accept, a wrong address: one answer.
    """
    accepted = invited_by(petra, PETRA)
    pending = send(petra, INVITATION | {"managed_by": PETRA}).json()["vip_id"]
    guess = {"command": command, "at": NOW, "administrator_email": "who@else.example", "code": CODE}
    if command == "SendResellerChangeCode":
        guess["managed_by"] = ANNA
    answers = [send(anna, guess | {"vip_id": each}) for each in (accepted, pending, "0" * 20)]
    assert len({(each.status_code, each.text) for each in answers}) == 1


def test_every_command_of_the_contract_is_tried_here() -> None:
    """
    Filled with fields that are read: a command that is none is refused for another reason.
    """
    tried = [command_to(kind, "0" * 20) for kind in COMMANDS]
    filled = [
        {"reseller_id": US, **each} if each["command"] == "InviteCustomer" else each
        for each in tried
    ]
    assert [command_to_dict(command_from_dict(each))["command"] for each in filled] == [
        kind.__name__ for kind in COMMANDS
    ]
