"""A headless Chromium: Playwright's own, or one that the system has."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

REQUIRED = "BROWSER_TESTS"
"""Set to `required`, no browser is a failure and not a reason to skip: what `.ci/run` and the workflow do."""
SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",  # CI runs as root, and only pages of our own are opened
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
MISSING = (
    "There is no browser to test the page with. `make browser` installs one; "
    "without it everything but tests/face is tested."
)


class NoBrowser(Exception):
    """Nothing on this machine shows pages."""


def is_required() -> bool:
    """Whether a missing browser is a failure."""
    return os.environ.get(REQUIRED) == "required"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for as long as it is needed.

    Raises:
        NoBrowser: there is none.
    """
    with sync_playwright() as playwright:
        browser = _launched(playwright)
        yield browser
        browser.close()


def _launched(playwright: Playwright) -> Browser:
    paths = [None, *(path for name in SYSTEM if (path := shutil.which(name)))]
    for path in paths:
        try:
            return playwright.chromium.launch(executable_path=path, args=QUIET)
        except Error:
            continue
    raise NoBrowser(MISSING)
