"""What masks secrets and personal data: detect-secrets and what it misses, behind the `Redactor` port."""

from bot.redaction.redactor import DEFAULT_PERSONAL, SecretRedactor

__all__ = ["DEFAULT_PERSONAL", "SecretRedactor"]
