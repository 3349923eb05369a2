"""`/postmortem stats`, and the buttons that ask for another period. Only who asks sees the answer."""

from __future__ import annotations

import re

from slack_bolt import Ack, App, Respond

from bot.domain.overview import Overview
from bot.domain.posting import Figures, Line
from bot.slack.blocks import Payload
from bot.slack.gestures import Gesture, value_of
from bot.slack.listeners.answering import attempt, check_team, numbers, team_of, word
from bot.slack.listeners.commands import Asked, command
from bot.slack.phrases import count
from bot.slack.rendering import render
from bot.slack.statistics import PRESSED
from bot.workflow.statistics import statistics
from bot.workflow.world import World


def register(app: App, world: World) -> None:
    """Answer the buttons."""
    pressed = re.compile(re.escape(PRESSED) + r"\w{1,20}")

    @app.action(pressed)
    def turn(ack: Ack, body: Gesture, respond: Respond) -> None:
        shown: list[Payload] = []

        def work() -> None:
            check_team(world, team_of(body))
            words = word(numbers(value_of(body)), "words")
            shown.append(_answer(world, body["user"]["id"], words))

        done = attempt(lambda text: shown.append(render(Line(text=text))), work)
        ack()
        # the digest is everybody's: what its buttons bring is for who pressed them
        own = bool((body.get("container") or {}).get("is_ephemeral"))
        respond(
            text=shown[-1].text,
            blocks=shown[-1].blocks,
            response_type="ephemeral",
            replace_original=own and done,
        )


@command(
    "stats [period] [service:name] [sev:1]",
    "how many incidents, of what kind, and what became of them (30d, quarter, year, 2026-Q1, 2026-03, all)",
)
def _stats(asked: Asked) -> Payload:
    return _answer(asked.world, asked.user_id, asked.words)


def _answer(world: World, user_id: str, words: str) -> Payload:
    found = statistics(world, user_id, words)
    url = world.directory.identity().url
    return render(
        Figures(title=f"Incidents, {found.period.label}", overview=found, note=_note(found), url=url)
    )


def _note(found: Overview) -> str:
    """Who sees this, and what is not in it."""
    said = "Only you see this."
    if found.private:
        said += (
            f" It counts {count(found.private, 'private incident')} of channels you are in:"
            " share it with care."
        )
    if found.left_out:
        said += f" All are counted; {found.left_out:,} older ones were not compared for shared causes."
    return said
