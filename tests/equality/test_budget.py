"""A computation that cannot be predicted is bounded from outside, and takes nothing down with it."""

import math
import operator
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from verify.equality.budget import close_workers, run_within
from verify.errors import BudgetExceeded


@pytest.fixture(autouse=True)
def _no_worker_left_behind():
    yield
    close_workers()


def test_a_result_comes_back():
    assert run_within(pow, (2, 10)) == 1024


def test_what_the_function_raises_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        run_within(operator.truediv, (1, 0))


def test_a_worker_is_reused():
    assert run_within(os.getpid) == run_within(os.getpid)


def test_a_worker_is_another_process():
    assert run_within(os.getpid) != os.getpid()


def test_a_computation_inside_c_is_stopped_in_time():
    run_within(pow, (2, 2))
    started = time.monotonic()
    with pytest.raises(BudgetExceeded, match=r"longer than 0\.5 s"):
        run_within(pow, (7, 10**8), seconds=0.5)
    assert time.monotonic() - started < 1.5


def test_a_sleeping_computation_is_stopped_in_time():
    started = time.monotonic()
    run_within(time.sleep, (0,))
    with pytest.raises(BudgetExceeded, match="longer"):
        run_within(time.sleep, (30,), seconds=0.2)
    assert time.monotonic() - started < 5


def test_a_memory_hog_is_stopped_and_the_worker_survives():
    before = run_within(os.getpid)
    with pytest.raises(BudgetExceeded, match="memory"):
        run_within(bytearray, (1 << 31,), megabytes=256)
    assert run_within(os.getpid) == before


def test_the_same_allocation_is_permitted_within_a_larger_budget():
    with pytest.raises(BudgetExceeded):
        run_within(operator.mul, (b"x", 64 << 20), megabytes=32)
    assert len(run_within(operator.mul, (b"x", 64 << 20), megabytes=256)) == 64 << 20


def test_a_crash_costs_only_its_own_call():
    first = run_within(os.getpid)
    with pytest.raises(BudgetExceeded, match="SIGABRT"):
        run_within(os.abort)
    assert run_within(os.getpid) not in (first, os.getpid())


def test_an_exit_is_no_result():
    with pytest.raises(BudgetExceeded, match="exit code 0"):
        run_within(os._exit, (0,))


def test_printing_does_not_disturb_the_answer():
    assert run_within(print, ("not an answer",)) is None


def test_threads_use_workers_at_the_same_time_and_one_killed_call_disturbs_no_other():
    def call(number: int) -> int | None:
        try:
            if number % 3 == 0:
                return run_within(time.sleep, (30,), seconds=0.3)
            return run_within(math.factorial, (number,), seconds=20)
        except BudgetExceeded:
            return None

    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(call, range(12)))
    assert results == [None if number % 3 == 0 else math.factorial(number) for number in range(12)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_gets_its_own_worker_and_the_parents_stays():
    worker = run_within(os.getpid)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, str(run_within(os.getpid)).encode())
            close_workers()
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        other = int(stream.read())
    os.waitpid(child, 0)
    assert other not in (worker, os.getpid(), child)
    assert run_within(os.getpid) == worker


def test_a_function_that_no_worker_could_import_is_refused():
    def local() -> None:
        return None

    with pytest.raises(ValueError, match="module level"):
        run_within(local)


def test_without_processes_the_budget_says_so(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    with pytest.raises(BudgetExceeded, match="no processes here"):
        run_within(pow, (2, 2))
