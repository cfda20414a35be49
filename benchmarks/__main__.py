"""Every line of the table, one script after the other; half an hour, the large logs once more."""

from __future__ import annotations

import subprocess
import sys

SCRIPTS = (
    "rebuild",
    "one_command",
    "many_commands",
    "history",
    "lag",
    "lag_between",
    "one_share",
    "pages",
    "as_of",
    "memory",
    "scaling",
    "audit",
    "console",
    "erasure",
    "postgres_rebuild",
    "postgres_commands",
)


def main() -> None:
    # Each in a process of its own: memory and garbage of one are not the next one's.
    for script in SCRIPTS:
        subprocess.run([sys.executable, "-m", f"benchmarks.{script}"], check=True)


if __name__ == "__main__":
    main()
