"""Whether a string beside a credential word is a credential, or only talk about one."""

from __future__ import annotations

import re

from detect_secrets.plugins.high_entropy_strings import Base64HighEntropyString

_ENTROPY = Base64HighEntropyString()

_STANDS_FOR_ANOTHER = re.compile(
    r"""
      \$[({]{0,2}[A-Za-z_][\w.]*[)}]{0,2}          # $DB_PASSWORD  ${DB_PASSWORD}
    | \$\{\{.*\}\}? | \{\{.*\}\}? | \{[\w.]+\} | %\(?[\w]*\)?s? | %[A-Z_]+%
    | <[\w .:-]*>? | &lt;[\w .:-]*(?:&gt;)? | \[[\w .-]*\]?
    | [*•.xX#_?-]+ | …+ | (?:\*|x|X|•)+[\w]{0,4}     # ****  ••••abcd
    | (?:os\.|process\.|env[.\[(]|getenv|secrets?\.|vault[:/]|var\.|config\.|settings\.|self\.|arn:|ssm:|op://).*
    | (?:<?https?|file|s3|gs)://.*
    | (?:~|\.{1,2})?/[\w.~/-]*
    """,
    re.VERBOSE,
)

_STATES = re.compile(
    r"""
    a | again | all | also | always | an | and | any | anyway | are | as | at | available | back | bad |
    be | been | before | being | blank | both | broken | but | by | can | case | changed | clean | clear
    | compromised | correct | could | current | default | defined | different | disabled | do | does |
    done | down | due | each | either | else | empty | enabled | encrypted | everywhere | exact |
    expired | expires | fail | failed | failing | fails | failure | false | field | fine | fixed | flag
    | for | forgotten | found | free | from | get | given | gone | good | got | had | has | have | hello
    | her | here | hidden | his | how | i | if | in | incorrect | inside | invalid | is | issue | it |
    its | just | kept | known | later | leaked | live | lost | match | matches | may | mine | missing |
    mismatch | must | my | n/a | na | needed | needs | never | new | nil | no | none | nope | normal |
    not | nothing | now | null | of | off | ok | okay | old | on | once | only | onto | optional |
    option | or | other | our | out | over | owner | parameter | placeholder | please | policy | present
    | problem | prompt | public | ready | redacted | refresh | rejected | removed | required | reset |
    revoked | right | rotated | rotation | safe | same | saved | secure | see | sent | set | shared |
    should | so | some | somewhere | soon | stale | stolen | still | stored | string | strong | surely |
    tbd | test | that | the | their | them | then | there | these | they | this | to | todo | too | true
    | tbh | undefined | unchanged | unknown | unset | unsafe | unused | up | used | user | username |
    valid | value | vault | via | visible | was | we | weak | were | what | when | where | which | who |
    why | will | with | working | wrong | yes | yet | you | your | argument | arg | switch |
    authentication | authorization | bearer | basic | managed | protected | password | secret | token |
    key | credential | credentials | bitwarden | keepass | lastpass | keychain | elsewhere | bool |
    boolean | int | integer | number | type | str | text | object | char | varchar | bytes
    """,
    re.VERBOSE,
)
_WORD_ENDINGS = (
    "ed", "ing", "able", "ible", "tion", "ive", "ous", "ful", "less", "ly", "ically", "ment", "ness", "ent",
)  # fmt: skip

_WORDS = re.compile(r"[^\W\d_]+(?:[-/'’.][^\W\d_]+)*")
_KEBAB = re.compile(r"(?:[A-Za-z]+|v?\d{1,4})(?:[-._/:](?:[A-Za-z]{2,}|v?\d{1,4}))+")
_NUMBERS = re.compile(r"[\d.,:%/+-]+(?:ms|s|m|h|d|k|kb|mb|gb|min|mins|x|%|am|pm|utc)?", re.IGNORECASE)
_CAMEL = re.compile(r"[A-Za-z]?[a-z]*(?:[A-Z][a-z]+|[A-Z]{2,5}(?![a-z])|\d{1,2}){1,12}")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_UUID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CODE = re.compile(r"[\w.]+\(.*\)?|[\w.]+\[.*\]")


def stands_for_another(value: str) -> bool:
    """A reference, template, link, path or row of stars instead of the value itself."""
    return bool(_STANDS_FOR_ANOTHER.fullmatch(value)) or bool(_CODE.fullmatch(value))


def is_state(value: str) -> bool:
    """What people say about credentials: `expired`, `is required`, `null`."""
    word = value.lower().strip(".,;:!?…*_~`")
    return bool(_STATES.fullmatch(word)) or (
        word.isalpha() and word.isascii() and word.endswith(_WORD_ENDINGS)
    )


def is_words(value: str) -> bool:
    """Letters only, perhaps several words joined: `swordfish`, `auth-service`, `reset/login`."""
    return bool(_WORDS.fullmatch(value))


def is_named_thing(value: str) -> bool:
    """`db-creds-v2`, `tls.cert.2024`: the name of something, in kebab case with short numbers."""
    return bool(_KEBAB.fullmatch(value))


def is_number(value: str) -> bool:
    """A number, time, percentage or duration."""
    return bool(_NUMBERS.fullmatch(value))


def is_identifier(value: str) -> bool:
    """`handlePaymentV2Retry`: words of a program written together."""
    return bool(_CAMEL.fullmatch(value))


def is_hex_or_uuid(value: str) -> bool:
    """The shape of commits, digests, trace ids and request ids, which a postmortem needs."""
    return bool(_HEX.fullmatch(value) or _UUID.fullmatch(value))


def is_mixed(value: str) -> bool:
    """Letters and digits together, as in most credentials and hardly any word."""
    return any(char.isdigit() for char in value) and any(char.isalpha() for char in value)


def looks_random(value: str) -> bool:
    """Upper case, lower case and digits shuffled, with the entropy detect-secrets measures.

    3.5 bits a character separates 16 random characters (about 3.8) from identifiers of that length.
    """
    digit_groups = len(re.findall(r"\d+", value))
    cases = any(char.islower() for char in value) and any(char.isupper() for char in value)
    if (
        not cases
        or digit_groups < (2 if len(value) < 24 else 1)
        or is_identifier(value)
        or is_named_thing(value)
    ):
        return False
    return bool(_ENTROPY.calculate_shannon_entropy(value[:256]) >= 3.5)
