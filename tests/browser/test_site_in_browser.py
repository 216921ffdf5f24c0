"""The site in a browser: search, colour schemes, phones, the keyboard, accessibility, and what is requested."""

import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page

from verify.server.app import POLICY
from verify.solution.npm import packages

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tests" / "solution"))

import site_example  # noqa: E402 (beside the tests of the pages)

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with figures, variants, wide matrices and all the documents of the project."""
    folder = tmp_path_factory.mktemp("browsed") / "site"
    names = ("rnn_backprop", "beam_search")
    editions = [site_example.example(), *map(site_example.edition, names)]
    site_example.write(editions, folder, documents=ROOT / "docs")
    return folder


class Handler(SimpleHTTPRequestHandler):
    """Serves the site with the policy of `verify serve`, and writes nothing."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    """The address of the site on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(site)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def opened(browser: Browser, address: str, **settings: Any) -> Page:
    page = browser.new_context(**{"viewport": DESK, **settings}).new_page()
    page.goto(address)
    return page


def pages(site: Path) -> list[str]:
    found = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html") if "_static" not in path.parts)
    assert len(found) > 25
    return found


# Search ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["served", "from a file"])
def test_search_finds_a_page(chromium: Browser, site: Path, served: str, where: str) -> None:
    start = served if where == "served" else site.as_uri()
    page = opened(chromium, f"{start}/index.html")
    page.locator("input.sidebar-search").fill("backpropagation")
    page.keyboard.press("Enter")
    found = page.locator("#search-results a", has_text="Backpropagation through a linear recurrent network").first
    found.wait_for()
    found.click()
    assert urlparse(page.url).path.endswith("/solutions/rnn_backprop.html")
    page.context.close()


def test_search_finds_nothing_for_a_word_that_no_page_has(chromium: Browser, site: Path) -> None:
    page = opened(chromium, f"{site.as_uri()}/search.html?q=xylophone")
    page.locator(".search-summary", has_text="did not match any documents").wait_for()
    assert page.locator("#search-results li").count() == 0
    page.context.close()


# Light and dark -------------------------------------------------------------------------------------------------------


def shown_figures(page: Page) -> list[str]:
    """The files of the figures that are seen, each loaded."""
    found = page.locator("article figure img:visible")
    for image in found.all():
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.decode()")
    return [str(image.get_attribute("src")) for image in found.all()]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_figure_for_the_colour_scheme_is_shown(chromium: Browser, site: Path, scheme: str) -> None:
    page = opened(chromium, f"{site.as_uri()}/solutions/rnn_backprop.html", color_scheme=scheme)
    assert shown_figures(page) == [f"../figures/rnn_backprop-weight_of_an_input-{scheme}.svg"]
    page.context.close()


def test_the_choice_of_the_reader_outweighs_the_system(chromium: Browser, site: Path) -> None:
    page = opened(chromium, f"{site.as_uri()}/solutions/example_problem.html", color_scheme="light")
    button = page.locator(".theme-toggle-content button")
    for _ in range(3):
        if page.locator("body").get_attribute("data-theme") == "dark":
            break
        button.click()
    assert page.locator("body").get_attribute("data-theme") == "dark"
    assert shown_figures(page) == ["../figures/example_problem-parabola-dark.svg"]
    page.context.close()


# Phones ---------------------------------------------------------------------------------------------------------------

WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


def too_wide(page: Page) -> bool:
    scrolled, seen = page.evaluate(WIDTHS)
    return bool(scrolled > seen)


def test_no_page_is_wider_than_a_phone(chromium: Browser, site: Path) -> None:
    page = opened(chromium, site.as_uri() + "/index.html", viewport=PHONE)
    for name in pages(site):
        page.goto(f"{site.as_uri()}/{name}")
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        assert not too_wide(page), name
    page.set_content('<p style="width: 500px">wide</p>')
    assert too_wide(page)
    page.context.close()


def test_wide_mathematics_scrolls_in_its_own_box_and_by_keyboard(chromium: Browser, site: Path) -> None:
    page = opened(chromium, f"{site.as_uri()}/solutions/rnn_backprop.html", viewport=PHONE)
    wide = "boxes => boxes.filter(box => box.scrollWidth > box.clientWidth + 1).length"
    boxes = page.locator("article .scrolls:visible")
    assert boxes.evaluate_all(wide) >= 1
    stops = page.locator("article .scrolls[tabindex='0']:visible")
    assert stops.count() == boxes.evaluate_all(wide)
    box = stops.first
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=box.element_handle())
    page.context.close()


# Numbers and evidence -------------------------------------------------------------------------------------------------


def test_the_choice_of_numbers_changes_every_worked_line(chromium: Browser, site: Path) -> None:
    page = opened(chromium, f"{site.as_uri()}/solutions/rnn_backprop.html")
    part = page.locator("[id='a.t']")
    before = part.locator(".numbers:visible").inner_text()
    assert part.locator(".numbers:visible").count() == 1
    page.get_by_label("Numbers:").select_option("variant 2")
    assert part.locator(".numbers:visible").count() == 1
    assert part.locator(".numbers:visible").get_attribute("data-numbers") == "2"
    assert part.locator(".numbers:visible").inner_text() != before
    page.get_by_label("Numbers:").select_option("the homework’s")
    assert part.locator(".numbers:visible").inner_text() == before
    page.context.close()


def test_without_scripts_other_numbers_unfold(chromium: Browser, site: Path) -> None:
    page = opened(chromium, f"{site.as_uri()}/solutions/rnn_backprop.html", java_script_enabled=False)
    assert page.locator(".numbers-switch").is_hidden()
    part = page.locator("[id='a.t']")
    fold = part.locator("details.variant").first
    inside = fold.locator(".scrolls").first
    assert inside.is_hidden()
    fold.locator("summary").click()
    assert inside.is_visible()
    page.context.close()


def test_solutions_can_be_hidden_shown_one_by_one_and_stay_hidden_on_the_next_page(
    chromium: Browser, served: str
) -> None:
    page = opened(chromium, f"{served}/solutions/rnn_backprop.html")
    solutions = page.locator("section.part > .solution:visible")
    assert solutions.count() == page.locator("section.part").count()
    page.get_by_label("Hide the solutions").check()
    assert solutions.count() == 0
    page.get_by_role("button", name="Show the solution of (b)").click()
    assert solutions.count() == 1
    page.goto(f"{served}/solutions/beam_search.html")
    assert solutions.count() == 0


def test_a_verdict_unfolds_to_its_evidence_by_keyboard(chromium: Browser, site: Path) -> None:
    page = opened(chromium, f"{site.as_uri()}/solutions/rnn_backprop.html")
    badge = page.locator("[id='b'] details.badge").first
    evidence = badge.locator("dl.evidence")
    assert evidence.is_hidden()
    badge.locator("summary").focus()
    page.keyboard.press("Enter")
    assert evidence.is_visible()
    assert "rnn_backprop/b/step-1" in evidence.inner_text()
    page.context.close()


def test_the_first_stop_of_the_keyboard_leads_to_the_content(chromium: Browser, site: Path) -> None:
    page = opened(chromium, f"{site.as_uri()}/solutions/rnn_backprop.html")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.inner_text() == "Skip to content"
    page.wait_for_function("document.activeElement.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.url.endswith("#furo-main-content")
    page.context.close()


# Requests -------------------------------------------------------------------------------------------------------------


def foreign(addresses: list[str], host: str) -> list[str]:
    return [address for address in addresses if urlparse(address).scheme != "data" and not address.startswith(host)]


def test_no_request_leaves_the_host_and_a_strict_policy_refuses_nothing(
    chromium: Browser, site: Path, served: str
) -> None:
    page = chromium.new_context(viewport=DESK).new_page()
    requested: list[str] = []
    failed: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in pages(site):
        page.goto(f"{served}/{name}")
        page.evaluate("document.fonts.ready")
    assert len(requested) > len(pages(site))
    assert foreign(requested, served) == []
    assert failed == []
    assert said == []
    page.context.close()


def test_a_request_that_leaves_the_host_or_an_inline_script_would_be_noticed(chromium: Browser, served: str) -> None:
    page = opened(chromium, f"{served}/index.html")
    requested: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "1";
          document.body.append(script);
          document.body.insertAdjacentHTML("beforeend", '<img src="http://elsewhere.invalid/x.png">');
        }"""
    )
    page.wait_for_timeout(200)
    assert any("inline" in text for text in said)
    assert any("elsewhere.invalid" in text for text in [*said, *requested])
    page.context.close()


# Accessibility --------------------------------------------------------------------------------------------------------

AXE = "axe-core/axe.min.js"
EXAMINED = (
    "index.html",
    "solutions/rnn_backprop.html",
    "solutions/example_problem.html",
    "coverage.html",
    "reference/json.html",
    "reference/api.html",
    "search.html",
)


def violations(page: Page) -> list[str]:
    """What axe finds that is serious or critical, with the elements."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate((packages() / AXE).read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_page_has_a_serious_fault_of_accessibility(chromium: Browser, site: Path, scheme: str) -> None:
    page = opened(chromium, site.as_uri() + "/index.html", color_scheme=scheme)
    for name in EXAMINED:
        page.goto(f"{site.as_uri()}/{name}")
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        page.evaluate("document.fonts.ready")
        assert violations(page) == [], name
    page.context.close()


def test_a_phone_shows_no_serious_fault_of_accessibility(chromium: Browser, site: Path) -> None:
    page = opened(chromium, f"{site.as_uri()}/solutions/rnn_backprop.html", viewport=PHONE)
    assert violations(page) == []
    page.context.close()


def test_faults_of_accessibility_are_noticed(chromium: Browser, site: Path) -> None:
    page = opened(chromium, f"{site.as_uri()}/solutions/example_problem.html")
    page.evaluate("document.querySelectorAll('figure img').forEach(image => image.removeAttribute('alt'))")
    page.evaluate("document.querySelectorAll('.prompt p').forEach(text => { text.style.color = '#ccc' })")
    found = " ".join(violations(page))
    assert "image-alt" in found
    assert "color-contrast" in found
    page.context.close()


def test_headings_are_in_order(chromium: Browser, site: Path) -> None:
    page = opened(chromium, site.as_uri() + "/index.html")
    for name in pages(site):
        page.goto(f"{site.as_uri()}/{name}")
        levels = page.locator("article :is(h1, h2, h3, h4, h5, h6)").evaluate_all(
            "headings => headings.map(heading => Number(heading.tagName[1]))"
        )
        if name not in ("search.html",):
            assert levels[0] == 1, name
            assert levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), (name, levels)
    page.context.close()
