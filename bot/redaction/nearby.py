"""Random strings beside a credential word, where no notation ties the two together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.redaction.plausible import is_hex_or_uuid, is_mixed, is_named_thing, looks_random
from bot.redaction.spans import Span

_WORD = re.compile(
    r"(?i)(?<![a-z])(?:passw(?:or)?ds?|passphrases?|tokens?|secrets?|credentials?|creds|api[ _-]?keys?|keys?"
    r"|bearer|auth|pwd|otp|kubeconfig|passwort|kennwort|webhook)(?![a-z])"
)
_RUN = re.compile(r"[A-Za-z0-9_+/=~.!@#$%^&*-]{12,}+")
_BEFORE = 120
_AFTER = 60
# What commits, digests and ids are called just before they are quoted.
_ID_WORD = re.compile(
    r"(?i)(?:commit|sha\d*|digest|trace|span|request|req|correlation|image|revision|rev|build|hash|checksum|etag"
    r"|version|uuid|guid|fingerprint|kid|serial|session|job|run|pod|node|container|message|event|ticket|release"
    r"|tag|branch|id)s?[_ -]?(?:ids?|is|=|:|@|#)?[\s:=@`\"'(#]{0,4}$"
)
# `the API key 9f86d081…`, `token 9f86…`: hex counts only right after the credential's name.
_NAMED_HEX = re.compile(
    r"(?i)(?:(?:api|app|access|secret|auth|datadog|dd|pagerduty|twilio|integration|routing|license|signing)"
    r"[ _-]?(?:keys?|tokens?|secrets?)|auth ?tokens?|tokens?|secrets?)"
    r"(?: (?:is|was|to|with|here|value))?[\s:=`\"'(]{1,4}$"
)
_AWS_SECRET = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_AWS_ID = re.compile(r"(?:AKIA|ASIA|AWS_ACCESS|aws_access|\ue000)")
_HINTS = (
    "passw",
    "token",
    "secret",
    "cred",
    "key",
    "bearer",
    "auth",
    "pwd",
    "otp",
    "kubeconfig",
    "kennwort",
    "webhook",
)


def nearby(text: str, lower: str) -> Iterator[Span]:
    """Random-looking runs within a sentence or so of a credential word."""
    if not any(hint in lower for hint in _HINTS):
        return
    words = [match.span() for match in _WORD.finditer(text)]
    if not words:
        return
    at = 0
    for run in _RUN.finditer(text):
        while at < len(words) - 1 and words[at + 1][0] <= run.start():
            at += 1
        if _close(words, at, run) and _is_credential(text, run):
            yield Span("credential", *_trimmed(run))


def _close(words: list[tuple[int, int]], at: int, run: re.Match[str]) -> bool:
    """Whether the last word before the run, or the first one after it, is near."""
    start, end = run.span()
    before = words[at][1] <= start <= words[at][1] + _BEFORE
    following = next((first for first, _ in words[at : at + 2] if first >= end), None)
    return before or (following is not None and following - end <= _AFTER)


def _trimmed(run: re.Match[str]) -> tuple[int, int]:
    value = run[0].rstrip(".!*_~")
    stripped = value.lstrip("*_~=")
    return run.start() + len(value) - len(stripped), run.start() + len(value)


def _is_credential(text: str, run: re.Match[str]) -> bool:
    start, end = _trimmed(run)
    value, before = text[start:end], text[max(0, start - 48) : start]
    if "/" in value and max(map(len, value.split("/"))) < 16 and "+" not in value:
        return False
    if before.endswith(("/", "@", "sha256:", "://", "<")) or _ID_WORD.search(before) or "." in value[1:-1]:
        return False
    if is_hex_or_uuid(value):
        return len(value) >= 24 and is_mixed(value) and bool(_NAMED_HEX.search(before))
    return not is_named_thing(value) and len(value) >= 16 and looks_random(value)


def aws_secrets(text: str, lower: str) -> Iterator[Span]:
    """The 40 characters that follow an access key id without any word between."""
    if "akia" not in lower and "asia" not in lower and "aws" not in lower:
        return
    for match in _AWS_SECRET.finditer(text):
        if looks_random(match[0]) and _AWS_ID.search(text, max(0, match.start() - 200), match.start()):
            yield Span("aws-secret-key", *match.span())
