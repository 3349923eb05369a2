"""Shapes as a PNG, for where no SVG is shown. Always light: nobody knows what it will lie on."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from bot.pictures.letters import font
from bot.pictures.palette import LIGHT, LOOKS, PAPER
from bot.pictures.shapes import Box, Line, Picture, Words

SCALE = 2.5
"""Pixels of the file for one of the layout: phones show it at its size, sharp."""
_FINER = 2
"""Drawn so much larger and then reduced, for smooth edges."""
_COLOURS = 128
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}
_DASH = 3.0


def png(picture: Picture) -> bytes:
    """The picture as the bytes of a PNG file."""
    zoom = SCALE * _FINER
    size = (round(picture.width * zoom), round(picture.height * zoom))
    image = Image.new("RGB", size, LIGHT[PAPER])
    draw = ImageDraw.Draw(image)
    for shape in picture.flat():
        match shape:
            case Box():
                _box(draw, shape, zoom)
            case Line():
                _line(draw, shape, zoom)
            case Words():
                _words(draw, shape, zoom)
    small = image.reduce(_FINER).quantize(_COLOURS, dither=Image.Dither.NONE)
    out = BytesIO()
    small.save(out, "PNG")
    return out.getvalue()


def _box(draw: ImageDraw.ImageDraw, box: Box, zoom: float) -> None:
    if box.width <= 0 or box.height <= 0:
        return
    look = LOOKS[box.look]
    corners = [
        round(box.x * zoom),
        round(box.y * zoom),
        max(round(box.x * zoom), round(box.right * zoom) - 1),
        max(round(box.y * zoom), round(box.bottom * zoom) - 1),
    ]
    outline = LIGHT[look.outline] if look.outline else None
    draw.rounded_rectangle(corners, box.radius * zoom, LIGHT[look.fill], outline, round(zoom))


def _line(draw: ImageDraw.ImageDraw, line: Line, zoom: float) -> None:
    look = LOOKS[line.look]
    thick = round(zoom * (2 if look.wide else 1))
    length = max(abs(line.x2 - line.x1), abs(line.y2 - line.y1))
    steps = max(1, int(length / _DASH)) if look.dashed else 1
    for step in range(0, steps, 2):
        ends = (step / steps, min(1.0, (step + 1) / steps))
        dash = [(_between(line.x1, line.x2, at) * zoom, _between(line.y1, line.y2, at) * zoom) for at in ends]
        draw.line(dash, fill=LIGHT[look.fill], width=thick)


def _between(one: float, other: float, share: float) -> float:
    return one + (other - one) * share


def _words(draw: ImageDraw.ImageDraw, words: Words, zoom: float) -> None:
    fill = LIGHT[LOOKS[words.look].fill]
    used = font(words.size * zoom, bold=words.bold)
    draw.text(
        (words.x * zoom, words.y * zoom), words.text, fill=fill, font=used, anchor=_ANCHORS[words.anchor]
    )
