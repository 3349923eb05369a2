"""What kind of cause a postmortem names, by its wording: one class an incident, for counting and comparing.

The rules, in this order:

1. The root cause speaks first. Only where its wording tells nothing do the contributing factors, then
   the summary, then the title. Impact, timeline and action items never do: what was seen and what was
   done about it is no cause.
2. A telling phrase (`certificate expired`, `out of memory`) counts 3, a mere mention (`certificate`,
   `memory`) 1; each wording counts once. What a sentence denies (`not the database`) does not count.
3. The class with the highest count wins; of equals, the one listed first in `CauseClass`, which goes
   from the particular to the general. A deployment is what brings in most causes, so that it is the class
   only where nothing says what was wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache, lru_cache

from bot.domain.postmortem import Draft


class CauseClass(StrEnum):
    """What kind of thing went wrong; the value is how people read it. From particular to general."""

    CERTIFICATE = "certificate"
    CLOCK = "schedule or clock"
    CREDENTIAL = "credential"
    SECURITY = "security"
    HARDWARE = "hardware"
    NETWORK = "network"
    DATABASE = "database"
    CAPACITY = "capacity"
    DATA = "data"
    CONFIGURATION = "configuration"
    DEPENDENCY = "dependency"
    CODE = "code defect"
    DEPLOYMENT = "deployment"
    UNKNOWN = "unknown"


TELLS = 3
MENTIONS = 1

_TELLING: dict[CauseClass, str] = {
    CauseClass.CERTIFICATE: (
        r"(?:certificates?|certs?|tls|ssl|x\.?509)\b[^.;]{0,40}\b(?:expir\w+|lapsed|revoked|renew\w*"
        r"|rotat\w+|mismatch\w*|untrusted|chain|invalid|handshake)"
        r"|expir\w+ (?:\w+ ){0,3}(?:certificates?|certs?)|(?:intermediate|root|leaf|wildcard) (?:ca"
        r"|cert\w*)|zertifikat\w*[^.;]{0,40}\babgelaufen"
    ),
    CauseClass.CLOCK: (
        r"(?:clock|time) (?:skew\w*|drift\w*)|\bntp\b|leap (?:second|year|day)|daylight[ -]saving"
        r"|\bdst\b|time ?zone|\bcron(?:tab|jobs?)?\b[^.;]{0,40}\b(?:twice|overlap\w*|collid\w+|missed"
        r"|at the same|never ran|not run|early|late|simultaneous\w*)|(?:jobs?|backups?|batch"
        r"|schedules?) (?:\w+ ){0,3}(?:overlapp\w+|collid\w+)|\b(?:wrong|clocks?) schedule"
        r"|\bmidnight\b|zeitumstellung|clocks? (?:\w+ ){0,4}(?:ahead|behind|off|wrong|synchroni[sz]ed)"
    ),
    CauseClass.CREDENTIAL: (
        r"(?:token|password|passphrase|secret|credentials?|api[ -]keys?|access keys?|service account"
        r"|signing keys?)\b[^.;]{0,40}\b(?:expir\w+|rotat\w+|revoked|invalid\w*|wrong|deleted|missing"
        r"|lapsed|denied|disabled)|(?:expired|rotated|revoked|invalid|stale) (?:\w+ ){0,2}(?:token"
        r"|password|secret|credentials?|api[ -]keys?|keys?)\b|\b(?:iam|rbac)\b"
        r"|permissions? (?:\w+ ){0,3}(?:removed|revoked|missing|denied)|lost (?:its "
        r"|the )?permissions?|access denied"
    ),
    CauseClass.SECURITY: (
        r"\bd?dos\b|\bddos\w*|denial[ -]of[ -]service|attack(?:er|ers|ed)?\b|brute[ -]force"
        r"|credential stuffing|\bexploit(?:ed|s)?\b|compromised|leaked (?:\w+ ){0,3}(?:keys?|tokens?"
        r"|secrets?|credentials?)|(?:keys?|tokens?|secrets?|credentials?) (?:\w+ ){0,2}leaked"
        r"|malicious|\bphish\w+|malware|ransomware|vulnerability|\bscrap(?:er|ers|ing)\b|bot traffic"
        r"|\bcve-\d+"
    ),
    CauseClass.HARDWARE: (
        r"(?:disk|drive|ssd|nic|psu|power supply|memory module|dimm|raid|node|host|switch"
        r"|router) (?:failure|failed|died|broke|fault)|failed (?:disk|drive|ssd|nic|psu|host|dimm"
        r"|switch|node)|bad (?:disk|sector|ram|cable|dimm)|hardware|power (?:outage|loss|cut)"
        r"|lost power|overheat\w*|kernel panic|\becc\b|cooling"
        r"|availability zone (?:\w+ ){0,2}(?:failed|down|lost)|stromausfall"
    ),
    CauseClass.NETWORK: (
        r"\bdns\b|\bbgp\b|packet loss|network partition\w*|\b(?:mtu|vpn|nat|vlan|vpc)\b|(?:firewall"
        r"|security group|routing|route table|network)[ -](?:rules?|polic\w+|change|tables?|outage"
        r"|failure)|nameservers?|name resolution|\b(?:misrouted|unreachable network|split[ -]brain)\b"
        r"|(?:fib(?:re|er)|cable) cut|netzwerk\w*"
    ),
    CauseClass.DATABASE: (
        r"deadlock\w*|lock (?:contention|wait|timeout)|locked? (?:the )?table|table lock|(?:missing"
        r"|dropped|wrong|unused|lost) (?:\w+ ){0,2}index\b|without an index|missing an index"
        r"|index rebuild|(?:replica(?:tion)?|standby) (?:lag\w*|fell behind|broke|stopped|slot)"
        r"|slow quer\w+|full table scan|sequential scan|query plan\w*|(?:autovacuum|vacuum)\b"
        r"|transaction id|schema migration|migration (?:\w+ ){0,3}(?:locked|failed|blocked|added"
        r"|dropped|rewrote)|(?:long|idle)[ -](?:running |in )(?:quer\w+|transactions?)"
        r"|\bfailover of the (?:database|primary)|replica\S* (?:\w+ ){0,3}behind|(?:lost|dropped"
        r"|without) (?:its|the|an?) index"
    ),
    CauseClass.CAPACITY: (
        r"out of (?:memory|disk|space|file descriptors|ips?|inodes|capacity|ports|quota)|\boom(?:s|ed"
        r"|[ -]?kill\w*)?\b|(?:connection|thread|worker|port|memory) (?:pool"
        r"|limit)s?\b[^.;]{0,40}\b(?:exhaust\w+|too small|ran out|used up|full|empty|saturat\w+"
        r"|drained|reached|halved)|exhaust(?:ed|ion|s|ing)\b|ran out of|disk (?:\w+ ){0,3}(?:full"
        r"|filled)|(?:full|filled) (?:\w+ ){0,2}(?:disk|volume|partition)|filled up|saturat\w+"
        r"|overload\w*|(?:traffic|load|request) (?:spike|surge|peak|doubled)|too (?:few"
        r"|many) (?:\w+ )?(?:replicas|connections|requests|workers|nodes|pods|clients|threads)"
        r"|throttl\w+|rate[ -]limit\w*|\bquota\b|undersized|autoscal\w+|thundering herd|retry storm"
        r"|backlog|no space left|platte (?:\w+ )?voll|vollgelaufen|überlast\w*"
    ),
    CauseClass.DATA: (
        r"corrupt\w*|(?:bad|invalid|malformed|duplicate[d]?|poison(?:ed)?|unexpected|oversized"
        r"|empty) (?:\w+ )?(?:data|records?|rows?|messages?|payloads?|inputs?|events?|feeds?|files?"
        r"|entries)|poison pill|(?:data|rows|records|table|bucket) (?:was |were |got )?(?:deleted|lost"
        r"|truncated|overwritten)|encoding|\bstale (?:data|cache|entries)|cache (?:poison\w*"
        r"|was stale)|integer overflow|(?:ids?|sequence) overflow\w*"
    ),
    CauseClass.CONFIGURATION: (
        r"mis-?configur\w+|config(?:uration)? (?:\w+ ){0,3}(?:change|error|mistake|typo|push|drift"
        r"|wrong|missing|pointed|reverted|reset)|(?:wrong|bad|missing|incorrect|changed|old|stale"
        r"|default) (?:\w+ ){0,2}(?:config\w*|settings?|value|flag|environment variable|env var"
        r"|timeout|parameter)|feature[ -]flag|(?:environment variable|env var|setting|flag|timeout"
        r"|parameter|limit)s? (?:\w+ ){0,3}(?:wrong|missing|set to|changed|halved|lowered|raised"
        r"|turned|removed|enabled|disabled)|\btypo\b|fehlkonfigur\w+|(?:falsche"
        r"|fehlende) (?:\w+ )?(?:konfiguration|einstellung)"
    ),
    CauseClass.DEPENDENCY: (
        r"(?:third[ -]party|upstream|external|vendor|provider)\b[^.;]{0,40}\b(?:outage|down|failed"
        r"|failure|incident|unavailable|errors?|slow|broke|changed|degraded|timeouts?)|outage (?:at|of"
        r"|in) (?:the |our )?(?:\w+ )?(?:provider|vendor|third party|upstream|aws|azure|gcp|cloudflare"
        r"|github|stripe)|(?:library|package|dependency|sdk|driver|image)s? (?:\w+ ){0,3}(?:upgrade\w*"
        r"|update\w*|bump\w*|incompatib\w+|removed|yanked)|incompatible (?:version|library|client"
        r"|driver)|breaking change in"
    ),
    CauseClass.CODE: (
        r"\bbugs?\b|null[ -]?pointer\w*|nil pointer|race condition|memory leak\w*|leak(?:ed|s"
        r"|ing)? (?:\w+ ){0,2}(?:connections?|memory|handles?|threads?|file descriptors|sockets"
        r"|goroutines)|(?:connection|goroutine|thread|handle|descriptor) leak\w*|infinite (?:loop"
        r"|recursion)|off[ -]by[ -]one|unhandled|uncaught|\bregression\b|code (?:defect|path|change)"
        r"|segfault\w*|stack overflow|typeerror|\bpanic(?:s|ked)?\b|forgot to (?:close|release|handle"
        r"|check)|never (?:closed|released|freed)|edge case|retry loop|crash loop|not (?:backwards?"
        r"|forwards?)[ -]compatible|programmierfehler|(?:faulty|missing|wrong|broken) (?:\w+ )?check\b"
        r"|check\w* (?:\w+ ){0,12}(?:was|were) wrong|did not (?:close|release|free|check|handle"
        r"|validate)|(?:crashed|failed|choked) on (?:a |an )?(?:null|empty|missing)|\brenamed\b"
    ),
    CauseClass.DEPLOYMENT: (
        r"(?:bad|failed|broken|faulty|partial|botched|half\w*) (?:deploy\w*|release|rollout|roll-out"
        r"|build|image)|(?:deploy\w*|release|rollout|roll-out) (?:\w+ ){0,4}(?:broke|caused|failed"
        r"|too fast|stuck|half-way|removed|introduced)|(?:introduced|broken|caused) (?:by|in"
        r"|with) (?:the |a )?(?:\w+ )?(?:deploy\w*|release|rollout|version)|rolled out too fast"
        r"|wrong (?:image|version|build|branch)\b"
    ),
}

_MENTIONING: dict[CauseClass, str] = {
    CauseClass.CERTIFICATE: (r"certificates?|\bcerts?\b|\btls\b|\bssl\b|x\.?509|zertifikat\w*"),
    CauseClass.CLOCK: (r"\bclocks?\b|\bcron\w*|\bschedul(?:e|ed|ing)\b|uhrzeit"),
    CauseClass.CREDENTIAL: (
        r"credentials?|passwords?|\bapi[ -]keys?|\btokens?\b|\bsecrets?\b|permissions?|passwor(?:t|te"
        r"|tes)\b"
    ),
    CauseClass.SECURITY: (r"\babuse\b|\bintrusion\b|unauthori[sz]ed|suspicious"),
    CauseClass.HARDWARE: (r"\brack\b|\bfirmware\b|\bpower\b|\bphysical\b|\bbattery\b"),
    CauseClass.NETWORK: (
        r"\bnetworks?\b|\bfirewall\w*|\brouting\b|\bresolver\b|\bproxy\b|\bsubnets?\b|load balancer"
    ),
    CauseClass.DATABASE: (
        r"\bdatabases?\b|\bdbs?\b|postgres\w*|mysql|mongo\w*|\breplicas?\b|\bquer(?:y|ies)\b|\bsql\b"
        r"|\btransactions?\b|\bindex(?:es)?\b|\btables?\b|\bmigrations?\b|datenbank\w*"
    ),
    CauseClass.CAPACITY: (
        r"\bpools?\b|\bmemory\b|\bdisks?\b|\bcpu\b|\btraffic\b|\bload\b|\blimits?\b|\bqueues?\b"
        r"|\bspeicher\w*|\bplatten?\b"
    ),
    CauseClass.DATA: (r"\bdata\b|\brecords?\b|\bpayloads?\b|\bcaches?\b|\bdaten\b"),
    CauseClass.CONFIGURATION: (
        r"\bconfig\w*|\bsettings?\b|\bparameters?\b|\bflags?\b|\btimeouts?\b|konfiguration\w*"
        r"|einstellung\w*"
    ),
    CauseClass.DEPENDENCY: (
        r"third[ -]party|\bvendor\b|\bprovider\b|\bupstream\b|\blibrary\b|\bdependenc(?:y|ies)\b"
        r"|anbieter"
    ),
    CauseClass.CODE: (r"\bcode\b|\bexceptions?\b|\bretries\b|\bloops?\b|\bcrash\w*|\bfix(?:ed)? in code"),
    CauseClass.DEPLOYMENT: (
        r"\bdeploy\w*|\breleases?d?\b|\brollouts?\b|\broll-outs?\b|\bcanary\b|\brelease\b"
        r"|\bausgerollt\b|\bversions?\b"
    ),
}

_CLAUSE = re.compile(r"[^.,;:\n]+")
_DENIES = re.compile(
    r"(?:\bnot|n['’]t) (?:the|a|an|due to|caused by|related to)\b|\brather than\b|\binstead of\b"
    r"|\bnicht (?:die|der|das)\b"
)
_EXCLUDES = re.compile(r"\b(?:ruled out|nothing to do with|unrelated|ausgeschlossen)\b")
LONGEST = 20_000
"""Characters of a part that are read: no cause is told in more."""


def cause_class(draft: Draft) -> CauseClass:
    """The class of a draft's cause; `UNKNOWN` where nothing it says of the cause tells one."""
    for part in _parts(draft):
        found = class_of_text(part)
        if found is not CauseClass.UNKNOWN:
            return found
    return CauseClass.UNKNOWN


@lru_cache(maxsize=256)
def class_of_text(text: str) -> CauseClass:
    """The class that a stretch of text speaks of most; `UNKNOWN` where it speaks of none."""
    said = _without_denials(text[:LONGEST].casefold())
    counted = {one: _count(one, said) for one in CauseClass if one is not CauseClass.UNKNOWN}
    best = max(counted, key=lambda one: counted[one])  # of equals, the first
    return best if counted[best] else CauseClass.UNKNOWN


def _parts(draft: Draft) -> Iterator[str]:
    yield _joined(claim.text for claim in draft.root_cause.claims)
    yield _joined(claim.text for claim in draft.contributing_factors)
    yield _joined(claim.text for claim in draft.summary)
    yield draft.title


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _without_denials(text: str) -> str:
    clauses = (match[0] for match in _CLAUSE.finditer(text))
    return "\n".join(_DENIES.split(clause)[0] for clause in clauses if not _EXCLUDES.search(clause))


def _count(one: CauseClass, said: str) -> int:
    telling, mentioning = _patterns(one)
    told = {match[0] for match in telling.finditer(said)}
    mentioned = {match[0] for match in mentioning.finditer(said)}
    return TELLS * len(told) + MENTIONS * len(mentioned)


@cache
def _patterns(one: CauseClass) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(_TELLING[one]), re.compile(_MENTIONING[one])
