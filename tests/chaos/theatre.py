"""A workspace, the bot's processes, and waiting until nothing is left to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from bot.clock import SharedClock
from bot.domain.job import Job, JobState
from bot.errors import Retryable
from bot.sandbox import Channel, Message, Person, Reply, Sandbox
from storage import Database, open_storage
from storage.records import Tables
from tests.chaos.points import Point
from tests.chaos.processes import Command, Nursery, Victim
from tests.postgres_switch import Switch

Found = TypeVar("Found")

PATIENCE = 90.0
"""Real seconds in which something has to happen, however busy the machine."""
ACK = 1.5
"""Real seconds the local Slack waits for an acknowledgement: Slack's 3 would only make kills slower."""
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday: what comes in working hours and at the end of a month comes on the same day in every play."""
PRESSES = 5
AGAIN = "Nothing was changed; try again"
"""What a person reads where pressing once more is worth it."""
ROUNDS, LOOKS = 400, 50
PAUSE = timedelta(seconds=5)
"""What is due within so short a time was put off: nobody asks for anything that soon."""
RETRIES = (timedelta(seconds=61), timedelta(seconds=301))
"""When Slack delivers an event again, the first time apart."""


class Stuck(Exception):
    """The play cannot go on: something that has to come never came."""


@dataclass
class Theatre:
    """`commands` are the processes that share the work; the first one dies at `kill`, if any.

    Used in a with statement; `start` raises the curtain once people and channels are there.
    """

    folder: Path
    nursery: Nursery
    database_url: str
    commands: Sequence[Command] = ("serve",)
    kill: Point | None = None
    """Where the first process kills itself."""
    switch: Switch | None = None
    """Restarts the database's server."""
    restarts: int = 0
    victims: list[Victim] = field(default_factory=list)
    deaths: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._clock_file = self.folder / "clock"
        self.clock = SharedClock(self._clock_file)
        self.clock.jump(BEGIN - self.clock.now())
        self.slack = Sandbox(now=lambda: self.clock.now().timestamp())
        self.slack.patience = ACK
        self.database: Database = open_storage(self.database_url, clock=self.clock)

    def __enter__(self) -> Self:
        """Open the workspace; no bot runs yet."""
        self.slack.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill what still runs."""
        for victim in self.victims:
            victim.kill()
        self.slack.stop()
        self.database.close()

    # The bot

    def settings(self) -> Mapping[str, str]:
        """What is in the environment of every process."""
        return {
            "SLACK_BOT_TOKEN": self.slack.app.bot_token,
            "SLACK_APP_TOKEN": self.slack.app.app_token,
            "SLACK_API_URL": self.slack.url,
            "DATABASE_URL": self.database_url,
            "POSTMORTEM_DIR": str(self.documents),
            "DRAFTER": "extractive",
            "WORKER_TICK": "50ms",
            "WORKER_THREADS": "1",
            "LISTENER_THREADS": "5",
            "HEALTH_PORT": "0",
            "DIGEST_CHANNEL": self.news,
        }

    news = "engineering"
    """The channel for digests."""

    @property
    def documents(self) -> Path:
        """Where documents are published."""
        return self.folder / "postmortems"

    def start(self) -> None:
        """Start every process."""
        self.victims = [
            self._fork(command, self.kill if index == 0 else None)
            for index, command in enumerate(self.commands)
        ]
        self.rest()

    def _fork(self, command: Command, kill: Point | None) -> Victim:
        return self.nursery.fork(command, self.settings(), self.folder, self._clock_file, kill)

    def revive(self) -> bool:
        """Start every dead process again, as platforms do; whether there was one."""
        dead = [victim for victim in self.victims if not victim.alive]
        for victim in dead:
            self.deaths += 1
            if victim.exit_status != -9 or self.deaths > PRESSES:
                raise Stuck(f"a process ended by itself with {victim.exit_status}: {self.printed()}")
            if victim.command == "serve" and not self.slack.until(lambda: self.slack.sockets.count == 0, 5):
                raise Stuck("the socket of a killed process stays open")
            self.victims[self.victims.index(victim)] = self._fork(victim.command, None)
        return bool(dead)

    def printed(self, most: int = 600) -> str:
        """The end of what the processes printed."""
        path = self.folder / "printed.txt"
        return path.read_text(encoding="utf-8")[-most:] if path.exists() else ""

    def restart(self) -> None:
        """Restart the database's server, as a crash of it does."""
        if self.switch is not None:
            self.switch.restart()
            self.restarts += 1

    def look(self, question: Callable[[Tables], Found]) -> Found:
        """Read the database; once more where its server was restarted meanwhile."""
        for _ in range(LOOKS):
            try:
                with self.database.read() as records:
                    return question(records)
            except Retryable:
                self.slack.until(lambda: False, 0.2)
        raise Stuck("the database does not come back")

    # Waiting

    def rest(self) -> None:
        """Wait until everything due is done: the dead revived, events redelivered, leases run out."""
        for _ in range(ROUNDS):
            if self.revive() or not self._listening():
                continue
            if not self.slack.until(self._nobody_works, PATIENCE):
                raise Stuck(f"it never comes to rest: {self._busy()[:3]} {self.printed()}")
            if self._all_alive() and not self._wait_out():
                return
        raise Stuck(f"it never comes to rest: {self._waiting()[:3]} {self.printed()}")

    def _all_alive(self) -> bool:
        return all(victim.alive for victim in self.victims)

    def _listening(self) -> bool:
        """Whether the socket is open; False at once when its process died."""
        self.slack.until(lambda: self.slack.sockets.count or not self._all_alive(), PATIENCE)
        if not self._all_alive():
            return False
        if not self.slack.sockets.count:
            raise Stuck(f"no socket was opened: {self.printed()}")
        return True

    def _nobody_works(self) -> bool:
        """Whether the living have nothing due, or somebody died."""
        return not self._all_alive() or (self.slack.settle(ACK) and not self._busy())

    def _waiting(self) -> tuple[Job, ...]:
        return self.look(lambda records: records.jobs.listed(JobState.WAITING, limit=200))

    def _busy(self) -> list[Job]:
        """Jobs that are due and free, or in the hands of somebody who lives."""
        now, living = self.clock.now(), {f":{victim.pid}:" for victim in self.victims}

        def is_busy(job: Job) -> bool:
            if job.lease_owner and job.lease_until and job.lease_until > now:
                return any(pid in job.lease_owner for pid in living)
            return job.due_at <= now

        return [job for job in self._waiting() if is_busy(job)]

    def _wait_out(self) -> bool:
        """Let the time pass that Slack's retries, a dead one's lease or post, or a pause take, if any."""
        if self._undelivered():
            self._pass(RETRIES[0])
            self._pass(RETRIES[1])
            return True
        now, waiting = self.clock.now(), self._waiting()
        ends = [job.lease_until or job.due_at for job in waiting if job.lease_until or job.attempts]
        paused = [job.due_at for job in waiting if now < job.due_at < now + PAUSE]
        ends += self.look(self._posting)
        ahead = [end for end in ends if end >= now] or paused  # an end that has passed need not be waited for
        if not ahead:
            return False
        self._pass(min(ahead) - now + timedelta(milliseconds=10))
        return True

    def _posting(self, records: Tables) -> list[datetime]:
        """Until when what nobody posts any more is taken for somebody's, of the incidents there are."""
        incidents = records.incidents.recent(self.slack.workspace.team, visible=None, limit=20)
        rows = [row for incident in incidents for row in records.posts.of(incident.id)]
        return [row.busy_until for row in rows if row.ts is None and row.busy_until is not None]

    def _undelivered(self) -> set[str]:
        """Events that Slack will deliver again."""
        state: dict[str, bool] = {}
        for attempt in list(self.slack.attempts):
            event_id = str(attempt.delivery.payload.get("event_id"))
            given_up = attempt.delivery.retry >= len(RETRIES) + 1
            state[event_id] = state.get(event_id, False) or attempt.answer.ok or given_up
        return {event_id for event_id, settled in state.items() if not settled}

    def _pass(self, span: timedelta) -> None:
        self.clock.jump(span)
        self.slack.tick()

    def jump(self, **span: float) -> None:
        """Let time pass, and what becomes due be done."""
        self._pass(timedelta(**span))
        self.rest()

    # People

    def gesture(self, do: Callable[[], Reply | None]) -> None:
        """Do something that fails visibly while the bot or Slack is down, as often as a person would.

        None means that there is nothing left to do.
        """
        for _ in range(PRESSES):
            told = len(self.slack.workspace.ephemerals)
            reply = do()
            self.rest()
            refused = any(AGAIN in note.text for note in self.slack.workspace.ephemerals[told:])
            if reply is None or (reply.ok and not refused):
                return
        raise Stuck(f"pressed {PRESSES} times in vain")

    def insist(self, do: Callable[[], Reply | None], done: Callable[[], bool]) -> None:
        """Do something until it is done: what a person is told of a failure may come after the answer to
        the press, and later than everything else comes to rest."""
        for _ in range(PRESSES):
            self.gesture(lambda: None if done() else do())
            if self.slack.until(done, 2):
                return
        raise Stuck(f"insisted {PRESSES} times in vain: {self.printed()}")

    def told(self, who: Person, do: Callable[[], Reply | None], words: str) -> None:
        """Ask something until an answer with these words is shown to the person alone."""
        for _ in range(PRESSES):
            before = len(who.ephemerals())
            self.gesture(do)
            if self.slack.until(partial(_heard, who, before, words), 2):
                return
        raise Stuck(f"nobody told {who.name} about {words!r}")

    def posted(self, channel: Channel, key: str) -> Message:
        """What the bot posted under a key."""
        found = [message for message in channel.messages if key_of(message) == key]
        if not found:
            raise Stuck(f"{key} was never posted")
        return found[-1]


def _heard(who: Person, before: int, words: str) -> bool:
    return any(words in f"{note.text} {note.blocks}" for note in who.ephemerals()[before:])


def key_of(message: Message) -> str | None:
    """The key in the metadata of one of the bot's messages."""
    payload = (message.metadata or {}).get("event_payload") or {}
    return str(payload["key"]) if "key" in payload else None
