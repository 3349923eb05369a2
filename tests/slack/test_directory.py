"""Who is who: what is remembered, what is asked each time, and how large workspaces are read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.errors import Retryable
from bot.sandbox.sandbox import Sandbox
from bot.slack import directory
from bot.slack.calls import Calls, make_client
from bot.slack.directory import SlackDirectory, read_person
from tests.clock import ManualClock


@pytest.fixture
def watch() -> ManualClock:
    """The time of both sides."""
    return ManualClock()


@pytest.fixture
def slack(watch: ManualClock) -> Iterator[Sandbox]:
    """A stand-in."""
    with Sandbox(now=lambda: watch.now().timestamp()) as sandbox:
        yield sandbox


@pytest.fixture
def people(slack: Sandbox, watch: ManualClock) -> SlackDirectory:
    """The port on it."""
    return SlackDirectory(Calls(make_client(slack.app.bot_token, base_url=slack.url)), watch)


def made(slack: Sandbox, method: str) -> int:
    """How often a method was called."""
    return sum(call.method == method for call in slack.calls)


def test_a_person_is_remembered_for_ten_minutes(
    slack: Sandbox, people: SlackDirectory, watch: ManualClock
) -> None:
    """Then they are asked for again, and may have become a guest."""
    ada = slack.person("ada")
    for _ in range(3):
        assert not people.person(ada.id).is_guest
    assert made(slack, "users.info") == 1
    ada.user.guest = True
    watch.advance(minutes=10)
    assert people.person(ada.id).is_guest
    assert made(slack, "users.info") == 2


def test_what_somebody_is_now_is_asked_now(
    slack: Sandbox, people: SlackDirectory, watch: ManualClock
) -> None:
    """Once a gesture; neither what was remembered for names' sake nor a list that was read counts."""
    ada = slack.person("ada")
    people.person(ada.id)
    people.everyone()
    ada.user.guest = True
    assert people.person_now(ada.id).is_guest
    assert people.person(ada.id).is_guest
    asked = made(slack, "users.info")
    people.person_now(ada.id)
    assert made(slack, "users.info") == asked
    ada.user.guest = False
    watch.advance(seconds=6)
    assert not people.person_now(ada.id).is_guest


def test_membership_is_never_remembered(slack: Sandbox, people: SlackDirectory) -> None:
    """Who may see a private incident is decided by who is in its channel now."""
    ada = slack.person("ada")
    channel = slack.channel("incident-db", members=[ada])
    assert people.members(channel.id) == {ada.id}
    ada.leave(channel)
    assert people.members(channel.id) == frozenset()
    channel.make_private()
    channel.members.append(slack.app.bot_user_id)
    assert people.channel(channel.id).is_private


def test_everyone_is_read_again_after_a_quarter_of_an_hour(
    slack: Sandbox, people: SlackDirectory, watch: ManualClock
) -> None:
    """In between the list is the remembered one."""
    slack.person("ada")
    assert len(people.everyone()) == 1
    slack.person("bo")
    assert len(people.everyone()) == 1
    watch.advance(minutes=15)
    assert len(people.everyone()) == 2
    assert made(slack, "users.list") == 2


def test_a_rate_limit_in_between_loses_no_page(slack: Sandbox, people: SlackDirectory) -> None:
    """The next call goes on where the interrupted one stopped."""
    for number in range(directory.PAGE + 50):
        slack.person(f"person{number}")
    with pytest.raises(Retryable):
        _fail_on_second_page(slack, people)
    assert len(people.everyone()) == directory.PAGE + 50
    assert [call.outcome for call in slack.calls if call.method == "users.list"] == [
        "ok",
        "ratelimited",
        "ok",
    ]


def _fail_on_second_page(slack: Sandbox, people: SlackDirectory) -> None:
    """Plan the fault when the first page has been asked for."""
    planned = slack.workspace.notify

    def notify() -> None:
        if made(slack, "users.list") == 1:
            slack.faults.rate_limit("users.list")
            slack.workspace.notify = planned  # type: ignore[method-assign]  # as below
        planned()

    slack.workspace.notify = notify  # type: ignore[method-assign]  # between two pages nothing else stirs
    people.everyone()


def test_without_the_scope_private_channels_are_left_out(slack: Sandbox, people: SlackDirectory) -> None:
    """`groups:read` is optional."""
    slack.app.scopes.discard("groups:read")
    seen = slack.channel("incident-a")
    hidden = slack.channel("incident-b", private=True)
    hidden.members.append(slack.app.bot_user_id)
    assert [channel.id for channel in people.channels()] == [seen.id]
    assert people.private_channels() == frozenset()


def test_private_channels_are_asked_for_twice_a_minute(
    slack: Sandbox, people: SlackDirectory, watch: ManualClock
) -> None:
    """However often somebody looks something up; those without the bot are not among them."""
    slack.channel("incident-a", private=True)
    turned = slack.channel("incident-b")
    turned.members.append(slack.app.bot_user_id)
    assert people.private_channels() == people.private_channels() == frozenset()
    turned.make_private()
    watch.advance(seconds=30)
    assert people.private_channels() == people.private_channels() == {turned.id}
    assert made(slack, "users.conversations") == 2


def test_shared_channels_say_so(slack: Sandbox, people: SlackDirectory) -> None:
    """Slack Connect is told apart."""
    channel = slack.channel("incident-a")
    assert not people.channel(channel.id).is_shared
    channel.share("T0OTHER")
    assert people.channel(channel.id).is_shared


@pytest.mark.parametrize(
    ("user", "external"),
    [
        ({"id": "U1", "team_id": "T1"}, False),
        ({"id": "U1", "profile": {"team": "T1"}}, False),
        ({"id": "U1", "team_id": "T2"}, True),
        ({"id": "U1", "team_id": "T1", "is_stranger": True}, True),
        ({"id": "U1", "team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}}, False),
        ({"id": "U1", "team_id": "T2", "enterprise_user": {"enterprise_id": "E2"}}, True),
        ({"id": "U1", "team_id": "E1"}, False),
    ],
)
def test_colleagues_of_the_organisation_are_not_external(user: dict[str, object], external: bool) -> None:
    """Another workspace of the same organisation is ours; strangers and other companies are not."""
    assert read_person(user, team_id="T1", enterprise_id="E1").is_external is external


def test_names_come_from_the_profile() -> None:
    """With what is missing left empty."""
    person = read_person(
        {
            "id": "U1",
            "name": "ada",
            "is_ultra_restricted": True,
            "profile": {"real_name": "Ada L", "display_name": ""},
        },
        team_id="T1",
    )
    assert (person.label, person.is_guest, person.email, person.tz) == ("Ada L", True, None, "UTC")


def test_slackbot_is_a_bot() -> None:
    """Though Slack says otherwise."""
    assert read_person({"id": "USLACKBOT", "is_bot": False}, team_id="T1").is_bot


def test_a_group_is_found_by_its_id_too(slack: Sandbox, people: SlackDirectory) -> None:
    """Ids need no look through all groups."""
    ada = slack.person("ada")
    group = slack.usergroup("reviewers", members=[ada])
    assert people.group(group) == {ada.id}
    assert made(slack, "usergroups.list") == 0
