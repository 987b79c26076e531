# SPDX-License-Identifier: Apache-2.0
"""One socket to one gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from websockets.exceptions import ConnectionClosed, InvalidURI, WebSocketException

from .errors import MeshError
from .model import Counters
from .options import Options
from .wire import Message, decode, encode

try:
    from websockets.asyncio.client import connect
except ImportError:  # before 13.0, as Debian 12 has it
    from websockets import connect

#: What a socket says that ended without a closing handshake.
ABNORMAL = 1006
#: For the peer to answer a close, before the socket is dropped.
CLOSE_TIMEOUT = 1.0

_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


class Connection:
    """JSON objects out and in. Event loop only."""

    def __init__(self, socket: Any, options: Options, counters: Counters) -> None:
        self._socket = socket
        self._options = options
        self._counters = counters

    @staticmethod
    async def open(url: str, options: Options, counters: Counters) -> Connection:
        """Connects; MeshError NO_CONNECTION where that fails, which another try may mend."""
        secure = url.startswith("wss:") and options.tls is not None
        tls: dict[str, Any] = {"ssl": options.tls} if secure else {}
        try:
            socket = await connect(
                url,
                open_timeout=options.open_timeout,
                close_timeout=CLOSE_TIMEOUT,
                ping_interval=options.heartbeat_interval,
                ping_timeout=options.heartbeat_timeout - options.heartbeat_interval,
                max_size=options.message_limit,
                # Outcomes are small, and what inflates can make its reader run out of memory.
                compression=None,
                **tls,
            )
        except (OSError, TimeoutError, WebSocketException) as e:
            raise MeshError("NO_CONNECTION", f"{url}: {_reason(e)}", retrying=True) from e
        return Connection(socket, options, counters)

    async def send(self, message: Message) -> None:
        """Sends one message, and waits while the socket holds too much."""
        await self.send_text(encode(message, self._options.message_limit))

    async def send_text(self, text: str) -> None:
        """Sends a message that is encoded already."""
        try:
            await self._socket.send(text)
        except ConnectionClosed as e:
            raise _lost(e) from e

    async def messages(self) -> AsyncIterator[Message]:
        """What comes, until the connection is lost: then MeshError CONNECTION_LOST."""
        while True:
            try:
                text = await self._socket.recv()
            except ConnectionClosed as e:
                raise _lost(e) from e
            message = decode(text) if isinstance(text, str) else None
            if message is None:
                self._counters.messages_ignored += 1
            else:
                yield message

    async def close(self) -> None:
        """Says goodbye where anybody listens; at most some seconds."""
        try:
            await self._socket.close()
        except (OSError, asyncio.TimeoutError, WebSocketException):
            pass


def address(url: str) -> str:
    """The socket's address of a gateway, given as ws, wss, http or https; ValueError for others."""
    if not isinstance(url, str):
        raise ValueError(f"url: expected text such as ws://127.0.0.1:8765, got {url!r}")
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise ValueError(f"url: expected one such as ws://127.0.0.1:8765, got {url!r}")
    return urlunsplit(parts._replace(scheme=_SCHEMES[parts.scheme], fragment=""))


def _lost(closed: ConnectionClosed) -> MeshError:
    code = closed.rcvd.code if closed.rcvd else ABNORMAL
    reason = closed.rcvd.reason if closed.rcvd else ""
    told = f"the connection was closed with {code}" if closed.rcvd else "the connection broke"
    return MeshError(
        "CONNECTION_LOST",
        f"{told}: {reason}" if reason else told,
        {"reason": reason},
        close_code=code,
        retrying=True,
    )


def _reason(error: Exception) -> str:
    """What a person needs: the HTTP status of a refusal, in both generations of the library."""
    status = getattr(error, "status_code", None)
    if status is None:
        status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"refused with HTTP status {status}"
    if isinstance(error, InvalidURI):
        return "no address of a socket"
    return str(error) or type(error).__name__
