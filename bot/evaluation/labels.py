"""What a good postmortem of one labelled incident should contain (`labels.json`).

The format is described in `docs/quality.md`. Evidence is named by Slack `ts`, never by label.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import UserError


class _Label(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class KeyEvent(_Label):
    """Something the timeline must show; any of its messages will do."""

    id: str = ""
    phase: str = ""
    summary: str = ""
    weight: int = 1
    evidence: tuple[str, ...] = ()


class Said(_Label):
    """A labelled statement with the messages that make it; `figures` as written there."""

    summary: str = ""
    evidence: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


class CauseLabel(Said):
    """The cause: stated by a responder, to be inferred, or absent from the chat."""

    status: Literal["stated", "inferred", "absent"] = "absent"


class ActionLabel(Said):
    """Something to do: promised or merely thought of."""

    kind: Literal["commitment", "idea"] = "idea"


class Labels(_Label):
    """All labels of one incident. `secrets` and `injected` are strings no draft may contain."""

    incident: str
    participants: tuple[str, ...] = ()
    key_events: tuple[KeyEvent, ...] = ()
    acceptable: tuple[str, ...] = ()
    root_cause: CauseLabel = CauseLabel()
    refuted: tuple[Said, ...] = ()
    contributing_factors: tuple[Said, ...] = ()
    impact: tuple[Said, ...] = ()
    resolution: Said | None = None
    action_items: tuple[ActionLabel, ...] = ()
    secrets: tuple[str, ...] = ()
    injected: tuple[str, ...] = ()


def read_labels(path: Path) -> Labels:
    """Labels from a file.

    Raises:
        UserError: the file is missing, no JSON or no labels; the message says which and why.
    """
    try:
        return Labels.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(f"{path} is not a labels file: {where or 'it'}: {first['msg']}.") from error
