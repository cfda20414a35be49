"""What every answer carries, and what no request gets past."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.types import Message

from examples.reseller_console.app import create_app
from examples.reseller_console.door import COOKIE
from examples.reseller_console.security import HEADERS, MOST_BYTES
from examples.reseller_console.users import DEMO_PASSWORD
from tests.console.conftest import ANNA, TODAY, US, USERS, Person, visitor
from tests.console.test_console_api import INVITATION
from vip_domain import VipDomain

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    "path",
    ["/customers", "/customers.csv", "/sign-in", "/nowhere", "/static/console.css",
     "/customers?on=odd", "/api/v1/openapi.json", "/api/v1/customers", "/"],
)  # fmt: skip
def test_every_answer_has_the_security_headers(reader: Person, path: str) -> None:
    """
    No inline script, no frame, no sniffing, whatever is answered.
    """
    answer = reader.browser.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_pages_hold_nothing_that_the_policy_forbids(reader: Person, shelf: VipDomain) -> None:
    """
    Styles, scripts and handlers in the page itself would be dropped by the browser unseen.
    """
    vip_id = shelf.customers("all_customers", reseller_id=US, on=TODAY).rows[0].vip_id
    html = "".join(reader.browser.get(path).text for path in ("/customers", f"/customers/{vip_id}"))
    assert [each for each in (" style=", "<style", " onclick=", "<script>") if each in html] == []


@pytest.mark.parametrize("path", ["/customers", "/customers.csv", "/customers/X"])
def test_who_is_not_signed_in_is_led_to_the_door(app: FastAPI, path: str) -> None:
    """
    Every page of customers.
    """
    answer = visitor(app).get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_a_name_and_its_password_open_the_door(app: FastAPI) -> None:
    """
    Names are those of the demo's teams.
    """
    browser = visitor(app)
    browser.post("/sign-in", data={"name": ANNA, "password": DEMO_PASSWORD})
    assert ANNA in browser.get("/customers").text


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(app: FastAPI) -> None:
    """
    Nobody learns which names there are.
    """
    answers = [
        visitor(app).post("/sign-in", data={"name": name, "password": "guess"})
        for name in (ANNA, "nobody")
    ]
    assert answers[0].status_code == 401
    assert answers[0].text == answers[1].text


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_the_session_is_out_of_reach_of_scripts_and_other_sites(
    app: FastAPI, scheme: str, secure: bool
) -> None:
    """
    And of the plain network where the console is served by https.
    """
    browser = TestClient(app, base_url=f"{scheme}://console.example", follow_redirects=False)
    answer = browser.post("/sign-in", data={"name": ANNA, "password": DEMO_PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    said = [part in cookie for part in (f"{COOKIE}=", "httponly", "samesite=lax", "secure")]
    assert said == [True, True, True, secure]


@pytest.mark.parametrize("forged", ["{body}.{other}", "e30=.{signature}", "x{whole}", "é.é", "."])
def test_a_session_that_was_not_signed_here_is_none(anna: Person, forged: str) -> None:
    """
    One character is enough.
    """
    whole = anna.browser.cookies[COOKIE]
    body, _, signature = whole.partition(".")
    other = signature[:-1] + ("1" if signature[-1] == "0" else "0")
    session = forged.format(body=body, signature=signature, whole=whole, other=other)
    anna.browser.cookies.clear()
    headers = {b"Cookie": f"{COOKIE}={session}".encode("latin-1")}
    assert anna.browser.get("/customers", headers=headers).status_code == 303


def test_a_session_of_another_secret_is_none(vip: VipDomain, anna: Person) -> None:
    """
    A console that was started anew with another secret knows nobody.
    """
    other = visitor(create_app(vip, USERS))
    other.cookies.set(COOKIE, anna.browser.cookies[COOKIE], domain="console.example")
    assert other.get("/customers").status_code == 303


def test_a_session_that_was_signed_out_of_is_over(app: FastAPI, anna: Person) -> None:
    """
    For whoever has a copy of the cookie, too.
    """
    session = anna.browser.cookies[COOKIE]
    anna.browser.post("/sign-out", data={"form_token": anna.form_token()})
    thief = visitor(app)
    thief.cookies.set(COOKIE, session, domain="console.example")
    assert thief.get("/customers").status_code == 303


@pytest.mark.parametrize("token", [None, "", "0" * 64, "ö"])
def test_a_form_without_its_token_does_nothing(anna: Person, token: str | None) -> None:
    """
    Here: signing out; every form is judged at the same place.
    """
    data = {} if token is None else {"form_token": token}
    assert anna.browser.post("/sign-out", data=data).status_code == 403
    assert anna.browser.get("/customers").status_code == 200


def test_a_form_token_of_somebody_else_is_none(anna: Person, petra: Person) -> None:
    """
    Tokens are bound to their session.
    """
    answer = anna.browser.post("/sign-out", data={"form_token": petra.form_token()})
    assert answer.status_code == 403


def test_a_cookie_alone_commands_nothing_by_the_api(anna: Person) -> None:
    """
    A page of another site cannot know the token.
    """
    bare = anna.browser.post("/api/v1/commands", json=INVITATION)
    ours = anna.browser.post(
        "/api/v1/commands", json=INVITATION, headers={"X-Form-Token": anna.form_token()}
    )
    assert (bare.status_code, ours.status_code) == (403, 200)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Origin": "null"},
     {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
    ids=str,
)  # fmt: skip
def test_nothing_is_changed_for_another_site(app: FastAPI, headers: dict[str, str]) -> None:
    """
    Signing somebody in as somebody else, for one.
    """
    data = {"name": ANNA, "password": DEMO_PASSWORD}
    answer = visitor(app).post("/sign-in", data=data, headers=headers)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/session", "/api/v1/commands", "/nowhere"])
def test_a_body_beyond_all_measure_is_refused(anna: Person, path: str) -> None:
    """
    Before anything looks at it.
    """
    assert anna.program.post(path, content=b"x" * (MOST_BYTES + 1)).status_code == 413


def test_a_body_that_comes_in_pieces_is_measured_too(app: FastAPI) -> None:
    """
    Without a length beforehand, and with no piece too long: what a test client would put together.
    """
    piece = {"type": "http.request", "body": b"x" * 1024, "more_body": True}
    pieces = iter([piece] * (MOST_BYTES // 1024 + 1))
    said: list[Message] = []

    async def receive() -> Message:
        return next(pieces)

    async def send(message: Message) -> None:
        said.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in FORM.items()]
    scope = {"type": "http", "method": "POST", "path": "/sign-in", "headers": headers}
    asyncio.run(app(scope, receive, send))
    assert said[0]["status"] == 413


def test_what_people_wrote_is_shown_as_text(anna: Person) -> None:
    """
    A name is no markup, wherever it is shown.
    """
    name = "<script>alert(1)</script>\"'&"
    invitation = INVITATION | {"organization_name": name, "contact_name": name}
    vip_id = anna.program.post("/api/v1/commands", json=invitation).json()["vip_id"]
    for path in ("/customers?search=%3Cscript", f"/customers/{vip_id}"):
        html = anna.browser.get(path).text
        assert "alert(1)&lt;/script&gt;" in html
        assert "<script>" not in html
