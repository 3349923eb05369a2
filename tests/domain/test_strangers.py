"""A directory indexed once finds whom the index of everybody finds."""

from __future__ import annotations

import pickle
import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.names import Names
from bot.domain.spellings import STRANGER, Spellings
from bot.domain.strangers import Everyone, Strangers, _all_keys, _plain_keys
from bot.domain.transcript import Person

GIVEN = ["Maya", "maria", "José", "Jürgen", "Will", "Ann-Marie", "Øystein", "Al", "Rose", "priya", "Kim"]
LAST = ["Lindqvist", "Núñez", "Lee", "Smith", "O'Neil", "van der Berg", "Page", "Weiß", "Kim", "Rose2"]
ASIDE = ["", "", "", " (she/her)", " - SRE", " | Payments", " (Mo Farah)", " @oncall"]

names = st.one_of(
    st.builds(
        lambda first, last, aside: f"{first} {last}{aside}", *map(st.sampled_from, (GIVEN, LAST, ASIDE))
    ),
    st.sampled_from([*GIVEN, *LAST, "", "Release Desk", "checkout"]),
    st.text("aB é.1", max_size=6),
)
handles = st.one_of(
    st.builds(
        "{}.{}".format, *map(st.sampled_from, (["maya", "jose", "al", "m", "ops"], ["lee", "kim2", "x"]))
    ),
    st.sampled_from(["mlindqvist", "mlee", "page", "a", "", "kim", "rose2", "jürgen_w", "oncall", "dns"]),
)
emails = [None, "maya.lee@example.com", "Ops@example.com", "kim@example.com", "a@b.co"]


@st.composite
def people(draw: st.DrawFn) -> list[Person]:
    """A directory of a few, some with the same names."""
    ids = draw(st.lists(st.sampled_from(["U1", "U2", "U3", "UABC", "W9"]), unique=True, max_size=5))
    mails = dict(zip(ids, draw(st.permutations(emails)), strict=False))  # of an address there is one
    return [
        Person(
            id=key,
            handle=draw(handles),
            real_name=draw(names),
            display_name=draw(st.one_of(names, st.just(""))),
            email=mails[key],
            is_bot=draw(st.integers(0, 9)) == 0,
        )
        for key in ids
    ]


WORDS = [*GIVEN, *LAST, "maya.lee", "@maya", "asked", "and", "<@U1>", "@UABC", "<@U7>", "kim@example.com"]
WORDS += [
    "mlindqvist",
    "MayaLindqvist",
    "page",
    "the",
    "Mo Farah",
    "thanks",
    "maya",
    "smith",
    "jose.kim2",
    "rose2",
]
texts = st.lists(st.sampled_from([*WORDS, ",", ".", "\n"]), max_size=12).map(" ".join)


@settings(max_examples=400, deadline=None)
@given(people(), st.sets(st.sampled_from(["U1", "U3"])), st.lists(texts, min_size=1, max_size=4))
def test_one_index_for_all_drafts_hides_what_one_for_each_hides(
    everybody: list[Person], took_part: set[str], said: list[str]
) -> None:
    """Whoever took part, and whoever has whose name. Where two are known by the same part of an address,
    it means who took part; the index of all goes by their order."""
    roles = {key: f"responder {number}" for number, key in enumerate(sorted(took_part), 1)}
    ordered = sorted(everybody, key=lambda person: person.id not in took_part)
    anew, once = Names.of(ordered, roles), Names.of(Everyone(everybody), roles)
    assert [once.hide(text) for text in said] == [anew.hide(text) for text in said]


@settings(max_examples=300, deadline=None)
@given(people())
def test_plain_names_are_taken_apart_as_all_are(everybody: list[Person]) -> None:
    """The quick way finds the same spellings and addresses, or leaves it to the other one."""
    for person in everybody:
        quick, whole = _plain_keys(person), _all_keys(person)
        if quick is not None:
            assert (set(quick[0]), set(quick[1])) == (set(whole[0]), set(whole[1]))


def test_another_process_indexes_for_itself() -> None:
    """Hashes of texts differ from process to process, so the index does not travel."""
    everybody = Everyone([Person(id="U1", real_name="Maya Lindqvist")])
    assert everybody.strangers.entries("maya", "lindqvist")[0].alias == STRANGER
    there = pickle.loads(pickle.dumps(everybody))
    assert (there, "strangers" in vars(there)) == (everybody, False)


def test_a_large_directory_is_lean() -> None:
    """Under 200 bytes a person beside the fixed map, where keeping the spellings took 1,700."""
    letters = str.maketrans("0123456789", "abcdefghij")
    everybody = Everyone(
        Person(id=f"U{n}", handle=f"maya.lee{n}", real_name=f"Maya Lee{n}".translate(letters))
        for n in range(20_000)
    )
    Spellings({}, frozenset())  # what is made once a process is no part of it
    tracemalloc.start()
    index = Strangers(everybody)
    used = tracemalloc.get_traced_memory()[0] - (1 << 21)
    tracemalloc.stop()
    assert index.entries("maya", "lee" + "19999".translate(letters))
    assert used < 200 * len(everybody)
