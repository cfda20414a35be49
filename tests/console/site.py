"""A console that really listens on a port of this machine, for streams and browsers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from fastapi import FastAPI

from examples.reseller_console.__main__ import listen


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Its address, while it is served in a thread."""
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        settings = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(settings)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)
