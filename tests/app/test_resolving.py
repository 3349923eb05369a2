"""What a reaction, a command, a shortcut and a button resolve, and what they do not."""

from __future__ import annotations

from bot.demo.stage import Stage
from bot.domain.incident import Scope, Status
from bot.domain.posting import Action
from tests.app.conftest import make_scene
from tests.app.scene import CHECK, Scene, shown


def test_a_public_incident_channel_is_joined_silently(scene: Scene) -> None:
    """The bot is in the channel and has said nothing."""
    assert scene.stage.slack.app.bot_user_id in scene.channel.members
    assert scene.roots() == []


def test_starting_an_incident_posts_its_card(scene: Scene) -> None:
    """One card, with title, severity and how to resolve."""
    scene.command(scene.maya, "start Checkout is down sev1 service:checkout-api")

    (card,) = scene.roots()
    assert "INC-1" in shown(card)
    assert "Checkout is down" in shown(card)
    assert "checkout-api" in shown(card)


def test_a_reaction_on_the_card_resolves_and_says_when_the_draft_comes(scene: Scene) -> None:
    """The acknowledgement names the time and how to undo it."""
    scene.start()

    scene.react(scene.maya, scene.with_button(Action.RESOLVE))

    assert scene.status() is Status.RESOLVED
    assert "<!date^" in shown(scene.roots()[-1])
    assert "Reopen" in shown(scene.roots()[-1])


def test_a_reaction_on_an_unrelated_message_only_asks_who_reacted(scene: Scene) -> None:
    """Responders use ✅ for "done" too: nothing is resolved unasked, and only they see the question."""
    scene.start()
    message = scene.ben.say(scene.channel, "Restarted the cache.")

    scene.react(scene.ben, message)

    assert scene.status() is Status.OPEN
    assert "Resolve INC-1" in scene.whispered(scene.ben)
    assert scene.whispered(scene.priya) == ""


def test_the_question_is_asked_once(scene: Scene) -> None:
    """Taking the reaction away and putting it back does not ask again."""
    scene.start()
    message = scene.ben.say(scene.channel, "Restarted the cache.")
    scene.react(scene.ben, message)
    asked = len(scene.ben.ephemerals())

    scene.ben.unreact(message, CHECK)
    scene.react(scene.ben, message)

    assert len(scene.ben.ephemerals()) == asked


def test_the_answer_not_an_incident_changes_nothing(scene: Scene) -> None:
    """The question goes away."""
    scene.start()
    scene.react(scene.ben, scene.ben.say(scene.channel, "Restarted the cache."))

    scene.press(scene.ben, Action.NOT_AN_INCIDENT, scene.ben.ephemerals()[-1])

    assert scene.status() is Status.OPEN


def test_the_answer_resolve_resolves_the_channels_incident(scene: Scene) -> None:
    """The first button of the question."""
    scene.start()
    scene.react(scene.ben, scene.ben.say(scene.channel, "All good again."))

    scene.press(scene.ben, Action.RESOLVE_CHANNEL, scene.ben.ephemerals()[-1])

    assert scene.status() is Status.RESOLVED
    assert scene.incident().resolved_by == scene.ben.id


def test_only_this_thread_makes_an_incident_of_its_own(scene: Scene) -> None:
    """A second incident in the same channel is a thread; the channel's stays open."""
    scene.start()
    root = scene.ben.say(scene.channel, "The search index is stale.")
    scene.priya.say(scene.channel, "Rebuilt it.", thread=root)
    scene.react(scene.ben, root)

    scene.press(scene.ben, Action.RESOLVE_THREAD, scene.ben.ephemerals()[-1])

    thread, whole = scene.incidents()
    assert (thread.scope, thread.status) == (Scope.THREAD, Status.RESOLVED)
    assert (whole.scope, whole.status) == (Scope.CHANNEL, Status.OPEN)


def test_a_reaction_on_a_thread_is_enough_where_nobody_started_anything(scene: Scene) -> None:
    """On a reply as on the root: the thread becomes a resolved incident with one card in it."""
    root = scene.maya.say(scene.channel, "Search is slow since the deploy.")
    reply = scene.ben.say(scene.channel, "Rolled back, fast again.", thread=root)

    scene.react(scene.priya, reply)

    incident = scene.incident()
    assert (incident.scope, incident.status, incident.root_ts) == (Scope.THREAD, Status.RESOLVED, root.ts)
    assert incident.title == "Search is slow since the deploy."
    assert len(scene.thread(root)) == 1
    assert scene.roots() == []


def test_a_reaction_on_a_lone_message_asks(scene: Scene) -> None:
    """A message without replies is no thread yet."""
    scene.react(scene.ben, scene.maya.say(scene.channel, "Lunch?"))

    assert not scene.incidents()
    assert "Resolve this whole channel" in scene.whispered(scene.ben)


def test_the_whole_channel_can_be_the_incident_nobody_started(scene: Scene) -> None:
    """From the question, the channel's talk so far becomes the transcript."""
    scene.talk()
    scene.react(scene.ben, scene.maya.say(scene.channel, "Done, closing."))

    scene.press(scene.ben, Action.RESOLVE_CHANNEL, scene.ben.ephemerals()[-1])

    assert (scene.incident().scope, scene.status()) == (Scope.CHANNEL, Status.RESOLVED)
    scene.stage.jump(hours=2)
    assert any("502" in item.text for _, item in scene.revision().draft.claims())


def test_other_emoji_mean_nothing(scene: Scene) -> None:
    """Only the configured ones resolve."""
    scene.start()

    scene.react(scene.maya, scene.with_button(Action.RESOLVE), "tada")

    assert scene.status() is Status.OPEN


def test_taking_the_reaction_away_reopens_and_cancels_the_draft(scene: Scene) -> None:
    """While no draft is posted, the undo is the same gesture; no draft comes."""
    scene.start()
    card = scene.with_button(Action.RESOLVE)
    scene.react(scene.maya, card)

    scene.maya.unreact(card, CHECK)
    scene.stage.jump(hours=3)

    assert scene.status() is Status.OPEN
    assert not scene.revisions()


def test_while_somebody_elses_reaction_stands_it_stays_resolved(scene: Scene) -> None:
    """Only taking away the last one reopens."""
    scene.start()
    card = scene.with_button(Action.RESOLVE)
    scene.react(scene.maya, card)
    scene.react(scene.ben, card)

    scene.maya.unreact(card, CHECK)
    scene.stage.settle()

    assert scene.status() is Status.RESOLVED


def test_resolving_again_after_a_reopening_drafts_once(scene: Scene) -> None:
    """The first resolution's job is gone; the second one's draft comes two hours after it."""
    scene.start()
    scene.talk()
    card = scene.with_button(Action.RESOLVE)
    scene.react(scene.maya, card)
    scene.stage.jump(hours=1)
    scene.maya.unreact(card, CHECK)
    scene.stage.jump(minutes=30)
    scene.react(scene.maya, card)

    scene.stage.jump(hours=1, minutes=59)
    assert not scene.revisions()
    scene.stage.jump(minutes=2)
    assert len(scene.revisions()) == 1


def test_reordered_and_doubled_reactions_end_in_what_slack_shows(scene: Scene) -> None:
    """The removal delivered before the addition, and both twice: what stands in Slack counts."""
    scene.start()
    card = scene.with_button(Action.RESOLVE)
    scene.stage.slack.faults.duplicate_events(4)
    scene.stage.slack.hold_events()
    scene.maya.react(card, CHECK)
    scene.maya.unreact(card, CHECK)

    scene.stage.slack.release_events("reversed")
    scene.stage.settle()

    assert scene.status() is Status.OPEN


def test_resolve_with_several_open_asks_which(scene: Scene) -> None:
    """The answer offers each of them."""
    scene.start()
    root = scene.ben.say(scene.channel, "The search index is stale.")
    scene.ben.shortcut("pm_start_message", root)
    scene.stage.settle()

    answer = scene.command(scene.maya, "resolve")

    assert "INC-1" in answer
    assert "INC-2" in answer
    assert all(one.status is Status.OPEN for one in scene.incidents())


def test_resolve_by_command_names_the_incident(scene: Scene) -> None:
    """With one open, or by its key."""
    scene.start()

    answer = scene.command(scene.ben, "resolve INC-1")

    assert scene.status() is Status.RESOLVED
    assert "INC-1 is resolved" in answer


def test_the_shortcut_resolves_a_thread(scene: Scene) -> None:
    """Commands cannot run in threads, shortcuts can."""
    root = scene.maya.say(scene.channel, "Search is slow.")
    scene.ben.shortcut("pm_resolve_message", root)
    scene.stage.settle()

    assert (scene.incident().scope, scene.status()) == (Scope.THREAD, Status.RESOLVED)


def test_a_second_channel_incident_is_refused_with_what_to_do(scene: Scene) -> None:
    """One at a time; further ones are threads."""
    scene.start()

    answer = scene.command(scene.ben, "start Another")

    assert "INC-1 is open" in answer
    assert len(scene.incidents()) == 1


def test_no_postmortem_needed_takes_a_reason_and_cancels_the_draft(scene: Scene) -> None:
    """The button asks why; the card says so; no draft comes."""
    scene.start()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))

    scene.press(scene.maya, Action.DISMISS)
    scene.maya.submit(scene.maya.views[-1], {"reason": "It was a planned test."})
    scene.stage.jump(hours=3)

    assert scene.status() is Status.DISMISSED
    assert "It was a planned test." in shown(scene.roots()[0])
    assert not scene.revisions()


def test_a_guest_cannot_resolve(scene: Scene) -> None:
    """Guests are told why, and nothing happens."""
    scene.start()
    guest = scene.stage.slack.person("guest", guest=True)
    guest.join(scene.channel)

    scene.react(guest, scene.with_button(Action.RESOLVE))

    assert scene.status() is Status.OPEN
    assert "Guests" in scene.whispered(guest)


def test_a_reaction_by_a_bot_means_nothing(scene: Scene) -> None:
    """Workflow bots add reactions of their own."""
    scene.start()
    robot = scene.stage.slack.person("robot", is_bot=True)
    robot.join(scene.channel)

    scene.react(robot, scene.with_button(Action.RESOLVE))

    assert scene.status() is Status.OPEN


def test_commands_answer_outside_incident_channels(scene: Scene) -> None:
    """Start explains what an incident channel is; help and list work anywhere."""
    general = scene.stage.slack.channel("general", members=[scene.maya])

    assert "no incident channel" in scene.command(scene.maya, "start x", channel=general)
    assert "/postmortem search" in scene.command(scene.maya, "help", channel=general)
    assert "no incidents yet" in scene.command(scene.maya, "list", channel=general)


def test_an_unknown_word_gets_help(scene: Scene) -> None:
    """Silence would look broken."""
    answer = scene.command(scene.maya, "frobnicate")

    assert "frobnicate" in answer
    assert "/postmortem start" in answer


def test_excluded_and_other_channels_are_left_alone(stage: Stage) -> None:
    """Neither joined nor stored."""
    maya = stage.slack.person("maya")
    training = stage.slack.channel("incident-training", members=[maya])
    stage.settle()

    assert stage.slack.app.bot_user_id not in training.members


def test_a_private_channel_gets_one_hello(stage: Stage) -> None:
    """Invited, the bot says what it does, once."""
    scene = make_scene(stage)
    private = stage.slack.channel("incident-secret", members=[scene.maya], private=True)
    scene.maya.invite_bot(private)
    stage.settle()

    assert len(scene.roots(private)) == 1


def test_a_renamed_channel_is_joined(stage: Stage) -> None:
    """A channel that becomes an incident channel is watched from then on."""
    maya = stage.slack.person("maya")
    channel = stage.slack.channel("payments-trouble", members=[maya])
    stage.settle()

    channel.rename("incident-payments")
    stage.settle()

    assert stage.slack.app.bot_user_id in channel.members


def test_the_owner_is_the_resolver_until_somebody_is_named(scene: Scene) -> None:
    """`/postmortem owner @ben` shows on the card."""
    scene.start()
    scene.react(scene.maya, scene.with_button(Action.RESOLVE))
    assert scene.incident().owner_id == scene.maya.id

    scene.command(scene.maya, f"owner <@{scene.ben.id}|ben>")

    assert scene.incident().owner_id == scene.ben.id
    assert "Ben Okafor" in shown(scene.roots()[0])


def test_a_question_outlives_another_id_of_its_channel(scene: Scene) -> None:
    """It was asked under the old id and is answered under the new one."""
    scene.start()
    message = scene.maya.say(scene.channel, "All good now.")
    scene.react(scene.ben, message)
    asked = scene.ben.ephemerals()[-1]
    scene.channel.change_id()
    scene.stage.settle()

    scene.press(scene.ben, Action.RESOLVE_CHANNEL, asked)

    assert scene.status() is Status.RESOLVED


def test_a_question_answered_under_an_id_that_is_gone_is_told_so(scene: Scene) -> None:
    """Slack may still name the old one; nothing happens, and the person knows what to do."""
    scene.start()
    message = scene.maya.say(scene.channel, "All good now.")
    scene.react(scene.ben, message)
    asked = scene.ben.ephemerals()[-1]
    world = scene.stage.bot.world
    with world.storage.begin() as records:
        records.channels.move(world.team_id, scene.channel.id, "C0ELSEWHERE")

    scene.press(scene.ben, Action.RESOLVE_CHANNEL, asked)

    assert "another id" in scene.whispered(scene.ben)
