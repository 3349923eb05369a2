"""`postmortem sandbox` and `make play`: from the first line printed until Ctrl-C."""

from __future__ import annotations

import tempfile
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bot.demo import story
from bot.demo.companion import environment
from bot.demo.playground import Playground
from bot.demo.scenery import set_the_scene
from bot.stopping import told_to_stop

HEARTBEAT = 0.5
LOOPBACK = frozenset({"127.0.0.1", "localhost"})
SHOWN = ("SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "CLOCK_FILE")


def run(
    say: Callable[[str], None], *, host: str, port: int, play: bool, open_page: bool, output: Path
) -> None:
    """Serve the page until SIGINT or SIGTERM.

    Raises:
        UserError: the port is taken, or the bot does not start or ends by itself.
    """
    stop = told_to_stop()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="postmortem-sandbox-")))
        ground = stack.enter_context(Playground(folder, host=host, port=port))
        if play:
            say("One moment: the bot connects, and an incident begins …")
            ground.connect(output)
            set_the_scene(ground)
        for line in _welcome(ground, output) if play else _invitation(ground, output):
            say(line)
        if host not in LOOPBACK:
            say(f"\nIt listens on {host} and asks for no password: whoever reaches it can play anybody.")
        if open_page:
            webbrowser.open(ground.url)
        while not stop.wait(HEARTBEAT):
            ground.look_after()
        say("Stopping …")
    say("Nothing runs any more." + (f" What was published stays in {output}/." if play else ""))


def _welcome(ground: Playground, output: Path) -> list[str]:
    return [
        "",
        f"  Play at  {ground.url}",
        "",
        f"The bot is connected and an incident is under way in #{story.CHANNEL}.",
        f"Published documents and the bot's log go to {output}/. Ctrl-C ends everything.",
    ]


def _invitation(ground: Playground, output: Path) -> list[str]:
    settings = environment(ground.slack, ground.clock_file, ground.folder, output)
    return [
        "",
        f"  The local Slack is at  {ground.url}",
        "",
        "Connect a bot from another terminal with these settings, then `postmortem serve`:",
        "",
        *(f"  export {name}={settings[name]}" for name in SHOWN),
        "",
        "With --play the bot comes along by itself. Ctrl-C ends it.",
    ]
