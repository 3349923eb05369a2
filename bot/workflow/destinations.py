"""The channels of a workspace that settings name: for digests, and for drafts whose own place is closed."""

from __future__ import annotations

import re

from bot.errors import Permanent
from bot.ports import Channel, Directory
from bot.workflow.membership import strangers_in
from bot.workflow.world import World

_ID = re.compile(r"[CG][A-Z0-9]{7,}")


def find_channel(directory: Directory, wanted: str, *, setting: str) -> Channel:
    """The channel that a setting names, by id or by name.

    Raises:
        Permanent: there is none, or people of other companies are in it.
    """
    if _ID.fullmatch(wanted):
        channel: Channel | None = directory.channel(wanted)
    else:
        channel = next((one for one in directory.channels() if one.name == wanted), None)
    if channel is None:
        raise Permanent(f"There is no channel #{wanted} that I can see; name another as {setting}.")
    if channel.is_shared:
        raise Permanent(f"{setting} is shared with another company, which should not see our incidents.")
    return channel


def destination(world: World, wanted: str, *, setting: str) -> Channel:
    """That channel, with the bot in it.

    Raises:
        ChatError: Slack does not let the bot in, or knows no such id.
        Permanent: there is none, or somebody reads there who may not see every public incident.
    """
    channel = find_channel(world.directory, wanted, setting=setting)
    if not channel.is_member and not channel.is_private:
        world.directory.join(channel.id)
    if strangers_in(world, channel.id):
        raise Permanent(
            f"Guests, or people of other companies, are in {setting}, and it would tell them of channels "
            "they are not in. Name another, then `postmortem jobs retry`."
        )
    return channel
