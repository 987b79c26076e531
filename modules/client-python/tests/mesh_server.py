# SPDX-License-Identifier: Apache-2.0
"""A gateway in miniature: a real socket that speaks the protocol as a test tells it to."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import websockets  # noqa: E402

from starling_mesh import Options  # noqa: E402

#: For a condition that will come.
PATIENCE = 10.0
#: Reconnects at once, so that tests need not wait.
QUICK = {"backoff_base": 0.01, "backoff_max": 0.05}


def quick(**others):
    return Options(**{**QUICK, **others})


class MeshServer:
    """Answers by `replies`: of each type a function from a message to what is sent back.

    A reply repeats the message's id, as the mesh does. None is silence. `received` is all that
    came, `connections` the sockets that are open.
    """

    def __init__(self):
        self.received = []
        self.connections = []
        self.opened = 0
        self.port = 0
        self.acked = {}
        self.replies = {
            "register": self._register,
            "outcome": self._outcome,
            "auth": lambda message: {"type": "authenticated", "subject": "a", "expiresAt": None},
            "ping": lambda message: {"type": "pong", "serverTime": 1706006400000},
            "query": lambda message: {"type": "query_result", "agents": []},
            "subscribe": lambda message: {"type": "subscribed", "events": message["events"]},
            "unsubscribe": lambda message: {"type": "subscribed", "events": []},
            "task_report": lambda message: {"type": "task_reported", "taskId": message["taskId"]},
        }

    @property
    def url(self):
        return f"ws://127.0.0.1:{self.port}"

    async def __aenter__(self):
        self._server = await websockets.serve(self._serve, "127.0.0.1", self.port)
        self.port = next(iter(self._server.sockets)).getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, socket):
        self.connections.append(socket)
        self.opened += 1
        try:
            async for text in socket:
                message = json.loads(text)
                self.received.append(message)
                await self._reply(socket, message)
        except websockets.exceptions.ConnectionClosed:
            pass
        finally:
            self.connections.remove(socket)

    async def _reply(self, socket, message):
        answer = self.replies.get(message["type"], lambda _: None)(message)
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer is not None:
            repeated = {"id": message["id"]} if "id" in message else {}
            await socket.send(json.dumps({**answer, **repeated}))

    def _register(self, message):
        agent_id = message.get("agent_id", "made-by-the-mesh")
        return {"type": "registered", "agent_id": agent_id, "agent_count": 1, "gateway": "g"}

    def _outcome(self, message):
        outcome_id = message["packet"]["outcome_id"]
        status = "duplicate" if outcome_id in self.acked else "routed"
        self.acked[outcome_id] = message
        return ack(outcome_id, status=status)

    def of(self, kind):
        return [message for message in self.received if message["type"] == kind]

    async def push(self, message):
        for socket in list(self.connections):
            await socket.send(message if isinstance(message, (str, bytes)) else json.dumps(message))

    async def incoming(self, number, **fields):
        packet = {"outcome_id": f"n{number}", "source_agent": "miller", "payload": number}
        await self.push({"type": "incoming_outcome", "packet": packet, "similarity": 0.9, **fields})

    async def close_all(self, code, reason=""):
        for socket in list(self.connections):
            await socket.close(code, reason)

    def cut_all(self):
        """As a machine does that is switched off."""
        for socket in list(self.connections):
            socket.transport.abort()


def ack(outcome_id, **others):
    routed = {"matches_found": 1, "routed_to": ["miller"]}
    return {"type": "outcome_ack", "status": "routed", "outcome_id": outcome_id, **routed, **others}


def refusal(code, message="no", **details):
    return {"type": "error", "code": code, "message": message, "details": details, "error": message}


class MeshTestCase(unittest.IsolatedAsyncioTestCase):
    """With `server`, and agents that end with the test."""

    async def asyncSetUp(self):
        # What a client says of losses is no failure of a test.
        logging.getLogger("starling_mesh").setLevel(logging.CRITICAL)
        logging.getLogger("websockets").setLevel(logging.CRITICAL)
        self.server = await self.started(MeshServer())

    async def started(self, server):
        await server.__aenter__()
        self.addAsyncCleanup(server.__aexit__, None, None, None)
        return server

    async def connected(self, agent):
        self.addAsyncCleanup(agent.close)
        await agent.connect(PATIENCE)
        return agent

    async def eventually(self, what, condition):
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not (value := condition()):
            if asyncio.get_running_loop().time() > deadline:
                self.fail(f"not in {PATIENCE} s: {what}")
            await asyncio.sleep(0.005)
        return value
