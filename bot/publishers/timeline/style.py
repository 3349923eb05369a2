"""The look of a timeline. Colours hold 4.5:1 against what lies behind their text, light and dark."""

from __future__ import annotations

STYLE = """
.tl{--ink:#1b2430;--soft:#566273;--line:#c9d0d9;--bar:#a3afbd;--on:#fff;
--trigger:#b42318;--detection:#a04708;--investigation:#1b5fbf;--mitigation:#6a40c4;--resolution:#0b6b47;
--after:#4b5768;--undetected:#fbe3df;--response:#fdeecb;--recovery:#dcf1e4;
font:11.5px/1 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums}
.tl text{fill:var(--soft)}
.tl .tl-band{fill:var(--ink);font-weight:600}
.tl .tl-undetected{fill:var(--undetected)}.tl .tl-response{fill:var(--response)}
.tl .tl-recovery{fill:var(--recovery)}
.tl .tl-wash{opacity:.38}
.tl .tl-axis{stroke:var(--line);stroke-width:1}.tl .tl-stem{stroke:var(--line);stroke-width:1}
.tl .tl-moment{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3}
.tl .tl-bar{fill:var(--bar)}
.tl .tl-date{font-weight:600;fill:var(--ink)}
.tl .tl-mark text{fill:var(--on);font-weight:650;font-size:11px;text-anchor:middle}
.tl .tl-trigger{fill:var(--trigger)}.tl .tl-detection{fill:var(--detection)}
.tl .tl-investigation{fill:var(--investigation)}.tl .tl-mitigation{fill:var(--mitigation)}
.tl .tl-resolution{fill:var(--resolution)}.tl .tl-after{fill:var(--after)}
.tl .tl-mark:hover rect{opacity:.8}
@media (prefers-color-scheme:dark){.tl{--ink:#e8edf3;--soft:#a5b1c0;--line:#3b4655;--bar:#5d6b7d;--on:#10161d;
--trigger:#ff8b7e;--detection:#f7b955;--investigation:#85b7ff;--mitigation:#c3a6ff;--resolution:#5fd39c;
--after:#aab5c3;--undetected:#5b2622;--response:#4d3c12;--recovery:#17432f}}
@media print{.tl{--ink:#1b2430;--soft:#566273;--line:#c9d0d9;--bar:#a3afbd;--on:#fff;
--trigger:#b42318;--detection:#a04708;--investigation:#1b5fbf;--mitigation:#6a40c4;--resolution:#0b6b47;
--after:#4b5768;--undetected:#fbe3df;--response:#fdeecb;--recovery:#dcf1e4}}
""".strip()
