"""What one look at an installation found."""

from __future__ import annotations

from typing import NamedTuple

APPS = "https://api.slack.com/apps"
"""Where an app's settings are."""


class Check(NamedTuple):
    """One thing looked at. `mend` is empty where nothing needs mending."""

    name: str
    ok: bool
    found: str
    mend: str = ""
