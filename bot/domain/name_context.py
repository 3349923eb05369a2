"""Whether a word that is somebody's name means that person where it stands."""

from __future__ import annotations

import re

_AFTER_OK = re.compile(r"(?:['’]s?)?[\s,.;:!?)\]}>\"”’*_~|…—–/&+-]*(?=\s|$)|(?:['’]s)?\b(?=[,;:!?&/—–])|@")

# Verbs after which the word before them is a person: what people do in an incident.
_VERBS = (
    "said|says|asked|asks|told|tells|thinks|thought|suggested|suggests|noticed|notices|found|finds|saw|sees|"
    "reported|reports|confirmed|confirms|rolled|reverted|restarted|deployed|merged|pushed|fixed|paged|joined|"
    "mentioned|wrote|pinged|called|started|stopped|checked|opened|closed|took|takes|knows|knew|wants|wanted|"
    "is|was|has|had|did|does|will|would|can|could|should|might|and|or|are|were|i|from|please|pls|thanks|any|fyi"
)
_PAST = (
    "said|says|asked|asks|told|thinks|thought|suggested|suggests|noticed|found|saw|reported|confirmed|rolled|"
    "reverted|restarted|deployed|merged|pushed|fixed|paged|joined|mentioned|wrote|pinged|started|stopped|"
    "checked|took|knew|wants|wanted|was|has|had|did|will|posted|sent|shared"
)
_VERB_AFTER = re.compile(rf"(?i)\s+(?:{_VERBS})\b")
_PAST_AFTER = re.compile(
    rf"(?:\s+(?:also|then|just|already))?\s+(?:{_PAST})\b|['’]s\b|\s+(?:and|&)\s+[A-Z]|[,:]\s+(?!\d)|/[A-Z]"
    r"|\s+is\s+(?:on|here|out|back|now|also|still|\w+ing)\b"
)
_BEFORE = re.compile(
    r"(?i)(?:\b(?:thanks|thank you|thx|ty|cheers|hi|hey|hello|cc|cc:|ask|asked|asking|ping|pinged|told|tell|"
    r"by|from|with|per|paging|paged|join|joined|help|helped|to|for|and|&|@|via|like|when|then|yes|no|sorry|kudos|"
    r"credit|morning|does|did|has|is|was|said|says|asked|merci|danke|gracias)[,:]?|[a-z]{2,},|\()\s*$"
)
_NOT_A_PERSON_BEFORE = re.compile(
    r"(?i)\b(?:in|on|since|until|till|early|late|mid|last|next|this|every|the|a|an|of|during|before|after|our|"
    r"your|their|its|state of the)\s+$"
)
_OWNS = re.compile(r"['’](?:s\b|(?=\s\w))")
_ENDS = re.compile(r"\s*(?:[!?.,:)]|$)")


class Spot:
    """A text, with what is asked about places in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._code: list[tuple[int, int]] | None = None

    def called(self, start: int, end: int) -> bool:
        """An `@` before it, and nothing that would make it a longer name or an address."""
        at = (
            start > 0 and self._text[start - 1] == "@" and not (start > 1 and self._text[start - 2].isalnum())
        )
        return at and re.match(r"\w|[.-]\w", self._text[end : end + 2]) is None

    def inside_word(self, start: int, end: int) -> bool:
        """Letters or digits touch it on either side."""
        return (start > 0 and self._text[start - 1].isalnum()) or (
            end < len(self._text) and self._text[end].isalnum()
        )

    def standing_alone(self, start: int, end: int) -> bool:
        """A word of its own, no part of an identifier, host, path or code."""
        around = self._text[max(0, start - 2) : start].rjust(2)
        earlier, before = around[0], around[1]
        if before.isalnum() or before in "\\=$#%^.-@":
            return False
        if before in "_/+" and not earlier.isspace() and not (before == "/" and self._text[start].isupper()):
            return False
        return _AFTER_OK.match(self._text, end) is not None and not self._in_code(start)

    def looks_like_name(self, start: int, end: int) -> bool:
        """Very short names need their capital; short words all in capitals are acronyms."""
        word = self._text[start:end]
        if len(word) <= 2:
            return word[0].isupper() and word[1:].islower()
        return len(word) > 4 or not word.isupper() or self._shouting(start, end)

    def acts(self, start: int, end: int) -> bool:
        """Thanked, asked, or doing something, even without a capital."""
        before = _BEFORE.search(self._text[max(0, start - 24) : start])
        return bool(before and _ENDS.match(self._text, end)) or _PAST_AFTER.match(self._text, end) is not None

    def means_a_person(self, start: int, end: int) -> bool:
        """An ordinary word is a name where it has a capital and does what only people do."""
        word = self._text[start:end]
        if not (word[0].isupper() and word[1:].islower()):
            return False
        if self._starts_sentence(start):
            return _PAST_AFTER.match(self._text, end) is not None
        if _NOT_A_PERSON_BEFORE.search(self._text[max(0, start - 24) : start]):
            return False
        if re.match(r"\s+\d", self._text[end : end + 4]):
            return False
        if _BEFORE.search(self._text[max(0, start - 24) : start]) and _ENDS.match(self._text, end):
            return True
        return _VERB_AFTER.match(self._text, end) is not None or _OWNS.match(self._text, end) is not None

    def _starts_sentence(self, start: int) -> bool:
        return (
            re.search(r"(?:^|[.!?:•\n>*/-]\s*|\d\.\s*)$", self._text[max(0, start - 6) : start]) is not None
        )

    def _shouting(self, start: int, end: int) -> bool:
        around = self._text[max(0, start - 30) : start] + self._text[end : end + 30]
        letters = [char for char in around if char.isalpha()]
        return len(letters) > 8 and all(char.isupper() for char in letters)

    def _in_code(self, position: int) -> bool:
        if self._code is None:
            self._code = [m.span() for m in re.finditer(r"```.*?(?:```|\Z)|`[^`\n]+`", self._text, re.DOTALL)]
        return any(start <= position < end for start, end in self._code)
