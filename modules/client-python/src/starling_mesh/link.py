# SPDX-License-Identifier: Apache-2.0
"""One connection after the other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from .backoff import Backoff
from .connection import Connection
from .errors import MeshError
from .model import Counters, State
from .options import Options

log = logging.getLogger("starling_mesh")


class Link:
    """Looks after the connection of one agent, through the gateways in turn. Event loop only.

    serve     talks on a connection until it is lost; MeshError
    prepare   what has to be there before a connection is opened; MeshError
    judge     what a loss means: an error with `retrying`, or the one to end with
    changed   told each state
    """

    def __init__(
        self,
        urls: Sequence[str],
        options: Options,
        counters: Counters,
        *,
        prepare: Callable[[], Awaitable[None]],
        serve: Callable[[Connection], Awaitable[None]],
        judge: Callable[[MeshError], MeshError],
        changed: Callable[[State], None],
    ) -> None:
        self._urls = urls
        self._options = options
        self._counters = counters
        self._prepare = prepare
        self._serve = serve
        self._judge = judge
        self._changed = changed
        self._backoff = Backoff(options, len(urls))
        self._turn = 0

    @property
    def url(self) -> str:
        """The gateway in use, or tried now or next."""
        return self._urls[self._turn % len(self._urls)]

    async def run(self) -> None:
        """Connects, again and again; MeshError where trying again cannot help."""
        while True:
            _end_where_cancelled()
            self._changed(State.CONNECTING)
            url = self.url
            error = self._judge(await self._once())
            if not error.retrying:
                raise error
            pause = self._backoff.pause(error.close_code)
            self._turn += 1
            log.warning("%s: %s; next try in %.1f s, at %s", url, error, pause, self.url)
            self._changed(State.WAITING)
            await asyncio.sleep(pause)

    async def _once(self) -> MeshError:
        """One connection from its beginning to its end, and how it ended."""
        clock = asyncio.get_running_loop().time
        since = None
        try:
            await self._prepare()
            connection = await Connection.open(self.url, self._options, self._counters)
            since = clock()
            try:
                _end_where_cancelled()
                await self._serve(connection)
            finally:
                await connection.close()
        except MeshError as e:
            if since is not None and clock() - since >= self._options.healthy_after:
                self._backoff.reset()
            return e
        return MeshError("CONNECTION_LOST", "the connection ended", retrying=True)


def _end_where_cancelled() -> None:
    """Until Python 3.12 wait_for, by which the library opens sockets, can lose a cancellation."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
