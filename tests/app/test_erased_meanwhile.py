"""What people delete does not come back with what was read before and is stored after."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.incident import Status
from bot.domain.job import Job, NewJob
from bot.domain.posting import Action
from bot.domain.review import Proposal
from bot.domain.sections import with_claims
from bot.errors import LeaseLost, UserError
from bot.ports import Place
from bot.sandbox import Message
from bot.workflow import (
    deliver,
    editing,
    erasure,
    history,
    holding,
    picturing,
    proposals,
    publish,
    saving,
    show,
)
from bot.workflow.listen import deletion
from bot.workflow.world import World
from tests.app.scene import Scene
from tests.app.test_erasure import in_slack

SAID = "Checkout answers 502"


class Meddling:
    """A directory that lets something happen when it is asked for everyone: between reading and storing."""

    def __init__(self, directory: Any, happens: Callable[[], None]) -> None:
        self._directory = directory
        self._happens = happens

    def everyone(self) -> Any:
        """Everybody, after it happened."""
        self._happens()
        return self._directory.everyone()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._directory, name)


def meddled(scene: Scene, message: Message) -> World:
    """The bot's world, in which a message is deleted just before a change is stored."""
    world = scene.stage.bot.world

    def deleted() -> None:
        with world.storage.begin() as records:
            deletion(records, world, scene.channel.id, message.ts)

    return dataclasses.replace(world, directory=Meddling(world.directory, deleted))


def said(scene: Scene) -> Message:
    """The message that the draft quotes."""
    return next(one for one in scene.channel.messages if one.text.startswith(SAID))


def everything(scene: Scene) -> str:
    """All that is stored of the newest incident's document."""
    incident = scene.incident()
    with scene.stage.bot.world.storage.read() as records:
        evidence = [one.model_dump_json() for one in records.evidence.of(incident.id)]
    return "\n".join([*(one.model_dump_json() for one in scene.revisions()), *evidence])


def suggested(scene: Scene) -> int:
    """A suggestion that quotes the message; its number."""
    incident, latest = scene.incident(), scene.revision()
    draft = latest.draft
    claim = draft.summary[0].model_copy(update={"text": f"{SAID} for all customers.", "evidence": (1,)})
    proposal = Proposal(
        incident_id=incident.id,
        key=f"{incident.id}:1",
        revision=latest.number,
        asked_by=scene.priya.id,
        ts="1.000001",
        label=99,
        draft=with_claims(draft, "impact", [claim]),
        drafter="test",
        at=scene.stage.bot.world.clock.now(),
    )
    with scene.stage.bot.world.storage.begin() as records:
        kept = records.proposals.add(proposal)
    assert kept is not None
    return kept.id


def test_an_accepted_suggestion_brings_nothing_back(scene: Scene) -> None:
    """The message is deleted between the press and the storing."""
    scene.drafted()
    number = suggested(scene)

    with pytest.raises(UserError, match="withdrawn"):
        proposals.accept(meddled(scene, said(scene)), scene.incident(), number, scene.ben.id)

    assert SAID not in everything(scene)
    assert len(scene.revisions()) == 1


def test_an_undone_edit_brings_nothing_back(scene: Scene) -> None:
    """What the edit had replaced quoted it."""
    scene.drafted()
    scene.reply(scene.ben, "summary: It was down.")

    with pytest.raises(UserError, match="erased meanwhile"):
        editing.undo(meddled(scene, said(scene)), scene.incident().id, 2, scene.ben.id)

    assert SAID not in everything(scene)


def test_a_restored_revision_brings_nothing_back(scene: Scene) -> None:
    """The earlier revision quoted it, the newest does not."""
    scene.drafted()
    scene.reply(scene.ben, "summary: It was down.")

    with pytest.raises(UserError, match="erased meanwhile"):
        history.put_back(meddled(scene, said(scene)), scene.incident().id, 1, 2, scene.ben.id)

    assert SAID not in everything(scene)


def test_a_form_being_saved_brings_nothing_back(scene: Scene) -> None:
    """Not even with the sections that nobody typed in."""
    scene.drafted()
    texts = {"title": "Checkout was down"}

    with pytest.raises(UserError, match="erased meanwhile"):
        saving.save_sections(meddled(scene, said(scene)), scene.incident().id, scene.ben.id, 1, texts)

    assert SAID not in everything(scene)


def test_a_form_opened_before_a_deletion_brings_nothing_back(scene: Scene) -> None:
    """Its fields hold what was erased; nothing is saved, the person is told why and keeps what they typed."""
    scene.drafted()
    scene.press(scene.ben, Action.EDIT)
    window = scene.ben.views[-1]
    scene.maya.delete(said(scene))
    scene.stage.settle()

    reply = scene.ben.submit(window, {"title": "Checkout was down"})
    scene.stage.settle()

    assert "erased meanwhile" in str(reply.body)
    assert SAID not in everything(scene)
    assert len(scene.revisions()) == 1


class Hindered:
    """A publisher that lets something happen before a document lands that was made already."""

    def __init__(self, publisher: Any, happens: Callable[[], None]) -> None:
        self._publisher = publisher
        self._happens = happens

    def publish(self, *args: Any, **fields: Any) -> Any:
        """It happens, and then the document is written."""
        self._happens()
        return self._publisher.publish(*args, **fields)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._publisher, name)


def written_while(scene: Scene, work: Callable[[World, Job], None], job: Job, happens: str) -> None:
    """Do a job of publishing while other workers do what somebody causes meanwhile: `forget`, `hide`,
    `restrict`, `take back` or `delete`."""
    world = scene.stage.bot.world

    def cause() -> None:
        incident_id = scene.incident().id
        if happens == "forget":
            erasure.forget(world, incident_id, scene.priya.id)
        elif happens == "hide":
            scene.channel.make_private()
        elif happens == "restrict":
            holding.restrict(world, incident_id, scene.priya.id, on=True)
        elif happens == "take back":
            scene.press(scene.ben, Action.UNPUBLISH)
        else:
            scene.maya.delete(said(scene))
        scene.stage.settle()

    publishers = {name: Hindered(one, cause) for name, one in world.publishers.items()}
    work(dataclasses.replace(world, publishers=publishers), job)
    scene.stage.settle()


def published(scene: Scene) -> str:
    """All that published files say."""
    folder = scene.stage.folder / "postmortems"
    return "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.*"))


def a_job(scene: Scene, kind: str, **payload: Any) -> Job:
    """Work about the first incident, as a worker has it."""
    world = scene.stage.bot.world
    fresh = NewJob(
        team_id=world.team_id,
        kind=kind,
        key=f"{kind}:1",
        due_at=world.clock.now(),
        incident_id=1,
        payload=payload,
    )
    return Job(**fresh.model_dump(), id=0, attempts=1, created_at=world.clock.now())


@pytest.mark.parametrize("happens", ["forget", "hide", "restrict", "take back", "delete"])
def test_a_file_being_written_again_brings_nothing_back(scene: Scene, happens: str) -> None:
    """Another worker has done all that this asks for before the old document lands."""
    scene.drafted()
    scene.press(scene.ben, Action.APPROVE)
    assert SAID in published(scene)

    written_while(scene, publish.republish, a_job(scene, "republish"), happens)

    assert SAID not in published(scene)
    assert (published(scene) == "") is (happens != "delete")


@pytest.mark.parametrize("happens", ["forget", "hide", "restrict", "delete"])
def test_a_file_being_published_brings_nothing_back(scene: Scene, happens: str) -> None:
    """The same for the first time it is written."""
    scene.drafted()
    approved = scene.incident().model_copy(update={"status": Status.APPROVED})
    with scene.stage.bot.world.storage.begin() as records:
        records.incidents.replace(approved)

    written_while(scene, publish.publish, a_job(scene, "publish", publisher="files", revision=1), happens)

    assert SAID not in published(scene)


class Late:
    """A poster of which one gesture, after so many of its kind, lands when something has happened that other
    workers have followed wholly."""

    def __init__(self, poster: Any, gesture: str, happens: Callable[[], None], *, after: int = 0) -> None:
        self._poster = poster
        self._gesture = gesture
        self._happens = happens
        self._left = after

    def __getattr__(self, name: str) -> Any:
        if name == self._gesture:
            self._left -= 1
            if self._left == -1:
                self._happens()
        return getattr(self._poster, name)


def shown_late(scene: Scene, work: Callable[[World, Job], None], job: Job, late: Late) -> None:
    """Do a job whose poster is late, then all that it asked for."""
    world = scene.stage.bot.world
    with contextlib.suppress(LeaseLost):
        work(dataclasses.replace(world, poster=late), job)
    scene.stage.settle()


def deleted(scene: Scene) -> None:
    """The message that the draft quotes is deleted, and all follows."""
    scene.maya.delete(said(scene))
    scene.stage.settle()


def undelivered(scene: Scene) -> None:
    """A draft is stored and not posted yet."""
    scene.start()
    scene.talk()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    poster = scene.stage.bot.world.poster
    place = Place(channel_id=scene.channel.id)
    scene.stage.slack.faults.rate_limit("chat.postMessage", times=1, retry_after=90)
    scene.stage.jump(hours=2)
    assert scene.status() is Status.IN_REVIEW
    assert poster.posted("review:1:g1", place, since=scene.incident().started_at) is None


def test_a_draft_being_posted_brings_nothing_back(scene: Scene) -> None:
    """The message is deleted between reading the draft and Slack's taking it."""
    undelivered(scene)
    poster = scene.stage.bot.world.poster

    shown_late(
        scene,
        deliver.deliver,
        a_job(scene, "post", generation=1),
        Late(poster, "post", lambda: deleted(scene)),
    )

    assert not in_slack(scene, SAID)
    assert scene.offers(Action.APPROVE)


def test_a_card_being_drawn_again_brings_nothing_back(scene: Scene) -> None:
    """The old drawing lands after the redacted one."""
    scene.drafted()
    assert in_slack(scene, SAID)
    poster = scene.stage.bot.world.poster

    late = Late(poster, "update", lambda: deleted(scene), after=1)  # the incident's own card comes first
    shown_late(scene, show.refresh_cards, a_job(scene, "refresh"), late)

    assert not in_slack(scene, SAID)


def test_a_file_attached_to_what_was_forgotten_is_taken_away(scene: Scene) -> None:
    """The timeline's picture lands in a thread of people's own after everything was cleared."""
    root = scene.maya.say(scene.channel, "Invoices show up twice")
    for text in ("We deployed v2.", "The root cause is a retry without a key.", "Rolled back, it works."):
        scene.stage.jump(minutes=2)
        scene.ben.say(scene.channel, text, thread=root)
    scene.react(scene.ben, root)
    scene.stage.jump(hours=2)
    assert len(scene.stage.slack.workspace.files) == 1
    poster, world = scene.stage.bot.world.poster, scene.stage.bot.world

    def forgotten() -> None:
        erasure.forget(world, 1, scene.priya.id)
        scene.stage.settle()

    job = a_job(scene, "picture", generation=1, redraft=True)
    shown_late(scene, picturing.picture, job, Late(poster, "attach", forgotten))

    assert scene.stage.slack.workspace.files == {}
