# SPDX-License-Identifier: Apache-2.0
"""The client on a mesh of two real nodes, which modules/acceptance starts for it.

STARLING_URLS    the agents' ports of both, with a space between
STARLING_HTTP    where the second serves REST
STARLING_SECRET  that tokens are signed with (HS256); both nodes want one
STARLING_PID     the process of the first node, which LostGatewayTest kills: run it last

    python3 -m unittest -v on_nodes.TwoGatewaysTest on_nodes.LostGatewayTest
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import signal
import time
import unittest
import urllib.request

import mesh_server  # noqa: F401  puts the sources on the path

from starling_mesh import Agent, MeshError, State, TaskError

FIRST, SECOND = os.environ["STARLING_URLS"].split()
HTTP = os.environ["STARLING_HTTP"]
SECRET = os.environ["STARLING_SECRET"]
PATIENCE = 60.0


def token(subject, seconds=3600.0, secret=SECRET):
    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    claims = {"sub": subject, "exp": time.time() + seconds}
    head = part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    signed = head + b"." + part(json.dumps(claims).encode())
    signature = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return (signed + b"." + part(signature)).decode()


class Listener(Agent):
    def __init__(self, urls, subject="alice", **about):
        super().__init__(urls, **{"token": token(subject), **about})
        self.outcomes = []
        self.happened = []

    async def on_outcome(self, outcome):
        self.outcomes.append(outcome)

    async def on_event(self, event):
        self.happened.append(event)


class Counter(Listener):
    async def on_task(self, task):
        words = task.description.split()
        task.progress(50, "counting")
        return {"words": len(words), "limit": task.input["limit"]}


class Slow(Listener):
    """Is at its tasks until it is told to go on."""

    def __init__(self, *args, **about):
        super().__init__(*args, **about)
        self.begun = []
        self.cancelled = []
        self.go_on = asyncio.Event()

    async def on_task(self, task):
        self.begun.append(task.attempt)
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.cancelled.append(task.attempt)
            raise
        return {"attempt": task.attempt}


class Choosy(Listener):
    async def on_task(self, task):
        raise TaskError("not my kind of soup", retry=True)


def rest(method, path, body=None):
    request = urllib.request.Request(
        HTTP + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token('alice')}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


class NodesTestCase(unittest.IsolatedAsyncioTestCase):
    async def connected(self, agent):
        self.addAsyncCleanup(agent.close)
        await agent.connect(PATIENCE)
        return agent

    async def eventually(self, what, condition):
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not (value := condition()):
            if asyncio.get_running_loop().time() > deadline:
                self.fail(f"not in {PATIENCE} s: {what}")
            await asyncio.sleep(0.02)
        return value

    async def refused(self, code, awaitable):
        with self.assertRaises(MeshError) as raised:
            await awaitable
        self.assertEqual(raised.exception.code, code, raised.exception)
        return raised.exception


class TwoGatewaysTest(NodesTestCase):
    async def test_outcomes_cross_the_mesh_and_do_not_return_to_where_they_came_from(self):
        baker = await self.connected(Listener(FIRST, agent_id="baker", fingerprint=[1, 0.2]))
        miller = await self.connected(Listener(SECOND, agent_id="miller", fingerprint=[1, 0.1]))
        ack = await baker.emit({"Brot": "Überraschung 🐦"}, confidence=0.9, shelf="top")
        self.assertEqual((ack.status, ack.routed_to), ("routed", ("miller",)))
        (heard,) = await self.eventually("heard", lambda: miller.outcomes)
        self.assertEqual((heard.id, heard.source), (ack.outcome_id, "baker"))
        self.assertEqual(heard.payload, {"Brot": "Überraschung 🐦"})
        self.assertEqual((heard.confidence, heard.packet["shelf"]), (0.9, "top"))
        self.assertGreater(heard.similarity, 0.99)
        derived = await miller.emit("finer", derived_from=[heard])
        self.assertEqual(derived.routed_to, ())
        again = await baker.emit("twice", outcome_id=ack.outcome_id)
        self.assertEqual((again.status, again.routed_to), ("duplicate", ("miller",)))

    async def test_asks_who_is_similar_and_hears_who_comes(self):
        cook = await self.connected(Listener(FIRST, fingerprint=[0, 1, 0], events=["system_event"]))
        name = {"name": "Clara", "kind": "cook", "capabilities": ["soup"]}
        other = await self.connected(Listener(SECOND, fingerprint=[0, 1, 0.1], **name))
        first, second = await cook.query()
        self.assertEqual((first.agent_id, second.agent_id), (cook.agent_id, other.agent_id))

        def about_the_other():
            told = [event.message for event in cook.happened]
            return [one for one in told if one["data"].get("agentId") == other.agent_id]

        first, *_ = await self.eventually("told of the other", about_the_other)
        self.assertEqual(first["event"], "agent_joined")
        self.assertEqual(await cook.unsubscribe("system_event"), [])
        self.assertGreater(await cook.ping(), 0)

    async def test_raises_what_the_mesh_refuses(self):
        agent = await self.connected(Listener(FIRST, fingerprint=[1, 0, 0, 0]))
        error = await self.refused("INVALID_CONFIDENCE", agent.emit("x", confidence=2))
        self.assertEqual(error.details["field"], "packet.confidence")
        error = await self.refused("UNKNOWN_EVENT", agent.subscribe("weather"))
        self.assertIn("system_event", error.details["known"])
        await self.refused("INVALID_MESSAGE", agent.control("nobody", "promote"))
        with self.assertRaises(MeshError):
            await agent.control("nobody", "pause")
        await self.refused("UNKNOWN_TYPE", agent.request({"type": "gossip"}))
        self.assertEqual(agent.state, State.REGISTERED)

    async def test_ends_where_its_id_belongs_to_another_or_its_token_is_no_good(self):
        mine = await self.connected(Listener(FIRST, agent_id="mine", fingerprint=[0, 0, 1]))
        thief = Listener(SECOND, subject="mallory", agent_id="mine", fingerprint=[0, 0, 1])
        await self.refused("AGENT_ID_TAKEN", thief.connect(PATIENCE))
        for wrong, reason in (
            (token("alice", secret="another secret that nobody here knows"), "signature"),
            (token("alice", seconds=-3600), "expired"),
        ):
            error = await self.refused("AUTHENTICATION", Listener(FIRST, token=wrong).connect())
            self.assertEqual((error.close_code, error.details), (4000, {"reason": reason}))
        again = await self.connected(Listener(SECOND, agent_id="mine", fingerprint=[0, 0, 1]))
        await self.refused("AGENT_MOVED", mine.wait())
        self.assertEqual(again.state, State.REGISTERED)

    async def test_does_a_task_that_was_asked_for_by_rest_at_the_other_node(self):
        counter = await self.connected(Counter(FIRST, kind="counter", capabilities=["counting"]))
        body = {"description": "count these words", "kind": "counter", "input": {"limit": 7}}
        task_id = (await asyncio.to_thread(rest, "POST", "/api/tasks", body))["taskId"]
        path = f"/api/tasks/{task_id}?waitMs=20000"
        ended = await asyncio.to_thread(rest, "GET", path)
        self.assertEqual((ended["status"], ended["agentId"]), ("completed", counter.agent_id))
        self.assertEqual(ended["result"], {"words": 3, "limit": 7})

    async def test_pauses_and_resumes_an_agent_of_the_other_node(self):
        asker = await self.connected(Listener(FIRST, fingerprint=[0, 0, 1, 1]))
        other = await self.connected(Listener(SECOND, fingerprint=[0, 0, 1, 1]))
        answer = await asker.control(other.agent_id, "pause")
        self.assertEqual((answer["agentId"], answer["status"]), (other.agent_id, "paused"))
        self.assertEqual((await asker.emit("unheard")).routed_to, ())
        answer = await asker.control(other.agent_id, "resume")
        self.assertIn(answer["status"], ("idle", "active"))
        self.assertEqual((await asker.emit("heard")).routed_to, (other.agent_id,))
        await self.eventually("heard", lambda: other.outcomes)
        self.assertEqual([outcome.payload for outcome in other.outcomes], ["heard"])
        error = await self.refused("INVALID_MESSAGE", asker.control(other.agent_id, "stop"))
        self.assertEqual(error.details["field"], "action")

    async def test_lets_another_agent_do_a_task_where_it_says_so(self):
        await self.connected(Choosy(FIRST, capabilities=["soup"]))
        body = {"description": "make soup", "capability": "soup"}
        task_id = (await asyncio.to_thread(rest, "POST", "/api/tasks", body))["taskId"]
        path = f"/api/tasks/{task_id}?waitMs=20000"
        ended = await asyncio.to_thread(rest, "GET", path)
        self.assertEqual(ended["status"], "failed")
        self.assertEqual(ended["attempt"], 3)
        self.assertIn("not my kind of soup", ended["reason"])

    async def test_shows_fresh_tokens_on_the_same_connection(self):
        shown = []

        def fetch():
            shown.append(token("alice", seconds=3))
            return shown[-1]

        agent = await self.connected(Listener(FIRST, token=fetch, fingerprint=[0, 0, 0, 0, 1]))
        await self.eventually("three tokens", lambda: len(shown) == 3)
        self.assertEqual((await agent.emit("still here")).status, "routed")
        self.assertEqual(agent.state, State.REGISTERED)


class LostGatewayTest(NodesTestCase):
    async def test_goes_on_at_the_second_gateway_and_loses_nothing(self):
        listener = await self.connected(Listener(SECOND, fingerprint=[1, 1, 0]))
        mobile = await self.connected(
            Listener([FIRST, SECOND], agent_id="mobile", fingerprint=[1, 1, 0.1])
        )
        slow = await self.connected(Slow([FIRST, SECOND], capabilities=["patience"]))
        body = {"description": "wait", "capability": "patience"}
        task_id = (await asyncio.to_thread(rest, "POST", "/api/tasks", body))["taskId"]
        await self.eventually("begun", lambda: slow.begun)
        await mobile.emit("before")
        os.kill(int(os.environ["STARLING_PID"]), signal.SIGKILL)
        acks = await asyncio.wait_for(
            asyncio.gather(*(mobile.emit(number) for number in range(50))), PATIENCE
        )
        self.assertEqual(mobile.url, SECOND)
        self.assertLessEqual({ack.status for ack in acks}, {"routed", "duplicate"})
        await self.eventually("all heard", lambda: len(listener.outcomes) >= 51)
        heard = [outcome.payload for outcome in listener.outcomes]
        self.assertEqual(heard, ["before", *range(50)])
        await listener.emit("and back")
        await self.eventually("heard", lambda: mobile.outcomes)
        self.assertEqual(mobile.outcomes[0].payload, "and back")
        # The task was cancelled with the connection, and given to the same agent again: once, or
        # twice, where the agent is back before the node that was lost is missed.
        await self.eventually("begun anew", lambda: len(slow.begun) > 1)
        self.assertEqual(slow.cancelled[:1], slow.begun[:1])
        slow.go_on.set()
        path = f"/api/tasks/{task_id}?waitMs=20000"
        ended = await asyncio.to_thread(rest, "GET", path)
        self.assertEqual(ended["status"], "completed")
        self.assertIn(ended["result"]["attempt"], slow.begun[1:])


if __name__ == "__main__":
    unittest.main()
