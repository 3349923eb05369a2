"""Addresses of threads and channels."""

from __future__ import annotations

import pytest

from bot.domain.places import NOWHERE, thread_url

URL = "https://example.slack.com/"


def test_an_incident_is_read_on_where_it_was() -> None:
    """In its thread, or in its channel."""
    assert thread_url(URL, "C1", "100.000001") == "https://example.slack.com/archives/C1/p100000001"
    assert thread_url(URL, "C1", None) == "https://example.slack.com/archives/C1"


@pytest.mark.parametrize(("url", "channel_id"), [(URL, f"{NOWHERE}1f2e"), ("", "C1"), ("ftp://x", "C1")])
def test_nobody_is_sent_where_there_is_nothing(url: str, channel_id: str) -> None:
    """What was a document never was in Slack, and without the workspace's address there is no other."""
    assert thread_url(url, channel_id, "100.000001") == ""
