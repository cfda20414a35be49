"""The command line: 0 done, 1 refused or a check failed, 2 wrong usage; never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from vip_domain import AuditError, CommandRefused, InvalidQuery, StoreError, __version__
from vip_domain.cli.audit import check, checkpoint, keygen, proof
from vip_domain.cli.customer import history, show
from vip_domain.cli.customers import counts, customers
from vip_domain.cli.demo import demo
from vip_domain.cli.diff import diff
from vip_domain.cli.follow import follow
from vip_domain.cli.forget import forget
from vip_domain.cli.moving import export, import_
from vip_domain.cli.output import complain, hush, speak_safely
from vip_domain.cli.parked import retry, skip, status
from vip_domain.cli.report import report
from vip_domain.cli.run import run
from vip_domain.cli.views import rebuild, verify
from vip_domain.cli.why import explain

NAME = "vip-domain"
# What a shell reports of a program that these signals ended.
INTERRUPTED, PIPE_CLOSED = 130, 141

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
for verb in (
    run,
    customers,
    counts,
    diff,
    show,
    history,
    explain,
    report,
    rebuild,
    verify,
    export,
    keygen,
    checkpoint,
    proof,
    follow,
    status,
    retry,
    skip,
    forget,
    demo,
):
    app.command()(verb)
app.command("check-proof")(check)
app.command("import")(import_)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"{NAME} {__version__}\n")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """VIP customers of a reseller: send commands, list customers, read histories."""
    del version


def main() -> None:
    """Do what the arguments say and exit."""
    sys.exit(exit_code(sys.argv[1:]))


def exit_code(arguments: Sequence[str]) -> int:
    """Do what `arguments` say; whatever goes wrong is one line on standard error."""
    speak_safely()
    try:
        return _invoke(arguments)
    except typer.TyperException as error:
        return _wrong_usage(error)
    except InvalidQuery as error:
        return complain(str(error), code=2)
    except (AuditError, CommandRefused, StoreError) as error:
        return complain(str(error))
    except KeyboardInterrupt:
        return complain("interrupted", code=INTERRUPTED)
    except BrokenPipeError:
        hush()
        return PIPE_CLOSED
    except OSError as error:
        hush()
        return complain(str(error))
    except Exception as error:  # people get one line; developers ask for more
        if os.environ.get("VIP_DOMAIN_TRACEBACK"):
            raise
        return complain(f"{type(error).__name__}: {error} (a bug? VIP_DOMAIN_TRACEBACK=1 tells)")


def _invoke(arguments: Sequence[str]) -> int:
    command = typer.main.get_command(app)
    try:
        with command.make_context(NAME, list(arguments)) as context:
            command.invoke(context)
        sys.stdout.flush()
        return 0
    except typer.Exit as leaving:
        sys.stdout.flush()
        return leaving.exit_code


def _wrong_usage(error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    verb = context.command_path if context else NAME
    return complain(f"{error.format_message()} ({verb} --help tells more)", code=error.exit_code)
