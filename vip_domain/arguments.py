"""What services pass in, judged: names of views, commands and who sends them, positions."""

from __future__ import annotations

from collections.abc import Iterator

from vip_domain.commands import COMMANDS, Command, fields
from vip_domain.errors import CustomerUnknown, InvalidCommand, InvalidQuery
from vip_domain.projections.registered import PROJECTIONS
from vip_domain.store.work import Sender

TAKEN = frozenset(COMMANDS)
"""An erasure is none of them: recorded without `forget` it would erase nothing."""

Numbered = tuple[Command, str | None]
"""A command and its `command_id`."""

VIEWS = tuple(projection.name for projection in PROJECTIONS)


def views_named(name: str | None) -> tuple[str, ...]:
    """The view of this name, or all. Raises `InvalidQuery`."""
    return VIEWS if name is None else (view_named(name),)


def view_named(name: str | None) -> str:
    """The name, if it is a view's. Raises `InvalidQuery`."""
    if name is None or name not in VIEWS:
        raise InvalidQuery({"name": f"must be one of {', '.join(VIEWS)}"})
    return name


def paired(commands: list[Command], command_ids: list[str | None]) -> Iterator[Numbered]:
    """Raises `InvalidCommand` before anything is recorded when there are not as many of both."""
    if len(commands) != len(command_ids):
        raise InvalidCommand({"command_ids": f"must be {len(commands)}, one for each command"})
    return zip(commands, command_ids, strict=True)


def problems_of_sender(sender: Sender) -> dict[str, str]:
    """What is wrong with who sends commands, by argument."""
    read: dict[str, object] = {
        "actor": fields.text(sender.actor),
        "correlation_id": fields.optional_text(sender.correlation_id),
        "causation_id": fields.optional_text(sender.causation_id),
    }
    return {name: each.text for name, each in read.items() if isinstance(each, fields.Problem)}


def problem_of_command(
    command: object, command_id: str | None, of_sender: dict[str, str]
) -> InvalidCommand | None:
    """Why this is not taken for a command of theirs, if it is not."""
    if type(command) not in TAKEN:
        return InvalidCommand({"command": "must be a command"})
    read: object = fields.optional_text(command_id)
    if isinstance(read, fields.Problem):
        return InvalidCommand({"command_id": read.text} | of_sender)
    return InvalidCommand(of_sender) if of_sender else None


def position_problem(value: object, last: int | None = None) -> str | None:
    """Why this is no position of a log that ends at `last`, if it is none."""
    if type(value) is int and 0 <= value <= (value if last is None else last):
        return None
    return "must be a position of the log" + ("" if last is None else f", which ends at {last}")


def seconds_problem(value: object) -> str | None:
    """Why these are no seconds to wait, if they are none."""
    right = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    return None if right else "must be a number of seconds"


def text_of_customer(vip_id: str) -> str:
    """A VIP ID nobody can have is unknown, not an error of the database."""
    if isinstance(fields.text(vip_id), fields.Problem):
        plain = isinstance(vip_id, str)
        raise CustomerUnknown(vip_id[: fields.SHOWN] if plain else fields.shown(vip_id))
    return vip_id
