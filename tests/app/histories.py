"""How many random histories are tried, and how long they are: few and short unless more are asked for."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings


def asked_for(*, examples: int, steps: int) -> settings:
    """So many, or as many as `HISTORIES` and `HISTORY_STEPS` say. The same ones every time where CI runs
    them, others each time elsewhere."""
    return settings(
        max_examples=int(os.environ.get("HISTORIES", examples)),
        stateful_step_count=int(os.environ.get("HISTORY_STEPS", steps)),
        deadline=None,
        derandomize=bool(os.environ.get("CI")),
        phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
