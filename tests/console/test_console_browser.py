"""The console in a real Chromium: what people do there, and what they see without reloading."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import vip_domain
from examples.reseller_console.app import create_app
from examples.reseller_console.dialogs import DIALOGS
from tests.builders import VIP, accept, at, invite, place_pa
from tests.console.chromium import Desks, chromium
from tests.console.conftest import ANNA, PETRA, THEM, TODAY, US, USERS, Clock
from tests.console.site import served
from vip_domain import VipDomain
from vip_domain.demo import demo_commands

pytestmark = [pytest.mark.slow, pytest.mark.browser]

JOHAN = "johan.ekstrom"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def db(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'vip.db'}"


@pytest.fixture
def vip(db: str) -> Iterator[VipDomain]:
    """A file with a demo of 30 customers."""
    with vip_domain.open(db) as vip:
        vip.execute_many(demo_commands(30, today=TODAY), actor="demo")
        yield vip


@pytest.fixture
def desks(browser: Browser, vip: VipDomain) -> Iterator[Desks]:
    """People at a console in play; a window that complained fails the test."""
    with served(create_app(vip, USERS, clock=Clock(), play=True)) as site:
        desks = Desks(browser, site)
        yield desks
        desks.close()
    assert desks.complaints == []


def dialog(page: Page, name: str) -> None:
    """Open a dialog by its button, which may be in the demo's menu."""
    if DIALOGS[name].place == "customer" and page.locator(".menu:not([open])").count():
        page.locator(".menu summary").click()
    page.locator(f'a[data-dialog][href*="/do/{name}"]').first.click()
    expect(page.locator("dialog[open] form")).to_be_visible()


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"dialog #f-{name}").fill(value)


def line(page: Page, product: str, quantity: int) -> None:
    page.locator("dialog [name=product]").first.fill(product)
    page.locator("dialog [name=quantity]").first.fill(str(quantity))


def send(page: Page) -> str:
    """Send the dialog; what the page says was recorded."""
    with page.expect_navigation():
        page.locator("dialog button.main").click()
    return page.locator("main p[role=status]").inner_text()


def on(page: Page, day: str) -> None:
    """Set the page's day by hand."""
    page.locator("[data-day] input[type=date]").fill(day)
    page.wait_for_url(f"**on={day}*")


def test_a_customers_life_from_invitation_to_renewal_is_clicked(
    desks: Desks, vip: VipDomain
) -> None:
    """
    Invited, accepted, given a PA, ordered, assigned, renewed a year later.
    """
    page = desks.person(ANNA)
    dialog(page, "invite")
    expect(page.locator("#f-organization_name_ascii")).to_be_hidden()
    fill(page, organization_name="Åkeriet i Lund AB", region="Skåne", address="Storgatan 1")
    fill(page, organization_name_ascii="Akeriet i Lund AB", city="Lund", postal_code="222 22")
    fill(page, contact_name="Eva Ek", contact_email="eva.ek@akeriet.example")
    assert "invited Åkeriet i Lund AB" in send(page)
    on(page, "2026-11-26")
    dialog(page, "accept-terms")
    assert "accepted the terms" in send(page)
    dialog(page, "place-pa")
    line(page, "Photoshop", 12)
    assert "12 Photoshop at once" in send(page)
    on(page, "2026-11-27")
    dialog(page, "place-order")
    assert "12 Photoshop, for purchase authorization PA-1" in send(page)
    dialog(page, "accept-order")
    assert "it renews" not in (said := send(page))
    assert "12 Photoshop fulfilled" in said
    dialog(page, "assign-licenses")
    fill(page, quantity="5")
    assert "5 licences of Photoshop assigned" in send(page)
    on(page, "2027-11-20")
    dialog(page, "renew")
    assert "Renewal order O-2 was placed: 12 Photoshop" in send(page)
    dialog(page, "accept-order")
    assert "it renews on 2028-11-26" in send(page)
    row = vip.customers("all_customers", reseller_id=US, on=TODAY, search="akeriet").rows[0]
    assert (row.renews_on, row.licenses_fulfilled) == (date(2028, 11, 26), 12)


def test_every_dialog_shows_its_error_in_the_dialog(desks: Desks, vip: VipDomain) -> None:
    """
    Whatever is wrong, the page stays, and what was filled in; the error has the focus.
    """
    vip.execute(invite(reseller_id=US, managed_by=ANNA, at=at("2026-11-24")), actor="x")
    vip.execute(place_pa("2026-11-24"), actor="x")
    page = desks.person(ANNA)
    page.goto(f"/customers/{VIP}?on=2026-11-20")  # before the latest that happened: all is refused
    quiet = []
    for name, each in DIALOGS.items():
        where = "" if each.place == "console" else f"/customers/{VIP}"
        address = f"{where}/do/{name}?on=2026-11-20&pa_id=PA-1&order_id=O-1&return_id=RET-1"
        page.evaluate(
            """address => {
                const link = Object.assign(document.createElement("a"), {href: address});
                link.dataset.dialog = "";
                document.body.append(link);
                link.click();
                link.remove();
            }""",
            address,
        )
        page.locator(f'dialog[open] form[action*="/do/{name}"]').wait_for()
        if name == "assign-manager":  # to who has it already would be no news
            page.locator("dialog #f-managed_by").select_option(JOHAN)
        page.locator("dialog button.main").click()
        alert = page.locator("dialog[open] [role=alert]")
        alert.wait_for()
        if not alert.inner_text() or not alert.evaluate("it => it === document.activeElement"):
            quiet.append(name)
        page.keyboard.press("Escape")
    assert quiet == []
    assert len(vip.history(VIP)) == 3


def test_two_browsers_see_each_others_changes(desks: Desks, vip: VipDomain) -> None:
    """
    In the list, in its counts and in the details, without reloading.
    """
    anna, johan = desks.person(ANNA), desks.person(JOHAN)
    for page in (anna, johan):
        page.locator("html[data-hears]").wait_for()
    dialog(anna, "invite")
    fill(anna, organization_name="AAA Bageri AB", region="Skåne", address="Storgatan 1")
    fill(anna, city="Lund", postal_code="222 22")
    fill(anna, contact_name="Eva Ek", contact_email="eva.ek@bageri.example")
    send(anna)
    row = johan.locator("#list tr", has_text="AAA Bageri AB")
    expect(row).to_contain_text(ANNA)
    counted = vip.counts(reseller_id=US, on=TODAY)["no_products"]
    expect(johan.locator("nav [data-filter=no_products] b")).to_have_text(str(counted))
    row.get_by_role("link").click()
    johan.get_by_role("link", name="All details").click()
    dialog(johan, "assign-manager")
    johan.locator("dialog #f-managed_by").select_option(JOHAN)
    send(johan)
    expect(anna.locator("#details dl")).to_contain_text(JOHAN)


def test_a_change_of_another_process_appears(desks: Desks, vip: VipDomain, db: str) -> None:
    """
    Here `vip-domain run`, which knows nothing of the console; nobody else sees it.
    """
    anna, petra = desks.person(ANNA), desks.person(PETRA)
    for page in (anna, petra):
        page.locator("html[data-hears]").wait_for()
    commands = [
        {**vip_domain.command_to_dict(invite(vip_id=each, reseller_id=reseller, managed_by=manager,
                                             organization_name=f"AAA {each}"))}
        for each, reseller, manager in (("OURS-1", US, ANNA), ("THEIRS-1", THEM, PETRA))
    ]  # fmt: skip
    lines = "".join(json.dumps(each) + "\n" for each in commands)
    run = [sys.executable, "-m", "vip_domain", "run", "-", "--db", db]
    subprocess.run(run, input=lines, text=True, check=True, capture_output=True)
    expect(anna.locator("#row-OURS-1")).to_be_visible()
    expect(petra.locator("#row-THEIRS-1")).to_be_visible()
    assert (anna.locator("#row-THEIRS-1").count(), petra.locator("#row-OURS-1").count()) == (0, 0)


def test_the_slider_shows_the_page_as_it_was(desks: Desks, vip: VipDomain) -> None:
    """
    Moved by the keyboard; it tells the day it stands at, and the way back to now.
    """
    page = desks.person(ANNA)
    page.locator(".time summary").click()
    slider = page.get_by_role("slider", name="As recorded up to")
    slider.press("Home")
    for _ in range(59):
        slider.press("ArrowRight")
    expect(page.locator("#m-as_of")).to_contain_text("event 60,")
    page.locator("[data-time] button").click()
    expect(page.locator(".past")).to_be_visible()
    asked = dict(part.split("=") for part in page.url.partition("?")[2].split("&"))
    then = date.fromisoformat(asked["on"])
    with vip.subscribe(after=59) as subscription:
        assert then == next(subscription).event.at.date()
    counts = vip.counts(reseller_id=US, on=then, as_of=60)
    expect(page.locator("nav [data-filter=all_customers] b")).to_have_text(
        str(counts["all_customers"])
    )
    expect(page.locator("a[data-dialog]")).to_have_count(0)
    page.get_by_role("link", name="What changed").click()
    said = vip.diff("all_customers", 60, reseller_id=US, on=TODAY, from_on=then)
    expect(page.locator("tr[data-entered]")).to_have_count(len(said.entered))
    expect(page.locator("tr[data-left]")).to_have_count(len(said.left))
    page.go_back()
    page.get_by_role("link", name="Back to now").click()
    now = vip.counts(reseller_id=US, on=TODAY)["all_customers"]
    expect(page.locator("nav [data-filter=all_customers] b")).to_have_text(str(now))


def test_the_csv_is_downloaded_and_reads_back(desks: Desks, vip: VipDomain, tmp_path: Path) -> None:
    """
    Row by row what the library's list has.
    """
    page = desks.person(ANNA)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    file = tmp_path / "customers.csv"
    download.value.save_as(file)
    assert download.value.suggested_filename == "all_customers-2026-11-25.csv"
    text = file.read_bytes().decode("utf-8")
    rows = vip.customers("all_customers", reseller_id=US, on=TODAY, limit=1000).rows
    read = [each["vip_id"] for each in csv.DictReader(io.StringIO(text, newline=""))]
    assert read == [row.vip_id for row in rows]
    assert text == "".join(vip.csv(reseller_id=US, on=TODAY))


def test_filters_search_sorting_and_pages_are_clicked(desks: Desks, vip: VipDomain) -> None:
    """
    Search as one types; a filter, an order and *Managed by me* by a click.
    """
    page = desks.person(ANNA)
    wanted = vip.customers("ready_for_renewal", reseller_id=US, on=TODAY).rows[0]
    page.get_by_role("searchbox").fill(wanted.organization_name[:8].lower())
    expect(page.locator("#list tbody tr")).to_have_count(
        len(
            vip.customers(
                "all_customers", reseller_id=US, on=TODAY, search=wanted.organization_name[:8]
            ).rows
        )
    )
    page.goto("/customers")
    page.locator("nav [data-filter=ready_for_renewal]").click()
    expect(page.locator("h1")).to_have_text("Ready for renewal")
    page.get_by_role("link", name="Renews on").click()
    page.get_by_role("switch", name="Managed by me").click()
    mine = vip.customers(
        "ready_for_renewal", reseller_id=US, on=TODAY, managed_by=ANNA, order_by="renews_on"
    )
    shown = page.locator("#list tbody tr").evaluate_all("rows => rows.map(row => row.dataset.vip)")
    assert shown == [row.vip_id for row in mine.rows]


def test_a_pop_up_is_opened_and_closed_by_the_keyboard(desks: Desks) -> None:
    """
    Enter opens, Escape closes, and the focus is back where it was.
    """
    page = desks.person(ANNA)
    link = page.locator("#list a[data-popup]").nth(1)
    link.focus()
    page.keyboard.press("Enter")
    opened = page.locator("dialog[open]")
    expect(opened.locator("h1")).to_have_text(link.inner_text())
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(link).to_be_focused()


UNLABELLED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, button, a")]
    .filter(each => each.checkVisibility())
    .filter(each => !(each.labels?.length || each.ariaLabel || each.textContent.trim()))
    .map(each => each.outerHTML)"""

FAINT = """() => {
    const parse = text => (text.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
    const ground = element => {
        for (let at = element; at; at = at.parentElement) {
            const colour = parse(getComputedStyle(at).backgroundColor);
            if (colour.length < 4 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faint = new Set();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!node.data.trim() || !element.checkVisibility() || element.closest("svg")) continue;
        const ink = light(parse(getComputedStyle(element).color)), paper = light(ground(element));
        const contrast = (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05);
        if (contrast < 4.5) faint.add(element.outerHTML.slice(0, 90));
    }
    return [...faint];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_can_be_read_and_used(
    desks: Desks, vip: VipDomain, scheme: str, width: int
) -> None:
    """
    Contrast of AA in light and dark, a name for everything to use, nothing wider than the window.
    """
    page = desks.person(ANNA, width=width, color_scheme=scheme)
    vip_id = vip.customers("overdue_requests", reseller_id=US, on=TODAY).rows[0].vip_id
    for path in ("/customers?filter=overdue_requests", f"/customers/{vip_id}", "/overview",
                 "/do/invite", "/customers?as_of=60", "/changes?as_of=60&from_on=2025-01-01",
                 "/nowhere"):  # fmt: skip
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found = (page.evaluate(UNLABELLED), page.evaluate(FAINT), max(wide, 0))
        assert (path, *found) == (path, [], [], 0)


def test_the_page_is_swedish_when_asked_for(desks: Desks) -> None:
    """
    And stays so.
    """
    page = desks.person(ANNA)
    page.get_by_role("link", name="Svenska").click()
    expect(page.locator("h1")).to_have_text("Alla kunder")
    page.goto("/customers?filter=ready_for_renewal")
    expect(page.locator("h1")).to_have_text("Redo att förnyas")


def test_without_scripts_the_page_reads_and_its_forms_work(desks: Desks, vip: VipDomain) -> None:
    """
    A dialog is a page of its own then, with its errors.
    """
    page = desks.person(ANNA, java_script_enabled=False)
    page.get_by_role("link", name="Add customer organisation").click()
    page.get_by_role("button", name="Add customer organisation").click()
    expect(page.locator("[role=alert] li")).to_have_count(7)
    for name in ("organization_name", "region", "address", "city", "postal_code", "contact_name"):
        page.locator(f"#f-{name}").fill("Lund")
    page.locator("#f-contact_email").fill("eva@lund.example")
    page.get_by_role("button", name="Add customer organisation").click()
    expect(page.locator("main p[role=status]")).to_contain_text("invited Lund")


def test_a_session_that_ended_leads_to_the_door(desks: Desks) -> None:
    """
    From the page that was open.
    """
    page = desks.person(ANNA)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.go_back()
    page.reload()
    page.wait_for_url("**/sign-in")


def test_names_are_shown_as_text(desks: Desks, vip: VipDomain) -> None:
    """
    In a browser, which would run what it takes for a script.
    """
    name = "<img src=x onerror=alert(1)>"
    command = invite(reseller_id=US, managed_by=ANNA, organization_name=name, at=datetime.now(UTC))
    vip.execute(command, actor="x")
    vip.execute(accept(at=datetime.now(UTC)), actor="x")
    page = desks.person(ANNA)
    page.goto("/customers?search=%3Cimg")
    expect(page.locator("#list th[scope=row] a")).to_have_text(name)
    page.locator("#list th[scope=row] a").click()
    expect(page.locator("dialog[open] h1")).to_have_text(name)
