"""The same shapes as SVG and as PNG: well formed, safe, readable for everybody."""

from __future__ import annotations

import math
from io import BytesIO
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from PIL import Image

from bot.pictures.letters import can_draw, cut, legible, width, wrapped
from bot.pictures.palette import DARK, LIGHT, LOOKS, PAPER, PHASES, SEVERITIES
from bot.pictures.png import SCALE, png
from bot.pictures.shapes import Box, Line, Linked, Picture, Words
from bot.pictures.svg import svg
from bot.pictures.timeline import Told, across, card
from tests.publishers.hostile import TEXTS
from tests.publishers.sample import timeline, times

SVG = "{http://www.w3.org/2000/svg}"


def a_picture(text: str = "Words") -> Picture:
    shapes = (
        Box(10, 10, 50, 20, "sev1", radius=4, tip=text),
        Line(0, 40, 100, 40, "moment"),
        Linked("#t1", (Box(10, 50, 20, 20, "chip"), Words(20, 64, text, "ink", anchor="middle"))),
    )
    return Picture(120, 90, shapes, title=text, description=text)


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_svg_is_well_formed_whatever_people_wrote(text: str) -> None:
    """Nothing of it becomes an element, an attribute or a script."""
    root = ElementTree.fromstring(svg(a_picture(text)))
    allowed = {"svg", "style", "title", "desc", "rect", "line", "text", "a"}
    assert {part.tag.removeprefix(SVG) for part in root.iter()} <= allowed
    assert {part.get("href") for part in root.iter(f"{SVG}a")} == {"#t1"}
    assert not [key for part in root.iter() for key in part.attrib if key.startswith("on")]


def test_svg_speaks_to_who_cannot_see_it() -> None:
    """Role, title and description, under ids of their own."""
    picture = across(Told(times(), timeline()))
    assert picture is not None
    root = ElementTree.fromstring(svg(picture, name="wide"))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "wide-title wide-desc")
    assert root.findtext(f"{SVG}title") == picture.title
    assert root.findtext(f"{SVG}desc") == picture.description


def test_a_png_has_the_size_of_its_layout() -> None:
    """A valid file that any viewer opens, small enough to load on a phone."""
    picture = card(
        Told(times(), timeline(), [entry.at for entry in timeline()]), heading="INC-7", facts=("SEV2",)
    )
    assert picture is not None
    content = png(picture)
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(content) < 150_000
    with Image.open(BytesIO(content)) as image:
        image.load()
        assert image.size == (round(picture.width * SCALE), round(picture.height * SCALE))
        assert len(image.getcolors(256) or ()) > 8


def test_the_same_picture_is_the_same_bytes() -> None:
    """So that a retry finds the file that is there."""
    assert png(a_picture()) == png(a_picture())


@settings(max_examples=15, deadline=None)
@given(TEXTS)
def test_a_png_is_drawn_whatever_people_wrote(text: str) -> None:
    """What the font does not know is left away before it is drawn."""
    assert png(a_picture(legible(text)))


def test_letters_of_many_languages_can_be_drawn() -> None:
    """Latin with all its accents, Greek and Cyrillic; other scripts leave the words away."""
    for text in ("Überlastung – größer als 5 µs", "Řízení čekalo", "ещё раз", "Ελλάδα", "“quotes” … 95 %"):
        assert all(can_draw(char) or char == " " for char in text)
        assert legible(text) == text
    assert legible("日本語のメッセージ") == ""
    assert legible("Rolled back 🎉 now") == "Rolled back now"


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_text_is_cut_to_its_room(text: str) -> None:
    """In one line or several, whatever the words."""
    shown = legible(text)
    assert width(cut(shown, 90, 12), 12) <= 90
    rows = wrapped(shown, 120, 12, lines=2)
    assert len(rows) <= 2
    assert all(width(row, 12) <= 120 for row in rows)


def test_every_look_has_its_colours_in_the_light_and_in_the_dark() -> None:
    """No shape is left without one."""
    assert LIGHT.keys() == DARK.keys()
    named = {colour for look in LOOKS.values() for colour in (look.fill, look.outline) if colour}
    assert named <= LIGHT.keys()


_SEEN = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB."""


def _linear(colour: str) -> tuple[float, ...]:
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return tuple(s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _as_seen(colour: str, eyes: str) -> tuple[float, float, float]:
    """CIE L*a*b* of what somebody sees."""
    rgb = _linear(colour)
    r, g, b = (sum(m * c for m, c in zip(row, rgb, strict=True)) for row in _SEEN[eyes])
    x, y, z = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    )
    fx, fy, fz = (max(t, 0.0) ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("eyes", _SEEN)
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("names", [PHASES, SEVERITIES], ids=["phases", "severities"])
def test_no_two_colours_look_alike_to_anybody(
    names: tuple[str, ...], colours: dict[str, str], eyes: str
) -> None:
    """At least 12 apart in L*a*b*, where 2 is just noticeable."""
    seen = {name: _as_seen(colours[name], eyes) for name in names}
    close = [(a, b) for a, b in combinations(names, 2) if math.dist(seen[a], seen[b]) < 12]
    assert close == []


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_words_stand_out_from_what_lies_behind_them(colours: dict[str, str]) -> None:
    """WCAG AA, 4.5:1: numbers on their marks, names on their bands, captions on paper."""
    pairs = [("on", phase) for phase in PHASES]
    pairs += [("ink", band) for band in ("undetected", "response", "recovery", PAPER)]
    pairs += [("soft", PAPER)]
    pairs += [("soft", f"wash-{band}") for band in ("undetected", "response", "recovery")]
    assert [pair for pair in pairs if _contrast(colours[pair[0]], colours[pair[1]]) < 4.5] == []
