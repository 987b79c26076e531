# SPDX-License-Identifier: Apache-2.0
"""An agent of the mesh."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import signal
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar

from .authentication import TokenSource
from .connection import address
from .errors import MeshError
from .identity import Identity, numbers
from .model import Ack, Counters, Event, Match, Outcome, State, lineage
from .options import Options
from .session import Session
from .tasks import Task
from .wire import Message, given

log = logging.getLogger("starling_mesh")

HANDLERS = ("on_outcome", "on_event", "on_task", "on_error")
ABOUT = frozenset(field.name for field in dataclasses.fields(Identity))

Function = TypeVar("Function", bound=Callable[..., Any])


class Agent:
    """An agent: what it is about, what it does with what reaches it, and what it says.

    What it is about are attributes of a subclass, or arguments of the same names:

    agent_id        its id in the mesh; by default the mesh makes one
    name, kind      for people and tools
    fingerprint     float[1 … 4096]: it is sent the outcomes whose fingerprints are similar
    profile         text in place of a fingerprint, which a mesh with an embedder understands
    space           fingerprints of one space are compared; by default the number of dimensions
    threshold       a stricter similarity than the mesh's, up to 1
    accept_derived  also receive what derives from this agent's own outcomes
    capabilities    what it can do, in words that tasks ask for
    meta            a dict of JSON besides, which GET /api/agents shows
    tasks           how many it does at a time (1); sent only where there is an `on_task`
    events          what it is subscribed to

    Handlers are methods of a subclass, or functions given to handler(). Outcomes and events are
    handled one at a time, in order. All of it runs on the event loop that called connect(), and
    is used from there only.
    """

    agent_id: str | None = None
    name: str | None = None
    kind: str | None = None
    fingerprint: Sequence[float] | None = None
    profile: str | None = None
    space: str | None = None
    threshold: float | None = None
    accept_derived: bool | None = None
    capabilities: Sequence[str] = ()
    meta: Mapping[str, Any] | None = None
    tasks: int | None = None
    events: Sequence[str] = ()

    def __init__(
        self,
        urls: str | Iterable[str],
        *,
        token: TokenSource | None = None,
        pubkey: str | None = None,
        options: Options | None = None,
        **about: Any,
    ) -> None:
        """An agent that is not connected yet.

        urls     one gateway, or several to turn to, as ws, wss, http or https
        token    a token, or a function that fetches one, for a mesh that asks for it
        pubkey   the key that the token's claim is compared with
        about    any of the attributes above

        TypeError for an attribute that there is none of, ValueError for a value that will not do.
        """
        self.urls = [address(url) for url in ([urls] if isinstance(urls, str) else urls)]
        if not self.urls:
            raise ValueError("urls: expected one at least")
        if unknown := about.keys() - ABOUT:
            raise TypeError(f"unknown: {sorted(unknown)}; known: {sorted(ABOUT)}")
        for name, value in about.items():
            setattr(self, name, value)
        self._identity()
        self.options = options or Options()
        self.counters = Counters()
        self._token = token
        self._pubkey = pubkey
        self._session: Session | None = None
        self._run: asyncio.Task[None] | None = None

    # ── handlers ──────────────────────────────────────────────────────────────────────────────

    async def on_outcome(self, outcome: Outcome) -> None:
        """An outcome that matches what this agent is about."""

    async def on_event(self, event: Event) -> None:
        """Something that this agent is subscribed to, such as a `system_event`."""

    async def on_task(self, task: Task) -> Mapping[str, Any] | None:
        """Something to do. The dict returned is its result; what is raised is why it failed.

        A TaskError says whether another agent might do it. Several run at a time, up to `tasks`.
        One that the mesh takes back is cancelled, and all are when the connection is lost.
        """
        raise NotImplementedError("this agent does no tasks")

    async def on_error(self, error: MeshError) -> None:
        """An error that answers nothing that this agent asked; by default a line in the log."""
        log.warning("%s: %s", self.name or self.agent_id or "agent", error)

    def handler(self, function: Function) -> Function:
        """A decorator: the function, named like one of the handlers, is this agent's."""
        name = getattr(function, "__name__", "")
        if name not in HANDLERS:
            raise ValueError(f"expected one of {', '.join(HANDLERS)}, got {name!r}")
        setattr(self, name, function)
        return function

    # ── being there ───────────────────────────────────────────────────────────────────────────

    @property
    def state(self) -> State:
        """Where it stands."""
        return self._session.state if self._session else State.CLOSED

    @property
    def url(self) -> str:
        """The gateway in use, or tried now or next."""
        return self._session.link.url if self._session else self.urls[0]

    @property
    def pending(self) -> int:
        """Outcomes without an ack, sent or not."""
        return len(self._session.outbox) if self._session else 0

    async def connect(self, timeout: float | None = None) -> None:
        """Returns once it is in the mesh, however many tries that takes; from then on it stays.

        MeshError where trying again cannot help, TimeoutError after `timeout` seconds: it goes on
        trying then, until close().
        """
        if self._run is None or self._run.done():
            self._begin()
        assert self._session is not None
        async with asyncio.timeout(timeout):
            await asyncio.shield(self._session.registered)

    async def wait(self) -> None:
        """Returns after close(); MeshError where the agent's time ended otherwise."""
        if self._run is not None:
            with suppress(asyncio.CancelledError):
                await asyncio.shield(self._run)
            if (me := asyncio.current_task()) and me.cancelling():
                raise asyncio.CancelledError

    async def close(self) -> None:
        """Leaves the mesh. What has no ack ends with CLOSED, tasks are cancelled."""
        if self._run is not None:
            self._run.cancel()
            # Not gather, which would give up the end where a handler closes its own agent.
            await asyncio.wait([self._run])

    async def __aenter__(self) -> Self:
        try:
            await self.connect()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.close()

    def run(self) -> None:
        """As a whole program: stays in the mesh until SIGINT or SIGTERM; MeshError as wait()."""
        with suppress(KeyboardInterrupt, asyncio.CancelledError):
            asyncio.run(self._until_signalled())

    # ── saying and asking ─────────────────────────────────────────────────────────────────────

    async def emit(
        self,
        payload: Any,
        *,
        confidence: float | None = None,
        fingerprint: Iterable[float] | None = None,
        space: str | None = None,
        derived_from: Iterable[str | Outcome] = (),
        outcome_id: str | None = None,
        **more: Any,
    ) -> Ack:
        """Tells the agents that it concerns; returns what the mesh made of it.

        payload       any JSON
        confidence    0 to 1
        fingerprint   float[d] that it is about, by default the agent's own, and its `space`
        derived_from  outcomes that this one was made from, or their ids
        outcome_id    by default a UUID; the mesh routes one id of an agent once
        more          fields of your own

        While there is no connection it is kept, within `outbox_limit`, and sent with the next one.
        Without an ack when a connection breaks it is sent again. MeshError where the mesh refuses
        it, it was dropped, or the agent is closed; ValueError for a fingerprint that is none.
        """
        parents, hops = lineage(derived_from)
        packet = given(
            outcome_id=outcome_id or str(uuid.uuid4()),
            payload=payload,
            confidence=confidence,
            timestamp=time.time(),
            fingerprint=None if fingerprint is None else numbers(fingerprint),
            space=space,
            derived_from=parents or None,
            hops=hops,
        )
        message: Message = {"type": "outcome", "packet": {**packet, **more}}
        return Ack.of(await self._active().outbox.post(message))

    async def query(
        self,
        fingerprint: Iterable[float] | None = None,
        *,
        profile: str | None = None,
        space: str | None = None,
        limit: int | None = None,
    ) -> list[Match]:
        """The agents most similar to a fingerprint or a profile, by default to this agent's own."""
        if fingerprint is None and profile is None:
            fingerprint, profile, space = self.fingerprint, self.profile, space or self.space
        plain = None if fingerprint is None else numbers(fingerprint)
        question = given(
            type="query", fingerprint=plain, profile=profile, space=space, limit=limit
        )
        answer = await self.request(question)
        return [Match(one["agent_id"], one["similarity"]) for one in answer.get("agents") or ()]

    async def subscribe(self, *events: str) -> list[str]:
        """Hears these events too, after a reconnection as well; all that it hears now."""
        return await self._active().change("subscribe", events)

    async def unsubscribe(self, *events: str) -> list[str]:
        """Hears these events no more; all that it hears now."""
        return await self._active().change("unsubscribe", events)

    async def control(self, agent_id: str, action: str) -> Message:
        """Lets an agent `pause`, `resume`, `stop` or `restart`.

        Returns the mesh's `agent_controlled`: `agentId`, and the agent's `status` then. MeshError
        where there is no such agent, or it is a client's, which can be paused and resumed only.
        """
        return await self.request({"type": "agent_control", "agentId": agent_id, "action": action})

    async def request(self, message: Mapping[str, Any]) -> Message:
        """Asks anything of the protocol that is answered; the answer, or MeshError."""
        return await self._active().requests.ask(dict(message))

    async def ping(self) -> float:
        """Seconds to the mesh and back."""
        clock = asyncio.get_running_loop().time
        sent = clock()
        await self.request({"type": "ping", "timestamp": int(time.time() * 1000)})
        return clock() - sent

    # ── inside ────────────────────────────────────────────────────────────────────────────────

    def _identity(self) -> Identity:
        identity = Identity(**{name: getattr(self, name) for name in ABOUT})
        does_tasks = "on_task" in vars(self) or type(self).on_task is not Agent.on_task
        return dataclasses.replace(identity, tasks=(identity.tasks or 1) if does_tasks else None)

    def _begin(self) -> None:
        self._session = Session(
            self.urls,
            self._identity(),
            self.agent_id,
            self,
            self.options,
            self.counters,
            self._token,
            self._pubkey,
        )
        registered = self._session.registered
        registered.add_done_callback(self._registered)
        self._run = asyncio.create_task(self._session.run(), name="starling-mesh")
        self._run.add_done_callback(self._ended)

    def _registered(self, registered: asyncio.Future[None]) -> None:
        if not registered.cancelled() and registered.exception() is None and self._session:
            self.agent_id = self._session.agent_id

    def _ended(self, run: asyncio.Task[None]) -> None:
        """Who does not wait() for the end finds it in the log; connect() raises it by itself."""
        if not run.cancelled() and (error := run.exception()) and self._was_there():
            log.error("the agent has left the mesh: %s", error)

    def _was_there(self) -> bool:
        registered = self._session.registered if self._session else None
        return registered is not None and registered.done() and registered.exception() is None

    def _active(self) -> Session:
        if self._session is None or self._run is None or self._run.done():
            raise MeshError("CLOSED", "the agent is closed: connect() first")
        return self._session

    async def _until_signalled(self) -> None:
        me = asyncio.current_task()
        assert me is not None
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)
        async with self:
            await self.wait()
