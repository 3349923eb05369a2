"""Full-text search: the same hits on both databases."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.incident import Severity, Status
from bot.domain.search_query import parse
from bot.ports import Hit
from storage import Database, open_storage
from tests.clock import ManualClock
from tests.databases import Postgres
from tests.storage.builders import AT, TEAM, document, new_incident


def _add(storage: Database, **given: Any) -> int:
    """An incident of a channel of its own, and its document."""
    with storage.begin() as records:
        count = len(records.incidents.recent(TEAM, visible=None, limit=1000))
        place: dict[str, Any] = {
            "channel_id": given.pop("channel_id", f"C{count}"),
            "is_private": given.get("is_private", False),
            "severity": given.pop("severity", None),
        }
        place["title"] = given.get("title", "Checkout latency")
        made = records.incidents.create(new_incident(**place))
        kept = {name: value for name, value in place.items() if name != "severity"}
        records.search.put(document(made.id, **{**kept, **given}))
    return made.id


def _ask(storage: Database, words: str, **options: Any) -> tuple[Hit, ...]:
    asked: dict[str, Any] = {"visible": frozenset(), **options}
    with storage.begin() as records:
        return records.search.query(TEAM, parse(words, now=AT), **asked)


def _found(storage: Database, words: str, **options: Any) -> list[int]:
    return [hit.incident_id for hit in _ask(storage, words, **options)]


def test_a_hit_carries_what_a_result_shows(storage: Database) -> None:
    """Key, title and state from the incident, the sentence that matched from the document."""
    with storage.begin() as records:
        made = records.incidents.create(new_incident(severity=Severity.SEV2))
        made = records.incidents.replace(
            made.model_copy(update={"card_ts": "200.000001", "status": Status.PUBLISHED})
        )
        body = "Nothing here. The connection pool was exhausted by retries. More."
        records.search.put(document(made.id, body=body))
    (hit,) = _ask(storage, "exhausted connections")
    assert (hit.key, hit.title, hit.severity, hit.status) == (
        "INC-1",
        "Checkout latency",
        "sev2",
        "published",
    )
    assert (hit.published, hit.started_at, hit.thread_ts) == (True, AT, "200.000001")
    assert hit.snippet == "The \x02connection\x03 pool was \x02exhausted\x03 by retries."


@pytest.mark.parametrize(
    "words",
    [
        "pool",
        "POOLS",
        "Verbindungspool",
        "cafe",
        "café",
        "v2.4.1",
        "2.4.1",
        "pg-13",
        "pg13",
        "ORA-00060",
        "err_conn_reset",
        "host-12",
        "10.2.3.4",
        "connection-pool",
        '"connections of the pool"',
        "connecti",
        "customer's",
        "деплой",
        "数据库",
        "checkout latency deploy",
        "pool AND (connection)",
    ],
)
def test_words_are_found_as_people_type_them(storage: Database, words: str) -> None:
    """Stems, accents, case, versions, error codes, hosts, other scripts, and the last word only begun."""
    body = (
        "The connections of the pool ran out at the Café after deploying v2.4.1 on PG-13. "
        "ORA-00060 and ERR_CONN_RESET from host-12.example.com (10.2.3.4). Verbindungspools. "
        "The customer left. Деплой. 数据库."
    )
    wanted = _add(storage, body=body)
    _add(storage, title="Something else", body="v24.1 pg-14 host-1")
    assert _found(storage, words) == [wanted]


def test_all_words_must_match(storage: Database) -> None:
    """One that is missing anywhere is enough for no hit."""
    _add(storage, title="Checkout latency", body="the pool was full")
    assert _found(storage, "checkout pool") != []
    assert _found(storage, "checkout mushrooms pool") == []


def test_versions_are_not_mixed_up(storage: Database) -> None:
    """`v2.4.1` is not `v24.1`, and `2.4` in order is not `4.2`."""
    right = _add(storage, body="rolled back to v2.4.1")
    _add(storage, body="rolled back to v24.1 and 4.2.1")
    assert _found(storage, "v2.4.1 rolled") == [right]


def test_title_service_and_cause_outrank_summary_and_body(storage: Database) -> None:
    """The same word counts more the higher it stands."""
    filler = "Something entirely different happened in that incident. " * 3
    in_body = _add(storage, title="Alpha", body=filler + "redis")
    in_summary = _add(storage, title="Beta", summary=filler + "redis")
    in_head = {
        _add(storage, title="Redis down", body=filler),
        _add(storage, title="Gamma", services=("redis",), body=filler),
        _add(storage, title="Delta", cause="redis ran out of memory", body=filler),
    }
    found = _found(storage, "redis")
    assert set(found[:3]) == in_head
    assert found[3:] == [in_summary, in_body]


def test_published_ones_come_first_and_the_newest_of_equals(storage: Database) -> None:
    """A draft that says it one place higher comes after; one whose title says it before a passing mention."""
    mentioned = _add(storage, title="Alpha", body="redis")
    draft = _add(storage, title="Redis", published=False)
    old = _add(storage, title="Alpha", cause="redis", at=AT - timedelta(days=9))
    new = _add(storage, title="Alpha", cause="redis", at=AT)
    assert _found(storage, "redis") == [new, old, draft, mentioned]
    assert _found(storage, "redis", limit=1, offset=1) == [old]


def test_private_incidents_show_only_where_their_channel_is_visible(storage: Database) -> None:
    """Whatever was made private since, on either row, counts; the operator sees all."""
    public = _add(storage, channel_id="C1")
    _add(storage, channel_id="C2", is_private=True)
    later = _add(storage, channel_id="C3")
    with storage.begin() as records:
        made = records.incidents.get(later)
        assert made is not None
        records.incidents.replace(made.model_copy(update={"is_private": True}))
    assert _found(storage, "checkout") == [public]
    assert len(_found(storage, "checkout", visible=frozenset({"C2"}))) == 2
    assert len(_found(storage, "checkout", visible=None)) == 3


def test_a_workspace_sees_only_its_own(storage: Database) -> None:
    """Another team's documents are never found."""
    with storage.begin() as records:
        made = records.incidents.create(new_incident(team_id="T2"))
        records.search.put(document(made.id, team_id="T2"))
    assert _found(storage, "checkout") == []


def test_indexing_again_replaces_and_removing_removes(storage: Database) -> None:
    """Nothing of the old text is found."""
    one = _add(storage, title="Before")
    with storage.begin() as records:
        records.search.put(document(one, "After"))
    assert (_found(storage, "before"), _found(storage, "after")) == ([], [one])
    with storage.begin() as records:
        records.search.remove(one)
        records.search.remove(one)
    assert _found(storage, "after") == []


@pytest.mark.parametrize(
    "words", ["", "   ", '"', "&|!():*", "🔥🔥", "\x00", "---", "\ud800", "''' OR 1=1 --;"]
)
def test_input_without_a_known_word_finds_nothing(storage: Database, words: str) -> None:
    """Quotes, operators, emoji, NUL and half characters are no error."""
    _add(storage)
    assert _found(storage, words) == []


def test_very_long_documents_and_queries_work(storage: Database) -> None:
    """A body beyond what PostgreSQL can place, a lexeme beyond what it can count, 5,000 characters."""
    body = "timeout 504 " * 500 + " ".join(f"word{n}x" for n in range(6_000))
    long = _add(storage, body=body)
    assert _found(storage, "timeout word99x") == [long]
    assert _found(storage, "checkout " * 555) == [long]
    assert _found(storage, "a1" * 2_500) == []
    assert _found(storage, "x" * 5_000) == []


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, postgres: Postgres
) -> Iterator[tuple[Database, Database]]:
    """One of each, with the same few documents."""
    path = tmp_path_factory.mktemp("both") / "postmortem.db"
    shutil.copyfile(sqlite_template, path)
    urls = (f"sqlite:///{path}", postgres.new(migrated=True))
    first, second = (open_storage(url, clock=ManualClock()) for url in urls)
    for storage in (first, second):
        for text in TEXTS:
            _add(storage, title=text[:20], summary=text[20:40], body=text)
    yield first, second
    first.close()
    second.close()


TEXTS = (
    "The database's connection pool was full: v2.4.1 of checkout-api leaked connections.",
    "Error 504 from host-12.example.com; pg13 failed over to PG-14 at 14:20.",
    "Café naïve ﬁle ½ m² İstanbul straße Σίσυφος 数据库 данные ２０２６",
    "a b c a1b2c3 __init__ x_y 0x80070005 don't it's 🔥 fire\x00wall \ud800",
    "universities university universe universal running runs ran",
)
PIECES = st.sampled_from([piece for text in TEXTS for piece in text.split()])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    words=st.one_of(
        st.text(max_size=40), st.lists(PIECES, max_size=4).map(" ".join), PIECES.map(lambda p: p[:3])
    )
)
def test_both_databases_find_the_same(both: tuple[Database, Database], words: str) -> None:
    """Any query, odd or not, has the same hits with the same snippets, and never fails."""
    first, second = (sorted(_ask(one, words, limit=50), key=lambda hit: hit.incident_id) for one in both)
    assert [(hit.incident_id, hit.snippet) for hit in first] == [
        (hit.incident_id, hit.snippet) for hit in second
    ]
    assert all(len(hit.snippet) <= 300 for hit in first)


def test_filters_work_with_and_without_words(storage: Database) -> None:
    """Of one kind any, of several kinds all; words to leave out leave out in either case."""
    pool = _add(storage, title="Pool full", severity=Severity.SEV1, services=("checkout-api",))
    disk = _add(storage, title="Disk full", severity=Severity.SEV2, services=("ledger",), published=False)
    assert _found(storage, "sev:1") == [pool]
    assert sorted(_found(storage, "full sev:1 sev:2")) == [pool, disk]
    assert _found(storage, "full service:checkout") == _found(storage, "service:api") == [pool]
    assert _found(storage, "service:check") == []
    assert _found(storage, "full -pool") == _found(storage, "sev:2 -pool") == [disk]
    assert _found(storage, 'full -"pool full"') == [disk]
    assert _found(storage, "after:2026-03 full before:2026-04 is:open -disk") == [pool]
    assert _found(storage, "full after:2026-04") == []
    assert _found(storage, "full is:published") == []


def test_filters_follow_the_incident(storage: Database) -> None:
    """Status, severity and owner are those of now, without indexing again."""
    one = _add(storage, title="Pool full")
    with storage.begin() as records:
        made = records.incidents.get(one)
        assert made is not None
        change = {"status": Status.RESOLVED, "severity": Severity.SEV3, "owner_id": "U0ABCDEF1"}
        records.incidents.replace(made.model_copy(update=change))
    assert _found(storage, "pool is:resolved sev:3 owner:@U0ABCDEF1") == [one]
    assert _found(storage, "pool is:open") == []


def test_results_come_in_the_order_asked_for(storage: Database) -> None:
    """By day, by severity (none last), by title."""
    first = _add(storage, title="Beta pool", severity=Severity.SEV3, at=AT - timedelta(days=2))
    second = _add(storage, title="Alpha pool", severity=Severity.SEV1, at=AT - timedelta(days=3))
    third = _add(storage, title="Gamma pool", published=False, at=AT)
    assert _found(storage, "pool by:recent") == [third, first, second]
    assert _found(storage, "pool by:severity") == [second, first, third]
    assert _found(storage, "pool by:title") == [second, first, third]


def test_a_phrase_stands_as_it_was_typed(storage: Database) -> None:
    """Side by side, without endings added or taken away, whatever its case and accents."""
    right = _add(storage, title="Alpha", body="There was no space left on the device at the café.")
    _add(storage, title="Beta", body="We left no space. No spaces left. Space left, no.")
    assert _found(storage, '"NO SPACE LEFT"') == [right]
    assert _found(storage, '"the cafe"') == [right]
    assert _found(storage, '"spaces"') != [right]


def test_synonyms_find_each_other(storage: Database) -> None:
    """Both ways, a phrase as one, and marked in the snippet."""
    groups = (("db", "database"), ("oom", "out of memory"))
    one = _add(storage, title="Alpha", body="The databases ran out of memory.")
    two = _add(storage, title="Beta", body="DB hit by OOM.")
    assert sorted(_found(storage, "db oom", synonyms=groups)) == [one, two]
    assert sorted(_found(storage, "database out of memory", synonyms=groups)) == [one, two]
    assert _found(storage, "db oom") == [two]
    snippets = {hit.incident_id: hit.snippet for hit in _ask(storage, "db oom", synonyms=groups)}
    assert snippets[one] == "The \x02databases\x03 ran \x02out of memory\x03."


def test_all_services_are_known_once(storage: Database) -> None:
    """Also those of one incident among many, for as long as one concerns them."""
    _add(storage, services=("checkout-api", "ledger"))
    gone = _add(storage, services=("ledger", "mail"))
    with storage.begin() as records:
        assert records.search.services(TEAM) == ("checkout-api", "ledger", "mail")
        records.search.remove(gone)
        assert records.search.services(TEAM) == ("checkout-api", "ledger")
        assert records.search.services("T2") == ()


def test_many_hits_are_bounded_and_the_recent_ones_among_them(storage: Database) -> None:
    """More matches than are looked at: the newest are, and pages do not overlap."""
    ids = [_add(storage, title="Pool", at=AT + timedelta(hours=number)) for number in range(130)]
    assert _found(storage, "pool", limit=5) == ids[:-6:-1]
    assert _found(storage, "pool", limit=5, offset=5) == ids[-6:-11:-1]


def test_what_is_taken_out_leaves_nothing_in_the_file(sqlite_storage: Database, sqlite_url: str) -> None:
    """No word of it, however the index is stored; clearing up comes to an end."""
    kept = _add(sqlite_storage, title="Kept", body="ordinary words")
    gone = _add(sqlite_storage, title="Zirkonium", body="zirkonium leaked", services=("zirkonium-api",))
    with sqlite_storage.begin() as records:
        records.search.remove(gone)
    for _ in range(20):
        with sqlite_storage.begin() as records:
            if not records.search.tidy():
                break
    else:
        pytest.fail("it never ends")
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as database:
        blocks = [row[0] for row in database.execute("SELECT block FROM search_terms_data")]
        tables = "search_documents", "search_places", "search_services"
        rows = [str(row) for table in tables for row in database.execute(f"SELECT * FROM {table}")]
    assert not any(b"irkonium" in block for block in blocks)
    assert not any("irkonium" in row for row in rows)
    assert _found(sqlite_storage, "ordinary") == [kept]


def test_an_index_made_anew_finds_what_the_old_one_found(storage: Database) -> None:
    """All documents at once or one by one is the same; what was taken out stays out, and each can be
    replaced as before."""
    for number in range(6):
        _add(storage, title=f"Pool {number} full", services=("checkout",), body="Version v2.4.1 leaked")
    with storage.begin() as records:
        records.search.remove(2)
    questions = ("pool", "pool 3", "v2.4.1", "service:checkout leaked", "leak -5")
    before = [_ask(storage, words) for words in questions]
    with storage.begin() as records:
        assert records.search.rebuild() == 5
    assert [_ask(storage, words) for words in questions] == before
    with storage.begin() as records:
        records.search.put(document(4, title="Certificate expired", services=()))
    assert 4 not in _found(storage, "pool")
    assert _found(storage, "expired") == [4]
