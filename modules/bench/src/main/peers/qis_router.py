# SPDX-License-Identifier: Apache-2.0
"""The published QIS WebSocket router, on websockets and numpy: the peer that Starling's figures stand beside.

It keeps the published behaviour: one float32 vector per agent, a norm and a dot product per agent for every
outcome, the pushes awaited before the acknowledgement, an outcome log in memory that only grows, and the
library's default compression (used when a client offers it). The published router prints a line per outcome;
this one does not, which is in its favour.

usage: qis_router.py PORT
"""
import asyncio
import gc
import json
import signal
import sys
import uuid

import numpy as np

try:  # from websockets 14 on, the API that the router was written for is called "legacy"
    from websockets.legacy.server import serve
except ImportError:
    from websockets.server import serve

THRESHOLD = 0.75


class Agent:
    """One registered agent: its socket, its fingerprint (float32) and whatever it said about itself."""

    def __init__(self, socket, message):
        self.socket = socket
        self.fingerprint = np.array(message.get("fingerprint", []), dtype=np.float32)
        self.meta = message.get("meta", {})


class Router:
    def __init__(self):
        self.agents = {}
        self.log = []

    @staticmethod
    def cosine(left, right):
        left_norm, right_norm = np.linalg.norm(left), np.linalg.norm(right)
        if left_norm == 0 or right_norm == 0:
            return 0.0
        return float(np.dot(left, right) / (left_norm * right_norm))

    def matches(self, fingerprint, emitter):
        query = np.array(fingerprint, dtype=np.float32)
        found = []
        for agent_id, agent in self.agents.items():
            if agent_id == emitter:
                continue
            similarity = self.cosine(query, agent.fingerprint)
            if similarity >= THRESHOLD:
                found.append((round(similarity, 4), agent_id, agent.socket))
        return sorted(found, key=lambda match: match[0], reverse=True)

    async def deposit(self, packet, emitter):
        found = self.matches(packet.get("fingerprint", []), emitter)
        if found:
            text = json.dumps({"type": "incoming_outcome", "packet": packet})
            pushes = [socket.send(text) for _, _, socket in found if socket.open]
            if pushes:
                await asyncio.gather(*pushes, return_exceptions=True)
        routed_to = [agent_id for _, agent_id, _ in found]
        self.log.append({**packet, "routed_to": routed_to, "match_count": len(found)})
        return {
            "type": "outcome_ack",
            "status": "routed",
            "outcome_id": packet.get("outcome_id"),
            "matches_found": len(found),
            "routed_to": routed_to,
        }

    async def answer(self, socket, agent_id, message):
        """Returns the reply to one message and the agent id that the socket has afterwards."""
        kind = message.get("type")
        if kind == "register":
            agent_id = message.get("agent_id") or str(uuid.uuid4())
            self.agents[agent_id] = Agent(socket, message)
            return {"type": "registered", "agent_id": agent_id, "agent_count": len(self.agents)}, agent_id
        if kind == "outcome":
            if not agent_id:
                return {"error": "register before depositing outcomes"}, agent_id
            packet = message.get("packet", {})
            packet.setdefault("outcome_id", str(uuid.uuid4()))
            packet["source_agent"] = agent_id
            return await self.deposit(packet, agent_id), agent_id
        if kind == "ping":
            return {"type": "pong"}, agent_id
        return {"error": f"unknown message type: {kind}"}, agent_id

    async def session(self, socket):
        agent_id = None
        try:
            async for raw in socket:
                try:
                    message = json.loads(raw)
                except json.JSONDecodeError:
                    await socket.send(json.dumps({"error": "invalid JSON"}))
                    continue
                reply, agent_id = await self.answer(socket, agent_id, message)
                await socket.send(json.dumps(reply))
        except Exception as failure:  # as published: a session's failure is printed and ends that session
            print(f"[QIS] Connection error for agent {agent_id}: {failure}")
        finally:
            if agent_id:
                self.agents.pop(agent_id, None)


async def main(port):
    # When memory is compared, every system collects its garbage first.
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, gc.collect)
    async with serve(Router().session, "127.0.0.1", port):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
