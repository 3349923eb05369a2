"""A postmortem cut into the parts of a document, as its layout wants them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from bot.domain.postmortem import ActionItem, Claim, Draft, Postmortem, TimelineEntry
from bot.domain.telling import telling
from bot.publishers.layout import CLAIMS, SECTIONS, Added, Layout, Planned
from bot.publishers.wording import GRADES, iso, left_out, long_date, missing_fields, unanswered

EMPTY = {
    "impact": "Nothing in the transcript speaks of impact.",
    "timeline": "Nothing in the transcript could be placed in time.",
    "root_cause": "",
    "action_items": "Nobody in the transcript asked for anything to be done.",
    "evidence": "There is no evidence.",
}
"""The sections a reader should find even where there is nothing in them, and what they say then."""

_LESSONS = frozenset({"went_well", "went_badly", "lucky"})
_KINDS = {
    "summary": "lede",
    "timeline": "timeline",
    "root_cause": "cause",
    "hypotheses": "hypotheses",
    "action_items": "actions",
    "similar": "sentences",
    "findings": "sentences",
    "coverage": "sentences",
    "more": "more",
    "evidence": "evidence",
}

Part = dict[str, Any]


def claims_by_section(postmortem: Postmortem) -> dict[str, list[Claim]]:
    """Every section made of claims with all of them, the timeline in time order."""
    found: dict[str, list[Claim]] = {section: [] for section in CLAIMS}
    draft = Draft(**{name: getattr(postmortem, name) for name in Draft.model_fields})
    for section, claim in draft.claims():
        found[section].append(claim)
    found["timeline"] = list(in_order(postmortem.timeline))
    return found


def in_order(entries: Iterable[TimelineEntry]) -> tuple[TimelineEntry, ...]:
    """Timeline entries by time; their numbers in the documents are their places here, from 1."""
    return tuple(sorted(entries, key=lambda entry: entry.at))


def pictured(postmortem: Postmortem, layout: Layout) -> tuple[TimelineEntry, ...]:
    """The entries that have a place, and so a number, in the document: all, but for a limit where
    nothing holds what it cuts."""
    entries = in_order(postmortem.timeline)
    if layout.shows("more"):
        return entries
    return tuple(entries[index] for index in _kept("timeline", entries, postmortem, layout))


def parts(
    postmortem: Postmortem, layout: Layout, *, sentences: Mapping[str, Sequence[str]]
) -> tuple[Part, ...]:
    """Every section the layout has a place for, in order, `shown` or not; dropped ones follow after.

    `sentences` are those of the sections `similar`, `findings` and `coverage`.
    """
    data = _Data(postmortem, layout, sentences)
    dropped = [Planned(key, layout.heading(key)) for key in SECTIONS if not layout.shows(key)]
    made = [data.part(planned) for planned in layout.plan()]
    return (*_grouped(made), *(data.part(planned) | {"shown": False} for planned in dropped))


def absent(postmortem: Postmortem, layout: Layout) -> list[tuple[str, int]]:
    """The dropped sections that would have had claims, by heading, with their number."""
    return [
        (SECTIONS[section], len(claims))
        for section, claims in claims_by_section(postmortem).items()
        if claims and not layout.shows(section)
    ]


def demanded(postmortem: Postmortem, layout: Layout) -> tuple[str, ...]:
    """What action items lack of what the layout demands, in sentences."""
    return tuple(
        missing_fields(number, item.text, lacking)
        for number, item in enumerate(postmortem.action_items, start=1)
        if (lacking := _lacking(item, layout))
    )


def asked(postmortem: Postmortem, layout: Layout) -> tuple[str, ...]:
    """The questions of the layout whose sections are still empty, in sentences."""
    claims = claims_by_section(postmortem)
    return tuple(
        unanswered(layout.heading(section), question)
        for section, question in layout.ask.items()
        if not claims[section] and layout.shows(section)
    )


def _lacking(item: ActionItem, layout: Layout) -> list[str]:
    return [field for field in layout.action_items.require if not getattr(item, field)]


def _kept(section: str, claims: Sequence[Claim], postmortem: Postmortem, layout: Layout) -> list[int]:
    """The places of the claims that a limit lets stand."""
    limit = layout.limit(section)
    if section == "timeline" and limit is not None:
        return telling(postmortem.times, in_order(postmortem.timeline), limit)
    return list(range(len(claims)))[:limit]


class _Data:
    """What the parts of one document are made from."""

    def __init__(
        self, postmortem: Postmortem, layout: Layout, sentences: Mapping[str, Sequence[str]]
    ) -> None:
        self._cause = postmortem.root_cause
        self._layout = layout
        self._sentences = sentences
        self._added = {section.key: section for section in layout.add}
        self._whole = claims_by_section(postmortem)
        self._kept = {
            section: _kept(section, claims, postmortem, layout) for section, claims in self._whole.items()
        }
        self._places = {index: place for place, index in enumerate(self._kept["timeline"], start=1)}
        self._appendix = layout.heading("more") if layout.shows("more") else ""
        self._clock = _clock([entry.at for entry in postmortem.timeline])

    def part(self, planned: Planned) -> Part:
        """One section as the templates get it."""
        key = planned.key
        frame = {
            "key": key,
            "id": key.replace("_", "-"),
            "name": planned.name,
            "nested": planned.nested,
            "empty": EMPTY.get(key, ""),
            "claims": [],
            "left": "",
            "ask": "",
            "opens": False,
            "closes": False,
        }
        if key in self._added:
            return frame | self._own(self._added[key])
        fill: Callable[[str], Part] = self._of_claims if key in CLAIMS else self._of_others
        return frame | {"kind": _KINDS.get(key, "claims")} | fill(key)

    def _own(self, added: Added) -> Part:
        paragraphs = [text for text in added.text.split("\n\n") if text.strip()]
        return {
            "kind": "own",
            "id": f"own-{added.key.replace('_', '-')}",
            "paragraphs": paragraphs,
            "ask": added.ask,
            "shown": True,
        }

    def _of_claims(self, key: str) -> Part:
        shown = [self._shown(key, index) for index in self._kept[key]]
        cut = len(self._whole[key]) - len(shown)
        ask = "" if shown else self._layout.ask.get(key, "")
        return {
            "claims": shown,
            "left": left_out(cut, self._appendix) if cut else "",
            "ask": ask,
            "shown": bool(shown or ask) or key in EMPTY,
            **self._besides(key, shown),
        }

    def _besides(self, key: str, shown: list[Part]) -> Part:
        if key == "root_cause":
            grade, explanation = GRADES[self._cause.grade]
            return {"grade": grade, "explanation": explanation}
        return {"days": _days(shown)} if key == "timeline" else {}

    def _of_others(self, key: str) -> Part:
        if key == "more":
            groups = list(self._cut()) if self._appendix else []
            return {"groups": groups, "shown": bool(groups)}
        sentences = self._sentences.get(key, ())
        return {"sentences": sentences, "shown": bool(sentences) or key in EMPTY}

    def _cut(self) -> Iterator[Part]:
        """What limits cut from the shown sections, by section."""
        for planned in self._layout.plan():
            count, kept = len(self._whole.get(planned.key, ())), set(self._kept.get(planned.key, ()))
            claims = [self._shown(planned.key, index) for index in range(count) if index not in kept]
            if claims:
                yield {"key": planned.key, "name": planned.name, "claims": claims}

    def _shown(self, section: str, index: int) -> Part:
        claim = self._whole[section][index]
        if isinstance(claim, TimelineEntry):
            return self._entry(claim, self._number(index))
        shown = claim.model_dump()
        if isinstance(claim, ActionItem):
            due = claim.due.isoformat() if claim.due else None
            words = {"kind": str(claim.kind), "state": str(claim.state)}
            return shown | {"due": due, "missing": _lacking(claim, self._layout)} | words
        return shown

    def _number(self, index: int) -> int:
        """The entry's number in the document, and in its picture."""
        return index + 1 if self._appendix else self._places[index]

    def _entry(self, entry: TimelineEntry, number: int) -> Part:
        return {
            "number": number,
            "iso": iso(entry.at),
            "heading": long_date(entry.at),
            "time": f"{entry.at:{self._clock.removeprefix('%Y-%m-%d ')}}",
            "stamp": f"{entry.at:{self._clock}}",
            "phase": str(entry.phase),
            "text": entry.text,
            "evidence": entry.evidence,
        }


def _clock(times: Sequence[datetime]) -> str:
    """How to write times: to the second where all lie within ten minutes, with dates over several days."""
    hasty = bool(times) and max(times) - min(times) < timedelta(minutes=10)
    date = "%Y-%m-%d " if len({at.date() for at in times}) > 1 else ""
    return date + ("%H:%M:%S" if hasty else "%H:%M")


def _days(entries: Sequence[Part]) -> list[Part]:
    """The timeline by UTC day."""
    return [
        {"heading": heading, "entries": list(group)}
        for heading, group in groupby(entries, key=lambda entry: entry["heading"])
    ]


def _grouped(made: Sequence[Part]) -> Iterator[Part]:
    """Lessons that stand together are marked where their group opens and closes: they share a row."""
    shown = [part for part in made if part["shown"]]
    opening, closing = set(), set()
    for lessons, group in groupby(shown, key=lambda part: part["key"] in _LESSONS):
        together = list(group)
        if lessons:
            opening.add(together[0]["key"])
            closing.add(together[-1]["key"])
    for part in made:
        yield part | {"opens": part["key"] in opening, "closes": part["key"] in closing}
