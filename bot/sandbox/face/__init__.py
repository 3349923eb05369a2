"""The page on which people play with the stand-in: HTML, CSS and JavaScript as they are, and a JSON API."""

from bot.sandbox.face.face import Face, Tip
from bot.sandbox.face.sheet import Asked, Sheet

__all__ = ["Asked", "Face", "Sheet", "Tip"]
