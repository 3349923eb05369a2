"""Templates say what they miss, escape by their kind, and have a version."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, UndefinedError
from markupsafe import Markup

from prompts import Templates


def _templates(root: Path, **files: str) -> Templates:
    for name, text in files.items():
        (root / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return Templates(root)


def test_a_missing_value_is_an_error(tmp_path: Path) -> None:
    """What is not known never becomes an empty string."""
    with pytest.raises(UndefinedError, match="who"):
        _templates(tmp_path, a__j2="hello {{ who }}").render("a.j2")


def test_a_missing_template_is_an_error(tmp_path: Path) -> None:
    """A template that is not there is named."""
    with pytest.raises(TemplateNotFound, match=r"b\.j2"):
        _templates(tmp_path).render("b.j2")


def test_values_are_escaped_by_the_kind_of_template(tmp_path: Path) -> None:
    """HTML and Markdown neutralise what people wrote; a prompt gets it as it is."""
    body = "{{ words }}"
    templates = _templates(tmp_path, a__html__j2=body, a__md__j2=body, a__txt__j2=body)
    words = "<b>*hi*</b>\u202e"
    assert templates.render("a.html.j2", words=words) == "&lt;b&gt;*hi*&lt;/b&gt;"
    assert templates.render("a.md.j2", words=words) == r"&lt;b>\*hi\*&lt;/b>"
    assert templates.render("a.txt.j2", words=words) == words


def test_what_is_marked_up_already_is_left_alone(tmp_path: Path) -> None:
    """A filter may return Markdown of its own."""
    assert _templates(tmp_path, a__md__j2="{{ words }}").render("a.md.j2", words=Markup("**x**")) == "**x**"


def test_the_version_follows_the_template_and_what_it_includes(tmp_path: Path) -> None:
    """The same text has the same version; a change anywhere in it has another."""
    templates = _templates(tmp_path, a__j2="{% include 'b.j2' %}", b__j2="one")
    before = templates.version("a.j2")
    assert before == Templates(tmp_path).version("a.j2")
    assert len(before) == 12
    (tmp_path / "b.j2").write_text("two", encoding="utf-8")
    assert Templates(tmp_path).version("a.j2") != before


def test_a_template_chosen_while_rendering_has_no_version(tmp_path: Path) -> None:
    """An include by a computed name cannot be part of a content hash."""
    with pytest.raises(ValueError, match="computed name"):
        _templates(tmp_path, a__j2="{% include name %}").version("a.j2")
