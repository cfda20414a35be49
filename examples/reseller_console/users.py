"""Who may sign in, and for which reseller: swap `demo_users()` for your own directory."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Protocol

import attrs

from vip_domain.demo.words import OTHER_RESELLERS, TEAM


@attrs.frozen(kw_only=True)
class User:
    """A member of a reseller's team; `vendor_desk` may also play customer and vendor."""

    name: str
    reseller_id: str
    vendor_desk: bool = False


class Users(Protocol):
    """What the console asks of a directory of users."""

    def signed_in(self, name: str, password: str) -> User | None:
        """The user, if this is the password."""

    def known(self, name: str) -> User | None:
        """The user of a session; `None` ends it."""

    def team(self, reseller_id: str) -> tuple[str, ...]:
        """Whom the reseller's customers can be assigned to."""


@attrs.frozen
class Password:
    """A password as it is kept: salted, and slow to try."""

    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> Password:
        salt = secrets.token_bytes(16)
        return cls(salt, _digest(password, salt))

    def matches(self, password: str) -> bool:
        return hmac.compare_digest(self.digest, _digest(password, self.salt))


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, n=2**13, r=8, p=1)


NOBODY = Password.of(secrets.token_hex())
"""Tried for names that nobody has, so that an answer takes as long for them."""


@attrs.frozen
class KnownUsers:
    """Users and their passwords in memory."""

    users: Mapping[str, tuple[User, Password]]

    def signed_in(self, name: str, password: str) -> User | None:
        user, kept = self.users.get(name, (None, NOBODY))
        return user if kept.matches(password) else None

    def known(self, name: str) -> User | None:
        user, _ = self.users.get(name, (None, NOBODY))
        return user

    def team(self, reseller_id: str) -> tuple[str, ...]:
        users = (user for user, _ in self.users.values())
        return tuple(user.name for user in users if user.reseller_id == reseller_id)


DEMO_RESELLER = "R-NORDSOFT"
DEMO_PASSWORD = "demo"


def demo_users() -> KnownUsers:
    """The teams of the demo's resellers, all with the password `demo`."""
    password = Password.of(DEMO_PASSWORD)
    teams = {DEMO_RESELLER: TEAM, **OTHER_RESELLERS}
    return KnownUsers(
        {
            name: (User(name=name, reseller_id=reseller, vendor_desk=True), password)
            for reseller, team in teams.items()
            for name in team
        }
    )
