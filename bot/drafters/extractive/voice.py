"""From what somebody said to a neutral sentence in the third person, with every fact and hedge kept.

Speakers become "a responder" or "the responders": without numbers, so that no figure enters a claim
that its evidence does not hold.
"""

from __future__ import annotations

import re

from bot.drafters.extractive.alerts import unmarked

ONE, MANY = "a responder", "the responders"
_ROLE = re.compile(r"@?\b(?:responder|colleague) \d+\b", re.IGNORECASE)
_ADDRESS = re.compile(
    r"^(?:(?:hi|hey|hello|thanks|cc|ping)[ ,!]+)?(?:@?(?:(?:responder|colleague) \d+|incident lead"
    r"|on-call engineer|a responder)"
    r"|@\w[\w.-]*)\s*(?:[,:]\s*|(?=\W*$))",
    re.IGNORECASE,
)
_OPENER = re.compile(
    r"^(?:(?:yeah|yes|yep|yup|ok(?:ay)?|oh+|ah+a?|aha|hm+|well|so|and|but|also|btw|fwiw|fyi|lol|haha+"
    r"|ha|right|sure|nope|no"
    r"|cool|great|nice|wow|hi(?: all| guys| everyone)?|hey(?: all| guys)?|hello|thanks|thx|sorry"
    r"|actually|wait|then|basically"
    r"|no worries(?: (?:responder|colleague) \d+)?|(?:yeah,? )?good (?:question|point|idea)|got it"
    r"|found it|eureka|bingo|oops|ooo+h|anyway|anyhow|interesting|i mean|you know|honestly|true|exactly"
    r"|indeed"
    r"|general info|update|status update|quick update|tl;?dr)\b\s*(?:[,:;!….]+\s*|\s[–—-]+\s+"
    r"|\s+(?=so\b|i\b|i'|we\b|we'|it\b|it's|the\b|there\b|this\b|that\b|you\b|now\b)))+",
    re.IGNORECASE,
)
_LINKING = re.compile(r"^(?:but|and|so|also|then)\s+(?=\S+\s+\S+\s+\S)", re.IGNORECASE)
_LINKED = re.compile(r"\s*(?:\(\s*\[link\]\s*\)|\(\s*\[link\]\s*$|[,:–—-]?\s*\[link\](?=\s*[).]*\s*$))")
_NEXT_SENTENCE = re.compile(r"(?<=[a-z\d)%]{2}[.?!] )[a-z](?=[a-z']+[ ,])")
_CALLED = re.compile(r"(?<=[\w)][.!?]) +[a-z]{2,15}\W*$")
"""One last word on its own (`4.18.0 at 13:58. dags`) mostly calls somebody by a name nobody can check."""
_SMILEY = re.compile(r"(?:^|\s)(?:[:;=]-?[)(/|dpxso]+|\^\^|xd|lol|haha+)(?=[\s.!?,]|$)", re.IGNORECASE)
_QUOTATION = re.compile(r'"[^"\n]{2,}"')
_CHANGED_QUOTATION = re.compile(r'["“]([^"”]*\b(?:a|another) (?:responder|colleague)\b[^"”]*)["”]')
_ADVERBS = (
    "just|also|already|still|really|actually|only|currently|now|usually|never|always|definitely"
    "|personally|kinda|then|even|"
    "recently|simply|finally|manually|again|generally|strongly|fully|quickly"
)
_FIRST = re.compile(
    rf"\bI(?P<short>['’](?:m|ve|ll"
    rf"|d))?\b(?P<adverb>(?:\s+(?:{_ADVERBS}))*)(?:\s+(?P<verb>[A-Za-z]+(?:['’]t)?))?"
)
_HELPING = re.compile(
    r"\b(?:does|did|do|can|could|should|shall|would|will|must|may|might|let|help|lets) $", re.IGNORECASE
)
"""Before `I`: the verb after it stays as it is."""
_SMALL_I = re.compile(r"\bi(?=['’](?:m|ve|ll|d)\b)|(?<![\w.'-])i(?=\s+[a-z])")
_WE = re.compile(r"\b[Ww]e(?P<short>['’](?:re|ve|ll|d))?\b")
_DO_I = re.compile(r"\bdo I\b", re.IGNORECASE)
_OWNED = re.compile(r"\bmy\b", re.IGNORECASE)
_OTHERS = {
    "my": "their", "myself": "themselves",
    "ours": "theirs", "ourselves": "themselves",
}  # fmt: skip
_OTHER_WORDS = re.compile(r"\b(" + "|".join(_OTHERS) + r")\b", re.IGNORECASE)
_ME = re.compile(r"\bme\b", re.IGNORECASE)
_OUR, _US = re.compile(r"\bour\b", re.IGNORECASE), re.compile(r"\bus\b")
_SHORT = {"m": "is", "ve": "has", "ll": "will", "d": "would"}
_SHORT_THEY = {"m": "are", "re": "are", "ve": "have", "ll": "will", "d": "would"}
_IRREGULAR = {
    "am": "is", "have": "has", "haven't": "hasn't", "do": "does", "don't": "doesn't", "was": "was",
}  # fmt: skip
_UNCHANGED = frozenset(
    "are were aren't can can't cannot could couldn't will won't would wouldn't should shouldn't "
    "might may must had hadn't did didn't was wasn't "
    "got made saw found went took gave said told thought knew ran put set sent wrote began came "
    "left built cut hit let lost kept "
    "meant read reset shut spent understood woke broke brought bought caught chose did drew drove "
    "felt forgot heard held led "
    "and or but to if in on at for with as".split()
)
_ACTING = re.compile(
    rf"^(?P<adverb>(?:(?:{_ADVERBS})\s+)*)(?P<verb>working|looking|trying|investigating|checking"
    rf"|restarting|rolling|deploying|testing|"
    r"running|reverting|rebooting|syncing|resyncing|digging|moving|pushing|merging|building|preparing"
    r"|debugging|seeing|getting|"
    r"resizing|scaling|upgrading|downgrading|switching|restoring|draining|monitoring|rerunning"
    r"|rebuilding|fixing|waiting)\b(?!\s+(?:is|was|are|has|would)\b)",
    re.IGNORECASE,
)
_DID = re.compile(
    rf"^(?P<adverb>(?:(?:{_ADVERBS})\s+)*)(?P<verb>tried|found|restarted|rebooted|reverted|rolled"
    rf"|deployed|released|patched|merged|pushed|"
    r"scaled|bumped|upgraded|downgraded|updated|changed|switched|moved|removed|added|installed|rotated"
    r"|renewed|replaced|increased|"
    r"decreased|reduced|disabled|enabled|drained|blocked|paused|stopped|cleared|purged|deleted|opened"
    r"|submitted|wrote|made|kicked|"
    r"reran|got|saw|noticed|confirmed|checked|ran|reset|redeployed|wiped|rebased|applied|created|filed"
    r"|reported|set|put|took|sent)\b"
    r"(?=\s+(?!by\b|now\b|in\b|with\b|it seems\b|to\b)[\w#\"'(])",
    re.IGNORECASE,
)
_WILL = re.compile(
    r"^(?:will|going to|gonna|can't|cannot|couldn't|don't|didn't|haven't)\s+(?!be\b|it\b|we\b|you\b"
    r"|that\b|this\b|someone\b|work|help|matter|seem|look|happen)\w",
    re.IGNORECASE,
)
_LETS = re.compile(r"^(?:let['’]?s)\s+(?=\w)", re.IGNORECASE)
_PLEASE = re.compile(r"^(?:(?:then|so|and|now)\s+)?(?:please|pls)\s+(?=\w)", re.IGNORECASE)


def neutral(sentence: str) -> str:
    """One sentence in the third person, opening words of courtesy dropped, ending in a full stop or
    question mark; empty where nothing is left."""
    text = _CALLED.sub("", _LINKED.sub("", _SMILEY.sub(" ", unmarked(sentence.replace("’", "'")))))
    text = _without_openers(re.sub(r"\s+", " ", text).strip())
    if not any(char.isalpha() for char in text):
        return ""
    text, quotes = _without_quotes(text)
    text = _third_person(_with_speaker(text))
    return finished(without_numbers(_with_quotes(text, quotes)))


def asked(question: str) -> str:
    """A question as something a responder asked."""
    said = neutral(question)
    return (
        f"A responder asked: {said[:1].lower() + said[1:] if said[1:2].islower() else said}" if said else ""
    )


def finished(text: str) -> str:
    """Capital first letter where the first word is an ordinary one, one mark at the end."""
    text = text.strip(" ,;:-–—(")
    if "“" not in text:
        text = re.sub(r"\s+([,;:!?]|\.(?![\d/]))", r"\1", text)
    if text.count("(") < text.count(")"):
        text = text.rstrip(")")
    text = re.sub(r"[.!…]*$", "", text) if not text.endswith("?") else text.rstrip("?") + "?"
    text = re.sub(r"!+(?=\s|$)", ".", text)
    text = _NEXT_SENTENCE.sub(lambda match: match[0].upper(), text)
    first = re.match(r"[a-z][a-z']*(?=[\s,;:.?]|$)", text)
    if first:
        text = text[0].upper() + text[1:]
    return text if not text or text.endswith("?") else text + "."


def _without_openers(text: str) -> str:
    before = ""
    while before != text:
        before = text
        text = _LINKING.sub("", text)
        text = _OPENER.sub("", _ADDRESS.sub("", text, count=1), count=1).lstrip(" ,.:;!-–—…")
    return text


def _with_speaker(text: str) -> str:
    """A sentence that leaves its speaker out gets one."""
    if _LETS.match(text):
        return f"{ONE} proposed to {_LETS.sub('', text)}"
    if _PLEASE.match(text):
        return f"{ONE} asked to {_PLEASE.sub('', text)}"
    if _ACTING.match(text):
        return f"{ONE} was {_lower_first(text)}"
    if _DID.match(text) or _WILL.match(text):
        return f"{ONE} {_lower_first(text)}"
    return text


def _third_person(text: str) -> str:
    text = _SMALL_I.sub("I", text)
    text = _DO_I.sub(lambda match: "does I" if match[0][0] == "d" else "Does I", text)
    text = _OWNED.sub(_of_one, text, count=1)
    text, spoken = _first_person(text, spoken=text.startswith(ONE))
    text = _ME.sub("them" if spoken else ONE, text)
    text, named = _first_plural(text)
    text = _OTHER_WORDS.sub(lambda match: _OTHERS[match[1].lower()], text)
    text = _OUR.sub("their" if named else "the responders'", text, count=1)
    return _US.sub("them" if named else MANY, _OUR.sub("their", text))


def _of_one(match: re.Match[str]) -> str:
    """`my phone` is a responder's, unless somebody has been named before it."""
    named = re.search(r"\bI\b|\b[Ww]e\b|" + ONE, match.string[: match.start()])
    return match[0] if named else f"{ONE}'s"


def _first_person(text: str, *, spoken: bool) -> tuple[str, bool]:
    """`I` as a responder the first time, as they after; and whether anybody has been named."""
    parts: list[str] = []
    end = 0
    for match in _FIRST.finditer(text):
        parts += [text[end : match.start()], _they(match) if spoken else _one(match)]
        end, spoken = match.end(), True
    return "".join(parts) + text[end:], spoken


def _first_plural(text: str) -> tuple[str, bool]:
    """`we` as the responders the first time, as they after; and whether they have been named."""
    parts: list[str] = []
    end, named = 0, False
    for match in _WE.finditer(text):
        short = (match["short"] or "").lstrip("'’")
        who = "they" if named else MANY
        parts += [text[end : match.start()], f"{who} {_SHORT_THEY[short]}" if short else who]
        end, named = match.end(), True
    return "".join(parts) + text[end:], named


def _one(match: re.Match[str]) -> str:
    adverb, verb = match["adverb"] or "", match["verb"]
    if verb and _HELPING.search(match.string[: match.start()]):
        return f"{ONE}{adverb} {verb}"
    if match["short"]:
        return f"{ONE} {_SHORT[match['short'][1:]]}{adverb}" + (f" {verb}" if verb else "")
    return f"{ONE}{adverb}" + (f" {_conjugated(verb)}" if verb else "")


def _they(match: re.Match[str]) -> str:
    adverb, verb = match["adverb"] or "", match["verb"]
    if match["short"]:
        return f"they {_SHORT_THEY[match['short'][1:]]}{adverb}" + (f" {verb}" if verb else "")
    plural = {"am": "are", "was": "were", "wasn't": "weren't"}.get(verb or "", verb)
    return f"they{adverb}" + (f" {plural}" if plural else "")


def _conjugated(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    past = verb.endswith("ed") and not verb.endswith("eed")
    if verb.lower() in _UNCHANGED or past or not verb.islower():
        return verb
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("ch", "sh", "ss", "x", "o", "z")) else "s")


def _without_quotes(text: str) -> tuple[str, list[str]]:
    """The text with stand-ins for what it quotes: a quotation is never turned into the third person."""
    quotes = _QUOTATION.findall(text)
    return _QUOTATION.sub("\x00", text), quotes


def _with_quotes(text: str, quotes: list[str]) -> str:
    for quote in quotes:
        text = text.replace("\x00", quote, 1)
    return text


def without_numbers(text: str) -> str:
    """`responder 2` becomes `another responder` beside a speaker, `a responder` alone."""
    who = "another responder" if ONE in text.lower() else ONE
    return _CHANGED_QUOTATION.sub(r"\1", _ROLE.sub(who, text))


def _lower_first(text: str) -> str:
    return text[0].lower() + text[1:] if text[1:2].islower() else text
