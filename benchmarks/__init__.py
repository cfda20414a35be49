"""Measures what `docs/design.md` promises; `python -m benchmarks` runs everything."""
