# SPDX-License-Identifier: Apache-2.0
"""Questions and their answers, paired by the message's `id`."""

from __future__ import annotations

import asyncio
from typing import Any

from .connection import Connection
from .errors import MeshError, error_of
from .options import Options
from .wire import Message


class Requests:
    """Questions of one agent, over one connection after the other. Event loop only.

    A question is sent at most once: one that was under way when its connection died is lost, as it
    may have taken effect or not.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._connection: Connection | None = None
        self._open = asyncio.Event()
        self._questions: dict[str, asyncio.Future[Message]] = {}
        self._count = 0
        self._asking = 0

    def begin(self, connection: Connection) -> None:
        """Lets the client's own questions through, such as the registration."""
        self._connection = connection

    def ready(self) -> None:
        """Lets everybody's questions through."""
        self._open.set()

    def lost(self, error: MeshError) -> None:
        """The connection is gone, and with it the answers."""
        self._connection = None
        self._open.clear()
        for question in self._questions.values():
            if not question.done():
                question.set_exception(error.copy())

    async def ask(self, message: Message) -> Message:
        """Waits for a connection and for the answer; MeshError where it is a refusal or none."""
        limit = self._options.request_limit
        if self._asking >= limit:
            raise MeshError("TOO_MANY", f"{limit} questions have no answer yet")
        self._asking += 1
        try:
            await self._wait_for_connection()
            return await self.ask_now(message, self._options.request_timeout)
        finally:
            self._asking -= 1

    async def _wait_for_connection(self) -> None:
        try:
            async with asyncio.timeout(self._options.request_timeout):
                await self._open.wait()
        except TimeoutError as e:
            raise MeshError("NOT_CONNECTED", "there was no connection to ask on") from e

    async def ask_now(self, message: Message, timeout: float) -> Message:
        """Asks on the connection that there is, served already or not."""
        connection = self._connection
        if connection is None:
            raise MeshError("NOT_CONNECTED", "there is no connection to ask on", retrying=True)
        self._count += 1
        request_id = f"q{self._count}"
        question: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._questions[request_id] = question
        try:
            async with asyncio.timeout(timeout):
                await connection.send({**message, "id": request_id})
                return await question
        except TimeoutError as e:
            told = f"{message.get('type')}: no answer within {timeout:g} s"
            raise MeshError("NO_ANSWER", told) from e
        finally:
            del self._questions[request_id]
            if question.done() and not question.cancelled():
                question.exception()

    def answered(self, message: Message) -> bool:
        """Whether the message, which has an id, answers a question."""
        question = self._questions.get(_text(message.get("id")))
        if question is None:
            return False
        if not question.done():
            if message.get("type") == "error":
                question.set_exception(error_of(message))
            else:
                question.set_result(message)
        return True


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
