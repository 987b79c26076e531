# SPDX-License-Identifier: Apache-2.0
"""Who an agent is to a mesh that asks."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable

from .errors import MeshError
from .options import Options
from .requests import Requests
from .wire import Message, given

#: A token, or a function that fetches one, or a coroutine function that does.
TokenSource = str | Callable[[], str | Awaitable[str]]

CLOSE_AUTHENTICATION = 4000
#: So often in a row is a token fetched anew after the mesh refused one.
REFUSALS = 3


class Authentication:
    """Shows a token as the first message of each connection, and a fresh one before it expires.

    Event loop only.
    """

    def __init__(
        self,
        source: TokenSource | None,
        pubkey: str | None,
        options: Options,
        requests: Requests,
    ) -> None:
        self._source = source
        self._pubkey = pubkey
        self._options = options
        self._requests = requests
        self._token: str | None = None
        self._refused: str | None = None
        self._refusals = 0

    async def fetch(self) -> None:
        """Gets the token for the next connection; before it, since a mesh waits 5 s for it only."""
        if self._source is None:
            return
        token = await self._fetched()
        if not isinstance(token, str):
            raise MeshError("INVALID_TOKEN", f"expected a text, got {type(token).__name__}")
        if not token:
            raise MeshError("TOKEN_UNAVAILABLE", "there is no token yet", retrying=True)
        if token == self._refused:
            told = "the mesh refused this very token"
            raise MeshError("TOKEN_UNAVAILABLE", told, retrying=True)
        self._token = token

    async def show(self) -> float | None:
        """Shows the token; seconds until a fresh one is due, or None where none ever is."""
        if self._token is None:
            return None
        auth = {"type": "auth", **given(token=self._token, pubkey=self._pubkey)}
        accepted = await self._requests.ask_now(auth, self._options.open_timeout)
        self._refusals = 0
        self._refused = None
        expires = accepted.get("expiresAt")
        if isinstance(self._source, str) or not isinstance(expires, (int, float)):
            return None
        life = expires / 1000 - await self._server_time()
        return max(0.0, life - min(self._options.renew_before, life / 2))

    async def renew(self, due: float | None) -> None:
        """Shows fresh tokens on a living connection, for as long as it lives."""
        while due is not None:
            await asyncio.sleep(due)
            await self.fetch()
            due = await self.show()

    def refused(self, closed: MeshError) -> MeshError:
        """What a close with 4000 means: another try with another token, or the end."""
        self._refusals += 1
        again = self._source is not None and not isinstance(self._source, str)
        self._refused = self._token if again else None
        reason = str(closed.details.get("reason", "")).partition(":")[2].strip()
        return MeshError(
            "AUTHENTICATION",
            f"the mesh refused the token: {reason}" if reason else "the mesh refused the token",
            {"reason": reason} if reason else None,
            close_code=CLOSE_AUTHENTICATION,
            retrying=again and self._refusals < REFUSALS,
        )

    async def _fetched(self) -> object:
        if isinstance(self._source, str):
            return self._source
        assert self._source is not None
        try:
            async with asyncio.timeout(self._options.open_timeout):
                token = self._source()
                return await token if inspect.isawaitable(token) else token
        except Exception as e:
            told = f"the token could not be fetched: {e or type(e).__name__}"
            raise MeshError("TOKEN_UNAVAILABLE", told, retrying=True) from e

    async def _server_time(self) -> float:
        """Seconds since 1970 on the mesh's clock, which is the one that tokens expire by."""
        ping: Message = {"type": "ping", "timestamp": int(time.time() * 1000)}
        pong = await self._requests.ask_now(ping, self._options.request_timeout)
        told = pong.get("serverTime")
        return told / 1000 if isinstance(told, (int, float)) else time.time()
