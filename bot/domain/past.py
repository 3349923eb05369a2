"""Finding the incidents in old talk: a whole channel, or the threads and bursts of a long-lived one.

The rule (docs/importing.md tells it to operators): a channel is one incident unless at least two stretches
of its talk look like incidents of their own and begin `APART` from each other, or at least four do on as
many days. Then each thread that looks like one is one, and of the rest each burst that does. A stretch
looks like an incident where it says that something broke and later that it is over, or carries a
resolving reaction.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.incident import Scope, title_from_channel, title_from_message
from bot.domain.transcript import Message, in_time_order, ts_order

SILENCE = timedelta(hours=8)
"""A pause that ends a burst of talk in a long-lived channel: a night."""
APART = timedelta(days=14)
"""So far apart two incidents make a channel a long-lived one."""
DAYS = 4
"""On so many days something began in a long-lived channel, however short its history is."""
FEWEST = 3
"""A thread or a burst of fewer messages is no incident."""
OPENING = 5
"""Among so many first messages a stretch must say that something broke."""

RESOLVING = frozenset({"white_check_mark", "heavy_check_mark", "resolved", "incident-resolved", "all-clear"})
"""Reactions that resolved incidents before there was a bot, besides those of the setting."""

_TROUBLE = re.compile(
    r"(?i)\b(?:down|outage|incident|sev-?\d|p[01]|5\d\ds?|errors?|failing|fails|failed|failures?|"
    r"broken|breaks|timeouts?|timing out|timed out|unavailable|unreachable|degraded|degradation|latency|slow|"
    r"spik(?:e|es|ing)|crash(?:ed|es|ing|loop\w*)?|stuck|firing|alert(?:s|ing)?|page[ds]?|impact\w*|"
    r"cannot|can['’]t|not working|not responding|oom\w*|full disk|disk full|expired|rejected|stalled|"
    r"lag(?:ging)?)\b"
)
_OVER = re.compile(
    r"(?i)\b(?:resolved|fixed|mitigated|recover(?:ed|ing|y)|restored|all clear|all green|back to normal|"
    r"back up|back online|works? again|working again|healthy again|rolled back|reverted|closing|closed|"
    r"incident (?:is )?over|no longer (?:seeing|failing|happening))\b"
)


class Split(StrEnum):
    """How to look at a channel: by the rule, as one incident, or as many."""

    AUTO = "auto"
    NEVER = "never"
    ALWAYS = "always"


class Kind(StrEnum):
    """What an imported incident was made from."""

    CHANNEL = "channel"
    THREAD = "thread"
    BURST = "burst"
    DOCUMENT = "document"


class Part(BaseModel):
    """A stretch of talk that is an incident; `messages` in time order, tombstones included."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    root_ts: str | None = None
    messages: tuple[Message, ...]

    @property
    def scope(self) -> Scope:
        """What the incident's transcript covers."""
        return Scope.THREAD if self.kind is Kind.THREAD else Scope.CHANNEL

    @property
    def start(self) -> str:
        """The first message's `ts`; a thread's is its root's, whether that is known or not."""
        return self.root_ts or self.messages[0].ts

    @property
    def last(self) -> str:
        """The last message's `ts`."""
        return self.messages[-1].ts


class Found(BaseModel):
    """The incidents of a channel, by start. `rest` counts what was left out, by reason."""

    model_config = ConfigDict(frozen=True)

    parts: tuple[Part, ...] = ()
    rest: dict[str, int] = {}


def find(messages: Iterable[Message], *, emojis: Collection[str] = (), split: Split = Split.AUTO) -> Found:
    """The incidents in a channel's talk."""
    said = in_time_order(messages)
    if not any(message.text or message.files for message in said):
        return Found()
    marks = RESOLVING | set(emojis)
    if split is Split.NEVER:
        return _whole(said)
    parts = _parts(said, marks)
    if split is Split.AUTO and not _is_long_lived(parts):
        return _whole(said)
    used = sum(len(part.messages) for part in parts)
    rest = {"messages outside any incident": len(said) - used} if used < len(said) else {}
    return Found(parts=tuple(parts), rest=rest)


def _whole(said: Sequence[Message]) -> Found:
    return Found(parts=(Part(kind=Kind.CHANNEL, messages=tuple(said)),))


def _parts(said: Sequence[Message], marks: Collection[str]) -> list[Part]:
    threads: dict[str, list[Message]] = {}
    for message in said:
        threads.setdefault(message.thread_ts or message.ts, []).append(message)
    own = {root for root, talk in threads.items() if len(talk) >= FEWEST and _looks_like_one(talk, marks)}
    parts = [Part(kind=Kind.THREAD, root_ts=root, messages=tuple(threads[root])) for root in own]
    loose = [message for message in said if (message.thread_ts or message.ts) not in own]
    for burst in _bursts(loose):
        if len(burst) >= FEWEST and _looks_like_one(burst, marks):
            parts.append(Part(kind=Kind.BURST, messages=tuple(burst)))
    return sorted(parts, key=lambda part: ts_order(part.start))


def _bursts(said: Sequence[Message]) -> Iterator[list[Message]]:
    """Runs of talk without a night's silence. A reply belongs where its root is; one whose root is not
    known where it was said."""
    roots = {message.ts for message in said if not message.is_reply}
    bursts: dict[str, list[Message]] = {}
    began: dict[str, str] = {}
    current, before = "", None
    for message in said:
        if message.is_reply and message.thread_ts in roots:
            continue
        if before is None or message.at - before >= SILENCE:
            current = message.ts
        bursts.setdefault(current, []).append(message)
        began[message.ts], before = current, message.at
    for message in said:
        if message.is_reply and message.thread_ts in roots:
            bursts[began[message.thread_ts or ""]].append(message)
    for burst in bursts.values():
        yield in_time_order(burst)


def _looks_like_one(talk: Sequence[Message], marks: Collection[str]) -> bool:
    """Something broke, and later it was over."""
    broke = next((at for at, one in enumerate(talk[:OPENING]) if _TROUBLE.search(one.text)), None)
    if broke is None:
        return False
    ticked = any(mark.name in marks for message in talk for mark in message.reactions)
    return ticked or any(_OVER.search(message.text) for message in talk[broke + 1 :])


def _is_long_lived(parts: Sequence[Part]) -> bool:
    if len(parts) < 2:
        return False
    begun = [part.messages[0].at for part in parts]
    return max(begun) - min(begun) >= APART or len({at.date() for at in begun}) >= DAYS


def title_of(part: Part, channel_name: str, prefixes: Iterable[str]) -> str:
    """What the incident is called: a whole channel by its name, unless that says nothing; else by the
    message that says what broke. `part` is masked already."""
    named = title_from_channel(_bare(channel_name), prefixes)
    if part.kind is Kind.CHANNEL and re.search(r"[^\W\d_]{3,}", named) and named != "Incident":
        return named
    spoken = [message for message in part.messages if message.text and not message.deleted]
    first = [part.messages[0]] if part.kind is Kind.THREAD and part.messages[0].text else []
    telling = [message for message in spoken[:OPENING] if _TROUBLE.search(message.text)]
    for message in (*first, *telling, *spoken):
        if title := title_from_message(message.text):
            return title
    return named


def _bare(name: str) -> str:
    """A channel's name without what is told elsewhere: its severity and date."""
    parts = [part for part in re.split(r"[-_]+", name) if not re.fullmatch(r"(?:sev|p)[0-5]|20\d{6}", part)]
    return "-".join(parts) or name
