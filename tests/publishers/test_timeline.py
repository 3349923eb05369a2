"""A timeline can be drawn of anything, and nothing in it covers anything else."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.postmortem import Moment, Phase, TimelineEntry, Times
from bot.publishers.timeline import timeline_svg
from bot.publishers.timeline.marks import LANES, place
from bot.publishers.timeline.scale import Scale, stretch
from tests.publishers.hostile import TEXTS
from tests.publishers.sample import clock, timeline, times

START = clock("13:00:00")
SVG = "{http://www.w3.org/2000/svg}"


def _entries(*offsets: timedelta, text: str = "something") -> tuple[TimelineEntry, ...]:
    return tuple(
        TimelineEntry(at=START + offset, phase=Phase.MITIGATION, text=text, evidence=(1,))
        for offset in sorted(offsets)
    )


def _drawn(
    life: Times, entries: tuple[TimelineEntry, ...], spoken: tuple[datetime, ...] = (), *, width: int = 960
) -> ElementTree.Element:
    return ElementTree.fromstring(timeline_svg(life, entries, spoken, width=width))


def _of(root: ElementTree.Element, tag: str, look: str) -> list[ElementTree.Element]:
    return [part for part in root.iter(f"{SVG}{tag}") if look in part.get("class", "").split()]


def test_nothing_to_draw_is_no_picture() -> None:
    """Without a single time there is nothing to show."""
    assert timeline_svg(Times(), (), ()) == ""


def test_phases_events_and_messages_are_drawn() -> None:
    """Three bands between four moments, a mark an entry, bars for the messages."""
    root = _drawn(times(), timeline(), tuple(entry.at for entry in timeline()))
    assert [look for look in ("tl-undetected", "tl-response", "tl-recovery") if _of(root, "rect", look)] == [
        "tl-undetected",
        "tl-response",
        "tl-recovery",
    ]
    assert [mark.get("href") for mark in _of(root, "a", "tl-mark")] == [f"#t{n}" for n in range(1, 15)]
    assert _of(root, "rect", "tl-bar")


def test_a_picture_describes_itself() -> None:
    """Who cannot see it hears when what began, and how much there is."""
    root = _drawn(times(), timeline())
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Timeline of the incident, 2026-11-21"
    description = root.findtext(f"{SVG}desc") or ""
    assert "detected 2026-11-21 14:01 UTC after 6 min" in description
    assert "14 numbered events" in description


@pytest.mark.parametrize(
    ("first", "last", "title"),
    [
        ("started", "detected", "Undetected"),
        ("started", "mitigated", "Response"),
        ("started", "resolved", "Incident"),
        ("detected", "resolved", "Response"),
        ("mitigated", "resolved", "Recovery"),
    ],
)
def test_a_band_is_named_by_the_moments_that_are_known(first: str, last: str, title: str) -> None:
    """Where detection or mitigation is unknown, no band claims to know them."""
    known = {first: Moment(at=START), last: Moment(at=START + timedelta(hours=2))}
    root = _drawn(Times.model_validate(known), ())
    assert [band.text for band in _of(root, "text", "tl-band")] == [f"{title} 2 h"]


def test_moments_out_of_order_draw_no_band() -> None:
    """A mitigation noted before the detection does not turn time around."""
    life = Times(detected=Moment(at=START + timedelta(hours=1)), mitigated=Moment(at=START))
    assert not _of(_drawn(life, ()), "text", "tl-band")


@pytest.mark.parametrize("count", [0, 1, 2, 200])
@pytest.mark.parametrize("span", [timedelta(0), timedelta(seconds=8), timedelta(hours=6), timedelta(weeks=3)])
@pytest.mark.parametrize("width", [380, 960])
def test_marks_never_cover_each_other(count: int, span: timedelta, width: int) -> None:
    """From no entry to 200, from an instant to weeks, each number can be read and none is lost."""
    entries = _entries(*(span * n / max(1, count - 1) for n in range(count)))
    shown = stretch([], [entry.at for entry in entries], [START])
    assert shown
    marks = place(entries, Scale(*shown, left=14, right=width - 14))
    assert [mark.number for mark in marks] == sorted({mark.number for mark in marks})
    assert sum(len(mark.entries) for mark in marks) == count
    for one, other in combinations(marks, 2):
        assert one.lane != other.lane or abs(one.x - other.x) >= (one.width + other.width) / 2
    assert all(mark.lane < LANES and 0 <= mark.x - mark.width / 2 <= width - mark.width for mark in marks)


def test_what_lies_far_outside_does_not_squeeze_the_incident() -> None:
    """A change days before and a follow-up weeks later stand at the ends, with an arrow."""
    life = Times(started=Moment(at=START), resolved=Moment(at=START + timedelta(hours=1)))
    entries = _entries(timedelta(days=-5), timedelta(minutes=30), timedelta(days=20))
    labels = [mark.findtext(f"{SVG}text") for mark in _of(_drawn(life, entries), "a", "tl-mark")]
    assert labels == ["←1", "2", "3→"]


def test_a_midnight_is_shown_as_its_date() -> None:
    """An axis over several days says which."""
    life = Times(started=Moment(at=START), resolved=Moment(at=START + timedelta(hours=14)))
    dates = [part.text for part in _of(_drawn(life, ()), "text", "tl-date")]
    assert dates == ["22 Nov", "21 Nov 2026"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)), max_size=12),
    st.lists(
        st.one_of(st.none(), st.timedeltas(timedelta(days=-30), timedelta(days=30))), min_size=4, max_size=4
    ),
    TEXTS,
)
def test_anything_gives_well_formed_svg_within_its_frame(
    offsets: list[timedelta], life: list[timedelta | None], text: str
) -> None:
    """Whatever the times and texts, the picture parses, and nothing is drawn outside of it."""
    names = ("started", "detected", "mitigated", "resolved")
    known = {n: Moment(at=START + at) for n, at in zip(names, life, strict=True) if at is not None}
    entries = _entries(*offsets, text=text.encode("utf-8", "replace").decode())
    picture = timeline_svg(Times.model_validate(known), entries, [entry.at for entry in entries])
    if not known and not entries:
        assert picture == ""
        return
    root = ElementTree.fromstring(picture)
    allowed = {"svg", "style", "title", "desc", "rect", "line", "text", "a"}
    assert {part.tag.removeprefix(SVG) for part in root.iter()} <= allowed
    for part in root.iter(f"{SVG}rect"):
        assert -0.1 <= float(part.get("x", "")) <= 960
        assert float(part.get("x", "")) + float(part.get("width", "")) <= 960.1
