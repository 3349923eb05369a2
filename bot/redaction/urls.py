"""Passwords in addresses, and parameters of links that let anybody in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.redaction.plausible import is_number, is_state, looks_random, stands_for_another
from bot.redaction.spans import Span

# scheme://user:PASSWORD@host. The password may hold `@` and `/`, so the last `@` before a host counts;
# `https://host:8080/path@x` is no password: a port follows the colon.
_USERINFO = re.compile(
    r"://(?P<user>[^\s:/@?#<>|\"'`]{0,128}+):(?!\d{1,5}(?:[/?#]|$))(?P<password>[^\s<>|\"'`]{1,256})"
    r"@(?=[\w\[*.-])"
)
# https://TOKEN@host, as in clone addresses and DSNs; the node ids of other schemes are public.
_TOKEN_USER = re.compile(r"https?://(?P<token>[A-Za-z0-9_-]{20,128}+)@(?=[\w\[.-])")
# A bare SMTP, AMQP or database account: user:password@host.domain
_BARE = re.compile(
    r"(?<![\w/:.@+-])[\w.+-]{1,64}+:(?P<password>[^\s:/@<>|\"'`]{4,128}+)@(?=[\w-]+(?:\.[\w-]+)+|localhost|db\b)"
)
_PARAMETER = re.compile(
    r"(?i)[?&;](?:amp;)?(?P<name>x-amz-signature|x-amz-security-token|x-goog-signature|x-amz-credential|sig"
    r"|signature|key|code|auth|sid|access_key|jwt|ticket|hash|awsaccesskeyid|googleaccessid|session_?id"
    r"|oauth_token|state|t|k)=(?P<value>[\w%+/=.~-]{16,2000}+)"
)
_ALWAYS = frozenset({"x-amz-signature", "x-amz-security-token", "x-goog-signature", "sig", "signature"})


def url_secrets(text: str, lower: str) -> Iterator[Span]:
    """Passwords, tokens and signatures in addresses; the rest of the address stays readable."""
    if "@" in text:
        yield from _userinfo(text, lower)
    if "=" in text and ("?" in text or "&" in text):
        yield from _parameters(text)


def _userinfo(text: str, lower: str) -> Iterator[Span]:
    if "://" in lower:
        for match in _USERINFO.finditer(text):
            if not (stands_for_another(match["password"]) or match["password"].startswith("//")):
                yield Span("password", *match.span("password"))
        for match in _TOKEN_USER.finditer(text):
            if any(char.isdigit() for char in match["token"]):
                yield Span("token", *match.span("token"))
    for match in _BARE.finditer(text):
        value = match["password"]
        if not (stands_for_another(value) or is_number(value) or is_state(value)):
            yield Span("password", *match.span("password"))


def _parameters(text: str) -> Iterator[Span]:
    for match in _PARAMETER.finditer(text):
        value = match["value"]
        if match["name"].lower() in _ALWAYS or looks_random(value.replace("%", "")):
            yield Span("signed-link", *match.span("value"))
