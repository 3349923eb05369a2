"""People are found in text by every spelling, and ordinary words stay words."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.names import Names
from bot.domain.spellings import SOMEBODY, STRANGER
from bot.domain.transcript import Person

PEOPLE = (
    Person(id="U0WILL", handle="will.s", real_name="Will Smith"),
    Person(id="U0MARK", handle="mark", real_name="Mark Price"),
    Person(id="U0GRACE", handle="gh", real_name="Grace Böving (she/her)"),
    Person(id="U0LEE", handle="leeroy", real_name="Leeroy Jenkins"),
    Person(id="U0ROB", handle="rkow", real_name="Robert Kowalski", email="rk@x.test"),
    Person(id="U0ART", handle="artm", real_name="Art May"),
    Person(id="U0CLO", handle="closer__", real_name="closer__"),
    Person(id="U0JOCH", handle="jochembrauer", real_name="jochembrauer"),
    Person(id="U1ZOE", handle="zoe.quill", real_name="Zoe Quill"),
    Person(id="U1SAM", handle="jenkins", real_name="Samuel Jenkins"),
    Person(id="U1DESK", handle="checkout", real_name="Checkout Team"),
    Person(id="U1GRAF", handle="grafana", real_name="Grafana", is_bot=True),
)
ROLES = {person.id: f"responder {n}" for n, person in enumerate(PEOPLE[:8], start=2)}
NAMES = Names.of(PEOPLE, ROLES)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("@U0WILL can you look", "responder 2 can you look"),
        ("<@U0WILL|will.s> look", "responder 2 look"),
        ("ask @U9STRANGER1", f"ask {STRANGER}"),
        ("Will Smith's fix works", "responder 2's fix works"),
        ("Smith, Will said so", "responder 2 said so"),
        ("will.s and WillSmith", "responder 2 and responder 2"),
        ("thanks Grace!", "thanks responder 4!"),
        ("boving said, Böving's on it", "responder 4 said, responder 4's on it"),
        ("Bob rolled back; bobby's deploy", "responder 6 rolled back; responder 6's deploy"),
        ("kowalski says no", "responder 6 says no"),
        ("mail rk@x.test or robert.kowalski@other.test", "mail responder 6 or responder 6"),
        ("mail ops@x.test", "mail ops@x.test"),
        ("closer__ is in", "responder 8 is in"),
        ("thanks Jochem", "thanks responder 9"),
        ("Zoe Quill and @zoe.quill know", f"{STRANGER} and {STRANGER} know"),
        ("see https://git.test/rkow/fix/1", "see [link to git.test]"),
        ("Mark: can you look", "responder 3: can you look"),
        ("thanks Marek!", f"thanks {STRANGER}!"),
        ("asked Sandra Fogg", f"asked {STRANGER}"),
        ("see https://twitter.com/any/status/1", "see [link to twitter.com]"),
    ],
)
def test_every_spelling_of_a_person_gives_way_to_the_role(text: str, hidden: str) -> None:
    """Mentions, names, possessives, nicknames, handles, e-mails and links that name people are replaced."""
    assert NAMES.hide(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "Will the deploy finish? It will.",
        "Mark the alert as resolved",
        "a grace period of 5 min. Grace period over",
        "In May we saw the same; May 3 was worse",
        "State of the Art",
        "Jenkins failed, Sentry and Grafana are quiet",
        "jenkins down",
        "the price is closer to 5",
        "Checkout Team says checkout was down",
        "web-will-1 and will_retry=3 in /srv/will/x",
        "`bob` in code and max_bob=2",
        "SAM template",
        "Zoe",
    ],
)
def test_words_that_are_also_names_survive(text: str) -> None:
    """Ordinary words, products, identifiers, and first names of people who took no part stay."""
    assert NAMES.hide(text) == text


def test_a_first_name_two_people_share_is_nobody_s_role() -> None:
    """Where it is unclear who is meant, no role is guessed."""
    two = (
        Person(id="U0A", real_name="Hana Mori"),
        Person(id="U0B", real_name="Hana Novak"),
    )
    names = Names.of(two, {"U0A": "responder 2", "U0B": "responder 3"})
    assert names.hide("Hana and Hana Novak") == f"{SOMEBODY} and responder 3"


def test_what_is_hidden_stays_hidden() -> None:
    """Hiding twice changes nothing more."""
    text = "Will Smith told Bob, cc @U0LEE zoe.quill@x.test"
    assert NAMES.hide(NAMES.hide(text)) == NAMES.hide(text)


@given(
    st.text(max_size=120)
    | st.lists(st.sampled_from(["Will", "@", "bob", ".", "-", "/", "`", "U0WILL", "<@", ">", "|", "'s"])).map(
        "".join
    )
)
def test_no_text_makes_it_fail(text: str) -> None:
    """Any text is read; hits lie within it, in order, without overlaps."""
    end = 0
    for hit in NAMES.find(text):
        assert end <= hit.start < hit.end <= len(text)
        end = hit.end
    assert isinstance(NAMES.hide(text), str)


def test_a_large_directory_is_cheap() -> None:
    """20,000 people and 2,000 messages take a second or two of computing: each word costs one look-up."""
    people = [Person(id=f"U{n:06}", handle=f"h{n}", real_name=f"Ann{n % 50} Lee{n}") for n in range(20_000)]
    began = time.process_time()
    names = Names.of(people, {"U000001": "incident lead"})
    hidden = [
        names.hide(f"Ann{n % 50} Lee{n} restarted pod {n} at 14:02, error rate is back") for n in range(2_000)
    ]
    assert time.process_time() - began < 8
    assert hidden[7] == f"{STRANGER} restarted pod 7 at 14:02, error rate is back"
