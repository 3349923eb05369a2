"""What the bot may do in Slack, what each permission is for, and whether it was given."""

from __future__ import annotations

from bot.doctor.check import APPS, Check

REQUIRED_SCOPES: dict[str, str] = {
    "channels:history": "read what was said in public incident channels",
    "channels:join": "join public incident channels by itself",
    "channels:read": "learn channels' names and members",
    "chat:write": "post the card, the draft and answers",
    "commands": "answer /postmortem and the message shortcuts",
    "groups:history": "read private incident channels it was invited to",
    "groups:read": "learn private channels' names and members",
    "reactions:read": "see the reaction that resolves an incident",
    "users:read": "know names, to keep them out of drafts, and time zones",
}
OPTIONAL_SCOPES: dict[str, str] = {
    "files:write": "attach a draft that is too long for one message, and timelines as pictures",
    "usergroups:read": "know who is in the groups of REVIEWERS and ADMINS",
}

OUTDATED = f"Update the app from manifest.yaml at {APPS} (App Manifest) and reinstall it."


def scopes(granted_header: str) -> Check:
    """Whether Slack grants what the manifest asks for; `granted_header` is its `X-OAuth-Scopes`."""
    granted = {scope.strip() for scope in granted_header.split(",") if scope.strip()}
    if not granted:
        return Check("scopes", True, "this endpoint does not tell them")
    missing = sorted(REQUIRED_SCOPES.keys() - granted)
    if missing:
        lost = "; ".join(f"{scope} (to {REQUIRED_SCOPES[scope]})" for scope in missing)
        return Check("scopes", False, f"missing: {lost}", OUTDATED)
    declined = sorted(OPTIONAL_SCOPES.keys() - granted)
    without = "".join(f", without the optional {scope} ({OPTIONAL_SCOPES[scope]})" for scope in declined)
    return Check("scopes", True, f"all that are needed{without}")
