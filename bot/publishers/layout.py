"""What a template may say about a document: which sections, in which order, under which names, how long.

Everything is said relative to the usual document, so an empty layout is that document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

SECTIONS = {
    "summary": "Executive summary",
    "impact": "Impact",
    "timeline": "Timeline",
    "root_cause": "Root cause",
    "hypotheses": "Hypotheses considered",
    "contributing_factors": "Contributing factors",
    "resolution": "Resolution",
    "went_well": "What went well",
    "went_badly": "What went badly",
    "lucky": "Where we got lucky",
    "action_items": "Action items",
    "open_questions": "Open questions",
    "similar": "Similar past incidents",
    "findings": "What the checks found",
    "coverage": "What this rests on",
    "more": "Left out for length",
    "evidence": "Evidence",
}
"""Name → heading, in the usual order. `more` holds what a limit cut."""

CLAIMS = tuple(SECTIONS)[:12]
"""The sections made of claims."""

PICTURE = "picture"
"""The drawn timeline of the web page: it can be dropped, and is no section."""

NAMED_LIMITS = frozenset({"timeline", "action_items"})
"""A limit on `claims` leaves these alone: a moment or a task is cut only where a template names it."""


def _suggestion(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"


def _one_of(*known: str) -> AfterValidator:
    def check(name: str) -> str:
        if name not in known:
            told = {"name": name, "hint": _suggestion(name, known)}
            raise PydanticCustomError("unknown", "names {name}, which does not exist; {hint}", told)
        return name

    return AfterValidator(check)


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Section = Annotated[str, _one_of(*SECTIONS)]
ClaimSection = Annotated[str, _one_of(*CLAIMS)]
Count = Annotated[int, Field(ge=1, strict=True)]
Demand = Literal["owner", "due", "priority"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Added(_Strict):
    """A section of the template's own: static `text` (an empty line begins a paragraph), or a
    question to people in `ask`, or both. It stands after `after`, else after the open questions."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    name: Words
    text: str = ""
    ask: str = ""
    after: Section = "open_questions"


class ActionRules(_Strict):
    """What every action item has to have."""

    require: tuple[Demand, ...] = ()


class Body(_Strict):
    """Jinja2 files beside the template that write the document instead of the usual one."""

    markdown: Annotated[str, StringConstraints(pattern=r"\.md\.j2$")] | None = None
    html: Annotated[str, StringConstraints(pattern=r"\.html\.j2$")] | None = None


class Planned(NamedTuple):
    """A section's place in a document. A nested one has a smaller heading."""

    key: str
    name: str
    nested: bool = False


class Layout(_Strict):
    """One template's wishes. `order` names the sections that come first; the others follow as usual.

    `ask` puts a question into a section for as long as that is empty. `limits` are the most claims of
    a section; the key `claims` stands for all but the timeline and the action items.
    """

    description: str = ""
    add: tuple[Added, ...] = ()
    drop: tuple[Annotated[str, _one_of(*SECTIONS, PICTURE)], ...] = ()
    order: tuple[str, ...] = ()
    rename: dict[Section, Words] = {}
    ask: dict[ClaimSection, Words] = {}
    limits: dict[Annotated[str, _one_of("claims", *CLAIMS)], Count] = {}
    action_items: ActionRules = ActionRules()
    body: Body = Body()

    @model_validator(mode="after")
    def _names_exist(self) -> Layout:
        known = [*SECTIONS, *(section.key for section in self.add)]
        for key in known:
            if known.count(key) > 1:
                raise PydanticCustomError("twice", "adds {name}, which exists already", {"name": key})
        for name in self.order:
            if name not in known:
                told: dict[str, Any] = {"name": name, "hint": _suggestion(name, known)}
                raise PydanticCustomError("unknown", "order names {name}, which does not exist; {hint}", told)
        return self

    def plan(self) -> tuple[Planned, ...]:
        """The sections to show, in order, dropped ones left out."""
        keys = [key for key in self._ordered() if key not in self.drop]
        pairs = zip(["", *keys], keys, strict=False)
        return tuple(
            Planned(key, self.heading(key), nested=(before, key) == ("root_cause", "hypotheses"))
            for before, key in pairs
        )

    def heading(self, key: str) -> str:
        """What a section, its own ones included, is called."""
        own = {section.key: section.name for section in self.add}
        return (SECTIONS | own | self.rename)[key]

    def _ordered(self) -> Iterator[str]:
        first = tuple(dict.fromkeys(self.order))
        placed = [*first, *(key for key in SECTIONS if key not in first)]
        for key in placed:
            yield key
            yield from (one.key for one in self.add if one.after == key and one.key not in first)

    def shows(self, key: str) -> bool:
        """Whether a section, or the picture, has a place in the document."""
        return key not in self.drop

    def limit(self, section: str) -> int | None:
        """The most claims of a section; None for as many as there are."""
        general = None if section in NAMED_LIMITS else self.limits.get("claims")
        return self.limits.get(section, general)
