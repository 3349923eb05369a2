"""`jobs`: what waits, what failed, and giving it another try."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import session
from bot.cli.terminal import note, say, table
from bot.errors import UserError

if TYPE_CHECKING:
    from bot.domain.job import Job


class State(StrEnum):
    """The states of `bot.domain.job.JobState`, again so that `--help` need not load the domain."""

    WAITING = "waiting"
    DONE = "done"
    BURIED = "buried"
    CANCELLED = "cancelled"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="The bot's jobs: list them, try a buried one again, cancel a waiting one.",
        invoke_without_command=True,
    )
    group.callback()(show)
    group.command()(retry)
    group.command()(cancel)
    app.add_typer(group, name="jobs")


def show(
    context: typer.Context,
    state: Annotated[
        list[State] | None, typer.Option(help="Only jobs in this state; may be given several times.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to show.")] = 50,
) -> None:
    """List jobs, newest first: waiting, done, buried (failed for good) and cancelled ones."""
    if context.invoked_subcommand is not None:
        return
    from bot.domain.job import JobState

    wanted = [JobState(each) for each in state or ()]
    with session.database(session.settings()).read() as records:
        found = records.jobs.listed(*wanted, limit=limit)
        left = records.workspaces.left()
        clamped = records.archives.clamped()
    for team_id, departure in left:
        note(
            f"The app was uninstalled from {team_id}: its work waits, and everything is erased from "
            f"{departure.erase_at:%Y-%m-%d %H:%M} UTC on.",
            quiet=False,
        )
    if clamped:
        note(
            "Slack gave this app 15 messages a minute when it read last, so reading jobs wait; nothing is "
            "lost. `postmortem doctor` says what to do.",
            quiet=False,
        )
    if found:
        columns = ("id", "state", "kind", "due (UTC)", "attempts", "incident", "last error")
        table(columns, (_row(job) for job in found))
    else:
        note("No jobs.", quiet=False)


def _row(job: Job) -> tuple[str, ...]:
    running = job.lease_owner is not None and job.state.value == State.WAITING.value
    return (
        str(job.id),
        "running" if running else job.state.value,
        job.kind,
        f"{job.due_at:%Y-%m-%d %H:%M:%S}",
        str(job.attempts),
        str(job.incident_id or ""),
        job.last_error or "",
    )


JobId = Annotated[int, typer.Argument(help="The job's id, as `postmortem jobs` shows it.", min=1)]


def retry(job_id: JobId) -> None:
    """Give a buried or cancelled job another life: it is due at once, its failures forgotten."""
    from bot.clock import SystemClock

    with session.database(session.settings()).begin() as records:
        if not records.jobs.revive(job_id, due_at=SystemClock().now()):
            raise UserError(
                f"Job {job_id} is not buried or cancelled, or there is none. Nothing was changed."
            )
    say(f"Job {job_id} is due now; a running bot takes it up within seconds.")


def cancel(job_id: JobId) -> None:
    """Cancel a waiting job: it will not run unless `retry` asks for it."""
    from bot.clock import SystemClock

    with session.database(session.settings()).begin() as records:
        if not records.jobs.cancel_one(job_id, at=SystemClock().now()):
            raise UserError(f"Job {job_id} is not waiting, or there is none. Nothing was changed.")
    say(f"Job {job_id} is cancelled.")
