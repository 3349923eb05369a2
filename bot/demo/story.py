"""The incident that the demonstration plays: a checkout that answers 502, and how it was mended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """Something said `minute` minutes after the first alert. `under` names the message it replies to."""

    minute: float
    who: str
    text: str
    name: str = ""
    under: str = ""


@dataclass(frozen=True)
class Character:
    """Somebody in the story."""

    handle: str
    real_name: str
    tz: str


PEOPLE = (
    Character("maya", "Maya Lindqvist", "Europe/Stockholm"),
    Character("ben", "Ben Okafor", "Europe/London"),
    Character("priya", "Priya Raman", "Asia/Kolkata"),
    Character("tom", "Tomás Ferreira", "America/Sao_Paulo"),
)
ALERT = "Datadog"
CHANNEL = "incident-checkout-502"
TITLE = "Checkout answers 502"

SCRIPT = (
    Said(0, ALERT, "[Triggered] checkout-api: 5xx rate 12.4 % (threshold 1 %) on checkout-api-prod", "alert"),
    Said(2, "maya", "Looking. Checkout returns 502 for a part of the customers since about 09:00 UTC."),
    Said(3, "ben", "Support has 14 tickets already, all about payments that fail at the last step."),
    Said(5, "maya", "Maybe it is the payment provider, their status page was yellow this morning."),
    Said(
        7,
        "priya",
        "Their status page is green again and our calls to them succeed, so it is not them.",
        "green",
    ),
    Said(8, "tom", "We deployed checkout-api v2.14.0 at 08:55. Checking what changed.", "deploy"),
    Said(10, "tom", "v2.14.0 opens a new database connection for every retry.", "", "deploy"),
    Said(
        11,
        "tom",
        "db-primary-2 is at 500 of 500 connections, and checkout-api logs `FATAL: too many connections`.",
        "",
        "deploy",
    ),
    Said(13, "priya", "Using password=Sommer-2026-Regen to get into the console, one second."),
    Said(
        15, "maya", "The root cause is that v2.14.0 leaks database connections on every retry. Rolling back."
    ),
    Said(17, "maya", "Rollback of checkout-api to v2.13.2 started."),
    Said(22, "maya", "Rollback is done, connections on db-primary-2 are down to 120."),
    Said(24, ALERT, "[Recovered] checkout-api: 5xx rate 0.2 % on checkout-api-prod"),
    Said(26, "ben", "Support confirms: payments work again, no new tickets for five minutes."),
    Said(28, "priya", "In total 3,120 orders failed between 09:00 and 09:24 UTC."),
    Said(30, "tom", "We should add an alert on the connection count of db-primary-2."),
    Said(31, "tom", "I will fix the retry code so that it reuses the connection, by Friday."),
    Said(32, "maya", "We were lucky that the on-call for the database was online already."),
    Said(35, "maya", "Closing this one. Thanks everybody.", "closing"),
)
"""Times are minutes after 09:00 UTC on a Monday."""

PAST_CHANNEL = "incident-checkout-pool"
PAST_TITLE = "Checkout times out"
PAST = (
    Said(0, ALERT, "[Triggered] checkout-api: p95 latency 9.8 s (threshold 2 s) on checkout-api-prod"),
    Said(2, "tom", "Checkout times out for about a third of the customers since 09:00 UTC."),
    Said(5, "priya", "checkout-api waits for a database connection, all of db-primary-2 are taken."),
    Said(
        9,
        "tom",
        "The root cause is that a config change limits the connection pool of checkout-api to 20.",
    ),
    Said(12, "tom", "Raised the pool to 200 and restarted checkout-api."),
    Said(18, ALERT, "[Recovered] checkout-api: p95 latency 0.4 s on checkout-api-prod"),
    Said(20, "ben", "Support confirms: checkouts go through again, 410 orders failed."),
    Said(22, "priya", "I will add an alert on waiting connections by Friday."),
)
"""An incident of the past, so that there is something to find and to resemble."""

CORRECTION = (
    "summary: Checkout answered 502 to a part of the customers for 24 minutes because version v2.14.0 leaked "
    "database connections; rolling back to v2.13.2 ended it."
)
ACTION = "action: Load-test retries against db-primary-2 @tom by 2026-03-20"
QUESTION = "question: What else should be known about this?"
SEARCH = "connection leak checkout"
