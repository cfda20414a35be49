"""A real Chromium, the system's own, and people who sit at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, sync_playwright

from examples.reseller_console.users import DEMO_PASSWORD

WISH = "VIP_DOMAIN_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def path_of_chromium() -> str:
    """Where it is. Fails without one: a run that lost its browser is not green."""
    wish = os.environ.get(WISH, "")
    if wish == "none":
        pytest.skip(f"{WISH}=none")
    found = wish or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(f"No Chromium here: install it, or set {WISH} to its path, or to 'none'.")
    return str(found)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with a profile of its own that is empty, and gone afterwards."""
    path = path_of_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=[*QUIET])
        yield browser
        browser.close()


class Desks:
    """People at a console, each in a browser window of their own; what goes wrong there is kept."""

    def __init__(self, browser: Browser, site: str) -> None:
        self._browser = browser
        self._site = site
        self.complaints: list[str] = []

    def person(self, name: str, *, width: int = 1280, signed_in: bool = True, **how: Any) -> Page:
        """A window; with somebody signed in, by hand."""
        size = ViewportSize(width=width, height=900)
        context = self._browser.new_context(
            base_url=self._site, viewport=size, locale="en-GB", **how
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if signed_in:
            page.goto("/")
            page.get_by_label("Name").fill(name)
            page.get_by_label("Password").fill(DEMO_PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/customers")
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        # A refusal is an answer of 4xx, which the browser calls an error.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def close(self) -> None:
        for context in self._browser.contexts:
            context.close()
