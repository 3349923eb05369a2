"""What is there in the end, as facts to compare with those of an undisturbed run."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from bot.domain.incident import Incident
from bot.domain.job import JobState
from bot.domain.posting import Action
from bot.domain.review import DRAFTER_AUTHOR
from bot.ports import Records
from bot.sandbox import Channel, Conversation, Message
from bot.slack.messages import OWN
from storage.records import Tables
from tests.chaos.script import DUE, LUCK, SUMMARY, Play
from tests.chaos.theatre import key_of

Fact = tuple[str, ...]
END = "9999999999.999999"
_EDITED = frozenset({"summary", "lucky"})
"""What people write in the play. What a drafter writes depends on the minutes that a kill costs."""
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*?(?=:\d+$)")
_ID = re.compile(r"(?<=:)\d+(?=:|$)")


class Difference(NamedTuple):
    """What an undisturbed run had and this one has not, and the other way round."""

    lost: tuple[Fact, ...]
    doubled: tuple[Fact, ...]

    def __str__(self) -> str:
        """The first of each, in a line."""
        parts = [f"lost {_told(fact)}" for fact in self.lost[:2]]
        return "; ".join([*parts, *(f"too much: {_told(fact)}" for fact in self.doubled[:2])])


def _told(fact: Fact) -> str:
    return " ".join(fact)[:110]


def compare(undisturbed: Counter[Fact], found: Counter[Fact]) -> Difference:
    """Facts are counted: one of two equal posts is one too much."""
    lost, more = undisturbed - found, found - undisturbed
    return Difference(tuple(sorted(lost.elements())), tuple(sorted(more.elements())))


def facts(play: Play) -> Counter[Fact]:
    """Everything that must be the same however often somebody was killed."""
    found = play.theatre.look(lambda records: _stored(records, play))
    for place in (play.channel, play.other, play.news, play.ben.direct(), play.maya.direct()):
        found += _posted(place)
    found += _documents(play)
    found += _complaints(play)
    return Counter(found)


def _stored(records: Tables, play: Play) -> list[Fact]:
    found: list[Fact] = []
    for incident in records.incidents.recent(play.theatre.slack.workspace.team, visible=None, limit=20):
        found += _of_incident(records, incident)
    for channel in (play.channel, play.other):
        found += _archived(records, play, channel)
    found += [("buried", job.kind, str(job.last_error)) for job in records.jobs.listed(JobState.BURIED)]
    return found


def _of_incident(records: Tables, incident: Incident) -> Iterator[Fact]:
    key = incident.key
    yield "incident", key, incident.status, str(incident.generation), incident.title
    yield from _revisions(records, incident)
    for review in records.reviews.of(incident.id):
        yield "review", key, str(review.revision), review.user_id, review.decision, review.text
    for publication in records.publications.of(incident.id):
        yield "publication", key, publication.publisher, str(publication.revision)
    for item in records.evidence.of(incident.id):
        yield "evidence", key, str(item.label), item.source, item.text
    for line in records.audit.of(incident.id):
        yield "audit", key, line.actor, line.action
    for row in records.posts.of(incident.id):
        yield "row", key, _lasting(row.key), "answered" if row.ts else "unanswered", str(row.shown)
    for one in records.actions.of(incident.id):
        terms = (one.text, one.state, str(one.owner_id), str(one.due), str(one.priority))
        yield "action", key, *terms, "cited" if one.evidence else "resting on nothing"


def _lasting(key: str) -> str:
    """A post's key without the time in it, which differs by the minutes that a kill costs, and without ids:
    PostgreSQL leaves some out when it is restarted."""
    return _ID.sub("#", timeless(key))


def timeless(key: str) -> str:
    """A post's key without the moment of a promise in it, which is another one in every play."""
    return _TIME.sub("…", key)


def _revisions(records: Tables, incident: Incident) -> Iterator[Fact]:
    key = incident.key
    for revision in records.revisions.all(incident.id):
        yield "revision", key, str(revision.number), revision.author, revision.reason
        for section, claim in revision.draft.claims():
            if revision.author != DRAFTER_AUTHOR and section in _EDITED:
                yield "claim", key, str(revision.number), section, claim.text, *map(str, claim.evidence)
        for name, value in revision.coverage.model_dump(mode="json").items():
            if name == "skipped":
                # how many messages of ours there were depends on how often a picture was attached anew
                value.pop(OWN.reason, None)
            if name == "notes":  # a kill makes an outage, of which a draft may tell
                value = [note for note in value if "missed" not in note]  # noqa: PLW2901  # without that one
            if not name.endswith("_at"):
                yield "coverage", key, str(revision.number), name, json.dumps(value)


def _archived(records: Records, play: Play, channel: Channel) -> Iterator[Fact]:
    """The archive beside what people see: neither may know what the other does not."""
    team = play.theatre.slack.workspace.team
    stored = {one.ts: one for one in records.messages.in_channel(team, channel.id, oldest="0", latest=END)}
    for message in channel.messages:
        if message.bot_id == play.theatre.slack.app.bot_id or message.subtype is not None:
            continue
        kept = stored.pop(message.ts, None)
        same = kept is not None and not kept.deleted and kept.text == message.text
        yield "message", channel.name, message.text, "kept" if same else "missing or different"
    for kept in stored.values():
        yield "message", channel.name, kept.text, "deleted" if kept.deleted else "not in Slack"


def _posted(channel: Conversation) -> Iterator[Fact]:
    mine = [message for message in channel.messages if key_of(message)]
    for message in mine:
        buttons = [action for action in Action if f'"{action.value}"' in json.dumps(message.blocks)]
        place = "thread" if message.is_reply else "channel"
        yield "post", channel.name, place, _lasting(str(key_of(message))), *buttons
    order = [str(key_of(message)).split(":")[0] for message in mine]
    yield "order", channel.name, *(kind for kind in order if kind in ("card", "review", "document"))
    yield from _shown(mine)
    yield from (
        ("file", channel.name, str(file["name"])) for message in channel.messages for file in message.files
    )


def _shown(mine: list[Message]) -> Iterator[Fact]:
    """Whether the edits are to be seen where the document is."""
    for message in mine:
        kind = str(key_of(message)).split(":")[0]
        if kind in ("review", "document"):
            text = json.dumps(message.blocks)
            yield "shown", kind, *(edit for edit in (SUMMARY, LUCK) if edit in text)


def _documents(play: Play) -> Iterator[Fact]:
    for path in sorted(play.theatre.documents.glob("*")):
        text = path.read_text(encoding="utf-8")
        yield "document", path.name, *(word for word in (SUMMARY, LUCK, DUE, "done") if word in text)


def _complaints(play: Play) -> Iterator[Fact]:
    slack = play.theatre.slack
    yield from (("refused by Slack", one.method, one.error) for one in slack.rejections)
    yield from (("ping", one.mention) for one in slack.pings)
