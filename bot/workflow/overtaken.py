"""What is erased or hidden while a post or a file of it is on its way to Slack: the work that follows such a
change may be done before that lands, and would leave it there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from bot.domain.incident import Incident
from bot.errors import ChatError
from bot.log import get_logger
from bot.ports import Place, Records
from bot.workflow.erasure import detach
from bot.workflow.membership import NO_THREAD
from bot.workflow.world import World, show_again


class Basis(NamedTuple):
    """What decides what may be shown of an incident."""

    title: str
    is_private: bool
    restricted: bool
    erased: frozenset[int]
    """Labels of evidence."""

    @classmethod
    def of(cls, incident: Incident, erased: frozenset[int]) -> Basis:
        """Of an incident and the labels of its evidence that are erased."""
        return cls(incident.title, incident.is_private, incident.restricted, erased)


def basis(records: Records, incident: Incident) -> Basis:
    """What is so now of an incident read in this transaction; what is shown is read in it, or later."""
    return Basis.of(incident, records.evidence.erased(incident.id))


def follow(world: World, incident: Incident, before: Basis) -> None:
    """Once it is shown: if something was taken back meanwhile, ask for all of it to be shown again."""
    with world.storage.read() as records:
        one = records.incidents.get(incident.id)
        if one is None or basis(records, one) == before:
            return
    with world.storage.begin() as records:
        show_again(records, world, incident, "overtaken")
    world.wake()


@contextmanager
def unless_closed(name: str) -> Iterator[None]:
    """Attach files to a thread whose draft stands there already. Its channel may have been closed to us
    since: nobody can be shown more there, and the work that does it is done."""
    try:
        yield
    except ChatError as error:
        if error.code not in NO_THREAD:
            raise
        get_logger("overtaken").info("nothing_attached", file=name, code=error.code)


def attached(world: World, incident: Incident, thread: Place, name: str) -> None:
    """A file was attached: if the incident was forgotten meanwhile, nobody knows of the file, and it goes."""
    with world.storage.read() as records:
        forgotten = records.incidents.get(incident.id) is None
    if forgotten:
        detach(world, thread, name)
