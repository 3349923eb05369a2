"""Texts as vectors, from the embeddings of an OpenAI-compatible endpoint."""

from __future__ import annotations

import math

import openai
from pydantic import SecretStr

from bot.drafters.openai.endpoint import DEFAULT_BASE_URL
from bot.errors import DrafterError, Retryable
from bot.log import get_logger

LONGEST = 12_000
"""Characters that are sent: models take 8,192 tokens (platform.openai.com/docs/guides/embeddings), and a
token of a foreign language may be as short as a character and a half."""
MOST_DIMENSIONS = 8_192
_PASSING = frozenset({408, 409, 425, 429})

_log = get_logger(__name__)


class OpenAIEmbedder:
    """The Embedder port. Threads share it; the job that asks tries again, so that nothing here does."""

    def __init__(self, *, api_key: SecretStr, model: str, base_url: str | None, timeout: float) -> None:
        """`timeout` is the limit of one call in seconds."""
        self.model = model
        self._client = openai.OpenAI(
            api_key=api_key.get_secret_value() or "none",  # local endpoints want none, but the SDK wants one
            base_url=base_url or DEFAULT_BASE_URL,
            timeout=timeout,
            max_retries=0,
        )

    def embed(self, text: str) -> tuple[float, ...]:
        """The text as a vector of length 1.

        Raises:
            Retryable: the endpoint is overloaded, broken or away.
            DrafterError: it will not answer (key, model, quota), or what it sends is no vector.
        """
        try:
            answer = self._client.embeddings.create(
                model=self.model, input=text[:LONGEST], encoding_format="float"
            )
            found = [float(number) for number in answer.data[0].embedding]
        except openai.APIStatusError as error:
            raise self._explained(error) from None
        except openai.APIConnectionError:
            raise Retryable("The embedding endpoint cannot be reached.") from None
        except (openai.OpenAIError, ValueError, TypeError, AttributeError, IndexError):
            raise DrafterError("The embedding endpoint sent something that is no vector.") from None
        return _of_length_one(found)

    def _explained(self, error: openai.APIStatusError) -> Exception:
        """In our own words: the endpoint's may quote the key or the text."""
        status = error.status_code
        _log.warning("embedding_failed", status=status, model=self.model)
        if status in _PASSING or status >= 500:
            return Retryable(f"The embedding endpoint failed ({status}).")
        return DrafterError(
            f"The embedding endpoint rejects the request ({status}). Check EMBEDDING_MODEL, OPENAI_API_KEY "
            "and OPENAI_BASE_URL."
        )


def _of_length_one(found: list[float]) -> tuple[float, ...]:
    length = math.sqrt(math.fsum(number * number for number in found))
    if not 0 < len(found) <= MOST_DIMENSIONS or not math.isfinite(length) or length == 0:
        raise DrafterError("The embedding endpoint sent something that is no vector.")
    return tuple(number / length for number in found)
