"""What a picture is made of: a few kinds of shapes in pixels, from back to front.

`look` names how a shape looks; `palette` knows the colours. Words are plain text: who draws escapes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Box:
    """A rectangle, its corners rounded by `radius`. `tip` shows where a reader can hover."""

    x: float
    y: float
    width: float
    height: float
    look: str
    radius: float = 0.0
    tip: str = ""

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    look: str


@dataclass(frozen=True)
class Words:
    """One line of text. `y` is its baseline, `size` its height in pixels."""

    x: float
    y: float
    text: str
    look: str
    size: float = 11.5
    bold: bool = False
    anchor: Anchor = "start"


@dataclass(frozen=True)
class Linked:
    """Shapes that lead somewhere in a page; a picture without a page shows them all the same."""

    href: str
    shapes: tuple[Box | Line | Words, ...]
    tip: str = ""


Shape = Box | Line | Words | Linked


@dataclass(frozen=True)
class Picture:
    """Shapes in a frame, with what somebody hears who cannot see them."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: str
    description: str

    def flat(self) -> tuple[Box | Line | Words, ...]:
        """All shapes, those within links too."""
        return tuple(
            part
            for shape in self.shapes
            for part in (shape.shapes if isinstance(shape, Linked) else (shape,))
        )
