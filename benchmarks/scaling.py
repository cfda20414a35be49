"""Rebuild rate against log size, 10^4 to 10^7 events, drawn into `docs/plots/`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import vip_domain
from benchmarks import logs
from benchmarks.measure import Phases, line, timed, title

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
PLOT = Path(__file__).parent.parent / "docs" / "plots" / "rebuild-rate.svg"
FIRST, BESIDE = "first rebuild of an empty view", "beside the live view, compared"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=SIZES)
    sizes = parser.parse_args().events
    title("rebuild rate against log size")
    rates = [_rates(events) for events in sizes]
    _draw(sizes, {what: [each[what] for each in rates] for what in (FIRST, BESIDE)})


def _rates(events: int) -> dict[str, float]:
    """Rows of the log a second."""
    rates = {}
    with logs.copied(events) as path, vip_domain.open(logs.url(path)) as vip:
        for what in (FIRST, BESIDE):
            phases = Phases()
            seconds, (rebuilt,) = timed(vip.rebuild, "customers", on_progress=phases)
            rates[what] = rebuilt.position / seconds
            value = f"{seconds:.2f} s, {rates[what]:,.0f}/s"
            line(f"{rebuilt.position:>10,} rows, {what}", value)
            print(f"      {phases}")
    return rates


def _draw(sizes: list[int], rates: dict[str, list[float]]) -> None:
    try:
        import matplotlib.pyplot as plt  # noqa: PLC0415  # not everybody wants the picture
    except ImportError:
        print("  no picture: matplotlib is not installed")
        return
    plt.rcParams["svg.hashsalt"] = "the same numbers, the same file"
    figure, drawn = plt.subplots(figsize=(7, 4))
    axes: Any = drawn
    for (what, values), style in zip(rates.items(), ("o-", "s--"), strict=True):
        axes.plot(sizes, [each / 1_000 for each in values], style, label=what)
    axes.set(xscale="log", xlabel="events of customers in the log", ylabel="1,000 rows a second")
    axes.set_ylim(bottom=0)
    axes.set_title("Rebuild of the customer list, SQLite")
    axes.grid(alpha=0.3)
    axes.legend()
    PLOT.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PLOT, bbox_inches="tight", metadata={"Date": None})
    print(f"  drawn: {PLOT.relative_to(Path.cwd()) if PLOT.is_relative_to(Path.cwd()) else PLOT}")


if __name__ == "__main__":
    main()
