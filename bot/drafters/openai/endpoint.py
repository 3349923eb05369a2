"""One question to an OpenAI-compatible endpoint: sent, retried where that helps, and answered or explained.

Sentences of errors are ours: the endpoint's own may quote the key or the prompt.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import openai
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam
from pydantic import BaseModel, SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception_type

from bot.drafters.openai.answer import strict_schema
from bot.drafters.openai.spending import USED_UP, OverBudget, Spending, estimate
from bot.errors import DrafterError, Retryable
from bot.log import get_logger

DEFAULT_BASE_URL = "https://api.openai.com/v1"
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds between attempts: doubling with jitter, unless the endpoint names a longer wait."""

_log = get_logger(__name__)


class Timing(NamedTuple):
    """Where waiting and measuring come from, so that tests do neither."""

    now: Callable[[], float] = time.monotonic
    """Seconds on a clock that never goes back."""
    sleep: Callable[[float], None] = time.sleep


class Question(NamedTuple):
    """What to ask. Instructions and data are messages of their own."""

    system: str
    task: str
    data: str
    shape: type[BaseModel]
    schema_note: str
    """The schema in words, for endpoints that do not take it as a parameter."""
    max_output: int

    def size(self) -> int:
        """Its tokens at most, the schema included."""
        return estimate(self.system, self.task, self.data, self.schema_note) + 16

    def messages(self, *, with_schema: bool) -> list[ChatCompletionMessageParam]:
        """As the endpoint wants them."""
        system = f"{self.system}\n{self.schema_note}" if with_schema else self.system
        return [
            {"role": "system", "content": system},
            {"role": "user", "content": self.task},
            {"role": "user", "content": self.data},
        ]


class Reply(NamedTuple):
    """What came back. `cut` says that the limit on output ended it."""

    content: str
    cut: bool


class Refused(DrafterError):
    """The model declined to write the draft."""


class _Passing(Exception):
    """A fault that may be gone at the next attempt. `charged` if the endpoint may have done the work."""

    def __init__(self, reason: str, *, retry_after: float | None = None, charged: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.charged = charged


class _Unsupported(Exception):
    """The endpoint does not know a parameter; ask in a plainer dialect."""


class Endpoint:
    """A model behind an address. Threads share it; it remembers which dialect the endpoint speaks."""

    def __init__(
        self, *, api_key: SecretStr, model: str, base_url: str | None, timeout: float, timing: Timing
    ) -> None:
        """`timeout` is the limit of one call in seconds; the SDK's own retries are off."""
        self.model = model
        self._timeout = timeout
        self._timing = timing
        self._format = "json_schema"
        self._limit = "max_completion_tokens"
        self._client = openai.OpenAI(
            # Local endpoints want no key, but the SDK wants one.
            api_key=api_key.get_secret_value() or "none",
            base_url=base_url or DEFAULT_BASE_URL,
            timeout=timeout,
            max_retries=0,
        )

    def ask(self, question: Question, spending: Spending) -> Reply:
        """The answer, after as many attempts as time and budget allow.

        Raises:
            Retryable: the endpoint is overloaded, broken or away, and stayed so; `retry_after` is its wish.
            DrafterError: it will not answer (key, model, quota, refusal), or the budget does not allow it.
        """
        policy = Retrying(
            retry=retry_if_exception_type(_Passing),
            wait=_wait,
            stop=lambda state: _give_up(state, spending),
            sleep=self._timing.sleep,
            reraise=True,
        )
        try:
            return policy(self._in_some_dialect, question, spending)
        except _Passing as fault:
            raise Retryable(f"The model endpoint {fault}.", retry_after=fault.retry_after) from None
        except OverBudget:
            raise DrafterError(USED_UP) from None

    def _in_some_dialect(self, question: Question, spending: Spending) -> Reply:
        for _ in range(4):
            try:
                return self._once(question, spending)
            except _Unsupported:
                continue
        raise DrafterError("The model endpoint rejects every form of structured output.")

    def _once(self, question: Question, spending: Spending) -> Reply:
        reserved = (question.size(), question.max_output)
        left = spending.seconds_left()
        if left <= 0:
            raise DrafterError("The time budget for model calls of this postmortem is used up.")
        spending.reserve(tokens_in=reserved[0], tokens_out=reserved[1])
        used = (0, 0)
        try:
            completion = self._call(question, timeout=min(self._timeout, left))
            used = _usage(completion) or reserved
            return _reply(completion)
        except _Passing as fault:
            used = reserved if fault.charged else used
            raise
        finally:
            spending.settle(reserved=reserved, used=used)

    def _call(self, question: Question, *, timeout: float) -> ChatCompletion:
        dialect = (self._format, self._limit)
        try:
            answer: Any = self._client.chat.completions.create(
                model=self.model,
                messages=question.messages(with_schema=dialect[0] != "json_schema"),
                timeout=timeout,
                **_parameters(dialect, question),
            )
        except openai.APIStatusError as error:
            raise self._explained(error, dialect) from None
        except openai.OpenAIError as error:
            raise _unanswered(error) from None
        except ValueError:
            # The SDK lets json's and Unicode's own errors through when the body is not what it claims.
            raise _Passing("sent something that is no answer", charged=True) from None
        if not isinstance(answer, ChatCompletion) or not answer.choices:
            raise _Passing("sent something that is no answer", charged=True)
        return answer

    def _explained(self, error: openai.APIStatusError, dialect: tuple[str, str]) -> Exception:
        _log.warning("model_call_failed", status=error.status_code, code=error.code, model=self.model)
        if error.status_code in {400, 404, 422} and self._plainer(_words(error), dialect):
            return _Unsupported()
        return _status_fault(error, self.model)

    def _plainer(self, words: str, dialect: tuple[str, str]) -> bool:
        """Change to a plainer dialect if the complaint is about one; True if it is worth asking again."""
        if "max_completion_tokens" in words and dialect[1] == "max_completion_tokens":
            self._limit = "max_tokens"
            return True
        if ("response_format" in words or "json_schema" in words or "json_object" in words) and dialect[
            0
        ] != "text":
            self._format = "json_object" if dialect[0] == "json_schema" else "text"
            return True
        return False


def _parameters(dialect: tuple[str, str], question: Question) -> dict[str, Any]:
    form, limit = dialect
    parameters: dict[str, Any] = {limit: question.max_output}
    if form == "json_object":
        parameters["response_format"] = {"type": "json_object"}
    elif form == "json_schema":
        schema = {
            "name": question.shape.__name__.lower(),
            "strict": True,
            "schema": strict_schema(question.shape),
        }
        parameters["response_format"] = {"type": "json_schema", "json_schema": schema}
    return parameters


def _reply(completion: ChatCompletion) -> Reply:
    choice = completion.choices[0]
    if choice.message is None or choice.message.refusal or choice.finish_reason == "content_filter":
        raise Refused
    content = choice.message.content
    return Reply(content if isinstance(content, str) else "", cut=choice.finish_reason == "length")


def _usage(completion: ChatCompletion) -> tuple[int, int] | None:
    usage = completion.usage
    if (
        usage is None
        or not isinstance(usage.prompt_tokens, int)
        or not isinstance(usage.completion_tokens, int)
    ):
        return None
    return usage.prompt_tokens, usage.completion_tokens


def _words(error: openai.APIStatusError) -> str:
    """The complaint, for recognising it; never shown, for it may quote the prompt."""
    return f"{error.message} {error.param} {error.code}".lower()


def _status_fault(error: openai.APIStatusError, model: str) -> Exception:
    status, words = error.status_code, _words(error)
    if status == 429 and "insufficient_quota" not in words:
        return _Passing("is overloaded (429)", retry_after=_retry_after(error))
    if status in {408, 409, 425} or status >= 500:
        return _Passing(f"failed ({status})", retry_after=_retry_after(error), charged=status >= 500)
    if "content_filter" in words or "content_policy" in words:
        return Refused()
    return DrafterError(_sentence(status, words, model))


def _sentence(status: int, words: str, model: str) -> str:
    if status == 429:
        return "The quota of the model account is used up; its owner must raise it."
    if status in {401, 403}:
        return f"The model endpoint rejects the key ({status}). Check OPENAI_API_KEY."
    if status == 404:
        return (
            f"The model endpoint does not know the model {model!r}. Check OPENAI_MODEL and OPENAI_BASE_URL."
        )
    if status == 413 or "context_length" in words or "maximum context" in words:
        return "The transcript is too long for the model. Lower MODEL_BUDGET_TOKENS or choose a larger model."
    return f"The model endpoint rejects the request ({status})."


def _unanswered(error: openai.OpenAIError) -> Exception:
    _log.warning("model_call_failed", error=type(error).__name__)
    if isinstance(error, openai.APITimeoutError):
        return _Passing("did not answer in time", charged=True)
    if isinstance(error, openai.APIConnectionError):
        return _Passing("cannot be reached", charged=type(error.__cause__).__name__ != "ConnectError")
    return DrafterError(f"The model endpoint's answer cannot be used ({type(error).__name__}).")


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Seconds to wait, as `retry-after-ms` or `Retry-After` (seconds or a date, RFC 9110 §10.2.3) say."""
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "")
        if re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", value):
            return float(value) * unit
    try:
        wanted = parsedate_to_datetime(headers.get("retry-after", ""))
        sent = parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (wanted - sent).total_seconds())
    except (ValueError, TypeError):
        return None


def _wait(state: RetryCallState) -> float:
    fault = state.outcome.exception() if state.outcome else None
    asked = fault.retry_after if isinstance(fault, _Passing) else None
    backoff = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (state.attempt_number - 1))
    jitter = random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards nothing
    return max(asked or 0.0, backoff * jitter)


def _give_up(state: RetryCallState, spending: Spending) -> bool:
    """Enough attempts, or the next one would begin after the deadline."""
    asked_enough = state.attempt_number >= spending.budget.attempts
    return asked_enough or state.upcoming_sleep >= spending.seconds_left()
