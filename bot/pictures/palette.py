"""The colours of pictures, light and dark, and how each kind of shape looks.

Phases hold 4.5:1 against what lies behind their numbers. No two of them, and no two severities, look alike
to somebody with protanopia, deuteranopia or tritanopia (a test simulates them after Machado, Oliveira and
Fernandes 2009); and no colour says anything that a word or number does not say too.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

PAPER = "paper"

LIGHT = {
    PAPER: "#ffffff",
    "ink": "#1b2430",
    "soft": "#566273",
    "line": "#c3cbd5",
    "faint": "#e6e9ee",
    "bar": "#a3afbd",
    "on": "#ffffff",
    "curve": "#06407f",
    "trigger": "#6b1703",
    "detection": "#bf4d02",
    "investigation": "#06407f",
    "mitigation": "#a21ccf",
    "resolution": "#277c59",
    "after": "#4a525c",
    "undetected": "#fbd3bd",
    "response": "#fdf0c2",
    "recovery": "#cfe6ee",
    "wash-undetected": "#fef4ee",
    "wash-response": "#fffbef",
    "wash-recovery": "#f2f9fb",
    "sev1": "#6b1703",
    "sev2": "#c55003",
    "sev3": "#f59a4a",
    "sev4": "#fbd3a6",
    "unsaid": "#9aa5b4",
}
DARK = {
    PAPER: "#171f28",
    "ink": "#e8edf3",
    "soft": "#a5b1c0",
    "line": "#46525f",
    "faint": "#2b3542",
    "bar": "#5d6b7d",
    "on": "#10161d",
    "curve": "#85b7ff",
    "trigger": "#f5685a",
    "detection": "#fdbc4f",
    "investigation": "#7f9fc0",
    "mitigation": "#ea7dff",
    "resolution": "#3dedac",
    "after": "#dae8fe",
    "undetected": "#6a3420",
    "response": "#57471a",
    "recovery": "#1d4a5a",
    "wash-undetected": "#261f20",
    "wash-response": "#22221f",
    "wash-recovery": "#18252f",
    "sev1": "#fff0e0",
    "sev2": "#fdbc4f",
    "sev3": "#d0700f",
    "sev4": "#7c3f10",
    "unsaid": "#5d6b7d",
}


class Look(NamedTuple):
    """The names of a shape's colours. `outline` is a box's, `dashed` and `wide` a line's."""

    fill: str
    outline: str = ""
    dashed: bool = False
    wide: bool = False


PHASES = ("trigger", "detection", "investigation", "mitigation", "resolution", "after")
SEVERITIES = ("sev1", "sev2", "sev3", "sev4", "unsaid")
_WORDS = ("ink", "soft", "on")
_BOXES = (
    *PHASES,
    *SEVERITIES,
    "bar",
    "undetected",
    "response",
    "recovery",
    "wash-undetected",
    "wash-response",
    "wash-recovery",
)
LOOKS = {name: Look(name) for name in (*_WORDS, *_BOXES)} | {
    "chip": Look(PAPER, outline="line"),
    "dot": Look("curve", outline=PAPER),
    "axis": Look("line"),
    "stem": Look("line"),
    "grid": Look("faint"),
    "moment": Look("soft", dashed=True),
    "curve": Look("curve", wide=True),
}
_LINES = frozenset({"axis", "stem", "grid", "moment", "curve"})


@cache
def style() -> str:
    """The style sheet of a picture in a page."""
    rules = "".join(f".tl .tl-{name}{{{_rule(name, look)}}}" for name, look in LOOKS.items())
    return (
        f".tl{{{_variables(LIGHT)}"
        'font:11.5px/1 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;'
        "font-variant-numeric:tabular-nums}"
        f"{rules}.tl .tl-mark:hover rect{{opacity:.8}}"
        f"@media (prefers-color-scheme:dark){{.tl{{{_variables(DARK)}}}}}"
        f"@media print{{.tl{{{_variables(LIGHT)}}}}}"
    )


def _rule(name: str, look: Look) -> str:
    if name not in _LINES:
        outline = f";stroke:var(--c-{look.outline})" if look.outline else ""
        return f"fill:var(--c-{look.fill}){outline}"
    dashes = ";stroke-dasharray:3 3" if look.dashed else ""
    wide = ";stroke-width:2;stroke-linecap:round" if look.wide else ""
    return f"stroke:var(--c-{look.fill}){dashes}{wide}"


def _variables(colours: dict[str, str]) -> str:
    return "".join(f"--c-{name}:{value};" for name, value in colours.items())
