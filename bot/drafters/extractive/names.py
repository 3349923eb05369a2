"""The last look for people: names inside other words, nicknames of responders, given names of strangers.

The evidence comes with roles for everybody the directory names. What is left are names written
together (in a branch's name), shortened handles, and people whom nobody but the speakers knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from bot.domain.blameless import Names, rewrite
from bot.domain.ordinary import ORDINARY
from bot.domain.transcript import Transcript
from bot.drafters.extractive.voice import finished, without_numbers

_PART = re.compile(r"[^\W_]+")
_WORD = re.compile(r"(?<![\w@/.'’-])@?([^\W\d_]{3,20})(?![\w/]|\.\w)")
_ALIAS = re.compile(r"a colleague \([A-Z][\w.-]*\)")
_SHORTEST = 5  # letters of a name that is looked for inside other words
_A_COLLEAGUE = "a colleague"
GIVEN_NAMES = frozenset(
    "aaron abdul adam adrian ahmed aisha alan albert alejandro alex alexander alexandra alexei ali "
    "alice alicia amanda amir "
    "amit amy ana anders andre andrea andreas andrei andrew andy angela anil anita anna anne "
    "anthony antoine antonio anton arjun "
    "arthur ashley barbara ben benjamin bernd bob brian bruno carla carlos carol caroline catherine "
    "charles charlie charlotte "
    "chen chloe chris christian christina christine christoph christopher claire claudia craig "
    "daniel daniela danny dave david "
    "debbie deborah deepak dennis diana diego dimitri dmitry dominik donald doug dylan eduardo "
    "edward elena eleanor elias elizabeth "
    "ella emily emma enrique eric erik esther eva evan fatima felipe felix fernando filip francesca "
    "francesco francois fred gabriel "
    "gary geoff george gerald giovanni greg gustavo hannah hans harold hassan heather heidi helen "
    "henrik henry hiroshi hugo ibrahim "
    "igor ingrid irene isabel isabella ivan jacob jake james jan jane janet jasmine jason javier "
    "jeff jeffrey jen jennifer jens jeremy "
    "jessica jim jimmy joan joanna joe joel johan johannes john johnny jon jonas jonathan jorge "
    "jose joseph josh joshua juan judith "
    "julia julian julie justin karen karl karthik kate katherine kathleen katie keith ken kenneth "
    "kenji kevin kim klaus konstantin kumar "
    "kyle lars laura lauren leah leon leonardo liam lina linda lisa louis louise luca lucas lucia "
    "luis luke magnus manuel marc marco marcus "
    "margaret maria marie marina mario marius martin martina mary mateo mathias matt matthew "
    "maurice megan mehmet melissa michael "
    "micah michelle miguel mike mikhail mohamed mohammed monica nancy naomi natalia natalie natasha "
    "nathan neil nicholas nicolas nicole nikhil "
    "nikita nikolai nina noah nora oleg olga oliver olivia omar oscar pablo pamela patricia patrick "
    "paul paula pedro peter petra philip "
    "philipp pierre pieter prakash priya rachel rafael rahul raj rajesh ralf ravi rebecca ricardo "
    "richard rick robert roberto rodrigo roger "
    "roland ronald rosa ruben russell ruth ryan samantha samuel sanjay sara sarah scott sean "
    "sebastian sergei sergey sergio sharon shreya "
    "simon sofia sonia sophie stefan stephanie stephen steve steven sunil susan suresh svetlana "
    "sven takeshi tanya ted terry theresa thomas "
    "tim timothy tobias todd tom tomas tony tyler uwe valentina vanessa vera veronica victoria "
    "vijay vikram vincent virginia vitaly vladimir "
    "walter wang wei wendy william wolfgang xavier xiao yan yann yuki yuri yusuf zachary zoe".split()
)  # fmt: skip
"""Given names that are no ordinary English words (`will`, `mark` and `grace` are not here)."""


class NameGuard:
    """Rewrites claims until they name nobody; built once a transcript."""

    def __init__(self, transcript: Transcript) -> None:
        self._names = Names.of(transcript.people, transcript.roles)
        spellings = {name.split("@")[0] for person in transcript.people for name in person.names()}
        joined = sorted({_joined(name) for name in spellings if len(_PART.findall(name)) > 1})
        long_enough = [re.escape(name) for name in joined if len(name) >= _SHORTEST]
        self._inside = re.compile("|".join(long_enough)) if long_enough else None
        self._starts = _starts(spellings)

    def clean(self, text: str) -> str:
        """The sentence without names or blame; empty where it cannot be said without."""
        if self._inside and self._inside.search(_joined(text)):
            text = re.sub(r"\S+", lambda match: self._masked(match[0]), text)
        text = _WORD.sub(self._known, text)
        result = rewrite(text, self._names)
        return "" if result.blocked else _tidy(without_numbers(result.text))

    def _masked(self, token: str) -> str:
        return "[name]" if self._inside and self._inside.search(_joined(token)) else token

    def _known(self, match: re.Match[str]) -> str:
        word = match[1].casefold()
        if word in ORDINARY:
            return match[0]
        nickname = len(word) >= _SHORTEST and word in self._starts
        return _A_COLLEAGUE if nickname or (word in GIVEN_NAMES and not match[1].isupper()) else match[0]


def guarded(transcript: Transcript) -> Callable[[str], str]:
    """The guard of one transcript as a function of a sentence."""
    return NameGuard(transcript).clean


def _starts(spellings: Iterable[str]) -> frozenset[str]:
    """Beginnings of long single-word handles, five letters or more and three short of the whole."""
    handles = {re.split(r"[\d_.\- ]", name.casefold())[0] for name in spellings}
    return frozenset(
        handle[:size] for handle in handles for size in range(_SHORTEST, len(handle) - 2) if handle.isalpha()
    )


def _joined(text: str) -> str:
    return "".join(_PART.findall(text.casefold()))


def _tidy(text: str) -> str:
    return (
        finished(re.sub(r"(?:a colleague[ ,]+){2,}", "a colleague ", _ALIAS.sub("a colleague", text)))
        if text
        else ""
    )
