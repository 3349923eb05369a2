"""Similar past incidents, told by the real bot: on cards, in the document, by command, and taken back."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.domain.posting import Action
from bot.sandbox import Channel, Person
from tests.app.scene import Scene, shown

POOL = (
    "Checkout answers 502 for all customers.",
    "The root cause is that a retry leaks database connections until the connection pool is exhausted.",
    "Rolled back to v2.13.2 and the pool recovered.",
    "Checkout works again.",
    "I will add an alert on the connection pool.",
)
AGAIN = (
    "Orders answer 502 and hang.",
    "The root cause is that an export leaked every connection, so the connection pool was exhausted.",
    "Killed the export.",
    "Orders work again.",
)


def another(scene: Scene, name: str, *members: Person, private: bool = False) -> Channel:
    """One more incident channel with the bot in it."""
    channel = scene.stage.slack.channel(f"incident-{name}", members=list(members), private=private)
    if private:
        members[0].invite_bot(channel)
    else:
        scene.stage.settle()
    scene.stage.settle()
    return channel


def run(scene: Scene, channel: Channel, title: str, lines: tuple[str, ...], who: Person) -> Incident:
    """An incident from start to draft."""
    scene.command(who, f"start {title}", channel=channel)
    for text in lines:
        scene.stage.jump(minutes=2)
        who.say(channel, text)
    scene.stage.settle()
    scene.command(who, "resolve", channel=channel)
    scene.stage.jump(hours=2)
    return scene.incident()


def said(channel: Channel) -> str:
    """Everything the bot shows in a channel now."""
    return "\n".join(shown(one) for one in channel.messages if "Similar past incidents" in shown(one))


def test_a_draft_is_told_of_the_earlier_incident_why_and_what_helped(scene: Scene) -> None:
    """On the incident's card and on the review card: percentage, reasons, fix, open action items."""
    first = run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    channel = another(scene, "orders", scene.maya, scene.ben)
    run(scene, channel, "Orders hang", AGAIN, scene.maya)

    told = said(channel)
    assert first.key in told
    assert " %* likely the same cause" in told
    assert "connection pool" in told
    assert "What helped then: " in told
    assert "v2.13.2" in told
    assert "Similar past incidents" not in said(scene.channel)


def test_at_most_three_messages_in_the_channel_and_no_further_one_for_likeness(scene: Scene) -> None:
    """The lines stand on cards that are there anyway."""
    run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    channel = another(scene, "orders", scene.maya)
    run(scene, channel, "Orders hang", AGAIN, scene.maya)
    assert len(scene.roots(channel)) <= len(scene.roots(scene.channel))


def test_a_title_that_tells_nothing_is_told_nothing(scene: Scene) -> None:
    """Silence is better than noise."""
    run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    channel = another(scene, "giraffes", scene.maya)
    scene.command(scene.maya, "start Giraffes on the lawn", channel=channel)
    assert said(channel) == ""


def test_the_command_answers_one_person_from_what_they_may_see(scene: Scene) -> None:
    """A private incident is told to its members only, and to nobody else that it is there."""
    secret = another(scene, "secret", scene.maya, private=True)
    hidden = run(scene, secret, "Secret checkout", POOL, scene.maya)
    seen = run(scene, scene.channel, "Orders hang", AGAIN, scene.maya)
    assert hidden.key in scene.command(scene.maya, f"similar {seen.key}")
    answer = scene.command(scene.ben, f"similar {seen.key}")
    assert hidden.key not in answer
    assert "Nothing before" in answer
    assert "There is no incident" in scene.command(scene.ben, f"similar {hidden.key}")


def test_a_public_channel_is_never_told_of_a_private_incident(scene: Scene) -> None:
    """Whoever drafted it: cards are read by everybody."""
    secret = another(scene, "secret", scene.maya, private=True)
    hidden = run(scene, secret, "Secret checkout", POOL, scene.maya)
    run(scene, scene.channel, "Orders hang", AGAIN, scene.maya)
    assert hidden.key not in "".join(shown(one) for one in scene.channel.messages)


def test_a_private_channel_is_told_of_public_incidents(scene: Scene) -> None:
    """Its members may see them."""
    first = run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    secret = another(scene, "secret", scene.maya, private=True)
    run(scene, secret, "Secret orders", AGAIN, scene.maya)
    assert first.key in said(secret)


def test_restricted_incidents_neither_tell_nor_are_told(scene: Scene) -> None:
    """They take no part."""
    hidden = run(scene, scene.channel, "Checkout down restricted", POOL, scene.maya)
    channel = another(scene, "orders", scene.maya)
    run(scene, channel, "Orders hang", AGAIN, scene.maya)
    assert hidden.restricted
    assert hidden.key not in said(channel)
    assert "Nothing before" in scene.command(scene.maya, f"similar {hidden.key}")


def test_an_incident_that_becomes_private_later_goes_from_the_cards_of_others(scene: Scene) -> None:
    """What was shown while it was public is shown no longer."""
    first = run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    channel = another(scene, "orders", scene.maya)
    run(scene, channel, "Orders hang", AGAIN, scene.maya)
    assert first.key in said(channel)
    scene.channel.make_private()
    scene.stage.settle()
    assert said(channel) == ""


def test_a_discarded_incident_goes_from_the_cards_of_others(scene: Scene) -> None:
    """Nobody is told of what people threw away."""
    run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    discard = scene.with_button(Action.DISCARD)
    channel = another(scene, "orders", scene.maya)
    run(scene, channel, "Orders hang", AGAIN, scene.maya)
    scene.press(scene.maya, Action.DISCARD, discard)
    scene.maya.submit(scene.maya.views[-1], {"reason": "A duplicate."})
    scene.stage.settle()
    assert said(channel) == ""


def test_what_was_deleted_in_the_earlier_one_is_quoted_nowhere(scene: Scene) -> None:
    """The fix goes from the later card with the message that told it."""
    run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    channel = another(scene, "orders", scene.maya)
    run(scene, channel, "Orders hang", AGAIN, scene.maya)
    fix = next(one for one in scene.channel.messages if "v2.13.2" in one.text and one.user == scene.maya.id)
    assert "v2.13.2" in said(channel)
    scene.maya.delete(fix)
    scene.stage.settle()
    assert "v2.13.2" not in "".join(shown(one) for one in channel.messages)


def test_where_a_guest_reads_along_only_the_same_channel_is_told_of(scene: Scene) -> None:
    """A guest sees no other public channel, so that a card must not tell of it."""
    first = run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    guest = scene.stage.slack.person("gil", guest=True)
    channel = another(scene, "orders", scene.maya, guest)
    run(scene, channel, "Orders hang", AGAIN, scene.maya)
    assert first.key not in said(channel)


def test_the_bot_of_another_app_is_no_stranger(scene: Scene) -> None:
    """Alerting sits in most incident channels; who installed it sees what members see."""
    first = run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    alerting = scene.stage.slack.person("alerting", is_bot=True)
    channel = another(scene, "orders", scene.maya, alerting)
    run(scene, channel, "Orders hang", AGAIN, scene.maya)
    assert first.key in said(channel)


def test_a_published_file_that_told_of_an_incident_is_written_anew_without_it(scene: Scene) -> None:
    """Published documents follow what may be told, like cards."""
    first = run(scene, scene.channel, "Checkout down", POOL, scene.maya)
    channel = another(scene, "orders", scene.maya)
    second = run(scene, channel, "Orders hang", AGAIN, scene.maya)
    approve = next(one for one in channel.messages if Action.APPROVE.value in shown(one))
    scene.press(scene.maya, Action.APPROVE, approve)

    def published() -> str:
        found = sorted(scene.stage.folder.rglob(f"{second.key}*.md"))
        assert found
        return "".join(one.read_text(encoding="utf-8") for one in found)

    assert f"{first.key}, " in published()
    scene.channel.make_private()
    scene.stage.settle()
    assert first.key not in published()
