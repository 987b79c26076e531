# SPDX-License-Identifier: Apache-2.0
"""What an agent has with the mesh, over one connection after the other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Protocol

from .authentication import CLOSE_AUTHENTICATION, Authentication, TokenSource
from .connection import Connection
from .errors import MeshError, error_of
from .identity import Identity
from .inbox import Inbox
from .link import Link
from .model import Counters, Event, Outcome, Recent, State
from .options import Options
from .outbox import Outbox
from .requests import Requests
from .tasks import TaskBoard
from .wire import Message

log = logging.getLogger("starling_mesh")

CLOSE_TOO_BIG = 1009
CLOSE_MALFORMED = 4002


class Handlers(Protocol):
    """Whom a session tells."""

    def on_outcome(self, outcome: Outcome) -> Any: ...
    def on_event(self, event: Event) -> Any: ...
    def on_task(self, task: Any) -> Any: ...
    def on_error(self, error: MeshError) -> Any: ...


class Session:
    """Is authenticated, registers, subscribes, and only then carries what the agent says.

    From its making to its end, which is one call of run(). Event loop only.
    """

    def __init__(
        self,
        urls: Sequence[str],
        identity: Identity,
        agent_id: str | None,
        handlers: Handlers,
        options: Options,
        counters: Counters,
        token: TokenSource | None,
        pubkey: str | None,
    ) -> None:
        self._identity = identity
        self._handlers = handlers
        self._options = options
        self._counters = counters
        self._seen = Recent(options.seen_limit)
        self._position: str | None = None
        self._wanted: dict[str, bool] = dict.fromkeys(identity.events, True)
        self.agent_id = agent_id
        self.state = State.CLOSED
        self.registered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.requests = Requests(options)
        self.outbox = Outbox(options, counters)
        self.inbox = Inbox(options.inbox_limit, counters)
        self.tasks = TaskBoard(
            identity.tasks or 1, lambda task: handlers.on_task(task), self.requests, self.outbox
        )
        self._authentication = Authentication(token, pubkey, options, self.requests)
        self.link = Link(
            urls,
            options,
            counters,
            prepare=self._authentication.fetch,
            serve=self._serve,
            judge=self._judge,
            changed=self._changed,
        )

    async def run(self) -> None:
        """Stays in the mesh; MeshError where trying again cannot help."""
        worker = asyncio.create_task(self.inbox.work(), name="handlers")
        ended = MeshError("CLOSED", "the agent was closed")
        try:
            await self.link.run()
        except MeshError as e:
            ended = e
            raise
        finally:
            self._end(ended)
            await _cancelled(worker)
            await self.tasks.close()

    def _end(self, error: MeshError) -> None:
        self.state = State.CLOSED
        self.requests.lost(error)
        self.outbox.reject_all(error)
        if not self.registered.done():
            self.registered.set_exception(error.copy())

    async def change(self, kind: str, events: Sequence[str]) -> list[str]:
        """Subscribes or unsubscribes; all that is held now, and asked for again when need be."""
        held = await self.requests.ask({"type": kind, "events": list(events)})
        self._wanted.update(dict.fromkeys(events, kind == "subscribe"))
        return list(held.get("events") or ())

    # ── a connection ──────────────────────────────────────────────────────────────────────────

    async def _serve(self, connection: Connection) -> None:
        self.requests.begin(connection)
        reader = asyncio.create_task(self._read(connection), name="reader")
        background: list[asyncio.Task[None]] = []
        try:
            due = await self._introduce(reader)
            background.append(asyncio.create_task(self.outbox.pump(connection), name="outbox"))
            background.append(asyncio.create_task(self._renew(due), name="token"))
            await self._resubscribe()
            if not (self.registered.done() or reader.done()):
                self.registered.set_result(None)
            await reader
        finally:
            self.requests.lost(MeshError("CONNECTION_LOST", "the connection was given up"))
            await _cancelled(reader, *background)
            self.tasks.lost()
            self.outbox.recall()

    async def _read(self, connection: Connection) -> None:
        try:
            async for message in connection.messages():
                self._received(message)
        except MeshError as e:
            self.requests.lost(e)
            if e.close_code == CLOSE_TOO_BIG:
                self.outbox.reject_largest()
            raise

    async def _introduce(self, reader: asyncio.Task[None]) -> float | None:
        register = self._identity.registration(self.agent_id, self._position)
        try:
            due = await self._authentication.show()
            answer = await self.requests.ask_now(register, self._options.register_timeout)
        except MeshError as e:
            if reader.done():
                await reader  # What ended the connection says more.
            e.retrying = e.retrying or e.passing or e.code == "NO_ANSWER"
            raise
        self.agent_id = answer.get("agent_id", self.agent_id)
        self._moved_on(answer)
        self.requests.ready()
        self._changed(State.REGISTERED)
        return due

    async def _resubscribe(self) -> None:
        """What a gateway refuses costs neither the registration nor the other events."""
        for name, wanted in list(self._wanted.items()):
            kind = "subscribe" if wanted else "unsubscribe"
            try:
                message: Message = {"type": kind, "events": [name]}
                await self.requests.ask_now(message, self._options.request_timeout)
            except MeshError as e:
                if e.code in ("CONNECTION_LOST", "NOT_CONNECTED"):
                    return
                if e.code == "UNKNOWN_EVENT":
                    del self._wanted[name]
                self._complain(e)

    async def _renew(self, due: float | None) -> None:
        try:
            await self._authentication.renew(due)
        except MeshError as e:
            # The token in use holds until it expires; then the mesh closes, and all begins anew.
            if e.code not in ("CONNECTION_LOST", "NOT_CONNECTED"):
                self._complain(e)

    def _judge(self, error: MeshError) -> MeshError:
        if error.close_code == CLOSE_AUTHENTICATION:
            return self._authentication.refused(error)
        if error.close_code == CLOSE_MALFORMED:
            told = "the mesh closed the connection because of malformed messages"
            return MeshError("MALFORMED", told, close_code=CLOSE_MALFORMED)
        if error.retrying and error.code not in ("CONNECTION_LOST", "NO_CONNECTION"):
            self._complain(error)
        return error

    def _changed(self, state: State) -> None:
        self.state = state

    # ── what comes ────────────────────────────────────────────────────────────────────────────

    def _received(self, message: Message) -> None:
        kind = message.get("type")
        if message.get("id") is not None and self._answered(message):
            return
        if kind == "incoming_outcome":
            self._incoming(message)
        elif kind == "error":
            self._notice(error_of(message))
        elif kind == "task_assigned":
            if not self.tasks.assigned(message):
                self._ignored()
        elif kind == "task_cancelled":
            self.tasks.cancelled(message)
        elif isinstance(kind, str) and message.get("id") is None:
            self.inbox.put(self._handlers.on_event, Event(kind, message))
        else:
            self._ignored()

    def _answered(self, message: Message) -> bool:
        return self.outbox.answered(message) or self.requests.answered(message)

    def _incoming(self, message: Message) -> None:
        self._moved_on(message)
        outcome = Outcome.of(message)
        if outcome is None:
            self._ignored()
        elif self._seen.add(outcome.source, outcome.id):
            self.inbox.put(self._handlers.on_outcome, outcome)
        else:
            self._counters.duplicates += 1

    def _moved_on(self, message: Message) -> None:
        """Keeps how far this agent has heard, to be told what it missed while away."""
        position = message.get("position")
        if isinstance(position, str):
            self._position = position

    def _ignored(self) -> None:
        self._counters.messages_ignored += 1

    def _notice(self, error: MeshError) -> None:
        """An error that answers nothing."""
        if error.code == "AGENT_MOVED":
            # Two that both came back by themselves would take turns for ever.
            raise error
        if error.code == "NOT_REGISTERED":
            error.retrying = True
            raise error
        self._complain(error)

    def _complain(self, error: MeshError) -> None:
        self.inbox.put(self._handlers.on_error, error)


async def _cancelled(*tasks: asyncio.Task[Any]) -> None:
    """Ends the tasks, whatever became of them."""
    for task in tasks:
        task.cancel()
    # Not gather: where this is cancelled itself, it would give up what it waits for.
    ended, _ = await asyncio.wait(tasks)
    for task in ended:
        if not task.cancelled():
            task.exception()
