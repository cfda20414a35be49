"""Erasing the people of a customer: nothing leads to them, and everything else goes on."""

from __future__ import annotations

import pytest

import vip_domain
from tests.builders import INVITED_AT, VIP, invite
from tests.stores import store_url
from vip_domain import InvalidCommand
from vip_domain.commands import ErasePersonalData, Intent

__all__ = ["store_url"]  # a fixture


@pytest.mark.parametrize(
    "no_command",
    [
        ErasePersonalData(vip_id=VIP, at=INVITED_AT, reason="asked for"),
        Intent(vip_id=VIP, at=INVITED_AT),
    ],
    ids=lambda each: type(each).__name__,
)
def test_an_erasure_is_no_command(store_url: str, no_command: Intent) -> None:
    """
    Recorded as one it would say that people were erased, and erase nobody.
    """
    with vip_domain.open(store_url) as vip:
        vip.execute(invite(), actor="anna")
        with pytest.raises(InvalidCommand) as refused:
            vip.execute(no_command, actor="anna")  # type: ignore[arg-type]
        (told,) = vip.execute_many([no_command], actor="anna")  # type: ignore[list-item]
        assert isinstance(told, InvalidCommand)
        assert told.errors == refused.value.errors == {"command": "must be a command"}
        assert len(vip.history(VIP)) == 1
