"""`make demo`: plays an incident, then says where the documents are."""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from bot.demo import story
from bot.demo.play import Play, find, play_story, resolve_and_review, written
from bot.demo.replay import replay
from bot.demo.stage import START, Stage
from bot.demo.terminal import Screen
from bot.errors import UserError
from bot.log import configure
from bot.offline import choose
from bot.slack.export import read_export
from bot.workflow.world import Policy

WHOLE_EXPORT = timedelta(days=365)


def run(console: Console, transcript: Path | None, output: Path) -> int:
    """Play the built-in incident, or an export; returns the exit code.

    Raises:
        UserError: the export cannot be read, or `output` cannot be written.
    """
    configure(level="error", style="text")
    began = time.monotonic()
    found = read_export(transcript) if transcript else None
    chosen = choose(found, Policy()) if found else None
    at = chosen.messages[0].at - timedelta(minutes=1) if chosen else START
    _writable(output)
    with tempfile.TemporaryDirectory(prefix="postmortem-demo-") as folder:
        settings = {
            "postmortem_dir": output,
            "transcript_lookback": WHOLE_EXPORT if chosen else timedelta(hours=24),
        }
        with Stage(Path(folder), at=at, **settings) as stage:
            play = Play(stage, Screen(console))
            if chosen is None or found is None:
                channel = play_story(play)
                words = story.SEARCH
            else:
                play.screen.chapter(f"1 · The incident of {chosen.name}, as it was told")
                if others := len(found.channels) - 1:
                    play.screen.note(f"      (the likeliest channel; {others:,} more: `postmortem import`)")
                channel = replay(play, chosen, found.people)
                resolve_and_review(play, channel, (story.QUESTION,))
                words = _title(play)
            find(play, channel, words)
    console.print()
    console.print(f"Done in {time.monotonic() - began:.1f} s. The published documents:", style="bold green")
    for path in written(output):
        console.print(f"  {path}", soft_wrap=True)
    return 0


def _writable(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{output} cannot be written ({error.strerror}); name another folder with --output."
        ) from None


def _title(play: Play) -> str:
    with play.stage.bot.database.begin() as records:
        incident = records.incidents.recent(play.stage.bot.world.team_id, visible=None, limit=1)[0]
    return incident.title
