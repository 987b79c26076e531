# SPDX-License-Identifier: Apache-2.0
"""An agent in a shell: `python -m starling_mesh listen` and `... emit`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from . import Agent, Event, MeshError, Outcome, __version__


class Listener(Agent):
    """Prints what it receives, one line of JSON each."""

    async def on_outcome(self, outcome: Outcome) -> None:
        print_line({"packet": outcome.packet, "similarity": outcome.similarity})

    async def on_event(self, event: Event) -> None:
        print_line(event.message)


def print_line(value: Any) -> None:
    """At once, also into a pipe."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """What was asked for; ends with a usage message where it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m starling_mesh",
        description="An agent of a Starling mesh. A token is read from STARLING_TOKEN.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    listen = commands.add_parser("listen", help="print the outcomes that match, until interrupted")
    emit = commands.add_parser("emit", help="emit one outcome and print its ack")
    for command in (listen, emit):
        command.add_argument("--url", action="append", help="a gateway; repeat it for several")
        command.add_argument("--agent-id")
        command.add_argument("--name")
        about = command.add_mutually_exclusive_group(required=command is emit)
        about.add_argument("--fingerprint", type=json.loads, metavar="JSON", help="as [1, 0.2]")
        about.add_argument("--profile", metavar="TEXT")
    listen.add_argument("--event", action="append", default=[], help="subscribe to this, too")
    emit.add_argument("--confidence", type=float)
    emit.add_argument("payload", help="JSON, or else text")
    return parser.parse_args(words)


async def emit(agent: Agent, payload: str, confidence: float | None) -> None:
    """Emits one outcome and prints its ack."""
    try:
        value = json.loads(payload)
    except ValueError:
        value = payload
    async with agent:
        print_line(vars(await agent.emit(value, confidence=confidence)))


def main(words: Sequence[str] | None = None) -> int:
    """Runs a command; its exit status: 0, or 1 with one line that says why not."""
    asked = arguments(words)
    try:
        agent = Listener(
            asked.url or "ws://127.0.0.1:8765",
            token=os.environ.get("STARLING_TOKEN") or None,
            agent_id=asked.agent_id,
            name=asked.name,
            fingerprint=asked.fingerprint,
            profile=asked.profile,
            events=getattr(asked, "event", []),
        )
        if asked.command == "listen":
            agent.run()
        else:
            asyncio.run(emit(agent, asked.payload, asked.confidence))
    except (MeshError, ValueError) as e:
        print(f"starling_mesh: {e}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
