"""How the dev gateway runs functions: time limits, crashes, queues, schedules, live reload."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from integration.running_gateway import HERE, RunningGateway, eventually
from mocshelf_tools.gateway.control import invoke
from mocshelf_tools.gateway.logs import FunctionLog
from mocshelf_tools.gateway.pool import WorkerPool
from mocshelf_tools.gateway.server import Options
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.provision import client as aws_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mocshelf_tools.stack import Stack

pytest_plugins = ["integration.gateway_fixtures"]


def test_a_function_is_stopped_at_the_end_of_its_time(anonymous: httpx.Client) -> None:
    begun = time.monotonic()
    answer = anonymous.get("/do/hang")
    took = time.monotonic() - begun

    assert (answer.status_code, answer.json()) == (503, {"message": "Service Unavailable"})
    assert 1.9 < took < 30
    assert anonymous.get("/health").status_code == 200


def test_a_slow_request_does_not_hold_up_others(gateway: RunningGateway) -> None:
    def nap(_: int) -> int:
        with gateway.client() as client:
            status: int = client.get("/do/nap").status_code
            return status

    with ThreadPoolExecutor(12) as threads:
        statuses = list(threads.map(nap, range(12)))

    assert statuses == [200] * 12


def test_a_worker_that_is_killed_while_it_starts_is_not_taken_for_broken_code(tmp_path: Path) -> None:
    async def run() -> tuple[int, int]:
        environment = {**os.environ, "PYTHONPATH": str(HERE)}
        pool = WorkerPool("trial", environment, FunctionLog(tmp_path / "functions.log", lambda _: None))
        pool.replace()
        await pool.functions()
        first = await pool._acquire()
        second = asyncio.create_task(pool._acquire())
        while len(pool.pids) < 2:
            await asyncio.sleep(0.001)
        (starting,) = set(pool.pids) - {first.process.pid}
        os.kill(starting, signal.SIGKILL)
        async with asyncio.timeout(20):
            replaced = (await second).process.pid
        await pool.close()
        return starting, replaced

    starting, replaced = asyncio.run(run())

    assert replaced != starting


def test_a_worker_that_is_killed_while_it_is_idle_gets_no_event(tmp_path: Path) -> None:
    async def run() -> tuple[int, int]:
        environment = {**os.environ, "PYTHONPATH": str(HERE)}
        pool = WorkerPool("trial", environment, FunctionLog(tmp_path / "functions.log", lambda _: None))
        pool.replace()
        await pool.functions()
        idle = await pool._acquire()
        pool._release(idle)
        os.kill(idle.process.pid, signal.SIGKILL)
        async with asyncio.timeout(20):
            await idle.process.wait()
            replaced = (await pool._acquire()).process.pid
        await pool.close()
        return idle.process.pid, replaced

    killed, replaced = asyncio.run(run())

    assert replaced != killed


def test_a_message_reaches_the_function_and_comes_again_only_when_it_failed(
    gateway: RunningGateway, trial_notes: Path
) -> None:
    sqs = aws_client("sqs", gateway.stack.endpoints.aws, gateway.stack.settings)
    for body in ("goes well", "fails once"):
        sqs.send_message(QueueUrl=gateway.stack.endpoints.queue_url, MessageBody=body)

    def noted() -> list[str]:
        return trial_notes.read_text().splitlines()

    assert eventually(lambda: "fails once 2" in noted())
    assert noted().count("goes well 1") == noted().count("fails once 1") == 1
    assert "goes well 2" not in noted()


def test_a_new_object_under_incoming_is_announced(gateway: RunningGateway, trial_notes: Path) -> None:
    s3 = aws_client("s3", gateway.stack.endpoints.aws, gateway.stack.settings)

    s3.put_object(Bucket=gateway.stack.endpoints.bucket, Key="elsewhere/quiet", Body=b"x")
    s3.put_object(Bucket=gateway.stack.endpoints.bucket, Key="incoming/loud", Body=b"x")

    assert eventually(lambda: "incoming/loud" in trial_notes.read_text())
    assert "elsewhere/quiet" not in trial_notes.read_text()


def test_a_function_can_be_run_from_the_command_line(gateway: RunningGateway) -> None:
    by_the_clock = invoke(gateway.stack.folder, "tick", None)
    with_an_event = invoke(gateway.stack.folder, "tick", {"source": "me"})

    assert by_the_clock == {"by": "aws.events", "function": "tick"}
    assert with_an_event["by"] == "me"
    with pytest.raises(CannotContinue, match="There are: echo, batch, tick"):
        invoke(gateway.stack.folder, "tock", None)


def test_an_error_is_logged_in_full_and_shown_in_short(gateway: RunningGateway, anonymous: httpx.Client) -> None:
    request_id = anonymous.get("/do/raise").headers["x-request-id"]

    assert eventually(lambda: any(request_id in line for line in gateway.shown))
    shown = [line for line in gateway.shown if request_id in line]
    assert len(shown) == 1
    assert "RuntimeError: a secret detail" in shown[0]
    assert request_id in (gateway.stack.folder.logs / "functions.log").read_text()


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A copy of the trial functions that may be edited."""
    shutil.copytree(HERE / "trial", tmp_path / "trial", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "trial"


@pytest.fixture
def edited(spare_stack: Stack, code: Path, trial_notes: Path) -> Iterator[RunningGateway]:
    environment = {"PYTHONPATH": str(code.parent), "TRIAL_NOTES": str(trial_notes)}
    options = Options(package="trial", watched=[code], environment=environment, triggers=False)
    with RunningGateway(spare_stack, options) as running:
        yield running


def _save_version(code: Path, version: str) -> None:
    handler = code / "functions" / "echo.py"
    lines = handler.read_text().splitlines()
    position = next(n for n, line in enumerate(lines) if line.startswith("VERSION"))
    lines[position] = f"VERSION = {version}"
    handler.write_text("\n".join(lines))
    # As if both versions were saved within one second, which Python's own cache cannot tell apart.
    os.utime(handler, (1_700_000_000, 1_700_000_000))


def test_saved_code_is_live_soon_and_running_requests_finish_on_the_old(
    edited: RunningGateway, code: Path, trial_notes: Path
) -> None:
    before = trial_notes.read_text().count("nap") if trial_notes.exists() else 0
    with ThreadPoolExecutor(1) as thread, edited.client() as client:
        running = thread.submit(lambda: httpx.get(f"{edited.url}/do/nap", trust_env=False).text)
        assert eventually(lambda: trial_notes.exists() and trial_notes.read_text().count("nap") > before)
        _save_version(code, "2")

        assert eventually(lambda: client.get("/health").json()["version"] == 2)
        assert running.result() == "1"
        assert {client.get("/health").json()["version"] for _ in range(5)} == {2}
        _save_version(code, "3")
        assert eventually(lambda: client.get("/health").json()["version"] == 3)


def test_broken_code_is_reported_and_answers_500_until_it_is_mended(edited: RunningGateway, code: Path) -> None:
    routes = code / "routes.py"
    good = routes.read_text()

    with edited.client() as client:
        routes.write_text(good + "\nthis is no Python\n")
        assert eventually(lambda: client.get("/health").status_code == 500)
        assert any("SyntaxError" in line for line in edited.shown)

        routes.write_text(good)
        assert eventually(lambda: client.get("/health").status_code == 200)


def test_a_new_route_is_served_after_saving(edited: RunningGateway, code: Path) -> None:
    routes = code / "routes.py"

    with edited.client() as client:
        before = client.get("/new/7").json()["event"]["routeKey"]
        added = '"GET /new/{id}", "GET /health"'
        routes.write_text(routes.read_text().replace('"GET /health"', added, 1))

        assert before == "$default"
        assert eventually(lambda: client.get("/new/7").status_code == 401)
