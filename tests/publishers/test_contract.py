"""What every publisher does, whichever place it writes to. A new one adds a line to `CASES`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.ports import Publisher
from bot.publishers import FACTORIES, create
from tests.publishers.sample import postmortem

CASES: dict[str, Callable[[Path], dict[str, object]]] = {
    "files": lambda root: {
        "postmortem_dir": root / "public",
        "private_postmortem_dir": root / "private",
        "template_dir": None,
    },
}
"""A publisher's name → the settings it is made of, given an empty directory."""


@pytest.fixture(params=FACTORIES)
def publisher(request: pytest.FixtureRequest, tmp_path: Path) -> Publisher:
    """Each registered publisher in turn; one without a case fails here."""
    (made,) = create([request.param], CASES[request.param](tmp_path))
    return made


def test_a_publisher_is_known_by_its_registered_name(publisher: Publisher) -> None:
    """A stored publication finds the publisher that made it."""
    assert publisher.name in FACTORIES


def test_publishing_twice_leaves_one_copy_at_one_place(publisher: Publisher) -> None:
    """A retry whose first answer was lost does no harm."""
    first = publisher.publish(postmortem(), private=False)
    assert first
    assert publisher.publish(postmortem(), private=False) == first


def test_a_correction_replaces_what_was_published(publisher: Publisher) -> None:
    """A later revision is found where the earlier one was, whatever its title."""
    first = publisher.publish(postmortem(), private=False)
    assert publisher.publish(postmortem(revision=4, title="Another title"), private=False) == first


def test_private_and_public_never_share_a_place(publisher: Publisher) -> None:
    """A private postmortem is elsewhere or nowhere."""
    assert publisher.publish(postmortem(), private=True) != publisher.publish(postmortem(), private=False)


def test_what_was_withdrawn_can_be_withdrawn_and_published_again(publisher: Publisher) -> None:
    """Unpublishing may be repeated, and undone."""
    location = publisher.publish(postmortem(), private=False) or ""
    publisher.withdraw(location)
    publisher.withdraw(location)
    assert publisher.publish(postmortem(), private=False) == location


def test_an_unknown_publisher_is_a_clear_refusal() -> None:
    """The message names the setting, what was wrong and what is known."""
    with pytest.raises(ConfigError, match=r"PUBLISHERS names wiki.*Known: files"):
        create(["files", "wiki"], {})


def test_a_publisher_named_twice_is_made_once(tmp_path: Path) -> None:
    """A slip in the settings does not publish twice."""
    assert len(create(["files", "files"], CASES["files"](tmp_path))) == 1
