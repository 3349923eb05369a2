"""Personal data: what the operator's rules find, and what only looks like it."""

from __future__ import annotations

import pytest

from bot.redaction import SecretRedactor

ALL = SecretRedactor(personal=("email", "phone", "card", "ip"))


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in ALL.personal(text)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("mail jane.doe+x@example.com please", "email", "jane.doe+x@example.com"),
        ("<mailto:bob@example.co.uk|bob>", "email", "bob@example.co.uk"),
        ("customer (müller@example.de) called", "email", "müller@example.de"),
        ("call +49 171 2345678 now", "phone", "+49 171 2345678"),
        ("+14155550123", "phone", "+14155550123"),
        ("(415) 555-0123 is the bridge", "phone", "(415) 555-0123"),
        ("415-555-0123", "phone", "415-555-0123"),
        ("Tel. 030 1234567-0", "phone", "030 1234567-0"),
        ("card 4111 1111 1111 1111 was charged twice", "card", "4111 1111 1111 1111"),
        ("5555555555554444", "card", "5555555555554444"),
        ("amex 3782-822463-10005", "card", "3782-822463-10005"),
        ("from 203.0.113.7:443", "ip", "203.0.113.7"),
        ("at 2001:db8::ff00:42:8329", "ip", "2001:db8::ff00:42:8329"),
    ],
)
def test_personal_data_is_found(text: str, kind: str, value: str) -> None:
    """Addresses, numbers and cards in the notations people use."""
    assert found(text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "git@github.com:acme/shop.git",
        "ssh deploy@db-1.internal",
        "wg-quick@wg0.service failed",
        "react@18.2.0 and @scope/pkg@1.2.3",
        "@here and <@U0123ABCD>",
        "1763722800.000100",
        "1763722800000100",
        "2025-11-21 14:02:03",
        "14:02–16:30 UTC",
        "latency +1200 ms, +38.5 %",
        "trace_id=4111111111111111",
        "order id 5555555555554444",
        "4111 1111 1111 1112",
        "1,204,331 requests, 9223372036854775807",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "version 2.4.1 of 3.11",
        "12:34:56",
        "call took 1234567890 ns",
    ],
)
def test_what_is_no_personal_data_survives(text: str) -> None:
    """Machines' addresses, timestamps, ids and versions are needed."""
    assert found(text) == []


def test_only_the_rules_asked_for_apply() -> None:
    """IP addresses stay unless the operator wants them gone."""
    text = "jane@example.com from 203.0.113.7"
    assert [one.kind for one in SecretRedactor().personal(text)] == ["email"]
    assert SecretRedactor(personal=()).personal(text) == ()
