"""Which template counts, and that a broken one costs nothing but its own layout."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import config, doctor, log
from bot.clock import SystemClock
from bot.errors import UserError
from bot.publishers.document import as_html, as_markdown
from bot.publishers.files import FilesPublisher
from bot.publishers.templates import TemplateBook
from tests.publishers.sample import postmortem
from tests.publishers.test_document import Page
from tests.publishers.test_layout import leads_somewhere

DOCS = Path(__file__).parents[2] / "docs" / "templates.md"


def book(folder: Path, **files: str) -> TemplateBook:
    """A book with these operator's files: `_` is `-` and `__` is `.` in their names."""
    for name, text in files.items():
        (folder / name.replace("__", ".").replace("_", "-")).write_text(text, encoding="utf-8")
    return TemplateBook(folder)


def body(folder: Path, text: str) -> TemplateBook:
    """A book whose default has this Markdown body."""
    return book(folder, default__toml='body.markdown = "x.md.j2"', x__md__j2=text)


CHAIN = ["service-payments.sev2", "service-payments", "severity-sev2", "default"]


@pytest.mark.parametrize("first", range(4))
def test_the_most_particular_template_counts(tmp_path: Path, first: int) -> None:
    """Service and severity, then service, then severity, then the default."""
    for stem in CHAIN[first:]:
        (tmp_path / f"{stem}.toml").write_text("")
    assert TemplateBook(tmp_path).choose(("payments",), "sev2").name == CHAIN[first]


def test_the_services_count_in_their_order(tmp_path: Path) -> None:
    """A service with a severity goes before any service without."""
    made = book(tmp_path, service_b__sev1__toml="", service_a__toml="", service_c__toml="")
    assert made.choose(("c", "a", "b"), "sev1").name == "service-b.sev1"
    assert made.choose(("c", "a", "b"), None).name == "service-c"


def test_the_operators_file_wins_at_its_step_only(tmp_path: Path) -> None:
    """An own default does not replace the bot's short one for sev4; an own sev4 does."""
    made = book(tmp_path, default__toml="")
    assert made.choose((), "sev2").path == tmp_path / "default.toml"
    assert made.choose((), "sev4").name == "severity-sev4"
    assert made.choose((), "sev4").path != tmp_path / "severity-sev4.toml"
    assert book(tmp_path, severity_sev4__toml="").choose((), "sev4").path == tmp_path / "severity-sev4.toml"


def test_a_service_is_found_however_it_is_written(tmp_path: Path) -> None:
    """Capitals and spaces do not matter, and no service leads out of the folder."""
    made = book(tmp_path, service_checkout_api__toml="")
    assert made.choose(("Checkout API",), None).name == "service-checkout-api"
    for hostile in ("../../etc/passwd", "\x00", "", "*", "a/b", "x" * 5000):
        assert made.choose((hostile,), hostile).name == "default"


def test_a_template_is_asked_for_by_name() -> None:
    """An unknown one is refused with the names there are."""
    assert TemplateBook(None).choose((), "sev4", "One-Pager").name == "one-pager"
    with pytest.raises(UserError, match=r"“poem”\. There are: default, one-pager, severity-sev4"):
        TemplateBook(None).choose((), None, "poem")


def test_a_change_counts_at_once_and_has_another_version(tmp_path: Path) -> None:
    """The version follows the file, its body and what that includes."""
    made = body(tmp_path, "{% include 'part.md.j2' %}")
    book(tmp_path, part__md__j2="one")
    before = made.template_version(postmortem())
    assert re.fullmatch(r"default@[0-9a-f]{12}", before)
    assert made.template_version(postmortem()) == before
    assert f'template: "{before}"' in made.markdown(postmortem())
    book(tmp_path, part__md__j2="two")
    assert made.template_version(postmortem()) != before
    assert "\ntwo\n" in made.markdown(postmortem())


BROKEN: dict[str, tuple[dict[str, str | bytes], str]] = {
    "no TOML": ({"default.toml": "drop = [\n"}, "default.toml, line 1: is no TOML: Invalid value"),
    "no section": (
        {"default.toml": 'description = "x"\ndrop = [\n  "lucky",\n  "sumary",\n]'},
        "default.toml, line 4: drop names sumary, which does not exist; did you mean summary?",
    ),
    "order of nothing": (
        {"default.toml": '\norder = ["summary", "surprise"]'},
        "default.toml, line 2: order names surprise, which does not exist; there are summary",
    ),
    "a limit of nothing": (
        {"default.toml": "[limits]\ntimeline = 3\nlukcy = 3"},
        "default.toml, line 3: limits names lukcy, which does not exist; did you mean lucky?",
    ),
    "no setting": (
        {"default.toml": "\n\noder = []"},
        "default.toml, line 3: oder is no setting of a template",
    ),
    "too small": (
        {"default.toml": "[limits]\ntimeline = 0"},
        "default.toml, line 2: limits.timeline has to be greater than or equal to 1",
    ),
    "half a section": ({"default.toml": '[[add]]\nkey = "x"'}, "default.toml, line 1: add.name is missing"),
    "no text": ({"default.toml": b"a = 1\n\xff"}, "default.toml, line 2: is no UTF-8 text"),
    "too deep": ({"default.toml": f"a = {'[' * 5000}"}, "default.toml: is nested too deeply"),
    "no body": ({"default.toml": 'body.markdown = "x.md.j2"'}, "x.md.j2: there is no file x.md.j2 here"),
    "a body elsewhere": ({"default.toml": 'body.markdown = "../../x.md.j2"'}, "x.md.j2"),
    "syntax": ({"x.md.j2": "a\n{% if %}"}, "x.md.j2, line 2: Expected an expression"),
    "missing variable": (
        {"x.md.j2": "a\n\n{{ sumary }}"},
        "x.md.j2, line 3: asks for sumary, which is not given",
    ),
    "missing in a branch": (
        {"x.md.j2": "{% if incident == 'never' %}\n{{ who }}\n{% endif %}"},
        "x.md.j2, line 2: asks for who, which is not given",
    ),
    "missing attribute": (
        {"x.md.j2": "\n{{ section.sumary.name }}"},
        "x.md.j2, line 2: 'dict object' has no",
    ),
    "division": ({"x.md.j2": "\n\n{{ 1 // 0 }}"}, "x.md.j2"),
    "wrong type": ({"x.md.j2": "\n{{ title | item(known) }}"}, "x.md.j2, line 2: fails with TypeError"),
    "recursion": ({"x.md.j2": "{% include 'x.md.j2' %}"}, "x.md.j2"),
    "memory": ({"x.md.j2": "{{ 'a' * revision * 10 ** 15 }}"}, "x.md.j2, line 1: fails with MemoryError"),
    "Python": ({"x.md.j2": "{{ ''.__class__.__mro__ }}"}, "x.md.j2, line 1: access to attribute '__class__'"),
    "a change": ({"x.md.j2": "{{ section.clear() }}"}, "x.md.j2, line 1: access to attribute 'clear'"),
    "unescaped": ({"x.md.j2": "\n{{ title | safe }}"}, "x.md.j2, line 2: No filter named 'safe'"),
    "an unknown include": ({"x.md.j2": "{% include 'y.md.j2' %}"}, "x.md.j2: there is no file y.md.j2 here"),
    "a computed include": ({"x.md.j2": "{% include title %}"}, "x.md.j2"),
    "nesting": ({"x.md.j2": "{% for a in [1] %}" * 30 + "{% endfor %}" * 30}, "x.md.j2"),
}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, as JSON."""
    stream = io.StringIO()
    log.configure(style="json", stream=stream)
    yield stream
    log.configure(stream=io.StringIO())


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_template_never_loses_a_draft(tmp_path: Path, kind: str, lines: io.StringIO) -> None:
    """The bot's own is used instead; the document, the findings where they can, the log and the doctor's
    list say which file and why."""
    files, told = BROKEN[kind]
    if "default.toml" not in files:
        files = {"default.toml": 'body.markdown = "x.md.j2"', **files}
    for name, text in files.items():
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    made = TemplateBook(tmp_path)
    text = made.markdown(postmortem())
    assert "A template does not work, so another one was used:" in text
    assert "## Executive summary" in text
    assert "## Evidence" in text
    assert made.html(postmortem())
    event = json.loads(lines.getvalue().splitlines()[0])
    assert (event["event"], event["level"]) == ("template_broken", "warning")
    (problem,) = made.problems()
    assert problem.startswith(str(tmp_path))
    assert told in problem.removeprefix(f"{tmp_path}/")


def test_a_broken_file_is_told_to_the_reviewer(tmp_path: Path) -> None:
    """As a finding, beside what the template that was used demands."""
    made = book(
        tmp_path,
        service_payments__toml="[[",
        default__toml='[action_items]\nrequire = ["owner"]\n[ask]\nlucky = "Were we?"',
    )
    broken, missing = made.findings(postmortem())
    assert broken.startswith("A template does not work, so another one was used: service-payments.toml")
    assert missing.startswith("Action item 2")


def test_a_body_that_fails_on_this_incident_only_is_told_too(tmp_path: Path) -> None:
    """What no trial shows is found when it happens; the version is that of the template used."""
    made = body(tmp_path, "{% if title == 'Odd' %}{{ 1 // (revision - 3) }}{% endif %}fine")
    assert made.problems() == ()
    assert made.findings(postmortem()) == ()
    odd = postmortem(title="Odd")
    assert made.findings(odd) == (
        "A template does not work, so another one was used: x.md.j2, line 1: fails with ZeroDivisionError.",
    )
    assert made.template_version(odd) == TemplateBook(None).template_version(odd)
    assert made.template_version(postmortem()) != made.template_version(odd)


def test_when_everything_is_broken_the_usual_layout_is_left(tmp_path: Path) -> None:
    """It is built in, and no file can break it."""
    for stem in CHAIN:
        (tmp_path / f"{stem}.toml").write_text("=")
    chosen = TemplateBook(tmp_path).choose(("payments",), "sev2")
    assert (chosen.name, len(chosen.notes)) == ("default", 4)
    assert TemplateBook(tmp_path).html(postmortem()).count('class="notice"') == 4


def test_what_people_wrote_stands_in_no_note(tmp_path: Path, lines: io.StringIO) -> None:
    """An error that quotes a value is told by its kind only."""
    made = body(tmp_path, "{{ {}[title] if false else [1].index(title) }}")
    text = made.markdown(postmortem(title="hunter2"))
    assert "fails with ValueError" in text
    assert "hunter2" not in lines.getvalue()
    assert text.count("hunter2") == 2


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """The bot's templates serve, and whoever looks is told the setting."""
    made = TemplateBook(tmp_path / "gone")
    assert "TEMPLATE_DIR: " in made.problems()[0]
    assert "TEMPLATE\\_DIR" in made.markdown(postmortem()) or "TEMPLATE_DIR" in made.markdown(postmortem())
    assert made.choose((), None).name == "default"


@pytest.mark.parametrize("stem", ["severity-sev9", "service-x.sev7", "service-Checkout API"])
def test_a_name_that_no_incident_has_is_a_problem(tmp_path: Path, stem: str) -> None:
    """A template that would never be used is a slip."""
    (tmp_path / f"{stem}.toml").write_text("")
    (problem,) = TemplateBook(tmp_path).problems()
    assert f"{stem}.toml: " in problem


def test_what_comes_with_the_bot_works() -> None:
    """No shipped template has a problem."""
    assert TemplateBook(None).problems() == ()
    assert TemplateBook(None).names() == ("default", "one-pager", "severity-sev4")


def test_the_default_is_the_usual_document() -> None:
    """But for the line that names it."""
    text = TemplateBook(None).markdown(postmortem())
    assert re.sub(r"template: .*\n", "", text) == as_markdown(postmortem())
    assert TemplateBook(None).html(postmortem()) == as_html(postmortem())


def test_the_short_one_is_for_sev4() -> None:
    """Fewer sections and entries, and still all of the evidence."""
    text = TemplateBook(None).markdown(postmortem(severity="sev4"))
    assert "## In short" in text
    assert "What went well" not in text.replace("leaves out", "").split("This layout")[0]
    assert "8 more are under “Left out for length”." in text
    assert text.count('<a id="e') == 25


def test_the_one_pager_fits_a_page() -> None:
    """At most 60 lines; every sentence still leads to Slack, and the reader is told of the rest."""
    text = TemplateBook(None).markdown(postmortem(), name="one-pager")
    assert len(text.rstrip("\n").split("\n")) <= 60
    cited = {int(label) for label in re.findall(r"\[(\d+)\](?!:)", text)}
    assert cited == {int(label) for label in re.findall(r"^\[(\d+)\]: https", text, re.MULTILINE)}
    assert "The full postmortem of INC-7" in text


def test_hostile_owners_take_no_effect_in_the_one_pager() -> None:
    """What stands in bold is escaped too."""
    (first, second) = postmortem().action_items
    nasty = postmortem(
        action_items=(first.model_copy(update={"owner": "[x](http://e.vil) <!channel>"}), second)
    )
    text = TemplateBook(None).markdown(nasty, name="one-pager")
    assert "[x](http" not in text
    assert "<!channel>" not in text


@pytest.mark.parametrize(("severity", "name"), [("sev4", None), ("sev1", "one-pager"), ("sev1", None)])
def test_every_page_stands_alone(severity: str, name: str | None) -> None:
    """No script, no request, a policy with each style's hash, and no dead link."""
    html = TemplateBook(None).html(postmortem(severity=severity), name=name)
    page = Page(html)
    assert not page.tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert not re.search(r"url\(|@import", html)
    policy = next(value for _, key, value in page.attributes if key == "content" and "default-src" in value)
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    for style in styles:
        assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in policy
    assert leads_somewhere(html)
    assert "@media print" in html


def test_an_own_page_keeps_the_policy(tmp_path: Path) -> None:
    """Whatever stands in an operator's body, what people wrote is escaped and nothing may run."""
    made = book(
        tmp_path,
        default__toml='body.html = "x.html.j2"',
        x__html__j2="{% autoescape false %}<p>{{ title }}{{ services }}{{ title | e }}{% endautoescape %}",
    )
    html = made.html(postmortem(title="<script>1</script>", services=("<b>",)))
    assert "default-src 'none'" in html
    assert html.count("&lt;script&gt;") == 3
    assert "<b>" not in html


def test_published_files_follow_the_book(tmp_path: Path) -> None:
    """The file is the template's, and is recognised when it is published again."""
    made = book(tmp_path, default__toml='[rename]\nimpact = "Who noticed?"')
    publisher = FilesPublisher(tmp_path / "out", book=made)
    location = publisher.publish(postmortem(), private=False) or ""
    assert "## Who noticed?" in Path(location).read_text(encoding="utf-8")
    assert "Who noticed?" in Path(location).with_suffix(".html").read_text(encoding="utf-8")
    assert publisher.publish(postmortem(revision=4), private=False) == location


def test_the_examples_of_the_documentation_work(tmp_path: Path) -> None:
    """What people copy is right."""
    text = DOCS.read_text(encoding="utf-8")
    first, second = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (jinja,) = re.findall(r"```jinja\n(.*?)```", text, re.DOTALL)
    (tmp_path / "service-checkout-api.sev1.toml").write_text(first, encoding="utf-8")
    made = book(tmp_path, brief__toml=second, brief__md__j2=jinja)
    assert made.problems() == ()
    whole = made.markdown(postmortem(severity="sev1", services=("Checkout API",)))
    assert "## What surprised you?" in whole
    assert whole.index("## What we will change") < whole.index("## Root cause")
    brief = made.markdown(postmortem(), name="brief")
    assert "9 more are in the full postmortem." in brief
    assert "[11]: https://acme.slack.com" in brief


def _doctor(tmp_path: Path, folder: Path | None) -> doctor.Check:
    settings = config.load(
        env_file=None, template_dir=folder, database_url=f"sqlite:///{tmp_path}/x.db", publishers="none"
    )
    checks = doctor.examine(settings, clock=SystemClock())
    return next(check for check in checks if check.name == "templates")


def test_the_doctor_reports_every_broken_file(tmp_path: Path) -> None:
    """One line a file, with what is wrong and where."""
    assert _doctor(tmp_path, None).ok
    book(tmp_path, default__toml="=", severity_sev1__toml='\ndrop = ["x"]', severity_sev2__toml="")
    check = _doctor(tmp_path, tmp_path)
    assert (check.ok, check.found) == (False, "2 problems; drafts are made with others")
    first, second = check.mend.splitlines()
    assert first.startswith(f"{tmp_path}/default.toml, line 1: ")
    assert second.startswith(f"{tmp_path}/severity-sev1.toml, line 2: ")
