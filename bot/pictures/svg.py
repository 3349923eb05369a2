"""Shapes as SVG, to stand in a page. Everything people wrote is cleaned and escaped here."""

from __future__ import annotations

from html import escape

from bot.pictures.palette import style
from bot.pictures.shapes import Box, Line, Linked, Picture, Shape, Words
from prompts.text import one_line


def svg(picture: Picture, *, name: str = "picture") -> str:
    """A complete picture; colours follow the reader's light or dark, print is light.

    `name` keeps the ids of two pictures in one page apart.
    """
    return _tag(
        "svg",
        f"<style>{style()}</style>",
        _tag("title", _text(picture.title), id=f"{name}-title"),
        _tag("desc", _text(picture.description), id=f"{name}-desc"),
        *(_drawn(shape) for shape in picture.shapes),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_value(picture.width)} {_value(picture.height)}",
        width=picture.width,
        height=picture.height,
        role="img",
        class_="tl",
        aria_labelledby=f"{name}-title {name}-desc",
    )


def _drawn(shape: Shape) -> str:
    match shape:
        case Box():
            return _box(shape)
        case Line():
            ends = {"x1": shape.x1, "y1": shape.y1, "x2": shape.x2, "y2": shape.y2}
            return _tag("line", **ends, class_=f"tl-{shape.look}")
        case Words():
            return _words(shape)
        case Linked():
            tip = _tag("title", _text(shape.tip)) if shape.tip else ""
            inside = "".join(_drawn(part) for part in shape.shapes)
            return _tag("a", tip, inside, href=shape.href, tabindex="-1", class_="tl-mark")


def _box(box: Box) -> str:
    tip = [_tag("title", _text(box.tip))] if box.tip else []
    round_by = {"rx": box.radius} if box.radius else {}
    place = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    return _tag("rect", *tip, **place, **round_by, class_=f"tl-{box.look}")


def _words(words: Words) -> str:
    given: dict[str, str | float] = {"x": words.x, "y": words.y, "class_": f"tl-{words.look}"}
    if words.size != Words.size:
        given["font_size"] = words.size
    if words.bold:
        given["font_weight"] = 650
    if words.anchor != "start":
        given["text_anchor"] = words.anchor
    return _tag("text", _text(words.text), **given)


def _text(words: str) -> str:
    return escape(one_line(words))


def _tag(name: str, *children: str, **attributes: str | float) -> str:
    """An element with its (already escaped) content. `class_` and `font_size` become `class`,
    `font-size`."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_value(value))}"' for key, value in attributes.items()
    )
    content = "".join(children)
    return f"<{name}{shown}>{content}</{name}>" if content else f"<{name}{shown}/>"


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
