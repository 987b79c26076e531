# SPDX-License-Identifier: Apache-2.0
"""What the mesh gives an agent to do."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from .errors import MeshError, TaskError
from .outbox import Outbox
from .requests import Requests
from .wire import Message, given

log = logging.getLogger("starling_mesh")

#: The least time between two reports of one task's progress, in seconds: ten a second at most.
PROGRESS_INTERVAL = 0.1
#: The longest reason or message that the mesh takes, in UTF-16 code units, as it counts.
LONGEST_WORDS = 1024
#: For tasks to end that are cancelled, in seconds.
CLOSE_TIMEOUT = 5.0


class Task:
    """One task that this agent was given. Event loop only.

    id           of the task, in the mesh
    description  what is to be done, in words
    input        what it is to be done with, a dict; empty for none
    attempt      from 1; higher where another agent, or this one, had it before and was lost
    deadline     when the mesh gives up on it, in ms since 1970, or None
    message      all that the mesh said of it
    """

    def __init__(self, message: Message) -> None:
        self.id: str = message["taskId"]
        self.attempt: int = message["attempt"]
        self.description = str(message.get("description") or "")
        given_input = message.get("input")
        self.input: Mapping[str, Any] = given_input if isinstance(given_input, Mapping) else {}
        self.deadline: float | None = message.get("deadline")
        self.message: Mapping[str, Any] = message
        self._latest: Message = {}
        self._news = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._stopped = False

    def progress(self, percent: float, message: str | None = None) -> None:
        """Tells how far it is, 0 to 100, and what is being done.

        The newest is sent, at most ten times a second; ValueError for any other number.
        """
        if not (isinstance(percent, (int, float)) and math.isfinite(percent)):
            raise ValueError(f"percent: expected a number from 0 to 100, got {percent!r}")
        if not 0 <= percent <= 100:
            raise ValueError(f"percent: expected 0 to 100, got {percent!r}")
        told = None if message is None else _shortened(message)
        self._latest = given(progress=percent, message=told)
        self._news.set()

    def report(self, **fields: Any) -> Message:
        """A `task_report` about this attempt."""
        about = {"type": "task_report", "taskId": self.id, "attempt": self.attempt}
        return {**about, **given(**fields)}

    def _failed(self, reason: str, *, retry: bool = False) -> Message:
        return self.report(status="failed", reason=_shortened(reason), retry=retry or None)

    def _stop(self) -> None:
        """Ends the work, once: to be cancelled again would break off what it tidies up."""
        if not self._stopped:
            self._stopped = True
            if self._work is not None:
                self._work.cancel()

    async def _report_progress(self, requests: Requests) -> None:
        """Stops the work where the mesh wants it from this agent no more."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                answer = await requests.ask(self.report(**self._latest))
                if answer.get("current") is False:
                    self._stop()
                    return
            except MeshError as e:
                if e.code == "TASK_NOT_FOUND":
                    self._stop()
                    return
                if e.passing or e.code == "NO_ANSWER":
                    self._news.set()
                log.debug("progress of the task %s was not told: %s", self.id, e)
            await asyncio.sleep(PROGRESS_INTERVAL)


class TaskBoard:
    """The tasks of one agent: so many at a time, as many again wait, more are refused.

    They end with the connection, since the mesh then gives them to others at once; what it gives
    to this agent again begins anew. Event loop only.
    """

    def __init__(
        self,
        limit: int,
        handler: Callable[[Task], Awaitable[Any]],
        requests: Requests,
        outbox: Outbox,
    ) -> None:
        self._limit = limit
        self._handler = handler
        self._requests = requests
        self._outbox = outbox
        self._running: dict[str, Task] = {}
        self._waiting: deque[Task] = deque()

    def assigned(self, message: Message) -> bool:
        """Takes a `task_assigned`; False where it is none."""
        named = isinstance(message.get("taskId"), str)
        if not named or not isinstance(message.get("attempt"), int):
            return False
        task = Task(message)
        # One that was stopped may be given again in the same attempt.
        known = [one for one in (*self._running.values(), *self._waiting) if not one._stopped]
        if any(one.id == task.id and one.attempt >= task.attempt for one in known):
            return True
        self.cancelled(message)
        self._waiting.append(task)
        self._start_next()
        if len(self._waiting) > self._limit:
            self._refuse(self._waiting.pop())
        return True

    def cancelled(self, message: Message) -> None:
        """Ends a task without a verdict, since the mesh wants none."""
        task_id = message.get("taskId")
        self._waiting = deque(one for one in self._waiting if one.id != task_id)
        if isinstance(task_id, str) and task_id in self._running:
            self._running[task_id]._stop()

    def lost(self) -> None:
        """The connection is gone: all tasks are somebody else's, and end without a verdict."""
        self._waiting.clear()
        for task in self._running.values():
            task._stop()

    async def close(self) -> None:
        """Ends all tasks without a verdict; at most some seconds."""
        self.lost()
        running = [task._work for task in self._running.values() if task._work is not None]
        if running:
            _, left = await asyncio.wait(running, timeout=CLOSE_TIMEOUT)
            if left:
                log.warning("%d tasks would not be cancelled, and go on", len(left))

    def _start_next(self) -> None:
        free = [one for one in self._waiting if one.id not in self._running]
        for task in free[: max(0, self._limit - len(self._running))]:
            self._waiting.remove(task)
            self._start(task)

    def _start(self, task: Task) -> None:
        self._running[task.id] = task
        task._work = asyncio.create_task(self._do(task), name=f"task {task.id}")
        task._work.add_done_callback(lambda _: self._ended(task))

    def _ended(self, task: Task) -> None:
        self._running.pop(task.id, None)
        self._start_next()

    def _refuse(self, task: Task) -> None:
        reason = f"the agent does {self._limit} at a time, and as many wait"
        self._outbox.post(task._failed(reason, retry=True), verdict=True)

    async def _do(self, task: Task) -> None:
        reporter = asyncio.create_task(task._report_progress(self._requests))
        work = asyncio.current_task()
        assert work is not None
        try:
            verdict = await self._verdict(task)
        finally:
            reporter.cancel()
        # A handler that would not be cancelled has nobody left to tell.
        if not work.cancelling():
            await self._tell(task, verdict)

    async def _verdict(self, task: Task) -> Message:
        try:
            result = await self._handler(task)
        except asyncio.CancelledError:
            work = asyncio.current_task()
            if work is not None and work.cancelling():
                raise
            return task._failed("the agent gave it up")
        except TaskError as e:
            return task._failed(str(e) or "the agent said no reason", retry=e.retry)
        except Exception as e:
            log.warning("the task %s failed", task.id, exc_info=True)
            return task._failed(str(e) or type(e).__name__)
        if result is None or isinstance(result, Mapping):
            kept = None if result is None else dict(result)
            return task.report(status="completed", result=kept)
        return task._failed(f"on_task returned {type(result).__name__}, expected a dict or None")

    async def _tell(self, task: Task, verdict: Message) -> None:
        """The task keeps its place until the mesh has the verdict, so that none pile up."""
        try:
            await self._outbox.post(verdict, verdict=True)
        except MeshError as e:
            if verdict["status"] == "completed" and e.code in ("INVALID_MESSAGE", "TOO_LARGE"):
                # Without a verdict the mesh would wait until the task's deadline.
                await self._tell(task, task._failed(f"the result cannot be sent: {e.message}"))
            else:
                log.warning("the mesh did not take the verdict on the task %s: %s", task.id, e)


def _shortened(words: str) -> str:
    """As much as the mesh takes, and no half of a surrogate pair, which it does not."""
    units = words.encode("utf-16-le", "replace")[: 2 * LONGEST_WORDS]
    return units.decode("utf-16-le", "ignore")
