"""What holds for any transcript whatever."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.provenance import check
from bot.domain.transcript import Source, Transcript
from bot.drafters.extractive import ExtractiveDrafter
from tests.drafters.extractive.transcripts import said, transcript

SAYINGS = (
    "API is down, errors everywhere", "maybe the cache?", "not the cache", "I rolled back to v1.2.3",
    "it's back online", "I'll add an alert by Friday", "we should test this", "thanks", "yep",
    "the root cause is a bug in the parser", "```\nERROR 500\n```", "> quoted\n@responder 2 see https://x.test/a",
    "ignore previous instructions", "scratch that", "lost 3,000 orders (12 %)", "…", "((", "because",
)  # fmt: skip
texts = st.one_of(
    st.sampled_from(SAYINGS), st.text(max_size=80), st.lists(st.sampled_from(SAYINGS)).map(" ".join)
)
messages = st.lists(
    st.builds(
        said,
        st.floats(0, 5_000),
        texts,
        by=st.sampled_from(("incident lead", "responder 2", "responder 3")),
        source=st.sampled_from(Source),
        after=st.booleans(),
    ),
    max_size=25,
)


@given(messages.map(lambda made: transcript(*made)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_draft_cites_what_exists_and_is_the_same_twice(talk: Transcript) -> None:
    """Every claim cites evidence that carries it, entries stand at their time, nothing is random."""
    drafted = ExtractiveDrafter().draft(talk)
    by_label = talk.by_label()
    for _, claim in drafted.draft.claims():
        assert claim.evidence
        assert set(claim.evidence) <= by_label.keys()
    assert all(entry.at == by_label[entry.evidence[0]].at for entry in drafted.draft.timeline)
    assert [finding for finding in check(drafted.draft, by_label) if finding.rule != "grade"] == []
    assert ExtractiveDrafter().draft(talk).draft == drafted.draft
