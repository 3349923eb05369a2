"""The content words of a text, stemmed lightly, so that a claim can be compared with its evidence.

A small English suffix stripper after Porter's first steps; words of other languages are compared nearly as
they stand, and scripts without spaces by pairs of characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_STOP = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being between
    both but by can cannot could did do does doing done down during each few for from further get
    gets got had has have having he her here hers him his how however i if in into is it its itself
    just like may me might more most much must my no nor not now of off on once one only or other
    our out over own per please pretty quite rather really same shall she should since so some still
    such than that the their them then there these they thing things this those through thus to too
    under until up upon us very via was we were what when where whether which while who whom whose
    why will with within without would yes yet you your let lets im ive id dont doesnt didnt isnt
    wasnt cant wont its thats hes shes theyre youre weve got ok okay yeah hey hi thanks thank around
    back even ever every first going gone keep kept know known last made make making many maybe mean
    need new next old put said saying says see seem seems seen set someone something soon take taken
    tell think thought time try trying use used using want wanted way well went yesterday today
    tomorrow
    """.split()
)
# What a postmortem says of any incident: true of every evidence, so it proves no citation.
_NEUTRAL = frozenset(
    """
    incident lead responder colleague engineer on-call oncall alert reported report reports began
    begin begins started start starts ended end ends resolved resolve resolution mitigated
    mitigation mitigate confirmed confirm confirms cause caused causes root impact affected affect
    users user customers customer service services system systems team investigation investigated
    investigate investigating noticed noted suggested suggest asked ask identified identify observed
    observe found find issue issues problem problems outage error errors occurred happened action
    manual step went wrong responders participants several multiple others another later earlier utc
    question open proposed propose announced stated mentioned explained concluded considered
    according recovery recover
    recovered word words came come sign detection detected detect duration lasted mention following likely
    """.split()
)
_FOREIGN = frozenset(
    """
    der die das und ist nicht wir ich mit auf für ein eine wurde haben hat auch noch aber bei wird
    sind dem den le les des est une pas nous avec pour dans sur qui que sont cette mais plus être el
    los las una por para con pero está este esta hemos ha del muy como il della che non sono per
    abbiamo di questo anche o os um uma não para com está foi mas isso você de het een niet wij zijn
    met voor maar ook nog bij wordt och att det som är inte vi har på till
    """.split()
)
_ENGLISH = frozenset(
    """
    the is are was were to of and in on it this that we for with be not have has i you from at as but
    """.split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+")
_SUFFIXES = (
    ("ically", "ic"),
    ("ations", ""),
    ("ation", ""),
    ("ments", ""),
    ("ment", ""),
    ("ities", ""),
    ("ity", ""),
    ("ings", ""),
    ("ions", ""),
    ("ing", ""),
    ("ion", ""),
    ("ally", "al"),
    ("edly", ""),
    ("ies", "y"),
    ("ied", "y"),
    ("ers", ""),
    ("ed", ""),
    ("er", ""),
    ("es", ""),
    ("ly", ""),
    ("s", ""),
)
_IRREGULAR = {
    "broke": "break",
    "broken": "break",
    "ran": "run",
    "rose": "rise",
    "risen": "rise",
    "fell": "fall",
    "fallen": "fall",
    "sent": "send",
    "built": "build",
    "lost": "lose",
    "shut": "shut",
    "grew": "grow",
    "wrote": "write",
    "written": "write",
    "froze": "freeze",
    "frozen": "freeze",
    "died": "die",
    "dead": "die",
    "dying": "die",
}


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A word without its ending: `exhausted`, `exhaustion` and `exhausting` are one."""
    word = word.lower()
    if not word.isalpha():
        word = word.replace("’", "'").removesuffix("'s").replace("'", "")
    word = _IRREGULAR.get(word, word)
    for suffix, instead in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = word[: -len(suffix)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


@lru_cache(maxsize=8_192)
def content(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    words = {match[0].lower() for match in _WORD.finditer(text)}
    stems = {stem(word) for word in words if len(word) > 1 and not _idle(word)}
    return frozenset(stems | set(_pairs(text)))


def _idle(word: str) -> bool:
    bare = word if word.isalpha() else word.replace("’", "").replace("'", "")
    return bare in _STOP or bare in _NEUTRAL


def _pairs(text: str) -> Iterable[str]:
    for run in _WIDE.findall(text):
        yield from (run[at : at + 2] for at in range(max(1, len(run) - 1)))


@lru_cache(maxsize=8_192)
def is_english(text: str) -> bool:
    """Whether a text is not clearly in another language; short and wordless texts pass as English."""
    if not text.isascii():
        letters = [char for char in text if char.isalpha()]
        if letters and sum(char.isascii() for char in letters) < len(letters) / 2:
            return False
    words = [match[0].lower() for match in _WORD.finditer(text)]
    foreign = sum(word in _FOREIGN for word in words)
    return foreign < 3 or foreign <= 2 * sum(word in _ENGLISH for word in words)


def overlap(claim: frozenset[str], evidence: frozenset[str]) -> float:
    """The share of the claim's content words that the evidence has too; 1 where it has none.

    A word also counts where one is the beginning of the other (`config`, `configuration`).
    """
    if not claim:
        return 1.0
    missing = claim - evidence
    openings = {word[:5] for word in evidence if len(word) >= 5}
    near = sum(1 for word in missing if len(word) >= 5 and word[:5] in openings)
    return (len(claim) - len(missing) + near) / len(claim)
