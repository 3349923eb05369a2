"""`/postmortem stats` in a workspace: counted is what the asker may see, and only they see it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.demo.stage import Stage
from bot.domain.incident import Incident, Scope, Status
from bot.domain.postmortem import Claim, Draft, Grade, Moment, RootCause, Times
from bot.domain.review import Revision
from bot.ports import NewIncident
from bot.sandbox import Channel, Person
from tests.app.conftest import make_scene
from tests.app.scene import Scene, shown

POOL = "The connection pool of {} was exhausted by a retry storm."


def past(
    scene: Scene, *, days: int, title: str = "Checkout is down", service: str = "checkout", **given: object
) -> Incident:
    """An incident of some days ago with a draft, as the database has it."""
    world = scene.stage.bot.world
    at = world.clock.now() - timedelta(days=days)
    facts: dict[str, object] = {"channel_id": scene.channel.id, "severity": "sev2", "services": (service,)}
    new = NewIncident.model_validate(
        {
            "team_id": world.team_id,
            "scope": Scope.THREAD,
            "root_ts": f"{at.timestamp():.6f}",
            "title": title,
            "started_at": at,
            "since_ts": "0",
        }
        | facts
        | given
    )
    draft = Draft(
        title=title,
        times=Times(started=Moment(at=at), resolved=Moment(at=at + timedelta(minutes=30 + days))),
        root_cause=RootCause(grade=Grade.STATED, claims=(Claim(text=POOL.format(service), evidence=(1,)),)),
    )
    with world.storage.begin() as records:
        incident = records.incidents.create(new)
        done = incident.model_copy(update={"status": Status.PUBLISHED, "generation": 1})
        incident = records.incidents.replace(done)
        records.revisions.add(
            Revision(incident_id=incident.id, number=1, draft=draft, author="drafter", created_at=at)
        )
    return incident


def a_private_channel(scene: Scene, *members: Person) -> Channel:
    """One with the bot in it."""
    channel = scene.stage.slack.channel("incident-closed", members=list(members), private=True)
    members[0].invite_bot(channel)
    scene.stage.settle()
    return channel


def turn(scene: Scene, who: Person, action_id: str) -> str:
    """Press a button of the answer somebody got; the answer takes its place."""
    note = who.ephemerals()[-1]
    before = shown(note)
    reply = who.press(note, action_id)
    assert reply.ok, reply
    scene.stage.slack.until(lambda: shown(note) != before)
    return shown(note)


def test_statistics_of_nothing_say_so(scene: Scene) -> None:
    """And offer other periods."""
    told = scene.command(scene.maya, "stats")
    assert "*0 incidents*. Nothing to count." in told
    assert "pm_stats_year" in told


def test_statistics_tell_what_the_asker_asked_for(scene: Scene) -> None:
    """Counts with bars, durations with how many they rest on, what was followed up, known causes."""
    for days in (2, 5, 9, 20, 30, 40):
        past(scene, days=days)
    past(scene, days=3, title="Search is slow", service="search")
    told = scene.command(scene.maya, "stats quarter")
    assert "*7 incidents*" in told
    assert "checkout █" in told
    assert "capacity" in told
    assert "*to resolve*: 39 min in the median" in told
    assert "*to detect*: too few to say (0 incidents; it takes 5)" in told
    assert "7 of 7 postmortems approved (100 %)" in told
    assert "no target" in told
    assert "thevoid.community" in told
    assert "Only you see this." in told
    assert "*1 incident* (service search, SEV2)" in scene.command(
        scene.maya, "stats service:search sev:2 30d"
    )


def test_an_unknown_period_gets_a_hint(scene: Scene) -> None:
    """Nothing is guessed."""
    assert "“fortnight” is no period I know. Try 30d" in scene.command(scene.maya, "stats fortnight")


def test_private_incidents_count_for_their_channel_only_and_restricted_ones_for_nobody(scene: Scene) -> None:
    """No number lets an outsider guess; the insider is told to share with care."""
    closed = a_private_channel(scene, scene.maya)
    past(scene, days=1)
    past(scene, days=2, channel_id=closed.id, is_private=True, service="vault")
    past(scene, days=3, restricted=True, service="hidden")
    for who, counted in ((scene.maya, "*2 incidents*"), (scene.ben, "*1 incident*")):
        told = scene.command(who, "stats 30d")
        assert counted in told
        assert "hidden" not in told
        assert ("vault" in told) is (who is scene.maya)
        assert ("1 private incident" in told) is (who is scene.maya)


def test_who_left_a_private_channel_sees_its_numbers_no_more(scene: Scene) -> None:
    """Membership counts at the moment of asking, by button too."""
    closed = a_private_channel(scene, scene.maya, scene.ben)
    past(scene, days=2, channel_id=closed.id, is_private=True, service="vault")
    assert "vault" in scene.command(scene.ben, "stats 30d")
    scene.ben.leave(closed)
    assert "*0 incidents*" in turn(scene, scene.ben, "pm_stats_year")


def test_a_button_brings_another_period_in_place(scene: Scene) -> None:
    """With the same service; a forged value gets a clear answer."""
    past(scene, days=200)
    past(scene, days=210, service="search")
    assert "*0 incidents*" in scene.command(scene.maya, "stats 30d service:checkout")
    assert "*1 incident* (service checkout)" in turn(scene, scene.maya, "pm_stats_year")
    note = scene.maya.ephemerals()[-1]
    for block in note.blocks:
        for element in block.get("elements", ()):
            if element.get("action_id") == "pm_stats_30d":
                element["value"] = "[]"
    heard = len(scene.maya.ephemerals())
    scene.maya.press(note, "pm_stats_30d")
    scene.stage.slack.until(lambda: len(scene.maya.ephemerals()) > heard)
    assert "That button is stale" in shown(scene.maya.ephemerals()[-1])


def test_a_guest_gets_no_statistics(scene: Scene) -> None:
    """As with everything else."""
    guest = scene.stage.slack.person("guest", guest=True)
    assert "Guests cannot do that" in scene.command(guest, "stats")


def test_hostile_names_stay_harmless(scene: Scene) -> None:
    """A title or service pings nobody, links nowhere and breaks no table."""
    for days in (1, 2):
        past(scene, days=days, title="<!channel> *x* `y` <https://evil.test|z>", service="a```b<!here>")
    told = scene.command(scene.maya, "stats 30d")
    assert "<!channel>" not in told
    assert "<!here>" not in told
    assert "<https://evil" not in told


def test_the_period_is_that_of_the_clock(scene: Scene) -> None:
    """A named month holds its incidents, the next one none of them."""
    incident = past(scene, days=40)
    month = f"{incident.started_at:%Y-%m}"
    assert "*1 incident*" in scene.command(scene.maya, f"stats {month}")
    assert "*0 incidents*" in scene.command(scene.maya, "stats 2021-Q3")


def test_a_digest_is_posted_for_everybody_and_its_buttons_answer_who_presses(tmp_path: Path) -> None:
    """With the real poster: one message, the picture in its thread; a button whispers, the digest stays."""
    with Stage(tmp_path, digest_channel="engineering") as stage:
        scene = make_scene(stage)
        room = stage.slack.channel("engineering", members=[scene.maya])
        for days in (1, 2, 3):
            past(scene, days=-days)
        stage.jump(days=31)
        stage.jump(hours=1)
        (message,) = (
            one
            for one in room.messages
            if one.user == stage.slack.app.bot_user_id and not one.files and one.subtype is None
        )
        assert "Incidents in March 2026: *3 incidents*" in message.text
        (picture,) = (one for one in message.replies if one.files)
        assert picture.files[0]["name"] == "incidents-2026-03.png"
        before = shown(message)
        scene.maya.press(message, "pm_stats_year")
        stage.slack.until(lambda: bool(scene.maya.ephemerals()))
        assert "*3 incidents*" in shown(scene.maya.ephemerals()[-1])
        assert shown(message) == before
        assert stage.slack.rejections == []
