# SPDX-License-Identifier: Apache-2.0
"""What an agent does with tasks."""

import asyncio
import unittest

from mesh_server import MeshTestCase, quick, refusal

from starling_mesh import Agent, TaskError


class Worker(Agent):
    agent_id = "worker"
    capabilities = ["proofs"]
    tasks = 2

    def __init__(self, url, **options):
        super().__init__(url, options=quick(**options))
        self.begun = []
        self.ended = []
        self.go_on = asyncio.Event()

    async def on_task(self, task):
        self.begun.append((task.id, task.attempt))
        try:
            await self.go_on.wait()
        finally:
            self.ended.append(task.id)
        return {"did": task.description}


class TasksTest(MeshTestCase):
    async def worker(self, **options):
        return await self.connected(Worker(self.server.url, **options))

    async def assign(self, number, attempt=1, **others):
        description = f"task {number}"
        await self.server.push(
            {
                "type": "task_assigned",
                "taskId": f"t{number}",
                "description": description,
                "attempt": attempt,
                **others,
            }
        )

    def reports(self, task_id):
        return [
            {key: value for key, value in report.items() if key not in ("type", "id", "taskId")}
            for report in self.server.of("task_report")
            if report["taskId"] == task_id
        ]

    async def test_says_how_many_it_takes_only_where_it_takes_any(self):
        await self.worker()
        await self.connected(Agent(self.server.url, agent_id="idler", tasks=5, options=quick()))
        worker, idler = self.server.of("register")
        self.assertEqual(worker["tasks"], 2)
        self.assertNotIn("tasks", idler)

    async def test_reports_what_its_handler_returns(self):
        worker = await self.worker()
        worker.go_on.set()
        await self.assign(1, deadline=1706006400000)
        await self.eventually("the verdict", lambda: self.reports("t1"))
        completed = {"attempt": 1, "status": "completed", "result": {"did": "task 1"}}
        self.assertEqual(self.reports("t1"), [completed])

    async def test_reports_a_task_without_a_result(self):
        agent = Agent(self.server.url, options=quick())

        @agent.handler
        async def on_task(task):
            return None

        await self.connected(agent)
        self.assertEqual(self.server.of("register")[0]["tasks"], 1)
        await self.assign(1)
        await self.eventually("the verdict", lambda: self.reports("t1"))
        self.assertEqual(self.reports("t1"), [{"attempt": 1, "status": "completed"}])

    async def test_reports_why_a_task_failed(self):
        agent = Agent(self.server.url, options=quick())
        does = {
            "task 1": lambda: 1 / 0,
            "task 2": lambda: "a text",
            "task 3": lambda: {"not": object()},
            "task 4": self._gives_up,
            "task 5": lambda: self._raises(TaskError("no such number")),
            "task 6": lambda: self._raises(ValueError("🐦" * 1000)),
        }

        @agent.handler
        async def on_task(task):
            return does[task.description]()

        await self.connected(agent)
        for number, reason in (
            (1, "division by zero"),
            (2, "on_task returned str, expected a dict or None"),
            (3, "the result cannot be sent"),
            (4, "the agent gave it up"),
            (5, "no such number"),
            (6, "🐦" * 512),
        ):
            await self.assign(number)
            await self.eventually("the verdict", lambda: self.reports(f"t{number}"))
            (report,) = self.reports(f"t{number}")
            self.assertEqual(report["status"], "failed")
            self.assertIn(reason, report["reason"])
            self.assertLessEqual(len(report["reason"].encode("utf-16-le")), 2 * 1024)
            self.assertNotIn("retry", report)

    def _gives_up(self):
        raise asyncio.CancelledError

    def _raises(self, error):
        raise error

    async def test_says_where_another_agent_might_do_a_task(self):
        agent = Agent(self.server.url, options=quick())

        @agent.handler
        async def on_task(task):
            raise TaskError("the oven is cold", retry=True)

        await self.connected(agent)
        await self.assign(1)
        (report,) = await self.eventually("the verdict", lambda: self.reports("t1"))
        del report["attempt"]
        told = {"status": "failed", "reason": "the oven is cold", "retry": True}
        self.assertEqual(report, told)

    async def test_fails_a_task_whose_result_the_mesh_refuses(self):
        def answer(message):
            if message["status"] == "completed":
                return refusal("INVALID_MESSAGE", "result: at most 262144 bytes")
            return {"type": "task_reported", "taskId": message["taskId"], "current": True}

        self.server.replies["task_report"] = answer
        worker = await self.worker()
        worker.go_on.set()
        await self.assign(1)
        await self.eventually("both", lambda: len(self.reports("t1")) == 2)
        failed = self.reports("t1")[1]
        self.assertEqual(failed["status"], "failed")
        self.assertIn("at most 262144 bytes", failed["reason"])

    async def test_reports_the_newest_progress_and_not_every_step(self):
        agent = Agent(self.server.url, options=quick())
        told = asyncio.Event()

        @agent.handler
        async def on_task(task):
            for percent in range(100):
                task.progress(percent, f"step {percent}")
            await told.wait()
            for wrong in (-1, 101, float("nan"), "5"):
                with self.assertRaises(ValueError):
                    task.progress(wrong)

        await self.connected(agent)
        await self.assign(1)
        await self.eventually("progress", lambda: self.reports("t1"))
        told.set()
        await self.eventually("the verdict", lambda: len(self.reports("t1")) == 2)
        progress, verdict = self.reports("t1")
        self.assertEqual(progress, {"attempt": 1, "progress": 99, "message": "step 99"})
        self.assertEqual(verdict["status"], "completed")

    async def test_does_so_many_at_a_time_lets_as_many_wait_and_refuses_more(self):
        worker = await self.worker()
        for number in range(1, 6):
            await self.assign(number)
        await self.eventually("one refused", lambda: self.reports("t5"))
        refused = self.reports("t5")[0]
        self.assertEqual((refused["status"], refused["retry"]), ("failed", True))
        self.assertEqual(worker.begun, [("t1", 1), ("t2", 1)])
        worker.go_on.set()
        await self.eventually("all the others done", lambda: len(worker.ended) == 4)

    async def test_stops_a_task_that_is_taken_back_and_says_no_more_of_it(self):
        worker = await self.worker()
        await self.assign(1)
        await self.eventually("begun", lambda: worker.begun)
        await self.server.push({"type": "task_cancelled", "taskId": "t1"})
        await self.eventually("ended", lambda: worker.ended == ["t1"])
        worker.go_on.set()
        await self.assign(2)
        await self.eventually("the next one", lambda: self.reports("t2"))
        self.assertEqual(self.reports("t1"), [])

    async def test_stops_a_task_that_is_somebody_elses_or_that_the_mesh_knows_no_more(self):
        agent = Agent(self.server.url, options=quick())
        stopped = []

        @agent.handler
        async def on_task(task):
            task.progress(1)
            try:
                await asyncio.Event().wait()
            finally:
                stopped.append(task.id)

        await self.connected(agent)
        outdone = {"type": "task_reported", "taskId": "t1", "current": False}
        for number, answer in ((1, outdone), (2, refusal("TASK_NOT_FOUND"))):
            self.server.replies["task_report"] = lambda _, answer=answer: answer
            await self.assign(number)
            await self.eventually("stopped", lambda: stopped[-1:] == [f"t{number}"])
            (told,) = self.reports(f"t{number}")
            self.assertEqual(told["progress"], 1)

    async def test_begins_anew_with_a_later_attempt_and_passes_over_the_same_one(self):
        worker = await self.worker()
        await self.assign(1)
        await self.eventually("begun", lambda: worker.begun)
        for attempt in (1, 2, 1):
            await self.assign(1, attempt)
        await self.eventually("the later one", lambda: len(worker.begun) == 2)
        worker.go_on.set()
        await self.eventually("the verdict", lambda: self.reports("t1"))
        self.assertEqual(worker.begun, [("t1", 1), ("t1", 2)])
        self.assertEqual([report["attempt"] for report in self.reports("t1")], [2])

    async def test_ends_its_tasks_with_the_connection_and_has_room_for_those_it_is_given_then(self):
        worker = await self.worker()
        for number in range(1, 5):
            await self.assign(number)
        await self.eventually("begun", lambda: len(worker.begun) == 2)
        self.server.cut_all()
        await self.eventually("ended", lambda: sorted(worker.ended) == ["t1", "t2"])
        await self.eventually("back", lambda: len(self.server.of("register")) == 2)
        worker.go_on.set()
        for number, attempt in ((1, 2), (5, 1), (6, 1)):
            await self.assign(number, attempt)
            await self.eventually("the verdict", lambda: self.reports(f"t{number}"))
        self.assertEqual([report["attempt"] for report in self.reports("t1")], [2])
        verdicts = [report["status"] for report in self.server.of("task_report")]
        self.assertEqual(verdicts, ["completed"] * 3)
        self.assertEqual([one for one, _ in worker.begun], ["t1", "t2", "t1", "t5", "t6"])

    async def test_begins_anew_also_with_the_same_attempt_once_the_first_has_tidied_up(self):
        agent = Agent(self.server.url, options=quick())
        begun, ended, tidy = [], [], asyncio.Event()

        @agent.handler
        async def on_task(task):
            begun.append(task.attempt)
            try:
                await asyncio.Event().wait()
            finally:
                await tidy.wait()
                ended.append(task.attempt)

        await self.connected(agent)
        await self.assign(1)
        await self.eventually("begun", lambda: begun)
        self.server.cut_all()
        await self.eventually("back", lambda: len(self.server.of("register")) == 2)
        await self.assign(1)
        await self.server.push({"type": "task_cancelled", "taskId": "t1", "attempt": 1})
        await self.assign(1)
        await agent.ping()
        self.assertEqual((begun, ended), ([1], []))
        tidy.set()
        await self.eventually("begun anew", lambda: begun == [1, 1])
        self.assertEqual(ended, [1])

    async def test_sends_no_verdict_again_since_the_task_went_with_the_connection(self):
        worker = await self.worker()
        worker.go_on.set()
        self.server.replies["task_report"] = lambda _: self.server.cut_all()
        await self.assign(1)
        await self.eventually("back", lambda: len(self.server.of("register")) == 2)
        self.server.replies["task_report"] = lambda _: {"type": "task_reported", "taskId": "t2"}
        await self.assign(2)
        await self.eventually("the next one", lambda: self.reports("t2") and not worker.pending)
        self.assertEqual(len(self.reports("t1")), 1)

    async def test_cancels_its_tasks_when_it_leaves(self):
        worker = await self.worker()
        await self.assign(1)
        await self.eventually("begun", lambda: worker.begun)
        await worker.close()
        self.assertEqual(worker.ended, ["t1"])
        self.assertEqual(self.reports("t1"), [])

    async def test_leaves_also_where_a_task_will_not_be_cancelled(self):
        agent = Agent(self.server.url, options=quick())
        begun, stubborn = asyncio.Event(), asyncio.Event()

        @agent.handler
        async def on_task(task):
            begun.set()
            try:
                await stubborn.wait()
            except asyncio.CancelledError:
                return {"cancelled": False}

        await self.connected(agent)
        await self.assign(1)
        await begun.wait()
        await asyncio.wait_for(agent.close(), 4)
        self.assertEqual(self.reports("t1"), [])

    async def test_passes_over_an_assignment_without_what_it_needs(self):
        worker = await self.worker()
        await self.server.push({"type": "task_assigned", "description": "nameless"})
        await self.eventually("ignored", lambda: worker.counters.messages_ignored == 1)


if __name__ == "__main__":
    unittest.main()
