"""What the model is asked to return: structure that cites labels, without times, links or names.

Reading is lenient (a missing list is an empty one); the schema sent along is strict.
"""

from __future__ import annotations

import json
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError


class MalformedAnswer(ValueError):
    """The model's answer is not the JSON object that was asked for."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Cited(_Part):
    """One sentence and the labels it rests on."""

    text: str
    evidence: list[int] = []


class Event(Cited):
    """A turning point; code gives it its time."""

    phase: Literal["trigger", "detection", "investigation", "mitigation", "resolution", "after"] = (
        "investigation"
    )


class Theory(Cited):
    """A hypothesis and what became of it."""

    outcome: Literal["refuted", "superseded", "open"] = "open"


class Cause(_Part):
    """The root cause, graded."""

    grade: Literal["stated", "inferred", "not_established"] = "not_established"
    claims: list[Cited] = []
    hypotheses: list[Theory] = []


class Action(Cited):
    """Work to do. `owner` is a role alias, `due` an ISO date."""

    owner: str | None = None
    due: str | None = None
    priority: Literal["high", "medium", "low"] | None = None
    kind: Literal["commitment", "idea"] = "idea"


class Answer(_Part):
    """A whole draft, or what one part of a transcript yields."""

    title: str = ""
    summary: list[Cited] = []
    impact: list[Cited] = []
    started: list[int] = []
    detected: list[int] = []
    mitigated: list[int] = []
    resolved: list[int] = []
    timeline: list[Event] = []
    root_cause: Cause = Cause()
    contributing_factors: list[Cited] = []
    resolution: list[Cited] = []
    went_well: list[Cited] = []
    went_badly: list[Cited] = []
    lucky: list[Cited] = []
    action_items: list[Action] = []
    open_questions: list[Cited] = []
    instructions_in_evidence: list[int] = []


class Mended(_Part):
    """A failing claim's replacement, or its end."""

    id: int
    text: str = ""
    evidence: list[int] = []
    drop: bool = False


class Repairs(_Part):
    """The answer of a repair round."""

    claims: list[Mended] = []


Shape = TypeVar("Shape", bound=BaseModel)


def read_answer(shape: type[Shape], content: str) -> Shape:
    """The model's text as `shape`; a code fence or words around the object are forgiven.

    Raises:
        MalformedAnswer: there is no such object in it. The message never quotes the answer.
    """
    start, end = content.find("{"), content.rfind("}")
    try:
        return shape.model_validate(json.loads(content[start : end + 1]))
    except (json.JSONDecodeError, RecursionError):
        raise MalformedAnswer("it is not JSON") from None
    except ValidationError as error:
        places = sorted({".".join(map(str, one["loc"][:2])) for one in error.errors()})[:3]
        raise MalformedAnswer(f"it does not fit the schema at {', '.join(places)}") from None


def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema with every field required and nothing else allowed, as strict mode demands.

    Source: OpenAI, "Structured model outputs", supported schemas.
    """
    schema = shape.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        _make_strict(part)
    return schema


def _make_strict(part: dict[str, Any]) -> None:
    part.pop("title", None)
    if "properties" not in part:
        return
    part["required"] = list(part["properties"])
    part["additionalProperties"] = False
    for field in part["properties"].values():
        field.pop("default", None)
        field.pop("title", None)
