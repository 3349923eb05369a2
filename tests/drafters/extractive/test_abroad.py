"""Incidents told in other languages than English."""

from __future__ import annotations

import pytest

from bot.domain.postmortem import Commitment, Grade
from bot.domain.provenance import check
from bot.drafters.extractive import ExtractiveDrafter
from bot.drafters.extractive.lexicon import PHRASES
from bot.drafters.extractive.lexicon_abroad import PHRASES_ABROAD
from bot.drafters.extractive.signals import tokens
from tests.drafters.extractive.transcripts import said, transcript

STORIES = {
    "German": (
        "Der Bestelldienst ist nicht erreichbar, Kunden melden Fehler",
        "Ursache war das abgelaufene Zertifikat auf dem Bestelldienst",
        "Zertifikat erneuert, der Bestelldienst läuft wieder",
        "ich schreibe einen Alarm für ablaufende Zertifikate",
    ),
    "French": (
        "le service de commande est indisponible, les utilisateurs ont des erreurs",
        "la cause est le certificat expiré du service de commande",
        "certificat renouvelé, service de commande rétabli",
        "je vais ajouter une alerte pour les certificats",
    ),
    "Spanish": (
        "el servicio de pedidos no responde, los clientes ven errores",
        "la causa fue el certificado vencido del servicio de pedidos",
        "certificado renovado, el servicio de pedidos ya funciona",
        "voy a crear una alerta para los certificados",
    ),
    "Portuguese": (
        "o serviço de pedidos está fora do ar, os usuários veem erros",
        "a causa foi o certificado vencido do serviço de pedidos",
        "certificado renovado, o serviço de pedidos voltou a funcionar",
        "eu vou criar um alerta para os certificados",
    ),
}


@pytest.mark.parametrize("language", STORIES)
def test_a_plain_story_is_told_in_its_own_language(language: str) -> None:
    """The cause somebody states, the end and a promise are found, in the words that were used."""
    down, cause, over, promise = STORIES[language]
    given = transcript(
        said(0, down, by="responder 2"),
        said(9, cause, by="responder 3"),
        said(15, over, by="responder 3"),
        said(30, promise, by="responder 2"),
    )
    made = ExtractiveDrafter().draft(given).draft
    assert made.root_cause.grade is Grade.STATED
    assert made.root_cause.claims[0].evidence[0] == 2
    assert made.times.resolved is not None
    assert made.times.resolved.evidence == (3,)
    assert [(item.evidence[0], item.kind) for item in made.action_items] == [(4, Commitment.COMMITMENT)]
    assert check(made, given.by_label()) == ()


def test_no_phrase_is_one_of_the_english_lexicon_too() -> None:
    """What both lexicons knew would count twice in an English transcript."""
    english = {signal: set(_phrases(listed)) for signal, listed in PHRASES.items()}
    for signal, listed in PHRASES_ABROAD.items():
        assert not english[signal] & set(_phrases(listed))


def _phrases(listed: str) -> list[tuple[str, ...]]:
    return [tokens(phrase) for phrase in listed.split(" / ")]
