"""What a transcript may hold at its worst."""

from __future__ import annotations

from hypothesis import strategies as st

NASTY = (
    "<script>alert(1)</script>",
    "</style><script>x</script>",
    '"><img src=x onerror=alert(1)>',
    "<!-- --> <!channel> <!here>",
    "[click](javascript:alert(1)) ![i](https://evil.test/x.png)",
    "# heading\n---\n| a | b |\n|---|---|",
    "```\ncode\n```",
    "]]> &lt;b&gt; &#x3c;",
    "../../etc/passwd\x00\u202e\ud800",
    "{{ 7*7 }} {% raw %}",
)

TEXTS = st.one_of(st.sampled_from(NASTY), st.text(alphabet=st.characters(exclude_categories=()), max_size=80))
