"""Names of things a reader could look up: versions, hosts, error codes, commits, paths, quoted words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.domain.figures import figure_spans

_TOKEN = re.compile(r"[^\s,;()\[\]{}<>\"“”«»|]*\d[^\s,;()\[\]{}<>\"“”«»|]*")
_NAMED = re.compile(
    r"""(?x)
    \b[A-Za-z]\w*_\w+\b                                    # snake_case, CONST_CASE
    | \b[a-z]+[A-Z]\w+\b                                   # camelCase
    | \b(?:[A-Z]\w+)?(?:Error|Exception)\b(?<=\w{7})       # OutOfMemoryError
    | \b(?:SIG|ECONN|ETIMED|EADDR|EHOST|EPIPE|ENO)[A-Z]+\b   # SIGKILL, ECONNREFUSED
    | (?<![\w.@])[a-z0-9-]+(?:\.[a-z0-9-]+)*               # hosts
      \.(?:com|net|org|io|dev|test|internal|local|cloud|svc|app|ai|co|de|uk)\b
    | (?<![\w/.:])/(?:[\w.-]+/)+[\w.-]*                    # /var/log/x
    """
)
_QUOTED = re.compile(
    r"“([^”]{2,400})”|«([^»]{2,400})»|(?<![\w\"])\"([^\"\n]{2,400})\"(?!\w)|`([^`\n]{2,400})`"
)
_ROLE = re.compile(r"(?i)\b(?:responder|colleague)(?: \d+)?(?:['’]s)?|\[\d+(?:,\s?\d+)*\]")
_GAP = re.compile(r"…|\.\.\.|\[link[^\]]*\]|\[…\]")
_EDGE = ".,:;!?'’…*~`"


@lru_cache(maxsize=8_192)
def identifiers(text: str) -> tuple[str, ...]:
    """Every identifier in a text as written; what `figures` reads as a number, time or share is none."""
    return tuple(dict.fromkeys(_identifiers(text)))


def _identifiers(text: str) -> Iterator[str]:
    text = _ROLE.sub(lambda match: " " * len(match[0]), text)
    spans = figure_spans(text)
    for match in _TOKEN.finditer(text):
        digits = [at for at in range(match.start(), match.end()) if text[at].isdigit()]
        if not all(any(start <= at < end for start, end in spans) for at in digits):
            yield match[0].strip(_EDGE)
    yield from (match[0] for match in _NAMED.finditer(text))


def quotes(text: str) -> Iterator[str]:
    """Every quoted stretch, split where the quote itself leaves something out."""
    for match in _QUOTED.finditer(text):
        said = next(group for group in match.groups() if group)
        yield from (part.strip() for part in _GAP.split(said) if len(part.strip()) > 1)


@lru_cache(maxsize=8_192)
def flat(text: str) -> str:
    """A text for looking things up in: lower case, single spaces, plain quotes, no markup."""
    text = text.casefold().translate(_PLAIN)
    return " ".join(text.split())


_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "*": None, "`": None, "_": "_", "\u00a0": " "}
)


def compact(text: str) -> str:
    """A flat text without its spaces: where lines break and spaces fall proves nothing."""
    return text.replace(" ", "")


def occurs(identifier: str, text: str) -> bool:
    """Whether an identifier stands in the text as a word of its own.

    `v2.4.1` and `2.4.1` are one version, a commit matches its longer or shorter form (at least seven
    digits), `12GB` is `12 GB`.
    """
    wanted, said = flat(identifier), flat(text)
    if not wanted or _bounded(wanted, said):
        return True
    version = wanted.removeprefix("v")
    if version[:1].isdigit() and (_bounded(version, said) or _bounded("v" + version, said)):
        return True
    if re.fullmatch(r"[0-9a-f]{7,40}", wanted):
        known = re.findall(r"\b[0-9a-f]{7,40}\b", said)
        return any(one.startswith(wanted) or wanted.startswith(one) for one in known)
    loose = re.fullmatch(r"\d[\d.]*[a-z]{1,4}", wanted) or (len(wanted) > 7 and re.search(r"[:/]", wanted))
    return loose is not None and wanted in compact(said)


def _bounded(wanted: str, said: str) -> bool:
    at = said.find(wanted)
    while at >= 0:
        before = said[at - 1] if at else " "
        after = said[at + len(wanted)] if at + len(wanted) < len(said) else " "
        if not (_joins(before, wanted[0]) or _joins(after, wanted[-1])):
            return True
        at = said.find(wanted, at + 1)
    return False


def _joins(outside: str, edge: str) -> bool:
    return outside.isalnum() and edge.isalnum()
