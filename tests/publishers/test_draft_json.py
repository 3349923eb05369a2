"""The public JSON format is what its page and its schema say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from bot.domain.postmortem import Postmortem
from bot.publishers.draft_json import as_json, schema
from tests.publishers.sample import postmortem

DOCS = Path(__file__).parents[2] / "docs"


def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema()), format_checker=FormatChecker())


def _example() -> dict[str, Any]:
    found = re.search(r"```json\n(.*?)```", (DOCS / "draft-format.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found
    example: dict[str, Any] = json.loads(found[1])
    return example


def test_the_schema_in_the_docs_is_up_to_date() -> None:
    """A changed model without a new schema fails here; the page says how to make one."""
    assert (DOCS / "draft.schema.json").read_text(encoding="utf-8") == schema()


def test_the_schema_is_a_schema() -> None:
    """A validator can use it."""
    Draft202012Validator.check_schema(json.loads(schema()))


@pytest.mark.parametrize("document", [_example(), json.loads(as_json(postmortem()))])
def test_documents_follow_the_schema(document: dict[str, Any]) -> None:
    """The example on the page and what the program writes are valid alike."""
    assert [error.message for error in _validator().iter_errors(document)] == []


def test_the_example_shows_every_field_in_order() -> None:
    """It is exactly what the program would write for that postmortem."""
    example = _example()
    assert json.loads(as_json(Postmortem.model_validate(example))) == example
    assert list(example) == list(Postmortem.model_fields)


def test_every_field_is_explained() -> None:
    """The page names each field of every object in the schema."""
    page = (DOCS / "draft-format.md").read_text(encoding="utf-8").partition("## An example")[0]
    parts = json.loads(schema())
    fields = {name for part in [parts, *parts["$defs"].values()] for name in part.get("properties", {})}
    assert {name for name in fields if f"`{name}`" not in page} == set()


def test_what_is_not_for_readers_stays_inside() -> None:
    """Who said something is known to the checks only."""
    whole = postmortem()
    known = whole.evidence[0].model_copy(update={"author_id": "U0SECRET"})
    assert "U0SECRET" not in as_json(whole.model_copy(update={"evidence": (known,)}))


def test_a_postmortem_comes_back_from_its_json() -> None:
    """Another program can hand one in again."""
    assert Postmortem.model_validate_json(as_json(postmortem())) == postmortem()
