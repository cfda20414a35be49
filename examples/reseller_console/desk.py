"""What one signed-in user may see and do: every question and command goes through here."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
from msgspec.structs import replace

from examples.reseller_console.codes import SentCodes
from examples.reseller_console.permissions import OF_OTHERS, OF_RESELLERS, NotYours, told
from examples.reseller_console.users import User, Users
from vip_domain import (
    ChangeReseller,
    Command,
    CommandRefused,
    CustomerDetails,
    CustomerUnknown,
    Explanation,
    InvalidCommand,
    InviteCustomer,
    ListDiff,
    Page,
    ProgramRules,
    Receipt,
    Recorded,
    RenewalMonth,
    SendResellerChangeCode,
    VipDomain,
    command_from_dict,
    events,
    new_vip_id,
)

AsOf = int | datetime | None
"""A log position or an instant that a question is as of; `None` is now."""

EARLIEST, LATEST = timedelta(hours=24), timedelta(minutes=1)
"""How far `at` may be from the clock, so that nobody has the codes of seven days in one."""

ELSEWHERE = "another reseller"


@attrs.frozen(kw_only=True)
class Desk:
    """
    One user's view of the store.

    `clock` tells the time, and `play` lets `at` be any moment; `secret` makes change codes of
    forms' keys, and `mail` sends them.
    """

    vip: VipDomain
    users: Users
    user: User
    rules: ProgramRules
    codes: SentCodes
    secret: bytes = attrs.field(repr=False)
    clock: Callable[[], datetime]
    mail: Callable[[str, str], None]
    play: bool = False

    @property
    def today(self) -> date:
        """The UTC date of the clock."""
        return self.clock().date()

    def at(self, on: date) -> datetime:
        """When a form that was sent from the page of the day `on` happens: now, unless in play."""
        now = self.clock()
        return datetime.combine(on, now.timetz()) if self.play else now

    def customers(self, filter: str, *, on: date, mine: bool = False, **rest: Any) -> Page:
        return self.vip.customers(
            filter, reseller_id=self.user.reseller_id, on=on, managed_by=self._me(mine), **rest
        )

    def counts(self, *, on: date, mine: bool = False, as_of: AsOf = None) -> dict[str, int]:
        return self.vip.counts(
            reseller_id=self.user.reseller_id, on=on, managed_by=self._me(mine), as_of=as_of
        )

    def csv(
        self, *, on: date, filter: str, mine: bool = False, as_of: AsOf = None
    ) -> Iterator[str]:
        return self.vip.csv(
            reseller_id=self.user.reseller_id,
            on=on,
            filter=filter,
            managed_by=self._me(mine),
            as_of=as_of,
        )

    def renewals(self, *, first: date, last: date, mine: bool = False) -> tuple[RenewalMonth, ...]:
        return self.vip.renewals(
            reseller_id=self.user.reseller_id, first=first, last=last, managed_by=self._me(mine)
        )

    def diff(
        self,
        filter: str,
        *,
        since: int | datetime,
        to: AsOf,
        on: date,
        from_on: date,
        mine: bool = False,
    ) -> ListDiff:
        return self.vip.diff(
            filter,
            since,
            to,
            reseller_id=self.user.reseller_id,
            on=on,
            from_on=from_on,
            managed_by=self._me(mine),
        )

    def serves(self, vip_id: str, *, on: date) -> bool:
        """Whether the customer's page can be opened."""
        try:
            self.customer(vip_id, on=on)
        except CustomerUnknown:
            return False
        return True

    def customer(self, vip_id: str, *, on: date, as_of: AsOf = None) -> CustomerDetails:
        """Another reseller's customer is unknown, in the same words as one that nobody has."""
        details = self.vip.customer(vip_id, on=on, as_of=as_of)
        if details.reseller_id != self.user.reseller_id:
            raise CustomerUnknown(vip_id)
        return details

    def explain(self, vip_id: str, *, on: date, as_of: AsOf = None) -> dict[str, Explanation]:
        self.customer(vip_id, on=on, as_of=as_of)
        return self.vip.explain(vip_id, on=on, as_of=as_of)

    def history(self, vip_id: str, *, as_of: AsOf = None) -> list[Recorded[Any]]:
        """
        What happened, without what another reseller did there and who did it.

        Facts stay with a customer that changes hands; names of the other team do not.
        """
        self.customer(vip_id, on=self.today, as_of=as_of)
        known = [each for each in self.vip.history(vip_id) if _is_by(each, as_of)]
        us = self.user.reseller_id
        return [
            each if after == us else _unnamed(each)
            for each, _, after in served(known)
            if not _is_business_of_others(each.event, us, after)
        ]

    def team(self) -> tuple[str, ...]:
        return self.users.team(self.user.reseller_id)

    def may(self, command: type) -> bool:
        return command in OF_RESELLERS or (self.user.vendor_desk and command in OF_OTHERS)

    def execute(self, content: Mapping[str, Any], *, key: str | None = None) -> Receipt:
        """
        Do what a command of the contract's JSON says; with a `key` as often as you like.

        The reseller is the user's. An invitation's VIP ID is issued here, the same for the same
        key. Raises `CommandRefused`; what it tells of other resellers' customers is nothing.
        """
        command = self._read(content, key)
        self._allow(command)
        try:
            return self.vip.execute(
                command, actor=self.user.name, command_id=None if key is None else self.filed(key)
            )
        except CommandRefused as refused:
            raise told(command, refused) from None

    def code_of(self, key: str) -> str:
        """A change code nobody can guess; the same for the same key, as a repeated command has."""
        made = hmac.new(self.secret, f"code:{self.filed(key)}".encode(), "sha256").digest()
        letters = base64.b32encode(made).decode()[:12]
        return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"

    def filed(self, key: str) -> str:
        """The `command_id` of a key: resellers cannot use up each other's."""
        return f"{self.user.reseller_id}/{key}"

    def issued(self, key: str) -> str:
        """The VIP ID of an invitation with this key."""
        return hashlib.sha256(self.filed(key).encode()).hexdigest()[:20].upper()

    def _read(self, content: Mapping[str, Any], key: str | None) -> Command:
        given = dict(content)
        name = given.get("command")
        if name in ("InviteCustomer", "SendResellerChangeCode"):
            theirs = given.setdefault("reseller_id", self.user.reseller_id)
            if theirs != self.user.reseller_id:
                raise NotYours
        if name == "InviteCustomer":
            if "vip_id" in given:
                raise InvalidCommand({"vip_id": "is issued by the console: leave it out"})
            given["vip_id"] = new_vip_id() if key is None else self.issued(key)
        return command_from_dict(given)

    def _allow(self, command: Command) -> None:
        if not self.may(type(command)):
            raise NotYours
        if not isinstance(command, InviteCustomer | SendResellerChangeCode | ChangeReseller):
            self.customer(command.vip_id, on=self.today)
        problems = {}
        if getattr(command, "managed_by", None) not in (None, *self.team()):
            problems["managed_by"] = "must be a member of your team"
        now = self.clock()
        if not self.play and not now - EARLIEST <= command.at <= now + LATEST:
            problems["at"] = "must be within the last 24 hours"
        if problems:
            raise InvalidCommand(problems)

    def _me(self, mine: bool) -> str | None:
        return self.user.name if mine else None


def served(history: Sequence[Recorded[Any]]) -> Iterator[tuple[Recorded[Any], str, str]]:
    """Each event of a customer, with the reseller who served it before, and after."""
    server = ""
    for each in history:
        before = server
        if isinstance(each.event, events.Invited | events.ResellerChanged):
            server = each.event.reseller_id
        yield each, before or server, server


def _is_business_of_others(event: object, us: str, server: str) -> bool:
    """Codes of other resellers, and who of another team looked after the customer."""
    if isinstance(event, events.ResellerChangeCodeSent):
        return event.reseller_id != us
    return isinstance(event, events.ManagerAssigned) and server != us


def _is_by(recorded: Recorded[Any], as_of: AsOf) -> bool:
    if isinstance(as_of, datetime):
        return recorded.recorded_at <= as_of
    return as_of is None or recorded.position <= as_of


def _unnamed(recorded: Recorded[Any]) -> Recorded[Any]:
    """Without the names of the team that did it."""
    event = recorded.event
    if hasattr(event, "managed_by"):
        event = replace(event, managed_by=ELSEWHERE)
    return replace(
        recorded,
        event=event,
        actor=ELSEWHERE,
        command_id=None,
        correlation_id=None,
        causation_id=None,
    )


def now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)
