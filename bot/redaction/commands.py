"""Credentials in headers and command lines, where no word says password: `-u user:pass`, `Bearer …`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.redaction.plausible import (
    is_identifier,
    is_mixed,
    is_named_thing,
    is_number,
    is_state,
    is_words,
    stands_for_another,
)
from bot.redaction.spans import Span

_AUTHORIZATION = re.compile(
    r"(?i)(?:proxy-)?authorization(?:\\?[\"'])?\s{0,3}+[:=]\s{0,3}+(?:\\?[\"'])?"
    r"(?:(?:bearer|basic|token|apikey|api-key|splunk|negotiate|digest|key|geniekey|sso-key|bot|aws4-hmac-sha256"
    r"|discordbot|oauth|pve\w*)[\s=:]{1,3}+(?:token=)?\"?)?(?P<value>[^\s\"'`\\<>]{6,4000}+)"
)
_BEARER = re.compile(r"(?i)\bbearer[\s:]{1,3}+(?P<value>[A-Za-z0-9._~+/=-]{12,4000}+)")
_BASIC = re.compile(r"\b[Bb]asic\s(?P<value>[A-Za-z0-9+/]{12,}={0,2})(?![\w/+=])")
_KEY_HEADER = re.compile(
    r"(?i)\bx-[\w-]{0,30}(?:auth|key|token|secret|signature)[\w-]{0,20}\s{0,2}:\s{0,2}(?P<value>[^\s\"'`]{8,500}+)"
)
_COOKIE = re.compile(r"(?i)\b(?:set-)?cookie\s{0,2}:\s{0,2}(?P<value>[^\n\"'`]{8,2000})")
_SESSION = re.compile(
    r"(?i)\b(?:phpsessid|jsessionid|asp\.net_sessionid|connect\.sid|sessionid|csrftoken|laravel_session)"
    r"\s?[=:]\s?(?P<value>[\w%.:+/-]{12,300}+)"
)
_COOKIE_VALUE = re.compile(r"=(?P<value>[^;\s]{12,}+)")
_USER = re.compile(
    r"(?:^|[\s`\"'])(?:-u|--user|--proxy-user|-U|--userpwd)[ =]?[\"']?(?P<user>[^\s:\"'`]{0,128}+)"
    r":(?P<value>[^\s\"'`]{1,128}+)"
)
_ARGUMENTS = r"\b[^\n|;]{0,200}?\s"
_VALUE = r"[\"']?(?P<value>[^\s\"'`-][^\s\"'`]{2,256}+)"
_SHORT = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:mysql\w*|mariadb\w*){_ARGUMENTS}-p{_VALUE}",
        rf"\bsshpass\s+-p\s*{_VALUE}",
        rf"\b(?:docker|podman|oc|az|nerdctl|skopeo|cf|helm registry)\s+login{_ARGUMENTS}-p\s+{_VALUE}",
        rf"\bredis-cli{_ARGUMENTS}(?:-a|--pass)\s+{_VALUE}",
        rf"\bldap(?:search|modify|add|whoami){_ARGUMENTS}-w\s+{_VALUE}",
        rf"\b(?:mongo\w{{0,7}}|rabbitmqadmin|sqlcmd|bcp|7z|zip|unzip|smbclient){_ARGUMENTS}-[pP]\s+{_VALUE}",
        r"\bpass:(?P<value>[^\s\"'`]{4,128}+)(?=\s|$|[\"'`])",
        r"(?i)\bidentified by\s+[\"'](?P<value>[^\n\"']{1,128})[\"']",
        r"\becho\s+[\"']?[\w.-]{1,64}:(?P<value>[^\s\"'`]{3,128})[\"']?\s{0,3}\|\s{0,3}(?:sudo\s+)?chpasswd",
    )
)
_SHORT_HINTS = (" -p", " -a ", " -w ", "pass:", "identified by", "chpasswd", "--pass ")
_ACCOUNT = re.compile(
    r"(?i)\b(?:creds?|credentials?|logins?|log in with|basic auth|zugangsdaten"
    r"|user(?:name)?\s?/\s?pass(?:word)?)\b"
    r"(?:\s+(?:is|are|with|as|for\s+\S+(?:\s+(?:is|are))?))?\s{0,3}[:=]?\s{0,3}[`\"'*]{0,3}"
    r"(?P<user>[A-Za-z][\w.@+-]{1,60}+)[`\"'*]{0,3}\s?[:/]\s?[`\"'*]{0,3}(?P<value>[^\s`\"',;]{4,80}+)"
)
_AFTER_USER = re.compile(
    r"(?i)\b(?:user(?:name)?|login|usr|uid)\b[\"']?\s?[:=]?\s?[`\"']?[\w.@+-]{2,60}[`\"']?[\s,;/&]{1,4}(?:and\s+)?"
    r"(?:pass|pw|p|pin)(?![a-zA-Z])[\"']?\s?[:=]?\s?[`\"']?(?P<value>[^\s`\"',;]{4,80}+)"
)
# `use hunter2 as the root password`, `Winter2024! is the password`
_REVERSED = re.compile(
    r"(?i)(?<![^\s`\"'*(])(?P<value>[^\s`\"'*]{6,64}+)[`\"'*]{0,3} (?:is|as|=|was) "
    r"(?:the |our |my |their |a )?(?:[\w-]{1,20} ){0,2}?(?:password|passphrase|passwort|pw|pwd)\b"
)
_CODE = re.compile(
    r"(?i)(?<![a-z])(?:otp|totp|2fa|mfa|pin|passcode"
    r"|(?:one[- ]time|verification|security|sms|auth(?:entication)?)[- ](?:code|pass(?:word|code)|pin))"
    r"(?: ?code| ?pin)?(?P<tie>\s?[:=]\s?| is | was | ->? |\s(?=\d{6}(?!\d)))[`\"'*]{0,3}"
    r"(?P<value>\d{3}[ -]?\d{3}|\d{4,8})(?![\w.%]| (?:ms|s|min|users|nodes|errors|of)\b)"
)
_MNEMONIC = re.compile(
    r"(?i)(?:seed|recovery|mnemonic|secret)(?: phrase| words)?\s?(?:is|:|=)?\s{1,3}[`\"']?"
    r"(?P<value>(?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})\b"
)


def commands(text: str, lower: str) -> Iterator[Span]:
    """Credentials of headers, cookies, command lines and accounts written as `user / password`."""
    if (
        "authorization" in lower
        or "bearer" in lower
        or "basic" in lower
        or "x-" in lower
        or "cookie" in lower
    ):
        yield from _headers(text, lower)
    if "sess" in lower or "csrftoken" in lower or "connect.sid" in lower:
        yield from _values(_SESSION, "cookie", text)
    if ":" in text and ("-u" in lower or "--user" in lower or "--proxy-user" in lower):
        yield from _values(_USER, "password", text)
    if any(hint in lower for hint in _SHORT_HINTS):
        for pattern in _SHORT:
            yield from _values(pattern, "password", text)
    if any(hint in lower for hint in ("cred", "log", "user", "basic", "zugangsdaten")):
        yield from _accounts(text)
    yield from _spoken(text, lower)


def _spoken(text: str, lower: str) -> Iterator[Span]:
    if "passw" in lower or "passphrase" in lower or "pw" in lower:
        for match in _REVERSED.finditer(text):
            if _password_like(match["value"]):
                yield Span("password", *match.span("value"))
    if any(hint in lower for hint in ("otp", "2fa", "mfa", "pin", "code")):
        yield from _values(_CODE, "one-time-code", text)
    if "phrase" in lower or "mnemonic" in lower or "words" in lower:
        yield from _values(_MNEMONIC, "seed-phrase", text)


def _headers(text: str, lower: str) -> Iterator[Span]:
    if "authorization" in lower:
        yield from _values(_AUTHORIZATION, "authorization", text)
    for match in _BEARER.finditer(text):
        if is_mixed(match["value"]) and not is_named_thing(match["value"]):
            yield Span("authorization", *match.span("value"))
    for match in _BASIC.finditer(text):
        if not (is_words(match["value"]) or is_identifier(match["value"])):
            yield Span("authorization", *match.span("value"))
    for match in _KEY_HEADER.finditer(text):
        if is_mixed(match["value"]) and not is_named_thing(match["value"]):
            yield Span("api-key", *match.span("value"))
    if "cookie" in lower:
        yield from _cookies(text)


def _cookies(text: str) -> Iterator[Span]:
    for match in _COOKIE.finditer(text):
        for value in _COOKIE_VALUE.finditer(text, *match.span("value")):
            if is_mixed(value["value"]):
                yield Span("cookie", *value.span("value"))


def _values(pattern: re.Pattern[str], kind: str, text: str) -> Iterator[Span]:
    for match in pattern.finditer(text):
        value = match["value"]
        if value and not (stands_for_another(value) or is_state(value)):
            yield Span(kind, *match.span("value"))


def _accounts(text: str) -> Iterator[Span]:
    for pattern in (_ACCOUNT, _AFTER_USER):
        for match in pattern.finditer(text):
            value = match["value"].rstrip(".)!?") or match["value"]
            if _password_like(value):
                start = match.start("value")
                yield Span("password", start, start + len(value))


def _password_like(value: str) -> bool:
    symbol = re.search(r"[!@#$%^&*+=~?]", value)
    if "/" in value or is_number(value) or is_state(value) or stands_for_another(value):
        return False
    return bool(symbol) or (is_mixed(value) and not is_named_thing(value))
