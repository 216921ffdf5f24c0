"""One browser for all tests here: Chromium, which has to be there."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
CURE = (
    "these tests open pages in a browser and there is none; `apt-get install chromium`, "
    "or name one: PLAYWRIGHT_CHROMIUM=/path/to/chromium"
)


def chromium_path() -> str:
    """Where the browser is; fails the test, with the cure, where there is none."""
    named = os.environ.get("PLAYWRIGHT_CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(f"{named or ', '.join(NAMES)} not found: {CURE}", pytrace=False)
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser.  Playwright allows one at a time in a thread, so that all tests share it."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()
