"""A small site with answer boxes and nothing else, and what a test does with a box."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from verify import load
from verify.solution.answer_box import compiled_answers, write_answer_box

PARTS = (
    "rnn_backprop/b",
    "rnn_backprop/a.y",
    "transpose_conv/a",
    "kernelized_attention/a",
    "kernelized_attention/c.time",
    "argmax_attention/b.learners",
    "conv_filter_solve/a",
)
PATIENCE = 60_000  # milliseconds
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Boxes</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body {{ background: Canvas; color: CanvasText }}</style>
<link rel="stylesheet" href="_static/answer_box/answer_box.css">
<script defer src="_static/answer_box/answer_box.js"></script></head>
<body><main><h1>Boxes</h1>{boxes}</main></body></html>
"""


def answers() -> dict[str, dict[str, Any]]:
    """The compiled answers of the problems that the boxes are about, with one variant."""
    problems = [load(name) for name in sorted({part.partition("/")[0] for part in PARTS})]
    found: dict[str, dict[str, Any]] = {}
    for problem in problems:
        found |= compiled_answers(problem, (1,) if problem.variant_rule is not None else ())
    return found


def write_site(folder: Path) -> Path:
    """The page of a site with the boxes of `PARTS`."""
    write_answer_box(folder, answers())
    boxes = "\n".join(f'<h2>{part}</h2><div class="answer-box" data-part="{part}"></div>' for part in PARTS)
    page = folder / "index.html"
    page.write_text(PAGE.format(boxes=boxes), encoding="utf-8")
    return page


def box(page: Page, part: str) -> Locator:
    """The box of a part."""
    return page.locator(f'.answer-box[data-part="{part}"]')


def verdict(page: Page, part: str) -> Locator:
    """Where the verdict on a part stands, once there is one."""
    found = box(page, part).locator("[data-verdict]")
    found.wait_for(timeout=PATIENCE)
    return found


def answer(page: Page, part: str, text: str) -> tuple[str, str]:
    """The verdict on an answer that is typed into a box, and all that is said of it."""
    field = box(page, part).get_by_role("textbox", name="Your answer")
    field.fill(text)
    field.press("Control+Enter")
    found = verdict(page, part)
    return str(found.get_attribute("data-verdict")), found.inner_text()
