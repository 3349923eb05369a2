"""`python -m tests.bench.empty_app PORT SECRET`: the baseline of answering, a listener that does nothing."""

from __future__ import annotations

import sys

from bot.ports import Identity
from bot.slack.calls import make_client
from bot.slack.connection import HttpServer, make_app
from bot.stopping import told_to_stop


def main(port: int, secret: str) -> None:
    """Answer until SIGTERM."""
    nobody = Identity(team_id="T0SANDBOX", bot_user_id="U0", bot_id="B0", url="http://127.0.0.1/")
    app = make_app(make_client("xoxb-nobody"), nobody, signing_secret=secret, threads=20)
    app.event("message")(_nothing)
    stop = told_to_stop()
    server = HttpServer(app, host="127.0.0.1", port=port, threads=20)
    server.start()
    stop.wait()
    server.stop()


def _nothing() -> None:
    """What an empty listener does."""


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
