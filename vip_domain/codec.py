"""Facts to canonical bytes and back, commands to JSON and back; every stored name is ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Generic, TypeVar, cast

import attrs
import msgspec

from vip_domain import events
from vip_domain.commands import COMMANDS, Command
from vip_domain.commands import fields as fields_of
from vip_domain.commands.reseller_change import WithCode
from vip_domain.errors import InvalidCommand, UnreadableEvent
from vip_domain.events import Event, Fact, Logged, Recorded, Unreadable

E = TypeVar("E")

MOST_UNKNOWN = 10

STORED_NAMES: Mapping[str, type[Fact]] = MappingProxyType(
    {
        "invited": events.Invited,
        "invitation-resent": events.InvitationResent,
        "deleted": events.Deleted,
        "accepted": events.Accepted,
        "agreement-owner-changed": events.AgreementOwnerChanged,
        "administrator-added": events.AdministratorAdded,
        "administrator-removed": events.AdministratorRemoved,
        "manager-assigned": events.ManagerAssigned,
        "pa-placed": events.PAPlaced,
        "pa-cancelled": events.PACancelled,
        "licenses-deactivated": events.LicensesDeactivated,
        "order-placed": events.OrderPlaced,
        "order-accepted": events.OrderAccepted,
        "order-rejected": events.OrderRejected,
        "return-requested": events.ReturnRequested,
        "return-authorized": events.ReturnAuthorized,
        "return-refused": events.ReturnRefused,
        "licenses-assigned": events.LicensesAssigned,
        "licenses-unassigned": events.LicensesUnassigned,
        "anniversary-date-set": events.AnniversaryDateSet,
        "anniversary-date-cleared": events.AnniversaryDateCleared,
        "term-started": events.TermStarted,
        "term-renewed": events.TermRenewed,
        "licenses-expired": events.LicensesExpired,
        "term-rolled": events.TermRolled,
        "customer-lapsed": events.CustomerLapsed,
        "select-level-reached": events.SelectLevelReached,
        "select-level-reviewed": events.SelectLevelReviewed,
        "three-year-commit-started": events.ThreeYearCommitStarted,
        "reseller-change-code-sent": events.ResellerChangeCodeSent,
        "reseller-changed": events.ResellerChanged,
        "personal-data-erased": events.PersonalDataErased,
        "owner-claimed": events.OwnerClaimed,
        "owner-released": events.OwnerReleased,
        "code-counted": events.CodeCounted,
    }
)
"""
Stored names for ever: a published fact is never edited.

A new shape gets a new name (`pa-placed-2`) and a pure upcast from the old one's class.
"""

NAMES = {fact: name for name, fact in STORED_NAMES.items()}
_COMMANDS: dict[str, type[Command]] = {
    command.__name__: cast(type[Command], command) for command in COMMANDS
}


class _Stored(msgspec.Struct, Generic[E], omit_defaults=True, frozen=True):
    """What the bytes of one event hold; stream, version and position are the log's columns."""

    event: E
    recorded_at: datetime
    actor: str
    command_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None


# Sorted keys make the bytes canonical: hashes and proofs will cover them.
_encode = msgspec.json.Encoder(order="sorted").encode
_decode = {
    name: msgspec.json.Decoder(_Stored[fact]).decode  # type: ignore[valid-type]
    for name, fact in STORED_NAMES.items()
}


def stored_name(event: Fact) -> str:
    """The name `event` is stored under."""
    return NAMES[type(event)]


def encode(
    event: Event,
    *,
    recorded_at: datetime,
    actor: str,
    command_id: str | None,
    correlation_id: str | None,
    causation_id: str | None,
) -> bytes:
    """The canonical bytes of an event and its envelope: UTF-8 JSON, keys sorted."""
    return _encode(_Stored(event, recorded_at, actor, command_id, correlation_id, causation_id))


def decode(
    name: str, state: bytes, *, stream_id: str, version: int, position: int
) -> Recorded[Event]:
    """
    The event that was stored.

    Raises `UnreadableEvent`: a newer version wrote it, or the bytes are not what was written.
    """
    decoder = _decode.get(name)
    if decoder is None:
        problem = f"event {version} of {stream_id}: {name!r} is an unknown name"
        raise UnreadableEvent(problem, position)
    try:
        stored = decoder(state)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableEvent(f"event {version} of {stream_id}: {error}", position) from error
    return Recorded(
        event=stored.event,
        stream_id=stream_id,
        version=version,
        position=position,
        recorded_at=stored.recorded_at,
        actor=stored.actor,
        command_id=stored.command_id,
        correlation_id=stored.correlation_id,
        causation_id=stored.causation_id,
    )


def read(name: str, state: bytes, *, stream_id: str, version: int, position: int) -> Logged:
    """The same for who goes on behind an event that cannot be read."""
    try:
        return decode(name, state, stream_id=stream_id, version=version, position=position)
    except UnreadableEvent as error:
        return Unreadable(
            stream_id=stream_id, version=version, position=position, problem=str(error)
        )


class _Stamped(msgspec.Struct):
    """What of an event's bytes says when it was recorded; the rest is passed over."""

    recorded_at: datetime


_decode_stamp = msgspec.json.Decoder(_Stamped).decode


def recorded_at(state: bytes) -> datetime:
    """When an event was recorded, told by its bytes. Raises `UnreadableEvent`."""
    try:
        return _decode_stamp(state).recorded_at
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableEvent(f"an event does not say when it was recorded: {error}") from error


def fact(name: str, state: bytes) -> Event:
    """
    The fact alone of an event that was stored, for who looks at nothing else: in half the time.

    Raises whenever `decode` does, anything: ask that for what is wrong.
    """
    return cast("Event", _decode[name](state).event)


def event_to_dict(event: Event) -> dict[str, Any]:
    """The event ready for JSON, its class name under `event`."""
    return {"event": type(event).__name__, **msgspec.to_builtins(event)}


def command_to_dict(command: Command) -> dict[str, Any]:
    """The command ready for JSON, its class name under `command`."""
    return {"command": type(command).__name__, **msgspec.to_builtins(command)}


def command_from_dict(mapping: Mapping[str, Any]) -> Command:
    """
    The command that `mapping` describes.

    Raises `InvalidCommand` with every unknown, missing and wrong field at once.
    """
    command = _named(mapping)
    given = {name: value for name, value in mapping.items() if name != "command"}
    fields = {field.name: field for field in attrs.fields(command)}
    problems = _unknown([name for name in given if name not in fields])
    read: dict[str, Any] = {}
    for name, field in fields.items():
        if name in given:
            read[name] = field.converter(given[name]) if callable(field.converter) else given[name]
        elif field.default is attrs.NOTHING:
            problems[name] = "is missing"
    problems |= command.problems(read)
    if problems:
        raise InvalidCommand(problems)
    return command(**given)


def _unknown(names: list[Any]) -> dict[str, str]:
    problems = {_name(name): "is unknown" for name in names[:MOST_UNKNOWN]}
    if len(names) > MOST_UNKNOWN:
        problems["…"] = f"{len(names) - MOST_UNKNOWN} more are unknown"
    return problems


def _name(given: Any) -> str:
    plain = isinstance(given, str) and given.isprintable() and len(given) <= fields_of.SHOWN
    return str(given) if plain else fields_of.shown(given)


def _named(mapping: Mapping[str, Any]) -> type[Command]:
    if not isinstance(mapping, Mapping):
        raise InvalidCommand({"command": "must be an object with the key 'command'"})
    name = mapping.get("command")
    if not isinstance(name, str) or name not in _COMMANDS:
        raise InvalidCommand({"command": "must be the name of a command"})
    return _COMMANDS[name]


def command_fingerprint(command: Command) -> str:
    """What a command id is bound to: the whole command, its secret only as a hash (64 hex)."""
    content = command_to_dict(command)
    if isinstance(command, WithCode):
        content["code"] = command.code_hash()
    for name in ("lines", "pa_ids"):
        if content.get(name):
            content[name] = sorted(content[name], key=_encode)
    return sha256(_encode(content)).hexdigest()
