# SPDX-License-Identifier: Apache-2.0
"""What came and waits for its handler."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from .model import Counters

log = logging.getLogger("starling_mesh")

#: A handler of the agent's: a function, or a coroutine function.
Handler = Callable[[Any], Any]


async def call(handler: Handler, value: Any, counters: Counters) -> None:
    """Calls a handler to its end. One that raises is reported and disturbs nobody."""
    try:
        result = handler(value)
        if inspect.isawaitable(result):
            await result
    except Exception:
        counters.handler_failures += 1
        log.exception("the handler %s failed", getattr(handler, "__name__", handler))


class Inbox:
    """Outcomes and events, handled one at a time and in the order in which they came.

    Bounded: where they come faster than they are handled the oldest goes, and is counted. Reading
    goes on meanwhile, so that a slow handler delays neither acks nor heartbeats. Event loop only.
    """

    def __init__(self, limit: int, counters: Counters) -> None:
        self._limit = limit
        self._counters = counters
        self._waiting: deque[tuple[Handler, Any]] = deque()
        self._wake = asyncio.Event()

    def put(self, handler: Handler, value: Any) -> None:
        """Lets the handler have the value, in its turn."""
        if len(self._waiting) >= self._limit:
            self._waiting.popleft()
            self._counters.inbox_dropped += 1
        self._waiting.append((handler, value))
        self._wake.set()

    async def work(self) -> None:
        """Handles what comes, until it is cancelled, which a handler may not keep to itself."""
        me = asyncio.current_task()
        while me is not None and not me.cancelling():
            if self._waiting:
                handler, value = self._waiting.popleft()
                await call(handler, value, self._counters)
            else:
                self._wake.clear()
                await self._wake.wait()
