"""One pass over an incident's channel or thread: pages come in, are stored, and the progress with them.

Slack's history shows each root with its thread's count and last reply, so a thread that stands as it
did when it was read is left alone. What is stored and no longer shown was deleted while nobody listened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from bot.domain.incident import Incident, Scope
from bot.domain.transcript import as_ts, moment, ts_order
from bot.errors import ChatError, LeaseLost, Retryable
from bot.log import get_logger
from bot.ports import ArchiveState, Page, Records, ThreadRead
from bot.workflow.capture import capture
from bot.workflow.changed import note_changes
from bot.workflow.listen import deletion
from bot.workflow.scope import not_ours, talk_about_drafts
from bot.workflow.world import World

Keep = Callable[[], None]
"""Keeps the lease of the running job; called after every page."""

LIMIT = 200
"""Messages a page: what Slack recommends at most (docs.slack.dev, conversations.history)."""
CLAMPED_LIMIT = 15
"""What Slack gives apps that are distributed commercially, since May 2025."""
CHUNK = 10
"""Messages stored in one transaction: on SQLite an event waits for it before Slack gets its answer."""
SETTLED = timedelta(minutes=2)
"""Only what is older counts as deleted when Slack does not show it: clocks differ."""
CHECKED = 20
"""How many of the messages missing on a page are asked for one by one before they are erased."""

_GONE = frozenset({"thread_not_found", "message_not_found"})


class Reading:
    """A pass under way. `state` is what is stored of it."""

    def __init__(self, world: World, incident: Incident, state: ArchiveState, keep: Keep) -> None:
        self.state = state
        self._world = world
        self._incident = incident
        self._keep = keep
        self._sure = state.doubts
        """The doubts when the first page of the thread was read that is being read."""
        self._log = get_logger("archive")

    def begin(self) -> None:
        """Let it be known that something is read: events that are missed from now on count for it."""
        with self._world.storage.begin() as records:
            self._check_place(records)
            if records.archives.load(self._incident.id) is None:
                records.archives.save(self.state)

    def read_all(self) -> None:
        """The roots, then the threads. Raises `Retryable` and `ChatError`."""
        self._read_roots()
        self._sort_threads()
        while self.state.waiting:
            self._read_thread(*self.state.waiting[0])

    def refused(self, error: ChatError) -> None:
        """Slack shows the channel no longer: keep what there is, and say so. Raises as `_check_place`."""
        with self._world.storage.read() as records:
            self._check_place(records)
        until = self.state.read_until
        since = f"; it was read up to {moment(until):%Y-%m-%d %H:%M} UTC" if until else ""
        reason = f"Slack no longer shows this conversation ({error.code}){since}."
        self.state = self.state.model_copy(update={"unreadable": (*self.state.unreadable, reason)})
        self._log.warning("archive_refused", code=error.code, incident=self._incident.id)

    def close(self) -> ArchiveState:
        """The pass is over."""
        met = bool(self.state.unreadable)
        done = {"complete": True, "read_until": self.state.read_until if met else self.state.latest}
        self._save(done)
        return self.state

    @property
    def _limit(self) -> int:
        return CLAMPED_LIMIT if self.state.clamped else LIMIT

    def _save(self, progress: dict[str, object]) -> None:
        with self._world.storage.begin() as records:
            state = self._advanced(records, progress)
            records.archives.save(state)
        self.state = state

    def _advanced(self, records: Records, progress: dict[str, object]) -> ArchiveState:
        """The state with this progress. Where events were missed since the last one, no thread is known to
        be complete: the pass goes on to its end and is then made again (`archive.read_transcript`)."""
        state = self.state.model_copy(update=progress)
        if not records.archives.doubted(state):
            return state
        self._log.info(
            "threads_doubted_while_reading", incident=state.incident_id, threads=len(state.threads)
        )
        stored = records.archives.load(state.incident_id)
        return state.model_copy(update={"threads": {}, "doubts": stored.doubts if stored else 0})

    # Roots

    def _read_roots(self) -> None:
        """Newest first. What a restart goes on from is a message's time: cursors do not last."""
        cursor, latest = "", self.state.before or self.state.latest
        since = self._incident.since_ts
        while not self.state.roots_done:
            try:
                page = self._world.history.history(
                    self._incident.channel_id, oldest=since, latest=latest, cursor=cursor, limit=self._limit
                )
            except ChatError as error:
                if error.code != "invalid_cursor" or not cursor:
                    raise
                cursor, latest = "", self.state.before or self.state.latest
                continue
            above = self.state.before or self.state.latest
            lowest = min(page.present, key=ts_order, default=above)
            cursor = page.next_cursor
            bottom = lowest if cursor or page.hidden else since
            gone = self._gone(page, oldest=bottom, latest=above)
            skipped = _sum(self.state.skipped, page.skipped)
            progress: dict[str, object] = {"before": lowest, "roots_done": not cursor, "skipped": skipped}
            progress |= {"waiting": self._found(page), "hidden": self.state.hidden or page.hidden}
            self._store(page, gone, progress)

    def _found(self, page: Page) -> tuple[tuple[str, str], ...]:
        """The threads to be read, with those of this page that are not known to be complete."""
        with self._world.storage.read() as records:
            foreign = not_ours(records, self._incident) | talk_about_drafts(records, self._incident)
        known = self.state.threads
        waiting = dict(self.state.waiting)
        for root, mark in page.threads.items():
            if root not in foreign and (root not in known or known[root].mark != mark):
                waiting[root] = mark
        return tuple(waiting.items())

    # Threads

    def _sort_threads(self) -> None:
        """First what live events did not bring whole. Under a clamp, live events are believed: at one
        page a minute nothing else ends in time."""
        if not self.state.waiting or self.state.after or self._incident.scope is Scope.THREAD:
            return
        with self._world.storage.read() as records:
            here = records.messages.replied(
                self._world.team_id, self._incident.channel_id, oldest=self._incident.since_ts
            )
        whole = [(root, mark) for root, mark in self.state.waiting if here.get(root) == mark]
        rest = [entry for entry in self.state.waiting if entry not in set(whole)]
        if self.state.clamped:
            self._save({"waiting": tuple(rest), "trusted": self.state.trusted + len(whole)})
        else:
            self._save({"waiting": (*rest, *whole)})

    def _read_thread(self, root: str, mark: str) -> None:
        known = self.state.threads.get(root)
        self._sure = self.state.doubts
        try:
            long = known is not None and _count(known.mark) >= self._limit
            if known is None or not long or not self._read_end(root, mark, known):
                self._read_whole(root, mark)
        except ChatError as error:
            if error.code not in _GONE or self._incident.scope is Scope.THREAD:
                raise
            skipped = _sum(self.state.skipped, {"threads that went while being read": 1})
            self._save({"waiting": self.state.waiting[1:], "after": "", "aside": {}, "skipped": skipped})

    def _read_end(self, root: str, mark: str, known: ThreadRead) -> bool:
        """Only what was added to a long thread; False if that does not explain its new count."""
        new: set[str] = set()
        cursor = ""
        while True:
            page, cursor = self._replies(root, oldest=known.newest, cursor=cursor)
            new |= {ts for ts in page.present if ts_order(ts) > ts_order(known.newest)}
            self._store(page, (), {"aside": _sum(self.state.aside, page.skipped)})
            if not cursor:
                break
        stands = mark or page.threads.get(root, "")
        if _count(known.mark) + len(new) != _count(stands):
            self._save({"aside": {}})
            return False
        newest = max({*new, known.newest}, key=ts_order)
        self._save(self._finished(root, stands, newest, _sum(known.skipped, self.state.aside)))
        return True

    def _read_whole(self, root: str, mark: str) -> None:
        """From the last stored page on, the first time from the beginning."""
        others = {ts: thread for ts, thread in self.state.threads.items() if ts != root}
        oldest, cursor = self.state.after, ""
        while True:
            page, cursor = self._replies(root, oldest=oldest, cursor=cursor)
            mark = mark or page.threads.get(root, "")
            after = self.state.after
            newest = max({*page.present, after or root} - {root} or {root}, key=ts_order)
            end = newest if page.next_cursor else self.state.latest
            gone = self._gone(page, oldest=after or root, latest=end, root=root)
            aside = _sum(self.state.aside, page.skipped)
            if not page.next_cursor:
                self._store(page, gone, self._finished(root, mark, newest, aside))
                return
            self._store(page, gone, {"after": newest, "aside": aside, "threads": others})

    def _replies(self, root: str, *, oldest: str, cursor: str) -> tuple[Page, str]:
        """A page of a thread and the cursor of the next; where a cursor has expired, go on by time."""
        channel = self._incident.channel_id
        try:
            page = self._world.history.replies(
                channel, root, oldest=oldest or "0", cursor=cursor, limit=self._limit
            )
        except ChatError as error:
            if error.code != "invalid_cursor" or not cursor:
                raise
            page = self._world.history.replies(
                channel, root, oldest=self.state.after or oldest or "0", limit=self._limit
            )
        return page, page.next_cursor

    def _finished(self, root: str, mark: str, newest: str, aside: dict[str, int]) -> dict[str, object]:
        done = ThreadRead(mark=mark, newest=newest, skipped=aside)
        waiting = tuple(entry for entry in self.state.waiting if entry[0] != root)
        whole = {root: done} if self._sure == self.state.doubts else {}
        return {
            "threads": {**self.state.threads, **whole},
            "waiting": waiting,
            "after": "",
            "aside": {},
        }

    # Storing

    def _gone(self, page: Page, *, oldest: str, latest: str, root: str | None = None) -> tuple[str, ...]:
        """Messages that are stored and stood between what this page shows, but are not shown.

        The first few are asked for one by one: a page that Slack left half empty must erase nothing.
        """
        settled = as_ts(moment(self.state.latest) - SETTLED)
        latest = min(latest, settled, key=ts_order)
        shown = {*page.present, self.state.before, self.state.after, root}
        channel = self._incident.channel_id
        with self._world.storage.read() as records:
            stored = records.messages.standing(
                self._world.team_id, channel, oldest=oldest, latest=latest, root_ts=root
            )
        missing = tuple(ts for ts in stored if ts not in shown)
        there = {ts for ts in missing[:CHECKED] if self._world.history.exists(channel, ts)}
        if there:
            self._log.warning("history_left_out_messages", count=len(there), incident=self._incident.id)
            missing = missing[:CHECKED]
        return tuple(ts for ts in missing if ts not in there)

    def _store(self, page: Page, gone: Iterable[str], progress: dict[str, object]) -> None:
        """A page, then with its end the progress it means: what is interrupted before is read again."""
        world = self._world
        self._note_clamp(page)
        clamped = self.state.clamped or page.clamped
        counted = {"pages": self.state.pages + 1, "clamped": clamped}
        with world.storage.read() as records:
            news = records.messages.news(world.team_id, self._incident.channel_id, page.messages)
        chunks = [news[at : at + CHUNK] for at in range(0, len(news), CHUNK)] or [()]
        state = self.state
        for number, chunk in enumerate(chunks, 1):
            with world.storage.begin() as records:
                self._check_place(records)
                new = [message for message in chunk if capture(records, world, message)]
                note_changes(records, world, self._incident.channel_id, new)
                if number == len(chunks):
                    for ts in gone:
                        deletion(records, world, self._incident.channel_id, ts)
                    state = self._advanced(records, progress | counted)
                    records.archives.save(state)
        self.state = state
        self._keep()

    def _check_place(self, records: Records) -> None:
        """What was read belongs where the incident is now: under an id that the channel had before, nothing
        would find it again, not even to erase it.

        Raises:
            LeaseLost: the incident was forgotten.
            Retryable: its channel has another id now; the reading goes on under that one.
        """
        now = records.incidents.get(self._incident.id)
        if now is None:
            raise LeaseLost("The incident was forgotten; nothing more is read for it.")
        if now.channel_id != self._incident.channel_id:
            raise Retryable("The channel got another id while it was read.", retry_after=0)

    def _note_clamp(self, page: Page) -> None:
        if page.clamped and not self.state.clamped:
            self._log.warning(
                "slack_clamped",
                incident=self._incident.id,
                hint="Slack gives this app 15 messages a minute: see `postmortem doctor`",
            )


def _sum(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {reason: one.get(reason, 0) + other.get(reason, 0) for reason in {**one, **other}}


def _count(mark: str) -> int:
    """The replies in a thread's mark."""
    count = mark.partition(":")[0]
    return int(count) if count.isdigit() else 0
