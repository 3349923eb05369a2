"""What a large company's postmortems speak of: parts, faults, measures and the sentences around them.

The words are as unequal as real ones: a few stand in every third postmortem (`database`, `timeout`), most in
one of a hundred, and names of hosts, tickets and customers in one or two.
"""

_PARTS = """connection pool|database|read replica|primary database|message queue|cache cluster
load balancer|TLS certificate|DNS resolver|feature flag|rate limiter|retry loop
schema migration|ingress controller|autoscaler|thread pool|disk volume|service mesh sidecar
garbage collector|cron job|token signer|search index|leader election|firewall rule
object storage bucket|container registry|secrets vault|circuit breaker|session store
webhook dispatcher|consumer group|NAT gateway|config map|log pipeline|metrics collector
backup job|batch importer|payment provider|CDN edge|API quota|kernel module|storage controller
network switch|transit link|time server|audit trail|price table|tax engine|geo lookup
image resizer|template renderer|spam filter|licence server|build agent|artifact proxy
canary analysis|blue-green switch|replication slot|vacuum worker|deadlock detector"""
_FAULTS = """exhausted|timing out|overloaded|expired|out of memory|misconfigured|unreachable|saturated|stale
throttled|deadlocked|corrupted|full|leaking connections|rolled out too fast|missing an index
stuck in a crash loop|out of file descriptors|partitioned|rejecting writes|returning duplicates
serving old data|dropping packets|lagging behind|flapping|silently disabled|double charging
wrongly scaled down|evicting hot keys|waiting for a lock|failing its health check
pinned to one core|revoked|mistyped|unbounded|restarted in the wrong order
asking for a removed column|blocked by a quota|unable to elect a leader"""
_TEAMS = """storefront|identity|platform|data engineering|fulfilment|billing operations|mobile
developer experience|network|trust and safety|growth|reliability"""
_SYLLABLES = "ka|lo|mi|ren|tas|vel|dor|nim|sul|pra|gon|het|bri|zan|ouk|fel|wix|yor|cham|dru"
_SAID = """{service} answered 5xx for {n} % of the requests from {clock} to {clock} UTC.
p99 latency of {service} rose from {n} ms to {n}00 ms.
The {part} of {service} was {fault}.
We saw the {part} {fault} in {region} only.
The deploy of {version} went out at {clock} and was rolled back at {clock}.
Customers reported failed orders; support opened {n} tickets.
{customer} called the hotline first.
The on-call engineer of {team} was paged at {clock}.
The alert on {service} fired {n} minutes after the first error.
Nobody was paged, since the alert had been muted during {ticket}.
Logs on {host} showed `{code}` for every request.
The dashboard was misleading: it averaged over all regions.
A restart of {host} helped for {n} minutes.
Scaling {service} to {n} replicas did not help.
At first we suspected the {part}, which turned out to be healthy.
A packet capture ruled the network out.
Traffic was shifted from {region} to {region}.
The change had been approved in {ticket}.
The fix was deployed with {version}.
Queries that took {n} ms before now took {n} s.
The backlog grew to {n}000 messages and drained within {n} minutes.
Retries of {service} multiplied the load.
{service} has no timeout on calls to {service}.
The runbook did not mention the {part}.
The failover to the replica took {n} minutes.
Memory climbed by {n} MB an hour until the process was killed.
CPU stood at {n} % on all nodes.
The certificate had been renewed but never reloaded.
Disk usage passed {n} % overnight.
No data was lost.
{n} orders had to be refunded.
{n}00 mails were sent twice.
The status page was updated at {clock}.
Sales estimates the loss at {n},000 euros.
The SLA of {customer} was breached by {n} minutes.
The vendor confirmed an outage on their side.
It went well that {team} had practised this in a game day.
It went badly that only one person knew the {part}.
We were lucky that it happened outside business hours.
Add an alert on the {part} before it is {fault}.
Write a runbook for the {part} ({ticket}).
Add a load test for {service}.
Limit the retries of {service} to {n}.
Rename the flag so that its scope is clear.
Move the {part} of {service} to its own cluster.
Review who may change the {part} in production.
Automate the renewal; nobody should need a calendar for it.
Teach the deploy to stop when the error budget burns.
Give {team} access to the logs of {service}.
Replace {host}, whose controller reports errors.
{service} depends on {service} at start-up, which nobody expected.
The cache was cold after the restart, so the database took all reads.
An index was dropped by the migration in {ticket}.
A long transaction held a lock that everybody waited for.
The consumer crashed on one malformed message and began again.
Health checks passed all the while.
The canary had no traffic, so it found nothing.
Two incidents overlapped, which cost us half an hour.
The bridge had {n} people in it and no commander until {clock}.
The backup was restored to {host} to compare the data.
Only writes were affected.
Only customers with more than {n} addresses were affected.
Mobile apps before {version} were affected.
Search results were stale for {n} minutes.
Payments were accepted but not confirmed.
Sign-in failed for people with two factors.
Uploads above {n} MB failed.
Reports for finance were late.
A configuration change reached all regions at once.
The quota of the cloud account was used up.
The clock of {host} was {n} seconds ahead.
The kernel of {host} logged `{code}`.
Tracing showed {n} calls for one page.
Garbage collection paused {service} for {n} seconds.
The connection count hit its maximum of {n}0.
The pool was raised from {n} to {n}0 connections.
Idle connections were closed by the load balancer.
A rollback was not possible because of the migration.
The feature flag was switched off at {clock}.
The secret was rotated but one pod kept the old one.
Rate limiting hit our own crawler.
A partner sent {n} times the usual traffic.
DNS answered with an address that was no longer ours.
Half of the pods were pending for lack of nodes.
The image could not be pulled from the registry.
The job ran twice because two schedulers believed they were leader.
The import of {customer} contained {n}00,000 rows.
Their export had a new column, and the parser gave up.
Follow-up in {ticket}.
The postmortem meeting was held by {team}."""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.replace("\n", "|").split("|"))


PARTS, FAULTS, TEAMS, SYLLABLES = _listed(_PARTS), _listed(_FAULTS), _listed(_TEAMS), _listed(_SYLLABLES)
REGIONS = ("eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "ap-south-1", "ap-southeast-2", "sa-east-1")
SAID = tuple(_SAID.split("\n"))
TYPED = (
    ("{part}", 16),
    ("{part} {fault}", 14),
    ("{service} {part}", 10),
    ("{service} {fault}", 8),
    ("{service}", 6),
    ("{code}", 6),
    ("{host}", 4),
    ("{ticket}", 4),
    ("{customer}", 4),
    ("{version}", 4),
    ("timeout", 2),
    ("database timeout", 3),
    ("deploy rolled back", 3),
    ("restart helped", 2),
    ("connec", 2),
    ('"{part}"', 4),
    ("{part} sev:1", 4),
    ("{fault} service:{service}", 3),
    ("{part} after:2025-03 is:published", 3),
    ("db {fault}", 3),
    ("{part} -{fault}", 2),
)
"""What people look for, and how often in a hundred or so."""
