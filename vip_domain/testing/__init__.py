"""
What tests of services need; `docs/testing.md` shows how each part is used.

`scenario` tells given, when, then; `strategies` makes commands, facts and whole histories;
`conformance` holds the promises of stores and of views against yours; `crashes` kills processes
at work; `plugin` is for pytest, and `postgres_server` starts a server. Nothing is imported that is
not asked for: `scenario` and `postgres_server` need no package of the extra `testing`.
"""
