"""Lines nobody vouches for: each has one clear result, and the others go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import invite
from tests.shell import as_line, run, shell, started
from vip_domain.cli.lines import LONGEST_LINE

INVITE = as_line(invite())


BAD_LINES: dict[str, tuple[bytes, str]] = {
    "truncated": (INVITE[:80], "is not JSON"),
    "no JSON": (b"hello", "is not JSON"),
    "two values": (b"{} {}", "is not JSON"),
    "a list": (b"[1]", "is not a JSON object"),
    "a text": (b'"x"', "is not a JSON object"),
    "null": (b"null", "is not a JSON object"),
    "no UTF-8": (b'{"command": "\xff"}', "is not UTF-8"),
    "NaN": (b'{"command": NaN}', "NaN is no number"),
    "a key twice": (b'{"command": 1, "command": 2}', "'command' comes more than once"),
    "nested": (b"[" * 300_000, "nested too deeply"),
    "many digits": (b'{"command": ' + b"9" * 5_000 + b"}", "too many digits"),
    "too long": (b'{"command": "' + b"x" * LONGEST_LINE + b'"}', "is longer than"),
    "no command": (b"{}", "must be the name of a command"),
    "an unknown command": (b'{"command": "Destroy"}', "must be the name of a command"),
    "a list as actor": (as_line(invite(), actor=[1]).strip(), "actor: must be text"),
    "a blank id": (as_line(invite(), command_id=" ").strip(), "command_id: must not be blank"),
    "surrogates": (as_line(invite()).strip().replace(b"Nord AB", b"\\ud800"), "organization_name"),
}


@pytest.mark.parametrize(("bad", "problem"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_has_its_own_result_and_stops_no_other(
    bad: bytes, problem: str, tmp_path: Path
) -> None:
    """
    It is invalid for a reason that is told, and the line after it is executed.
    """
    one, other = run(tmp_path, bad + b"\n" + INVITE)
    told = (one["status"], problem in one["message"], other["line"], other["status"])
    assert told == ("invalid", True, 2, "recorded")


def test_all_that_is_wrong_with_a_line_is_told_at_once(tmp_path: Path) -> None:
    """
    The command's fields and what stands beside it.
    """
    line = (
        b'{"command": "PlacePA", "vip_id": "V", "at": "today", "pa_id": " ", "who": 1, "actor": 1}'
    )
    (result,) = run(tmp_path, line)
    assert set(result["errors"]) == {"at", "pa_id", "lines", "who", "actor"}


def test_a_message_stays_short_however_long_the_line(tmp_path: Path) -> None:
    """
    A field's name can be half a megabyte.
    """
    line = b'{"command": "DeleteCustomer", "vip_id": "V", "' + b"k" * 500_000 + b'": 1}'
    assert len(shell(tmp_path, "run", "-", stdin=line).stdout) < 1_000


def test_blank_lines_are_skipped_and_counted(tmp_path: Path) -> None:
    """
    Line numbers are those of an editor; Windows' line ends and byte order mark do no harm.
    """
    lines = b"\xef\xbb\xbf\r\n  \n" + INVITE.replace(b"\n", b"\r\n")
    assert [each["line"] for each in run(tmp_path, lines)] == [3]


def test_a_byte_order_mark_before_the_first_command_does_no_harm(tmp_path: Path) -> None:
    """
    Some editors write one.
    """
    assert run(tmp_path, b"\xef\xbb\xbf" + INVITE)[0]["status"] == "recorded"


def test_the_last_line_needs_no_end(tmp_path: Path) -> None:
    """
    A file that does not end with a line end has a last line all the same.
    """
    assert run(tmp_path, INVITE.strip())[0]["status"] == "recorded"


@pytest.mark.slow
def test_a_line_without_end_fills_no_memory(tmp_path: Path) -> None:
    """
    300 MB that are one line take little more room than the longest line there may be.
    """
    with started(tmp_path, "run", "-") as running:
        assert running.stdin is not None
        for _ in range(300):
            running.stdin.write(b"x" * 1_000_000)
        # All but a pipe's worth was read. What `wait` tells would begin with this process's own.
        used = memory_peak(running.pid)
        running.stdin.close()
        code = running.wait()
    assert (code, used < 200_000) == (1, True)


def memory_peak(pid: int) -> int:
    """The most memory a living process ever held, in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)
