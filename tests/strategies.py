"""What Hypothesis draws for these tests: the strategies for users, and questions to lists."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.model.histories import MANAGERS, RESELLERS, history
from vip_domain import InvalidCommand, VipDomain, command_from_dict
from vip_domain.commands import Command
from vip_domain.events import Event, Recorded
from vip_domain.projections.customers import FILTERS, ORDERS
from vip_domain.testing.scenario import VIP_ID as VIP
from vip_domain.testing.scenario import filed
from vip_domain.testing.strategies import (
    COMMANDS,
    CUSTOMER_EVENTS,
    EVENTS,
    FIRST,
    ODD_TEXTS,
    any_command,
    any_customer_event,
    any_event,
    dates,
    emails,
    histories,
    instants,
    lives,
    of_command,
    of_event,
    recordings,
    texts,
)

__all__ = [
    "COMMANDS",
    "CUSTOMER_EVENTS",
    "EVENTS",
    "FIRST",
    "ODD_TEXTS",
    "VIP",
    "any_command",
    "any_customer_event",
    "any_event",
    "dates",
    "emails",
    "filed",
    "histories",
    "instants",
    "lives",
    "of_command",
    "of_event",
    "recordings",
    "texts",
]


def envelope(recorded: Recorded[Event]) -> dict[str, Any]:
    """What is stored of a fact beside the event itself."""
    filed = ("recorded_at", "actor", "command_id", "correlation_id", "causation_id")
    return {name: getattr(recorded, name) for name in filed}


NAMES = st.lists(texts(), min_size=1, max_size=4)


def told(seed: int, steps: int, names: Sequence[str] = ()) -> list[Command]:
    """The valid commands of a history; with `names` its organisations are called so."""
    commands = []
    for number, said in enumerate(history(seed, steps)):
        called = {}
        if names and said.get("command") == "InviteCustomer":
            called["organization_name"] = names[number % len(names)]
            called["organization_name_ascii"] = f"Nord {number}"
        with suppress(InvalidCommand):
            commands.append(command_from_dict(said | called))
    return commands


def last_position(vip: VipDomain) -> int:
    """How long the log is, told without changing anything."""
    view, *_ = vip.status()
    return view.position + view.lag_events


def questions(names: Sequence[str], days: Sequence[date]) -> st.SearchStrategy[dict[str, Any]]:
    """What can be asked of the customer list, of organisations called so, on such days."""
    beginnings = [name.strip()[:length] for name in names for length in (1, 2, 5, 1_000)]
    odd = ("%", "_", "'", "VIP-1", "ß", "SS", "{", "\\", "[", " å ", "*")
    return st.fixed_dictionaries(
        {
            "filter": st.just("all_customers") | st.sampled_from(list(FILTERS)),
            "reseller_id": st.sampled_from(RESELLERS),
            "on": st.sampled_from(days) | st.dates(),
            "managed_by": st.sampled_from((None, None, *MANAGERS)),
            "search": st.none()
            | st.sampled_from(("no", "NORD 1", "vip-"))
            | st.sampled_from([*beginnings, *odd])
            | texts(),
            "order_by": st.just("organization_name") | st.sampled_from(list(ORDERS)),
            "limit": st.sampled_from((1, 2, 1_000)),
        }
    )
