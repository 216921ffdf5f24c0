"""A server of `verify serve` in a process of its own, and what is asked of it."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

STARTING = 60  # seconds
STOPPING = 20
PROCESSES = 3


@dataclass(frozen=True)
class Server:
    """Where a server answers, and its process."""

    address: str
    process: subprocess.Popen[str]

    def children(self) -> list[int]:
        """The processes that judge."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return sorted({int(child) for task in tasks for child in task.read_text().split()})

    def settled_children(self) -> list[int]:
        """The processes that judge, once those that were ended are replaced."""
        until = time.monotonic() + STARTING
        while len(self.children()) < PROCESSES and time.monotonic() < until:
            time.sleep(0.05)
        return self.children()

    def open_files(self) -> int:
        """How many files and sockets the server's process holds open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def kilobytes(self) -> int:
        """Memory that the server and its processes take."""
        return sum(_kilobytes(pid) for pid in (self.process.pid, *self.children()))

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """The exit code, and what the server printed, once it has ended."""
        self.process.send_signal(number)
        printed, _ = self.process.communicate(timeout=STOPPING)
        return self.process.returncode, printed


def _kilobytes(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0  # it has ended meanwhile
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) if found else 0


@contextmanager
def served(site: Path) -> Iterator[Server]:
    """A running server of a site, on any free port."""
    command = [sys.executable, "-m", "verify", "serve", "--site", str(site), "--port", "0"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert found is not None, said + process.communicate()[0]
        server = Server(found[0], process)
        _wait_for(server)
        yield server
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def _wait_for(server: Server) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        try:
            if httpx.get(f"{server.address}health", timeout=STARTING).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"the server did not answer within {STARTING} s")


async def ask_all(address: str, questions: list[tuple[str, str]], clients: int) -> list[httpx.Response]:
    """The answers to all questions, asked at once by so many clients, each with an address of its own."""
    transports = [
        httpx.AsyncHTTPTransport(local_address=f"127.0.0.{2 + number}", verify=False) for number in range(clients)
    ]
    connected = [httpx.AsyncClient(transport=each, timeout=120, base_url=address) for each in transports]
    try:
        return await asyncio.gather(
            *(ask(connected[number % clients], *question) for number, question in enumerate(questions))
        )
    finally:
        for client in connected:
            await client.aclose()


async def ask(client: httpx.AsyncClient, part: str, response: str) -> httpx.Response:
    """The answer to one question; comes back as late as it is told to."""
    body = json.dumps({"part": part, "response": response})  # with escapes, because some rows hold half a character
    while True:
        answer = await client.post("check", content=body, headers={"Content-Type": "application/json"})
        if answer.status_code not in (429, 503):
            return answer
        await asyncio.sleep(float(answer.headers["Retry-After"]))
