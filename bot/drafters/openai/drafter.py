"""The drafter that asks a model: reads what the budget allows, merges, and turns labels into a draft."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from datetime import timedelta
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, SecretStr

from bot.domain.postmortem import Draft
from bot.domain.review import Cost
from bot.domain.transcript import Transcript
from bot.drafters.extractive.attacks import attack_note
from bot.drafters.openai.answer import Answer, MalformedAnswer, Repairs, read_answer
from bot.drafters.openai.conversion import to_draft, with_repairs
from bot.drafters.openai.endpoint import Endpoint, Question, Timing
from bot.drafters.openai.joining import join
from bot.drafters.openai.prompting import Prompts
from bot.drafters.openai.reading import Item, Part, choose, readable, split, what_was_read
from bot.drafters.openai.repairing import FailingClaim, failing_claims
from bot.drafters.openai.spending import USED_UP, Budget, Spending
from bot.errors import DrafterError, Retryable
from bot.ports import Drafted, Drafter, Failing
from prompts import Templates

REPAIR_SHARE = 0.15
"""Of the budget, kept for the repair round, so that draft and repair together stay within it."""

ATTEMPTS = 2
"""How often a question is asked whose answer cannot be used."""

Shape = TypeVar("Shape", bound=BaseModel)


class Limits(NamedTuple):
    """Sizes in tokens at most, and how many calls run at once."""

    part: int = 60_000
    output: int = 8_000
    part_output: int = 3_000
    smallest_part: int = 400
    parallel: int = 4


def new_mark() -> str:
    """A word nobody can have written into the chat."""
    return secrets.token_hex(8)


class _UsedUp:
    """Stands for a drafter whose budget is gone."""

    name = "openai"

    def draft(self, transcript: Transcript) -> Drafted:
        """None. Raises `DrafterError`."""
        del transcript
        raise DrafterError(USED_UP)


class OpenAIDrafter:
    """Implements the Drafter and Repairing ports on any OpenAI-compatible endpoint. Threads may share it."""

    name = "openai"

    def __init__(
        self,
        *,
        api_key: SecretStr,
        model: str,
        base_url: str | None = None,
        timeout: float = 60.0,
        budget: Budget | None = None,
        limits: Limits | None = None,
        timing: Timing | None = None,
        mark: Callable[[], str] = new_mark,
    ) -> None:
        """`timeout` is one call's, in seconds; `timing` and `mark` are for tests."""
        self._budget = budget or Budget()
        self._limits = limits or Limits()
        self._timing = timing or Timing()
        self._prompts = Prompts(Templates(), mark)
        self._endpoint = Endpoint(
            api_key=api_key, model=model, base_url=base_url, timeout=timeout, timing=self._timing
        )

    def draft(self, transcript: Transcript) -> Drafted:
        """A draft of what the model found.

        Raises:
            Retryable: the endpoint is overloaded or away.
            DrafterError: nothing to read, the budget is too small, the model refused or answered nonsense.
        """
        began = self._timing.now()
        spending = Spending(self._share(1 - REPAIR_SHARE), self._timing.now)
        items, attacks = readable(transcript)
        if not items:
            raise DrafterError("There is nothing in this transcript for a model to read.")
        answer, notes = self._read_all(items, spending)
        draft, lost = to_draft(answer, transcript)
        return self._drafted(draft, spending, began, [*_reported(answer, items, attacks), *notes, *lost])

    def repair(self, draft: Draft, failing: Sequence[Failing], transcript: Transcript) -> Drafted:
        """The draft with the failing claims mended or gone; as many as the budget's share has room for.

        Raises:
            Retryable: the endpoint is overloaded or away.
            DrafterError: the model refused or answered nonsense.
        """
        began = self._timing.now()
        spending = Spending(self._share(REPAIR_SHARE), self._timing.now)
        claims = failing_claims(draft, failing)
        question = self._repair_question(claims, transcript, spending)
        answer = self._answer(question, Repairs, spending)
        repairs = {claims[one.id].place: one for one in answer.claims if 0 <= one.id < len(claims)}
        return self._drafted(with_repairs(draft, repairs, transcript), spending, began, [])

    def after(self, spent: Cost) -> Drafter:
        """The same with what is left of the budget; one that refuses where nothing is."""
        left = self._budget.after(spent)
        if left is None:
            return _UsedUp()
        return self._within(left)

    def once(self, *, within: timedelta) -> Drafter:
        """The same for a trial: one attempt, and no more time than that for the draft."""
        seconds = min(self._budget.seconds, within.total_seconds() / (1 - REPAIR_SHARE))
        return self._within(self._budget.model_copy(update={"seconds": seconds, "attempts": 1}))

    def _within(self, budget: Budget) -> OpenAIDrafter:
        other = copy(self)
        other._budget = budget
        return other

    def _share(self, part: float) -> Budget:
        """A part of the budget."""
        dollars = None if self._budget.dollars is None else self._budget.dollars * part
        return self._budget.model_copy(
            update={
                "tokens": max(1, int(self._budget.tokens * part)),
                "seconds": self._budget.seconds * part,
                "dollars": dollars,
            }
        )

    def _drafted(self, draft: Draft, spending: Spending, began: float, notes: Sequence[str]) -> Drafted:
        return Drafted(
            draft=draft,
            drafter=f"{self.name}:{self._endpoint.model}",
            prompt_version=self._prompts.version(),
            tokens=spending.used,
            dollars=round(spending.paid, 6),
            seconds=self._timing.now() - began,
            notes=tuple(notes),
        )

    def _read_all(self, items: Sequence[Item], spending: Spending) -> tuple[Answer, list[str]]:
        parts = self._parts(items, spending)
        if len(parts) == 1:
            return self._read(parts[0], 1, 1, spending), []
        found: dict[int, Answer] = {}
        tried: set[int] = set()
        while wave := self._wave(parts, tried, spending):
            found |= self._read_parallel(parts, wave, spending)
            tried |= set(wave)
        answers = [found[at] for at in sorted(found)]
        note = what_was_read(parts, [parts[at] for at in found])
        answer, joined = self._merge(answers, spending)
        return answer, [one for one in (note, joined) if one]

    def _overhead(self) -> int:
        return self._prompts.draft("", part=1, parts=99, max_output=0).size()

    def _parts(self, items: Sequence[Item], spending: Spending) -> list[Part]:
        """All in one part if that fits, otherwise parts of which at least the first and the last do."""
        limits, left, overhead = self._limits, spending.tokens_left(), self._overhead()
        total = sum(item.size for item in items)
        if total <= limits.part and overhead + total + limits.output <= left:
            return [Part(tuple(items))]
        two_fit = (left - self._merging()) // 2 - overhead - 3 * limits.part_output
        size = min(limits.part, two_fit)
        if size < limits.smallest_part:
            needed = self._merging() + 2 * (overhead + 3 * limits.part_output + limits.smallest_part)
            raise DrafterError(
                "The budget of this postmortem is too small for a draft of its transcript: at least "
                f"{int(needed / (1 - REPAIR_SHARE)) + 1} tokens are needed."
            )
        return split([item.shortened(size) for item in items], size)

    def _merging(self) -> int:
        """What the merging call costs besides the answers it reads."""
        return self._overhead() + self._limits.output

    def _wave(self, parts: Sequence[Part], tried: set[int], spending: Spending) -> list[int]:
        """Places of the parts to read next: all that can still be afforded, merging included."""
        limits, overhead = self._limits, self._overhead()
        # An answer of n tokens is read again when merging, where it is estimated at up to 2 n.
        kept = self._merging() + 2 * limits.part_output * len(tried)
        largest = max(part.size for part in parts)
        affordable = (spending.tokens_left() - kept) // (overhead + largest + 3 * limits.part_output)
        missing = [at for at in range(len(parts)) if at not in tried]
        if spending.seconds_left() <= 0:
            return []
        return choose(missing, max(0, affordable))

    def _read_parallel(
        self, parts: Sequence[Part], places: Sequence[int], spending: Spending
    ) -> dict[int, Answer]:
        """Place → answer of the parts that gave one. The first and the last part must."""
        total = len(parts)
        with ThreadPoolExecutor(max_workers=max(1, min(self._limits.parallel, len(places)))) as pool:
            futures = {at: pool.submit(self._read, parts[at], at + 1, total, spending) for at in places}
        answers: dict[int, Answer] = {}
        for at, future in futures.items():
            fault = future.exception()
            if fault is None:
                answers[at] = future.result()
            elif not isinstance(fault, DrafterError) or at in {0, total - 1}:
                raise fault
        return answers

    def _read(self, part: Part, number: int, parts: int, spending: Spending) -> Answer:
        output = self._limits.output if parts == 1 else self._limits.part_output
        question = self._prompts.draft(part.text, part=number, parts=parts, max_output=output)
        return self._answer(question, Answer, spending)

    def _merge(self, answers: Sequence[Answer], spending: Spending) -> tuple[Answer, str | None]:
        """One answer, by the model, or end to end where the model fails at that."""
        try:
            question = self._prompts.merge(answers, max_output=self._limits.output)
            return self._answer(question, Answer, spending), None
        except (DrafterError, Retryable) as fault:
            return join(answers), f"The parts were joined without the model: {fault}"

    def _answer(self, question: Question, shape: type[Shape], spending: Spending) -> Shape:
        """The model's answer; a cut or malformed one is asked for once more, a cut one with more room."""
        reason = ""
        for _ in range(ATTEMPTS):
            reply = self._endpoint.ask(question, spending)
            try:
                if not reply.cut:
                    return read_answer(shape, reply.content)
                reason = "it was cut off at its length limit"
                question = question._replace(max_output=question.max_output * 2)
            except MalformedAnswer as fault:
                reason = str(fault)
        raise DrafterError(f"The model's answer cannot be used: {reason}.")

    def _repair_question(
        self, failing: Sequence[FailingClaim], transcript: Transcript, spending: Spending
    ) -> Question:
        """As many failing claims as fit; what does not is left to the checks."""
        evidence = transcript.by_label()
        for wanted in range(len(failing), 0, -1):
            chosen = failing[:wanted]
            labels = sorted({label for one in chosen for label in one.claim.evidence if label in evidence})
            claims = [(one.claim, one.why) for one in chosen]
            output = 200 + 150 * wanted
            question = self._prompts.repair(claims, [evidence[label] for label in labels], max_output=output)
            if question.size() + output <= spending.tokens_left():
                return question
        raise DrafterError("There is nothing to repair that the budget has room for.")


def _reported(answer: Answer, items: Sequence[Item], attacks: int) -> list[str]:
    """Sentences about messages that tried to instruct the drafter."""
    reported = {*answer.instructions_in_evidence} & {item.label for item in items}
    notes = [attack_note(attacks)] if attacks else []
    if reported:
        labels = ", ".join(f"[{label}]" for label in sorted(reported)[:5])
        notes.append(f"The model took {labels} for instructions to it and did not follow them.")
    return notes
