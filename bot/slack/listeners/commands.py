"""`/postmortem …`: one registration a word; help is built from the registrations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.domain.incident import Incident, parse_key, parse_start
from bot.domain.posting import Action, Button, Line
from bot.errors import ChatError, UserError
from bot.slack import blocks, limits, views
from bot.slack.blocks import Payload
from bot.slack.calls import Calls
from bot.slack.incidents import listing
from bot.slack.likeness import similar_answer
from bot.slack.listeners.answering import attempt, check_team, team_of
from bot.slack.mrkdwn import bold, line
from bot.slack.rendering import render
from bot.workflow import browse, life, redrafting, starting
from bot.workflow.access import authorise, authorise_channel, visible_incident
from bot.workflow.buttons import reference, review_of_imported
from bot.workflow.dossier import settled
from bot.workflow.likeness import similar_for
from bot.workflow.portraits import with_links
from bot.workflow.show import labels
from bot.workflow.world import World


@dataclass(frozen=True)
class Asked:
    """One command as it came in. `words` is what follows the command's first word."""

    world: World
    user_id: str
    channel_id: str
    words: str
    trigger_id: str
    calls: Calls


Handler = Callable[[Asked], Payload]


@dataclass(frozen=True)
class Command:
    """A word after `/postmortem`, how to use it and what it does."""

    usage: str
    summary: str
    handler: Handler


COMMANDS: dict[str, Command] = {}


def command(usage: str, summary: str) -> Callable[[Handler], Handler]:
    """Register a handler under the first word of its usage."""

    def registered(handler: Handler) -> Handler:
        COMMANDS[usage.partition(" ")[0]] = Command(usage, summary, handler)
        return handler

    return registered


def register(app: App, world: World) -> None:
    """Answer `/postmortem`. What changes state is stored before Slack is answered."""

    def answer(ack: Ack, body: Mapping[str, object], respond: Respond, client: WebClient) -> None:
        word, _, rest = str(body.get("text") or "").strip().partition(" ")
        asked = Asked(
            world=world,
            user_id=str(body.get("user_id", "")),
            channel_id=str(body.get("channel_id", "")),
            words=rest.strip(),
            trigger_id=str(body.get("trigger_id", "")),
            calls=Calls(client),
        )
        chosen = COMMANDS.get(word.lower())
        shown: list[Payload] = []

        def work() -> None:
            check_team(world, team_of(body))
            shown.append(chosen.handler(asked) if chosen else _unknown(word))

        attempt(lambda text: shown.append(render(Line(text=text))), work)
        ack()
        payload = shown[-1]
        respond(text=payload.text, blocks=payload.blocks, response_type="ephemeral")

    app.command("/postmortem")(answer)


def say(text: str, *, buttons: tuple[Button, ...] = (), times: tuple[datetime, ...] = ()) -> Payload:
    """An answer in one line, as only the asker sees it."""
    return render(Line(text=text, buttons=buttons, times=times))


@command(
    "start [title] [sev1..sev4] [service:name …] [no-model] [restricted]", "open an incident in this channel"
)
def _start(asked: Asked) -> Payload:
    starting.watched_channel(asked.world, asked.channel_id)
    authorise_channel(asked.world, asked.channel_id, asked.user_id)
    incident = starting.start(asked.world, asked.channel_id, asked.user_id, parse_start(asked.words))
    emoji = asked.world.policy.emojis[0]
    return say(f"{incident.key} is open. Its card follows in the channel; :{emoji}: on it resolves it.")


@command("resolve [INC-n]", "mark an incident resolved; its draft follows")
def _resolve(asked: Asked) -> Payload:
    if parse_key(asked.words):
        chosen = _named(asked)
    else:
        starting.watched_channel(asked.world, asked.channel_id)
        opened = starting.open_incidents(asked.world, asked.channel_id)
        if not opened:
            raise UserError(
                "No incident is open in this channel. `/postmortem start` opens one, and a reaction on a "
                "thread resolves what nobody opened."
            )
        if len(opened) > 1:
            authorise_channel(asked.world, asked.channel_id, asked.user_id)
            return say("Several incidents are open here. Which one is resolved?", buttons=_choices(opened))
        chosen = opened[0]
    authorise(asked.world, chosen, asked.user_id)
    resolved = life.resolve(asked.world, chosen.id, asked.user_id)
    due = (resolved.draft_due_at,) if resolved.draft_due_at else ()
    return say(f"{resolved.key} is resolved. A draft for review comes {{0}}.", times=due)


def _choices(incidents: tuple[Incident, ...]) -> tuple[Button, ...]:
    return tuple(
        Button(action=Action.RESOLVE, label=f"{one.key} {one.title}"[:70], value=reference(one))
        for one in incidents[:5]
    )


@command("status [INC-n]", "where an incident stands")
def _status(asked: Asked) -> Payload:
    if parse_key(asked.words):
        return _told(asked, [_named(asked)])
    found = [
        one for one in browse.recent(asked.world, asked.user_id, 50) if one.channel_id == asked.channel_id
    ]
    if not found:
        return say("No incident was ever open in this channel. `/postmortem list` shows the others.")
    return _told(asked, found[:5])


@command("draft [INC-n]", "draft now instead of later; draws up a new draft where there is one")
def _draft(asked: Asked) -> Payload:
    incident = _here_or_named(asked)
    authorise(asked.world, incident, asked.user_id)
    redrafting.draft_now(asked.world, incident.id, asked.user_id)
    return say(f"The draft of {incident.key} is on its way. What people edited stays.")


@command("owner @person [INC-n]", "name who sees the postmortem through")
def _owner(asked: Asked) -> Payload:
    mention, _, rest = asked.words.partition(" ")
    user_id = mention.removeprefix("<@").partition("|")[0].rstrip(">")
    if not mention.startswith("<@") or not user_id:
        raise UserError("Name the person with an @: `/postmortem owner @maya`. Nothing was changed.")
    incident = _here_or_named(asked, rest)
    authorise(asked.world, incident, asked.user_id)
    person = authorise(asked.world, incident, user_id)
    life.set_owner(asked.world, incident.id, user_id, asked.user_id)
    return say(f"{person.label} sees the postmortem of {incident.key} through.")


@command("list", "the newest incidents")
def _list(asked: Asked) -> Payload:
    found = browse.recent(asked.world, asked.user_id)
    if not found:
        return say("There are no incidents yet. `/postmortem start` opens one.")
    return _told(asked, found, title="The newest incidents")


@command("show INC-n", "read a postmortem")
def _show(asked: Asked) -> Payload:
    if not parse_key(asked.words):
        raise UserError("Which one? `/postmortem show INC-7`; `/postmortem list` shows the newest.")
    incident = _named(asked)
    held = browse.opened(asked.world, incident.id, asked.user_id)
    if held is None or held.revision is None:
        return _told(asked, [incident], hint="It has no draft to read yet.")
    metadata = reference(incident, held.revision.number)
    whole = settled(asked.world, held, held.revision, labels(asked.world))
    view = views.show_view(whole, private_metadata=metadata)
    try:
        asked.calls.ask("views.open", trigger_id=asked.trigger_id, view=view)
    except ChatError as error:
        raise UserError(f"Slack was too slow to open it ({error.code}); try again.") from None
    buttons = review_of_imported(incident, held.revision.number)
    where = " It was imported and nobody has reviewed it yet." if buttons else ""
    return say(f"{incident.key} is open in a window of its own.{where}", buttons=buttons)


@command("similar [INC-n]", "which past incidents one resembles, and what helped then")
def _similar(asked: Asked) -> Payload:
    incident = _here_or_named(asked)
    found = similar_for(asked.world, incident, asked.user_id)
    return similar_answer(incident.key, with_links(asked.world, [one.line for one in found]))


@command("help", "this list")
def _help(asked: Asked) -> Payload:
    del asked
    return help_text()


_FIRST = (
    "start", "resolve", "status", "draft", "owner", "list", "show", "history", "search", "similar",
    "actions", "stats", "help",
)  # fmt: skip
"""The order in which an incident needs them; what follows is for admins."""


def in_order() -> list[Command]:
    """All commands, those that everybody needs first."""
    known = [COMMANDS[name] for name in _FIRST if name in COMMANDS]
    return known + [one for name, one in COMMANDS.items() if name not in _FIRST]


def help_text(intro: str = "What I can do:") -> Payload:
    """All commands with what they do."""
    rows = [f"`/postmortem {one.usage}` — {one.summary}" for one in in_order()]
    text = "\n".join([bold(line(intro)), *rows])
    return limits.fit(Payload(text, blocks.paragraph([bold(line(intro)), *rows])))


def _unknown(word: str) -> Payload:
    return help_text(f"“{word[:40]}” is none of my words. What I can do:" if word else "What I can do:")


def _named(asked: Asked, words: str | None = None) -> Incident:
    return visible_incident(asked.world, asked.words if words is None else words, asked.user_id)


def _here_or_named(asked: Asked, words: str | None = None) -> Incident:
    """The incident named, or the newest of this channel.

    Raises:
        UserError: there is none.
    """
    words = asked.words if words is None else words
    if parse_key(words):
        return _named(asked, words)
    for incident in browse.recent(asked.world, asked.user_id, 50):
        if incident.channel_id == asked.channel_id:
            return incident
    raise UserError("Which incident? Name it, for example INC-7; `/postmortem list` shows the newest.")


def _told(asked: Asked, incidents: Sequence[Incident], *, title: str = "", hint: str = "") -> Payload:
    return listing(incidents, asked.world.directory.identity().url, title=title, hint=hint)
