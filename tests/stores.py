"""The stores every promise is tested on."""

from __future__ import annotations

from pathlib import Path

import pytest

STORES = ("memory", "sqlite")


def url_of(store: str, folder: Path) -> str:
    """The URL of an empty store of this kind."""
    return "memory:" if store == "memory" else f"sqlite:///{folder / 'vip.db'}"


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store of each kind."""
    return url_of(request.param, tmp_path)
