"""The report on the incidents of a period, as a web page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.incident import Severity, describe_duration
from bot.domain.overview import CAVEAT, ENOUGH, NO_SEVERITY, SOURCE, Bar, Count, Overview, Spread
from bot.domain.patterns import Cluster, Named, Repeat
from bot.pictures.counts import bars
from bot.pictures.svg import svg
from bot.publishers.wording import iso
from prompts import reports

_NOTHING = "–"
_LISTED = 40
"""Repeats and groups that the page lists; nobody reads more."""
_UNITS = ((8, "Week from"), (32, "Month"), (9999, "Year"))


def as_report(found: Overview, *, made: datetime, with_private: bool) -> str:
    """One self-contained page, in UTC. `with_private` says that private incidents were to be counted, and
    the page says so, whether or not there are any."""
    wide, narrow = (
        svg(picture, name=name) if picture else ""
        for name, picture in (
            ("wide", bars(found, width=960, headed=False)),
            ("narrow", bars(found, width=380, headed=False)),
        )
    )
    return reports.html(contents(found, made=made, with_private=with_private), wide=wide, narrow=narrow)


def contents(found: Overview, *, made: datetime, with_private: bool) -> dict[str, Any]:
    """What the template is given: plain values, foreign text as it is."""
    severities = [name for name in [*map(str, Severity), NO_SEVERITY] if _is_there(name, found.bars)]
    return {
        "label": found.period.label[:1].upper() + found.period.label[1:],
        "filters": _filters(found),
        "scope": _scope(found, with_private=with_private),
        "private": with_private,
        "keys": _keys(found),
        "busiest": found.busiest,
        "unit": _unit(found.bars),
        "severities": [_severity(name) for name in severities],
        "bars": [_bar(bar, severities) for bar in found.bars],
        "compared": found.before is not None,
        "by_severity": _rows(found.by_severity, coloured=True),
        "by_cause": _rows(found.by_cause),
        "by_service": _rows(found.by_service),
        "durations": [_duration(spread) for spread in found.durations],
        "enough": ENOUGH,
        "caveat": CAVEAT,
        "source": SOURCE,
        "repeats": [_repeat(one) for one in found.repeats[:_LISTED]],
        "more_repeats": max(0, len(found.repeats) - _LISTED),
        "clusters": [_cluster(one) for one in found.clusters[:_LISTED]],
        "more_clusters": max(0, len(found.clusters) - _LISTED),
        "method": _method(found),
        "made": f"{made.day} {made:%B %Y, %H:%M} UTC",
        "made_iso": iso(made),
    }


def _filters(found: Overview) -> str:
    service = f"service {found.filters.service}" if found.filters.service else ""
    severity = str(found.filters.severity).upper() if found.filters.severity else ""
    return ", ".join(part for part in (service, severity) if part)


def _scope(found: Overview, *, with_private: bool) -> str:
    if not with_private:
        return "Public incidents only"
    return f"Private incidents are included ({found.private} of {found.total}): share this page with care"


def _keys(found: Overview) -> list[dict[str, Any]]:
    """The few numbers at the top."""
    share, actions = found.approved, found.actions
    earlier = found.period.before
    before = f"{found.before} in {earlier.label}" if found.before is not None and earlier else ""
    rows: list[tuple[str, int | str, str]] = [("Incidents", found.total, before)]
    if share.whole:
        percent = (
            f"{share.percent} % of those that are over" if share.percent is not None else "of those over"
        )
        rows.append(("Postmortems approved", f"{share.part} / {share.whole}", percent))
    if actions is not None and actions.accepted:
        late = f"{actions.overdue} overdue" if actions.overdue else "none overdue"
        rows.append(
            ("Action items done", f"{actions.done} / {actions.accepted}", f"of those accepted, {late}")
        )
    if found.total:
        rows.append(("A known cause again", len(found.repeats), "incidents"))
    return [{"name": name, "value": value, "about": about} for name, value, about in rows]


def _unit(shown: Sequence[Bar]) -> str:
    if len(shown) < 2:
        return "From"
    days = (shown[-1].start - shown[-2].start).days
    return next(name for most, name in _UNITS if days < most)


def _is_there(severity: str, shown: Sequence[Bar]) -> bool:
    return any(name == severity for bar in shown for name, _ in bar.counts)


def _severity(name: str) -> str:
    return "Not given" if name == NO_SEVERITY else name.upper()


def _bar(bar: Bar, severities: Sequence[str]) -> dict[str, Any]:
    counts = dict(bar.counts)
    median = describe_duration(bar.median) if bar.median is not None else _NOTHING
    return {
        "label": bar.label,
        "counts": [counts.get(name, 0) for name in severities],
        "total": bar.total,
        "median": median,
    }


def _rows(counts: Sequence[Count], *, coloured: bool = False) -> list[dict[str, Any]]:
    most = max((row.count for row in counts), default=0)
    return [
        {
            "name": _severity(row.name) if coloured else row.name,
            "count": row.count,
            "before": _NOTHING if row.before is None else row.before,
            "share": round(100 * row.count / most, 1) if most else 0,
            "look": _look(row.name) if coloured else "plain-bar",
        }
        for row in counts
    ]


def _look(severity: str) -> str:
    return "unsaid" if severity == NO_SEVERITY else severity


def _duration(spread: Spread) -> dict[str, Any]:
    def span(value: timedelta | None) -> str:
        return describe_duration(value) if value is not None else ""

    return {
        "name": spread.name,
        "count": spread.count,
        "lower": span(spread.lower),
        "median": span(spread.median),
        "upper": span(spread.upper),
        "before": span(spread.before) or _NOTHING,
    }


def _repeat(repeat: Repeat) -> dict[str, str]:
    return {
        **_named(repeat.incident),
        **{f"earlier_{name}": value for name, value in _named(repeat.earlier).items()},
        "cause": repeat.cause,
    }


def _cluster(cluster: Cluster) -> dict[str, Any]:
    return {
        "count": len(cluster.incidents),
        "cause": cluster.cause,
        "services": ", ".join(cluster.services),
        "incidents": [_named(one) for one in cluster.incidents],
    }


def _named(one: Named) -> dict[str, str]:
    return {"key": one.key, "title": one.title, "date": f"{one.started_at:%Y-%m-%d}"}


def _method(found: Overview) -> list[str]:
    """How the numbers came about, so that nobody has to guess."""
    period = found.period
    left_out = f"{found.left_out:,} older incidents were too many to be compared for shared causes."
    sentences = [
        f"An incident counts where it began: {period.start:%Y-%m-%d} to {period.end:%Y-%m-%d %H:%M} UTC.",
        "Restricted incidents (security, legal) are never counted.",
        "Durations are those of the drafts, which cite the messages they follow from; reviewed or not.",
        f"Fewer than {ENOUGH} incidents have no median, and no comparison with the period before.",
        "The share of approved postmortems leaves out open incidents and those closed without one.",
        "Action items are those accepted in the period; done or overdue is what they are at its end.",
        "Kinds of cause are told from the wording of the cause by fixed rules; what they miss is unknown.",
        "Two incidents share a cause if its kind is the same and its telling words agree.",
        "A known cause is one met in the year before.",
    ]
    return [*sentences, left_out] if found.left_out else sentences
