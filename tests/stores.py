"""The stores every promise is tested on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import postgres

STORES = ("memory", "sqlite", "postgres")


def url_of(store: str, folder: Path) -> str:
    """The URL of an empty store of this kind."""
    match store:
        case "memory":
            return "memory:"
        case "sqlite":
            return f"sqlite:///{folder / 'vip.db'}"
        case "postgres":
            return postgres.new_url()
        case _:
            raise ValueError(store)


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store of each kind."""
    return url_of(request.param, tmp_path)
