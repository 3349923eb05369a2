"""Where an incident is read on in Slack, and how one that never was there is told from the others."""

from __future__ import annotations

NOWHERE = "document-"
"""What the channel id of a postmortem begins with that was a document before it came here. Slack's ids are
capital letters and digits (docs.slack.dev, "Conversation object")."""


def thread_url(url: str, channel_id: str, thread_ts: str | None) -> str:
    """The address of a thread, or of its channel, made without asking Slack; empty where there is none.

    `url` is that of the workspace.
    """
    if not url.startswith(("http://", "https://")) or channel_id.startswith(NOWHERE):
        return ""
    channel = f"{url.rstrip('/')}/archives/{channel_id}"
    return f"{channel}/p{thread_ts.replace('.', '')}" if thread_ts else channel
