"""Reading against the ways Slack differs from itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.errors import ChatError
from bot.sandbox.sandbox import Sandbox
from bot.slack.calls import Calls, make_client
from bot.slack.directory import SlackDirectory
from bot.slack.history import SlackHistory
from tests.clock import ManualClock
from tests.fakes.chat import FakeChat

ROOT, REPLY, NEXT = "1763722800.000100", "1763722801.000100", "1763722802.000100"


class Scripted(Calls):
    """Answers as told, and remembers what was asked."""

    def __init__(self, answer: Callable[[str, dict[str, Any]], list[dict[str, Any]] | str]) -> None:
        super().__init__(make_client("xoxb-1"))
        self._answer = answer
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        """The scripted messages, or the scripted refusal."""
        self.asked.append((method, arguments))
        found = self._answer(method, arguments)
        if isinstance(found, str):
            raise ChatError(found, method=method)
        return {"messages": found, "has_more": False}


def message(ts: str, thread_ts: str | None = None) -> dict[str, Any]:
    """A message as Slack gives it."""
    return {"type": "message", "user": "U1", "ts": ts, "text": f"at {ts}"} | (
        {"thread_ts": thread_ts} if thread_ts else {}
    )


def reading(
    answer: Callable[[str, dict[str, Any]], list[dict[str, Any]] | str],
) -> tuple[SlackHistory, Scripted]:
    """The port on a script."""
    calls = Scripted(answer)
    return SlackHistory(calls, FakeChat(ManualClock())), calls


def test_a_reply_is_found_where_slack_gives_its_thread() -> None:
    """Asked for a reply, some workspaces answer with the parent: then the reply is looked for below it."""

    def answer(method: str, asked: dict[str, Any]) -> list[dict[str, Any]] | str:
        if asked["ts"] == REPLY:
            return [message(ROOT, ROOT)]
        return [message(ROOT, ROOT), message(REPLY, ROOT)]

    history, calls = reading(answer)
    found = history.find("C1", REPLY)
    assert found is not None
    assert (found.ts, found.thread_ts) == (REPLY, ROOT)
    assert calls.asked[-1][1]["ts"] == ROOT
    assert calls.asked[-1][1]["oldest"] == REPLY


def test_a_lone_message_is_found_where_threads_need_replies() -> None:
    """Where a message without replies is no thread, history has it."""
    history, _ = reading(
        lambda method, _asked: [message(ROOT)] if method.endswith("history") else "thread_not_found"
    )
    found = history.find("C1", ROOT)
    assert found is not None
    assert found.ts == ROOT


def test_a_neighbour_is_not_taken_for_it() -> None:
    """What comes back is checked by its timestamp."""
    history, _ = reading(lambda _method, _asked: [message(NEXT)])
    assert history.find("C1", ROOT) is None


def test_a_clamp_is_noticed() -> None:
    """15 objects where 200 were asked for, and more to come: Slack treats us as a distributed app."""
    clock = ManualClock()
    with Sandbox(now=lambda: clock.now().timestamp()) as sandbox:
        ada = sandbox.person("ada")
        channel = sandbox.channel("incident-db", members=[ada])
        ada.invite_bot(channel)
        root = ada.say(channel, "root")
        for number in range(40):
            ada.say(channel, str(number), thread=root if number % 2 else None)
        calls = Calls(make_client(sandbox.app.bot_token, base_url=sandbox.url))
        history = SlackHistory(calls, SlackDirectory(calls, clock))
        assert not history.history(channel.id, oldest="0", latest="9999999999").clamped
        assert not history.history(channel.id, oldest="0", latest="9999999999", limit=10).clamped
        sandbox.clamp = True
        assert history.replies(channel.id, root.ts).clamped
        clock.advance(minutes=2)
        page = history.history(channel.id, oldest="0", latest="9999999999")
        assert page.clamped
        assert page.next_cursor


def test_joins_are_counted_by_reason() -> None:
    """What is no part of a transcript is counted."""
    joined = message(NEXT) | {"subtype": "channel_join"}
    history, _ = reading(lambda _method, _asked: [joined, message(ROOT)])
    page = history.history("C1", oldest="0", latest="9999999999")
    assert [one.ts for one in page.messages] == [ROOT]
    assert page.skipped == {"people joining or leaving": 1}
