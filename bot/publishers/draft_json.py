"""The postmortem as JSON, the public format of `postmortem draft --format json`, and its schema."""

from __future__ import annotations

import json

from bot.domain.postmortem import Postmortem

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"


def as_json(postmortem: Postmortem) -> str:
    """The document described in `docs/draft-format.md`, indented, with a newline at its end."""
    return postmortem.model_dump_json(indent=2) + "\n"


def schema() -> str:
    """The JSON Schema kept in `docs/draft.schema.json`."""
    return (
        json.dumps({"$schema": SCHEMA_ID, **Postmortem.model_json_schema(mode="serialization")}, indent=2)
        + "\n"
    )
