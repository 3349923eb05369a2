"""Where the shapes of a picture lie, and whether any covers another."""

from __future__ import annotations

from itertools import combinations

from bot.pictures.letters import width
from bot.pictures.shapes import Box, Line, Linked, Picture, Words

Edges = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def edges(shape: Box | Line | Words) -> Edges:
    """What a shape covers. A line of text reaches from its ascenders to a little below its baseline."""
    match shape:
        case Box():
            return shape.x, shape.y, shape.right, shape.bottom
        case Line():
            return (
                min(shape.x1, shape.x2),
                min(shape.y1, shape.y2),
                max(shape.x1, shape.x2),
                max(shape.y1, shape.y2),
            )
        case Words():
            wide = width(shape.text, shape.size, bold=shape.bold)
            left = shape.x - {"start": 0.0, "middle": wide / 2, "end": wide}[shape.anchor]
            return left, shape.y - 0.75 * shape.size, left + wide, shape.y + 0.2 * shape.size


def outside(picture: Picture) -> list[Box | Line | Words]:
    """The shapes that reach out of the frame."""
    found = []
    for shape in picture.flat():
        left, top, right, bottom = edges(shape)
        if left < -0.5 or top < -0.5 or right > picture.width + 0.5 or bottom > picture.height + 0.5:
            found.append(shape)
    return found


def texts_that_collide(picture: Picture) -> list[tuple[str, str]]:
    """Pairs of texts of which one covers the other."""
    words = [shape for shape in picture.flat() if isinstance(shape, Words)]
    return [(one.text, other.text) for one, other in combinations(words, 2) if meet(edges(one), edges(other))]


def marks(picture: Picture) -> list[Linked]:
    """The marks of a timeline."""
    return [shape for shape in picture.shapes if isinstance(shape, Linked)]


def marks_that_collide(picture: Picture) -> list[tuple[str, str]]:
    """Pairs of marks, labels included, of which one covers the other."""
    return [
        (one.href, other.href)
        for one, other in combinations(marks(picture), 2)
        if any(meet(edges(a), edges(b)) for a in one.shapes for b in other.shapes)
    ]


def meet(one: Edges, other: Edges) -> bool:
    """Whether two areas share more than an edge."""
    return (
        one[0] < other[2] - 0.1
        and other[0] < one[2] - 0.1
        and one[1] < other[3] - 0.1
        and other[1] < one[3] - 0.1
    )


def said(picture: Picture) -> list[str]:
    """All texts, in the order they are drawn."""
    return [shape.text for shape in picture.flat() if isinstance(shape, Words)]


def boxes(picture: Picture, look: str) -> list[Box]:
    """The boxes that look so."""
    return [shape for shape in picture.flat() if isinstance(shape, Box) and shape.look == look]


def lines(picture: Picture, look: str) -> list[Line]:
    """The lines that look so."""
    return [shape for shape in picture.flat() if isinstance(shape, Line) and shape.look == look]
