"""The offline drafter: rules over wording, reactions, speakers and time; the same draft every time."""

from __future__ import annotations

import time
from collections.abc import Sequence

from bot.domain.postmortem import Draft
from bot.domain.transcript import Transcript
from bot.drafters.extractive.actions import action_items
from bot.drafters.extractive.attacks import attack_note, without_attacks
from bot.drafters.extractive.cause import root_cause
from bot.drafters.extractive.findings import factors, lessons, open_questions
from bot.drafters.extractive.finishing import finish
from bot.drafters.extractive.impact import impact
from bot.drafters.extractive.language import foreign_note
from bot.drafters.extractive.lines import Line, read
from bot.drafters.extractive.milestones import find
from bot.drafters.extractive.repeats import repeat_note, without_repeats
from bot.drafters.extractive.summary import resolution, summary
from bot.drafters.extractive.timeline import timeline
from bot.drafters.extractive.weighing import weigh
from bot.ports import Drafted


class ExtractiveDrafter:
    """Implements the Drafter port without network, model or randomness."""

    name = "extractive"

    def draft(self, transcript: Transcript) -> Drafted:
        """A draft of sentences taken from the evidence; sections nobody spoke of stay empty.

        Time grows linearly with the number of messages. Raises nothing.
        """
        began = time.perf_counter()
        lines, attacks = without_attacks(read(transcript.evidence))
        lines, repeats = without_repeats(lines)
        notes = [attack_note(attacks)] if attacks else []
        notes += [repeat_note(repeats)] if repeats else []
        notes += [note] if (note := foreign_note(lines)) else []
        draft = finish(_draft(transcript, lines), transcript)
        seconds = time.perf_counter() - began
        return Drafted(draft=draft, drafter=self.name, seconds=seconds, notes=tuple(notes))


def _draft(transcript: Transcript, lines: Sequence[Line]) -> Draft:
    weights = weigh(lines)
    milestones = find(lines, weights)
    harm = impact(lines, weights, milestones)
    cause = root_cause(lines, weights, milestones)
    fixed = resolution(milestones)
    told = factors(
        lines, weights, milestones, {label for claim in cause.claims for label in claim.evidence[:1]}
    )
    return Draft(
        title=transcript.title,
        summary=summary(milestones, harm, cause, fixed),
        impact=harm,
        times=milestones.times(),
        timeline=timeline(lines, weights, milestones),
        root_cause=cause,
        contributing_factors=told,
        resolution=fixed,
        lessons=lessons(lines, {label for claim in told for label in claim.evidence}),
        action_items=action_items(lines, weights, milestones, transcript.roles),
        open_questions=open_questions(lines, weights),
    )
