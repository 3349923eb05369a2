"""What people wrote takes no effect in a Markdown document."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from prompts.markdown import WIDTH, escape_markdown, inline, quoted, table, wrapped
from prompts.text import one_line

_SPICE = st.lists(
    st.sampled_from(
        [*"`*_[](){}<>#|~$&!\\:-+=.@ \n\t1ax", "http://x.y/z_", "www.x.y", "a@b.cc", "&lt;", "<!--", "-->"]
    )
).map("".join)
_TEXT = st.one_of(st.text(), _SPICE, st.tuples(_SPICE, st.text(), _SPICE).map("".join))
_HARMLESS = {"text", "code_inline", "softbreak", "hardbreak"}


def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _shown(markdown: str) -> tuple[set[str], str]:
    """The kinds of everything inline in a document, and the words a reader sees."""
    kinds: set[str] = set()
    words: list[str] = []
    for token in _reader().parse(markdown):
        kinds.add(token.type)
        for child in token.children or ():
            kinds.add(child.type)
            words.append(child.content if child.type in {"text", "code_inline"} else "\n")
    return kinds, "".join(words)


@given(_TEXT)
def test_any_text_is_shown_as_it_is_in_a_list_item(text: str) -> None:
    """Whatever is written reads the same rendered, as one paragraph of one list item."""
    kinds, words = _shown(f"- {escape_markdown(text)}")
    allowed = {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}
    assert kinds <= _HARMLESS | allowed | {"paragraph_open", "paragraph_close", "inline"}
    assert words == one_line(text)


@given(_TEXT)
def test_any_text_stays_in_its_quotation(text: str) -> None:
    """A quotation holds paragraphs of words and nothing else, whatever is quoted."""
    kinds, _ = _shown(quoted(text))
    assert kinds <= _HARMLESS | {
        "blockquote_open",
        "blockquote_close",
        "paragraph_open",
        "paragraph_close",
        "inline",
    }


@given(_TEXT, _TEXT)
def test_any_text_stays_in_its_cell(first: str, second: str) -> None:
    """A row has as many cells as its table has columns, and each shows its own text."""
    cells = [inline(one_line(first)), inline(one_line(second)), "end"]
    tokens = _reader().parse(table(("A", "B", "C"), [cells]))
    shown = [
        "".join(child.content for child in token.children or ())
        for before, token in pairwise(tokens)
        if before.type == "td_open"
    ]
    assert shown == [one_line(first), one_line(second), "end"]


@given(_TEXT)
def test_wrapping_changes_no_word(text: str) -> None:
    """A wrapped claim shows the same words, and no line begins a block of its own."""
    kinds, words = _shown(wrapped(inline(one_line(text)), first="- ", rest="  "))
    assert kinds.isdisjoint({"heading_open", "hr", "ordered_list_open", "blockquote_open", "fence"})
    assert words.split() == one_line(text).split()


def test_lines_are_wrapped_for_a_pager() -> None:
    """No line is longer than the width unless a single word is."""
    lines = wrapped(" ".join(["word"] * 80), first="- ", rest="  ").split("\n")
    assert len(lines) > 1
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("# heading", r"\# heading"),
        ("1. one", r"1\. one"),
        ("1.5 s", "1.5 s"),
        ("payments_service_v2 -> v3", "payments_service_v2 -> v3"),
        ("p99 < 300 ms", "p99 < 300 ms"),
        ("<script>", "&lt;script>"),
        ("<!channel> <!-- x -->", "&lt;!channel> &lt;!-- x -->"),
        ("[x](javascript:1)", r"\[x](javascript:1)"),
        ("![x](y)", r"!\[x](y)"),
        ("a | b", r"a \| b"),
        ("`rm -rf`", r"\`rm -rf\`"),
        ("see https://evil.test/a_b.", "see `https://evil.test/a_b`."),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("$5 and $6", r"\$5 and \$6"),
        ("{{ site.x }}", r"\{\{ site.x }}"),
    ],
)
def test_only_what_would_take_effect_is_escaped(text: str, escaped: str) -> None:
    """Plain prose stays plain, so that the file is pleasant to read in a pager."""
    assert escape_markdown(text) == escaped


def test_a_quotation_keeps_lines_and_indentation() -> None:
    """A stack trace can be read in a quotation."""
    assert quoted("Error:\n    at f\n\nend") == "> Error:  \n> \u00a0\u00a0\u00a0\u00a0at f\n>\n> end"


def test_columns_line_up_in_plain_text() -> None:
    """All columns but the last are padded."""
    lines = table(("A", "B"), [("long cell", "x"), ("y", "z")]).split("\n")
    assert {line.index("|", 1) for line in lines} == {12}


def test_a_long_text_is_escaped_in_no_time() -> None:
    """Neither letters nor signs make the search for addresses slow."""
    for part in ("a", "a.", "a@", "www.", "&#", "_", "$"):
        assert escape_markdown(part * 40_000)
