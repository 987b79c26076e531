# SPDX-License-Identifier: Apache-2.0
"""What an agent says, asks and hears."""

import asyncio
import unittest

from mesh_server import MeshTestCase, ack, quick, refusal

from starling_mesh import Agent, MeshError, Outcome, State


class Baker(Agent):
    name = "Bea"
    kind = "baker"
    agent_id = "baker"
    fingerprint = [1, 0.2]
    capabilities = ["rye", "wheat"]
    meta = {"shift": "night"}

    def __init__(self, *args, **others):
        super().__init__(*args, options=others.pop("options", quick()), **others)
        self.heard = []

    async def on_outcome(self, outcome):
        self.heard.append(outcome)

    async def on_event(self, event):
        self.heard.append(event)

    async def on_error(self, error):
        self.heard.append(error)


class RegisterTest(MeshTestCase):
    async def test_registers_with_all_that_it_says_of_itself(self):
        agent = await self.connected(Baker(self.server.url, space="bread", threshold=0.9))
        (message,) = self.server.of("register")
        del message["id"]
        self.assertEqual(
            message,
            {
                "type": "register",
                "agent_id": "baker",
                "fingerprint": [1.0, 0.2],
                "space": "bread",
                "threshold": 0.9,
                "meta": {
                    "shift": "night",
                    "name": "Bea",
                    "kind": "baker",
                    "capabilities": ["rye", "wheat"],
                },
            },
        )
        self.assertEqual(agent.state, State.REGISTERED)

    async def test_takes_the_id_that_the_mesh_made_and_keeps_it(self):
        agent = await self.connected(Agent(self.server.url, options=quick()))
        self.assertEqual(agent.agent_id, "made-by-the-mesh")
        self.server.cut_all()
        await self.eventually("registered again", lambda: len(self.server.of("register")) == 2)
        self.assertEqual(self.server.of("register")[1]["agent_id"], "made-by-the-mesh")

    async def test_sends_a_profile_in_place_of_a_fingerprint(self):
        await self.connected(Agent(self.server.url, profile="bakes rye bread", options=quick()))
        self.assertEqual(self.server.of("register")[0]["profile"], "bakes rye bread")

    async def test_ends_with_a_refusal_that_will_not_pass(self):
        self.server.replies["register"] = lambda _: refusal("AGENT_ID_TAKEN", "taken", agent_id="b")
        agent = Baker(self.server.url)
        with self.assertRaises(MeshError) as raised:
            await agent.connect()
        error = raised.exception
        self.assertEqual((error.code, error.message), ("AGENT_ID_TAKEN", "taken"))
        self.assertEqual(error.details, {"agent_id": "b"})
        self.assertEqual(agent.state, State.CLOSED)

    async def test_tries_again_while_a_role_warms_up(self):
        tries = []

        def warming(message):
            tries.append(message)
            return refusal("UNAVAILABLE") if len(tries) < 3 else self.server._register(message)

        self.server.replies["register"] = warming
        agent = await self.connected(Baker(self.server.url))
        self.assertEqual(len(tries), 3)
        await self.eventually("both refusals told", lambda: len(agent.heard) == 2)
        self.assertTrue(all(error.retrying for error in agent.heard))


class EmitTest(MeshTestCase):
    async def test_returns_what_the_mesh_made_of_an_outcome(self):
        agent = await self.connected(Baker(self.server.url))
        result = await agent.emit({"loaf": 1}, confidence=0.9, shelf="top")
        packet = self.server.of("outcome")[0]["packet"]
        self.assertEqual(packet["payload"], {"loaf": 1})
        self.assertEqual((packet["confidence"], packet["shelf"]), (0.9, "top"))
        self.assertNotIn("fingerprint", packet)
        self.assertEqual(result.outcome_id, packet["outcome_id"])
        self.assertEqual((result.status, result.routed_to), ("routed", ("miller",)))
        self.assertFalse(result.partial)

    async def test_names_what_an_outcome_derives_from_and_how_deep_it_is(self):
        agent = await self.connected(Baker(self.server.url))
        packet = {"outcome_id": "n1", "hops": 2}
        parent = Outcome.of({"type": "incoming_outcome", "packet": packet})
        await agent.emit("more", derived_from=[parent, "n2"], fingerprint=(0, 1), space="flour")
        sent = self.server.of("outcome")[0]["packet"]
        self.assertEqual((sent["derived_from"], sent["hops"]), (["n1", "n2"], 3))
        self.assertEqual((sent["fingerprint"], sent["space"]), ([0.0, 1.0], "flour"))

    async def test_pairs_answers_by_id_in_whatever_order_they_come(self):
        agent = await self.connected(Baker(self.server.url))
        held = asyncio.Event()

        async def later(message):
            if message["packet"]["payload"] == "second":
                held.set()
                return ack("second")
            asyncio.create_task(self._answer_later(held, message))

        self.server.replies["outcome"] = later
        first, second = await asyncio.gather(
            agent.emit("first", outcome_id="first"), agent.emit("second", outcome_id="second")
        )
        self.assertEqual((first.outcome_id, second.outcome_id), ("first", "second"))

    async def _answer_later(self, held, message):
        await held.wait()
        await self.server.push({**ack("first"), "id": message["id"]})

    async def test_raises_a_refusal_with_its_code_and_details(self):
        agent = await self.connected(Baker(self.server.url))
        self.server.replies["outcome"] = lambda _: refusal("INVALID_CONFIDENCE", field="confidence")
        with self.assertRaises(MeshError) as raised:
            await agent.emit("x", confidence=2)
        self.assertEqual(raised.exception.code, "INVALID_CONFIDENCE")
        self.assertEqual(raised.exception.details, {"field": "confidence"})
        self.assertEqual(agent.pending, 0)

    async def test_sends_again_what_is_refused_for_a_reason_that_passes(self):
        agent = await self.connected(Baker(self.server.url))
        answers = [refusal("RATE_LIMITED", retryAfterMs=5), refusal("TIMEOUT"), ack("o")]
        self.server.replies["outcome"] = lambda _: answers.pop(0)
        result = await agent.emit("x", outcome_id="o")
        self.assertEqual(result.status, "routed")
        ids = [message["packet"]["outcome_id"] for message in self.server.of("outcome")]
        self.assertEqual(ids, ["o", "o", "o"])

    async def test_gives_up_after_so_many_tries(self):
        agent = await self.connected(Baker(self.server.url, options=quick(attempts=2)))
        self.server.replies["outcome"] = lambda _: refusal("UNAVAILABLE", role="router")
        with self.assertRaises(MeshError) as raised:
            await agent.emit("x")
        self.assertEqual(raised.exception.code, "UNAVAILABLE")
        self.assertEqual(len(self.server.of("outcome")), 2)

    async def test_sends_again_what_is_not_answered(self):
        agent = await self.connected(Baker(self.server.url, options=quick(ack_timeout=0.05)))
        answers = [None, ack("o")]
        self.server.replies["outcome"] = lambda _: answers.pop(0)
        self.assertEqual((await agent.emit("x", outcome_id="o")).status, "routed")

    async def test_refuses_what_is_no_json_or_too_large_without_sending_it(self):
        agent = await self.connected(Baker(self.server.url, options=quick(message_limit=1000)))
        for payload, code in ((object(), "INVALID_MESSAGE"), ("x" * 1000, "TOO_LARGE")):
            with self.assertRaises(MeshError) as raised:
                await agent.emit(payload)
            self.assertEqual(raised.exception.code, code)
        with self.assertRaises(MeshError):
            await agent.emit(float("nan"))
        with self.assertRaises(ValueError):
            await agent.emit("x", fingerprint=[])
        self.assertEqual(self.server.of("outcome"), [])

    async def test_takes_nothing_while_it_is_closed(self):
        agent = Baker(self.server.url)
        with self.assertRaises(MeshError) as raised:
            await agent.emit("x")
        self.assertEqual(raised.exception.code, "CLOSED")

    async def test_ends_what_has_no_ack_when_it_is_closed(self):
        agent = await self.connected(Baker(self.server.url))
        self.server.replies["outcome"] = lambda _: None
        emitting = asyncio.create_task(agent.emit("x"))
        await self.eventually("sent", lambda: self.server.of("outcome"))
        await agent.close()
        with self.assertRaises(MeshError) as raised:
            await emitting
        self.assertEqual(raised.exception.code, "CLOSED")


class AskTest(MeshTestCase):
    async def test_asks_for_agents_like_itself_unless_told_otherwise(self):
        agents = [{"agent_id": "miller", "similarity": 0.93}]
        self.server.replies["query"] = lambda _: {"type": "query_result", "agents": agents}
        agent = await self.connected(Baker(self.server.url))
        (match,) = await agent.query(limit=3)
        self.assertEqual((match.agent_id, match.similarity), ("miller", 0.93))
        await agent.query(profile="who mills")
        own, other = self.server.of("query")
        self.assertEqual((own["fingerprint"], own["limit"]), ([1.0, 0.2], 3))
        self.assertEqual(other["profile"], "who mills")
        self.assertNotIn("fingerprint", other)

    async def test_raises_where_no_answer_comes(self):
        self.server.replies["query"] = lambda _: None
        agent = await self.connected(Baker(self.server.url, options=quick(request_timeout=0.05)))
        with self.assertRaises(MeshError) as raised:
            await agent.query()
        self.assertEqual(raised.exception.code, "NO_ANSWER")

    async def test_raises_where_the_connection_breaks_before_the_answer(self):
        agent = await self.connected(Baker(self.server.url))
        self.server.replies["query"] = lambda _: self.server.cut_all()
        with self.assertRaises(MeshError) as raised:
            await agent.query()
        self.assertEqual(raised.exception.code, "CONNECTION_LOST")

    async def test_controls_an_agent_and_returns_how_it_is_then(self):
        agent = await self.connected(Baker(self.server.url))
        self.server.replies["agent_control"] = lambda message: {
            "type": "agent_controlled",
            "agentId": message["agentId"],
            "status": {"pause": "paused", "resume": "idle"}[message["action"]],
        }
        for action, status in (("pause", "paused"), ("resume", "idle")):
            answer = await agent.control("miller", action)
            self.assertEqual((answer["agentId"], answer["status"]), ("miller", status))
        self.server.replies["agent_control"] = lambda _: refusal("AGENT_NOT_FOUND")
        with self.assertRaises(MeshError) as raised:
            await agent.control("nobody", "pause")
        self.assertEqual(raised.exception.code, "AGENT_NOT_FOUND")

    async def test_bounds_questions_without_an_answer(self):
        self.server.replies["query"] = lambda _: None
        agent = await self.connected(Baker(self.server.url, options=quick(request_limit=1)))
        asking = asyncio.create_task(agent.query())
        await self.eventually("asked", lambda: self.server.of("query"))
        with self.assertRaises(MeshError) as raised:
            await agent.query()
        self.assertEqual(raised.exception.code, "TOO_MANY")
        asking.cancel()

    async def test_measures_the_way_to_the_mesh_and_back(self):
        agent = await self.connected(Baker(self.server.url))
        self.assertGreater(await agent.ping(), 0)


class HearTest(MeshTestCase):
    async def test_hands_over_outcomes_in_the_order_in_which_they_came(self):
        agent = await self.connected(Baker(self.server.url))
        for number in range(20):
            await self.server.incoming(number, replayed=number == 3)
        await self.eventually("all heard", lambda: len(agent.heard) == 20)
        self.assertEqual([outcome.payload for outcome in agent.heard], list(range(20)))
        self.assertEqual([one.payload for one in agent.heard if one.replayed], [3])
        first = agent.heard[0]
        self.assertEqual((first.id, first.source, first.similarity), ("n0", "miller", 0.9))

    async def test_hands_over_no_outcome_twice(self):
        agent = await self.connected(Baker(self.server.url))
        for number in (1, 1, 2):
            await self.server.incoming(number)
        await self.eventually("heard", lambda: len(agent.heard) == 2)
        self.assertEqual(agent.counters.duplicates, 1)

    async def test_drops_the_oldest_where_a_handler_is_too_slow_and_counts_it(self):
        agent = await self.connected(Baker(self.server.url, options=quick(inbox_limit=3)))
        begun, go_on, heard = asyncio.Event(), asyncio.Event(), []

        @agent.handler
        async def on_outcome(outcome):
            begun.set()
            await go_on.wait()
            heard.append(outcome.payload)

        await self.server.incoming(0)
        await begun.wait()
        for number in range(1, 6):
            await self.server.incoming(number)
        await self.eventually("dropped", lambda: agent.counters.inbox_dropped == 2)
        go_on.set()
        await self.eventually("the newest heard", lambda: heard == [0, 3, 4, 5])

    async def test_goes_on_after_a_handler_that_raises(self):
        agent = await self.connected(Baker(self.server.url))
        heard = []

        @agent.handler
        def on_outcome(outcome):
            heard.append(outcome.payload)
            raise KeyError(outcome.payload)

        await self.server.incoming(1)
        await self.server.incoming(2)
        await self.eventually("both heard", lambda: heard == [1, 2])
        self.assertEqual(agent.counters.handler_failures, 2)

    async def test_passes_over_what_is_no_message_and_counts_it(self):
        agent = await self.connected(Baker(self.server.url))
        for junk in (b"\x00\x01", "[1]", "{", '{"type": 7}', '{"type":"incoming_outcome"}'):
            await self.server.push(junk)
        await self.server.incoming(1)
        await self.eventually("the outcome heard", lambda: len(agent.heard) == 1)
        self.assertEqual(agent.counters.messages_ignored, 5)

    async def test_hears_what_it_is_subscribed_to_after_a_reconnection_too(self):
        agent = await self.connected(Baker(self.server.url, events=["system_event"]))
        self.assertEqual(await agent.subscribe("agent_status"), ["agent_status"])
        await agent.unsubscribe("system_event")
        self.server.received.clear()
        self.server.cut_all()
        await self.eventually("asked again", lambda: self.server.of("subscribe"))
        self.assertEqual(self.server.of("subscribe")[0]["events"], ["agent_status"])
        await self.server.push({"type": "agent_status", "agentId": "miller", "status": "idle"})
        event = await self.eventually("the event", lambda: agent.heard and agent.heard[0])
        self.assertEqual((event.type, event.message["status"]), ("agent_status", "idle"))

    async def test_tells_of_an_event_that_a_gateway_does_not_know(self):
        self.server.replies["subscribe"] = lambda _: refusal("UNKNOWN_EVENT")
        agent = await self.connected(Baker(self.server.url, events=["weather"]))
        error = await self.eventually("the error", lambda: agent.heard and agent.heard[0])
        self.assertEqual(error.code, "UNKNOWN_EVENT")
        self.assertEqual(agent.state, State.REGISTERED)

    async def test_tells_of_an_error_that_answers_nothing(self):
        agent = await self.connected(Baker(self.server.url))
        await self.server.push(refusal("OUTCOMES_LOST", "left out", since=5))
        error = await self.eventually("the error", lambda: agent.heard and agent.heard[0])
        self.assertEqual((error.code, error.details), ("OUTCOMES_LOST", {"since": 5}))

    async def test_leaves_also_where_a_handler_will_not_be_cancelled(self):
        agent = await self.connected(Baker(self.server.url))
        begun = asyncio.Event()

        @agent.handler
        async def on_outcome(outcome):
            begun.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                pass

        await self.server.incoming(1)
        await begun.wait()
        await asyncio.wait_for(agent.close(), 4)

    async def test_may_be_closed_by_its_own_handler(self):
        agent = await self.connected(Baker(self.server.url))

        @agent.handler
        async def on_outcome(outcome):
            await agent.close()

        await self.server.incoming(1)
        await agent.wait()
        self.assertEqual(agent.state, State.CLOSED)


class ArgumentsTest(unittest.TestCase):
    def test_refuses_what_will_not_do_before_it_connects(self):
        url = "ws://localhost"
        for fault, arguments in (
            (ValueError, {"fingerprint": []}),
            (ValueError, {"fingerprint": [1, float("inf")]}),
            (ValueError, {"fingerprint": "text"}),
            (ValueError, {"fingerprint": ["a"]}),
            (ValueError, {"fingerprint": [0.0] * 4097}),
            (ValueError, {"fingerprint": [1], "profile": "both"}),
            (ValueError, {"fingerprint": [10**400]}),
            (ValueError, {"profile": ""}),
            (ValueError, {"profile": " \n"}),
            (ValueError, {"profile": "x" * 8193}),
            (ValueError, {"agent_id": 7}),
            (ValueError, {"agent_id": "🐦" * 129}),
            (ValueError, {"agent_id": "rest:alice"}),
            (ValueError, {"name": 7}),
            (ValueError, {"name": "\ud83d"}),
            (ValueError, {"kind": ["cook"]}),
            (ValueError, {"space": 3}),
            (ValueError, {"threshold": 5}),
            (ValueError, {"threshold": -0.1}),
            (ValueError, {"threshold": float("nan")}),
            (ValueError, {"threshold": True}),
            (ValueError, {"threshold": "0.9"}),
            (ValueError, {"accept_derived": "x"}),
            (ValueError, {"accept_derived": 1}),
            (ValueError, {"meta": ["night"]}),
            (ValueError, {"meta": "night"}),
            (ValueError, {"meta": {"shift": object()}}),
            (ValueError, {"meta": {"shift": float("nan")}}),
            (ValueError, {"meta": {"shift": "x" * 16384}}),
            (ValueError, {"capabilities": "rye"}),
            (ValueError, {"capabilities": 5}),
            (ValueError, {"capabilities": ["rye", 5]}),
            (ValueError, {"events": "system_event"}),
            (ValueError, {"tasks": 0}),
            (ValueError, {"tasks": 1001}),
            (ValueError, {"tasks": True}),
            (TypeError, {"fingerprnt": [1]}),
        ):
            with self.subTest(arguments), self.assertRaises(fault):
                Agent(url, **arguments)
        for urls in ([], "localhost:8765", "ftp://localhost", [7]):
            with self.subTest(urls), self.assertRaises(ValueError):
                Agent(urls)

    def test_refuses_what_will_not_do_as_an_attribute_of_a_class_too(self):
        class Wrong(Baker):
            threshold = 5

        with self.assertRaisesRegex(ValueError, "threshold: expected a number from 0 to 1, got 5"):
            Wrong("ws://localhost")

    def test_takes_what_a_mesh_takes(self):
        for about in (
            {"agent_id": "", "threshold": 1, "accept_derived": False, "meta": {}, "tasks": 1000},
            {"profile": "bakes 🐦", "name": "", "kind": "x" * 65, "capabilities": (), "events": []},
        ):
            with self.subTest(about):
                Agent("ws://localhost", **about)

    def test_takes_addresses_as_a_browser_shows_them(self):
        agent = Agent(["http://a:3030/ws/qis", "https://b/ws/qis"])
        self.assertEqual(agent.urls, ["ws://a:3030/ws/qis", "wss://b/ws/qis"])

    def test_refuses_options_that_make_no_sense(self):
        for wrong in (
            {"inbox_limit": 0},
            {"inbox_limit": 1.5},
            {"request_timeout": -1},
            {"attempts": True},
            {"heartbeat_interval": 80},
            {"backoff_base": 60},
        ):
            with self.subTest(wrong), self.assertRaises(ValueError):
                quick(**{"backoff_max": 30, **wrong})

    def test_takes_handlers_by_their_names_only(self):
        with self.assertRaises(ValueError):
            Agent("ws://localhost").handler(lambda outcome: None)


if __name__ == "__main__":
    unittest.main()
