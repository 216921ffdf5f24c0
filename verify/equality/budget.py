"""Running a function within a budget of time and memory, in a child process that can be killed.

Nothing inside one process can stop a FLINT or big-integer operation: a signal handler waits for it to return, and
off the main thread there is none.  So what cannot be predicted runs in a worker: a fresh interpreter (never a fork,
which would copy locks held by other threads), reused while it behaves and killed when it does not.

The worker limits its own address space and processor time; the parent keeps the wall clock.  A worker is used by one
caller at a time, so a killed one costs only its own call.
"""

import atexit
import importlib
import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Event, Lock, Timer
from typing import Any, BinaryIO

from verify.equality.guard import has_processes
from verify.errors import BudgetExceeded, VerifyError

START_SECONDS = 60.0
"""Limit for starting a worker and importing what a call needs; not part of the call's own budget."""

MAXIMUM_WORKERS = 8
MAXIMUM_IDLE = 2
MEGABYTE = 1 << 20

_HEADER = struct.Struct("!Q")
_BOOTSTRAP = "import sys; sys.path[:] = {path!r}; from verify.equality.budget import serve; serve()"


def run_within(
    function: Callable[..., Any],
    arguments: Sequence[object] = (),
    *,
    seconds: float = 2.0,
    megabytes: int = 1024,
    modules: Sequence[str] = (),
    pool: "WorkerPool | None" = None,
) -> Any:
    """What a module-level function returns, computed in a worker within the limits; raises BudgetExceeded.

    - `seconds`: wall-clock time of the call, which ends at most a second later.
    - `megabytes`: memory the worker may take beyond what it has when the call begins.
    - `modules`: imported in the worker before the clock starts.
    - `pool`: whose workers to use instead of this process's own.

    What the function raises is raised here.  `run_within(pow, (2, 10))` is 1024.
    """
    name = _name_of(function)
    chosen = pool or _current_pool()
    with chosen.slots:
        worker = chosen.take()
        try:
            worker.prepare((name[0], *modules))
            answer = worker.call(name, tuple(arguments), seconds, megabytes)
        except BaseException:
            chosen.discard(worker)
            raise
        chosen.give_back(worker)
    return _unwrapped(answer)


def _name_of(function: Callable[..., Any]) -> tuple[str, str]:
    module, name = function.__module__, function.__qualname__
    if module == "__main__" or not name.isidentifier():
        raise ValueError(f"{module}.{name} cannot be imported by a worker; use a function at module level")
    return module, name


def _unwrapped(answer: tuple[str, Any]) -> Any:
    outcome, value = answer
    if outcome == "raised":
        raise value
    if outcome == "memory":
        raise BudgetExceeded("the computation needs more memory than its budget")
    return value


# ---------------------------------------------------------------------- the parent's side


class _Worker:
    """One child process, and the pipes to it."""

    __slots__ = ("prepared", "process")

    def __init__(self) -> None:
        if not has_processes():
            raise BudgetExceeded("no processes here")
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
                [sys.executable, "-c", _BOOTSTRAP.format(path=sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise BudgetExceeded(f"no process could be started: {error}") from error
        self.prepared: set[str] = set()

    @property
    def pipes(self) -> tuple[BinaryIO, BinaryIO]:
        """Where to write requests and read answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        return self.process.stdin, self.process.stdout  # type: ignore[return-value]

    def prepare(self, modules: Sequence[str]) -> None:
        """Import modules in the worker, where it has not done so."""
        missing = [module for module in modules if module not in self.prepared]
        if missing:
            _unwrapped(self._exchange(("prepare", missing), START_SECONDS, "starting a worker"))
            self.prepared.update(missing)

    def call(self, name: tuple[str, str], arguments: tuple[object, ...], seconds: float, megabytes: int) -> Any:
        """The outcome of one call and its value."""
        request = ("call", name, arguments, seconds, megabytes)
        return self._exchange(request, seconds, "the computation")

    def _exchange(self, request: object, seconds: float, what: str) -> tuple[str, Any]:
        message = pickle.dumps(request)
        overdue = Event()
        killer = Timer(seconds, self._kill_overdue, (overdue,))
        killer.daemon = True
        killer.start()
        try:
            writer, reader = self.pipes
            _write_message(writer, message)
            answer = _read_message(reader)
        except OSError:
            answer = None
        finally:
            killer.cancel()
            killer.join()  # afterwards it is certain whether the worker was killed, however late the answer came
        if overdue.is_set():
            raise BudgetExceeded(f"{what} took longer than {seconds:g} s")
        if answer is None:
            raise BudgetExceeded(f"{what} ended its process ({_describe_exit(self.process.wait())})")
        loaded: tuple[str, Any] = pickle.loads(answer)  # noqa: S301 - written by our own worker
        return loaded

    def _kill_overdue(self, overdue: Event) -> None:
        overdue.set()
        self.process.kill()

    def kill(self) -> None:
        """End the process and close its pipes."""
        self.process.kill()
        self.process.wait()
        self.close_pipes()

    def close_pipes(self) -> None:
        """Close this process's ends of the pipes; an idle worker then ends by itself."""
        for pipe in self.pipes:
            pipe.close()


def _describe_exit(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    import signal

    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


@dataclass(slots=True)
class WorkerPool:
    """Workers that wait for work, up to `maximum_idle` of them, and those that have some."""

    idle: list[_Worker] = field(default_factory=list)
    busy: set[_Worker] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)
    slots: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(MAXIMUM_WORKERS))
    maximum_idle: int = MAXIMUM_IDLE

    def take(self) -> _Worker:
        """An idle worker that is alive, else a new one; the caller gives it back or discards it."""
        while True:
            with self.lock:
                worker = self.idle.pop() if self.idle else None
            if worker is not None and worker.process.poll() is not None:
                worker.kill()
                continue
            worker = worker or _Worker()
            with self.lock:
                self.busy.add(worker)
            return worker

    def give_back(self, worker: _Worker) -> None:
        """Keep a worker for the next caller, unless enough are waiting."""
        with self.lock:
            self.busy.discard(worker)
            keep = len(self.idle) < self.maximum_idle
            if keep:
                self.idle.append(worker)
        if not keep:
            worker.kill()

    def discard(self, worker: _Worker) -> None:
        """End a worker that did not answer as it should."""
        with self.lock:
            self.busy.discard(worker)
        worker.kill()

    def close(self) -> None:
        """End all idle workers."""
        with self.lock:
            workers, self.idle = self.idle, []
        for worker in workers:
            worker.kill()


_pool = WorkerPool()
_inherited: list[_Worker] = []


def _current_pool() -> WorkerPool:
    return _pool


def _forget_pool() -> None:
    """After a fork the workers belong to the parent: the child lets go of their pipes and starts its own."""
    global _pool  # noqa: PLW0603 - one pool for each process
    workers = [*_pool.idle, *_pool.busy]
    _inherited.extend(workers)
    for worker in workers:
        worker.close_pipes()
        worker.process.returncode = 0  # so that the child neither waits for it nor warns about it
    _pool = WorkerPool()


def close_workers() -> None:
    """End the idle workers of this process; the next call starts a new one."""
    _pool.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)
atexit.register(close_workers)


# ---------------------------------------------------------------------- messages


def _write_message(stream: BinaryIO, message: bytes) -> None:
    view = memoryview(_HEADER.pack(len(message)) + message)
    while view:
        view = view[stream.write(view) :]


def _read_message(stream: BinaryIO) -> bytes | None:
    header = _read_exactly(stream, _HEADER.size)
    return None if header is None else _read_exactly(stream, _HEADER.unpack(header)[0])


def _read_exactly(stream: BinaryIO, size: int) -> bytes | None:
    """So many bytes, or None where the stream ends first."""
    parts = []
    while size:
        part = stream.read(min(size, MEGABYTE))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


# ---------------------------------------------------------------------- the worker's side


def serve() -> None:
    """Answer requests from standard input until it ends; what a worker runs."""
    # Functions that print, or read, must not touch the pipes: they get copies of nothing.
    reader, writer = os.fdopen(os.dup(0), "rb", 0), os.fdopen(os.dup(1), "wb", 0)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    while True:
        message = _read_message(reader)
        if message is None:
            return
        _write_message(writer, _answer(message))


def _answer(message: bytes) -> bytes:
    try:
        request = pickle.loads(message)  # noqa: S301 - written by our own parent
        if request[0] == "prepare":
            for module in request[1]:
                importlib.import_module(module)
            return pickle.dumps(("returned", None))
        _, (module, name), arguments, seconds, megabytes = request
        _limit(seconds, megabytes)
        try:
            outcome = ("returned", getattr(importlib.import_module(module), name)(*arguments))
        finally:
            _lift_memory_limit()
        return pickle.dumps(outcome)
    except MemoryError:
        _lift_memory_limit()
        return pickle.dumps(("memory", None))
    except Exception as error:
        return _pickled_error(error)


def _pickled_error(error: Exception) -> bytes:
    """The error itself where it survives the journey, else its text."""
    try:
        message = pickle.dumps(("raised", error))
        pickle.loads(message)  # noqa: S301 - our own bytes
    except Exception:
        return pickle.dumps(("raised", VerifyError(f"{type(error).__name__}: {error}")))
    return message


def _limit(seconds: float, megabytes: int) -> None:
    """Limit this process for one call; where the system has no such limits, the parent's clock remains."""
    try:
        import resource
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    processor_seconds = int(usage.ru_utime + usage.ru_stime + seconds) + 2
    _set_soft_limit(resource.RLIMIT_CPU, processor_seconds)
    _set_soft_limit(resource.RLIMIT_CORE, 0)
    _set_soft_limit(resource.RLIMIT_AS, _address_space() + megabytes * MEGABYTE)


def _lift_memory_limit() -> None:
    try:
        import resource
    except ImportError:
        return
    _set_soft_limit(resource.RLIMIT_AS, resource.getrlimit(resource.RLIMIT_AS)[1])


def _set_soft_limit(kind: int, value: int) -> None:
    import resource

    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY and (value == resource.RLIM_INFINITY or value > hard):
        value = hard
    try:
        resource.setrlimit(kind, (value, hard))
    except (ValueError, OSError):
        return


def _address_space() -> int:
    """Bytes of address space in use, or 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0
