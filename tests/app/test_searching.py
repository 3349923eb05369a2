"""Searching in Slack: command, shortcut and window, paging and reading, each time with the asker's eyes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.incident import Scope, Severity, Status
from bot.domain.posting import Action
from bot.domain.postmortem import Claim, Draft, RootCause
from bot.domain.review import Publication, Revision
from bot.ports import NewIncident
from bot.sandbox import Person
from bot.slack import results
from bot.slack.listeners.shortcuts import SEARCH
from bot.workflow.indexing import index
from tests.app.scene import Scene, shown

CAUSE = "The connection pool was exhausted by retries."


def shelve(scene: Scene, title: str, *, cause: str = CAUSE, private: bool = False, **fields: Any) -> str:
    """A published postmortem of an earlier incident; returns its key."""
    world = scene.stage.bot.world
    now = world.clock.now()
    with world.storage.begin() as records:
        made = records.incidents.create(
            NewIncident(
                team_id=world.team_id,
                channel_id=fields.pop("channel_id", f"C{title.replace(' ', '').upper()}"),
                scope=Scope.CHANNEL,
                title=title,
                services=fields.pop("services", ("checkout-api",)),
                severity=fields.pop("severity", Severity.SEV2),
                started_at=now - timedelta(days=fields.pop("days", 3), minutes=48),
                since_ts="1.000000",
                is_private=private,
            )
        )
        done = {"status": Status.PUBLISHED, "resolved_at": made.started_at + timedelta(minutes=48), **fields}
        made = records.incidents.replace(made.model_copy(update=done))
        draft = Draft(title=title, root_cause=RootCause(claims=(Claim(text=cause, evidence=()),)))
        revision = Revision(incident_id=made.id, number=1, draft=draft, author="U1", created_at=now)
        records.revisions.add(revision)
        place = f"https://wiki.example.com/{made.key}"
        records.publications.save(
            Publication(incident_id=made.id, publisher="wiki", revision=1, location=place, at=now)
        )
        index(records, world, made)
    return made.key


@pytest.fixture
def library(scene: Scene) -> Scene:
    """Seven published postmortems about pools, one of something else."""
    for number in range(7):
        shelve(scene, f"Pool trouble {number}", days=7 - number)
    shelve(scene, "Certificates ran out", cause="Nobody renewed them.", severity=Severity.SEV1, services=())
    return scene


def seen(scene: Scene, who: Person, text: str) -> bool:
    """Whether their newest window comes to show this: it opens after the press is acknowledged."""

    def shows() -> bool:
        return bool(who.views) and text in json.dumps(who.views[-1].blocks)

    scene.stage.slack.until(shows)
    return shows()


def pressed(scene: Scene, who: Person, action_id: str, surface: Any = None) -> None:
    """Press a button of the newest answer, or of a window."""
    reply = who.press(surface or who.ephemerals()[-1], action_id)
    assert reply.ok
    scene.stage.settle()


def test_a_result_tells_what_it_is_and_where_to_read_on(library: Scene) -> None:
    """Title, day, severity, how long, the sentence that matched in bold, thread and document."""
    answer = library.command(library.ben, "search certificates")
    assert "INC-8 · Certificates ran out" in answer
    assert "SEV1 · 48 min · published" in answer
    assert "*Certificates* ran out" in answer
    assert "<https://wiki.example.com/INC-8|Document>" in answer
    assert "|Thread>" in answer


def test_results_page_in_place(library: Scene) -> None:
    """Next and Previous change the one answer instead of adding another."""
    library.command(library.ben, "search connection pools")
    first = library.ben.ephemerals()
    assert "Incidents 1 to 5" in shown(first[-1])
    pressed(library, library.ben, results.NEXT)
    library.stage.slack.until(lambda: "Incidents 6 to 7" in shown(library.ben.ephemerals()[-1]))
    assert len(library.ben.ephemerals()) == len(first)
    pressed(library, library.ben, results.BACK)
    library.stage.slack.until(lambda: "Incidents 1 to 5" in shown(library.ben.ephemerals()[-1]))


def test_show_opens_the_whole_document_anywhere(library: Scene) -> None:
    """From a search in whatever channel, without leaving it."""
    library.command(library.ben, "search certificates")
    pressed(library, library.ben, results.SHOW)
    assert seen(library, library.ben, "Nobody renewed them.")


def test_the_shortcut_searches_in_a_window(library: Scene) -> None:
    """Typing, paging and reading without a channel."""
    library.priya.shortcut(SEARCH)
    assert seen(library, library.priya, "Search past incidents")
    library.priya.submit(library.priya.views[-1], {"words": "pool"})
    assert seen(library, library.priya, "Incidents 1 to 5")
    pressed(library, library.priya, results.NEXT, library.priya.views[-1])
    assert seen(library, library.priya, "Incidents 6 to 7")
    pressed(library, library.priya, results.SHOW, library.priya.views[-1])
    assert seen(library, library.priya, CAUSE)


def test_filters_narrow_and_unknown_ones_are_told(library: Scene) -> None:
    """A mistyped filter is no silence."""
    assert "1 incident for" in library.command(library.ben, "search sev:1")
    assert "Nothing found" in library.command(library.ben, "search pool sev:1")
    assert "Incidents 1 to 5" in library.command(library.ben, "search pool service:checkout is:published")
    told = library.command(library.ben, "search pool sev:9 colour:red")
    assert "severities are" in told
    assert "There is no filter" in told


def test_a_mistyped_service_is_put_right_and_said_so(library: Scene) -> None:
    """Whether it stands in a filter or among the words."""
    for words in ("chekout pool", "pool service:chekout-api"):
        answer = library.command(library.ben, f"search {words}")
        assert "Showing results for checkout" in answer
        assert "Pool trouble" in answer


def test_a_word_too_many_is_left_out_and_said_so(library: Scene) -> None:
    """Rather than nothing, what all the others find."""
    answer = library.command(library.ben, "search connection pool zeppelin")
    assert "without “zeppelin”" in answer
    assert "Pool trouble" in answer


def test_an_owner_is_found_by_mention_and_name(library: Scene) -> None:
    """And a name nobody has is told."""
    key = shelve(library, "Owned one", owner_id=library.maya.id)
    for words in (f"<@{library.maya.id}|maya>", "@maya"):
        assert key in library.command(library.ben, f"search owner:{words}")
    assert key in library.command(library.maya, "search owner:me")
    assert "Nobody here is called zoe" in library.command(library.ben, "search owner:zoe")


def test_a_private_incident_is_found_and_shown_to_its_channel_only(library: Scene) -> None:
    """Neither result, page, suggestion nor document for anybody else, whatever the button says."""
    secret = library.stage.slack.channel("incident-secret", members=[library.maya], private=True)
    library.maya.invite_bot(secret)
    library.stage.settle()
    key = shelve(
        library, "Merger", cause="Merger.", private=True, channel_id=secret.id, services=("mergerbase",)
    )
    assert key in library.command(library.maya, "search merger")
    for words in ("merger", "service:mergerbase", "mergerbse", "is:private", "merger zeppelin"):
        answer = library.command(library.ben, f"search {words}")
        assert key not in answer
        assert "mergerbase instead" not in answer

    library.command(library.ben, "search certificates")
    found = library.ben.ephemerals()[-1]
    held = next(one for one in library.incidents() if one.key == key)
    for block in found.blocks:
        if block.get("accessory"):
            block["accessory"]["value"] = json.dumps({"incident": held.id})
    windows = len(library.ben.views)
    pressed(library, library.ben, results.SHOW, found)
    library.stage.slack.until(lambda: "nothing here that you can see" in shown(library.ben.ephemerals()[-1]))
    assert "nothing here that you can see" in shown(library.ben.ephemerals()[-1])
    assert len(library.ben.views) == windows


def test_a_forged_page_is_no_error(library: Scene) -> None:
    """Values that we never put there are refused kindly."""
    library.command(library.ben, "search pool")
    answer = library.ben.ephemerals()[-1]
    for forged in (
        "",
        "[]",
        '{"q": 7, "page": 1}',
        '{"q": "pool", "page": "x"}',
        '{"q": "pool", "page": -9}',
    ):
        for block in answer.blocks:
            for element in block.get("elements", ()):
                if element.get("action_id") == results.NEXT:
                    element["value"] = forged
        pressed(library, library.ben, results.NEXT, answer)


@pytest.mark.parametrize("words", ['"', "-", "sev:", "-pool", "🔥", "a:b:c", '"" ""', "by:recent", "<@U1|x>"])
def test_odd_queries_are_answered(library: Scene, words: str) -> None:
    """With a hint or with nothing, never with a fault."""
    answer = library.command(library.ben, f"search {words}")
    assert "Nothing found" in answer or "incident" in answer


def test_an_open_incident_is_found_as_open(scene: Scene) -> None:
    """From its start on, by its title, until it is dismissed."""
    scene.start("Basket service is down")
    assert "INC-1" in scene.command(scene.ben, "search basket is:open")
    assert "Nothing found" in scene.command(scene.ben, "search basket is:resolved")
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    assert "INC-1" in scene.command(scene.ben, "search basket is:resolved")
