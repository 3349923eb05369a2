"""The last look for names: what the roles did not replace, such as a name inside a branch's name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.domain.postmortem import Claim, Draft
from bot.domain.transcript import Person

_PART = re.compile(r"[^\W_]+")
_SHORTEST = 5


class NameGuard:
    """Masks tokens that contain a participant's full name or handle written together."""

    def __init__(self, people: Iterable[Person]) -> None:
        joined = {
            _joined(name.split("@")[0]) for person in people for name in person.names() if _composed(name)
        }
        names = sorted(name for name in joined if len(name) >= _SHORTEST)
        self._inside = re.compile("|".join(map(re.escape, names))) if names else None

    def cleaned(self, draft: Draft) -> Draft:
        """The draft with such tokens replaced by `[name]`."""
        if self._inside is None:
            return draft
        return Draft.model_validate(self._clean(draft.model_dump()))

    def _clean(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: self._mask(item) if key == "text" else self._clean(item) for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return tuple(self._clean(item) for item in value)
        return value

    def _mask(self, text: str) -> str:
        if self._inside is None or not self._inside.search(_joined(text)):
            return text
        return re.sub(r"\S+", lambda match: self._token(match[0]), text)

    def _token(self, token: str) -> str:
        return "[name]" if self._inside and self._inside.search(_joined(token)) else token


def _joined(text: str) -> str:
    return "".join(_PART.findall(text.casefold()))


def _composed(name: str) -> bool:
    """Names of several parts only: a single ordinary word inside another word says nothing."""
    return len(_PART.findall(name)) > 1
