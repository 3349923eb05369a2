"""A message broker splits in two, told in 3,000 messages: two dozen that matter in six hours of noise.

The template holds what matters. Around it come a storm of alerts while the queue grows, integrations that
report all day, and small talk, drawn with a fixed seed, so that every run measures the same text.
"""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

from bot.domain.transcript import ts_order

NAME = "broker-flood"
MESSAGES = 3_000
TEMPLATE = Path(__file__).parent / "templates" / NAME
_DAY = Path("export") / f"incident-{NAME}" / "2026-10-29.json"
_START = 1_793_264_400
"""2026-10-29 09:00 UTC; the noise lasts until 15:00."""
_LENGTH = 6 * 3600
_STORM = (4_690, 9_060)
"""From when to when the alerts of the growing queue repeat, in seconds after the start."""

_ALERTS = (
    "[ALERT] orders.new depth {depth:,} > 5,000",
    "[ALERT] orders-worker idle on pod orders-worker-{n}",
    "[ALERT] oldest message in orders.new is {age} s old",
)
_BOTS = (
    ("CI", "build {n}{n} of {thing} passed in {n} min"),
    ("CI", "nightly lint of {thing}: {n} warnings"),
    ("Calendar", "{thing} sync begins in {n} minutes"),
    ("Planner", "card {n}{n} moved to review by the {thing} team"),
)
_TALK = (
    "anyone else got the {thing} survey?",
    "lunch at {n}?",
    "the {thing} review moved to {day}",
    "can somebody approve my {thing} branch",
    "standup notes are in the wiki",
    "{thing} demo is on {day}, bring questions",
    "coffee machine on floor {n} is broken again",
    "who booked room {n}",
    "is the {thing} doc still current?",
    "reminder: timesheets until {day}",
    "sprint {n} board is ready",
    "i'm in the {thing} meeting till {n}",
    "happy birthday :cake:",
    "back in {n}",
    "haha",
    "+1",
    "ok",
    "thx!",
    ":wave:",
    "nice one",
)
_THINGS = ("newsletter", "holiday", "onboarding", "pricing page", "billing export", "android", "design")
_DAYS = ("monday", "tuesday", "thursday", "friday")


def write(directory: Path) -> None:
    """The incident with its noise; any alert of the storm may stand in a timeline."""
    folder = directory / NAME
    shutil.copytree(TEMPLATE, folder)
    told = json.loads((TEMPLATE / _DAY).read_text(encoding="utf-8"))
    noise = _noise(len(told))
    messages = sorted([*told, *noise], key=lambda one: ts_order(one["ts"]))
    (folder / _DAY).write_text(json.dumps(messages), encoding="utf-8")
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    labels["acceptable"] += [one["ts"] for one in noise if one.get("username") == "Watchtower"]
    (folder / "labels.json").write_text(json.dumps(labels), encoding="utf-8")


def _noise(told: int) -> list[dict[str, Any]]:
    rng = random.Random(20261029)
    people = [one["id"] for one in json.loads((TEMPLATE / "export/users.json").read_text(encoding="utf-8"))]
    makers = (_alert, _report, lambda rng: _talk(rng, people))
    chosen = rng.choices(makers, weights=(30, 25, 45), k=MESSAGES - told)
    return [_message(number, *make(rng)) for number, make in enumerate(chosen)]


def _alert(rng: random.Random) -> tuple[int, dict[str, str], str]:
    after = rng.randrange(*_STORM)
    age = after - _STORM[0]
    text = rng.choice(_ALERTS).format(depth=min(31_977, 5_000 + 12 * age), n=rng.randint(1, 12), age=age)
    return after, _bot("Watchtower"), text


def _report(rng: random.Random) -> tuple[int, dict[str, str], str]:
    name, text = rng.choice(_BOTS)
    return rng.randrange(_LENGTH), _bot(name), _varied(rng, text)


def _talk(rng: random.Random, people: list[str]) -> tuple[int, dict[str, str], str]:
    return rng.randrange(_LENGTH), {"user": rng.choice(people)}, _varied(rng, rng.choice(_TALK))


def _varied(rng: random.Random, text: str) -> str:
    return text.format(thing=rng.choice(_THINGS), day=rng.choice(_DAYS), n=rng.randint(2, 58))


def _bot(name: str) -> dict[str, str]:
    return {"subtype": "bot_message", "bot_id": f"B0{name.upper()}", "username": name}


def _message(number: int, after: int, author: dict[str, str], text: str) -> dict[str, Any]:
    return {"type": "message", "ts": f"{_START + after}.{number:06d}", "text": text, **author}
