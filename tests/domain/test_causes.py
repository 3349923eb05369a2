"""Naming the class of a cause by its wording."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.causes import CauseClass, cause_class, class_of_text
from bot.domain.postmortem import Claim, Grade, RootCause
from tests.domain.drafts import a_draft

SENTENCES = [
    (CauseClass.CERTIFICATE, "The wildcard certificate of the edge had expired on Sunday."),
    (CauseClass.CERTIFICATE, "Renewal of the TLS certificate failed silently for two weeks."),
    (CauseClass.CERTIFICATE, "Clients did not trust the new intermediate CA."),
    (CauseClass.CLOCK, "The hosts' clocks drifted apart because NTP was blocked."),
    (CauseClass.CLOCK, "The nightly cron job ran twice after the switch to daylight saving time."),
    (CauseClass.CLOCK, "Two backup jobs overlapped at midnight."),
    (
        CauseClass.CREDENTIAL,
        "The password of the reporting user was rotated and the importer kept the old one.",
    ),
    (CauseClass.CREDENTIAL, "The API key for the payment provider had been revoked."),
    (CauseClass.CREDENTIAL, "An IAM change took away the permission to read the bucket."),
    (CauseClass.SECURITY, "A credential stuffing attack hit the login endpoint."),
    (CauseClass.SECURITY, "A leaked access key was used to start machines."),
    (CauseClass.HARDWARE, "A failed disk in the storage node made the array rebuild."),
    (CauseClass.HARDWARE, "The rack lost power when a breaker tripped."),
    (CauseClass.NETWORK, "A firewall rule dropped the traffic between the two zones."),
    (CauseClass.NETWORK, "DNS answered with the address of the old load balancer."),
    (CauseClass.NETWORK, "The provider withdrew our prefixes over BGP."),
    (CauseClass.DATABASE, "The migration locked the orders table for eleven minutes."),
    (CauseClass.DATABASE, "A query without an index scanned the whole table."),
    (CauseClass.DATABASE, "Replication lag on the read replica grew to an hour."),
    (CauseClass.CAPACITY, "The connection pool was exhausted by the retries of the importer."),
    (CauseClass.CAPACITY, "Log files filled the disk of the broker."),
    (CauseClass.CAPACITY, "The pods were OOM-killed since the heap limit was too low."),
    (CauseClass.CAPACITY, "Marketing's mail doubled the traffic and the autoscaler was at its maximum."),
    (CauseClass.DATA, "A malformed record stopped the consumer again and again."),
    (CauseClass.DATA, "The price feed held duplicate rows."),
    (CauseClass.DATA, "The index file was corrupted by a hard stop."),
    (CauseClass.CONFIGURATION, "The feature flag was turned on for everybody instead of one per cent."),
    (
        CauseClass.CONFIGURATION,
        "A typo in the ingress configuration sent all requests to the default backend.",
    ),
    (CauseClass.CONFIGURATION, "The timeout had been lowered to 200 ms in the settings."),
    (CauseClass.DEPENDENCY, "The payment provider had an outage."),
    (CauseClass.DEPENDENCY, "An upgrade of the HTTP library was incompatible with our proxy."),
    (CauseClass.CODE, "A null pointer in the discount path crashed the worker."),
    (CauseClass.CODE, "Retries leaked connections, since the handler never closed them."),
    (CauseClass.CODE, "A race condition let two workers take one order."),
    (CauseClass.DEPLOYMENT, "The release of the afternoon broke the checkout."),
    (CauseClass.DEPLOYMENT, "It was introduced by the deployment of v2.4."),
    (CauseClass.UNKNOWN, "Nobody could say why it recovered."),
    (CauseClass.UNKNOWN, ""),
    (CauseClass.CERTIFICATE, "Das Zertifikat des Portals war abgelaufen."),
    (CauseClass.CAPACITY, "Die Platte war voll."),
]


@pytest.mark.parametrize(("expected", "sentence"), SENTENCES)
def test_a_sentence_names_the_class_of_its_cause(expected: CauseClass, sentence: str) -> None:
    """What a reader would call the cause is what the rules call it."""
    assert class_of_text(sentence) is expected


def test_a_deployment_is_the_class_only_where_nothing_says_what_was_wrong_with_it() -> None:
    """Most causes come with a deployment; the class tells what it brought in."""
    assert class_of_text("v2.4 was deployed at 14:00.") is CauseClass.DEPLOYMENT
    assert class_of_text("v2.4 was deployed at 14:00 with a memory leak.") is CauseClass.CODE


def test_what_a_sentence_denies_is_no_cause() -> None:
    """`It was not the database` says nothing for the database."""
    assert class_of_text("It was not the database.") is CauseClass.UNKNOWN
    assert (
        class_of_text("It wasn't the replication lag, a certificate had expired.") is CauseClass.CERTIFICATE
    )


def _with(cause: str, *, factors: str = "", summary: str = "It was slow.", title: str = "Slow") -> CauseClass:
    claims = (Claim(text=cause, evidence=(1,)),) if cause else ()
    draft = a_draft(
        title=title,
        root_cause=RootCause(grade=Grade.STATED if cause else Grade.NOT_ESTABLISHED, claims=claims),
        contributing_factors=(Claim(text=factors, evidence=(1,)),) if factors else (),
        summary=(Claim(text=summary, evidence=(1,)),),
    )
    return cause_class(draft)


def test_the_root_cause_speaks_before_factors_summary_and_title() -> None:
    """Each part is asked only where the ones before it tell nothing."""
    assert (
        _with(
            "A bug in the parser.",
            factors="The disk was full.",
            summary="The certificate expired.",
            title="DNS",
        )
        is CauseClass.CODE
    )
    assert _with("It stopped.", factors="The disk was full.", summary="DNS failed.") is CauseClass.CAPACITY
    assert _with("", summary="DNS failed.", title="Certificate expired") is CauseClass.NETWORK
    assert _with("", title="Certificate expired") is CauseClass.CERTIFICATE
    assert _with("") is CauseClass.UNKNOWN


def test_impact_and_action_items_name_no_cause() -> None:
    """What was seen and what is to be done are not why it happened."""
    draft = a_draft(
        title="Slow",
        summary=(),
        root_cause=RootCause(),
        impact=(Claim(text="The database timed out.", evidence=(1,)),),
    )
    assert cause_class(draft) is CauseClass.UNKNOWN


@given(st.text(max_size=400))
def test_any_text_has_one_class(text: str) -> None:
    """Hostile text is classed like any other, the same every time."""
    assert class_of_text(text) is class_of_text(text)


def test_a_very_long_text_is_classed_in_time_that_grows_with_its_length() -> None:
    """No pattern runs away on text that nearly matches again and again."""
    assert class_of_text("certificate pool token " * 20_000) is not CauseClass.UNKNOWN
