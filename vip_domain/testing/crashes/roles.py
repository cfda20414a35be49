"""What a process does until it is killed: it writes, follows, rebuilds, imports and so on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import vip_domain
from vip_domain import Command, Receipt, SigningKey, StoreError, VipDomain
from vip_domain.arguments import VIEWS
from vip_domain.projections.projection import AnyProjection
from vip_domain.projections.registered import PROJECTIONS
from vip_domain.testing.crashes.child import Say
from vip_domain.views import shares, shares_postgres
from vip_domain.views.follower import Follower

KEY = SigningKey("crashes.example", bytes(range(32)))
GROUP = 7
"""Commands that are sent together."""

FEW_EVENTS = 40
"""Of a small log a batch and a share have so many at most: there are several of each."""

Numbered = Sequence[tuple[int, Command]]
"""Commands and their numbers in the whole of what is sent."""


def command_id(number: int) -> str:
    """The id of the command of this number."""
    return f"crash-{number}"


@contextmanager
def _opened(url: str) -> Iterator[VipDomain]:
    """The store, its batches and shares small."""
    shares.EVENTS_A_SHARE = shares_postgres.EVENTS_A_SHARE = FEW_EVENTS
    os.cpu_count = lambda: 1  # a child that is killed should do all of it itself
    with vip_domain.open(url) as vip:
        for follower in vip._views.followers().values():
            cast("Follower", follower)._batch = FEW_EVENTS
        yield vip


def execute(say: Say, url: str, commands: Numbered) -> None:
    """Send one after the other; say each receipt."""
    with _opened(url) as vip:
        for each in commands:
            _send(say, vip, [each])


def execute_many(say: Say, url: str, commands: Numbered) -> None:
    """Send them in groups; say the receipts of each."""
    with _opened(url) as vip:
        for start in range(0, len(commands), GROUP):
            _send(say, vip, commands[start : start + GROUP])


def _send(say: Say, vip: VipDomain, some: Numbered) -> None:
    ids = [command_id(number) for number, _ in some]
    outcomes = vip.execute_many([each for _, each in some], actor="crash", command_ids=ids)
    for (number, _), outcome in zip(some, outcomes, strict=True):
        say((number, outcome if isinstance(outcome, Receipt) else None))


def follow(say: Say, url: str, commands: Numbered) -> None:
    """Follow until all views have what is there; then write some more, and wait for that too."""
    with _opened(url) as vip, vip.follow():
        _wait_for_all(vip)
        for each in commands[: GROUP * 2]:
            _send(say, vip, [each])
        _wait_for_all(vip)


def _wait_for_all(vip: VipDomain) -> None:
    while any(each.lag_events for each in vip.status()):
        time.sleep(0.002)


def rebuild(say: Say, url: str, commands: Numbered) -> None:
    """Fold every view anew, and switch."""
    del say, commands
    with _opened(url) as vip:
        vip.rebuild()


def roll_back(say: Say, url: str, commands: Numbered) -> None:
    """Bring every view's earlier generation back, if there is one."""
    del commands
    with _opened(url) as vip:
        for view in VIEWS:
            try:
                vip.roll_back(view)
            except StoreError as error:
                say(str(error))


def verify(say: Say, url: str, commands: Numbered) -> None:
    """Fold every view anew, and compare."""
    del say, commands
    with _opened(url) as vip:
        vip.verify()


def checkpoint(say: Say, url: str, commands: Numbered) -> None:
    """Write something, sign what the log is, and check it."""
    execute(say, url, commands[:GROUP])
    with _opened(url) as vip:
        vip.checkpoint(KEY)
        vip.verify_log(public_key=KEY.public)


def park(say: Say, url: str, commands: Numbered) -> None:
    """Follow with views that cannot take every event; then, mended, let all go on again."""
    with _opened(url) as vip:
        with _buggy_views():
            for view in vip._views.followers().values():
                view.catch_up()
            execute_many(say, url, commands[: GROUP * 2])
            for view in vip._views.followers().values():
                view.catch_up()
        vip.retry()


@contextmanager
def _buggy_views() -> Iterator[None]:
    """No view takes any customer's second event meanwhile."""
    right = [(view, view.project, view.project_facts) for view in PROJECTIONS]
    try:
        for view, project, _ in right:
            _change(view, project=partial(_takes_no_second, project), project_facts=None)
        yield
    finally:
        for view, project, project_facts in right:
            _change(view, project=project, project_facts=project_facts)


def _takes_no_second(project: Callable[..., Any], row: Any, recorded: Any) -> Any:
    if recorded.version == 2:
        raise ZeroDivisionError("a bug put in on purpose")
    return project(row, recorded)


def _change(view: AnyProjection, **values: Any) -> None:
    for name, value in values.items():
        object.__setattr__(view, name, value)


ROLES: Mapping[str, Callable[[Say, str, Numbered], None]] = {
    "execute": execute,
    "execute_many": execute_many,
    "follow": follow,
    "rebuild": rebuild,
    "roll_back": roll_back,
    "verify": verify,
    "checkpoint": checkpoint,
    "park": park,
}
"""Those that work on one store, side by side."""

IMPORT = "import"
"""The one that fills another store."""


def import_log(say: Say, url: str, lines: Sequence[str]) -> None:
    """Fill an empty store with an exported log."""
    with _opened(url) as vip:
        say(vip.import_log(lines).size)


Prepare = Callable[[], None]
"""What a process does first; pickled, so it is a function of a module."""


def nothing() -> None:
    """Nothing has to be done first."""


def play(say: Say, prepare: Prepare, role: str, url: str, what: Any) -> None:
    """One role, from the beginning of a process to its end."""
    prepare()
    if role == IMPORT:
        import_log(say, url, what)
    else:
        ROLES[role](say, url, what)
