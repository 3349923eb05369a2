"""The model as an editor: it rewrites sections of a draft as a reviewer asks, and cites as a drafter does.

What it returns is a suggestion. Sentences it leaves alone keep all they have; code gives new ones their
times; the checks and a person decide about the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SecretStr

from bot.domain.postmortem import ActionItem, Claim, Draft, Phase, TimelineEntry
from bot.domain.review import Cost
from bot.domain.sections import SECTIONS, claims_of, with_claims
from bot.domain.transcript import Evidence, Transcript
from bot.drafters.openai.answer import MalformedAnswer, read_answer, strict_schema
from bot.drafters.openai.drafter import new_mark
from bot.drafters.openai.endpoint import Endpoint, Question, Timing
from bot.drafters.openai.reading import Item, readable
from bot.drafters.openai.spending import USED_UP, Budget, Spending
from bot.errors import DrafterError
from bot.ports import Drafted
from prompts import Templates
from prompts.text import one_line

MAX_OUTPUT = 4_000
MOST_SENTENCES = 200
LONGEST = 600
SectionName = Literal[
    "summary",
    "impact",
    "timeline",
    "root_cause",
    "contributing_factors",
    "resolution",
    "went_well",
    "went_badly",
    "lucky",
    "action_items",
    "open_questions",
]
_NAMES = ("rules.j2", "edit.j2", "schema.j2", "data.j2")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Sentence(_Part):
    """A sentence of a section: an old one by its `id`, or a new one."""

    id: int | None = None
    text: str
    evidence: list[int] = []


class Section(_Part):
    """A section as it should read, whole."""

    name: SectionName
    sentences: list[Sentence] = []


class Edits(_Part):
    """The model's answer."""

    title: str | None = None
    sections: list[Section] = []
    refused: str | None = None


class OpenAIEditor:
    """Implements the Editor port on any OpenAI-compatible endpoint. Threads may share it."""

    name = "openai"

    def __init__(
        self,
        *,
        api_key: SecretStr,
        model: str,
        base_url: str | None = None,
        timeout: float = 60.0,
        budget: Budget | None = None,
        timing: Timing | None = None,
        mark: Callable[[], str] = new_mark,
    ) -> None:
        """`budget` is a whole postmortem's; `timing` and `mark` are for tests."""
        self._budget = budget or Budget()
        self._timing = timing or Timing()
        self._templates = Templates()
        self._mark = mark
        self._endpoint = Endpoint(
            api_key=api_key, model=model, base_url=base_url, timeout=timeout, timing=self._timing
        )

    def revise(
        self, draft: Draft, request: str, transcript: Transcript, *, label: int, spent: Cost
    ) -> Drafted:
        """The draft as the model would change it. `label` is the request's own, `spent` what was used for
        this postmortem before.

        Raises:
            Retryable: the endpoint is overloaded or away.
            DrafterError: the budget is used up, the model refused, or it answered nonsense.
        """
        began = self._timing.now()
        spending = Spending(self._left(spent), self._timing.now)
        question = self._question(draft, request, transcript, label, room=spending.tokens_left())
        edits = self._answer(question, spending)
        if edits.refused and not edits.sections and not edits.title:
            raise DrafterError(f"The model says: {one_line(edits.refused)[:300]}")
        return Drafted(
            draft=apply_edits(draft, edits, transcript),
            drafter=f"{self.name}:{self._endpoint.model}",
            prompt_version=self._templates.version(*(f"drafting/{name}" for name in _NAMES)),
            tokens=spending.used,
            dollars=round(spending.paid, 6),
            seconds=self._timing.now() - began,
        )

    def _left(self, spent: Cost) -> Budget:
        """What of the postmortem's budget is not used yet. Raises `DrafterError` where nothing is."""
        # Somebody waits for this answer: it has the whole time, whatever drafts took before.
        left = self._budget.after(spent.model_copy(update={"seconds": 0.0}))
        if left is None or left.tokens <= MAX_OUTPUT:
            raise DrafterError(USED_UP)
        return left

    def _question(
        self, draft: Draft, request: str, transcript: Transcript, label: int, *, room: int
    ) -> Question:
        items, _ = readable(transcript)
        cited = {one for _, claim in draft.claims() for one in claim.evidence}
        empty = self._asked(_data(draft, request, []), label)
        fitting = _fitting(items, cited, room - empty.size() - MAX_OUTPUT)
        return self._asked(_data(draft, request, fitting), label)

    def _asked(self, data: str, label: int) -> Question:
        mark, schema = self._mark(), json.dumps(strict_schema(Edits))
        return Question(
            system=self._rendered("rules.j2"),
            task=self._rendered("edit.j2", mark=mark, label=label),
            data=self._rendered("data.j2", mark=mark, data=data),
            shape=Edits,
            schema_note=self._rendered("schema.j2", schema=schema),
            max_output=MAX_OUTPUT,
        )

    def _rendered(self, name: str, **values: object) -> str:
        return self._templates.render(f"drafting/{name}", **values)

    def _answer(self, question: Question, spending: Spending) -> Edits:
        """The model's answer; a malformed or cut one is asked for once more."""
        reason = ""
        for _ in range(2):
            reply = self._endpoint.ask(question, spending)
            if reply.cut:
                reason = "it was cut off at its length limit"
                continue
            try:
                return read_answer(Edits, reply.content)
            except MalformedAnswer as fault:
                reason = str(fault)
        raise DrafterError(f"The model's answer cannot be used: {reason}.")


def _data(draft: Draft, request: str, items: Sequence[Item]) -> str:
    sections: dict[str, Any] = {"title": draft.title}
    for name in SECTIONS:
        if name != "title":
            sections[name] = [
                {"id": at, "text": claim.text, "evidence": list(claim.evidence)}
                for at, claim in enumerate(claims_of(draft, name))
            ]
    said = {"request": request, "sections": sections, "evidence": [item.text for item in items]}
    return json.dumps(said, ensure_ascii=False, indent=1)


def _fitting(items: Sequence[Item], cited: set[int], room: int) -> list[Item]:
    """What the draft cites first, then the rest in order of time, as far as there is room."""
    kept: list[Item] = []
    for item in sorted(items, key=lambda one: one.label not in cited):
        if item.size + 8 <= room:
            kept.append(item)
            room -= item.size + 8  # quotes, commas and escapes of the JSON around it
    return sorted(kept, key=lambda one: one.order)


def apply_edits(draft: Draft, edits: Edits, transcript: Transcript) -> Draft:
    """The draft with the sections the model returned. Unknown labels stay: the checks refuse those."""
    evidence = transcript.by_label()
    for section in edits.sections:
        before = claims_of(draft, section.name)
        said = [one for one in section.sentences[:MOST_SENTENCES] if 0 < len(one_line(one.text)) <= LONGEST]
        claims = [_claim(section.name, one, before, evidence) for one in said]
        kept = [claim for claim in claims if claim is not None]
        grade = draft.root_cause.grade
        draft = with_claims(draft, section.name, kept)
        if section.name == "root_cause" and before:
            cause = draft.root_cause.model_copy(update={"grade": grade if kept else draft.root_cause.grade})
            draft = draft.model_copy(update={"root_cause": cause})
    title = one_line(edits.title or "")[:150]
    return draft.model_copy(update={"title": title}) if title else draft


def _claim(
    section: str, said: Sentence, before: Sequence[Claim], evidence: Mapping[int, Evidence]
) -> Claim | None:
    text, labels = one_line(said.text), tuple(dict.fromkeys(said.evidence))
    old = before[said.id] if said.id is not None and 0 <= said.id < len(before) else None
    if old is not None and text == one_line(old.text):
        return old
    if old is not None:
        return old.model_copy(update={"text": text, "evidence": labels})
    if section == "action_items":
        return ActionItem(text=text, evidence=labels)
    if section == "timeline":
        first = next((evidence[one] for one in labels if one in evidence), None)
        if first is None:
            return None  # it would have no time
        return TimelineEntry(text=text, evidence=labels, at=first.at, phase=Phase.INVESTIGATION)
    return Claim(text=text, evidence=labels)
