"""Credentials that betray themselves by their shape: prefixes issuers gave them, key blocks, webhooks.

Only what detect-secrets does not know or knows too narrowly. Sources are the issuers' own documentation
and secret-scanning pattern lists; every row has a sample in `tests/redaction/test_shapes.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from bot.redaction.plausible import is_identifier, is_mixed, looks_random
from bot.redaction.spans import Span

# At the start of a text, after anything that is no letter or digit, or after an escape (`\n`, `%20`).
_START = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-F]{2}))"


class _Shape(NamedTuple):
    kind: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    accept: Callable[[str], bool]


def _always(_value: str) -> bool:
    return True


def _shape(kind: str, hints: str, pattern: str, accept: Callable[[str], bool] = _always) -> _Shape:
    return _Shape(kind, tuple(hints.split()), re.compile(_START + pattern), accept)


def _with_digit(value: str) -> bool:
    return is_mixed(value) and any(char.isupper() for char in value)


def _unlike_a_name(value: str) -> bool:
    return _with_digit(value) and not is_identifier(value[2:])


def _random_tail(value: str) -> bool:
    return looks_random(value[2:])


def _clouds() -> tuple[_Shape, ...]:
    return (
        _shape("aws-session-token", "fwog iqoj", r"(?:FwoG|IQoJ)[A-Za-z0-9+/]{60,}={0,2}"),
        _shape("aws-bedrock-key", "absk", r"ABSK[A-Za-z0-9+/]{60,}={0,2}"),
        _shape("gcp-api-key", "aiza", r"AIza[0-9A-Za-z_-]{35}"),
        _shape("gcp-oauth-token", "ya29.", r"ya29\.[0-9A-Za-z_-]{20,}"),
        _shape("gcp-refresh-token", "1//0", r"1//0[0-9A-Za-z_-]{40,}"),
        _shape("gcp-client-secret", "gocspx-", r"GOCSPX-[A-Za-z0-9_-]{20,}"),
        _shape("azure-client-secret", "q~", r"[\w.~-]{3}[0-9]Q~[\w.~-]{31,34}"),
        _shape("azure-devops-token", "azdo", r"[A-Za-z0-9]{60,90}AZDO[A-Za-z0-9]{4}"),
        _shape("alibaba-access-key", "ltai", r"LTAI[A-Za-z0-9]{12,26}(?![A-Za-z0-9])", _with_digit),
        _shape("tencent-secret-id", "akid", r"AKID[A-Za-z0-9]{32,48}(?![A-Za-z0-9])"),
        _shape("digitalocean-token", "_v1_", r"do[opr]_v1_[a-f0-9]{64}"),
        _shape("heroku-key", "hrku-", r"HRKU-[A-Za-z0-9_-]{30,}"),
        _shape("cloudflare-key", "v1.0-", r"v1\.0-[a-f0-9]{24}-[a-f0-9]{100,}"),
        _shape("cloudflare-token", "cfut_ cfat_", r"cf[ua]t_[A-Za-z0-9_-]{30,}"),
        _shape("flyio-token", "fo1_ fm2_ fm1", r"(?:fo1_[\w-]{40,}|fm[12][ar]?_[A-Za-z0-9+/=,_-]{60,})"),
        _shape("planetscale-token", "pscale_", r"pscale_(?:tkn|pw|oauth)_[\w.=-]{30,}"),
        _shape("databricks-token", "dapi", r"dapi[a-f0-9]{32}(?:-\d)?"),
        _shape("supabase-token", "sbp_ sb_secret_", r"(?:sbp_[a-f0-9]{40}|sb_secret_[\w-]{20,})"),
        _shape("yandex-key", "aqvn", r"AQVN[A-Za-z0-9_-]{35,38}"),
    )


def _code_hosts() -> tuple[_Shape, ...]:
    return (
        _shape("github-token", "github_pat_", r"github_pat_\w{22,}"),
        _shape("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{30,}"),
        _shape(
            "gitlab-token",
            "gl",
            r"gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct|wt|oas)-[A-Za-z0-9_-]{18,}(?:\.[a-z0-9]{2,}){0,2}",
        ),
        _shape("bitbucket-token", "atbb atctt3", r"(?:ATBB|ATCTT3)[A-Za-z0-9_=-]{24,}"),
        _shape("atlassian-token", "atatt3", r"ATATT3[A-Za-z0-9_=-]{50,}"),
        _shape("npm-token", "npm_", r"npm_[A-Za-z0-9]{36}"),
        _shape("pypi-token", "pypi-ag", r"pypi-Ag[A-Za-z0-9_-]{50,}"),
        _shape("rubygems-key", "rubygems_", r"rubygems_[a-f0-9]{48}"),
        _shape("crates-token", "cio", r"cio[A-Za-z0-9]{32}(?![A-Za-z0-9])", _with_digit),
        _shape("nuget-key", "oy2", r"oy2[a-z0-9]{43}"),
        _shape("docker-token", "dckr_", r"dckr_[po]at_[A-Za-z0-9_-]{27,}"),
        _shape("circleci-token", "ccipat_", r"CCI(?:PAT|PRJ)_\w{20,}"),
        _shape("buildkite-token", "bkua_ bkct", r"bk(?:ua|ct)_[A-Za-z0-9]{30,}"),
        _shape("sonar-token", "squ_ sqp_ sqa_", r"sq[upa]_[a-f0-9]{40}"),
        _shape("artifactory-token", "cmvmdgtu", r"cmVmdGtu[A-Za-z0-9]{50,}"),
        _shape("artifactory-key", "akc", r"AKC[A-Za-z0-9]{30,}", looks_random),
        _shape("postman-key", "pmak-", r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
        _shape("figma-token", "figd_", r"figd_[A-Za-z0-9_-]{40,}"),
        _shape("linear-key", "lin_", r"lin_(?:api|oauth)_[A-Za-z0-9]{32,}"),
        _shape("notion-token", "ntn_ secret_", r"(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43})"),
        _shape("airtable-token", "pat", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    )


def _chat_and_paging() -> tuple[_Shape, ...]:
    return (
        _shape("slack-token", "xox", r"xox[a-z](?:\.xox[bp])?-(?:\d-)?[A-Za-z0-9%_-]{10,}"),
        _shape("slack-token", "xapp-", r"xapp-\d-[A-Z0-9]+-\d+-[a-zA-Z0-9]{20,}"),
        _shape(
            "slack-webhook",
            "hooks.slack",
            r"https?://hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers|commands|app)/[\w./%+-]{12,}",
        ),
        _shape(
            "discord-webhook",
            "/webhooks/",
            r"https?://(?:\w{2,8}\.)?discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d{5,}/[\w-]{20,}",
        ),
        _shape("teams-webhook", "webhook.office.com", r"https?://[\w.-]*webhook\.office\.com/[\w@./-]{20,}"),
        _shape(
            "teams-webhook",
            "logic.azure.com",
            r"https?://[\w.-]*logic\.azure\.com(?::\d+)?/workflows/[\w/]+\?[\w=%.&;-]+",
        ),
        _shape(
            "google-chat-webhook",
            "chat.googleapis.com",
            r"https?://chat\.googleapis\.com/v1/spaces/[\w/]+\?[\w=%.&;-]+",
        ),
        _shape("telegram-token", ":aa", r"(?:bot)?\d{8,10}:AA[0-9A-Za-z_-]{32,33}"),
        _shape("pagerduty-token", "u+ y_ u_", r"(?:u\+|[uy]_)[A-Za-z0-9_-]{18}(?![\w-])", _unlike_a_name),
        _shape("sendgrid-key", "sg.", r"SG\.[\w-]{16,}\.[\w-]{20,}"),
        _shape("mailgun-key", "key-", r"key-[0-9a-f]{32}"),
        _shape("brevo-key", "xkeysib-", r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    )


def _payments_and_shops() -> tuple[_Shape, ...]:
    return (
        _shape("stripe-key", "sk_ rk_", r"(?:sk|rk)_(?:live|test)_[0-9a-zA-Z]{10,}"),
        _shape("stripe-webhook-secret", "whsec_", r"whsec_[A-Za-z0-9+/=]{24,}"),
        _shape("square-token", "sq0atp-", r"sq0atp-[\w-]{22}"),
        _shape("shopify-token", "shp", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
        _shape("braintree-token", "access_token$", r"access_token\$(?:production|sandbox)\$[\w$]{30,}"),
        _shape("facebook-token", "eaa", r"EAA[A-Za-z0-9]{60,}"),
    )


def _models() -> tuple[_Shape, ...]:
    return (
        _shape("anthropic-key", "sk-ant-", r"sk-ant-[A-Za-z0-9_-]{20,}"),
        _shape("openai-key", "sk-", r"sk-[A-Za-z0-9_-]{20,}", _with_digit),
        _shape("huggingface-token", "hf_", r"(?:hf|api_org)_[A-Za-z0-9]{30,}"),
        _shape("groq-key", "gsk_", r"gsk_[A-Za-z0-9]{40,}"),
        _shape("replicate-token", "r8_", r"r8_[A-Za-z0-9]{37}"),
        _shape("perplexity-key", "pplx-", r"pplx-[A-Za-z0-9]{40,}"),
        _shape("xai-key", "xai-", r"xai-[A-Za-z0-9]{60,}"),
        _shape("langsmith-key", "lsv2_", r"lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}"),
    )


def _operations() -> tuple[_Shape, ...]:
    return (
        _shape("vault-token", "hvs. hvb. hvr.", r"hv[sbr]\.[\w-]{20,}"),
        _shape("vault-token", "s.", r"s\.[A-Za-z0-9]{24}(?![\w.])", _random_tail),
        _shape("terraform-token", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{50,}"),
        _shape("pulumi-token", "pul-", r"pul-[a-f0-9]{40}"),
        _shape(
            "doppler-token", "dp.", r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,44}"
        ),
        _shape("datadog-key", "ddapp_ ddpat_ ddsat_", r"dd(?:app|pat|sat)_[A-Za-z0-9_-]{20,}"),
        _shape(
            "grafana-token", "glsa_ glc_", r"(?:glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/=]{32,})"
        ),
        _shape("newrelic-key", "nrak- nrjs- nrii- nrsp-", r"NR(?:AK|JS|II|SP|RA|IQ)-[A-Za-z0-9_-]{19,}"),
        _shape("newrelic-key", "nral", r"[a-f0-9]{36}NRAL"),
        _shape("sentry-token", "sntry", r"sntry[su]_[A-Za-z0-9_=+/-]{40,}"),
        _shape("dynatrace-token", "dt0", r"dt0[a-z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
        _shape("tailscale-key", "tskey-", r"tskey-[a-z]+-[A-Za-z0-9-]{16,}"),
        _shape("onepassword-token", "ops_eyj", r"ops_eyJ[A-Za-z0-9+/=_-]{100,}"),
        _shape("onepassword-key", "a3-", r"A3-[A-Z0-9]{6}-[A-Z0-9]{6,11}(?:-[A-Z0-9]{5}){3,5}"),
        _shape("age-key", "age-secret-key-", r"AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{50,}"),
        _shape("netlify-token", "nfp_", r"nfp_[A-Za-z0-9_]{36,}"),
        _shape("render-key", "rnd_", r"rnd_[A-Za-z0-9]{28,}"),
        _shape("password-hash", "$2", r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{22,53}"),
        _shape(
            "password-hash",
            "$5$ $6$ $y$ $apr1$ $argon2 $pbkdf2 $scrypt",
            r"\$(?:5|6|y|apr1|argon2\w{1,2}|pbkdf2[\w-]*|scrypt)\$[^\s\"'`<>|]{16,}",
        ),
        _shape("jwt", "eyj", r"eyJ[A-Za-z0-9_-]{8,}+\.eyJ[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_+/=-]*+)?"),
        _shape("jwe", "eyj", r"eyJ[A-Za-z0-9_-]{15,}+(?:\.[A-Za-z0-9_-]*+){4}"),
    )


@cache
def _shapes() -> tuple[_Shape, ...]:
    return (
        *_models(),
        *_clouds(),
        *_code_hosts(),
        *_chat_and_paging(),
        *_payments_and_shops(),
        *_operations(),
    )


@cache
def _any_hint() -> re.Pattern[str]:
    """Matches where any shape's hint stands: one pass tells most messages apart at once."""
    return re.compile("|".join(sorted({re.escape(hint) for shape in _shapes() for hint in shape.hints})))


def shapes(text: str, lower: str) -> Iterator[Span]:
    """Credentials recognisable by themselves, wherever they stand."""
    if not _any_hint().search(lower):
        return
    for shape in _shapes():
        if any(hint in lower for hint in shape.hints):
            for match in shape.pattern.finditer(text):
                if shape.accept(match[0]):
                    yield Span(shape.kind, *match.span())


_BEGIN = re.compile(
    r"-{2,5} ?BEGIN (?P<what>[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?) ?-{2,5}|PuTTY-User-Key-File-[23]"
)
_END = re.compile(r"-{2,5} ?END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)? ?-{2,5}")
_KEY_LIMIT = 20_000


def private_keys(text: str, lower: str) -> Iterator[Span]:
    """Whole key blocks, on many lines or on one with `\\n`, cut off ones too.

    A block without its end line is taken as far as it still looks like one.
    """
    if "private key" not in lower and "putty-user-key-file" not in lower:
        return
    done = 0
    for begin in _BEGIN.finditer(text):
        if begin.start() >= done:
            done = _key_end(text, begin.end())
            yield Span("private-key", begin.start(), done)


def _key_end(text: str, start: int) -> int:
    limit = min(len(text), start + _KEY_LIMIT)
    following = _BEGIN.search(text, start, limit)
    limit = following.start() if following else limit
    if end := _END.search(text, start, limit):
        return end.end()
    return start + _unfinished(text[start:limit])


def _unfinished(body: str) -> int:
    """How much of a text after a begin line still looks like the key."""
    at = 0
    for line in body.splitlines(keepends=True):
        bare = re.sub(r"&gt;|\\[nr]|[`'\"|>\s\\]", "", line) if not _PROSE.search(line) else " "
        if bare and not _KEY_LINE.fullmatch(bare):
            break
        at += len(line)
    return len(body[:at].rstrip())


_PROSE = re.compile(r"[a-z]{2,} [a-z]{1,} ")
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=_-]{1,400}|[A-Z][A-Za-z0-9-]{2,24}:.{0,200}|[A-Za-z0-9+/=]{400,}")
