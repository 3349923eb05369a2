"""Credentials named by what stands before them: `password=…`, `pwd is …`, `"api_key": "…"`, `--token …`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.redaction.plausible import (
    is_hex_or_uuid,
    is_identifier,
    is_mixed,
    is_named_thing,
    is_number,
    is_state,
    is_words,
    looks_random,
    stands_for_another,
)
from bot.redaction.spans import Span

_KEY_OWNERS = (
    "api|app|access|auth|private|signing|encryption|master|shared|account|service|license|client|consumer"
    "|subscription|integration|routing|ingest|admin|secret|deploy|storage|recovery|genie|session|hmac|host"
)

# Password words: whatever is assigned to them is a secret, unless it is a state or a reference.
_STRONG = (
    r"passw(?:or)?d|passphrase|passcode|(?<![a-z])pwd|passwort|kennwort|mot de passe|contraseñ?a"
    r"|contrasena|(?<![a-z])senha|wachtwoord|(?<![a-z])hasło|парол[ья]|密码|密碼|パスワード|비밀번호"
)
_WEAK = (
    rf"token|secret|credentials?|(?:{_KEY_OWNERS})[ _-]?key|apikey|bearer|dsn|csrf|totp"
    r"|(?<![a-z])psk(?![a-z])"
    r"|(?<=[_-])(?:pass|pw)(?![a-z])|(?<=[\s,;/&\"'{(])pass(?=[\"']?\s?[:=])"
    r"|(?<![a-z])pw(?=[\"']?\s?(?:[:=]|is ))"
    r"|(?<=[_-])auth(?![a-z])"
)
_NAME = re.compile(rf"(?:(?P<strong>{_STRONG})|(?P<weak>{_WEAK}))", re.IGNORECASE)
_HINTS = (
    *(
        "pass",
        "pwd",
        "pw",
        "token",
        "secret",
        "credential",
        "key",
        "bearer",
        "dsn",
        "csrf",
        "psk",
        "totp",
        "auth",
    ),
    *(
        "kennwort",
        "contrase",
        "senha",
        "wachtwoord",
        "hasło",
        "парол",
        "密码",
        "密碼",
        "パスワード",
        "비밀번호",
    ),
)

_SUFFIX = re.compile(r"[\w.-]{0,40}+")
_NO_VALUE_FOLLOWS = re.compile(
    r"(?:s?[_.-]?)(?:name|ref|arn|ids?\b|id$|type|count|ttl|url|uri|path|file|polic|len|limit|exp|age|version|store"
    r"|manager|endpoint|bucket|field|reset|attempt|error|fail|rotat|valid|verif|check|prompt|format|min|max"
    r"|provider|lock|change|update|create|hint|strength|protect|less|iz|usage|budget|cost|window|per|refresh"
    r"|ary|ariat|ly\b|_?at$|status|state|mode|enabled|algorithm|alg|length|scope|issuer|owner|mount|class|space"
    r"|bytes|rate|request|response|server|service|bot\b|review|holder|ed\b)",
    re.IGNORECASE,
)
# `password for the replica is`: what it belongs to, up to four words.
_OF = r"(?:\s(?:for|of|on|to|in|at|für|von|de|del|du|pour)\s(?:[^\s,.;:!?=]{1,40}\s?){1,4}?)?"
_GAP = re.compile(
    r"(?P<close>(?:(?!['’]s\s)\\{0,3}[\"'`*_\])}]{1,3}+)?)"
    r"(?:(?P<glued>(?:=>|:=|={1,3}|%3[dD]))(?![=>])"
    rf"|{_OF}(?P<sign>\s{{0,12}}+(?:=>|:=|={{1,3}}|[:：→]|->)\s{{0,12}}+"
    r"(?:`{3}\w*\s{0,3}+|[>|]-?\s{1,12}+)?)"
    rf"|{_OF}(?P<is>(?:['’]s|\s{{0,3}}(?<![\w])(?:is|was|are|ist|war|es|est|era|é|è))"
    r"(?:\s+(?:now|still|just|jetzt|ahora))?\s{0,2}:?\s{1,3})"
    r"|(?P<xml>(?:>|&gt;))"
    r"|(?P<flag>(?:\s{1,3}+[-–—(]?\s{0,2}|\s?\()(?=\S)))"
)
_QUOTED = re.compile(r"@?(?P<quote>\\{0,3}[\"'`]|&quot;|[“‘*])(?P<value>[^\n]{1,300}?)(?:(?P=quote)|[”’])")
_BARE = re.compile(r"[^\s\"'`]{1,1000}+")
_CUT = re.compile(
    r"</|&lt;/|(?:&amp;|[&;,])(?=\s|$|[\w. -]{1,40}+[=:])|[;,](?=[\"'}\]])|[)}\]]+[;,.]*$"
    r"|\\[nrt](?=\W|[A-Z_]{2,}=|$)"
)
_LINK_CUT = re.compile(r"[|>]")
_OPEN_LINK = re.compile(r"<\w{2,12}:[^\s>]*$")


class _Place(NamedTuple):
    """What is known about a value besides itself."""

    strong: bool
    how: str
    """`glued` (k=v), `sign` (k: v), `is` (k is v), `xml`, `flag` (--k v), `next` (k v)."""
    quoted: bool
    final: bool
    """Nothing but punctuation follows in its line."""
    name: str


def assignments(text: str, lower: str) -> Iterator[Span]:
    """Values assigned to a credential word, in any notation people and programs use."""
    if not any(hint in lower for hint in _HINTS):
        return
    done = 0
    for name in _NAME.finditer(text):
        found = _value_after(text, name) if name.start() >= done else None
        if found and _is_secret(text[found[0] : found[1]], found[2]):
            yield Span(_kind(found[2]), found[0], found[1])
            done = found[1]


def _kind(place: _Place) -> str:
    if place.strong or "pass" in place.name or "pw" in place.name:
        return "password"
    if "key" in place.name:
        return "api-key"
    return "token" if "token" in place.name else "credential"


def _value_after(text: str, name: re.Match[str]) -> tuple[int, int, _Place] | None:
    suffix = _SUFFIX.match(text, name.end())
    end = suffix.end() if suffix else name.end()
    if _NO_VALUE_FOLLOWS.match(text[name.end() : end]):
        return None
    gap = _GAP.match(text, end)
    if gap is None:
        return None
    how = next(key for key in ("glued", "sign", "is", "xml", "flag") if gap[key])
    if how == "flag" and not _is_flag(text, name.start()):
        how = "next"
    return _cut_out(text, gap.end(), _Place(bool(name["strong"]), how, False, False, name[0].lower()))


_FLAG = re.compile(r"(?:^|[\s\"'`(])(?:--?[\w-]{0,30}|(?:ENV|setenv) \w{0,30})$")


def _is_flag(text: str, start: int) -> bool:
    return bool(_FLAG.search(text[max(0, start - 34) : start]))


def _cut_out(text: str, at: int, place: _Place) -> tuple[int, int, _Place] | None:
    quoted = _QUOTED.match(text, at)
    if quoted:
        start, end = quoted.span("value")
        return start, end, place._replace(quoted=True, final=_ends(text, quoted.end()))
    bare = _BARE.match(text, at)
    if bare is None:
        return None
    end = bare.start() + _length(text, bare)
    return bare.start(), end, place._replace(final=_ends(text, end))


def _length(text: str, bare: re.Match[str]) -> int:
    """How much of a run without blanks is the value: not the next parameter, closing tag or full stop."""
    value = bare[0]
    if _OPEN_LINK.search(text[max(0, bare.start() - 500) : bare.start()]):
        value = _LINK_CUT.split(value, maxsplit=1)[0]
    cut = _CUT.search(value, 1)
    value = value[: cut.start()] if cut else value
    return len(value.rstrip(".,;:*_~>)") or value) if not value.endswith(">>") else len(value)


_REST = re.compile(
    r"[\s\"'`*_~.,;:!?)\]}>|]*(?:$|\n|[\"'`}\])]|--?\w|[;,&|/] )|\s*[&;,|]"
    r"|\s+(?:\(|and |or |for |on |in |\w+[:=])"
)


def _ends(text: str, at: int) -> bool:
    return bool(_REST.match(text, at, min(len(text), at + 80)))


def _is_secret(value: str, place: _Place) -> bool:
    if len(value) < 3 or stands_for_another(value) or is_state(value):
        return False
    return _strong(value, place) if place.strong else _weak(value, place)


_SENTENCE = re.compile(
    r"(?i)\b(?:is|are|was|must|required|invalid|incorrect|not|the|field|please|your|has|does)\b"
)


def _strong(value: str, place: _Place) -> bool:
    if place.name.endswith("pwd") and re.fullmatch(r"~?(?:/[\w.~-]*)+|[A-Z]:\\.*", value):
        return False
    if place.how == "next":
        return _follows_plainly(value, place)
    if place.how in {"glued", "xml"} or place.quoted:
        return not (" " in value and _SENTENCE.search(value))
    if is_words(value):
        return place.final and len(value) >= 4
    if is_number(value):
        return place.final and len(value) >= 4 and value.isdigit()
    return len(value) >= 4 or place.final


# Words with a digit at the end that people write after `password`.
_TECHNICAL = re.compile(
    r"(?i)(?:sha|md|argon|pbkdf|oauth|http|web|ipv|utf|base|log|saml|tls|ntlmv?|v|p|sev)[\d.-]+\w*"
)


def _follows_plainly(value: str, place: _Place) -> bool:
    """`password hunter2`: nothing says that a value comes, so it must look like nothing but a password."""
    if " " in value or is_words(value) or is_number(value) or _TECHNICAL.fullmatch(value):
        return False
    if place.quoted:
        return True
    usable = len(value) >= 6 and not is_named_thing(value) and (place.final or _has_symbol(value))
    return usable and is_mixed(value) and not value.endswith(")") and not re.search(r"[A-Z].*[A-Z]\d", value)


_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
"""Numbers in hex notation are error codes and addresses."""


def _weak(value: str, place: _Place) -> bool:
    if "pass" in place.name or "pw" in place.name:
        return _short_named(value, place)
    if place.how == "next" or " " in value or len(value) < 6 or is_number(value):
        return False
    if _ADDRESS.fullmatch(value):
        return False
    if is_named_thing(value) and not looks_random(value):
        return place.how == "glued" and is_words(value) and "-" not in value and "." not in value
    if place.how == "is":
        return len(value) >= 8 and is_mixed(value) and not is_identifier(value)
    if is_words(value):
        camel = any(char.isupper() for char in value[1:]) and not value.isupper()
        return (place.how == "glued" or place.quoted) and not camel
    if place.how == "glued":
        return True
    return len(value) >= 8 and (is_mixed(value) or is_hex_or_uuid(value) or _has_symbol(value))


def _short_named(value: str, place: _Place) -> bool:
    """`pass` and `pw` mean other things too (tests pass), so the value must look like a password."""
    if place.how == "glued" and not is_number(value):
        return True
    symbol = _has_symbol(value) or place.quoted
    return place.how != "next" and len(value) >= 4 and (symbol or _mixed_word(value))


def _mixed_word(value: str) -> bool:
    camel = is_identifier(value) and any(char.isupper() for char in value[1:])
    return is_mixed(value) and not camel


def _has_symbol(value: str) -> bool:
    return bool(re.search(r"[!@#$%^&*+=~?]", value)) and any(char.isalpha() for char in value)
