"""Changes as they happen, whoever made them: each reseller hears of its own customers alone."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from threading import Lock, Thread
from typing import Any

import attrs
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from examples.reseller_console.desk import served
from examples.reseller_console.door import SignedOut, page_desk, session_of_page
from examples.reseller_console.moments import last_position
from vip_domain import CustomerUnknown, Recorded, StoreError, UnreadableEvent, VipDomain

live = APIRouter(include_in_schema=False)

CUSTOMER = "customer-"
"""How the streams of customers begin."""

PAUSE = 1.0
"""Seconds it leaves a store alone that is in trouble."""

BEAT = 15.0
"""Seconds after which a stream says that it is there still, and asks whether anybody is."""

MOST_WAITING = 100
"""Messages a slow reader may be behind before it is told to look for itself."""

Message = dict[str, Any] | None
"""What changed; `None` ends the stream."""


@attrs.frozen(eq=False)
class Listener:
    """A stream: whose customers it is about, and what waits to be said."""

    reseller_id: str
    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[Message]

    def tell(self, message: Message) -> None:
        """From whichever thread."""
        self.loop.call_soon_threadsafe(self._put, message)

    def _put(self, message: Message) -> None:
        if self.queue.qsize() < MOST_WAITING:
            self.queue.put_nowait(message)


class Changes:
    """One thread that follows the log and tells the listeners; it runs while there are any."""

    def __init__(self, vip: VipDomain) -> None:
        self._vip = vip
        self._listeners: set[Listener] = set()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._closed = False

    def close(self) -> None:
        """End all streams, and the thread."""
        with self._lock:
            self._closed = True
            for listener in self._listeners:
                listener.tell(None)
            self._listeners.clear()

    def begin(self, listener: Listener) -> None:
        """Tell it what happens from now on."""
        with self._lock:
            if self._closed:
                return
            self._listeners.add(listener)
            if self._thread is None:
                last = last_position(self._vip)
                self._thread = Thread(target=self._follow, args=(last,), daemon=True)
                self._thread.start()

    def end(self, listener: Listener) -> None:
        """It has gone."""
        with self._lock:
            self._listeners.discard(listener)

    def _follow(self, position: int) -> None:
        while True:
            try:
                with self._vip.subscribe(after=position) as subscription:
                    while self._goes_on():
                        batch = subscription.batch(timeout=1.0)
                        position = subscription.position
                        self._tell_of(batch)
                return
            except UnreadableEvent as unreadable:
                position = unreadable.position
            except StoreError:
                time.sleep(PAUSE)
                if not self._goes_on():
                    return

    def _goes_on(self) -> bool:
        with self._lock:
            if not self._listeners:
                self._thread = None
            return self._thread is not None

    def _tell_of(self, batch: tuple[Recorded[Any], ...]) -> None:
        first: dict[str, int] = {}
        for recorded in batch:
            if recorded.stream_id.startswith(CUSTOMER):
                first.setdefault(recorded.stream_id.removeprefix(CUSTOMER), recorded.version)
        for vip_id, version in first.items():
            concerned = self._concerned(vip_id, version)
            with self._lock:
                hearing = [each for each in self._listeners if each.reseller_id in concerned]
            for listener in hearing:
                listener.tell({"vip_id": vip_id})

    def _concerned(self, vip_id: str, version: int) -> set[str]:
        """Who served the customer from an event on, and who did before it changed hands then."""
        try:
            history = self._vip.history(vip_id)
        except (CustomerUnknown, UnreadableEvent):
            return set()
        since = (both for each, *both in served(history) if each.version >= version)
        return {reseller_id for both in since for reseller_id in both}


@live.get("/live")
async def stream(request: Request) -> Response:
    """Server-sent events: the VIP ID of each customer that changed, until the session is over."""
    desk = page_desk(request)
    listener = Listener(desk.user.reseller_id, asyncio.get_running_loop(), asyncio.Queue())
    changes: Changes = request.app.state.changes
    await run_in_threadpool(changes.begin, listener)
    return StreamingResponse(_said(request, listener, changes), media_type="text/event-stream")


async def _said(request: Request, listener: Listener, changes: Changes) -> AsyncIterator[str]:
    try:
        yield "retry: 1000\n: here\n\n"
        while True:
            try:
                message = await asyncio.wait_for(listener.queue.get(), BEAT)
            except TimeoutError:
                session_of_page(request)
                yield ": still here\n\n"
                continue
            if message is None:
                return
            yield f"data: {json.dumps(message)}\n\n"
    except SignedOut:
        return
    finally:
        changes.end(listener)
