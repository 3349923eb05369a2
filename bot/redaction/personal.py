"""Personal data in text: e-mail addresses, telephone numbers, payment cards and, if asked for, IPs."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator

from bot.redaction.spans import Span

_EMAIL = re.compile(
    r"(?<![\w.%+-])[\w.%+-]{1,64}+@(?P<domain>(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w-]*[\w@])"
)
# Names only machines have: `deploy@db-1.internal`, `wg-quick@wg0.service`.
_MACHINE_ENDINGS = frozenset(
    {"internal", "local", "lan", "localdomain", "svc", "cluster", "corp", "intranet", "home"}
    | {"service", "socket", "timer", "target", "mount", "slice", "scope", "path", "device", "swap"}
    | {"conf", "yaml", "yml", "json", "log", "txt", "sh", "py"}
)
_DIGIT = re.compile(r"\d")
_INTERNATIONAL = re.compile(
    r"(?<![\w.+-])(?:\+|00(?=[1-9]))[1-9]\d{0,2}(?:[ ().\-/]{0,2}\d){6,13}(?![\w-]|\.\d)"
)
_NORTH_AMERICAN = re.compile(
    r"(?<![\w.+-])(?:1[-. ])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}(?![\w-]|\.\d)"
)
_NAMED_PHONE = re.compile(
    r"(?i)\b(?:tel(?:ephone|efon)?|phone|cell|mobile|mobil|handy|call|dial|sms|text|whatsapp|ring|fax|ruf)\b"
    r"(?: (?:me|us|him|her|them|number|at|on|is|no|nr)){0,3}[\s.:#=-]{1,4}"
    r"(?P<number>\(?0[\d ()/.\-]{7,18}\d)(?![\w.])"
)
_CARD = re.compile(
    r"(?<![\w.-])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{1,7}|3\d{3}([ -]?)\d{6}\2\d{4,5})(?![\w-]|\.\d)"
)
_CARD_RANGES = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|62\d{14,17}"
)
_IDENTIFIER_BEFORE = re.compile(
    r"(?i)(?:id|trace|span|request|order|offset|ts|timestamp|nanos?|seq|lsn|_)[\s:=#\"'`]{0,3}$"
)
_IP_V4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IP_V6 = re.compile(
    r"(?<![\w:.])(?=[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]{3,39}(?:(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])"
)


def emails(text: str) -> Iterator[Span]:
    """Addresses of people; `git@`, unit files and hosts of private networks are left alone."""
    if "@" not in text:
        return
    for match in _EMAIL.finditer(text):
        ending = match["domain"].rpartition(".")[2].lower()
        if ending not in _MACHINE_ENDINGS and not match[0].startswith("git@"):
            yield Span("email", *match.span())


def phones(text: str) -> Iterator[Span]:
    """International numbers, North American ones, and others next to a word like `call` or `Tel.`"""
    if not _DIGIT.search(text):
        return
    for pattern in (_INTERNATIONAL, _NORTH_AMERICAN):
        for match in pattern.finditer(text):
            if 8 <= sum(char.isdigit() for char in match[0]) <= 15 and not _spans_dates(match[0]):
                yield Span("phone", *match.span())
    for match in _NAMED_PHONE.finditer(text):
        if 8 <= sum(char.isdigit() for char in match["number"]) <= 15:
            yield Span("phone", *match.span("number"))


def _spans_dates(number: str) -> bool:
    return bool(re.search(r"\b(?:19|20)\d\d-\d\d-\d\d", number))


def cards(text: str) -> Iterator[Span]:
    """Card numbers: an issuer's range and length, the Luhn check digit, and not called an id."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        named = _IDENTIFIER_BEFORE.search(text, max(0, match.start() - 16), match.start())
        if _CARD_RANGES.fullmatch(digits) and _luhn(digits) and not named:
            yield Span("card", *match.span())


def _luhn(digits: str) -> bool:
    doubled = [int(char) * (1 + place % 2) for place, char in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def ips(text: str) -> Iterator[Span]:
    """IPv4 and IPv6 addresses. Versions of four numbers look the same, which is why this rule is optional."""
    for pattern in (_IP_V4, _IP_V6):
        for match in pattern.finditer(text):
            if _is_ip(match[0]):
                yield Span("ip", *match.span())


def _is_ip(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_unspecified and text == "::")


RULES: dict[str, Callable[[str], Iterator[Span]]] = {
    "email": emails,
    "phone": phones,
    "card": cards,
    "ip": ips,
}
"""Rule name, as in the setting, → what finds it."""
