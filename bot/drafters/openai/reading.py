"""A transcript as the model reads it: one line an item, in parts that fit, cut at threads in time order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.domain.folding import fold
from bot.domain.transcript import Evidence, Transcript, ts_order
from bot.drafters.extractive.attacks import is_attack
from bot.drafters.openai.spending import BYTES_PER_TOKEN, estimate


class Item(NamedTuple):
    """One piece of evidence as text, with its size in tokens at most."""

    label: int
    thread: str
    """The `ts` of its thread's root, or its own."""
    order: tuple[int, int]
    text: str
    size: int

    def shortened(self, limit: int) -> Item:
        """The same with its end cut off where it is larger than `limit` tokens."""
        if self.size <= limit:
            return self
        room = max(0, int((limit - 48) * BYTES_PER_TOKEN))
        text = self.text.encode(errors="replace")[:room].decode(errors="ignore") + " […]"
        return self._replace(text=text, size=estimate(text))


class Part(NamedTuple):
    """Items read in one call, in reading order."""

    items: tuple[Item, ...]

    @property
    def size(self) -> int:
        """In tokens at most."""
        return sum(item.size for item in self.items)

    @property
    def text(self) -> str:
        """As it is sent."""
        return "\n".join(item.text for item in self.items)

    @property
    def labels(self) -> tuple[int, int]:
        """The lowest and the highest label."""
        labels = [item.label for item in self.items]
        return min(labels), max(labels)


def readable(transcript: Transcript) -> tuple[list[Item], int]:
    """What the model may read, and how many messages were left out for talking to the drafter.

    Deleted and empty items are skipped; log dumps are folded to their telling lines.
    """
    said = [item for item in transcript.evidence if item.text.strip() and not item.deleted]
    kept = [item for item in said if not is_attack(item.text[:4_000])]
    roots = {item.ts: item.label for item in kept}
    return [_item(item, roots) for item in kept], len(said) - len(kept)


def _item(item: Evidence, roots: dict[str, int]) -> Item:
    root = item.thread_ts if item.thread_ts and item.thread_ts != item.ts else None
    marks = f" ↳ [{roots[root]}]" if root in roots and root else ""
    marks += " (after resolution)" if item.after_resolution else ""
    reactions = " ".join(f":{one.name}:×{one.count}" for one in item.reactions[:5])
    text = f"[{item.label}] {item.at:%Y-%m-%d %H:%M:%S}{marks} {item.role}: {fold(item.text)}"
    text = f"{text}  {reactions}" if reactions else text
    return Item(item.label, root or item.ts, ts_order(item.ts), text, estimate(text))


def split(items: Sequence[Item], limit: int) -> list[Part]:
    """Parts of at most `limit` tokens: threads whole where they fit, in the order their roots were posted.

    An item larger than the limit stands alone; the caller's limit must be larger than any item.
    """
    parts: list[list[Item]] = []
    size = 0
    for block in _blocks(items, limit):
        added = sum(item.size for item in block)
        if not parts or size + added > limit:
            parts.append([])
            size = 0
        parts[-1] += block
        size += added
    return [Part(tuple(part)) for part in parts]


def _blocks(items: Iterable[Item], limit: int) -> list[list[Item]]:
    threads: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda one: one.order):
        threads.setdefault(item.thread, []).append(item)
    blocks: list[list[Item]] = []
    for thread in threads.values():
        blocks += [thread] if sum(item.size for item in thread) <= limit else _pieces(thread, limit)
    return blocks


def _pieces(thread: Sequence[Item], limit: int) -> list[list[Item]]:
    pieces: list[list[Item]] = [[]]
    for item in thread:
        if pieces[-1] and sum(one.size for one in pieces[-1]) + item.size > limit:
            pieces.append([])
        pieces[-1].append(item)
    return pieces


def choose(places: Sequence[int], affordable: int) -> list[int]:
    """Which parts to read when only so many can be: the first, the last, then inwards from both ends."""
    order: list[int] = []
    first, last = 0, len(places) - 1
    while first <= last:
        order += [first] if first == last else [first, last]
        first, last = first + 1, last - 1
    return sorted(places[at] for at in order[:affordable])


def what_was_read(parts: Sequence[Part], read: Sequence[Part]) -> str | None:
    """A sentence for the reader where not all parts were read."""
    missing = [part for part in parts if part not in read]
    if not missing:
        return None
    count = sum(len(part.items) for part in missing)
    total = sum(len(part.items) for part in parts)
    spans = ", ".join("[{}]–[{}]".format(*part.labels) for part in missing[:5])
    more = f" and {len(missing) - 5} more stretches" if len(missing) > 5 else ""
    return (
        f"The model read {total - count} of {total} messages; not read, for the budget or a fault: "
        f"{spans}{more}."
    )
