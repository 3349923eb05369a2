"""Vectors for similar incidents, by the real bot and a scripted endpoint: what is sent, what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.demo.stage import Stage
from bot.ports.likeness import Vector
from tests.app.conftest import make_scene
from tests.app.scene import Scene
from tests.app.test_likeness import AGAIN, POOL, another, run, said
from tests.openai_server import Asked, ScriptedServer, Step, failure


def answer(asked: Asked) -> Step:
    """A vector that tells how much of the text is about pools."""
    near = 1.0 + asked.body["input"].count("pool")
    data = [{"object": "embedding", "index": 0, "embedding": [near, 1.0]}]
    return Step(body={"object": "list", "data": data, "model": "m", "usage": {"prompt_tokens": 1}})


@pytest.fixture
def endpoint() -> Iterator[ScriptedServer]:
    """It answers every question."""
    with ScriptedServer(answer) as server:
        yield server


@pytest.fixture
def embedding(tmp_path: Path, endpoint: ScriptedServer) -> Iterator[Scene]:
    """A workspace whose bot drafts offline and has an endpoint for vectors."""
    with Stage(
        tmp_path, embedding_model="small", openai_base_url=endpoint.url, drafter="extractive"
    ) as stage:
        yield make_scene(stage)
        assert stage.slack.rejections == []


def vector_of(scene: Scene, incident_id: int) -> Vector | None:
    """What is stored of an incident."""
    with scene.stage.bot.world.storage.read() as records:
        return records.likeness.vector(incident_id)


def test_a_drafted_incident_gets_a_vector_and_is_compared_with_it(
    embedding: Scene, endpoint: ScriptedServer
) -> None:
    """One question an incident, however often its cards are made anew."""
    first = run(embedding, embedding.channel, "Checkout down", POOL, embedding.maya)
    channel = another(embedding, "orders", embedding.maya)
    second = run(embedding, channel, "Orders hang", AGAIN, embedding.maya)
    kept = vector_of(embedding, second.id)
    assert kept is not None
    assert kept.model == "small"
    assert len(endpoint.asked) == 2
    assert first.key in said(channel)


def test_secrets_and_personal_data_are_masked_in_what_is_sent(
    embedding: Scene, endpoint: ScriptedServer
) -> None:
    """As in anything a model sees."""
    lines = (*POOL, "The root cause was reported by jane.doe@example.com from 10.1.2.3 about the pool.")
    run(embedding, embedding.channel, "Checkout down", lines, embedding.maya)
    sent = "".join(asked.body["input"] for asked in endpoint.asked)
    assert "pool" in sent
    assert "jane.doe@example.com" not in sent


@pytest.mark.parametrize("words", ["no-model", "restricted"])
def test_nothing_is_sent_of_what_may_not_go_to_a_model(
    embedding: Scene, endpoint: ScriptedServer, words: str
) -> None:
    """No question is asked, and no vector is there."""
    made = run(embedding, embedding.channel, f"Checkout down {words}", POOL, embedding.maya)
    assert endpoint.asked == []
    assert vector_of(embedding, made.id) is None


def test_nothing_is_sent_of_a_private_incident(embedding: Scene, endpoint: ScriptedServer) -> None:
    """Unless the operator allows it."""
    secret = another(embedding, "secret", embedding.maya, private=True)
    run(embedding, secret, "Secret checkout", POOL, embedding.maya)
    assert endpoint.asked == []


def test_nothing_is_sent_once_a_channel_is_private_even_where_the_event_was_lost(
    embedding: Scene, endpoint: ScriptedServer
) -> None:
    """Slack is asked right before."""
    embedding.start("Checkout down")
    embedding.stage.slack.faults.lose_events(times=1)
    embedding.channel.make_private()
    for text in POOL:
        embedding.maya.say(embedding.channel, text)
    embedding.stage.settle()
    embedding.command(embedding.maya, "resolve", channel=embedding.channel)
    embedding.stage.jump(hours=2)
    assert embedding.revisions()
    assert endpoint.asked == []


def test_forgetting_an_incident_takes_its_vector(embedding: Scene) -> None:
    """Deleting a message it quotes does, too: the new one knows nothing of it."""
    made = run(embedding, embedding.channel, "Checkout down", POOL, embedding.maya)
    before = vector_of(embedding, made.id)
    cause = next(one for one in embedding.channel.messages if "root cause" in one.text)
    embedding.maya.delete(cause)
    embedding.stage.settle()
    after = vector_of(embedding, made.id)
    assert before is not None
    assert after is None or after.digest != before.digest
    with embedding.stage.bot.world.storage.begin() as records:
        records.eraser.incident(made.id)
    assert vector_of(embedding, made.id) is None


@pytest.mark.parametrize("step", [failure(401), failure(500)])
def test_an_endpoint_that_fails_costs_nothing(tmp_path: Path, step: Step) -> None:
    """The draft comes, is told what it resembles, and nobody hears of the failure."""
    with (
        ScriptedServer(lambda _asked: step) as server,
        Stage(
            tmp_path,
            embedding_model="small",
            openai_base_url=server.url,
            openai_api_key=SecretStr(""),
            drafter="extractive",
        ) as stage,
    ):
        scene = make_scene(stage)
        first = run(scene, scene.channel, "Checkout down", POOL, scene.maya)
        channel = another(scene, "orders", scene.maya)
        run(scene, channel, "Orders hang", AGAIN, scene.maya)
        stage.jump(hours=3)
        assert first.key in said(channel)
        assert "embedding" not in "".join(one.text for one in channel.messages)
        assert server.asked
