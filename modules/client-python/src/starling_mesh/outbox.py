# SPDX-License-Identifier: Apache-2.0
"""What is sent until it is answered."""

from __future__ import annotations

import asyncio
import heapq
import random
from dataclasses import dataclass, field

from .connection import Connection
from .errors import MeshError, error_of
from .model import Counters
from .options import Options
from .wire import Message, encode


@dataclass(order=True)
class _Delivery:
    """A message on its way; they sort as they were posted."""

    number: int
    text: str = field(compare=False)
    answer: asyncio.Future[Message] = field(compare=False)
    verdict: bool = field(compare=False)
    attempts: int = field(default=0, compare=False)
    overdue: asyncio.TimerHandle | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        return f"o{self.number}"

    def reject(self, error: MeshError) -> None:
        if not self.answer.done():
            self.answer.set_exception(error.copy())


class Outbox:
    """Outcomes and verdicts on tasks without an answer: waiting, or flying. Event loop only.

    Outcomes that flew when their connection died go out again on the next one, first and in the
    order in which they were posted; verdicts end with it, as the tasks do. What is refused for a
    reason that passes is sent again. All of it can be sent twice without harm: an outcome has its
    outcome_id, a verdict its task and attempt.
    """

    def __init__(self, options: Options, counters: Counters) -> None:
        self._options = options
        self._counters = counters
        self._waiting: list[_Delivery] = []
        self._flying: dict[str, _Delivery] = {}
        self._count = 0
        self._wake = asyncio.Event()
        self._paused_until = 0.0

    def __len__(self) -> int:
        return len(self._waiting) + len(self._flying)

    def post(self, message: Message, *, verdict: bool = False) -> asyncio.Future[Message]:
        """Sends a message now or later; its answer. MeshError where it is no JSON or too large."""
        self._count += 1
        text = encode({**message, "id": f"o{self._count}"}, self._options.message_limit)
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        # Nobody has to look at it.
        answer.add_done_callback(lambda one: one.cancelled() or one.exception())
        heapq.heappush(self._waiting, _Delivery(self._count, text, answer, verdict))
        self._drop_excess()
        self._wake.set()
        return answer

    async def pump(self, connection: Connection) -> None:
        """Sends on this connection what waits, as it comes; ends with the connection."""
        loop = asyncio.get_running_loop()
        self._paused_until = 0.0
        while True:
            self._wake.clear()
            pause = self._paused_until - loop.time()
            while pause <= 0 and (delivery := self._next()):
                self._launch(delivery)
                await connection.send_text(delivery.text)
                pause = self._paused_until - loop.time()
            try:
                async with asyncio.timeout(pause if pause > 0 else None):
                    await self._wake.wait()
            except TimeoutError:
                pass

    def recall(self) -> None:
        """The connection is gone: outcomes wait for the next one, verdicts count no more."""
        lost = MeshError("CONNECTION_LOST", "the task ended with the connection")
        left = [*self._flying.values(), *self._waiting]
        self._flying.clear()
        self._waiting.clear()
        for delivery in left:
            _stop(delivery)
            if delivery.verdict:
                delivery.reject(lost)
            else:
                heapq.heappush(self._waiting, delivery)
        self._drop_excess()

    def answered(self, message: Message) -> bool:
        """Whether the message, which has an id, answers something of here."""
        delivery = self._land(str(message.get("id")))
        if delivery is None:
            return False
        if message.get("type") == "error":
            self._refused(delivery, error_of(message))
        elif not delivery.answer.done():
            delivery.answer.set_result(message)
        self._wake.set()
        return True

    def reject_largest(self) -> None:
        """Of what flew, one was too large for the mesh: again, it would end each connection."""
        if self._flying:
            largest = max(self._flying.values(), key=lambda one: len(one.text))
            _stop(self._flying.pop(largest.id))
            largest.reject(MeshError("TOO_LARGE", "the mesh takes no message of this size"))

    def reject_all(self, error: MeshError) -> None:
        """There will be no connection any more."""
        for delivery in (*self._flying.values(), *self._waiting):
            _stop(delivery)
            delivery.reject(error)
        self._flying.clear()
        self._waiting.clear()

    def _next(self) -> _Delivery | None:
        while self._waiting and len(self._flying) < self._options.in_flight_limit:
            delivery = heapq.heappop(self._waiting)
            if not delivery.answer.done():
                return delivery
        return None

    def _launch(self, delivery: _Delivery) -> None:
        delivery.attempts += 1
        limit = self._options.ack_timeout
        silent = MeshError("NO_ANSWER", f"no answer within {limit:g} s")
        loop = asyncio.get_running_loop()
        delivery.overdue = loop.call_later(limit, self._overdue, delivery.id, silent)
        self._flying[delivery.id] = delivery

    def _overdue(self, delivery_id: str, error: MeshError) -> None:
        delivery = self._land(delivery_id)
        if delivery is not None:
            self._refused(delivery, error)
            self._wake.set()

    def _land(self, delivery_id: str) -> _Delivery | None:
        delivery = self._flying.pop(delivery_id, None)
        if delivery is not None:
            _stop(delivery)
        return delivery

    def _refused(self, delivery: _Delivery, error: MeshError) -> None:
        again = error.passing or error.code == "NO_ANSWER"
        if not again or delivery.attempts >= self._options.attempts:
            delivery.reject(error)
            return
        wait = max(_retry_after(error), self._pause(delivery.attempts))
        until = asyncio.get_running_loop().time() + wait
        self._paused_until = max(self._paused_until, until)
        heapq.heappush(self._waiting, delivery)

    def _pause(self, attempts: int) -> float:
        base = self._options.backoff_base
        return random.uniform(base, min(self._options.backoff_max, base * 2 ** min(attempts, 30)))

    def _drop_excess(self) -> None:
        """The oldest goes: what an agent found out last says most."""
        excess = len(self) - self._options.outbox_limit
        if excess <= 0:
            return
        self._waiting = [one for one in self._waiting if not one.answer.done()]
        excess = len(self) - self._options.outbox_limit
        for delivery in sorted(self._waiting):
            if excess > 0 and not delivery.verdict:
                excess -= 1
                self._counters.outcomes_dropped += 1
                delivery.reject(
                    MeshError("DROPPED", f"more than {self._options.outbox_limit} were waiting")
                )
        self._waiting = [one for one in self._waiting if not one.answer.done()]
        heapq.heapify(self._waiting)


def _stop(delivery: _Delivery) -> None:
    if delivery.overdue is not None:
        delivery.overdue.cancel()
        delivery.overdue = None


def _retry_after(error: MeshError) -> float:
    """Seconds that the mesh asks to wait, 0 where it asks for none."""
    told = error.details.get("retryAfterMs")
    return told / 1000 if isinstance(told, (int, float)) and told > 0 else 0.0
