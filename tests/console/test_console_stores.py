"""The console runs on every store."""

from __future__ import annotations

import vip_domain
from examples.reseller_console.app import create_app
from tests.console.conftest import ANNA, TODAY, US, USERS, Clock, signed_in
from tests.console.test_console_api import INVITATION, send
from tests.stores import store_url
from vip_domain.demo import demo_commands

__all__ = ["store_url"]


def test_every_page_answers_on_every_store(store_url: str) -> None:
    """
    Lists, details, pictures, the past, what changed since, and a command.
    """
    with vip_domain.open(store_url) as vip:
        vip.execute_many(demo_commands(25, today=TODAY), actor="demo")
        anna = signed_in(create_app(vip, USERS, clock=Clock()), ANNA)
        vip_id = send(anna, INVITATION).json()["vip_id"]
        paths = ("/customers", f"/customers/{vip_id}", "/overview", "/customers?as_of=60",
                 "/changes?as_of=60&from_on=2025-06-01", "/customers.csv", "/moments/60",
                 "/do/send-code", f"/customers/{vip_id}/do/place-pa")  # fmt: skip
        answers = {path: anna.browser.get(path).status_code for path in paths}
        assert answers == dict.fromkeys(paths, 200)
        assert vip.customers("no_products", reseller_id=US, on=TODAY).rows
