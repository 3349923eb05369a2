"""Who was who in an incident, as aliases that never change once given.

The incident lead is who started, resolved and coordinated it; an on-call engineer is named only where
somebody said so of themselves; everybody else who wrote is a numbered responder in order of appearance,
and who was only mentioned a numbered colleague.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.spellings import BRIDGED
from bot.domain.transcript import Evidence, Message, Person

LEAD = "incident lead"
ON_CALL = "on-call engineer"

_SPEAKER = re.compile(r"(?m)^<([^<>\n@/]{2,40})>(?=\s\S)|\bre @[\w.-]+: <([^<>\n@/]{2,40})>")

MENTION = re.compile(r"@([UW][A-Z0-9]{2,20})\b")

_LEADS = re.compile(
    r"\bi(?:['’]m| am|['’]ll be| will be) (?:the )?(?:ic|incident (?:commander|lead|manager))\b|"
    r"\b(?:taking|i(?:['’]ll| will) take|i have|i['’]ve got) (?:the )?(?:ic|incident command|lead)\b"
)
_ON_CALL = re.compile(
    r"\b(?:i['’]?m|i am) (?:the |currently )?(?:primary |secondary )?on-?\s?call\b|"
    r"\bon-?call (?:here|engineer here)\b|\bi (?:just )?got paged\b|\bi was (?:just )?paged\b|"
    r"\b(?:just )?got paged\b|\bpaged me\b"
)
_REPORTS = re.compile(r"(?:status|update|summary|next steps?|eta)\b")
_COORDINATES = re.compile(
    r"\b(?:can|could) (?:you|someone|somebody|anyone)\b|\bwho (?:can|is|has)\b|@[uw][a-z0-9]{2,20}|"
    r"\bplease\b|\bnext update\b"
)
_NUMBER = re.compile(r"(?:responder|colleague) (\d+)")


def assign(
    messages: Sequence[Message],
    *,
    known: Iterable[Evidence] = (),
    started_by: str | None = None,
    resolved_by: str | None = None,
) -> dict[str, str]:
    """User id → alias, for everybody who wrote or was mentioned; bots are not in it.

    `messages` are in time order. Aliases of `known` evidence are kept, whatever later messages say.
    """
    roles = {
        item.author_id: item.role for item in known if item.author_id and not item.role.endswith("(alert)")
    }
    writers = list(dict.fromkeys(m.author_id for m in messages if m.author_id and not m.is_bot))
    if LEAD not in roles.values() and (lead := _lead(messages, set(writers), started_by, resolved_by)):
        roles.setdefault(lead, LEAD)
    if ON_CALL not in roles.values() and (on_call := _on_call(messages, roles)):
        roles[on_call] = ON_CALL
    mentioned = [user for m in messages for user in MENTION.findall(m.text) if not m.deleted]
    bots = {m.author_id for m in messages if m.is_bot}
    number(roles, writers, "responder")
    number(roles, [user for user in dict.fromkeys(mentioned) if user not in bots], "colleague")
    return roles


def bridged_speakers(messages: Iterable[Message]) -> list[Person]:
    """People whose words a bridge or a quote relays as `<name> words`: they have no account here."""
    found: dict[str, Person] = {}
    for message in messages:
        for match in _SPEAKER.finditer(message.text):
            name = (match[1] or match[2]).strip()
            found.setdefault(name, Person(id=BRIDGED + name, real_name=name, is_external=True))
    return list(found.values())


def bot_role(name: str) -> str:
    """`Datadog (alert)`."""
    return f"{name or 'integration'} (alert)"


def number(roles: dict[str, str], users: Iterable[str], word: str) -> None:
    """Number whoever has no alias yet, after the highest number given; responders start at 2."""
    given = [int(found[1]) for role in roles.values() if (found := _NUMBER.fullmatch(role)) and word in role]
    latest = max(given, default=1)
    for user in users:
        if user not in roles:
            latest += 1
            roles[user] = f"{word} {latest}"


def _lead(
    messages: Sequence[Message], writers: set[str], started_by: str | None, resolved_by: str | None
) -> str | None:
    """Saying so outweighs everything; starting and resolving outweigh coordinating."""
    people = writers | ({started_by, resolved_by} - {None})
    if not people:
        return None
    score: dict[str, float] = dict.fromkeys((str(person) for person in people), 0.0)
    total = max(1, sum(1 for m in messages if m.author_id in writers))
    for message in messages:
        author = message.author_id
        if author is None or author not in score or message.is_bot:
            continue
        score[author] += 10 / total * 0.3
        lower = message.text.lower()
        score[author] += 10 / total if _coordinates(lower) else 0
        score[author] += 100 if _LEADS.search(lower) else 0
    for user, weight in ((started_by, 3.0), (resolved_by, 2.0)):
        if user:
            score[user] += weight
    order = {user: place for place, user in enumerate(_by_appearance(messages))}
    return max(score, key=lambda user: (score[user], -order.get(user, len(order))))


def _coordinates(lower: str) -> bool:
    """Whether a message, in lower case, gathers people and keeps them informed."""
    return bool(_REPORTS.match(lower) or _COORDINATES.search(lower))


def _by_appearance(messages: Sequence[Message]) -> Mapping[str, None]:
    return dict.fromkeys(m.author_id for m in messages if m.author_id)


def _on_call(messages: Sequence[Message], roles: Mapping[str, str]) -> str | None:
    for message in messages:
        if message.author_id and not message.is_bot and _ON_CALL.search(message.text.lower()):
            return message.author_id if roles.get(message.author_id) is None else None
    return None
