"""From what the bot wants to say to what Slack accepts."""

from __future__ import annotations

from bot.domain.posting import Diff, Document, Figures, IncidentCard, Line, Post, ReviewCard
from bot.slack import cards, document, limits, lines, statistics
from bot.slack.blocks import Payload


def render(post: Post) -> Payload:
    """A post as text and blocks, within every limit and with all foreign text made harmless."""
    return limits.fit(_drawn(post))


def _drawn(post: Post) -> Payload:
    match post:
        case Line():
            return lines.short(post)
        case IncidentCard():
            return cards.incident_card(post)
        case ReviewCard():
            return cards.review_card(post)
        case Document():
            return document.message(post)
        case Diff():
            return lines.diff(post)
        case Figures():
            return statistics.figures(post)
