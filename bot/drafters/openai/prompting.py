"""The questions put to the model. Templates hold the instructions; what people said is data behind a mark."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence

from pydantic import BaseModel

from bot.domain.postmortem import Claim
from bot.domain.transcript import Evidence
from bot.drafters.openai.answer import Answer, Repairs, strict_schema
from bot.drafters.openai.endpoint import Question
from prompts import Templates

FOLDER = "drafting"
NAMES = ("rules.j2", "draft.j2", "merge.j2", "repair.j2", "schema.j2", "data.j2")


class Prompts:
    """Renders the questions. `mark` gives a fresh random word for every call."""

    def __init__(self, templates: Templates, mark: Callable[[], str]) -> None:
        self._templates = templates
        self._mark = mark

    def version(self) -> str:
        """Twelve hex digits over templates and schemas."""
        digest = hashlib.sha256(self._templates.version(*(f"{FOLDER}/{name}" for name in NAMES)).encode())
        for shape in (Answer, Repairs):
            digest.update(json.dumps(strict_schema(shape), sort_keys=True).encode())
        return digest.hexdigest()[:12]

    def draft(self, text: str, *, part: int, parts: int, max_output: int) -> Question:
        """Read one part, or all of it."""
        return self._question("draft.j2", text, Answer, max_output, part=part, parts=parts)

    def merge(self, answers: Sequence[Answer], *, max_output: int) -> Question:
        """Join what the parts yielded."""
        found = "\n".join(answer.model_dump_json() for answer in answers)
        return self._question("merge.j2", found, Answer, max_output, parts=len(answers))

    def repair(
        self, failing: Sequence[tuple[Claim, str]], cited: Sequence[Evidence], *, max_output: int
    ) -> Question:
        """Mend claims; ids are places in `failing`."""
        claims = [
            {"id": at, "text": claim.text, "evidence": list(claim.evidence), "why": why}
            for at, (claim, why) in enumerate(failing)
        ]
        shown = [{"label": item.label, "role": item.role, "text": item.text[:2_000]} for item in cited]
        data = json.dumps({"claims": claims, "cited": shown}, ensure_ascii=False, indent=1)
        return self._question("repair.j2", data, Repairs, max_output)

    def _question(
        self, name: str, data: str, shape: type[BaseModel], max_output: int, **values: object
    ) -> Question:
        mark = self._mark()
        schema = json.dumps(strict_schema(shape))
        return Question(
            system=self._render("rules.j2"),
            task=self._render(name, mark=mark, **values),
            data=self._render("data.j2", mark=mark, data=data),
            shape=shape,
            schema_note=self._render("schema.j2", schema=schema),
            max_output=max_output,
        )

    def _render(self, name: str, **values: object) -> str:
        return self._templates.render(f"{FOLDER}/{name}", **values)
