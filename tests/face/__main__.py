"""`make browser`: see to it that there is a browser for the tests of the page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.face.browser import NoBrowser, chromium

DEBIAN = ("apt-get update", "apt-get install --yes --no-install-recommends chromium")
PLAYWRIGHT = (f"{sys.executable} -m playwright install --with-deps chromium",)


def main() -> None:
    """Look for one; else install Debian's where that can be done, else Playwright's own."""
    if found():
        return
    is_debian = shutil.which("apt-get") is not None and os.geteuid() == 0
    for commands in (DEBIAN, PLAYWRIGHT) if is_debian else (PLAYWRIGHT,):
        if all(subprocess.run(line.split(), check=False).returncode == 0 for line in commands) and found():
            return
    raise SystemExit("No browser could be installed. Chromium or Chrome on the PATH is all that is needed.")


def found() -> bool:
    """Whether a browser starts; says which."""
    try:
        with chromium() as browser:
            sys.stdout.write(f"The page is tested with Chromium {browser.version}.\n")
            return True
    except NoBrowser:
        return False


if __name__ == "__main__":
    main()
