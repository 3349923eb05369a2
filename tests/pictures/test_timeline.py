"""A timeline can be drawn of anything, and nothing in it covers anything else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.postmortem import Moment, Phase, TimelineEntry, Times
from bot.pictures.shapes import Picture, Words
from bot.pictures.timeline import CARD_WIDTH, LISTED, Told, across, card
from tests.pictures.geometry import (
    boxes,
    edges,
    lines,
    marks,
    marks_that_collide,
    meet,
    outside,
    said,
    texts_that_collide,
)
from tests.publishers.hostile import TEXTS
from tests.publishers.sample import clock, timeline, times

START = clock("13:00:00")
NAMES = ("started", "detected", "mitigated", "resolved")


def _entries(*offsets: timedelta, text: str = "something") -> tuple[TimelineEntry, ...]:
    return tuple(
        TimelineEntry(at=START + offset, phase=Phase.MITIGATION, text=text, evidence=(1,))
        for offset in sorted(offsets)
    )


def _drawn(
    life: Times, entries: tuple[TimelineEntry, ...], spoken: tuple[datetime, ...] = (), *, width: int = 960
) -> Picture:
    picture = across(Told(life, entries, spoken), width=width)
    assert picture is not None
    return picture


def _card(life: Times, entries: tuple[TimelineEntry, ...], spoken: tuple[datetime, ...] = ()) -> Picture:
    picture = card(
        Told(life, entries, spoken), heading="INC-7 · Checkout is slow", facts=("SEV2", "checkout")
    )
    assert picture is not None
    return picture


def _labels(picture: Picture) -> list[str]:
    """What stands in each mark's pill."""
    return [mark.shapes[-1].text for mark in marks(picture) if isinstance(mark.shapes[-1], Words)]


def test_nothing_to_draw_is_no_picture() -> None:
    """Without a single time there is nothing to show."""
    assert across(Told(Times(), ())) is None
    assert card(Told(Times(), ()), heading="x", facts=()) is None


def test_phases_moments_events_and_messages_are_drawn() -> None:
    """Three bands between four moments with a line each, a mark an entry, bars for the messages."""
    picture = _drawn(times(), timeline(), tuple(entry.at for entry in timeline()))
    for look in ("undetected", "response", "recovery"):
        assert len(boxes(picture, look)) == 1
    assert len(lines(picture, "moment")) == 4
    assert [mark.href for mark in marks(picture)] == [f"#t{n}" for n in range(1, 15)]
    assert boxes(picture, "bar")
    named = {text.split()[0] for text in said(picture) if text.split()[0] in NAMES}
    assert named == set(NAMES)


def test_a_line_of_a_moment_goes_down_to_the_axis() -> None:
    """Where its band ends."""
    picture = _drawn(times(), timeline())
    (axis, *_ticks) = lines(picture, "axis")
    ends = {box.right for look in ("undetected", "response", "recovery") for box in boxes(picture, look)}
    for line in lines(picture, "moment"):
        assert line.y2 == axis.y1
    assert ends <= {line.x1 for line in lines(picture, "moment")}


def test_the_events_that_tell_most_are_labelled() -> None:
    """Eight at most, those that fix a moment first; a narrow picture has numbers only."""
    labelled = [mark for mark in marks(_drawn(times(), timeline())) if len(mark.shapes) > 2]
    assert 4 <= len(labelled) <= 8
    assert not [mark for mark in marks(_drawn(times(), timeline(), width=380)) if len(mark.shapes) > 2]


def test_a_picture_describes_itself() -> None:
    """Who cannot see it hears when what began, and how much there is."""
    picture = _drawn(times(), timeline())
    assert picture.title == "Timeline of the incident, 2026-11-21"
    assert "detected 2026-11-21 14:01 UTC after 6 min" in picture.description
    assert "14 events" in picture.description


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
    assert [text for text in said(_drawn(Times.model_validate(known), ())) if " 2 h" in text] == [
        f"{title} 2 h"
    ]


def test_moments_out_of_order_draw_no_band() -> None:
    """A mitigation noted before the detection does not turn time around."""
    life = Times(detected=Moment(at=START + timedelta(hours=1)), mitigated=Moment(at=START))
    picture = _drawn(life, ())
    assert not [box for look in ("undetected", "response", "recovery") for box in boxes(picture, look)]


def test_moments_at_one_time_share_a_flag() -> None:
    """Detected as it started."""
    life = Times(started=Moment(at=START), detected=Moment(at=START), resolved=Moment(at=START))
    assert "started, detected, resolved 13:00" in said(_drawn(life, ()))


@pytest.mark.parametrize("count", [0, 1, 2, 200])
@pytest.mark.parametrize("span", [timedelta(0), timedelta(seconds=8), timedelta(hours=6), timedelta(weeks=3)])
@pytest.mark.parametrize("width", [380, 960])
def test_marks_never_cover_each_other(count: int, span: timedelta, width: int) -> None:
    """From no entry to 200, from an instant to weeks, each number can be read and none is lost."""
    entries = _entries(*(span * n / max(1, count - 1) for n in range(count)), text="Rolled back to v2.13.2")
    life = Times(started=Moment(at=START), resolved=Moment(at=START + span))
    picture = _drawn(life, entries, width=width)
    assert marks_that_collide(picture) == []
    assert outside(picture) == []
    shown = [label.strip("←→").partition("–") for label in _labels(picture)]
    assert sum(int(last or first) - int(first) + 1 for first, _, last in shown) == count


def test_what_lies_far_outside_does_not_squeeze_the_incident() -> None:
    """A change days before and a follow-up weeks later stand at the ends, with an arrow."""
    life = Times(started=Moment(at=START), resolved=Moment(at=START + timedelta(hours=1)))
    entries = _entries(timedelta(days=-5), timedelta(minutes=30), timedelta(days=20))
    assert _labels(_drawn(life, entries)) == ["←1", "2", "3→"]


def test_a_midnight_is_shown_as_its_date() -> None:
    """An axis over several days says which."""
    life = Times(started=Moment(at=START), resolved=Moment(at=START + timedelta(hours=14)))
    texts = said(_drawn(life, ()))
    assert "22 Nov" in texts
    assert "21 Nov 2026, UTC" in texts


def test_a_card_stands_alone() -> None:
    """Heading, facts, the events that tell most with number, time, phase and words, and what is left out."""
    texts = said(_card(times(), timeline(), tuple(entry.at for entry in timeline())))
    assert texts[:2] == ["INC-7 · Checkout is slow", "SEV2 · checkout"]
    assert texts[-1] == f"{14 - LISTED} more events in the document"
    assert {"trigger", "detection", "resolution"} <= set(texts)
    assert "13:55" in texts


def test_a_card_numbers_its_events_as_the_document_does() -> None:
    """`timeline 3: …` in a reply means the third here too."""
    entries = _entries(*(timedelta(minutes=5 * n) for n in range(20)))
    life = Times(started=Moment(at=START), resolved=Moment(at=START + timedelta(hours=2), evidence=(9,)))
    late = entries[-1].model_copy(update={"evidence": (9,)})
    assert _labels(_card(life, (*entries[:-1], late)))[-1] == "20"


def test_a_card_of_several_days_has_dates() -> None:
    """A time alone would be ambiguous."""
    life = Times(started=Moment(at=START), resolved=Moment(at=START + timedelta(days=2)))
    assert "23 Nov 13:00" in said(_card(life, _entries(timedelta(0), timedelta(days=2))))


def test_what_the_font_cannot_draw_is_left_to_the_document() -> None:
    """Time and phase stay; boxes instead of letters would tell nothing."""
    texts = said(_card(Times(), _entries(timedelta(0), text="データベースが落ちた")))
    assert "(see the document)" in texts
    assert "Größe überschritten – ещё раз" in said(
        _card(Times(), _entries(timedelta(0), text="Größe überschritten – ещё раз"))
    )


LIFE = st.lists(
    st.one_of(st.none(), st.timedeltas(timedelta(days=-30), timedelta(days=30))), min_size=4, max_size=4
)
OFFSETS = st.lists(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)), max_size=12)


@settings(max_examples=60, deadline=None)
@given(OFFSETS, LIFE, TEXTS, st.sampled_from([380, 960]))
@example([], [timedelta(0)] * 4, "x", 380)
def test_anything_stays_within_its_frame_and_covers_nothing(
    offsets: list[timedelta], life: list[timedelta | None], text: str, width: int
) -> None:
    """Whatever the times and texts: all inside, no mark on another, no text on another."""
    known = {n: Moment(at=START + at) for n, at in zip(NAMES, life, strict=True) if at is not None}
    entries = _entries(*offsets, text=text.encode("utf-8", "replace").decode())
    told = Told(Times.model_validate(known), entries, [entry.at for entry in entries])
    for picture in (across(told, width=width), card(told, heading=text, facts=(text, "SEV1"))):
        if picture is None:
            assert not known
            assert not entries
            continue
        assert outside(picture) == []
        assert marks_that_collide(picture) == []
        assert texts_that_collide(picture) == []


def test_flags_stand_clear_of_the_marks() -> None:
    """However close the moments lie."""
    life = Times.model_validate(
        {name: Moment(at=START + timedelta(minutes=n)) for n, name in enumerate(NAMES)}
        | {"resolved": Moment(at=START + timedelta(hours=3))}
    )
    for picture in (_drawn(life, timeline()), _card(life, timeline())):
        flagged = [
            shape
            for shape in picture.flat()
            if isinstance(shape, Words) and shape.text.partition(" ")[0] in NAMES and shape.look == "soft"
        ]
        covered = [edges(part) for mark in marks(picture) for part in mark.shapes]
        assert len(flagged) == 4
        assert not [one.text for one in flagged if any(meet(edges(one), other) for other in covered)]
    assert picture.width == CARD_WIDTH


def test_a_label_leaves_room_for_a_browsers_wider_font() -> None:
    """An eighth wider than measured, it still lies within its chip."""
    labelled = [mark for mark in marks(_drawn(times(), timeline())) if len(mark.shapes) > 2]
    for mark in labelled:
        chip, words = mark.shapes[0], mark.shapes[1]
        assert isinstance(words, Words)
        left, _, right, _ = edges(words)
        slack = (right - left) / 8
        assert edges(chip)[0] <= left - (slack if words.anchor == "end" else 0)
        assert edges(chip)[2] >= right + (slack if words.anchor == "start" else 0)
