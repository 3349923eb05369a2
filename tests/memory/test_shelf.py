"""The labelled set is what it says it is: a label that names nothing would measure nothing."""

from __future__ import annotations

from tests.memory.shelf import pairs, postmortems, queries


def test_every_postmortem_has_a_name_of_its_own() -> None:
    """Sixty of them, twelve families of four."""
    names = [one.name for one in postmortems()]
    families = [one.family for one in postmortems() if one.family]
    assert len(set(names)) == len(names) >= 60
    assert {family: families.count(family) for family in families} == dict.fromkeys(families, 4)


def test_pairs_agree_with_the_families() -> None:
    """Pairs that share a cause are of one family, those that look alike are not, and none comes twice."""
    family = {one.name: one.family or one.name for one in postmortems()}
    assert all((family[pair.first] == family[pair.second]) is pair.same for pair in pairs())
    assert len({frozenset((pair.first, pair.second)) for pair in pairs()}) == len(pairs())
    assert sum(pair.same for pair in pairs()) >= 40


def test_queries_name_postmortems_that_are_there() -> None:
    """At least eighty, no text twice."""
    names = {one.name for one in postmortems()}
    assert all(set(query.right) <= names and query.right for query in queries())
    assert len({query.text for query in queries()}) == len(queries()) >= 80
