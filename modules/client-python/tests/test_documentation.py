# SPDX-License-Identifier: Apache-2.0
"""Runs every snippet of the documentation as a program of its own."""

import asyncio
import json
import os
import re
import shlex
import signal
import sys
import unittest
from pathlib import Path

from mesh_server import PATIENCE, MeshTestCase, ack, refusal

MODULE = Path(__file__).resolve().parents[1]
PAGES = [MODULE.parents[1] / "docs" / "python-client.md", MODULE / "README.md"]
SOURCES = MODULE / "src"
GATEWAY = "ws://127.0.0.1:8765"


def snippets(language):
    for page in PAGES:
        blocks = re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), re.M | re.S)
        for number, code in enumerate(blocks, 1):
            yield f"{page.name} {language} {number}", code


class Program:
    """A process that runs on these sources, and all that it printed."""

    def __init__(self, process):
        self.process = process
        self.lines = []
        self._reading = asyncio.create_task(self._read())

    @staticmethod
    async def start(*arguments):
        environment = {**os.environ, "PYTHONPATH": str(SOURCES), "PYTHONWARNINGS": "error"}
        environment.pop("STARLING_TOKEN", None)
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdout=pipe, stderr=pipe, env=environment
        )
        return Program(process)

    async def _read(self):
        async for line in self.process.stdout:
            self.lines.append(line.decode().rstrip("\n"))

    async def end(self):
        """Its exit status and what it complained about."""
        errors = await asyncio.wait_for(self.process.stderr.read(), PATIENCE)
        await self._reading
        return await self.process.wait(), errors.decode()


class DocumentationTest(MeshTestCase):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.server.replies["outcome"] = lambda message: (
            refusal("INVALID_CONFIDENCE", "no", field="packet.confidence")
            if message["packet"].get("confidence") == 2
            else ack(message["packet"]["outcome_id"])
        )
        agents = [{"agent_id": "cook", "similarity": 0.97}]
        self.server.replies["query"] = lambda _: {"type": "query_result", "agents": agents}

    def here(self, code):
        self.assertIn(GATEWAY, code)
        return code.replace(GATEWAY, self.server.url)

    async def happen(self):
        """What a mesh might send: an outcome, an event, a task."""
        await self.server.incoming(7)
        await self.server.push({"type": "system_event", "event": "agent_joined", "data": {}})
        if "tasks" in self.server.of("register")[0]:
            task = {"taskId": "t", "attempt": 1, "description": "of 2 3 4 91 97 which are primes?"}
            await self.server.push({"type": "task_assigned", **task})

    async def run_agent(self, program):
        await self.eventually("registered", lambda: self.server.of("register"))
        await self.happen()
        heard = lambda: program.lines or self.server.of("task_report")  # noqa: E731
        await self.eventually("heard", heard)
        program.process.send_signal(signal.SIGTERM)

    async def test_every_program_in_python_runs_as_it_stands(self):
        names = []
        for name, code in snippets("python"):
            with self.subTest(name):
                names.append(name)
                self.server.received.clear()
                program = await Program.start("-c", self.here(code))
                if ".run()" in code:
                    await self.run_agent(program)
                status, errors = await program.end()
                self.assertEqual((status, errors), (0, ""))
        self.assertEqual(len(names), 5)

    async def test_the_prover_finds_the_primes(self):
        (code,) = (code for _, code in snippets("python") if "Prover" in code)
        program = await Program.start("-c", self.here(code))
        await self.run_agent(program)
        await program.end()
        (verdict,) = (one for one in self.server.of("task_report") if "status" in one)
        self.assertEqual(verdict["result"], {"primes": [2, 3, 97]})

    async def test_the_commands_print_what_they_hear_and_their_ack(self):
        (_, code), *others = (one for one in snippets("sh") if "starling_mesh" in one[1])
        self.assertEqual(others, [])
        listen, emit = (shlex.split(line)[1:] for line in self.here(code).splitlines())
        listener = await Program.start(*listen)
        await self.eventually("subscribed", lambda: self.server.of("subscribe"))
        await self.happen()
        await self.eventually("heard", lambda: len(listener.lines) == 2)
        outcome, event = map(json.loads, listener.lines)
        self.assertEqual((outcome["packet"]["payload"], event["event"]), (7, "agent_joined"))
        emitter = await Program.start(*emit)
        self.assertEqual(await emitter.end(), (0, ""))
        self.assertEqual(json.loads(emitter.lines[0])["routed_to"], ["miller"])
        self.assertEqual(self.server.of("outcome")[0]["packet"]["payload"], {"grain": "rye"})
        listener.process.send_signal(signal.SIGTERM)
        self.assertEqual(await listener.end(), (0, ""))

    async def test_the_command_says_in_a_line_why_it_could_not(self):
        self.server.replies["register"] = lambda _: refusal("AGENT_ID_TAKEN", "taken")
        emit = ["emit", "--url", self.server.url, "--fingerprint", "[1]", "x"]
        program = await Program.start("-m", "starling_mesh", *emit)
        status, errors = await program.end()
        self.assertEqual(status, 1)
        self.assertEqual(errors.splitlines()[-1], "starling_mesh: AGENT_ID_TAKEN: taken")


if __name__ == "__main__":
    unittest.main()
