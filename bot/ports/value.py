"""What all values of the ports have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A value that does not change."""

    model_config = ConfigDict(frozen=True)
