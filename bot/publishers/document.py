"""A postmortem as the plain values the document templates work from, and the documents themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.domain.incident import Status, describe_duration
from bot.domain.postmortem import Postmortem
from bot.domain.transcript import Evidence, Source
from bot.publishers.layout import PICTURE, Layout
from bot.publishers.parts import Part, absent, demanded, parts, pictured
from bot.publishers.resemblance import similar_sentences
from bot.publishers.timeline import timeline_svg
from bot.publishers.wording import after_start, coverage_sentences, iso, moments, not_shown
from prompts import documents
from prompts.documents import Body
from prompts.text import one_line, safe_link

TAGS = {
    Source.ALERT: "alert",
    Source.FACT: "recorded by Slack",
    Source.REVIEWER: "added in review",
    Source.DOCUMENT: "from an imported document",
}
DELETED = "This message was deleted in Slack; its text is not kept."
USUAL = Layout()


def as_markdown(
    postmortem: Postmortem,
    layout: Layout = USUAL,
    *,
    body: Body | None = None,
    template: str = "",
    notes: Sequence[str] = (),
) -> str:
    """The postmortem as one Markdown file. For what may be given besides, see `contents`.

    Raises:
        prompts.BrokenTemplate: `body`, a template's own file, does not work.
    """
    return documents.markdown(contents(postmortem, layout, template=template, notes=notes), body=body)


def as_html(
    postmortem: Postmortem,
    layout: Layout = USUAL,
    *,
    body: Body | None = None,
    template: str = "",
    notes: Sequence[str] = (),
) -> str:
    """The postmortem as one self-contained web page. Otherwise as `as_markdown`."""
    wide, narrow = (
        _picture(postmortem, layout, width, name) for name, width in (("wide", 960), ("narrow", 380))
    )
    given = contents(postmortem, layout, template=template, notes=notes)
    return documents.html(given, wide=wide, narrow=narrow, body=body)


def _picture(postmortem: Postmortem, layout: Layout, width: int, name: str) -> str:
    """The drawn timeline; none where the layout has no place for what its numbers lead to."""
    if not (layout.shows(PICTURE) and layout.shows("timeline")):
        return ""
    spoken = [item.at for item in postmortem.evidence if item.source is not Source.REVIEWER]
    return timeline_svg(postmortem.times, pictured(postmortem, layout), spoken, width=width, name=name)


def contents(
    postmortem: Postmortem, layout: Layout = USUAL, *, template: str = "", notes: Sequence[str] = ()
) -> dict[str, Any]:
    """What the templates in `prompts/documents` are given; a claim is its `model_dump`.

    `sections` are those to show, in order, and `section` holds every one by its key, dropped ones too.
    `template` is the name and version of the layout, `notes` are sentences for the top of the document.
    `hrefs` maps the labels that can be followed to where they lead: to the appendix, or without one to
    Slack; `known` are its labels.
    """
    made = parts(postmortem, layout, sentences=_sentences(postmortem, layout, notes))
    hrefs = _hrefs(postmortem, appendix=layout.shows("evidence"))
    return {
        **_head(postmortem),
        "template": template,
        "notes": notes,
        "sections": [part for part in made if part["shown"]],
        "section": {part["key"]: part for part in made},
        "origin": _origin(postmortem),
        "evidence": _appendix(postmortem, made),
        "hrefs": hrefs,
        "known": frozenset(hrefs),
    }


def _origin(postmortem: Postmortem) -> str:
    by = f"First written by the drafter “{postmortem.drafter}”"
    first = "First written elsewhere, and imported" if postmortem.drafter == "document" else by
    return f"{first}; this is revision {postmortem.revision}."


def _sentences(postmortem: Postmortem, layout: Layout, notes: Sequence[str]) -> dict[str, Sequence[str]]:
    found = dict.fromkeys((*postmortem.findings, *demanded(postmortem, layout)))
    dropped = absent(postmortem, layout)
    left = (not_shown(dropped),) if dropped else ()
    return {
        "similar": similar_sentences(postmortem.similar),
        "findings": [finding for finding in found if finding not in notes],
        "coverage": [*coverage_sentences(postmortem.coverage), *left],
    }


def _hrefs(postmortem: Postmortem, *, appendix: bool) -> dict[int, str]:
    links = {
        item.label: f"#e{item.label}" if appendix else safe_link(item.permalink)
        for item in postmortem.evidence
    }
    return {label: link for label, link in links.items() if link}


def _head(postmortem: Postmortem) -> dict[str, Any]:
    times = postmortem.times
    return {
        "incident": postmortem.incident,
        "title": postmortem.title,
        "severity": postmortem.severity,
        "services": postmortem.services,
        "status": postmortem.status,
        "reviewed": postmortem.status in (Status.APPROVED, Status.PUBLISHED),
        "revision": postmortem.revision,
        "drafter": postmortem.drafter,
        "moments": [
            {
                "key": name,
                "iso": iso(moment.at),
                "date": f"{moment.at:%Y-%m-%d}",
                "time": f"{moment.at:%H:%M}",
                "after": after_start(times, moment.at),
                "evidence": moment.evidence,
            }
            for name, moment in moments(times)
        ],
        "duration": describe_duration(times.duration) if times.duration is not None else "",
        "facts": _facts(postmortem),
    }


def _facts(postmortem: Postmortem) -> list[dict[str, Any]]:
    rows: list[tuple[str, str, Sequence[int]]] = [
        ("Severity", (postmortem.severity or "").upper() or "not given", ()),
        ("Services", ", ".join(postmortem.services) or "not given", ()),
        ("Status", f"{postmortem.status}, revision {postmortem.revision}", ()),
    ]
    for name, moment in moments(postmortem.times):
        after = after_start(postmortem.times, moment.at)
        shown = f"{moment.at:%Y-%m-%d %H:%M} UTC" + (f", {after}" if after else "")
        rows.append((name.capitalize(), shown, moment.evidence))
    return [{"name": name, "text": text, "evidence": evidence} for name, text, evidence in rows]


def _spans_days(postmortem: Postmortem) -> bool:
    points = [moment.at for _, moment in moments(postmortem.times)]
    points += [entry.at for entry in postmortem.timeline]
    points += [item.at for item in postmortem.evidence]
    return len({at.date() for at in points}) > 1


def _appendix(postmortem: Postmortem, made: Iterable[Part]) -> list[dict[str, Any]]:
    cited = _citing(made)
    clock = "%Y-%m-%d %H:%M:%S" if _spans_days(postmortem) else "%H:%M:%S"
    return [
        {
            "label": item.label,
            "iso": iso(item.at),
            "shown": item.at.strftime(clock),
            "role": item.role,
            "tags": _tags(item),
            "text": _text(item),
            "link": item.permalink,
            "cited_in": cited.get(item.label, []),
        }
        for item in sorted(postmortem.evidence, key=lambda item: item.label)
    ]


def _text(item: Evidence) -> str:
    if item.deleted:
        return DELETED
    return item.text if one_line(item.text) else "(no text)"


def _citing(made: Iterable[Part]) -> dict[int, list[tuple[str, str]]]:
    """Label → the sections that cite it, as (anchor, name) in reading order."""
    found: dict[int, dict[str, str]] = {}
    for part in made:
        groups = part.get("groups", ())
        claims = [*part["claims"], *(claim for group in groups for claim in group["claims"])]
        for label in (label for claim in claims if part["shown"] for label in claim["evidence"]):
            found.setdefault(label, {})[part["id"]] = part["name"]
    return {label: list(sections.items()) for label, sections in found.items()}


def _tags(item: Evidence) -> list[str]:
    late = ["after resolution"] if item.after_resolution else []
    return ([TAGS[item.source]] if item.source in TAGS else []) + late
