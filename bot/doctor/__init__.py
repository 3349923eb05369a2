"""Checks of an installation, each with what was found and how to mend it.

Every check is tried for real: tokens by asking Slack, the database by a write that is rolled back, the
model by a call. Nothing is changed, and no token is shown.
"""

from bot.doctor.check import Check
from bot.doctor.database import clocks, schema
from bot.doctor.examine import examine
from bot.doctor.scopes import OPTIONAL_SCOPES, REQUIRED_SCOPES

__all__ = ["OPTIONAL_SCOPES", "REQUIRED_SCOPES", "Check", "clocks", "examine", "schema"]
