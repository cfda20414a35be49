"""The command line: as a process of its own, or in this one where there are hundreds of calls."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import attrs

import vip_domain
from tests.builders import accept, invite, place_pa
from vip_domain import Command, command_to_dict
from vip_domain.cli import exit_code

ROOT = Path(__file__).parents[1]
VIP_DOMAIN = (sys.executable, "-m", "vip_domain")
OF_R1 = ("--reseller", "R-1", "--on", "2026-03-20")
TRICKY = "Nörd [red]AB[/red] \u202e:smile:"


def environment(**changes: str) -> dict[str, str]:
    """This process's environment, with the package in reach and no store named."""
    ours = ("VIP_DOMAIN_DB", "VIP_DOMAIN_VIEWS")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **changes}


def shell(
    folder: Path, *arguments: str, stdin: bytes = b"", **changes: str
) -> subprocess.CompletedProcess[bytes]:
    """What `vip-domain` says and how it ends, run in `folder`."""
    return subprocess.run(
        [*VIP_DOMAIN, *arguments],
        cwd=folder,
        env=environment(**changes),
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
    )


def started(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """`vip-domain` while it runs, its ends in our hands."""
    return subprocess.Popen(
        [*VIP_DOMAIN, *arguments],
        cwd=folder,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@attrs.frozen
class Said:
    """What the command line said in this process, and how it would have ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document that was said."""
        return json.loads(self.out)


def here(folder: Path, *arguments: str, db: str | None = "vip.db") -> Said:
    """What `vip-domain` says of the store in `folder`, without a process."""
    named = ["--db", f"sqlite:///{folder / db}"] if db else []
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = exit_code([*arguments, *named])
    return Said(code, _said(out), _said(err))


def _said(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def as_line(command: Command, **beside: Any) -> bytes:
    """A command as a line of a file, with what the line says beside it."""
    said = {**command_to_dict(command), **beside}
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"


def as_file(folder: Path, commands: Iterable[Command], name: str = "commands.jsonl") -> str:
    """The name of a file in `folder` with these commands."""
    (folder / name).write_bytes(b"".join(map(as_line, commands)))
    return name


def results(output: bytes | str) -> list[dict[str, Any]]:
    """The results that `run --json` printed."""
    return [json.loads(line) for line in output.splitlines()]


def run(folder: Path, lines: bytes, *arguments: str) -> list[dict[str, Any]]:
    """What became of these lines."""
    (folder / "lines.jsonl").write_bytes(lines)
    return results(here(folder, "run", str(folder / "lines.jsonl"), "--json", *arguments).out)


def with_customers(folder: Path) -> Path:
    """`folder`, its store with one customer whose PA is overdue on 20 March, and ten others."""
    with vip_domain.open(f"sqlite:///{folder / 'vip.db'}") as vip:
        named = invite(organization_name=TRICKY, organization_name_ascii="Nord AB")
        vip.execute_many([named, accept(), place_pa("2026-03-02")], actor="anna")
        vip.execute_many(map(other, range(10)), actor="anna")
    return folder


def other(number: int) -> vip_domain.InviteCustomer:
    return invite(vip_id=f"VIP-1{number:03}", managed_by="bo", organization_name=f"Ost {number}")
