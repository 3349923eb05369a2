"""The report on many incidents as a web page that needs nothing else: one file, no scripts, no requests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from markupsafe import Markup

from prompts import Templates
from prompts.documents import PAGE, style_source
from prompts.text import one_line, safe_link

HTML, CSS = "reports/report.html.j2", "reports/report.css"
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def html(contents: Mapping[str, Any], *, wide: str = "", narrow: str = "") -> str:
    """The page. `contents` is what `bot.publishers.report.contents` makes; `wide` and `narrow` are its
    chart as SVG."""
    charts = {"wide": Markup(wide), "narrow": Markup(narrow)}  # noqa: S704 - drawn by code that escapes
    body = _templates().render(HTML, **contents, **charts)
    css = _templates().source(CSS)
    return _templates().render(
        PAGE,
        incident="Incidents",
        title=contents["label"],
        css=Markup(css),  # noqa: S704 - our own file
        body=Markup(body),  # noqa: S704 - escaped when it was rendered
        style_hashes=[style_source(style) for style in dict.fromkeys([css, *_STYLE.findall(body)])],
    )


@cache
def _templates() -> Templates:
    return Templates(filters={"one_line": one_line, "safe_link": safe_link})
