"""What is asked of a database server beyond what a store asks: whether those who died are gone."""

from __future__ import annotations

import time

from vip_domain.errors import StoreError

PATIENCE = 20.0
"""Seconds in which a server notices that a process died, whatever it was at."""

POSTGRESQL = ("postgresql://", "postgres://")
NAME = "vip_domain_crash"


def named(url: str) -> str:
    """The same store; the connections of whoever opens it so can be told from others."""
    if not url.startswith(POSTGRESQL):
        return url
    return f"{url}{'&' if '?' in url else '?'}application_name={_name(url)}"


def _name(url: str) -> str:
    from vip_domain.store.postgres_address import Address  # noqa: PLC0415  # with the driver

    return f"{NAME} {Address.of(url).schema}"[:63].replace(" ", "_")


def settle(url: str) -> None:
    """
    Return once a server has done with what dead processes sent it; a file has at once.

    Raises `StoreError` when it does not.
    """
    if not url.startswith(POSTGRESQL):
        return
    from vip_domain.store.postgres_address import Address  # noqa: PLC0415
    from vip_domain.store.postgres_pool import connect  # noqa: PLC0415

    deadline = time.monotonic() + PATIENCE
    asked = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = %s)"
    with connect(Address.of(url), autocommit=True) as connection:
        while connection.execute(asked, (_name(url),)).fetchone() == (True,):
            if time.monotonic() > deadline:
                raise StoreError("the server still works for a process that died")
            time.sleep(0.005)
