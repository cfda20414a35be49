"""`python -m tests.soak postgres`: one bounded soak; exit code 1 when something was wrong."""

from __future__ import annotations

import argparse
import sys

from tests.soak.run import Soak

WRITERS = {"postgres": 6, "sqlite": 4}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", choices=WRITERS)
    parser.add_argument("--writers", type=int)
    parser.add_argument("--followers", type=int, default=2)
    parser.add_argument("--subscribers", type=int, default=2)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--pause", type=float, default=3.0, help="seconds between two kills")
    parser.add_argument("--gap", action="store_true", help="put the classic gap bug back")
    chosen = vars(parser.parse_args())
    chosen["writers"] = chosen["writers"] or WRITERS[chosen["store"]]
    found = Soak(**chosen).run(say)
    for each in found or ["every event once and in order, rows as from a fresh rebuild"]:
        say(each)
    sys.exit(1 if found else 0)


def say(line: str) -> None:
    """Progress, for who waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
