"""detect-secrets as a library on strings.

Its plugins are taken one by one: their patterns are compiled once, keep no state and are safe to use from
several threads. Its scanner is not used, because that one works through a process-wide settings object,
reads lines of files, ignores lines with an allow-list comment, and returns values without positions.
Several of its patterns cost quadratic time on hostile lines, so each sees windows of bounded length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.cloudant import CloudantDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.ibm_cloud_iam import IbmCloudIamDetector
from detect_secrets.plugins.ibm_cos_hmac import IbmCosHmacDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.keyword import KeywordDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.softlayer import SoftlayerDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

from bot.redaction.plausible import is_mixed, is_state, is_words, looks_random, stands_for_another
from bot.redaction.spans import Span

WINDOW = 800
OVERLAP = 300
"""Longer than any credential of fixed length these plugins know; longer ones are ours (`shapes.py`)."""


def _any(_value: str) -> bool:
    return True


class _Plugin(NamedTuple):
    kind: str
    hints: tuple[str, ...]
    """Lower-case strings of which one must occur before the patterns are tried."""
    patterns: tuple[re.Pattern[str], ...]
    secret_is_group: bool
    """Whether the first group is the secret rather than the whole match."""
    accept: Callable[[str], bool]
    long: bool
    """Whether its secrets are unbroken runs of `_LONG` characters at least, and the hints say little."""


_LONG = re.compile(r"[^\s]{32}")


def _plugin(
    kind: str,
    hints: str,
    plugin: RegexBasedDetector,
    *,
    group: bool = False,
    only: int | None = None,
    accept: Callable[[str], bool] = _any,
    long: bool = False,
) -> _Plugin:
    patterns = tuple(plugin.denylist)
    chosen = patterns if only is None else (patterns[only],)
    return _Plugin(kind, tuple(hints.split()), chosen, group, accept, long)


def _quoted_value(value: str) -> bool:
    return " " not in value and not (is_state(value) or is_words(value) or stands_for_another(value))


def _plugins() -> tuple[_Plugin, ...]:
    return (
        _plugin("aws-access-key", "akia asia abia acca a3t", AWSKeyDetector(), only=0),
        _plugin("aws-secret-key", "aws", AWSKeyDetector(), only=1, group=True),
        _plugin("azure-storage-key", "accountkey=", AzureStorageKeyDetector()),
        _plugin("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", GitHubTokenDetector()),
        _plugin("gitlab-token", "gl gr1348941", GitLabTokenDetector()),
        _plugin("slack-token", "xox hooks.slack.com", SlackDetector()),
        _plugin("stripe-key", "k_live_", StripeDetector()),
        _plugin("sendgrid-key", "sg.", SendGridDetector()),
        _plugin("npm-token", "_authtoken=", NpmDetector(), group=True),
        _plugin("pypi-token", "pypi-", PypiTokenDetector()),
        _plugin("openai-key", "t3blbkfj", OpenAIDetector()),
        _plugin("square-secret", "sq0csp-", SquareOAuthDetector()),
        _plugin("mailchimp-key", "-us", MailchimpDetector()),
        _plugin("twilio-key", "ac sk", TwilioKeyDetector(), accept=is_mixed, long=True),
        _plugin("telegram-token", ":", TelegramBotTokenDetector(), accept=looks_random, long=True),
        _plugin("discord-token", ".", DiscordBotTokenDetector(), accept=looks_random, long=True),
        _plugin("jwt", "eyj", JwtTokenDetector(), accept=JwtTokenDetector.is_formally_valid),
        _plugin("cloudant-key", "cl", CloudantDetector(), group=True, accept=is_mixed),
        _plugin("ibm-cloud-key", "ibm iam", IbmCloudIamDetector(), group=True, accept=is_mixed),
        _plugin("ibm-cloud-key", "secret", IbmCosHmacDetector(), group=True),
        _plugin("softlayer-key", "sl softlayer", SoftlayerDetector(), group=True, accept=is_mixed),
    )


class TokenDetector:
    """The plugins of detect-secrets for tokens of a known shape that fit chat, with positions.

    Left out on purpose: high-entropy strings and public IPs (commits, digests and addresses must survive),
    basic auth in URLs, Artifactory and private key headers (`urls.py` and `shapes.py` cover more of them).
    """

    def __init__(self) -> None:
        self._plugins = _plugins()

    def __call__(self, text: str, lower: str) -> Iterator[Span]:
        """Spans of what the plugins flag, in no particular order."""
        unbroken = bool(_LONG.search(text))
        for plugin in self._plugins:
            if (unbroken or not plugin.long) and any(hint in lower for hint in plugin.hints):
                yield from _windows(text, plugin)


class KeywordsDetector:
    """The keyword plugin of detect-secrets: quoted values beside secret-sounding names, as in code."""

    def __init__(self) -> None:
        self._plugin = KeywordDetector()

    def __call__(self, text: str, lower: str) -> Iterator[Span]:
        """The first value each of its patterns finds in a line."""
        if not any(word in lower for word in ("secret", "passw", "pwd", "key")):
            return
        if '"' not in text and "'" not in text:
            return
        for at, line in _lines(text):
            for value in self._plugin.analyze_string(line):
                if len(value) >= 4 and _quoted_value(value):
                    start = at + line.index(value)
                    yield Span("credential", start, start + len(value))


def _windows(text: str, plugin: _Plugin) -> Iterator[Span]:
    for at, window in _lines(text):
        for pattern in plugin.patterns:
            for match in pattern.finditer(window):
                start, end = match.span(1 if plugin.secret_is_group else 0)
                if plugin.accept(window[start:end].strip()) and not _inside_word(window, start, plugin):
                    yield Span(plugin.kind, at + start, at + end)


def _inside_word(window: str, start: int, plugin: _Plugin) -> bool:
    """`PAKIA…`, or the `AC…` in the middle of a longer id, is no key."""
    if plugin.secret_is_group or start == 0 or not window[start].isalnum():
        return False
    before = window[max(0, start - 2) : start]
    return before[-1].isalnum() and not re.fullmatch(r"\\[nrt]|%[0-9A-F]", before) and before[-1] != "%"


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their place, long ones as overlapping windows: detect-secrets thinks in lines."""
    at = 0
    for line in text.splitlines(keepends=True):
        for start in range(0, max(1, len(line) - OVERLAP), WINDOW - OVERLAP):
            yield at + start, line[start : start + WINDOW]
        at += len(line)
