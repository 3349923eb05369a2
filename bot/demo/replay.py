"""Playing a real Slack export: the same people, words and times, spoken into the local Slack."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from bot.demo.play import Play
from bot.demo.stage import Stage
from bot.domain.transcript import Message as Said
from bot.domain.transcript import Person as Known
from bot.sandbox import Channel, Message, Person
from bot.slack.export import ExportChannel

_MENTION = re.compile(r"@([UW][A-Z0-9]{2,})")
SHOWN = 12
"""How many messages of the beginning and of the end the terminal shows."""


def channel_name(name: str) -> str:
    """A name the bot watches by default."""
    return name if name.startswith("incident-") else f"incident-{name}"[:80]


def replay(play: Play, found: ExportChannel, people: Sequence[Known]) -> Channel:
    """Say everything at its time; returns the channel."""
    stage = play.stage
    speakers = _cast(play, found, people)
    channel = stage.slack.channel(channel_name(found.name), members=list(speakers.values()))
    stage.settle()
    said: dict[str, Message] = {}
    for index, message in enumerate(found.messages):
        _wait_until(stage, message)
        posted = _say(play, channel, message, said, speakers)
        said[message.ts] = posted
        if index < SHOWN or index >= len(found.messages) - SHOWN:
            who = play.names.get(message.author_id or "", message.author_name or "alert")
            play.screen.said(play.clock(), who, posted.text[:300], reply=message.is_reply)
        elif index == SHOWN:
            play.screen.note(f"      … {len(found.messages) - 2 * SHOWN} more messages …")
    play.settle(channel)
    return channel


def _cast(play: Play, found: ExportChannel, people: Sequence[Known]) -> dict[str, Person]:
    """Everybody who speaks or is spoken to, and two who review if nobody else does."""
    known = {person.id: person for person in people}
    speaking = {one.author_id for one in found.messages if one.author_id and not one.is_bot}
    cast: dict[str, Person] = {}
    for user_id in sorted(speaking | {one for one in known if not known[one].is_bot}):
        person = known.get(user_id, Known(id=user_id, real_name=user_id))
        handle = person.handle or f"person{len(cast) + 1}"
        cast[user_id] = play.stage.slack.person(
            handle, real_name=person.real_name or handle, display_name=person.display_name
        )
        play.names[user_id] = person.label
    while len(cast) < 2:
        handle = f"reviewer{len(cast) + 1}"
        cast[handle] = play.stage.slack.person(handle, real_name=handle.capitalize())
    play.people.update({person.name: person for person in cast.values()})
    return cast


def _wait_until(stage: Stage, message: Said) -> None:
    wait = message.at - stage.clock.now()
    if wait.total_seconds() > 0:
        stage.clock.jump(wait)


def _say(
    play: Play, channel: Channel, message: Said, said: dict[str, Message], speakers: dict[str, Person]
) -> Message:
    text = html.escape(message.text, quote=False)
    text = _MENTION.sub(lambda found: _mention(found, speakers), text)
    speaker = speakers.get(message.author_id or "")
    if message.is_bot or speaker is None:
        return play.stage.slack.alert(channel, username=message.author_name or "alert", text=text)
    root = said.get(message.thread_ts or "") if message.is_reply else None
    files = [{"id": file.id, "name": file.name} for file in message.files]
    return speaker.say(channel, text or "(a file)", thread=root, files=files)


def _mention(found: re.Match[str], speakers: dict[str, Person]) -> str:
    person = speakers.get(found[1])
    return person.mention if person else found[0]
