"""Composing a draft from the archive: masked, labelled, drafted, checked. Needs no Slack, so that it can be
done in a process of its own (`bot/apart`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.assembly import Assembly, assemble, names_in
from bot.domain.checking import Checked, enforce
from bot.domain.incident import Incident
from bot.domain.postmortem import Draft
from bot.domain.transcript import Evidence, Message, Person, Transcript, moment
from bot.ports import Composed, Drafter, Order, Redactor, Storage
from bot.workflow.archive import is_whole, shortcomings, skipped_in
from bot.workflow.capture import without_personal_data
from bot.workflow.scope import messages_of, not_ours
from bot.workflow.writing import write

NOT_OURS = "part of another incident, or of the review"


@dataclass(frozen=True)
class Composing:
    """The `Composer` port, in this process."""

    storage: Storage
    redactor: Redactor
    drafter: Drafter

    def compose(self, order: Order, people: Sequence[Person]) -> Composed:
        """Freeze what was said into labelled evidence; labels given earlier stay what they are."""
        incident = order.incident
        with self.storage.read() as records:
            known = records.evidence.of(incident.id)
        gathered = self._gathered(order, people, known)
        before = {item.label: item for item in known}
        frozen_at = {"frozen_at": moment(order.until)}
        composed = Composed(
            transcript=gathered.transcript,
            fresh=tuple(item for item in gathered.transcript.evidence if before.get(item.label) != item),
            coverage=gathered.coverage.model_copy(update=frozen_at),
            digest=gathered.digest,
        )
        if not order.offline:
            return composed
        written = write(
            self.drafter,
            gathered.transcript,
            lambda draft: enforce(draft, gathered.transcript, gathered.names),
        )
        return composed.model_copy(update={"drafted": written.drafted, "checked": written.checked})

    def check(self, draft: Draft, transcript: Transcript, people: Sequence[Person]) -> Checked:
        """What of a draft that a model wrote may be said."""
        return enforce(draft, transcript, names_in(transcript, people))

    def _gathered(self, order: Order, people: Sequence[Person], known: Sequence[Evidence]) -> Assembly:
        incident = order.incident
        said = messages_of(self.storage, incident, order.until)
        with self.storage.read() as records:
            foreign = not_ours(records, incident)
            progress = records.archives.load(incident.id)
        ours = [one for one in said if one.ts not in foreign and one.thread_ts not in foreign]
        reasons = skipped_in(progress) if progress else {}
        if left_out := len(said) - len(ours):
            reasons[NOT_OURS] = left_out
        return assemble(
            incident,
            self._masked(incident, ours),
            people=people,
            known=known,
            permalink=Permalinks(order.url),
            skipped=reasons,
            notes=shortcomings(progress) if progress else (),
            complete=is_whole(progress),
        )

    def _masked(self, incident: Incident, messages: Iterable[Message]) -> list[Message]:
        return without_personal_data(self.storage, self.redactor, incident.team_id, messages)


@dataclass(frozen=True)
class Permalinks:
    """Builds what `chat.getPermalink` would answer, without a call per message."""

    url: str

    def __call__(self, channel_id: str, ts: str, thread_ts: str | None) -> str | None:
        if not self.url.startswith(("http://", "https://")):
            return None
        link = f"{self.url.rstrip('/')}/archives/{channel_id}/p{ts.replace('.', '')}"
        return f"{link}?thread_ts={thread_ts}&cid={channel_id}" if thread_ts else link
