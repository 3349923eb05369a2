"""What the bot says, as values: which words, which buttons. How it looks is the Slack adapter's.

Names of people are plain labels here, never mentions: nobody is pinged.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.incident import Scope, Status
from bot.domain.overview import Overview
from bot.domain.postmortem import Coverage, Postmortem, RootCause, SimilarIncident


class Action(StrEnum):
    """What a button asks for; its value is the `action_id` in Slack."""

    RESOLVE = "pm_resolve"
    REOPEN = "pm_reopen"
    DISMISS = "pm_dismiss"
    APPROVE = "pm_approve"
    EDIT = "pm_edit"
    REDRAFT = "pm_redraft"
    DISCARD = "pm_discard"
    RESTORE = "pm_restore"
    UNPUBLISH = "pm_unpublish"
    SHOW = "pm_show"
    UNDO = "pm_undo"
    RESOLVE_CHANNEL = "pm_resolve_channel"
    RESOLVE_THREAD = "pm_resolve_thread"
    NOT_AN_INCIDENT = "pm_not_an_incident"
    DRAFT_NOW = "pm_draft_now"
    FORGET = "pm_forget"
    ITEMS = "pm_items"
    ITEM_ACCEPT = "pm_item_accept"
    ITEM_DECLINE = "pm_item_decline"
    ITEM_DONE = "pm_item_done"
    ITEM_REOPEN = "pm_item_reopen"
    ITEM_CHANGE = "pm_item_change"
    EDIT_SECTION = "pm_section_edit"
    ASK = "pm_ask"
    ANSWER = "pm_answer"
    SURPRISE = "pm_surprise"
    ACCEPT = "pm_accept"
    REFUSE = "pm_refuse"


class _Post(BaseModel):
    model_config = ConfigDict(frozen=True)


class Button(_Post):
    """One button. `value` carries ids only; it is looked up and authorised when it arrives."""

    action: Action
    label: str
    value: str
    style: Literal["primary", "danger"] | None = None
    confirm: str | None = None
    """A question to answer before it counts."""


class Choice(_Post):
    """One entry of a menu. `value` carries ids and a word, at most 75 characters."""

    label: str
    value: str


class Menu(_Post):
    """A list to pick one entry from; `label` says what for."""

    action: Action
    label: str
    choices: tuple[Choice, ...]


class Link(_Post):
    """A labelled link the bot made itself (permalinks, publications)."""

    label: str
    url: str


class Line(_Post):
    """One short line. `{0}`, `{1}` … in `text` stand for `times`, shown in the reader's zone and UTC."""

    text: str
    times: tuple[datetime, ...] = ()
    links: tuple[Link, ...] = ()
    buttons: tuple[Button, ...] = ()


class IncidentCard(_Post):
    """The one message in which an incident lives from start to publication."""

    key: str
    title: str
    severity: str | None = None
    services: tuple[str, ...] = ()
    status: Status
    scope: Scope
    started_at: datetime
    started_by: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    draft_due_at: datetime | None = None
    held_until: datetime | None = None
    """When a draft that is written will be posted: it waits for the end of quiet hours."""
    owner: str | None = None
    dismissed_reason: str | None = None
    no_model: bool = False
    is_private: bool = False
    restricted: bool = False
    emoji: str = "white_check_mark"
    similar: tuple[SimilarIncident, ...] = ()
    links: tuple[Link, ...] = ()
    buttons: tuple[Button, ...] = ()


class ReviewCard(_Post):
    """The head of a review: what the draft says in brief, how it was made, what can be done."""

    key: str
    title: str
    severity: str | None = None
    status: Status
    revision: int
    duration: timedelta | None = None
    summary: tuple[str, ...] = ()
    root_cause: RootCause = RootCause()
    open_questions: tuple[str, ...] = ()
    coverage: Coverage = Coverage()
    findings: tuple[str, ...] = ()
    changes: str = ""
    """What became of the messages since the draft was made from them; empty where nothing did."""
    drafter: str
    spent: str = ""
    """What the model used of its budget, where one wrote this revision."""
    note: str = ""
    """What is special about the place where it stands."""
    owner: str | None = None
    similar: tuple[SimilarIncident, ...] = ()
    approved_by: tuple[str, ...] = ()
    approvals_needed: int = 1
    items: str = ""
    """How its action items stand; empty where there are none."""
    evidence_links: dict[int, str] = {}
    """Label → permalink, for the citations shown."""
    links: tuple[Link, ...] = ()
    buttons: tuple[Button, ...] = ()
    menus: tuple[Menu, ...] = ()


class Document(_Post):
    """The whole postmortem as one message of a thread; what does not fit is behind *Show*."""

    postmortem: Postmortem
    buttons: tuple[Button, ...] = ()
    menus: tuple[Menu, ...] = ()


class Change(_Post):
    """What an edit did to one section: lines that went, lines that came."""

    section: str
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


class Diff(_Post):
    """The answer to an accepted edit."""

    text: str
    changes: tuple[Change, ...] = ()
    findings: tuple[str, ...] = ()
    times: tuple[datetime, ...] = ()
    buttons: tuple[Button, ...] = ()


class Figures(_Post):
    """Statistics of many incidents. `url` is the workspace's own (`https://acme.slack.com/`)."""

    title: str
    overview: Overview
    note: str = ""
    """Who sees them, and what is not in them."""
    url: str = ""


Post = Line | IncidentCard | ReviewCard | Document | Diff | Figures
