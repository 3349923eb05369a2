"""Log dumps and stack traces folded to their telling lines; the archive keeps them whole."""

from __future__ import annotations

import re

MAX_LINE = 400
"""Characters kept of one line."""
MAX_LINES = 12
"""A run of machine lines longer than this is folded."""
KEPT = 8
"""Telling lines kept of a folded run."""
MAX_TEXT = 6_000
"""Characters of one piece of evidence."""

_FENCE = re.compile(r"```")
_TELLING = re.compile(
    r"(?i)\b(?:errors?|exception|fatal|panic|critical|caused by|denied|refused|timed? ?out|timeout|killed|"
    r"oom\w*|out of memory|no space|exit code|segfault|sigsegv|unreachable|not found|corrupt\w*|failed|"
    r"failure|unavailable|exhausted|[45]\d\d)\b|\w(?:Error|Exception)\b"
)
_MACHINE = re.compile(
    r"""^\s*(?:
        at\s+[\w$.<>]+\(|                 # Java, JavaScript frames
        File\s+"|Traceback|               # Python
        \#\d+\s|goroutine\s|              # gdb, PHP, Go
        \[?\d{4}-\d\d-\d\d[T\s]\d\d:|     # ISO times
        \[?\d\d:\d\d:\d\d|                # clock times
        (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+\d+\s\d\d:|   # syslog
        \[?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\b|
        [{<]["\w]                         # JSON, XML
    )""",
    re.VERBOSE,
)


def fold(text: str) -> str:
    """The text with long runs of machine lines cut to the telling ones, saying how many were left out."""
    if len(text) <= MAX_LINE and text.count("\n") <= MAX_LINES:
        return text
    lines: list[str] = []
    run: list[str] = []
    in_code = False
    for line in text.split("\n"):
        fences = len(_FENCE.findall(line))
        if fences or not (in_code or _MACHINE.match(line)):
            lines += [*_fold_run(run), line]
            run = []
        else:
            run.append(line)
        in_code ^= fences % 2 == 1
    lines += _fold_run(run)
    return _fit("\n".join(_fit_line(line) for line in lines))


def _fold_run(run: list[str]) -> list[str]:
    if len(run) <= MAX_LINES:
        return run
    chosen = {0, len(run) - 1}
    seen: set[str] = set()
    for number, line in enumerate(run):
        shape = re.sub(r"[\d:.,-]+|0x[0-9a-f]+", "#", line.strip().lower())
        if len(chosen) < KEPT and _TELLING.search(line) and shape not in seen:
            chosen.add(number)
        seen.add(shape)
    kept: list[str] = []
    previous = -1
    for number in sorted(chosen):
        if left := number - previous - 1:
            kept.append(f"… ({left} {'line' if left == 1 else 'lines'} left out)")
        kept.append(run[number])
        previous = number
    return kept


def _fit_line(line: str) -> str:
    """A very long machine line (no sentence has 400 characters without a break) keeps both ends."""
    if len(line) <= MAX_LINE or (". " in line and not _MACHINE.match(line)):
        return line
    return f"{line[: MAX_LINE - 100]} … {line[-80:]}"


def _fit(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    head, tail = text[: MAX_TEXT * 2 // 3], text[-MAX_TEXT // 3 :]
    return f"{head}\n… ({len(text) - len(head) - len(tail):,} characters left out)\n{tail}"
