"""Answer boxes on a page that is opened from a file: judged in the page, by keyboard, and said to everyone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from box_site import PARTS, answer, box, verdict, write_site
from playwright.sync_api import Browser, Page

from verify.solution.answer_box import read_answers
from verify.solution.npm import packages

B = "rnn_backprop/b"
LONG = r"u_3 + \sum_{i=1}^{400}\sum_{j=1}^{400}\Gamma(i j w^2+1/3)"
"""Two hundred thousand evaluations of a gamma function at every point."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a site on disk."""
    return write_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def page(site: Path, chromium: Browser) -> Iterator[Page]:
    """The page opened from its file; all that it asks for is written down."""
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    opened = context.new_page()
    opened.asked_for = []  # type: ignore[attr-defined]
    opened.on("request", lambda request: opened.asked_for.append(request.url))  # type: ignore[attr-defined]
    opened.faults = []  # type: ignore[attr-defined]
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))  # type: ignore[attr-defined]
    opened.on("console", lambda said: opened.faults.append(said.text) if said.type == "error" else None)  # type: ignore[attr-defined]
    opened.goto(site.as_uri())
    yield opened
    assert opened.faults == []  # type: ignore[attr-defined]
    context.close()


def test_nothing_of_the_checker_is_loaded_before_a_box_is_used(site: Path, chromium: Browser) -> None:
    asked_for: list[str] = []
    opened = chromium.new_page()
    opened.on("request", lambda request: asked_for.append(request.url))
    opened.goto(site.as_uri())
    box(opened, B).get_by_role("textbox", name="Your answer").wait_for()
    assert not [address for address in asked_for if "pyodide" in address]
    opened.close()


def test_while_the_checker_is_loaded_the_page_says_so(site: Path, chromium: Browser) -> None:
    opened = chromium.new_page()
    opened.goto(site.as_uri())
    field = box(opened, B).get_by_role("textbox", name="Your answer")
    field.fill("u3")
    field.press("Enter")
    bar = box(opened, B).get_by_role("progressbar")
    bar.wait_for()
    assert bar.get_attribute("aria-label")
    assert box(opened, B).locator("[data-verdict]").count() == 0
    opened.close()


@pytest.mark.parametrize("text", ["u3 + 2*w*u2 + 3*w^2*u1", r"u_3 + 2 w u_2 + 3 w^{2} u_{1}", "u₃ + w·(2u₂ + 3w·u₁)"])
def test_a_right_answer_is_accepted_however_it_is_written(page: Page, text: str) -> None:
    found, said = answer(page, B, text)
    assert found == "proved"
    assert "Accepted" in said


def test_a_known_mistake_is_refuted_with_its_feedback(page: Page, site: Path) -> None:
    mistake = read_answers(site.parent)[B]["mistakes"][0]
    found, said = answer(page, B, mistake["wrong"])
    assert found == "refuted"
    assert "Not accepted" in said
    assert mistake["feedback"] in said


def test_a_formula_in_feedback_is_shown_as_text(page: Page, site: Path) -> None:
    part = "kernelized_attention/c.time"
    feedback = "The values have $M$ components, which are mixed for every pair."
    assert feedback in [mistake["feedback"] for mistake in read_answers(site.parent)[part]["mistakes"]]
    found, said = answer(page, part, "O(N^2*D)")
    assert found == "refuted"
    assert feedback.replace("$", "") in said


def test_a_wrong_answer_is_refuted_by_numbers_that_prove_it(page: Page) -> None:
    found, said = answer(page, B, "u3 + 2*w*u2 + 3*w^2*u1 + 1/1000")
    assert found == "refuted"
    assert "yours is" in said
    assert "the reference" in said
    assert "w^2" not in said


def test_a_caret_stands_below_what_could_not_be_read(page: Page) -> None:
    found, said = answer(page, B, "u3 + 2*w*v2")
    assert found == "unreadable"
    assert "did you mean u2?" in said
    shown = box(page, B).locator("pre").inner_text().split("\n")
    assert shown[0].index("v2") == shown[1].index("^")


def test_a_caret_counts_characters_beyond_the_basic_plane_as_one(page: Page) -> None:
    answer(page, B, "u3 + 2*w*u2 + 3*w^2*u1 + 𝕏")
    line, caret = box(page, B).locator("pre").inner_text().split("\n")
    assert list(line).index("𝕏") == caret.index("^")


def test_an_answer_is_shown_as_text_and_never_run(page: Page) -> None:
    found, said = answer(page, B, "<img src=x onerror=document.title='run'>")
    assert found == "unreadable"
    assert "<img" in said
    assert page.title() == "Boxes"


def test_rows_of_a_matrix_may_be_typed_on_lines_of_their_own(page: Page) -> None:
    assert answer(page, "transpose_conv/a", "[[-1, 3, -2],\n [3, -3, 1],\n [0, 3, 1]]")[0] == "proved"
    found, said = answer(page, "transpose_conv/a", "[[-1, 3], [3, -3]]")
    assert found == "refuted"
    assert "3x3" in said


def test_an_option_is_chosen_by_its_label(page: Page) -> None:
    part = "kernelized_attention/a"
    box(page, part).get_by_role("radio", name="B:").check()
    box(page, part).get_by_role("button").click()
    assert verdict(page, part).get_attribute("data-verdict") == "refuted"
    box(page, part).get_by_role("radio", name="D:").check()
    assert box(page, part).locator("[data-verdict]").count() == 0
    box(page, part).get_by_role("button").click()
    assert verdict(page, part).get_attribute("data-verdict") == "proved"


def test_several_options_are_marked_and_none_is_unreadable(page: Page) -> None:
    part = "argmax_attention/b.learners"
    box(page, part).get_by_role("button").click()
    assert verdict(page, part).get_attribute("data-verdict") == "unreadable"
    for option in box(page, part).get_by_role("checkbox").all():
        option.check()
    box(page, part).get_by_role("button").click()
    said = verdict(page, part)
    assert said.get_attribute("data-verdict") == "refuted"
    assert "credit" in said.inner_text()


def test_a_box_is_used_by_keyboard_alone(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.closest('.answer-box')?.dataset.part") != B:
        page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Control+A")
    page.keyboard.type("u3")
    page.keyboard.press("Enter")
    assert verdict(page, B).get_attribute("data-verdict") == "refuted"
    assert page.evaluate("document.activeElement.value") == "u3"


def test_a_verdict_is_said_aloud_and_what_is_expected_belongs_to_the_field(page: Page) -> None:
    field = box(page, B).get_by_role("textbox", name="Your answer")
    hint = page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert hint.inner_text() == "Expected: an expression in w, u1, u2, u3."
    live = box(page, B).locator(".answer-box-verdict")
    assert (live.get_attribute("role"), live.get_attribute("aria-live")) == ("status", "polite")


def test_a_verdict_goes_when_the_answer_changes(page: Page) -> None:
    answer(page, B, "u3")
    box(page, B).get_by_role("textbox", name="Your answer").press_sequentially("+")
    assert box(page, B).locator("[data-verdict]").count() == 0


def test_a_verdict_stays_while_another_box_is_used(page: Page) -> None:
    answer(page, B, "u3")
    answer(page, "rnn_backprop/a.y", "u3")
    assert box(page, B).locator("[data-verdict='refuted']").count() == 1


def test_with_the_numbers_of_a_variant_its_own_answer_counts(page: Page, site: Path) -> None:
    part = "conv_filter_solve/a"
    variant = read_answers(site.parent)[f"{part} (variant 1)"]["reference"]
    assert answer(page, part, "[2, -1, 3]")[0] == "proved"
    page.evaluate("document.documentElement.dataset.numbers = '1'")
    assert box(page, part).locator("[data-verdict]").count() == 0
    assert answer(page, part, "[2, -1, 3]")[0] == "refuted"
    assert answer(page, part, f"[{', '.join(row[0] for row in variant)}]")[0] == "proved"
    page.evaluate("document.documentElement.dataset.numbers = 'homework'")


def test_a_check_that_takes_too_long_is_ended_and_the_next_one_is_answered(page: Page) -> None:
    page.evaluate("window.proofsetBoxes.seconds = 0.3")
    found, said = answer(page, B, LONG)
    assert found == "undecided"
    assert "Budget exceeded: the check took longer than 0.3 s" in said
    page.evaluate("window.proofsetBoxes.seconds = 10")
    assert answer(page, B, "u3 + 2*w*u2 + 3*w^2*u1")[0] == "proved"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", ["u3 + 2*w*u2 + 3*w^2*u1", "u3", "u3 +"])
def test_boxes_and_verdicts_are_accessible(page: Page, scheme: str, text: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    answer(page, B, text)
    if not page.evaluate("'axe' in window"):
        page.evaluate((packages() / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({ preload: false })")
    assert any(passed["id"] == "color-contrast" for passed in found["passes"])
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []


def test_no_box_is_wider_than_a_phone(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_page_asks_for_nothing_but_its_own_files(page: Page, site: Path) -> None:
    answer(page, B, "u3")
    addresses = [address for address in page.asked_for if not address.startswith(("blob:", "data:"))]  # type: ignore[attr-defined]
    assert len(addresses) > len(PARTS)
    assert all(address.startswith(site.parent.as_uri()) for address in addresses)


def test_without_its_files_a_box_decides_nothing_and_says_what_to_do(
    site: Path, chromium: Browser, tmp_path: Path
) -> None:
    for path in (site, *(site.parent / "_static" / "answer_box").iterdir()):
        copy = tmp_path / path.relative_to(site.parent)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    opened = chromium.new_page()
    opened.goto((tmp_path / "index.html").as_uri())
    found, said = answer(opened, B, "u3 + 2*w*u2 + 3*w^2*u1")
    assert found == "undecided"
    assert "could not be loaded" in said
    assert "verify serve" in said
    assert "Accepted" not in said
    opened.close()
