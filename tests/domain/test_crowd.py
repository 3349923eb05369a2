"""Looking for few people of a large directory hides the same names as looking for all."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.crowd import Crowd
from bot.domain.names import Names
from bot.domain.transcript import Message, Person

PEOPLE = tuple(
    Person(id=f"U{number:04d}AB", handle=handle, real_name=name, display_name=shown, email=mail)
    for number, (handle, name, shown, mail) in enumerate(
        [
            ("ann.lee", "Ann Lee", "ann", "ann.lee@x.test"),
            ("akowalski91", "Anna Kowalski", "", "akowalski@x.test"),
            ("jmüller", "Jörg Müller", "Jörg", "joerg.mueller@x.test"),
            ("o_brien", "Sean O'Brien", "seano", "sob@x.test"),
            ("yael", "Yaël van der Berg", "", "yvdb@x.test"),
            ("robert", "Robert Smith (he/him)", "Bob", "rs@x.test"),
            ("mary", "Mary Jane Watson", "mj", None),
            ("nobody", "Nobody Atall", "", "na@x.test"),
        ]
    )
)
WORDS = [
    "ann", "Ann", "Lee", "ann.lee", "@ann", "annlee", "Kowalski", "akowalski", "akowalski91", "Joerg Mueller",
    "Jörg", "Müller", "O'Brien", "Sean O'Brien", "obrien", "Yael Berg", "Yaël van der Berg", "Bob",
    "Robert Smith", "Smith Robert", "robertsmith", "MaryWatson", "Mary Jane Watson", "jane", "ann.lee@x.test",
    "sob@x.test", "<@U0003AB>", "@U0005AB", "https://x.test/u/ann.lee", "deployed", "the", "database", "and",
    "said", "mj", ".",
]  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), max_size=12),
    st.sampled_from([None, *(person.id for person in PEOPLE)]),
)
def test_nobody_is_overlooked(words: list[str], author: str | None) -> None:
    """Every name of the directory that a text may hold is among the few."""
    text = " ".join(words)
    said = Message(channel_id="C1", ts="1.000001", author_id=author, text=text)
    roles = {author: "responder 2"} if author else {}
    near = Crowd(PEOPLE).near([said])
    assert Names.of(near, roles).hide(text) == Names.of(PEOPLE, roles).hide(text)


def test_others_come_along_once() -> None:
    """People only a channel knows are added, those of the directory are not doubled."""
    guest = Person(id="U9GUEST", real_name="Gus Guest")
    near = Crowd(PEOPLE).near([Message(channel_id="C1", ts="1.000001", text="ann")], [guest, PEOPLE[0]])
    assert [person.id for person in near] == [PEOPLE[0].id, guest.id]
