"""The sentence that shows why a document was found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.search_query import parse
from storage.search_asked import Asked, asked
from storage.snippets import END, LONGEST, START, snippet
from tests.storage.builders import AT


def wanted(words: str) -> Asked:
    """A query as snippets take it."""
    return asked(parse(words, now=AT))


def test_the_sentence_with_most_words_is_shown() -> None:
    """The first of equals, with each word marked."""
    texts = ("It was slow.", "The pool was full. Retries filled the pool again! The pool was full.")
    assert snippet(texts, wanted("retry pool")) == "\x02Retries\x03 filled the \x02pool\x03 again!"
    assert snippet(texts, wanted("full")) == "The pool was \x02full\x03."


def test_a_version_is_marked_as_one() -> None:
    """Not number by number."""
    assert snippet(["Back to v2.4.1 now."], wanted("2.4.1")) == "Back to v\x022.4.1\x03 now."
    assert (
        snippet(["Back to v2.4.1 now, not 4.1."], wanted("v2.4.1")) == "Back to v\x022.4.1\x03 now, not 4.1."
    )


def test_only_the_last_word_may_be_begun() -> None:
    """As in the search itself."""
    assert snippet(["Connections and retries."], wanted("connecti")) == "\x02Connections\x03 and retries."
    assert snippet(["Poolside pool."], wanted("pool was")) == "Poolside \x02pool\x03."


def test_a_long_sentence_is_cut_around_the_first_word() -> None:
    """At spaces, with dots where something is missing."""
    shown = snippet(["so " * 200 + "the pool " + "was full " * 100], wanted("pool"))
    assert shown.startswith("…so")
    assert f"{START}pool{END}" in shown
    assert shown.endswith("…")
    assert LONGEST - 100 < len(shown) <= LONGEST


def test_without_any_word_the_first_sentence_is_shown() -> None:
    """And nothing where there is no text."""
    assert snippet(["One. Two."], wanted("three")) == "One."
    assert snippet(["", "\n"], wanted("three")) == ""


@given(st.lists(st.text(), max_size=3), st.text(max_size=30))
def test_a_snippet_is_short_and_well_marked(texts: list[str], words: str) -> None:
    """Marks come in pairs, none comes from the text itself, and no line breaks are left."""
    shown = snippet(texts, wanted(words))
    marks = [char for char in shown if char in START + END]
    assert marks == [START, END] * (len(marks) // 2)
    assert len(shown) <= LONGEST
    assert "\n" not in shown


@given(st.text(alphabet="ab1 .", max_size=600), st.text(alphabet="ab1 .", min_size=1, max_size=8))
def test_what_is_marked_is_what_was_asked_for(text: str, words: str) -> None:
    """Without its marks a snippet is part of the text."""
    shown = snippet([text], wanted(words)).replace(START, "").replace(END, "").strip("…")
    assert shown in " ".join(text.split())
