# SPDX-License-Identifier: Apache-2.0
"""The Python client of Starling, a real-time agent mesh.

    from starling_mesh import Agent

    class Baker(Agent):
        name = "baker"
        fingerprint = [1, 0.2]

        async def on_outcome(self, outcome):
            print(outcome.payload, outcome.similarity)

    Baker("ws://127.0.0.1:8765").run()

The log is `starling_mesh`. Modules in here are parts of it, and may change: import from here.
"""

from .agent import Agent
from .authentication import TokenSource
from .errors import MeshError, TaskError
from .model import Ack, Counters, Event, Match, Outcome, State
from .options import Options
from .tasks import Task

__version__ = "0.1.0"

__all__ = [
    "Ack",
    "Agent",
    "Counters",
    "Event",
    "Match",
    "MeshError",
    "Options",
    "Outcome",
    "State",
    "Task",
    "TaskError",
    "TokenSource",
    "__version__",
]
