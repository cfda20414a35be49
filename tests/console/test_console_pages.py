"""What the pages show is what the library says, in both languages, for every day and moment."""

from __future__ import annotations

import csv
import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from tests.console.conftest import ANNA, TODAY, US, Person, signed_in, visitor
from vip_domain import VipDomain, timeline
from vip_domain.projections.customers import FILTERS, ORDERS
from vip_domain.words import LANGUAGES, Language

VIP_IDS = re.compile(r'data-vip="([0-9A-F]+)"')


def listed(html: str) -> list[str]:
    """The customers of a page, in its order."""
    return VIP_IDS.findall(html)


def text_of(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def somebody(vip: VipDomain, filter: str = "ready_for_renewal") -> str:
    return vip.customers(filter, reseller_id=US, on=TODAY).rows[0].vip_id


def test_all_customers_come_first(reader: Person, shelf: VipDomain) -> None:
    """
    Without a question the page is All customers of today.
    """
    page = shelf.customers("all_customers", reseller_id=US, on=TODAY)
    assert listed(reader.browser.get("/customers").text) == [row.vip_id for row in page.rows]


@pytest.mark.parametrize("filter", FILTERS)
def test_a_filter_lists_what_the_library_lists(
    reader: Person, shelf: VipDomain, filter: str
) -> None:
    """
    In the library's order.
    """
    page = shelf.customers(filter, reseller_id=US, on=TODAY)
    html = reader.browser.get("/customers", params={"filter": filter}).text
    assert listed(html) == [row.vip_id for row in page.rows]


def test_every_filter_stands_with_its_count(reader: Person, shelf: VipDomain) -> None:
    """
    The navigation counts for the day the page is asked for.
    """
    html = reader.browser.get("/customers", params={"on": "2026-12-24"}).text
    shown = re.findall(r'data-filter="(\w+)".*?<b>(\d+)</b>', html, re.S)
    counts = shelf.counts(reseller_id=US, on=TODAY.replace(month=12, day=24))
    assert {name: int(number) for name, number in shown} == counts


def test_mine_are_those_i_manage(reader: Person, shelf: VipDomain) -> None:
    """
    *Managed by me* is who is signed in (S5).
    """
    mine = shelf.customers("all_customers", reseller_id=US, on=TODAY, managed_by=ANNA)
    html = reader.browser.get("/customers", params={"mine": "true"}).text
    assert listed(html) == [row.vip_id for row in mine.rows]


@pytest.mark.parametrize("order_by", ORDERS)
def test_the_list_is_sorted_as_asked(reader: Person, shelf: VipDomain, order_by: str) -> None:
    """
    By every order the library knows.
    """
    page = shelf.customers("all_customers", reseller_id=US, on=TODAY, order_by=order_by)
    html = reader.browser.get("/customers", params={"order_by": order_by}).text
    assert listed(html) == [row.vip_id for row in page.rows]


def test_a_search_finds_the_beginning_of_a_name(reader: Person, shelf: VipDomain) -> None:
    """
    As the library does: without regard to case.
    """
    wanted = shelf.customer(somebody(shelf), on=TODAY)
    start = wanted.organization_name[:6].upper()
    html = reader.browser.get("/customers", params={"search": start}).text
    assert wanted.vip_id in listed(html)
    assert len(listed(html)) < 50


def test_the_pages_of_a_list_have_everybody_once(reader: Person, shelf: VipDomain) -> None:
    """
    From link to link until there is no next page.
    """
    seen, url = [], "/customers"
    while url:
        html = reader.browser.get(url).text
        seen += listed(html)
        following = re.search(r'rel="next" href="([^"]+)"', html)
        url = unescape(following[1]) if following else ""
    every = shelf.customers("all_customers", reseller_id=US, on=TODAY, limit=1000).rows
    assert seen == [row.vip_id for row in every]


def test_the_page_as_of_a_past_moment_is_what_it_was(reader: Person, shelf: VipDomain) -> None:
    """
    By log position; later customers are not there yet.
    """
    html = reader.browser.get("/customers", params={"as_of": "60"}).text
    page = shelf.customers("all_customers", reseller_id=US, on=TODAY, as_of=60)
    assert listed(html) == [row.vip_id for row in page.rows]


def test_the_details_say_everything_of_a_customer(reader: Person, shelf: VipDomain) -> None:
    """
    Fields, plans, purchases, returns and people of the source (S63 to S92).
    """
    details = shelf.customer(somebody(shelf), on=TODAY)
    shown = text_of(reader.browser.get(f"/customers/{details.vip_id}").text)
    expected = [
        details.organization_name,
        details.owner_name,
        details.owner_email,
        details.managed_by,
        details.address,
        str(details.renews_on),
        *details.administrators,
        *details.licenses,
        *(pa.pa_id for pa in details.purchase_authorizations),
        *(order.order_id for order in details.orders),
        *(each.return_id for each in details.returns),
    ]
    assert [each for each in expected if each not in shown] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_details_say_why_and_what_happened_in_the_librarys_words(
    reading: FastAPI, shelf: VipDomain, language: Language
) -> None:
    """
    Nothing of an explanation or a history is written a second time.
    """
    vip_id = somebody(shelf)
    browser = signed_in(reading, ANNA).browser
    shown = text_of(browser.get(f"/customers/{vip_id}", params={"lang": language}).text)
    reasons = [
        reason.text for each in shelf.explain(vip_id, on=TODAY).values() for reason in each.deciding
    ]
    happened = [each.text for each in timeline(shelf.history(vip_id))]
    said = [each.said(language) for each in (*reasons, *happened)]
    assert [each for each in said if each not in shown] == []


def test_a_language_asked_for_is_kept(reading: FastAPI) -> None:
    """
    English unless the browser or the visitor says Swedish.
    """
    guest = visitor(reading)
    assert "Sign in" in guest.get("/sign-in").text
    assert "Logga in" in guest.get("/sign-in", headers={"Accept-Language": "sv-SE"}).text
    guest.get("/sign-in?lang=sv")
    assert '<html lang="sv">' in guest.get("/sign-in").text


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ({}, {}),
        ({"filter": "overdue_requests", "on": "2026-12-24"},
         {"filter": "overdue_requests", "on": date(2026, 12, 24)}),
        ({"mine": "true", "as_of": "60"}, {"managed_by": ANNA, "as_of": 60}),
    ],
    ids=str,
)  # fmt: skip
def test_the_csv_is_the_librarys(
    reader: Person, shelf: VipDomain, question: dict[str, str], asked: Any
) -> None:
    """
    Line by line, whatever list the page shows; and it reads back as rows.
    """
    answer = reader.browser.get("/customers.csv", params=question)
    lines = "".join(shelf.csv(**({"reseller_id": US, "on": TODAY} | asked)))
    assert answer.text == lines
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert len([*csv.DictReader(answer.text.splitlines())]) == lines.count("\n") - 1 > 0


@pytest.mark.parametrize(
    "question",
    [
        {"filter": "nobody"},
        {"on": "tomorrow"},
        {"on": "9999-12-31"},
        {"as_of": "yesterday"},
        {"as_of": "2026-01-01T00:00+99:99"},
        {"as_of": "9" * 30},
        {"as_of": "²"},
        {"order_by": "luck"},
        {"after": "x"},
        {"search": "\x00"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/customers", "/customers.csv"])
def test_an_odd_question_is_one_clear_page(
    reader: Person, path: str, question: dict[str, str]
) -> None:
    """
    Never an error of the server; the CSV does not look at order, search and cursors.
    """
    ignored = path.endswith("csv") and question.keys() & {"order_by", "after", "search"}
    answer = reader.browser.get(path, params=question)
    assert answer.status_code == (200 if ignored else 422)


@pytest.mark.parametrize("path", ["/customers/NOBODY", "/nowhere", "/customers/%00"])
def test_what_is_not_there_is_not_found(reader: Person, path: str) -> None:
    """
    In a page of the console.
    """
    answer = reader.browser.get(path)
    assert answer.status_code == 404
    assert "There is nothing like that here." in answer.text
