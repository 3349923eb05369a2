"""A security incident in which people paste what leaked: 32 secrets in every place text can stand.

The template holds `{{kind}}` where a value goes. Values are computed, look like the real thing and open
nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.redaction.samples import chars, jwt, pem

NAME = "leaked-keys"
TEMPLATE = Path(__file__).parent / "templates" / NAME

SECRETS = {
    "aws-key": "AKIA" + chars("upper", 16, "leak"),
    "aws-secret": chars("mixed", 40, "leak"),
    "github": "ghp_" + chars("mixed", 36, "leak"),
    "github-fine": "github_pat_" + chars("mixed", 22, "leak") + "_" + chars("mixed", 59, "leak"),
    "gitlab": "glpat-" + chars("mixed", 20, "leak"),
    "slack-bot": "xoxb-" + "2233445566-3344556677889-" + chars("mixed", 24, "leak"),
    "slack-hook": "https://hooks.slack.com/services/" + "T0LEAK001/B0LEAK002/" + chars("mixed", 24, "hook"),
    "stripe": "sk_live_" + chars("mixed", 24, "leak"),
    "stripe-hook": "whsec_" + chars("mixed", 32, "leak"),
    "sendgrid": "SG." + chars("mixed", 22, "leak") + "." + chars("mixed", 43, "leak"),
    "twilio": chars("hex", 32, "twilio"),
    "google": "AIza" + chars("mixed", 35, "leak"),
    "npm": "npm_" + chars("mixed", 36, "leak"),
    "pypi": "pypi-AgEIcHlwaS5vcmc" + chars("mixed", 90, "leak"),
    "jwt": jwt(),
    "pem": chars("b64", 64, "0"),
    "postgres": "wet-Otter-42",
    "redis": "c4che_me_0utside",
    "amqp": "r4bbit.hole",
    "mongo": "m0ngoose-77",
    "url-token": chars("lower", 24, "url"),
    "basic": "YmF0bWFuOnRvLXRoZS1jYXZl",
    "bearer": chars("mixed", 40, "bearer"),
    "spoken": "plum-Harbour9",
    "german": "Zitronenf4lter",
    "datadog": chars("hex", 32, "datadog"),
    "grafana": "glsa_" + chars("mixed", 32, "leak") + "_" + chars("hex", 8, "leak"),
    "vault": "hvs." + chars("mixed", 90, "leak"),
    "openai": "sk-proj-" + chars("mixed", 60, "leak") + "T3BlbkFJ" + chars("mixed", 60, "leak"),
    "azure": chars("b64", 86, "azure") + "==",
    "session": chars("mixed", 32, "cookie"),
    "file": "ghp_" + chars("mixed", 36, "file"),
}
"""What was pasted; none of it may stand in a draft. `pem` is one line of the private key's body."""


def write(directory: Path) -> None:
    """The incident with its secrets filled in; the labels name them all."""
    for path in TEMPLATE.rglob("*.json"):
        target = directory / NAME / path.relative_to(TEMPLATE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_filled(path.read_text(encoding="utf-8")), encoding="utf-8")
    place = directory / NAME / "labels.json"
    labels = json.loads(place.read_text(encoding="utf-8"))
    place.write_text(json.dumps({**labels, "secrets": list(SECRETS.values())}), encoding="utf-8")


def _filled(template: str) -> str:
    body = "\n".join(pem().splitlines()[1:-1])
    for kind, value in {**SECRETS, "pem-body": body}.items():
        template = template.replace("{{" + kind + "}}", json.dumps(value)[1:-1])
    return template
