"""The offline drafter: rules over wording, reactions, speakers and time; the same draft every time."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from bot.domain.postmortem import ActionItem, Draft, Lessons
from bot.domain.transcript import Transcript
from bot.drafters.extractive.actions import action_items
from bot.drafters.extractive.attacks import attack_note, without_attacks
from bot.drafters.extractive.cause import root_cause
from bot.drafters.extractive.findings import factors, lessons, open_questions
from bot.drafters.extractive.finishing import finish
from bot.drafters.extractive.impact import impact
from bot.drafters.extractive.language import foreign_note
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, read
from bot.drafters.extractive.milestones import Milestones, find
from bot.drafters.extractive.repeats import repeat_note, without_repeats
from bot.drafters.extractive.summary import resolution, summary
from bot.drafters.extractive.timeline import timeline
from bot.drafters.extractive.weighing import weigh
from bot.ports import Drafted

_CLOSING = re.compile(r"\bclosing (?:this|it|here|the incident)?\b", re.IGNORECASE)


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
    items = action_items(lines, weights, milestones, transcript.roles)
    learned = lessons(lines, {label for claim in told for label in claim.evidence})
    return Draft(
        title=transcript.title,
        summary=summary(lines, milestones, harm, cause),
        impact=harm,
        times=milestones.times(),
        timeline=timeline(
            lines,
            weights,
            milestones,
            telling_cause=[claim.evidence[0] for claim in cause.claims[:2]],
            elsewhere=_told_elsewhere(lines, milestones, items, learned),
        ),
        root_cause=cause,
        contributing_factors=told,
        resolution=fixed,
        lessons=learned,
        action_items=items,
        open_questions=open_questions(lines, weights),
    )


def _told_elsewhere(
    lines: Sequence[Line], milestones: Milestones, items: Sequence[ActionItem], learned: Lessons
) -> frozenset[int]:
    """Labels of follow-ups promised once it was over, of luck, thanks and farewells."""
    end = milestones.resolved.at if milestones.resolved else None
    late = {line.item.label for line in lines if line.item.after_resolution or (end and line.at > end)}
    follow_ups = {item.evidence[0] for item in items if item.evidence[0] in late}
    lucky = {label for claim in (*learned.lucky, *learned.went_well) for label in claim.evidence}
    thanks = {
        line.item.label
        for line in lines
        if (line.said[Signal.SOCIAL] and line.words <= 6 and not line.said[Signal.RESOLVED])
        or (_CLOSING.search(line.prose) and line.words <= 8)
        or "[secret:" in line.prose
    }
    return frozenset(follow_ups | lucky | thanks)
