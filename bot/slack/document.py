"""The whole postmortem in Block Kit: as one message of a thread, and as the pages of a modal.

The message holds every section but the list of evidence, which its citations link to. If that is too
long, the links go first (they are most of a citation's length), then whole sections, named at the end.
The pages hold everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from bot.domain.changes import LISTS
from bot.domain.incident import describe_duration
from bot.domain.posting import Document
from bot.domain.postmortem import ActionItem, Claim, Postmortem, TimelineEntry
from bot.domain.sections import SECTIONS
from bot.domain.transcript import Evidence
from bot.slack import blocks, limits, phrases
from bot.slack.blocks import Json, Payload
from bot.slack.dates import moments_of, spans_days, utc, when
from bot.slack.mrkdwn import citations, cut, escape, line, link

ROOM_BLOCKS, ROOM_TEXT = 42, 10_800
"""What sections may take of a message; the rest is for the heading, the note and the buttons."""
PAGE_BLOCKS, PAGE_BYTES = 90, 225_000
QUOTE = 600

Links = Mapping[int, str]


class Part(NamedTuple):
    """A section: its heading and its lines, in mrkdwn."""

    title: str
    lines: tuple[str, ...]


def message(document: Document) -> Payload:
    """The postmortem as one message, with what was left out named."""
    shown, left_out, is_linked = _laid_out(document.postmortem)
    note = _note(left_out, is_linked=is_linked)
    shown += [blocks.context(note)] if note else []
    shown += blocks.buttons(document.buttons)
    shown += blocks.menus(document.menus, block_id=f"pm_menus_r{document.postmortem.revision}")
    return Payload(_text(document.postmortem), shown)


def fits(document: Document) -> bool:
    """Whether one message holds every section with its citations linked."""
    _, left_out, is_linked = _laid_out(document.postmortem)
    return is_linked and not left_out


def pages(postmortem: Postmortem) -> list[list[Json]]:
    """Everything, evidence included, as blocks for modals: at least one page."""
    known = _links(postmortem)
    parts = [*_parts(postmortem, known), _evidence(postmortem)]
    found: list[list[Json]] = [_heading(postmortem)]
    size = limits.json_size(found[0])
    for block in chain.from_iterable(map(_blocks_of, parts)):
        weight = limits.json_size(block) + 2
        if len(found[-1]) >= PAGE_BLOCKS or size + weight > PAGE_BYTES:
            found.append([])
            size = 0
        found[-1].append(block)
        size += weight
    return found


def _laid_out(postmortem: Postmortem) -> tuple[list[Json], list[str], bool]:
    """Blocks, the sections left out, and whether the citations are linked."""
    known = _links(postmortem)
    linked_blocks, linked_out = _filled(postmortem, known)
    if not linked_out or not known:
        return linked_blocks, linked_out, True
    bare_blocks, bare_out = _filled(postmortem, {})
    if len(bare_out) < len(linked_out):
        return bare_blocks, bare_out, False
    return linked_blocks, linked_out, True


def _filled(postmortem: Postmortem, known: Links) -> tuple[list[Json], list[str]]:
    shown, left_out = _heading(postmortem), []
    for part in _parts(postmortem, known):
        more = _blocks_of(part)
        fits_count = len(shown) + len(more) <= ROOM_BLOCKS
        if fits_count and limits.text_size(shown) + limits.text_size(more) <= ROOM_TEXT:
            shown += more
        else:
            left_out.append(part.title)
    return shown, left_out


def _blocks_of(part: Part) -> list[Json]:
    return blocks.paragraph(part.lines, title=part.title)


def _note(left_out: Sequence[str], *, is_linked: bool) -> str:
    if left_out:
        return f"Left out here for its length: {', '.join(left_out).lower()}. *Show* has everything."
    return "" if is_linked else "Citations are without links here for length; *Show* has them."


def _heading(postmortem: Postmortem) -> list[Json]:
    facts = [
        phrases.severity(postmortem.severity),
        line(", ".join(postmortem.services)),
        f"revision {postmortem.revision}",
        phrases.drafter(postmortem.drafter),
    ]
    facts_line = cut(" · ".join(fact for fact in facts if fact), blocks.SECTION)
    return [blocks.header(f"{postmortem.incident} · {postmortem.title}"), blocks.context(facts_line)]


def _text(postmortem: Postmortem) -> str:
    heading = f"Postmortem of {line(postmortem.incident)}: {line(postmortem.title)}"
    return "\n".join([heading, *(line(claim.text) for claim in postmortem.summary)])


def _links(postmortem: Postmortem) -> dict[int, str]:
    return {item.label: item.permalink for item in postmortem.evidence if item.permalink}


def _parts(postmortem: Postmortem, known: Links) -> list[Part]:
    """The sections that have something to say, in reading order."""
    filled = [
        Part("Times", tuple(_times(postmortem, known))),
        *(_section(postmortem, name, known) for name in SECTIONS if name != "title"),
        Part("For the reviewer", tuple(f"• {line(finding)}" for finding in postmortem.findings)),
        Part("Coverage", (phrases.coverage(postmortem.coverage),)),
    ]
    empty = [part.title.lower() for part in filled if not part.lines and part.title in SECTIONS.values()]
    kept = [part for part in filled if part.lines]
    if empty:
        kept.append(Part("", (f"The transcript shows nothing for: {', '.join(empty)}.",)))
    return kept


def _section(postmortem: Postmortem, name: str, known: Links) -> Part:
    if name == "root_cause":
        return _root_cause(postmortem, known)
    dated = spans_days([entry.at for entry in postmortem.timeline] + [*moments_of(postmortem.times)])
    lines = (f"{_words(claim, dated=dated)}{_cited(claim, known)}" for claim in _claims(postmortem, name))
    # Numbered where a reply names a line: `timeline 3: …`, `remove action 2`.
    shown = (f"{at}. {text}" if name in LISTS else f"• {text}" for at, text in enumerate(lines, start=1))
    return Part(SECTIONS[name], tuple(shown))


def _claims(postmortem: Postmortem, name: str) -> Sequence[Claim]:
    holder = postmortem.lessons if name in ("went_well", "went_badly", "lucky") else postmortem
    claims: Sequence[Claim] = getattr(holder, name)
    return claims


def _words(claim: Claim, *, dated: bool) -> str:
    if isinstance(claim, TimelineEntry):
        return f"{when(claim.at, dated=dated)} _{phrases.PHASE[claim.phase]}_ {line(claim.text)}"
    return phrases.action_item(claim) if isinstance(claim, ActionItem) else line(claim.text)


def _cited(claim: Claim, known: Links) -> str:
    return f" {citations(claim.evidence, known)}" if claim.evidence else ""


def _root_cause(postmortem: Postmortem, known: Links) -> Part:
    cause = postmortem.root_cause
    shown = [f"• {line(claim.text)}{_cited(claim, known)}" for claim in cause.claims]
    if cause.hypotheses:
        theories = [f"• {phrases.hypothesis(one)}{_cited(one, known)}" for one in cause.hypotheses]
        shown += ["Also considered:", *theories]
    return Part(SECTIONS["root_cause"], (f"_{phrases.GRADE[cause.grade]}_", *shown))


def _times(postmortem: Postmortem, known: Links) -> Iterable[str]:
    times = postmortem.times
    named = {"Started": times.started, "Detected": times.detected}
    named |= {"Mitigated": times.mitigated, "Resolved": times.resolved}
    for name, point in named.items():
        if point:
            yield f"{name} {when(point.at)} {citations(point.evidence, known)}".rstrip()
    spans = {"Lasted": times.duration, "detected after": times.to_detect}
    spans |= {"mitigated after": times.to_mitigate}
    shown = [f"{name} {describe_duration(span)}" for name, span in spans.items() if span is not None]
    if shown:
        yield " · ".join(shown)


def _evidence(postmortem: Postmortem) -> Part:
    dated = spans_days(item.at for item in postmortem.evidence)
    quotes = tuple(_quote(item, dated=dated) for item in postmortem.evidence)
    return Part("Evidence" if quotes else "", quotes)


def _quote(item: Evidence, *, dated: bool) -> str:
    said = "(deleted since)" if item.deleted else cut(escape(" ".join(item.text.split())), QUOTE)
    label = link(f"[{item.label}]", item.permalink or "")
    late = " (after the resolution)" if item.after_resolution else ""
    return f"{label} {utc(item.at, dated=dated)} {line(item.role)}{late}: {said}"
