"""The archive, on both databases."""

from __future__ import annotations

import threading
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.transcript import Attachment, Message, Reaction
from storage import Database
from storage.merging import arrived, merged, tombstone
from tests.storage.builders import AT, CHANNEL, TEAM, message

TS = "100.000001"


def _save(storage: Database, *deliveries: Message) -> list[bool]:
    with storage.begin() as records:
        return [records.messages.save(TEAM, one, at=AT) for one in deliveries]


def _erase(storage: Database, ts: str = TS) -> bool:
    with storage.begin() as records:
        return records.messages.erase(TEAM, CHANNEL, ts, at=AT)


def _get(storage: Database, ts: str = TS) -> Message | None:
    with storage.begin() as records:
        return records.messages.get(TEAM, CHANNEL, ts)


def _versions(storage: Database) -> int:
    with storage.begin() as records:
        return records.messages.versions(TEAM, CHANNEL, TS)


def test_a_message_comes_back_as_it_went_in(storage: Database) -> None:
    """With files, reactions and everything else."""
    whole = message(
        thread_ts="99.000001",
        author_name="Datadog",
        is_bot=True,
        subtype="bot_message",
        files=(Attachment(id="F1", name="graph.png", link="https://x/F1"),),
        reactions=(Reaction(name="eyes", count=2),),
        reply_count=3,
        edited_ts="101.000000",
        masked=1,
        broadcast=True,
        text="Zürich 🔥 “quoted”",
    )
    assert _save(storage, whole) == [True]
    assert _get(storage) == whole
    assert _get(storage, "100.000002") is None


def test_the_same_delivery_twice_changes_nothing(storage: Database) -> None:
    """Slack redelivers, and history brings what events brought."""
    assert _save(storage, message(), message()) == [True, False]
    assert _versions(storage) == 0


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_newest_edit_wins_in_any_order(storage: Database, order: tuple[int, ...]) -> None:
    """The earlier texts are counted, and nowhere kept."""
    deliveries = [
        message(text="first"),
        message(text="second", edited_ts="101.000000"),
        message(text="third", edited_ts="1002.000000"),
    ]
    _save(storage, *(deliveries[n] for n in order))
    assert _get(storage) == deliveries[2]
    assert _versions(storage) == 2


def test_an_edit_back_to_the_first_text_counts_what_was_between(storage: Database) -> None:
    """Two texts, one of them the present one."""
    _save(
        storage, message(text="a"), message(text="b", edited_ts="101.0"), message(text="a", edited_ts="102.0")
    )
    assert _versions(storage) == 1


def test_an_unmarked_rewrite_by_a_bot_is_followed(storage: Database) -> None:
    """Alerts turn "resolved" without an `edited` mark: the later delivery counts."""
    alert, resolved = message(text="CPU high", is_bot=True), message(text="CPU fine", is_bot=True)
    assert _save(storage, alert, resolved) == [True, True]
    assert _get(storage) == resolved
    assert _versions(storage) == 1


def test_an_event_does_not_wipe_what_history_gave(storage: Database) -> None:
    """Events carry neither reactions nor a reply count; a larger count and newer reactions are taken."""
    eyes, check = (Reaction(name="eyes"),), (Reaction(name="white_check_mark", count=2),)
    _save(storage, message(reactions=eyes, reply_count=3))
    assert _save(storage, message()) == [False]
    assert _save(storage, message(text="edited", edited_ts="101.000000")) == [True]
    assert _save(storage, message(reactions=check, reply_count=5, text="edited", edited_ts="101.000000")) == [
        True
    ]
    found = _get(storage)
    assert found is not None
    assert (found.text, found.reactions, found.reply_count) == ("edited", check, 5)


def test_a_deletion_is_final_and_leaves_no_text(storage: Database) -> None:
    """The tombstone keeps its place only, whatever arrives later."""
    _save(storage, message(thread_ts="99.000001", files=(Attachment(id="F1", name="x"),), masked=2))
    assert _erase(storage)
    assert not _erase(storage)
    assert _save(storage, message(text="edited", edited_ts="101.000000")) == [False]
    gone = Message(channel_id=CHANNEL, ts=TS, thread_ts="99.000001", deleted=True)
    assert _get(storage) == gone
    assert _versions(storage) == 2


def test_a_deletion_that_overtakes_its_message_wins(storage: Database) -> None:
    """There was nothing to erase, and the late text never shows; only its thread becomes known."""
    assert not _erase(storage)
    assert _save(storage, message(thread_ts="99.000001")) == [False]
    assert _get(storage) == Message(channel_id=CHANNEL, ts=TS, thread_ts="99.000001", deleted=True)


def test_a_deleted_delivery_is_a_deletion(storage: Database) -> None:
    """History shows deleted roots as tombstones with a reply count."""
    root = message()
    gone = message(deleted=True, text="This message was deleted.", reply_count=2)
    assert _save(storage, root, gone, root) == [True, True, False]
    assert _get(storage) == Message(channel_id=CHANNEL, ts=TS, reply_count=2, deleted=True)


def test_channel_bounds_hold_for_roots_and_their_replies(storage: Database) -> None:
    """Inclusive, in time order across different lengths of seconds, tombstones included."""
    inside = [
        message("100.000001"),
        message("101.000001", thread_ts="100.000001"),
        message("101.000002", thread_ts="50.000001", broadcast=True),
        message("200.000000"),
    ]
    outside = [
        message("99.999999"),
        message("200.000001", thread_ts="100.000001"),
        message("101.000003", thread_ts="50.000001"),
        message("1000.000001"),
        message("100.000002", channel_id="C2"),
    ]
    _save(storage, *reversed(inside), *outside)
    _erase(storage, "150.000001")
    with storage.begin() as records:
        found = records.messages.in_channel(TEAM, CHANNEL, oldest="100.000001", latest="200.000000")
        assert records.messages.in_channel("T2", CHANNEL, oldest="0", latest="9999") == ()
    assert [one.ts for one in found] == ["100.000001", "101.000001", "101.000002", "150.000001", "200.000000"]


def test_a_thread_comes_with_its_root(storage: Database) -> None:
    """Up to and including the bound, in time order; a root that names itself is a root."""
    root = message("100.000001", thread_ts="100.000001")
    _save(storage, message("102.000000", thread_ts="100.000001"), root)
    _save(storage, message("101.000000", thread_ts="100.000001"), message("103.000000"))
    with storage.begin() as records:
        found = records.messages.in_thread(TEAM, CHANNEL, "100.000001", latest="102.000000")
        less = records.messages.in_thread(TEAM, CHANNEL, "100.000001", latest="101.999999")
    assert [one.ts for one in found] == ["100.000001", "101.000000", "102.000000"]
    assert found[0].thread_ts is None
    assert found[:2] == less


def test_text_no_database_takes_is_stored_without_that(storage: Database) -> None:
    """NUL goes, half a surrogate pair becomes a question mark; a redelivery is still recognised."""
    odd = message(text="a\x00b\ud800c", author_name="x\x00")
    assert _save(storage, odd, odd) == [True, False]
    found = _get(storage)
    assert found is not None
    assert (found.text, found.author_name) == ("ab?c", "x")


def test_masked_values_are_numbered_by_channel_and_kind(storage: Database) -> None:
    """The same value gets its number again; only a hash under the workspace's key is stored."""
    with storage.begin() as records:
        number = records.messages.placeholder
        first = [number(TEAM, "C1", "password", "hunter2"), number(TEAM, "C1", "password", "hunter3")]
        others = [number(TEAM, "C2", "password", "hunter3"), number(TEAM, "C1", "email", "hunter3")]
        other_team = number("T2", "C1", "password", "hunter3")
    with storage.begin() as records:
        again = records.messages.placeholder(TEAM, "C1", "password", "hunter3")
    assert (first, others, other_team, again) == ([1, 2], [1, 1], 1, 2)


def test_masked_values_met_at_once_get_different_numbers(storage: Database) -> None:
    """Four threads number the same twenty values alike."""
    found: list[dict[str, int]] = []

    def work(turn: int) -> None:
        numbers = {}
        for n in range(20):
            value = str((n + turn * 5) % 20)
            with storage.begin() as records:
                numbers[value] = records.messages.placeholder(TEAM, "C1", "token", value)
        found.append(numbers)

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(numbers == found[0] for numbers in found)
    assert sorted(found[0].values()) == list(range(1, 21))


REACTIONS = st.lists(st.sampled_from([Reaction(name="eyes"), Reaction(name="tada", count=2)]), max_size=2)


@st.composite
def histories(draw: st.DrawFn) -> list[Message]:
    """What Slack may deliver of one message: created, edited some times, perhaps deleted; each some
    times with and without what only history knows, in any order."""
    root = draw(st.sampled_from([None, "99.000001"]))
    states = [
        message(text=f"text {n % 3}", thread_ts=root, edited_ts=f"{100 + n}.000000" if n else None)
        for n in range(draw(st.integers(1, 4)))
    ]
    told = [
        one.model_copy(update={"reactions": tuple(draw(REACTIONS)), "reply_count": draw(st.integers(0, 3))})
        for one in states
    ]
    deliveries = states + told + draw(st.lists(st.sampled_from(states + told), max_size=4))
    if draw(st.booleans()):
        deliveries += [Message(channel_id=CHANNEL, ts=TS, deleted=True)] * draw(st.integers(1, 2))
    return deliveries


@settings(max_examples=300)
@given(histories(), st.randoms(use_true_random=False))
def test_any_order_of_deliveries_merges_into_the_same(deliveries: list[Message], random: object) -> None:
    """Shuffled and repeated, they leave the same message; deleted ones leave no text."""
    shuffled = list(deliveries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    kept = [arrived(order[0]) for order in (deliveries, shuffled)]
    for result, order in enumerate((deliveries, shuffled)):
        for one in order[1:]:
            kept[result] = merged(kept[result], one)
    assert kept[0] == kept[1]
    if any(one.deleted for one in deliveries):
        assert kept[0].message == tombstone(kept[0].message)


TEAMS = (f"T-{n}" for n in count(1))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(), st.randoms(use_true_random=False))
def test_any_order_of_deliveries_is_stored_as_the_same(
    storage: Database, deliveries: list[Message], random: object
) -> None:
    """Message and number of earlier texts agree, with deletions told by `erase`."""
    shuffled = list(deliveries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    found = []
    for order in (deliveries, shuffled):
        team = next(TEAMS)
        with storage.begin() as records:
            for one in order:
                if one.deleted:
                    records.messages.erase(team, CHANNEL, TS, at=AT)
                else:
                    records.messages.save(team, one, at=AT)
            found.append(
                (records.messages.get(team, CHANNEL, TS), records.messages.versions(team, CHANNEL, TS))
            )
    assert found[0] == found[1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories())
def test_what_is_no_news_changes_nothing_when_saved(storage: Database, deliveries: list[Message]) -> None:
    """Each delivery after the first either is news, or saving it leaves message and versions as they were."""
    team = next(TEAMS)

    def stored() -> tuple[Message | None, int]:
        return records.messages.get(team, CHANNEL, TS), records.messages.versions(team, CHANNEL, TS)

    with storage.begin() as records:
        for one in deliveries:
            before, news = stored(), records.messages.news(team, CHANNEL, [one])
            noticed = records.messages.save(team, one, at=AT)
            if not news:
                assert (noticed, stored()) == (False, before)


def test_news_is_what_differs_from_what_is_stored(storage: Database) -> None:
    """Of a page: what is new and what was rewritten, in the page's order; nothing of an empty one."""
    said = [message(ts=f"{n}.000000", text=f"line {n}") for n in range(1, 5)]
    _save(storage, *said[:3])
    rewritten = said[1].model_copy(update={"text": "another", "edited_ts": "9.000000"})
    with storage.read() as records:
        assert records.messages.news(TEAM, CHANNEL, [said[0], rewritten, said[3]]) == (rewritten, said[3])
        assert records.messages.news(TEAM, CHANNEL, []) == ()
