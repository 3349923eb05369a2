"""Incidents that never were, with words that real ones use. The same seed gives the same text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random

from bot.domain.transcript import Evidence, Person, Source, Transcript, as_ts
from bot.ports import SearchDocument
from tests.bench.vocabulary import (
    CHATTER,
    FAULTS,
    FIRST,
    KINDS,
    LAST,
    MEASURES,
    PARTS,
    QUALITIES,
    SERVICES,
    TALK,
)

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Talk:
    """Lines of incident chat, and postmortems about them."""

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)  # the same talk every time, no secret

    def line(self, number: int = 0) -> str:
        """What somebody says: more chatter than substance, numbered so that no two lines are the same."""
        choose = self._random
        if choose.random() < 0.45:
            return f"{self._filled(choose.choice(CHATTER))} ({number})"
        return f"{self._filled(choose.choice(TALK))} ({number})"

    def people(self, count: int) -> tuple[Person, ...]:
        """Colleagues."""
        return tuple(self._person(number) for number in range(count))

    def transcript(self, messages: int, *, people: int = 12) -> Transcript:
        """A channel's talk over some hours, among a few people and an alerting bot."""
        crowd = self.people(people)
        roles = {person.id: f"responder {number}" for number, person in enumerate(crowd, 1)}
        evidence = tuple(self._evidence(number, crowd, roles) for number in range(1, messages + 1))
        return Transcript(
            incident_key="INC-1",
            title=self.title(),
            severity="sev2",
            started_at=START,
            resolved_at=evidence[-1].at,
            evidence=evidence,
            people=crowd,
            roles=roles,
        )

    def title(self) -> str:
        """What an incident is called."""
        return self._filled("{service}: {part} {fault}").capitalize()

    def document(self, incident_id: int, *, team_id: str, channel_id: str) -> SearchDocument:
        """A postmortem as the search index takes it: some 250 words, most of them about one thing."""
        choose, about = self._random, self._subject()

        def sentence(pattern: str) -> str:
            return self._filled(pattern, about if choose.random() < 0.85 else self._subject())

        return SearchDocument(
            incident_id=incident_id,
            team_id=team_id,
            channel_id=channel_id,
            title=sentence("{service}: {part} {fault}").capitalize(),
            cause=sentence("The {part} of {service} was {fault} after {version}."),
            summary=" ".join(sentence(choose.choice(TALK)) + "." for _ in range(4)),
            body="\n".join(sentence(choose.choice(TALK)) + "." for _ in range(22)),
            services=(about["service"],),
            published=choose.random() < 0.7,
            at=START + timedelta(minutes=incident_id),
        )

    def query(self) -> str:
        """What somebody looking for an incident types."""
        choose = self._random
        shapes = ("{part}", "{part} {fault}", "{service} {part}", "{service} {fault}", "{version}")
        return self._filled(choose.choice(shapes), self._subject())

    def _subject(self) -> dict[str, str]:
        """What an incident is about: one of 200 services, of 230 parts, of 16 faults; some are commoner."""
        choose = self._random
        service = SERVICES[int(len(SERVICES) * choose.random() ** 2)]
        part = PARTS[int(len(PARTS) * choose.random() ** 2)]
        return {
            "service": f"{service}-{choose.choice(KINDS)}",
            "part": f"{choose.choice(QUALITIES)} {part}",
            "fault": choose.choice(FAULTS),
        }

    def _person(self, number: int) -> Person:
        first, last = self._random.choice(FIRST), self._random.choice(LAST)
        name = f"{first} {last}" if number < 100 else f"{first} {last}{number}"
        return Person(
            id=f"U{number:08d}",
            handle=f"{first.lower()}.{last.lower()}{number}",
            real_name=name,
            display_name=first.lower(),
            email=f"{first.lower()}.{last.lower()}{number}@example.com",
        )

    def _evidence(self, number: int, crowd: tuple[Person, ...], roles: dict[str, str]) -> Evidence:
        at = START + timedelta(seconds=7 * number)
        who = self._random.choice(crowd)
        from_alert = self._random.random() < 0.08
        return Evidence(
            label=number,
            source=Source.ALERT if from_alert else Source.CHAT,
            channel="C1",
            ts=as_ts(at),
            author_id=None if from_alert else who.id,
            role="Datadog (bot)" if from_alert else roles[who.id],
            text=self.line(number),
        )

    def _filled(self, pattern: str, about: Mapping[str, str] | None = None) -> str:
        choose = self._random
        words = {
            "service": choose.choice(SERVICES),
            "part": choose.choice(PARTS),
            "fault": choose.choice(FAULTS),
            "n": str(choose.randint(2, 95)),
            "version": f"v{choose.randint(1, 9)}.{choose.randint(0, 40)}.{choose.randint(0, 9)}",
            "clock": f"{choose.randint(0, 23):02d}:{choose.randint(0, 59):02d}",
        }
        words |= about or {}
        measure = choose.choice(MEASURES).format(**words)
        return pattern.format(**words, measure=measure)


def message_events(
    talk: Talk, channel: str, users: tuple[str, ...], *, now: Callable[[], float]
) -> Iterator[dict[str, object]]:
    """Inner `message` events without end, said when they are asked for: roots, replies, one edit in twenty.
    Each `ts` is new."""
    choose = Random(2)  # the same mix every time
    root = ""
    number = 0
    while True:
        number += 1
        ts = f"{int(now())}.{number % 1_000_000:06d}"
        said: dict[str, object] = {
            "type": "message",
            "channel": channel,
            "channel_type": "channel",
            "user": choose.choice(users),
            "text": talk.line(number),
            "ts": ts,
            "event_ts": ts,
        }
        if number % 20 == 0 and root:
            changed = said | {"ts": root, "edited": {"user": said["user"], "ts": ts}}
            said = {"type": "message", "subtype": "message_changed", "hidden": True, "message": changed}
            said |= {"channel": channel, "channel_type": "channel", "ts": ts, "event_ts": ts}
        elif number % 3 == 0 and root:
            said["thread_ts"] = root
        else:
            root = ts
        yield said
