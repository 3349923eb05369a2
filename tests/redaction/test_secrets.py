"""Which credentials are found, and which harmless strings are left alone."""

from __future__ import annotations

import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.masking import PLACEHOLDER, mask
from bot.redaction import SecretRedactor
from tests.redaction.samples import ASSIGNED, HEX40, PLACES, SURVIVORS, TOKENS, chars, pem

REDACTOR = SecretRedactor()


def masked(text: str) -> str:
    """The text with its secrets replaced, numbered by value."""
    known: dict[tuple[str, str], int] = {}
    secrets = REDACTOR.secrets(text)
    return mask(text, secrets, lambda kind, value: known.setdefault((kind, value), len(known) + 1)).text


def leaks(secret: str, text: str) -> bool:
    """Whether the secret, or six characters in a row of it, is still readable."""
    shown = PLACEHOLDER.sub("\n", text)
    return any(secret[at : at + 6] in shown for at in range(max(1, len(secret) - 5)))


@pytest.mark.parametrize("kind", TOKENS)
def test_a_token_is_found_wherever_it_stands(kind: str) -> None:
    """In prose, code, quotes, JSON, links and commands: every kind in every placement."""
    token = TOKENS[kind]
    secret = token.removeprefix("DefaultEndpointsProtocol=https;AccountName=logs;AccountKey=").partition(
        "://"
    )[2]
    for place in PLACES:
        shown = masked(place.format(token))
        assert not leaks(secret or token.rpartition("AccountKey=")[2], shown), (place, shown)


@pytest.mark.parametrize(("text", "secret", "kept"), ASSIGNED)
def test_a_named_secret_is_masked_and_what_surrounds_it_stays(text: str, secret: str, kept: str) -> None:
    """Only the value goes: a reader still sees which password, of what host, was pasted."""
    shown = masked(text)
    assert not leaks(secret, shown)
    assert kept in shown


@pytest.mark.parametrize("text", SURVIVORS)
def test_what_a_postmortem_needs_survives(text: str) -> None:
    """Commits, traces, pods, versions, addresses and sentences about passwords are no secrets."""
    assert masked(text) == text


def test_there_are_enough_samples() -> None:
    """The promise is at least sixty kinds and placements each way."""
    assert min(len(TOKENS), len(ASSIGNED), len(SURVIVORS)) >= 60


@pytest.mark.parametrize("what", ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "EC PRIVATE KEY"])
@pytest.mark.parametrize("style", ["{}", "```\n{}\n```", "cat key.pem\n{}\nplease rotate"])
def test_a_key_block_goes_as_a_whole(what: str, style: str) -> None:
    """Header, body and footer become one placeholder, whatever stands around."""
    assert masked(style.format(pem(what))) == style.format("[secret:private-key-1]")


def test_a_key_block_is_found_on_one_line_quoted_and_cut_off() -> None:
    """As JSON writes it, as Slack quotes it, and as somebody pasted only half of it."""
    key = pem()
    half = "\n".join(key.splitlines()[:3]) + "\n… rest cut"
    for text in (key.replace("\n", "\\n"), "> " + key.replace("\n", "\n> "), half):
        assert not leaks(key.splitlines()[1], masked(text))
    assert masked(half).endswith("… rest cut")


def test_a_service_account_file_loses_its_key() -> None:
    """Google's JSON keeps project and type readable."""
    shown = masked(json.dumps({"type": "service_account", "project_id": "shop", "private_key": pem() + "\n"}))
    assert "[secret:private-key-1]" in shown
    assert "shop" in shown


def test_talk_about_a_key_header_masks_the_header_only() -> None:
    """A sentence that quotes the first line of a key file stays readable."""
    text = "it starts with -----BEGIN RSA PRIVATE KEY----- and nginx refuses it"
    assert masked(text) == "it starts with [secret:private-key-1] and nginx refuses it"


@pytest.mark.parametrize(
    "kind", ["github-classic", "anthropic-key", "jwt", "openai-project", "aws-access-key"]
)
@pytest.mark.parametrize("width", [8, 14, 30])
def test_a_token_wrapped_over_lines_goes_entirely(kind: str, width: str | int) -> None:
    """A terminal's line breaks inside a token do not save the rest of it."""
    token, size = TOKENS[kind], int(width)
    lines = [token[at : at + size] for at in range(0, len(token), size)]
    if len(lines) > 1 and len(lines[-1]) >= 6:
        shown = masked("look:\n" + "\n".join(lines) + "\nthen it failed")
        assert not leaks(token, shown.replace("\n", ""))
        assert shown.endswith("it failed")


@pytest.mark.parametrize("kind", ["github-classic", "sendgrid-key", "slack-bot"])
def test_the_same_secret_twice_is_found_twice(kind: str) -> None:
    """Every occurrence goes, with the same number."""
    shown = masked(f"{TOKENS[kind]} and again {TOKENS[kind]}")
    first, second = PLACEHOLDER.findall(shown)
    assert first == second


def test_several_secrets_in_one_message_get_their_own_kinds() -> None:
    """A pasted env file names what each value was."""
    shown = masked(f"AWS_ACCESS_KEY_ID={TOKENS['aws-access-key']}\nDB_PASSWORD=hunter2\nPORT=8080")
    assert shown == "AWS_ACCESS_KEY_ID=[secret:aws-access-key-1]\nDB_PASSWORD=[secret:password-2]\nPORT=8080"


ATOMS = st.one_of(
    st.sampled_from(sorted(TOKENS.values())),
    st.sampled_from([text for text, _, _ in ASSIGNED]),
    st.sampled_from(SURVIVORS),
    st.text(max_size=20),
    st.sampled_from(
        ["password=", "token: ", " is ", "\n", "```", "[secret:token-1]", "://", "@", '"', "Bearer ", "-p"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ATOMS, max_size=6).map("".join))
def test_masked_text_holds_nothing_more_to_mask(text: str) -> None:
    """Redacting twice is redacting once, so text may pass the door again."""
    once = masked(text)
    assert REDACTOR.secrets(once) == ()


@settings(max_examples=100, deadline=None)
@given(st.lists(ATOMS, max_size=5).map(" ".join))
def test_spans_are_in_order_within_the_text_and_never_overlap(text: str) -> None:
    """What the port promises, on hostile text too."""
    end = 0
    for secret in REDACTOR.secrets(text):
        assert end <= secret.start < secret.end <= len(text)
        end = secret.end


HOSTILE = {
    "one letter": "a" * 100_000,
    "secret words": "secret" * 16_000,
    "assignments": "password=" * 11_000,
    "open quotes": 'password="' * 10_000,
    "token starts": "eyJ" * 33_000,
    "addresses": "://a:b" * 16_000,
    "key headers": "-----BEGIN PRIVATE KEY-----" * 3_700,
    "blanks": "password" + " " * 99_990,
    "half placeholders": "[secret:" * 12_000,
    "random letters": chars("mixed", 100_000),
    "wrapped": ("A" * 60 + "\n") * 1_600,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hundred_kilobytes_take_no_more_than_seconds(name: str) -> None:
    """No pattern goes back over what it read: the worst lines take a second or so, not minutes."""
    start = time.perf_counter()
    REDACTOR.secrets(HOSTILE[name])
    REDACTOR.personal(HOSTILE[name])
    assert time.perf_counter() - start < 8


def test_an_ordinary_message_takes_a_fraction_of_a_millisecond() -> None:
    """The door is cheap: 0.3 ms in the median on a quiet machine (ten times that is allowed here)."""
    spent = []
    for text in SURVIVORS:
        start = time.perf_counter()
        REDACTOR.secrets(text)
        REDACTOR.personal(text)
        spent.append(time.perf_counter() - start)
    assert statistics.median(spent) < 0.003


def test_threads_share_one_redactor() -> None:
    """Concurrent calls give what single ones give."""
    texts = [text for text, _, _ in ASSIGNED] + list(TOKENS.values())
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(masked, texts)) == [masked(text) for text in texts]


def test_an_allowlist_comment_does_not_open_the_door() -> None:
    """The library's `pragma: allowlist secret` is for source code; chat cannot switch masking off."""
    assert HEX40 not in masked(f"api_key = '{HEX40}'  # pragma: allowlist secret")
