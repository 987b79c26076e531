# SPDX-License-Identifier: Apache-2.0
"""What becomes of an agent when its connection does not last."""

import asyncio
import random
import unittest

from mesh_server import PATIENCE, MeshServer, MeshTestCase, ack, quick

from starling_mesh import Agent, MeshError, Options, State
from starling_mesh.backoff import Backoff


class ReconnectionTest(MeshTestCase):
    async def agent(self, urls=None, **options):
        about = {"agent_id": "baker", "fingerprint": [1]}
        agent = Agent(urls or self.server.url, options=quick(**options), **about)
        return await self.connected(agent)

    async def test_sends_an_outcome_without_an_ack_again_under_the_same_id(self):
        agent = await self.agent()
        self.server.replies["outcome"] = lambda _: self.server.cut_all()
        emitting = asyncio.create_task(agent.emit("x"))
        await self.eventually("sent", lambda: self.server.of("outcome"))
        self.server.replies["outcome"] = self.server._outcome
        self.assertEqual((await emitting).status, "routed")
        first, *_, last = self.server.of("outcome")
        self.assertEqual(first["packet"], last["packet"])
        self.assertEqual(len(self.server.acked), 1)

    async def test_sends_what_was_emitted_meanwhile_in_order_and_behind_what_flew(self):
        agent = await self.agent()
        self.server.replies["outcome"] = lambda _: None
        emitting = [asyncio.create_task(agent.emit(0))]
        await self.eventually("sent", lambda: self.server.of("outcome"))
        self.server.replies["register"] = lambda _: None
        self.server.cut_all()
        await self.eventually("lost", lambda: agent.state is not State.REGISTERED)
        emitting += [asyncio.create_task(agent.emit(number)) for number in range(1, 5)]
        await self.eventually("kept", lambda: agent.pending == 5)
        del self.server.received[:]
        self.server.replies["outcome"] = self.server._outcome
        self.server.replies["register"] = self.server._register
        self.server.cut_all()
        await asyncio.gather(*emitting)
        sent = [message["packet"]["payload"] for message in self.server.of("outcome")]
        self.assertEqual(sent, [0, 1, 2, 3, 4])

    async def test_drops_the_oldest_that_waits_where_the_outbox_is_full(self):
        agent = await self.agent(outbox_limit=2, in_flight_limit=1)
        self.server.replies["outcome"] = lambda _: None
        flying = asyncio.create_task(agent.emit("flies"))
        await self.eventually("sent", lambda: self.server.of("outcome"))
        oldest = asyncio.create_task(agent.emit("oldest"))
        await asyncio.sleep(0)
        newest = asyncio.create_task(agent.emit("newest"))
        with self.assertRaises(MeshError) as raised:
            await oldest
        self.assertEqual(raised.exception.code, "DROPPED")
        self.assertEqual(agent.counters.outcomes_dropped, 1)
        self.assertFalse(flying.done() or newest.done())
        flying.cancel()
        newest.cancel()

    async def test_turns_to_the_next_gateway_when_its_own_is_gone(self):
        other = await self.started(MeshServer())
        agent = await self.agent([self.server.url, other.url])
        self.assertEqual(agent.url, self.server.url)
        await self.server.__aexit__()
        self.server.cut_all()
        await self.eventually("at the other", lambda: other.of("register"))
        self.assertEqual((await agent.emit("x")).status, "routed")
        self.assertEqual(agent.url, other.url)

    async def test_goes_elsewhere_at_once_when_its_gateway_says_so(self):
        other = await self.started(MeshServer())
        for code in (1001, 1012):
            with self.subTest(code):
                never = Options(backoff_base=600, backoff_max=600)
                agent = await self.connected(Agent([self.server.url, other.url], options=never))
                await self.server.close_all(code)
                await self.eventually("at the other", lambda: agent.url == other.url)
                await self.eventually("registered", lambda: agent.state is State.REGISTERED)
                await agent.close()

    async def test_stays_away_for_a_minute_after_a_rate_limit(self):
        agent = await self.agent(rate_limited_pause=600)
        await self.server.close_all(4001)
        await self.eventually("waiting", lambda: agent.state is State.WAITING)
        pause = Backoff(Options(), 1).pause(4001)
        self.assertTrue(60 <= pause <= 61)

    async def test_ends_where_its_messages_were_malformed(self):
        agent = await self.agent()
        await self.server.close_all(4002)
        with self.assertRaises(MeshError) as raised:
            await agent.wait()
        self.assertEqual((raised.exception.code, raised.exception.close_code), ("MALFORMED", 4002))

    async def test_rejects_what_was_too_large_rather_than_sending_it_for_ever(self):
        agent = await self.agent()

        async def too_large(message):
            if len(message["packet"]["payload"]) > 5:
                await self.server.close_all(1009)
            else:
                return ack(message["packet"]["outcome_id"])

        self.server.replies["outcome"] = too_large
        small, large = await asyncio.gather(
            agent.emit("small"), agent.emit("far too large"), return_exceptions=True
        )
        self.assertEqual(small.status, "routed")
        self.assertEqual(large.code, "TOO_LARGE")

    async def test_does_not_take_back_an_id_that_another_session_took(self):
        agent = await self.agent()
        await self.server.push({"type": "error", "code": "AGENT_MOVED", "message": "moved"})
        with self.assertRaises(MeshError) as raised:
            await agent.wait()
        self.assertEqual(raised.exception.code, "AGENT_MOVED")
        self.assertEqual(len(self.server.of("register")), 1)
        await agent.connect(PATIENCE)
        self.assertEqual(agent.state, State.REGISTERED)

    async def test_registers_again_when_its_registration_was_taken_back(self):
        await self.agent()
        await self.server.push({"type": "error", "code": "NOT_REGISTERED", "message": "gone"})
        await self.eventually("registered again", lambda: len(self.server.of("register")) == 2)

    async def test_asks_for_what_it_missed_while_it_was_away(self):
        agent = await self.agent()
        await self.server.incoming(1, position="p7")
        await agent.ping()
        self.server.cut_all()
        await self.eventually("registered again", lambda: len(self.server.of("register")) == 2)
        first, second = self.server.of("register")
        self.assertNotIn("resume", first)
        self.assertEqual(second["resume"], "p7")

    async def test_gives_up_a_connection_on_which_nothing_comes(self):
        silent = await asyncio.start_server(self._half_open, "127.0.0.1", 0)
        self.addAsyncCleanup(silent.wait_closed)
        self.addCleanup(silent.close)
        port = silent.sockets[0].getsockname()[1]
        options = quick(heartbeat_interval=0.2, heartbeat_timeout=0.6)
        self.frozen = asyncio.Event()
        agent = Agent([f"ws://127.0.0.1:{port}", self.server.url], options=options)
        await self.connected(agent)
        self.frozen.set()
        await self.eventually("elsewhere", lambda: agent.url == self.server.url)
        await self.eventually("registered", lambda: agent.state is State.REGISTERED)

    async def _half_open(self, reader, writer):
        """Passes all on to the server, until it is frozen: then the peer is as if unplugged."""
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        try:
            await asyncio.gather(self._pass(reader, there_writer), self._pass(there_reader, writer))
        finally:
            writer.close()
            there_writer.close()

    async def _pass(self, source, sink):
        while data := await source.read(65536):
            if not self.frozen.is_set():
                sink.write(data)
        sink.close()

    async def test_keeps_trying_to_reach_a_gateway_that_is_not_there_yet(self):
        port = self.server.port
        await self.server.__aexit__()
        agent = Agent(f"ws://127.0.0.1:{port}", options=quick())
        self.addAsyncCleanup(agent.close)
        with self.assertRaises(TimeoutError):
            await agent.connect(0.05)
        await self.server.__aenter__()
        await agent.connect(PATIENCE)

    async def test_can_be_closed_while_it_tries(self):
        agent = Agent("ws://127.0.0.1:1", options=quick())
        connecting = asyncio.create_task(agent.connect())
        await self.eventually("tried", lambda: agent.state is State.WAITING)
        await agent.close()
        with self.assertRaises(MeshError) as raised:
            await connecting
        self.assertEqual(raised.exception.code, "CLOSED")


class AuthenticationTest(MeshTestCase):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.valid = {"good"}
        self.server.replies["auth"] = self._auth
        self.lives = None

    async def _auth(self, message):
        if message["token"] not in self.valid:
            return await self.server.close_all(4000, "authentication failed: expired")
        return {"type": "authenticated", "subject": "alice", "expiresAt": self.lives}

    def agent(self, token, **others):
        return Agent(self.server.url, token=token, options=quick(**others), pubkey="npub1")

    async def test_shows_its_token_before_anything_else(self):
        await self.connected(self.agent("good"))
        auth, register = self.server.received
        self.assertEqual((auth["type"], auth["token"], auth["pubkey"]), ("auth", "good", "npub1"))
        self.assertEqual(register["type"], "register")

    async def test_ends_with_the_reason_for_which_its_token_was_refused(self):
        with self.assertRaises(MeshError) as raised:
            await self.agent("old").connect(PATIENCE)
        error = raised.exception
        self.assertEqual((error.code, error.close_code), ("AUTHENTICATION", 4000))
        self.assertEqual(error.details, {"reason": "expired"})

    async def test_fetches_another_token_where_one_was_refused(self):
        tokens = ["old", "good"]
        await self.connected(self.agent(lambda: tokens.pop(0)))
        self.assertEqual([message["token"] for message in self.server.of("auth")], ["old", "good"])

    async def test_ends_after_three_tokens_that_were_refused(self):
        tokens = ["a", "b", "c", "good"]

        async def fetch():
            return tokens.pop(0)

        with self.assertRaises(MeshError) as raised:
            await self.agent(fetch).connect(PATIENCE)
        self.assertEqual(raised.exception.code, "AUTHENTICATION")
        self.assertEqual(tokens, ["good"])

    async def test_never_shows_the_same_refused_token_twice(self):
        tokens = ["old", "old", "good"]
        await self.connected(self.agent(lambda: tokens.pop(0)))
        self.assertEqual([message["token"] for message in self.server.of("auth")], ["old", "good"])

    async def test_tries_again_where_a_token_could_not_be_fetched(self):
        tries = []

        def fetch():
            tries.append(1)
            if len(tries) == 1:
                raise OSError("no network")
            return "" if len(tries) == 2 else "good"

        await self.connected(self.agent(fetch))
        self.assertEqual(len(self.server.of("auth")), 1)

    async def test_ends_where_what_was_fetched_is_no_token(self):
        with self.assertRaises(MeshError) as raised:
            await self.agent(lambda: 7).connect(PATIENCE)
        self.assertEqual(raised.exception.code, "INVALID_TOKEN")

    async def test_shows_a_fresh_token_before_the_one_in_use_expires(self):
        tokens = ["good", "fresh"]
        self.valid.add("fresh")
        # By the clock of the mesh, which is years behind ours.
        self.lives = 1706006400000 + 100
        agent = await self.connected(self.agent(lambda: tokens.pop(0), renew_before=0.05))
        await self.eventually("renewed", lambda: len(self.server.of("auth")) == 2)
        self.assertEqual(self.server.of("auth")[1]["token"], "fresh")
        self.assertEqual((self.server.opened, agent.state), (1, State.REGISTERED))


class BackoffTest(unittest.TestCase):
    def pauses(self, addresses, codes):
        random.seed(4)
        backoff = Backoff(Options(), addresses)
        return [backoff.pause(code) for code in codes]

    def test_doubles_up_to_half_a_minute_and_never_hurries(self):
        pauses = self.pauses(1, [1006] * 12)
        for longest, pause in zip([2, 4, 8, 16] + [30] * 8, pauses):
            self.assertTrue(1 <= pause <= longest, pauses)
        self.assertGreater(len(set(pauses)), 6)

    def test_grows_only_once_all_gateways_have_failed(self):
        pauses = self.pauses(3, [1006] * 3)
        self.assertTrue(all(1 <= pause <= 2 for pause in pauses), pauses)

    def test_goes_round_once_without_a_pause_when_sent_elsewhere(self):
        first, second, third = self.pauses(3, [1001, 1012, 1001])
        self.assertEqual((first, second), (0, 0))
        self.assertGreaterEqual(third, 1)

    def test_begins_anew_after_a_healthy_connection(self):
        backoff = Backoff(Options(), 1)
        for _ in range(10):
            backoff.pause(1006)
        backoff.reset()
        self.assertLessEqual(backoff.pause(1006), 2)


if __name__ == "__main__":
    unittest.main()
