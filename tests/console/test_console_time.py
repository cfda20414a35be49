"""The time slider, and the pictures: what they say is what the library says at that time."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest

from tests.console.conftest import ANNA, PETRA, TODAY, US, Person
from tests.console.test_console_api import pa_of, send
from tests.console.test_console_pages import somebody, text_of
from tests.console.test_console_scope import change_hands, invited_by
from vip_domain import PAStatus, VipDomain


def table(html: str, name: str) -> list[tuple[str, int]]:
    """The rows below a picture: what its bars are called, and their numbers."""
    figure = html.split(f'<figure class="card" aria-labelledby="h-{name}">')[1]
    rows = re.findall(
        r'<th scope="row">(.*?)</th><td class="number">(\d+)', figure.split("</figure>")[0], re.S
    )
    return [(re.sub("<[^>]+>", "", label).strip(), int(number)) for label, number in rows]


def test_the_slider_tells_when_a_position_was(reader: Person, shelf: VipDomain) -> None:
    """
    The day its event happened on, which becomes the page's.
    """
    with shelf.subscribe(after=99) as subscription:
        (event, *_) = subscription.batch(timeout=0)
    answer = reader.browser.get("/moments/100", headers={"Accept-Language": "en"}).json()
    assert answer["on"] == event.event.at.date().isoformat()
    assert answer["text"].startswith("event 100, which happened on")


@pytest.mark.parametrize("position", ["0", "-1", "100000000", "9" * 40, "x"])
def test_there_is_no_moment_beyond_the_log(reader: Person, position: str) -> None:
    """
    Nor before it.
    """
    assert reader.browser.get(f"/moments/{position}").status_code in (404, 422)


def test_nothing_can_be_changed_in_the_past(reader: Person, shelf: VipDomain) -> None:
    """
    Dialogs are offered now alone.
    """
    first = shelf.customers("all_customers", reseller_id=US, on=TODAY, as_of=300).rows[0].vip_id
    now, then = (
        reader.browser.get(path).text + reader.browser.get(page).text
        for path, page in (
            ("/customers", f"/customers/{somebody(shelf)}"),
            ("/customers?as_of=300", f"/customers/{first}?as_of=300"),
        )
    )
    assert ("/do/" in now, "/do/" in then) == (True, False)


def test_the_details_of_the_past_tell_what_was_known_then(reader: Person, shelf: VipDomain) -> None:
    """
    History, plans and reasons end at the moment.
    """
    vip_id = shelf.customers("all_customers", reseller_id=US, on=TODAY, as_of=300).rows[0].vip_id
    shown = reader.browser.get(f"/customers/{vip_id}", params={"as_of": "300"}).text
    known = [each for each in shelf.history(vip_id) if each.position <= 300]
    assert shown.count("<time ") == len(known)


@pytest.mark.parametrize("mine", ["", "true"])
def test_the_calendar_is_the_second_projections(
    reader: Person, shelf: VipDomain, mine: str
) -> None:
    """
    A month after the other, those without a renewal too.
    """
    html = reader.browser.get("/overview", params={"mine": mine}).text
    months = shelf.renewals(
        reseller_id=US,
        first=date(2026, 10, 1),
        last=date(2027, 10, 1),
        managed_by=ANNA if mine else None,
    )
    shown = dict(table(html, "calendar"))
    assert len(shown) == 13
    assert {month: number for month, number in shown.items() if number} == {
        each.month: each.licenses for each in months
    }


@pytest.mark.parametrize("days", [0, 20, -15, None])
def test_the_ages_are_those_of_each_customers_oldest_request(
    reader: Person, shelf: VipDomain, days: int | None
) -> None:
    """
    Counted here customer by customer from the details; the console asks filters of other days.
    """
    pending = shelf.customers("pending_requests", reseller_id=US, on=TODAY, order_by="next_due_on")
    due_on = pending.rows[0].next_due_on
    assert due_on is not None
    on = due_on if days is None else TODAY + timedelta(days=days)
    late = []
    for row in shelf.customers("all_customers", reseller_id=US, on=on, limit=1000).rows:
        pas = shelf.customer(row.vip_id, on=on).purchase_authorizations
        due = [pa.due_on for pa in pas if pa.status is PAStatus.PENDING]
        late += [(on - min(due)).days] if due else []
    steps = [(-9999, -8), (-7, 0), (1, 14), (15, 30), (31, 46), (47, 9999)]
    counted = [sum(first <= each <= last for each in late) for first, last in steps]
    html = reader.browser.get("/overview", params={"on": on.isoformat()}).text
    assert [number for _, number in table(html, "ages")] == counted


def test_a_picture_is_told_in_words_too(reader: Person) -> None:
    """
    To whoever does not see it: a title, a description, and a table.
    """
    html = reader.browser.get("/overview").text
    (described, _) = re.findall(r'<desc id="d-\w+">(.*?)</desc>', html, re.S)
    numbers = [str(number) for _, number in table(html, "calendar") if number]
    assert re.findall(r": (\d+)", unescape(described)) == numbers
    assert "Renewal calendar" in text_of(html)


def entered_and_left(html: str) -> list[list[str]]:
    return [re.findall(rf'<tr data-{name}="([^"]+)"', html) for name in ("entered", "left")]


@pytest.mark.parametrize("filter", ["all_customers", "overdue_requests", "ready_for_renewal"])
def test_what_changed_is_the_librarys_difference(
    reader: Person, shelf: VipDomain, filter: str
) -> None:
    """
    From a position on a day to now and today, each customer with its event or the day it turned.
    """
    then = date(2026, 3, 1)
    question = {"filter": filter, "as_of": "200", "from_on": then.isoformat()}
    html = reader.browser.get("/changes", params=question).text
    said = shelf.diff(filter, 200, reseller_id=US, on=TODAY, from_on=then)
    assert entered_and_left(html) == [
        [each.vip_id for each in part] for part in (said.entered, said.left)
    ]
    assert sum(map(len, entered_and_left(html))) > 0


@pytest.mark.parametrize(
    "question",
    [{"as_of": "999999"}, {"to": "x"}, {"from_on": "x"}, {"from_on": "2027-01-01"},
     {"as_of": "50", "to": "40"}, {"filter": "x"}],
    ids=str,
)  # fmt: skip
def test_moments_that_do_not_follow_each_other_are_told(
    reader: Person, question: dict[str, str]
) -> None:
    """
    As any other odd question.
    """
    assert reader.browser.get("/changes", params=question).status_code == 422


def test_who_went_to_another_reseller_left_without_a_name(anna: Person, petra: Person) -> None:
    """
    The old reseller learns that it went, not where to; the page of a customer gone is no link.
    """
    theirs = invited_by(petra, PETRA)
    last = str(send(petra, pa_of(theirs)).json()["position"])
    change_hands(anna, theirs)
    asked = {"since": last, "on": TODAY.isoformat()}
    answer = petra.program.get("/api/v1/changes", params=asked)
    assert [each["vip_id"] for each in answer.json()["left"]] == [theirs]
    assert [name in answer.text for name in (ANNA, US)] == [False] * 2
    gone = petra.browser.get("/changes", params={"as_of": last}).text
    come = anna.browser.get("/changes", params={"as_of": last}).text
    assert entered_and_left(gone) == [[], [theirs]]
    assert entered_and_left(come) == [[theirs], []]
    assert "Another reseller took the customer over" in gone
    assert [name in gone for name in (ANNA, US, f"/customers/{theirs}")] == [False] * 3
