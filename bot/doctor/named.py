"""Groups and channels that settings name: nobody notices a slip in a name until it is needed."""

from __future__ import annotations

from collections.abc import Iterator

from bot.config import Settings
from bot.doctor.check import Check
from bot.errors import ChatError, Permanent, Retryable
from bot.slack.directory import SlackDirectory
from bot.workflow.destinations import find_channel


def groups(settings: Settings, directory: SlackDirectory) -> Iterator[Check]:
    """Those of people who may approve and administrate."""
    for setting, name in (("REVIEWERS", settings.reviewers), ("ADMINS", settings.admins)):
        if name:
            yield _group(directory, setting, name)


def channels(settings: Settings, directory: SlackDirectory) -> Iterator[Check]:
    """Those that the bot writes to besides the incidents' own."""
    named = (("DIGEST_CHANNEL", settings.digest_channel), ("FALLBACK_CHANNEL", settings.fallback_channel))
    for setting, name in named:
        if name:
            yield _channel(directory, setting, name)


def _group(directory: SlackDirectory, setting: str, name: str) -> Check:
    """Whether a group's members can be read: nobody may act by a group that cannot."""
    try:
        found = directory.group(name)
    except ChatError as error:
        if error.code == "missing_scope":
            mend = "Grant the optional scope usergroups:read: reinstall the app from the manifest."
        else:
            mend = f"Set {setting} to the handle or the id of a user group of this workspace."
        return Check(setting, False, f"the group {name!r} cannot be read ({error.code})", mend)
    except Retryable as error:
        return Check(setting, False, str(error), "Try again in a minute.")
    people = "1 person" if len(found) == 1 else f"{len(found)} people"
    return Check(setting, bool(found), f"{people} in {name}", "" if found else "Add people to the group.")


def _channel(directory: SlackDirectory, setting: str, name: str) -> Check:
    """Whether a channel is found and can be written to."""
    try:
        channel = find_channel(directory, name, setting=setting)
    except Permanent as error:
        return Check(setting, False, str(error), "Set it to a channel of this workspace alone.")
    except Retryable as error:
        return Check(setting, False, str(error), "Try again in a minute.")
    if channel.is_archived:
        return Check(setting, False, f"#{channel.name} is archived", "Name another channel.")
    if channel.is_private and not channel.is_member:
        return Check(setting, False, f"#{channel.name} is private", "Invite the bot there.")
    return Check(setting, True, f"#{channel.name}")
