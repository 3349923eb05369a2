"""Who does which job: the kind of a job → the use case."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from bot.domain.job import Job
from bot.worker import Handler, Keep
from bot.workflow import (
    action_reminders,
    actions,
    asking,
    channels,
    digest,
    embedding,
    erasure,
    glass,
    homes,
    indexing,
    likeness,
    membership,
    outcomes,
    picturing,
    privacy,
    proposals,
    publish,
    reminding,
    replies,
    retention,
    show,
    suggesting,
    wiping,
)
from bot.workflow.archive import archive
from bot.workflow.deliver import deliver
from bot.workflow.draft import draft
from bot.workflow.reactions import reaction_changed
from bot.workflow.world import World

_JOBS: Mapping[str, Callable[[World, Job], None]] = {
    "meet": channels.meet,
    "sync": channels.sync,
    "reaction": reaction_changed,
    "refresh": show.refresh_cards,
    "embed": embedding.embed,
    "index": indexing.index_draft,
    "notice": show.notice,
    "post": deliver,
    "reply": replies.reply,
    "diff": replies.show_diff,
    "publish": publish.publish,
    "withdraw": publish.withdraw,
    "republish": publish.republish,
    "withdraw_posts": privacy.withdraw_posts,
    "remind_action": action_reminders.remind_owner,
    "recall_reminders": actions.recall_reminders,
    "redraw_reminders": outcomes.redraw_reminders,
    "redraw": replies.redraw,
    "ask_person": asking.ask_person,
    "remind": reminding.remind,
    "propose": suggesting.propose,
    "show_proposal": proposals.show_proposal,
    "clear": erasure.clear,
    "picture": picturing.picture,
    "digest": digest.digest,
    "digest_again": digest.digest_again,
    "members": membership.remember_members,
    "joined": likeness.someone_joined,
    "glass": glass.tell_of_it,
    "homes": homes.redraw_homes,
    "erase_workspace": retention.erase_when_due,
    "wipe": wiping.wipe,
}
_LONG_JOBS: Mapping[str, Callable[[World, Job, Keep], None]] = {"archive": archive, "draft": draft}


def handlers(world: World) -> dict[str, Handler]:
    """Job kind → what does it."""

    def short(work: Callable[[World, Job], None]) -> Handler:
        return lambda job, _keep: work(world, job)

    def long(work: Callable[[World, Job, Keep], None]) -> Handler:
        return lambda job, keep: work(world, job, keep)

    found = {kind: short(work) for kind, work in _JOBS.items()}
    found |= {kind: long(work) for kind, work in _LONG_JOBS.items()}
    return found if world.model else found | {"draft": _alone(found["draft"])}


def _alone(handler: Handler) -> Handler:
    """One at a time. Drafting offline is computing only: several at once are no faster in one interpreter,
    and Slack's events would wait for all of them. Drafting with a model is mostly waiting."""
    lock = threading.Lock()

    def run(job: Job, keep: Keep) -> None:
        with lock:
            keep()
            handler(job, keep)

    return run
