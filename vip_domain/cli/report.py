"""`report`: a customer's page for a browser, a printer or a mail, in one file."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

import typer

from vip_domain.cli.options import (
    DEFAULT_DB,
    DEFAULT_LANGUAGE,
    DEFAULT_RULES,
    AsOfOption,
    Db,
    LanguageOption,
    On,
    Rules,
    VipId,
    reading,
    today,
)

File = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Where to; standard output otherwise."),
]


def report(
    vip_id: VipId,
    on: On = None,
    as_of: AsOfOption = None,
    language: LanguageOption = DEFAULT_LANGUAGE,
    output: File = None,
    db: Db = DEFAULT_DB,
    rules: Rules = DEFAULT_RULES,
) -> None:
    """Write one page of HTML about a customer: timeline, licences over time, and why."""
    with reading(db, rules) as vip:
        page = vip.report(vip_id, on=on or today(), language=language, as_of=as_of).encode()
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(page)
        sys.stdout.buffer.flush()
    else:
        _write_whole(output, page)


def _write_whole(file: Path, page: bytes) -> None:
    """
    The page takes the place of what was there, or everything stays as it was.

    Only its owner can read the file: people are named in it.
    """
    target = file.resolve()
    if target.exists() and not target.is_file():
        target.write_bytes(page)  # a device or a pipe is written to, never replaced
        return
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as begun:
        beside = Path(begun.name)
    try:
        beside.write_bytes(page)
        beside.replace(target)
    except BaseException:
        beside.unlink()
        raise
