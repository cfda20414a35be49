"""Every promise of `docs/guarantees.md` broken on purpose, to see that its test says so."""
