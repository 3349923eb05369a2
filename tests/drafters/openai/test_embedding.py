"""Vectors from a scripted endpoint: what is asked, what is taken, and what goes wrong."""

from __future__ import annotations

import math
from typing import Any

import pytest
from pydantic import SecretStr

from bot.drafters.openai.embedding import LONGEST, OpenAIEmbedder
from bot.errors import DrafterError, Retryable
from tests.openai_server import ScriptedServer, Step, failure


def vector(*numbers: Any) -> Step:
    """An answer with one embedding."""
    data = [{"object": "embedding", "index": 0, "embedding": list(numbers)}]
    return Step(body={"object": "list", "data": data, "model": "m", "usage": {"prompt_tokens": 1}})


def embed(text: str, *steps: Step) -> tuple[tuple[float, ...], ScriptedServer]:
    """What comes back for a text."""
    with ScriptedServer(steps) as server:
        made = OpenAIEmbedder(api_key=SecretStr("k"), model="small", base_url=server.url, timeout=5)
        return made.embed(text), server


def test_a_text_becomes_a_vector_of_length_one() -> None:
    """The model and the text are sent, no more of it than models take."""
    found, server = embed("pool " * LONGEST, vector(3.0, 4.0))
    assert found == pytest.approx((0.6, 0.8))
    (asked,) = server.asked
    assert asked.path.endswith("/embeddings")
    assert asked.body["model"] == "small"
    assert len(asked.body["input"]) == LONGEST


@pytest.mark.parametrize("step", [failure(429), failure(500), failure(503), Step(drop=True)])
def test_a_passing_fault_is_to_be_tried_again(step: Step) -> None:
    """The job knows when."""
    with pytest.raises(Retryable):
        embed("pool", step)


@pytest.mark.parametrize(
    "step",
    [
        failure(401, "the key sk-secret is wrong"),
        failure(404),
        Step(body={"data": []}),
        Step(body={"data": [{"embedding": ["a"]}]}),
        Step(body=b"no json"),
        vector(),
        vector(0.0, 0.0),
        vector(math.inf),
    ],
)
def test_what_is_no_vector_is_refused_in_our_own_words(step: Step) -> None:
    """Nothing the endpoint says is repeated."""
    with pytest.raises(DrafterError) as raised:
        embed("pool", step)
    assert "sk-secret" not in str(raised.value)
