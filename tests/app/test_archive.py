"""Nothing that was said is missing, whatever Slack, the network and the people do; and it costs little."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.stage import Stage
from bot.doctor import examine
from bot.domain.incident import Incident, Status
from bot.domain.posting import Action
from bot.domain.transcript import Evidence
from bot.domain.transcript import Message as Stored
from bot.ports import ArchiveState
from bot.sandbox import Channel, Message, Person
from bot.workflow.archive import read_transcript
from tests.app.conftest import make_scene
from tests.app.scene import Scene, shown

READING = ("conversations.history", "conversations.replies")
EVER = "9999999999.000000"


# What tests look at


def stored(scene: Scene) -> dict[str, Stored]:
    """The archive of the channel by timestamp."""
    world = scene.stage.bot.world
    with world.storage.read() as records:
        found = records.messages.in_channel(world.team_id, scene.channel.id, oldest="0", latest=EVER)
    return {message.ts: message for message in found}


def texts(scene: Scene) -> set[str]:
    """What stands in the archive."""
    return {message.text for message in stored(scene).values() if not message.deleted}


def evidence(scene: Scene) -> tuple[Evidence, ...]:
    """The newest incident's evidence."""
    with scene.stage.bot.world.storage.read() as records:
        return records.evidence.of(scene.incident().id)


def progress(scene: Scene) -> ArchiveState:
    """How far the reading got."""
    with scene.stage.bot.world.storage.read() as records:
        state = records.archives.load(scene.incident().id)
    assert state is not None
    return state


def pages(stage: Stage) -> list[tuple[str, ...]]:
    """The pages Slack gave: method, thread, bounds and cursor."""
    return [
        (call.method, *(str(call.args.get(name) or "") for name in ("ts", "oldest", "latest", "cursor")))
        for call in stage.slack.calls
        if call.method in READING and call.outcome == "ok" and call.args.get("limit") != "1"
    ]


class Counting:
    """Counts the pages read in a block."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._before = len(pages(stage))

    def __call__(self) -> Counter[str]:
        """Method → how many pages since."""
        return Counter(method for method, *_ in pages(self._stage)[self._before :])


def resolve(scene: Scene) -> Incident:
    """Resolve by the card's button and let the archive be read."""
    scene.press(scene.maya, Action.RESOLVE)
    return scene.incident()


def quiet(scene: Scene, who: Person, text: str, *, thread: Message | None = None) -> Message:
    """Say something of which the bot hears nothing."""
    scene.stage.slack.faults.lose_events(1)
    return who.say(scene.channel, text, thread=thread)


def fill(channel: Channel, stage: Stage, who: Person, *, roots: int, replies: int, ago: int = 0) -> None:
    """Put messages into a channel at once, without a word to the bot: threads of equal length, a message
    a second, the last one `ago` seconds ago."""
    at = (stage.clock.now().timestamp() - ago) * 1_000_000
    every = roots * (replies + 1)
    for number in range(every):
        root, below = divmod(number, replies + 1)
        place = int(at - (every - number) * 1_000_000)
        ts = f"{place // 1_000_000}.{place % 1_000_000:06d}"
        if below == 0:
            first = ts
        thread = first if below else None
        channel.add(Message(channel, ts, f"line {root}.{below}", who.id, thread_ts=thread))
    channel.last_ts = max(channel.last_ts, int(at))


def review_card(scene: Scene) -> Message:
    """The newest review card."""
    return next(one for one in reversed(scene.everything()) if '"review:' in json.dumps(one.metadata))


# Every message of the scope


def test_everything_said_is_in_the_archive_and_in_the_evidence(scene: Scene) -> None:
    """Roots, replies, broadcasts, alerts in attachments and blocks, files' names and links."""
    scene.start()
    scene.stage.jump(minutes=1)
    root = scene.maya.say(scene.channel, "Orders fail at the payment step.")
    scene.ben.say(scene.channel, "The pool is exhausted.", thread=root)
    scene.priya.say(scene.channel, "Rolled back to v2.13.2.", thread=root, broadcast=True)
    scene.stage.slack.alert(
        scene.channel,
        attachments=[{"fallback": "x", "title": "Error rate high", "text": "5xx at 34 percent", "id": 1}],
    )
    words = {"type": "mrkdwn", "text": "Latency of *checkout* is 9 s"}
    scene.stage.slack.alert(scene.channel, blocks=[{"type": "section", "text": words}])
    files = [{"name": "pool.png", "permalink": "https://sandbox.slack.com/files/pool.png"}]
    scene.ben.say(scene.channel, "The graph", files=files)
    scene.stage.jump(minutes=3)
    resolve(scene)
    scene.stage.jump(hours=2)

    said = "\n".join(item.text for item in evidence(scene))
    for expected in (
        "Orders fail",
        "pool is exhausted",
        "Rolled back to v2.13.2",
        "5xx at 34 percent",
        "Latency of checkout is 9 s",
        "[file: pool.png]",
    ):
        assert expected in said
    (file,) = [file for message in stored(scene).values() for file in message.files]
    assert file.link == "https://sandbox.slack.com/files/pool.png"
    assert sum("Rolled back" in item.text for item in evidence(scene)) == 1


def test_messages_from_before_the_bot_joined_are_read(stage: Stage) -> None:
    """A private channel to which the bot was invited in the middle of the incident."""
    scene = make_scene(stage)
    room = stage.slack.channel("incident-vault", members=[scene.maya, scene.ben], private=True)
    scene.maya.say(room, "The vault is sealed since 08:50.")
    stage.jump(minutes=5)
    scene.maya.invite_bot(room)
    scene.channel = room
    stage.settle()
    scene.start("Vault is sealed")
    stage.jump(minutes=5)
    resolve(scene)

    assert "The vault is sealed since 08:50." in texts(scene)


def test_what_happened_while_the_bot_was_down_is_caught_up(scene: Scene) -> None:
    """Messages, replies, edits and deletions of which no event ever arrived."""
    scene.start()
    scene.stage.jump(minutes=1)
    root = scene.maya.say(scene.channel, "Orders fail.")
    wrong = scene.ben.say(scene.channel, "It is the cache.", thread=root)
    secret = scene.ben.say(scene.channel, "My private remark.")
    reply = scene.priya.say(scene.channel, "Another private remark.", thread=root)
    scene.stage.settle()
    scene.stage.stop_bot()
    scene.stage.slack.hold_events()
    scene.ben.edit(wrong, "It is the pool.")
    scene.ben.delete(secret)
    scene.priya.delete(reply)
    scene.priya.say(scene.channel, "Rolled back.", thread=root)
    scene.maya.say(scene.channel, "All good again.")
    scene.stage.slack.faults.holding = False
    scene.stage.start_bot()
    scene.stage.jump(minutes=10)
    resolve(scene)

    said = texts(scene)
    assert {"It is the pool.", "Rolled back.", "All good again."} <= said
    assert not any("private" in text or "cache" in text for text in said)
    assert stored(scene)[secret.ts].deleted
    assert stored(scene)[reply.ts].deleted


def test_a_page_slack_left_half_empty_erases_nothing(scene: Scene) -> None:
    """What a page does not show is asked for by itself before it counts as deleted."""
    scene.start()
    scene.talk()
    before = texts(scene)
    hidden = [one for one in scene.channel.messages if one.user == scene.ben.id]
    scene.stage.jump(minutes=10)
    for one in hidden:
        one.subtype, one.thread_ts = None, scene.channel.messages[0].ts  # history leaves it out
    scene.press(scene.maya, Action.RESOLVE)

    assert before <= texts(scene)


def test_an_edit_keeps_only_the_newest_text(scene: Scene) -> None:
    """An alert that turned resolved says so, and what somebody corrected is gone."""
    scene.start()
    scene.stage.jump(minutes=1)
    alert = scene.stage.slack.alert(scene.channel, text="[FIRING] error rate")
    wrong = scene.ben.say(scene.channel, "It was Karl's deploy.")
    scene.stage.jump(minutes=9)
    alert.edit("[RESOLVED] error rate")
    scene.ben.edit(wrong, "It was the 08:55 deploy.")
    resolve(scene)
    scene.stage.jump(hours=2)

    said = "\n".join(item.text for item in evidence(scene))
    assert "[RESOLVED] error rate" in said
    assert "FIRING" not in said
    assert "Karl" not in said
    assert scene.revision().coverage.edited >= 1


def test_a_deletion_after_the_draft_is_gone_everywhere_and_told(scene: Scene) -> None:
    """From archive, evidence and the documents in Slack; two deletions are two."""
    scene.drafted()
    scene.stage.jump(seconds=5)
    first = next(one for one in scene.channel.messages if "We deployed" in one.text)
    second = next(one for one in scene.channel.messages if "root cause" in one.text)
    scene.ben.delete(first)
    scene.stage.jump(minutes=1)
    scene.maya.delete(second)
    scene.stage.jump(minutes=1)

    assert not any("We deployed" in text or "root cause" in text for text in texts(scene))
    assert not any("We deployed" in item.text for item in evidence(scene))
    gone = {item.ts for item in evidence(scene) if item.deleted}
    assert gone == {first.ts, second.ts}
    card = shown(review_card(scene))
    assert "cited message was deleted" in card
    assert "2 messages changed since this draft: 2 deleted." in card


def test_replies_under_the_incident_card_belong_to_it(scene: Scene) -> None:
    """People answer the card; the bot's own notices there are no part of the transcript."""
    scene.start()
    scene.stage.jump(minutes=1)
    card = scene.with_button(Action.RESOLVE)
    quiet(scene, scene.ben, "Failing over to the replica.", thread=card)
    scene.stage.jump(minutes=4)
    resolve(scene)
    scene.stage.jump(hours=2)

    assert any("Failing over" in item.text for item in evidence(scene))
    assert not any("was resolved by" in item.text for item in evidence(scene))


def test_a_thread_whose_root_was_deleted_is_read(scene: Scene) -> None:
    """The tombstone keeps its place, the replies are there though no event told of them."""
    scene.start()
    scene.stage.jump(minutes=1)
    root = scene.maya.say(scene.channel, "Orders fail, my fault.")
    quiet(scene, scene.ben, "The pool is exhausted.", thread=root)
    scene.maya.delete(root)
    scene.stage.jump(minutes=5)
    resolve(scene)

    assert "The pool is exhausted." in texts(scene)
    assert stored(scene)[root.ts].deleted


def test_a_thread_incident_whose_root_was_deleted_is_drafted(scene: Scene) -> None:
    """All there is of it is the thread."""
    root = scene.maya.say(scene.channel, "Orders fail since 09:00.")
    scene.stage.jump(minutes=2)
    reply = scene.ben.say(scene.channel, "Rolled back, it works again.", thread=root)
    scene.react(scene.ben, reply)
    scene.maya.delete(root)
    scene.stage.jump(hours=2)

    assert scene.status() is Status.IN_REVIEW
    assert any("Rolled back" in item.text for item in evidence(scene))


# What it costs


def test_a_resolve_is_one_pass_and_the_draft_reads_no_thread_again(scene: Scene) -> None:
    """One page of roots, one for each thread; at T+2h one page of roots tells that nothing changed."""
    scene.start()
    for number in range(3):
        scene.stage.jump(minutes=1)
        root = scene.maya.say(scene.channel, f"Question {number}")
        scene.ben.say(scene.channel, f"Answer {number}", thread=root)
    scene.stage.jump(minutes=5)
    count = Counting(scene.stage)
    resolve(scene)
    assert count() == {"conversations.history": 1, "conversations.replies": 3}

    count = Counting(scene.stage)
    scene.stage.jump(hours=2)
    assert scene.status() is Status.IN_REVIEW
    assert count()["conversations.history"] == 1
    assert count()["conversations.replies"] <= 1


def test_only_threads_that_changed_are_read_again(scene: Scene) -> None:
    """A late reply of which no event came, and a deleted one."""
    scene.start()
    roots = []
    for number in range(4):
        scene.stage.jump(minutes=1)
        roots.append(scene.maya.say(scene.channel, f"Question {number}"))
        for text in ("first", "second"):
            reply = scene.ben.say(scene.channel, f"{text} answer {number}", thread=roots[-1])
    scene.stage.jump(minutes=5)
    incident = resolve(scene)
    world = scene.stage.bot.world
    quiet(scene, scene.ben, "late answer 1", thread=roots[1])
    scene.stage.slack.faults.lose_events(1)
    scene.ben.delete(reply)
    scene.stage.clock.jump(timedelta(minutes=10))
    before = len(pages(scene.stage))
    read_transcript(world, incident, "another pass", lambda: None)

    read = {ts for method, ts, *_ in pages(scene.stage)[before:] if method == "conversations.replies"}
    assert read == {roots[1].ts, roots[3].ts}
    assert "late answer 1" in texts(scene)
    assert "second answer 3" not in texts(scene)


def test_of_a_long_thread_only_the_end_is_read_again(scene: Scene) -> None:
    """450 replies are three pages once; five more are one."""
    fill(scene.channel, scene.stage, scene.ben, roots=1, replies=450)
    scene.start()
    incident = resolve(scene)
    root = next(one for one in scene.channel.messages if one.text == "line 0.0")
    for number in range(5):
        quiet(scene, scene.ben, f"more {number}", thread=root)
    scene.stage.clock.jump(timedelta(minutes=10))
    count = Counting(scene.stage)
    read_transcript(scene.stage.bot.world, incident, "another pass", lambda: None)

    assert count() == {"conversations.history": 1, "conversations.replies": 1}
    assert {f"more {number}" for number in range(5)} <= texts(scene)


def test_many_threads_cost_the_least_the_api_allows(scene: Scene) -> None:
    """A page for 200 roots and one for each thread; afterwards only the roots. (`make bench` has 10,000.)"""
    fill(scene.channel, scene.stage, scene.ben, roots=205, replies=2)
    scene.start()
    count = Counting(scene.stage)
    incident = resolve(scene)

    assert len(stored(scene)) == 205 * 3
    assert count() == {"conversations.history": 2, "conversations.replies": 205}
    scene.stage.clock.jump(timedelta(minutes=10))
    count = Counting(scene.stage)
    read_transcript(scene.stage.bot.world, incident, "another pass", lambda: None)
    assert count() == {"conversations.history": 2}


# What it survives


def test_a_restart_in_the_middle_reads_no_page_twice(scene: Scene) -> None:
    """The bot goes down with some pages read; the rest follows after its start. (It is away for so short a
    time that Slack tells it again what happened meanwhile.)"""
    fill(scene.channel, scene.stage, scene.ben, roots=450, replies=0, ago=800)
    fill(scene.channel, scene.stage, scene.maya, roots=3, replies=250)
    scene.start()
    slack = scene.stage.slack
    before = len(pages(scene.stage))
    seen: list[str] = []

    def stop(stage: str, method: str, args: dict[str, object]) -> None:
        if stage == "after" and method in READING and args.get("limit") != "1":
            seen.append(method)
            slack.faults.rate_limit(method, retry_after=90)

    slack.faults.watch(stop)
    scene.press(scene.maya, Action.RESOLVE)
    for number in range(12):
        scene.ben.react(scene.channel.messages[number], "eyes")
        slack.settle()
        scene.stage.stop_bot()
        scene.stage.clock.jump(timedelta(seconds=91))
        scene.stage.start_bot()
        if progress(scene).complete:
            break
    read = pages(scene.stage)[before:]

    assert progress(scene).complete
    assert len(stored(scene)) == 450 + 3 * 251
    assert len(read) == progress(scene).pages == 3 + 3 * 2
    assert len(read) == len(set(read))


def test_a_pause_of_minutes_is_slept_by_nobody_and_costs_no_attempt(scene: Scene) -> None:
    """The job is put off until Slack wants to be asked again; other work goes on."""
    scene.start()
    scene.talk()
    scene.stage.slack.faults.rate_limit("conversations.history", times=12, retry_after=240)
    incident = resolve(scene)
    for _ in range(12):
        with scene.stage.bot.world.storage.read() as records:
            job = records.jobs.get(f"archive:{incident.id}:g1")
        assert job is not None
        assert job.attempts == 0
        assert (job.due_at - scene.stage.clock.now()).total_seconds() == 240
        scene.stage.jump(seconds=240)

    assert progress(scene).complete


def test_an_expired_cursor_is_replaced_by_a_time(scene: Scene) -> None:
    """Roots and replies go on from the last stored message."""
    fill(scene.channel, scene.stage, scene.ben, roots=250, replies=0, ago=300)
    fill(scene.channel, scene.stage, scene.maya, roots=1, replies=250)
    scene.start()
    slack, planned = scene.stage.slack, set(READING)

    def expire(stage: str, method: str, args: dict[str, object]) -> None:
        if stage == "after" and method in planned and args.get("limit") != "1":
            planned.discard(method)
            slack.faults.refuse(method, "invalid_cursor")

    slack.faults.watch(expire)
    resolve(scene)

    assert not planned
    assert progress(scene).complete
    assert progress(scene).unreadable == ()
    assert len(stored(scene)) == 250 + 251


def test_a_clamp_is_noticed_told_and_survived(scene: Scene) -> None:
    """15 messages a minute: pages of 15 from then on, the operator told, and the draft half an hour late
    at most, saying what it is made from."""
    stage = scene.stage
    fill(scene.channel, stage, scene.ben, roots=900, replies=0)
    scene.start()
    scene.talk()
    stage.slack.clamp = True
    before = len(pages(stage))
    resolve(scene)
    for _ in range(4):
        stage.jump(minutes=1)
    limits = [call.args["limit"] for call in stage.slack.calls if call.method in READING]
    assert set(limits[before + 1 :]) == {"15"}
    assert progress(scene).clamped
    checks = examine(stage.settings(), clock=stage.clock)
    assert any(not check.ok and check.name == "reading" for check in checks)

    stage.jump(minutes=116)
    while scene.status() is Status.RESOLVED:
        stage.jump(minutes=1)
    due, coverage = scene.incident().draft_due_at, scene.revision().coverage
    assert due is not None
    assert stage.clock.now() - due <= timedelta(minutes=31)
    assert "15 messages a minute" in " ".join(coverage.notes)
    assert not coverage.complete
    assert any("v2.14.0" in item.text for item in evidence(scene)), "live events filled the archive"


def test_under_a_clamp_live_events_are_believed(scene: Scene) -> None:
    """Threads that came whole are not read again at one page a minute; the others are."""
    scene.start()
    roots = []
    for number in range(20):
        scene.stage.jump(seconds=30)
        roots.append(scene.maya.say(scene.channel, f"Question {number}"))
        scene.ben.say(scene.channel, f"Answer {number}", thread=roots[-1])
    quiet(scene, scene.ben, "Another answer", thread=roots[3])
    scene.stage.slack.clamp = True
    before = len(pages(scene.stage))
    resolve(scene)
    for _ in range(6):
        scene.stage.jump(minutes=1)

    assert progress(scene).complete
    assert progress(scene).trusted == 19
    read = [ts for method, ts, *_ in pages(scene.stage)[before:] if method == "conversations.replies"]
    assert read == [roots[3].ts]
    assert "Another answer" in texts(scene)


# Channels that change


def test_a_rename_changes_nothing(scene: Scene) -> None:
    """Ids count, names do not; the rename is in the record."""
    scene.start()
    scene.talk()
    scene.channel.rename("incident-checkout-eu")
    resolve(scene)
    scene.stage.jump(hours=2)

    assert scene.status() is Status.IN_REVIEW
    assert any("renamed" in item.text for item in evidence(scene))


def test_a_channel_made_private_is_read_on(scene: Scene) -> None:
    """The incident is private from then on."""
    scene.start()
    scene.talk()
    scene.channel.make_private()
    scene.stage.settle()
    quiet(scene, scene.ben, "Nobody outside sees this.")
    scene.stage.jump(minutes=5)
    incident = resolve(scene)
    scene.stage.jump(hours=2)

    assert incident.is_private
    assert scene.status() is Status.IN_REVIEW
    assert "Nobody outside sees this." in texts(scene)


@pytest.mark.parametrize("how", ["archive", "delete"])
def test_a_channel_that_closes_after_the_resolution_costs_nothing(tmp_path: Path, how: str) -> None:
    """The transcript was read at the resolution; the draft says what was not."""
    with Stage(tmp_path) as stage:
        scene = make_scene(stage)
        elsewhere = stage.slack.channel("incidents-all", members=[scene.maya])
        scene.priya.invite_bot(elsewhere)
        scene.start()
        scene.talk()
        resolve(scene)
        getattr(scene.channel, how)()
        stage.jump(hours=2)

        coverage = scene.revision().coverage
        assert coverage.messages >= 6
        assert coverage.complete
        assert "no longer shows this conversation" in " ".join(coverage.notes)
        assert scene.maya.direct().messages, "the draft went to who resolved it"


def test_a_channel_shared_with_another_company_is_known_as_such(scene: Scene) -> None:
    """What is stored follows, and the others' people can change nothing."""
    scene.start()
    scene.talk()
    scene.channel.share("T0STRANGER")
    scene.stage.settle()
    eve = scene.stage.slack.person("eve", external=True)
    scene.channel.members.append(eve.id)
    eve.say(scene.channel, "Seen from our side as well.")
    scene.press(eve, Action.RESOLVE)

    world = scene.stage.bot.world
    with world.storage.read() as records:
        channel = records.channels.get(world.team_id, scene.channel.id)
    assert channel is not None
    assert channel.is_shared
    assert scene.status() is Status.OPEN
    assert "other companies" in scene.whispered(eve)
    assert "Seen from our side as well." in texts(scene)
    scene.channel.unshare("T0STRANGER")
    scene.stage.settle()
    with world.storage.read() as records:
        channel = records.channels.get(world.team_id, scene.channel.id)
    assert channel is not None
    assert not channel.is_shared


def test_a_changed_channel_id_takes_everything_along(scene: Scene) -> None:
    """Incident, messages, evidence, posts and channel; resolution and draft go on under the new id."""
    scene.start()
    scene.talk()
    said = texts(scene)
    old = scene.channel.id
    scene.channel.change_id()
    scene.stage.settle()
    assert scene.incident().channel_id == scene.channel.id != old
    assert texts(scene) == said

    scene.ben.say(scene.channel, "Confirmed from three regions.")
    resolve(scene)
    old = scene.channel.id
    scene.channel.change_id()
    scene.stage.settle()
    scene.stage.jump(hours=2)
    assert scene.status() is Status.IN_REVIEW
    assert len(scene.thread()) >= 2
    assert any("Confirmed" in item.text for item in evidence(scene))

    scene.channel.change_id()
    scene.stage.settle()
    scene.press(scene.maya, Action.APPROVE)
    assert scene.status() is Status.PUBLISHED
    world = scene.stage.bot.world
    with world.storage.read() as records:
        assert records.channels.get(world.team_id, old) is None
        assert {item.channel for item in records.evidence.of(scene.incident().id)} == {scene.channel.id}


# What changed since


def test_the_card_tells_what_changed_since_its_draft(scene: Scene) -> None:
    """Edited, deleted and late messages are counted; one press takes them in, and the line is gone."""
    scene.start()
    scene.talk()
    scene.stage.slack.hold_events()
    scene.priya.say(scene.channel, "Lost orders were refunded.")
    held = scene.channel.messages.pop()
    scene.stage.slack.faults.holding = False
    scene.press(scene.maya, Action.RESOLVE)
    scene.stage.jump(hours=2)
    assert "changed since" not in shown(review_card(scene))

    scene.stage.jump(seconds=5)
    scene.channel.messages.append(held)
    scene.stage.slack.release_events()
    edited = next(one for one in scene.channel.messages if "3,120 orders" in one.text)
    scene.maya.edit(edited, "Checkout works again, 3,240 orders failed.")
    deleted = next(one for one in scene.channel.messages if "alert on the connection" in one.text)
    scene.priya.delete(deleted)
    scene.stage.jump(minutes=1)
    expected = "3 messages changed since this draft: 1 edited, 1 deleted, 1 late."
    assert expected in shown(review_card(scene))

    scene.redraft(scene.maya)
    assert "changed since" not in shown(review_card(scene))
    said = "\n".join(item.text for item in evidence(scene))
    assert "3,240 orders" in said
    assert "refunded" in said


def test_many_changes_update_the_card_once_a_minute(scene: Scene) -> None:
    """Forty edits in a minute are one update."""
    scene.drafted()
    scene.stage.jump(seconds=5)
    message = next(one for one in scene.channel.messages if "3,120 orders" in one.text)
    updates = len([call for call in scene.stage.slack.calls if call.method == "chat.update"])
    for number in range(40):
        scene.maya.edit(message, f"Checkout works again, {3200 + number} orders failed.")
        scene.stage.jump(seconds=1)
    scene.stage.jump(minutes=1)

    assert len([c for c in scene.stage.slack.calls if c.method == "chat.update"]) - updates == 1
    assert "1 message changed since this draft: 1 edited." in shown(review_card(scene))


def test_talk_after_the_draft_is_no_change(scene: Scene) -> None:
    """A channel lives on; its card need not."""
    scene.drafted()
    scene.ben.say(scene.channel, "Anybody for lunch?")
    scene.stage.jump(minutes=5)

    assert "changed since" not in shown(review_card(scene))


def test_a_published_postmortem_can_be_drafted_again_when_its_sources_change(scene: Scene) -> None:
    """Redraft is offered only then."""
    scene.drafted()
    scene.press(scene.maya, Action.APPROVE)
    assert scene.status() is Status.PUBLISHED
    assert not scene.offers(Action.REDRAFT)
    scene.stage.jump(seconds=5)
    message = next(one for one in scene.channel.messages if "3,120 orders" in one.text)
    scene.maya.edit(message, "Checkout works again, 3,240 orders failed.")
    scene.stage.jump(minutes=1)
    scene.redraft(scene.maya)

    assert scene.status() is Status.IN_REVIEW
    assert any("3,240 orders" in item.text for item in evidence(scene))


def test_coverage_counts_what_was_and_was_not_read(scene: Scene) -> None:
    """Messages, threads, files, secrets, edits, deletions, what was skipped and why, and silences."""
    scene.start()
    scene.talk()
    root = scene.maya.say(scene.channel, "Token is xoxb-1234567890-abcdefghijkl")
    scene.ben.say(scene.channel, "Delete that!", thread=root)
    gone = scene.ben.say(scene.channel, "oops")
    scene.stage.jump(minutes=2)
    scene.ben.delete(gone)
    scene.stage.jump(hours=3)
    resolve(scene)
    scene.stage.jump(hours=2)

    coverage = scene.revision().coverage
    assert coverage.messages == 8
    assert coverage.threads == 1
    assert coverage.masked == 1
    assert coverage.deleted == 1
    assert coverage.skipped["messages of this bot"] >= 2
    assert len(coverage.gaps) == 1
    assert coverage.complete


def test_a_doubted_archive_is_read_anew(scene: Scene) -> None:
    """After hours of silence a start reads all threads before the draft: an edit shows nowhere else."""
    reply = scene.told_in_a_thread()
    resolve(scene)
    scene.stage.stop_bot()
    scene.stage.slack.faults.lose_events(1)
    scene.ben.edit(reply, "It is the pool.")
    scene.stage.clock.jump(timedelta(hours=1))
    scene.stage.start_bot()
    scene.stage.jump(hours=1)

    assert any("It is the pool." in item.text for item in evidence(scene))
