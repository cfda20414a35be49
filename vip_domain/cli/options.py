"""Options that several verbs share, each with one meaning everywhere, and the store they name."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote

import typer

import vip_domain
from vip_domain import ProgramRules, VipDomain
from vip_domain.opening import POSTGRESQL
from vip_domain.rules import PRESETS
from vip_domain.store.as_of import AsOf
from vip_domain.words import LANGUAGES, Language

SQLITE = "sqlite:///"
STORES = ("memory:", SQLITE, *POSTGRESQL)


def day(text: str) -> date:
    """The date that was given."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no ISO date, such as 2026-03-01") from None


def moment(text: str) -> AsOf:
    """The log position or instant that was given."""
    try:
        return int(text) if text.isdecimal() else datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no log position, and no ISO instant such as 2026-03-01T12:00Z"
        ) from None


def _url(text: str) -> str:
    if not text.startswith(STORES) or text == SQLITE:
        # Not repeated: there may be a password in it.
        raise typer.BadParameter(f"names no store; {SQLITE}vip.db and postgresql://user@host/db do")
    return text


def _preset(name: str) -> str:
    if name not in PRESETS:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(PRESETS)}")
    return name


def _language(name: str) -> str:
    if name not in LANGUAGES:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(LANGUAGES)}")
    return name


Db = Annotated[
    str,
    typer.Option("--db", metavar="URL", envvar="VIP_DOMAIN_DB", callback=_url, help="The store."),
]
Rules = Annotated[
    str,
    typer.Option("--rules", metavar="|".join(PRESETS), callback=_preset, help="Programme rules."),
]
Json = Annotated[bool, typer.Option("--json", help="JSON for machines.")]
On = Annotated[
    date | None,
    typer.Option("--on", metavar="DATE", parser=day, help="The date asked about; today in UTC."),
]
AsOfOption = Annotated[
    Any,  # AsOf, but typer takes no unions
    typer.Option(
        "--as-of",
        metavar="POSITION|INSTANT",
        parser=moment,
        help="With what was recorded by then; everything.",
    ),
]
Today = Annotated[
    date | None,
    typer.Option("--today", metavar="DATE", parser=day, help="The demo's day; today in UTC."),
]
Reseller = Annotated[str, typer.Option("--reseller", metavar="ID", help="Whose customers.")]
ManagedBy = Annotated[
    str | None, typer.Option("--managed-by", metavar="NAME", help="Only this manager's.")
]
LanguageOption = Annotated[
    Any,  # Language, which the callback makes sure of
    typer.Option(
        "--language", metavar="|".join(LANGUAGES), callback=_language, help="For sentences."
    ),
]
VipId = Annotated[str, typer.Argument(metavar="VIP_ID", help="Which customer.")]

VIEWS = "VIP_DOMAIN_VIEWS"
"""The URL of another database for views, for those who keep them apart from the log."""

KEYS, ERASABLE = "VIP_DOMAIN_KEYS", "VIP_DOMAIN_ERASABLE"
"""Where the keys are, if not beside the store, and `no` for those who must not erase anybody."""

DEFAULT_DB = f"{SQLITE}vip.db"
DEFAULT_RULES = "current"
DEFAULT_LANGUAGE: Language = "en"


def today() -> date:
    """Today's date in UTC, as all dates here are."""
    return datetime.now(UTC).date()


def os_user() -> str:
    """Who runs the command, where the system knows."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "cli"


@contextmanager
def writing(db: str, rules: str) -> Iterator[VipDomain]:
    """The store, made when it is not there."""
    with vip_domain.open(
        db,
        rules=ProgramRules.preset(rules),
        views=os.environ.get(VIEWS) or None,
        keys=os.environ.get(KEYS) or None,
        erasable=_erasable(),
    ) as vip:
        yield vip


def _erasable() -> bool:
    said = os.environ.get(ERASABLE, "yes")
    if said not in {"yes", "no"}:
        raise typer.BadParameter(f"{ERASABLE} must be yes or no")
    return said == "yes"


@contextmanager
def reading(db: str, rules: str) -> Iterator[VipDomain]:
    """The store as it is: a mistyped name is an error, not an empty store of that name."""
    if db.startswith(SQLITE) and not Path(unquote(db.removeprefix(SQLITE))).exists():
        raise typer.BadParameter(
            f"there is no store {db}; run and demo make one", param_hint="--db"
        )
    if db.startswith(POSTGRESQL) and not _is_in_postgres(db):
        raise typer.BadParameter(
            "there is no store in that database and schema; run and demo make one",
            param_hint="--db",
        )
    with writing(db, rules) as vip:
        yield vip


def _is_in_postgres(db: str) -> bool:
    from vip_domain.store.postgres import has_log  # noqa: PLC0415  # the driver is slow to import
    from vip_domain.store.postgres_address import Address  # noqa: PLC0415

    return has_log(Address.of(db))
