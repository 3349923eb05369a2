"""The Redactor port: every detector over a text, and over what is left of it, until nothing is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.domain.masking import PLACEHOLDER
from bot.errors import Permanent
from bot.ports import Secret
from bot.redaction.assignments import assignments
from bot.redaction.commands import commands
from bot.redaction.library import KeywordsDetector, TokenDetector
from bot.redaction.nearby import aws_secrets, nearby
from bot.redaction.personal import RULES
from bot.redaction.plausible import is_hex_or_uuid, is_mixed, looks_random
from bot.redaction.shapes import private_keys, shapes
from bot.redaction.spans import FILLER, Detector, Span, View, fold, merged, without_filler
from bot.redaction.urls import url_secrets

DEFAULT_PERSONAL = ("email", "phone", "card")

# What detect-secrets and our own code raise when they are handed something they cannot work with
# (BasePlugin, PotentialSecret and re document none beyond these).
_FAULTS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, re.error)

# Masking one secret can lay open another (a token that ended where a placeholder now stands).
_ROUNDS = 6

# A long run without blanks, a line break (perhaps with a continuation mark or quote sign), more of it.
_WRAP = re.compile(
    r"(?<=[A-Za-z0-9+/_=.-]{8})\\?[ \t]*\r?\n(?:[ \t]|>|&gt;)*"
    r"(?![\w.-]{1,60}[=:]\S)(?=[A-Za-z0-9+/_.-]{4,400}+={0,2}[`\"' \t\\]*(?:\r?\n|$)|[A-Za-z+/_.-]{0,40}\d)"
)
_RUN_TO_END = re.compile(
    r"[ \t`\"'\\]*\r?\n(?:[ \t]|>|&gt;)*(?P<more>[A-Za-z0-9+/_-]{4,200}+={0,2})(?=[`\"'\\ \t]*(?:\n|\r|$))"
)
_CANARY = "canary AKIA" + "QZ7RX2M4N6PLTKDW"


class SecretRedactor:
    """Finds credentials and personal data. Keeps no state between calls; safe to share by threads."""

    def __init__(
        self, *, personal: Iterable[str] = DEFAULT_PERSONAL, detectors: Sequence[Detector] = ()
    ) -> None:
        """`personal` names rules of `bot.redaction.personal.RULES`; `detectors` replaces the standard ones.

        Raises:
            Permanent: a rule is unknown, or the detectors do not find the canary: better no start than
                a silent leak after an update of the library.
        """
        unknown = sorted(set(personal) - set(RULES))
        if unknown:
            raise Permanent(f"There is no rule for personal data called {', '.join(unknown)}.")
        self._personal = [RULES[name] for name in dict.fromkeys(personal)]
        self._detectors = tuple(detectors) or standard_detectors()
        if not self.secrets(_CANARY):
            raise Permanent("The secret detector misses a plain access key, so it cannot be trusted.")

    def secrets(self, text: str) -> tuple[Secret, ...]:
        """Credentials in a text, in order and not overlapping; none inside placeholders.

        Raises:
            Permanent: a detector failed, so nobody can tell.
        """
        return _guarded(lambda: self._all(text, self._credentials))

    def personal(self, text: str) -> tuple[Secret, ...]:
        """Personal data by the operator's rules, like `secrets`.

        Raises:
            Permanent: a rule failed, so nobody can tell.
        """
        return _guarded(lambda: self._all(text, self._personal_data))

    def _credentials(self, text: str) -> Iterator[Span]:
        lower = fold(text)
        for detector in self._detectors:
            yield from detector(text, lower)

    def _personal_data(self, text: str) -> Iterator[Span]:
        for rule in self._personal:
            yield from rule(text)

    def _all(self, text: str, find: Callable[[str], Iterable[Span]]) -> list[Span]:
        placeholders = (
            [Span("", *match.span()) for match in PLACEHOLDER.finditer(text)] if "[" in text else []
        )
        found: list[Span] = []
        for _ in range(_ROUNDS):
            new = _round(text, merged([*found, *placeholders]), find)
            if not new:
                break
            found = merged([*found, *new])
        return found


def standard_detectors() -> tuple[Detector, ...]:
    """All detectors, the specific ones first: their kind names what several of them find."""
    known = (private_keys, shapes, TokenDetector())
    named = (url_secrets, aws_secrets, commands, assignments, KeywordsDetector())
    return (*known, *named, nearby)


def _guarded(find: Callable[[], list[Span]]) -> tuple[Secret, ...]:
    try:
        return tuple(Secret(kind=span.kind, start=span.start, end=span.end) for span in find())
    except _FAULTS as fault:
        # `from None`: the fault may carry the text that was looked at.
        raise Permanent(
            f"Looking for secrets failed ({type(fault).__name__}); the text was not used."
        ) from None


def _round(text: str, known: Sequence[Span], find: Callable[[str], Iterable[Span]]) -> list[Span]:
    """What stands in the text besides what is known: first as it is, then with wrapped lines joined."""
    view = View(text, [(span.start, span.end) for span in known], FILLER)
    new = [
        part
        for span in merged(find(view.text))
        for part in without_filler(view.text, _continued(view.text, span))
    ]
    if not new and "\n" in view.text:
        new = _joined(view.text, find)
    return [view.original(span) for span in new]


def _joined(text: str, find: Callable[[str], Iterable[Span]]) -> list[Span]:
    wraps = [match.span() for match in _WRAP.finditer(text)]
    if not wraps:
        return []
    flat = View(text, wraps, "")
    found = [part for span in merged(find(flat.text)) for part in without_filler(flat.text, span)]
    return [flat.original(span) for span in found]


def _continued(text: str, span: Span) -> Span:
    """A token at the end of a line goes on where the next line is nothing but a random-looking run."""
    end = span.end
    if end - span.start < 16:
        return span
    while (more := _RUN_TO_END.match(text, end)) and _looks_cut(more["more"], text[end - 8 : end]):
        end = more.end()
    return Span(span.kind, span.start, end)


def _looks_cut(run: str, tail: str) -> bool:
    """Whether a line may be the rest of a token that ends so; a commit below a token is not."""
    if not is_mixed(run) or (is_hex_or_uuid(run) and not is_hex_or_uuid(tail)):
        return False
    return looks_random(run) or len(run) > 20 or (any(map(str.isupper, run)) and any(map(str.islower, run)))
