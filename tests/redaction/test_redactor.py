"""How the redactor fails, and what it keeps to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.errors import Permanent
from bot.ports import Redactor
from bot.redaction import SecretRedactor
from bot.redaction.spans import Span, View, merged


class Faulty:
    """A detector that finds the canary and then breaks."""

    def __call__(self, text: str, lower: str) -> Iterator[Span]:
        if "hunter" in lower:
            raise ValueError(text)
        if "canary" in lower:
            yield Span("token", 0, 6)


class Blind:
    """A detector that finds nothing, as after a library update gone wrong."""

    def __call__(self, text: str, lower: str) -> Iterator[Span]:
        return iter(())


def test_a_failing_detector_is_an_error_and_never_an_empty_answer() -> None:
    """Whoever asks cannot mistake a fault for a clean text, and the fault does not repeat the text."""
    redactor = SecretRedactor(detectors=(Faulty(),))
    with pytest.raises(Permanent) as error:
        redactor.secrets("hunter2")
    assert "hunter2" not in str(error.value)
    assert error.value.__cause__ is None


def test_a_blind_detector_stops_the_start() -> None:
    """Detectors that miss a plain access key are refused before any message is read."""
    with pytest.raises(Permanent, match="cannot be trusted"):
        SecretRedactor(detectors=(Blind(),))


def test_an_unknown_rule_for_personal_data_is_refused() -> None:
    """A misspelt setting must not mean that nothing is masked."""
    with pytest.raises(Permanent, match="emial"):
        SecretRedactor(personal=("emial",))


def test_it_is_a_redactor() -> None:
    """The adapter has the port's shape."""
    redactor: Redactor = SecretRedactor()
    assert redactor.secrets("nothing to see") == ()
    assert redactor.personal("") == ()


def test_a_view_maps_back_to_the_full_text() -> None:
    """A span found beside something masked earlier stands in the right place."""
    text = "aaaSECRETbbb"
    view = View(text, [(3, 9)], "#")
    assert view.text == "aaa#bbb"
    assert view.original(Span("token", 4, 7)) == Span("token", 9, 12)


def test_overlapping_spans_unite_under_the_kind_found_first() -> None:
    """A specific detector names what a general one finds too."""
    spans = [Span("aws-access-key", 4, 9), Span("credential", 0, 6), Span("token", 9, 12)]
    assert merged(spans) == [Span("aws-access-key", 0, 9), Span("token", 9, 12)]
