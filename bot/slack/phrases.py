"""How the domain's values read in words. What comes out is mrkdwn, foreign text in it escaped."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.incident import Scope, Status
from bot.domain.postmortem import ActionItem, ActionState, Commitment, Coverage, Grade, Hypothesis, Phase
from bot.slack.mrkdwn import line

STATUS = {
    Status.OPEN: "Open",
    Status.RESOLVED: "Resolved",
    Status.IN_REVIEW: "In review",
    Status.APPROVED: "Approved",
    Status.PUBLISHED: "Published",
    Status.DISCARDED: "Discarded",
    Status.DISMISSED: "Closed without a postmortem",
}
MARK = {
    Status.OPEN: "🔴",
    Status.RESOLVED: "🟢",
    Status.IN_REVIEW: "📝",
    Status.APPROVED: "☑️",
    Status.PUBLISHED: "📘",
    Status.DISCARDED: "⚪",
    Status.DISMISSED: "⚪",
}
SCOPE = {Scope.CHANNEL: "the whole channel", Scope.THREAD: "this thread"}
GRADE = {
    Grade.STATED: "stated by a responder",
    Grade.INFERRED: "inferred from the evidence, not confirmed by anyone",
    Grade.NOT_ESTABLISHED: "not established",
}
PHASE = {
    Phase.TRIGGER: "trigger",
    Phase.DETECTION: "detection",
    Phase.INVESTIGATION: "investigation",
    Phase.MITIGATION: "mitigation",
    Phase.RESOLUTION: "resolution",
    Phase.AFTER: "after",
}


def status(value: str) -> str:
    """A status with its mark: `🔴 *Open*`."""
    known = Status(value)
    return f"{MARK[known]} *{STATUS[known]}*"


def severity(value: str | None) -> str:
    """`SEV2`, or nothing."""
    return line(value).upper() if value else ""


def drafter(name: str) -> str:
    """Who wrote the draft, from the name a drafter goes by (`extractive`, `openai:<model>`)."""
    if name == "extractive":
        return "Drafted offline by rules"
    if name == "document":
        return "Imported from a document"
    model = line(name.removeprefix("openai:"))
    return f"Drafted by the model {model}"


def count(number: int, one: str, many: str = "") -> str:
    """`1 message`, `12 messages`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def coverage(read: Coverage) -> str:
    """What was and was not read, in a sentence or a few."""
    facts = f"Read {count(read.messages, 'message')} in {count(read.threads, 'thread')}"
    facts += f" and {count(read.files, 'file name')}" if read.files else ""
    asides = [text for number, text in _asides(read) if number]
    said = [f"{facts}: {', '.join(asides)}." if asides else f"{facts}."]
    if not read.messages and read.notes:  # an imported document: nobody said anything
        said = [f"{', '.join(asides)}."] if asides else []
    said += [] if read.complete else ["*The transcript is not complete.*"]
    if read.gaps:
        said.append(f"Silent {'; '.join(line(gap) for gap in read.gaps)}.")
    return " ".join([*said, *(line(note) for note in read.notes)])


def _asides(read: Coverage) -> Iterable[tuple[int, str]]:
    yield read.after_resolution, f"{read.after_resolution:,} after the resolution"
    yield read.edited, f"{read.edited:,} edited"
    yield read.deleted, f"{read.deleted:,} deleted"
    yield read.masked, f"{count(read.masked, 'secret')} masked"
    reasons = "; ".join(f"{number:,} {line(reason)}" for reason, number in sorted(read.skipped.items()))
    yield sum(read.skipped.values()), f"{sum(read.skipped.values()):,} skipped ({reasons})"


def hypothesis(theory: Hypothesis) -> str:
    """A theory and what became of it."""
    outcome = {"refuted": "ruled out", "superseded": "overtaken by later findings", "open": "still open"}
    return f"{line(theory.text)} ({outcome[theory.outcome]})"


def _decided(item: ActionItem) -> str:
    if item.state is not ActionState.PROPOSED:
        return item.state.value
    return "promised" if item.kind is Commitment.COMMITMENT else "an idea so far"


def action_item(item: ActionItem) -> str:
    """Something to do, with what is known of who and when."""
    facts = [
        f"owner: {line(item.owner)}" if item.owner else "",
        f"due {item.due.isoformat()}" if item.due else "",
        f"{item.priority} priority" if item.priority else "",
        _decided(item),
    ]
    return f"{line(item.text)} ({', '.join(fact for fact in facts if fact)})"
