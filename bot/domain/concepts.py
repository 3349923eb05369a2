"""What incidents are about and how things fail, in many words: a lexicon to compare them by.

Two postmortems of one cause rarely use the same words (`OOM-killed`, `ran out of memory`), so that words
alone find only a third of them. A concept is found where any of its wordings occurs. Both lists are meant
to be extended: a wording more is a wording more, nothing else depends on them but the fitted numbers in
`bot/domain/likeness.py` (`docs/memory.md` says how to fit anew).
"""

from __future__ import annotations

import re
from functools import cache

THINGS: dict[str, str] = {
    "certificate": (
        r"certificates?|\bcerts?\b|\btls\b|\bssl\b|x\.?509|cert-?manager|starttls|let'?s encrypt"
        r"|zertifikat\w*"
    ),
    "connection pool": (
        r"(?:connection|database|db|thread|worker|hikari|pgbouncer|client|socket)\W*(?:pools?|budget)"
        r"|pooled connections?|\bpool(?:s|ed|ing)?\b|hikari\w*|pgbouncer|max_?connections|(?:no more"
        r"|out of|leaked|leaks?|idle|open|too many|more|every) (?:\w+ ){0,2}connections?|verbindungspool"
    ),
    "disk space": (
        r"disk(?:s|space)? (?:\w+ ){0,3}(?:full|filled|space|usage|ran out)|(?:filled|full|fills|filling"
        r"|ran out of) (?:\w+ ){0,4}(?:disks?|volumes?|partition|storage)|no space left|out of (?:disk"
        r"|space|inodes)|(?:disks?|volumes?|platten?|partition) (?:\w+ ){0,5}(?:full|voll)|watermark"
        r"|log rotation|\binodes?\b|speicherplatz|platte (?:\w+ )?voll"
    ),
    "disk speed": (
        r"\biops\b|burst (?:credits?|balance)|disk (?:latency|throughput|was throttled|io|i/o)|i/?o wait"
    ),
    "memory": (
        r"out of memory|\boom\b|oom-?kill\w*|\bheap\b|memory (?:leak\w*|limit|usage|grew|pressure|growth"
        r"|stayed)|exit code 137|resident memory|unbounded (?:map|cache|list|queue|buffer)"
        r"|native buffers?|(?:leaks?|leaked|leaking) memory|arbeitsspeicher|speicherleck"
    ),
    "garbage collection": (r"garbage collect\w*|\bgc\b|stop[- ]the[- ]world"),
    "name resolution": (
        r"\bdns\b|coredns|name ?servers?|name resolution|\bresolv(?:e|ed|er|ers|ing)\b|servfail|nxdomain"
        r"|enotfound|\bzone file\b|\bttl of\b|getaddrinfo|hosts? lookup"
    ),
    "feature flag": (r"feature[ -](?:flag|toggle)s?|\bflags?\b|launchdarkly|unleash"),
    "configuration": (
        r"config(?:uration|s|map)?\b|misconfigur\w+|(?:environment|env) (?:variable|var)s?|\bsettings?\b"
        r"|\byaml\b|helm (?:chart|values)|terraform|routing rules?|fehlkonfigur\w+|konfiguration\w*"
        r"|feature[ -](?:flag|toggle)s?|\bflags?\b"
    ),
    "provider": (
        r"third[ -]party|\b(?:our|its|the|external|payment|cloud|cdn|sms|mail|maps|identity"
        r"|upstream) (?:\w+ )?(?:provider|vendor|supplier|carrier)(?:'?s)?\b|\bvendor'?s?\b"
        r"|status ?page of|external (?:\w+ )?(?:api|service)|outage (?:of|at|in) (?:our|the|its)"
        r"|anbieter\w*"
    ),
    "missing index": (
        r"\bindex\b|full table scan|(?:table|sequential|seq) scans?|scann?(?:s"
        r"|ed)? (?:\w+ ){0,3}(?:table|rows)|million rows"
    ),
    "query plan": (
        r"query plan\w*|\bplanner\b|slow quer\w+|statistics were|sequential scan|table scan|\bexplain\b"
        r"|\bquer(?:y|ies)\b"
    ),
    "database lock": (
        r"deadlock\w*|lock (?:wait|timeout|contention|queue)|exclusive lock|access exclusive"
        r"|locked (?:the )?(?:\w+ )?table|alter table|long(?:-running)? transaction|row locks?"
    ),
    "replication": (r"replicat\w+|replica(?:s)? (?:\w+ ){0,3}(?:lag\w*|behind)|standby|\blag(?:ged|ging)?\b"),
    "migration": (
        r"(?:schema|database|data) migrations?|\bmigrations? (?:\w+ )?(?:dropped|added|locked|ran|failed"
        r"|rewrote)|\bbackfill\w*|alembic|flyway|liquibase"
    ),
    "message queue": (
        r"\bqueues?\b|\bconsumers?\b|\bbacklog\b|dead[- ]letter|\bkafka\b|rabbitmq|\bsqs\b"
        r"|\bpartitions? behind\b|poison (?:message|pill)|\bbrokers?\b|warteschlange"
    ),
    "bad input": (
        r"poison (?:message|pill)|malformed|could not (?:be )?parsed?|parser|invalid (?:\w+ )?(?:input"
        r"|payload|message|record|character|utf)|unparse?able|unexpected (?:\w+ )?(?:value|field|format)"
        r"|\bencoding\b|character set|duplicate (?:rows|records|keys)"
    ),
    "cache": (
        r"\bcach(?:e|es|ed|ing)\b|\bredis\b|memcached?|hit rate|\bevict\w*|stampede|thundering herd"
        r"|\bvarnish\b|zwischenspeicher"
    ),
    "capacity": (
        r"autoscal\w+|(?:maximum|fixed number|max) (?:\w+ )?(?:of )?(?:\w+ )?(?:replicas|instances|nodes"
        r"|pods|workers)|\bquota\b|saturated|(?:add|added|adding|scale|scaled) (?:\w+ )?(?:capacity"
        r"|replicas|nodes|instances)|too (?:small|few)|traffic (?:rose|doubled|spike|surge)"
        r"|times the usual|under-?provisioned|\bundersized\b|overload\w*|\bcapacity\b|überlast\w*"
    ),
    "rate limit": (r"rate[ -]?limit\w*|throttl\w+|\b429\b|too many requests"),
    "credential": (
        r"passwords?|\bsecrets?\b|api keys?|access keys?|credentials?|client secret|\btokens?\b"
        r"|\bvault\b|service account|\biam\b|permissions?|passwor(?:t|te)\b"
    ),
    "attack": (
        r"attack\w*|\bbots?\b|credential[- ]stuffing|ddos|brute[ -]force|\bscrap(?:er|ers|ing)\b"
        r"|malicious|exploit\w*"
    ),
    "clock": (
        r"\bclocks?\b|\bntp\b|time synchroni[sz]\w+|clock skew|leap second|time ?zone|daylight|\bdst\b"
        r"|zeitumstellung"
    ),
    "schedule": (
        r"\bcron\w*|scheduled jobs?|nightly|batch (?:job|run)s?|month[- ]end|\bat midnight\b|overlapp\w+"
    ),
    "network": (
        r"network (?:partition|outage|link)|packet loss|\bbgp\b|firewall|security group|\bmtu\b|\bvpn\b"
        r"|\bnat\b|split[- ]brain|subnet|\bpeering\b|routing table|load balancers?"
    ),
    "leader election": (
        r"leader(?:s|ship)?(?: election)?\b|\bquorum\b|split[- ]brain|second primary|\betcd\b|zookeeper"
        r"|\braft\b|sentinel"
    ),
    "hardware": (
        r"(?:disk|drive|ssd|nic|host|node|dimm|power supply|switch) (?:failure|failed|died|broke)"
        r"|hardware|lost power|power (?:outage|loss|cut|failure)|\brack\b|overheat\w*|cooling"
        r"|kernel panic|stromausfall"
    ),
    "deployment": (
        r"deploy(?:ed|s|ment|ments|ing)?\b|roll(?:ed)?[ -]?out|\breleased?\b|\bcanary\b|\brolled back\b"
        r"|\brollback\b|wrong (?:image|build|version)"
    ),
    "library upgrade": (
        r"(?:library|libraries|sdk|driver|package|framework|runtime"
        r"|dependency) (?:\w+ ){0,3}(?:upgrad\w+|updat\w+|bump\w*|version)|(?:upgrad\w+|updat\w+|bump\w*"
        r"|new version) (?:\w+ ){0,3}(?:library|libraries|sdk|driver|package|framework|runtime)"
        r"|incompatib\w+|breaking change"
    ),
    "race condition": (
        r"race condition|\braces?\b|concurren\w+|double[- ](?:charge|submit|booking)|\btwice\b"
        r"|idempoten\w+|lost update"
    ),
    "crash": (
        r"null ?pointer|nil pointer|segfault|unhandled|uncaught|\bpanic(?:ked|s)?\b|stack overflow"
        r"|infinite (?:loop|recursion)|crash ?loop\w*|crashed"
    ),
    "retry storm": (
        r"retry (?:storm|loop)|retried (?:\w+ )?(?:at once|forever|again and again)|\bretries\b"
        r"|without (?:any )?back-?off|circuit breaker"
    ),
    "timeout": (r"\btimeouts?\b|timed out|deadline exceeded|keep-?alive|idle connections"),
    "file descriptors": (
        r"file descriptors?|\bulimit\b|too many open files|ephemeral ports?|port exhaustion"
        r"|sockets? exhausted"
    ),
    "data loss": (
        r"(?:data|rows|records|table|bucket|file) (?:was |were |got )?(?:deleted|lost|truncated"
        r"|overwritten|corrupt\w*)|corrupt\w+|restored? from (?:the )?backup|\bbackups?\b"
    ),
    "monitoring": (r"(?:false alarm|alert(?:ing|s)? (?:rule|was broken|did not))|probe|health ?check"),
}
"""What it was about."""

FAULTS: dict[str, str] = {
    "expired": (r"expir\w+|ran out\b|lapsed|abgelaufen|not renewed|renewal"),
    "exhausted": (
        r"exhaust\w+|none was left|ran out of|used up|no more|reached its (?:limit|maximum)|empty pool"
        r"|drained|erschöpft"
    ),
    "leaked": (
        r"leak\w*|never (?:closed|released|freed|lets? go)|without giving|does not free|only grew"
        r"|not (?:closed|released|freed)|unbounded"
    ),
    "rotated": (r"rotat\w+|revoked|old (?:secret|password|key|token)"),
    "removed": (r"dropped|removed|cleaned up|deleted|decommissioned|taken away|withdrawn|switched off"),
    "unavailable": (r"unavailable|outage|was down|lost power|answered 50\d"),
    "stale": (r"\bstale\b|\bcached? (?:the )?old\b|outdated|out of date"),
    "locked": (r"\block\w*\b|blocked|deadlock\w*"),
}
"""How it failed: alone it tells less than what failed."""

LONGEST = 40_000
"""Characters of a text that are read."""


def concepts(text: str) -> frozenset[str]:
    """The names of the concepts a text mentions, those of `FAULTS` with `!` before them."""
    said = text[:LONGEST].lower()
    return frozenset(name for name, pattern in _patterns() if pattern.search(said))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    things = ((name, re.compile(pattern)) for name, pattern in THINGS.items())
    return (*things, *(("!" + name, re.compile(pattern)) for name, pattern in FAULTS.items()))
