"""How long a reader waits for a verdict, on a page by itself and from ``verify serve``, and how much is loaded.

    python benchmarks/answer_latency.py

writes a table in Markdown.  Needs the extra ``dev`` and Chromium.
"""

from __future__ import annotations

import gzip
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "tests")]

import httpx  # noqa: E402
from box_site import PARTS, write_site  # noqa: E402
from conftest import chromium_path  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402
from running_server import served  # noqa: E402

COLD, WARM, SERVED = 3, 60, 400
ANSWERS = [
    ("rnn_backprop/b", "u3 + 2*w*u2 + 3*w^2*u1"),
    ("rnn_backprop/b", "u_3 + 2 w u_2 + 3 w^2 u_1 + 1"),
    ("rnn_backprop/a.y", "w*u3 + w^2*u2 + ("),
    ("transpose_conv/a", "[[-1, 3, -2], [3, -3, 1], [0, 3, 1]]"),
]
IN_THE_PAGE = """([part, text]) => new Promise((resolve) => {
  const box = document.querySelector(`.answer-box[data-part="${part}"]`);
  const verdict = box.querySelector(".answer-box-verdict");
  const field = box.querySelector("input, textarea");
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const start = performance.now();
  new MutationObserver((_, observer) => {
    if (!verdict.dataset.verdict) return;
    observer.disconnect();
    resolve((performance.now() - start) / 1000);
  }).observe(verdict, { attributes: true, childList: true });
  box.querySelector("form").requestSubmit();
})"""


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        page = write_site(Path(folder))
        rows = [*in_the_page(page), *by_the_server(page.parent)]
        print("| what | times | median, ms | 95th percentile, ms | worst, ms |\n|---|---:|---:|---:|---:|")
        for name, seconds in rows:
            print(f"| {name} | {len(seconds)} | {' | '.join(f'{1000 * each:,.1f}' for each in summary(seconds))} |")
        print("\n| what | bytes | compressed |\n|---|---:|---:|")
        for name, content in sizes(page.parent).items():
            print(f"| {name} | {len(content):,} | {len(gzip.compress(content, 6, mtime=0)):,} |")


def in_the_page(page: Path) -> list[tuple[str, list[float]]]:
    """The waits on a page opened from a file: the first answer, which starts everything, and the ones after it."""
    cold, warm = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path())
        for _ in range(COLD):
            opened = browser.new_page()
            opened.goto(page.as_uri())
            cold.append(wait_for(opened, ANSWERS[0]))
            warm += [wait_for(opened, ANSWERS[number % len(ANSWERS)]) for number in range(WARM // COLD)]
            opened.close()
        browser.close()
    return [("first verdict in the page", cold), ("later verdicts in the page", warm)]


def wait_for(opened: Page, question: tuple[str, str]) -> float:
    """Seconds from asking to the verdict on the page."""
    opened.wait_for_selector(f'.answer-box[data-part="{question[0]}"] form')
    return float(opened.evaluate(IN_THE_PAGE, list(question)))


def by_the_server(site: Path) -> list[tuple[str, list[float]]]:
    """The waits of clients of a warm server, each with an address of its own so that none is slowed down."""
    with served(site) as server:
        taken = []
        for number in range(SERVED // 40):
            transport = httpx.HTTPTransport(local_address=f"127.0.1.{number + 1}", verify=False)
            with httpx.Client(transport=transport, base_url=server.address) as client:
                taken += [timed(lambda client=client, each=each: ask(client, each)) for each in ANSWERS * 10]
        server.stop()
    return [("verdicts of `verify serve`", taken)]


def ask(client: httpx.Client, question: tuple[str, str]) -> None:
    """Ask, and require an answer."""
    part, response = question
    client.post("check", json={"part": part, "response": response}).raise_for_status()


def timed(work: Callable[[], None]) -> float:
    """How many seconds it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def summary(seconds: Sequence[float]) -> tuple[float, float, float]:
    """Median, 95th percentile and worst."""
    ordered = sorted(seconds)
    return statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))], ordered[-1]


def sizes(site: Path) -> dict[str, bytes]:
    """Everything a page loads for its boxes: at once, and when the first one is used."""
    script = (site / "_static" / "answer_box" / "boxes.js").read_text(encoding="utf-8")
    files = json.loads(script.partition(" = ")[2].strip().removesuffix(";"))["files"]
    found = {
        f"with the page, boxes of {len(PARTS)} parts and their problems": b"".join(
            path.read_bytes() for path in sorted((site / "_static" / "answer_box").iterdir())
        )
    }
    runtime = site / "_static" / "pyodide"
    for name, names in files.items():
        found[f"on first use: {name}"] = b"".join((runtime / each).read_bytes() for each in names)
    found["on first use, in all"] = b"".join(
        (runtime / each).read_bytes() for names in files.values() for each in names
    )
    return found


if __name__ == "__main__":
    main()
