"""Statistics as a message: what is counted as rows with bars, and what such numbers cannot say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.domain.incident import describe_duration
from bot.domain.overview import (
    CAVEAT,
    ENOUGH,
    NAMED,
    NAMED_TOGETHER,
    SOURCE,
    Count,
    Filters,
    Overview,
    Spread,
)
from bot.domain.patterns import Cluster, Named, Repeat
from bot.domain.places import thread_url
from bot.domain.posting import Figures
from bot.slack import blocks
from bot.slack.blocks import Json, Payload
from bot.slack.mrkdwn import bold, clean, escape, line, link
from bot.slack.phrases import count

PRESSED = "pm_stats_"
"""How the `action_id` of a period's button begins; the rest is the period."""
PERIODS = (("30d", "30 days"), ("quarter", "Quarter"), ("year", "Year"), ("all", "All time"))
LISTED = 7
_LABEL, _BAR = 15, 10
_EIGHTHS = " ▏▎▍▌▋▊▉"
_HEIGHTS = "▁▂▃▄▅▆▇█"


def figures(post: Figures) -> Payload:
    """The whole message, with a button for each other period."""
    found = post.overview
    shown = [blocks.header(post.title), blocks.section(_headline(found))]
    if found.total:
        shown += [blocks.section(text) for text in _tables(found)]
        shown += blocks.paragraph(_durations(found), title="How long it took")
        shown.append(blocks.context(f"{line(CAVEAT)} {link('The VOID report', SOURCE)}"))
        shown += blocks.paragraph(_followed_up(found), title="Followed up")
        shown += _patterns(found, post.url)
    if post.note:
        shown.append(blocks.context(line(post.note)))
    shown.append(_buttons(found))
    return Payload(f"{line(post.title)}: {_headline(found)}", shown)


def _headline(found: Overview) -> str:
    about = [f"service {line(found.filters.service)}" if found.filters.service else ""]
    about.append(str(found.filters.severity).upper() if found.filters.severity else "")
    narrowed = ", ".join(word for word in about if word)
    said = bold(count(found.total, "incident")) + (f" ({narrowed})" if narrowed else "")
    if not found.total:
        return f"{said}. Nothing to count."
    earlier = found.period.before
    if found.before is not None and earlier is not None:
        said += f", {found.before} in {line(earlier.label)}"
    said += "."
    if len(found.bars) > 2:
        said += f"\n{_spark(found)}"
    return " ".join(part for part in (said, line(found.busiest)) if part)


def _spark(found: Overview) -> str:
    """One small column a week, month or year."""
    most = max(bar.total for bar in found.bars)
    columns = "".join(
        _HEIGHTS[round(bar.total / most * (len(_HEIGHTS) - 1))] if bar.total else "·" for bar in found.bars
    )
    return f"`{columns}` {found.bars[0].label} – {found.bars[-1].label}, at most {most}"


def _tables(found: Overview) -> Iterable[str]:
    for title, rows in (
        ("By severity", found.by_severity),
        ("By service", found.by_service),
        ("By kind of cause", found.by_cause),
    ):
        if rows:
            yield f"{bold(title)}\n{_table(rows)}"


def _table(rows: Sequence[Count]) -> str:
    """Names, bars and numbers in columns; between three backticks they keep their places."""
    shown = rows[:LISTED]
    most = max((row.count for row in rows), default=0)
    wide = min(_LABEL, max(len(_plain(row.name)) for row in shown))
    lines = [
        f"{_cut(_plain(row.name), wide):<{wide}} {_bar(row.count, most)} {row.count}{_before(row)}".rstrip()
        for row in shown
    ]
    rest = rows[LISTED:]
    if rest:
        lines.append(f"and {len(rest)} more: {sum(row.count for row in rest)}")
    return "```" + escape("\n".join(lines)) + "```"


def _plain(name: str) -> str:
    """A name as it stands in a table: nothing in it ends the code block."""
    name = " ".join(clean(name).replace("`", "'").split())
    return name.upper() if name.startswith("sev") and name[3:].isdigit() else name


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _bar(value: int, most: int) -> str:
    eighths = round(8 * _BAR * value / most) if most else 0
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()).ljust(_BAR)


def _before(row: Count) -> str:
    return "" if row.before is None else f" (before: {row.before})"


def _durations(found: Overview) -> list[str]:
    return [f"• {_duration(spread)}" for spread in found.durations]


def _duration(spread: Spread) -> str:
    """`to resolve: 42 min in the median, half of them 20 min to 1 h 5 min (of 12 incidents)`."""
    what = bold(f"to {spread.name}")
    if spread.median is None or spread.lower is None or spread.upper is None:
        return f"{what}: too few to say ({count(spread.count, 'incident')}; it takes {ENOUGH})"
    middle = f"half of them {_span(spread.lower)} to {_span(spread.upper)}"
    before = f", {_span(spread.before)} in the period before" if spread.before is not None else ""
    return (
        f"{what}: {_span(spread.median)} in the median{before}; {middle} ({count(spread.count, 'incident')})"
    )


def _span(span: timedelta) -> str:
    return describe_duration(span)


def _followed_up(found: Overview) -> list[str]:
    share = found.approved
    percent = f" ({share.percent} %)" if share.percent is not None else ""
    said = [f"• {share.part} of {share.whole} postmortems approved{percent}"] if share.whole else []
    if found.actions is not None and found.actions.accepted:
        late = f", {found.actions.overdue} overdue" if found.actions.overdue else ""
        said.append(f"• {found.actions.done} of {found.actions.accepted} accepted action items done{late}")
    return said or ["• Nothing was due for review yet."]


def _patterns(found: Overview, url: str) -> list[Json]:
    shown: list[Json] = []
    if found.repeats:
        lines = [_repeat(one, url) for one in found.repeats[:NAMED]]
        shown += blocks.paragraph(_and_more(lines, len(found.repeats)), title="A known cause again")
    if found.clusters:
        lines = [_cluster(one, url) for one in found.clusters[:NAMED]]
        shown += blocks.paragraph(_and_more(lines, len(found.clusters)), title="Sharing a cause")
    return shown


def _and_more(lines: list[str], total: int) -> list[str]:
    return [*lines, f"… and {total - len(lines)} more"] if total > len(lines) else lines


def _repeat(repeat: Repeat, url: str) -> str:
    earlier = f"{_named(repeat.earlier, url)} of {repeat.earlier.started_at:%Y-%m-%d}"
    return f"• {_named(repeat.incident, url, title=True)} like {earlier} ({line(repeat.cause)})"


def _cluster(cluster: Cluster, url: str) -> str:
    """The newest few by name; they are the ones people remember."""
    named = [_named(one, url) for one in cluster.incidents[-NAMED_TOGETHER:]]
    more = len(cluster.incidents) - len(named)
    listed = ", ".join(named) + (f" and {more} earlier ones" if more else "")
    where = f" in {line(', '.join(cluster.services[:3]))}" if cluster.services else ""
    newest = line(cluster.incidents[-1].title)
    return f"• {len(cluster.incidents)} × {line(cluster.cause)}{where}: {listed}, last “{newest}”"


def _named(one: Named, url: str, *, title: bool = False) -> str:
    label = f"{one.key} {one.title}" if title else one.key
    return link(label, thread_url(url, one.channel_id, one.thread_ts))


def _buttons(found: Overview) -> Json:
    """One for each usual period but this one. They carry what was asked for, no ids."""
    return {
        "type": "actions",
        "elements": [
            blocks.press(f"{PRESSED}{name}", label, asked(name, found.filters))
            for name, label in PERIODS
            if name != found.period.name
        ],
    }


def asked(period: str, filters: Filters) -> str:
    """What a button carries: the words of the command it stands for."""
    words = [period]
    words += [f"service:{filters.service}"] if filters.service else []
    words += [str(filters.severity)] if filters.severity else []
    return json.dumps({"words": " ".join(words)})
